"""What registries are filled with, the same for each, and how it gets there."""

import hashlib
import http.client
import json
import os
import re

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
EMPTY = "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


class Files:
    """What is sent: made once, the same for every registry."""

    def __init__(self, folder, args):
        self.tags, self.referrers = args.tags, args.referrers
        self.blob = bytes(range(256)) * 4
        self.manifests = [image(number) for number in (1, 2)]
        self.manifest_paths = []
        for number, content in enumerate(self.manifests):
            path = folder / f"manifest-{number}"
            path.write_bytes(content)
            self.manifest_paths.append(str(path))
        self.blobs = folder / "blobs"
        with self.blobs.open("w") as out:
            for number in range(40_000):
                content = f"{number:08}" * 16
                out.write(f"{digest(content.encode())} {content}\n")
        self.large = folder / "large"
        block = os.urandom(1 << 20)
        hasher = hashlib.sha256()
        with self.large.open("wb") as out:
            for _ in range(int(args.gigabytes * 1024)):
                out.write(block)
        for _ in range(int(args.gigabytes * 1024)):
            hasher.update(block)
        self.large_digest = "sha256:" + hasher.hexdigest()
        self.folder = folder


def image(number, subject=None):
    """An image without layers."""
    manifest = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": {"mediaType": "application/vnd.oci.empty.v1+json", "digest": EMPTY, "size": 2},
        "layers": [],
        "annotations": {"number": str(number)},
    }
    if subject:
        manifest["artifactType"] = "application/vnd.example"
        manifest["subject"] = subject
    return json.dumps(manifest).encode()


def digest(content):
    return "sha256:" + hashlib.sha256(content).hexdigest()


def connection(server):
    return http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=120)


def asked(to, method, path, body=b"", media_type="application/octet-stream"):
    to.request(method, path, body, {"Content-Type": media_type})
    answer = to.getresponse()
    answer.read()
    return answer


def pushed(to, name, content):
    opened = asked(to, "POST", f"/v2/{name}/blobs/uploads/")
    location = re.sub(r"^https?://[^/]+", "", opened.headers["Location"])
    mark = "&" if "?" in location else "?"
    answer = asked(to, "PUT", f"{location}{mark}digest={digest(content)}", content)
    assert answer.status == 201, answer.status


def filled(server, files):
    """Puts in what the rows ask for."""
    if server.kind == "limit":
        return
    to = connection(server)
    for name in ("bench/small", "bench/tags", "bench/referrers"):
        pushed(to, name, b"{}")
    pushed(to, "bench/small", files.blob)
    tagged(server, "bench/small", ["latest"], files.manifests[0])
    names = [f"t{number:06}" for number in range(files.tags)]
    tagged(server, "bench/tags", names, files.manifests[0])
    subject = {"mediaType": MANIFEST, "digest": digest(files.manifests[0]), "size": len(files.manifests[0])}
    asked(to, "PUT", "/v2/bench/referrers/manifests/subject", files.manifests[0], MANIFEST)
    answer = asked(to, "PUT", "/v2/bench/referrers/manifests/r", image("r", subject), MANIFEST)
    server.lists_referrers = answer.headers["OCI-Subject"] is not None
    if server.lists_referrers:
        for number in range(files.referrers):
            asked(to, "PUT", f"/v2/bench/referrers/manifests/r{number}", image(number, subject), MANIFEST)


def tagged(server, name, tags, manifest):
    to = connection(server)
    for tag in tags:
        answer = asked(to, "PUT", f"/v2/{name}/manifests/{tag}", manifest, MANIFEST)
        assert answer.status == 201, (server.name, answer.status)
