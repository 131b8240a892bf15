"""What puts load on a registry: wrk, ab and curl, and what they say."""

import re
import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent
PATIENCE = 30


# What a client of images takes; without it some registries keep quiet about their manifests.
ACCEPT = "Accept: application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json, */*"


def wrk(url, connections, seconds, threads=None, script=None, *args):
    """Requests in a second."""
    threads = threads or min(connections, 2)
    line = ["wrk", "-c", str(connections), "-t", str(threads), "-d", f"{seconds}s", "-H", ACCEPT]
    line += ["-s", str(HERE / script)] if script else []
    line += [url, *(["--", *args] if args else [])]
    said = subprocess.run(line, capture_output=True, text=True, timeout=seconds + PATIENCE).stdout
    failed = re.search(r"(Non-2xx or 3xx responses|Socket errors): (.*)", said)
    if failed:
        raise RuntimeError(f"{url}: {failed.group(0)}")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", said).group(1))


def ab_head(url, connections, seconds):
    """HEADs in a second."""
    line = ["ab", "-q", "-k", "-i", "-H", ACCEPT, "-t", str(seconds), "-n", "1000000", "-c", str(connections), url]
    said = subprocess.run(line, capture_output=True, text=True, timeout=seconds + PATIENCE).stdout
    if re.search(r"Non-2xx responses", said):
        raise RuntimeError(f"{url}: HEAD is not answered 200")
    return float(re.search(r"Requests per second:\s+([\d.]+)", said).group(1))


def curl(*args):
    line = ["curl", "-sS", "--fail", "--max-time", "300", *args]
    return subprocess.run(line, capture_output=True, text=True, check=True).stdout
