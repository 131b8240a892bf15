"""Makes the content that clients push: OCI image layouts, the same bytes for the same seed.

    content.py FOLDER SEED

FOLDER/image     one image of three layers; one of them has no bytes that compress
FOLDER/index     an index of images for two platforms
FOLDER/data.bin  bytes for an artifact
FOLDER/noise.bin six MiB
FOLDER/sbom.json a document to attach to an image

Every layout names its content `v1`. It knows nothing of registries.
"""

import gzip
import hashlib
import io
import json
import random
import sys
import tarfile
from pathlib import Path

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"


def digest(content):
    return "sha256:" + hashlib.sha256(content).hexdigest()


def as_json(value):
    return json.dumps(value, separators=(",", ":")).encode()


class Layout:
    """An OCI image layout in a folder."""

    def __init__(self, folder):
        self.folder = folder
        (folder / "blobs/sha256").mkdir(parents=True)
        (folder / "oci-layout").write_text('{"imageLayoutVersion":"1.0.0"}')

    def add(self, media_type, content, **more):
        """Stores content and returns its descriptor."""
        name = digest(content)
        (self.folder / "blobs" / name.replace(":", "/")).write_bytes(content)
        return {"mediaType": media_type, "digest": name, "size": len(content), **more}

    def tag(self, descriptor):
        named = {**descriptor, "annotations": {"org.opencontainers.image.ref.name": "v1"}}
        index = {"schemaVersion": 2, "mediaType": INDEX, "manifests": [named]}
        (self.folder / "index.json").write_bytes(as_json(index))


def archive(files):
    """A tar archive without times, owners, or anything else that changes from run to run."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            entry.mode = 0o644
            tar.addfile(entry, io.BytesIO(content))
    return out.getvalue()


def image(layout, archives, architecture, **more):
    """Stores an image with these archives as its layers and returns its descriptor."""
    layers = [layout.add(LAYER, gzip.compress(tar, mtime=0)) for tar in archives]
    config = {
        "created": "2020-01-01T00:00:00Z",
        "architecture": architecture,
        "os": "linux",
        "config": {"Env": ["PATH=/bin"], "Cmd": ["/bin/true"]},
        "rootfs": {"type": "layers", "diff_ids": [digest(tar) for tar in archives]},
        "history": [{"created": "2020-01-01T00:00:00Z", "created_by": "content.py"} for _ in archives],
    }
    manifest = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": layout.add(CONFIG, as_json(config)),
        "layers": layers,
    }
    return layout.add(MANIFEST, as_json(manifest), **more)


def main(folder, seed):
    rng = random.Random(seed)
    text = archive({"etc/motd": f"seed {seed}\n".encode() * 100, "etc/empty": b""})
    noise = archive({"opt/noise": rng.randbytes(3 * 1024 * 1024)})
    small = archive({"opt/small": rng.randbytes(1000)})

    single = Layout(folder / "image")
    single.tag(image(single, [text, noise, small], "amd64"))

    multiple = Layout(folder / "index")
    images = [
        image(
            multiple,
            [text, archive({"opt/arch": architecture.encode() + rng.randbytes(5000)})],
            architecture,
            platform={"architecture": architecture, "os": "linux"},
        )
        for architecture in ("amd64", "arm64")
    ]
    index = {"schemaVersion": 2, "mediaType": INDEX, "manifests": images}
    multiple.tag(multiple.add(INDEX, as_json(index)))

    # Longer than a chunk of any client that pushes in chunks.
    (folder / "noise.bin").write_bytes(rng.randbytes(6 * 1024 * 1024))
    (folder / "data.bin").write_bytes(rng.randbytes(100_000))
    (folder / "sbom.json").write_bytes(as_json({"seed": seed, "packages": ["plimsoll"]}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
