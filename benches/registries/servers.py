"""Which registries take part, and how each is started and ended."""

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 30


class Server:
    """A registry that is running."""

    def __init__(self, peer, port, process):
        self.name, self.kind, self.ours, _ = peer
        self.url, self.process = f"http://127.0.0.1:{port}", process
        self.lists_referrers = False

    def __str__(self):
        return self.name


def started(folder, stack, of=""):
    """Starts every registry that is installed, and has this in its name."""
    servers = [start(peer, folder, stack) for peer in PEERS if of in peer[0]]
    return [server for server in servers if server]


@contextlib.contextmanager
def anew(server):
    """Another process of the same registry, which holds nothing."""
    peer = next(peer for peer in PEERS if peer[0] == server.name)
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        yield start(peer, Path(folder), stack)


def start(peer, folder, stack):
    name, _, _, command = peer
    port = free_port()
    own = folder / re.sub(r"\W", "-", name)
    own.mkdir()
    line = command(port, own)
    if line is None:
        print(f"left out: {name} is not installed", file=sys.stderr)
        return None
    log = (own / "log").open("wb")
    env = dict(os.environ, REGISTRY_LOG_LEVEL="error", OTEL_TRACES_EXPORTER="none")
    process = subprocess.Popen(line, stdout=log, stderr=log, env=env)
    stack.callback(ended, process)
    waited(port, process, name)
    return Server(peer, port, process)


def ours(*flags):
    def command(port, folder):
        store = [flag.replace("FOLDER", str(folder / "store")) for flag in flags]
        return [str(ROOT / "target/release/plimsoll"), "serve", "--addr", f"127.0.0.1:{port}", *store]

    return command


def constant(port, _):
    program = ROOT / "target/release/examples/constant_server"
    return [str(program), f"127.0.0.1:{port}"] if program.exists() else None


def distribution(program):
    def command(port, folder):
        path = found(program)
        if path is None:
            return None
        config = folder / "config.yml"
        config.write_text(
            "version: 0.1\nlog: {level: error, accesslog: {disabled: true}}\n"
            f"storage: {{filesystem: {{rootdirectory: {folder / 'store'}}}, delete: {{enabled: true}}}}\n"
            f"http: {{addr: '127.0.0.1:{port}'}}\n"
        )
        return [path, "serve", str(config)]

    return command


def go_containerregistry(*flags):
    def command(port, folder):
        path = found("go-containerregistry-registry")
        disk = [flag.replace("FOLDER", str(folder)) for flag in flags]
        return path and [path, "-port", str(port), *disk]

    return command


def found(program):
    folder = os.environ.get("REGISTRIES")
    inside = folder and shutil.which(program, path=folder)
    return inside or shutil.which(program)


# Name, where it keeps what it holds (or that it is a limit and no registry), whether it is ours, and the command that
# serves it on a port.
PEERS = [
    ("plimsoll, memory", "memory", True, ours()),
    ("go-containerregistry 0.22, memory", "memory", False, go_containerregistry()),
    ("plimsoll, disk", "disk", True, ours("--store", "dir:FOLDER")),
    ("plimsoll, disk, `--flush never`", "unflushed", True, ours("--store", "dir:FOLDER", "--flush", "never")),
    ("docker-registry 2.8, disk", "disk", False, distribution("docker-registry")),
    ("distribution 3.1, disk", "disk", False, distribution("distribution")),
    ("hyper, a constant", "limit", False, constant),
]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def waited(port, process, name):
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    sys.exit(f"{name} does not listen; its log is empty or says why")


def ended(process):
    process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(10)
        return
    process.kill()
