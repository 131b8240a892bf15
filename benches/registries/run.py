#!/usr/bin/env python3
"""Measures registries side by side, and writes a table.

    cargo build --release && cargo build --release --example constant_server
    python3 benches/registries/run.py OUT.md [--seconds 3] [--rounds 3] [--only TEXT]

Needs wrk, ab (Debian's apache2-utils) and curl. Every registry that is installed takes part; those that are not are named.
Each row asks all of them in turn, as often as there are rounds, and shows the medians, and of ours the ratio to the best of
the others. Timings of a shared machine are worth little; ratios within one run are worth more.
"""

import argparse
import contextlib
import hashlib
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from content import MANIFEST, Files, asked, connection, digest, filled
from load import ab_head, curl, wrk
from servers import anew, started

# How often a tag is moved before it is moved again, and how many seconds that may take.
HISTORY, PATIENCE = 100_000, 120


def main():
    args = arguments()
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        files = Files(Path(folder), args)
        servers = started(Path(folder), stack, args.of)
        for server in servers:
            filled(server, files)
        rows = [row for row in ROWS if not args.only or args.only in row.name]
        table = [measured(row, servers, files, args) for row in rows]
    args.out.write_text(written(table, servers, args))
    print(args.out.read_text())


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", help="only rows that have this in their names")
    parser.add_argument("--of", default="", help="only registries that have this in their names")
    parser.add_argument("--tags", type=int, default=2000, help="tags in the long list of every registry")
    parser.add_argument("--referrers", type=int, default=2000, help="referrers of the subject with many")
    parser.add_argument("--gigabytes", type=float, default=1, help="size of the large blob, in GiB")
    return parser.parse_args()


def getting(path):
    return lambda server, files, seconds, count: wrk(server.url + path(files), count, seconds)


def heading(path):
    return lambda server, files, seconds, count: ab_head(server.url + path(files), count, seconds)


def putting(server, files, seconds, count):
    url = f"{server.url}/v2/bench/small/manifests/moving"
    return wrk(url, count, seconds, None, "put_manifest.lua", *files.manifest_paths, MANIFEST)


def pushing(server, files, seconds, count):
    url = f"{server.url}/v2/bench/small/blobs/uploads/"
    return wrk(url, count, seconds, count, "push_blob.lua", str(files.blobs), str(count)) / 2


def retagging(server, files, seconds, count):
    """How fast a tag moves after it was moved a hundred thousand times, to how fast it moved at first. Those are left out
    that take longer than two minutes for it."""
    first = putting(server, files, seconds, count)
    if first < HISTORY / PATIENCE:
        return None
    putting(server, files, int(HISTORY / first) + 1, count)
    return putting(server, files, seconds, count) / first


def listing(server, files, seconds, count):
    return wrk(f"{server.url}/v2/bench/tags/tags/list?n=100&last=t{files.tags // 2:06}", count, seconds)


def referring(server, files, seconds, count):
    if not server.lists_referrers and server.kind != "limit":
        return None
    return wrk(f"{server.url}/v2/bench/referrers/referrers/{digest(files.manifests[0])}", count, seconds)


def large_push(server, files, number=0):
    to = connection(server)
    opened = asked(to, "POST", f"/v2/bench/large{number}/blobs/uploads/")
    location = opened.headers["Location"]
    location = location if location.startswith("http") else server.url + location
    mark = "&" if "?" in location else "?"
    to.close()
    target = f"{location}{mark}digest={files.large_digest}"
    said = curl("-T", str(files.large), "-o", os.devnull, "-w", "%{time_total}", target)
    return files.large.stat().st_size / float(said) / 1e6


def large_pull(server, files, number=0):
    url = f"{server.url}/v2/bench/large{number}/blobs/{files.large_digest}"
    said = curl("-o", os.devnull, "-w", "%{time_total}", url)
    return files.large.stat().st_size / float(said) / 1e6


def large(of):
    return lambda server, files, *_: of(server, files)


def peak(server, files, *_):
    """The most memory that a process had that took four pushes and then four pulls of the large blob at once, in MiB."""
    with anew(server) as fresh:
        for of in (large_push, large_pull):
            each = [threading.Thread(target=of, args=(fresh, files, number)) for number in range(4)]
            for thread in each:
                thread.start()
            for thread in each:
                thread.join()
        status = Path(f"/proc/{fresh.process.pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", status).group(1)) / 1024


def hashing():
    """What one core hashes by SHA-256 in a second, in MB: a push cannot be faster."""
    block, hasher, begun = os.urandom(1 << 20), hashlib.sha256(), time.monotonic()
    for _ in range(512):
        hasher.update(block)
    return 512 * (1 << 20) / (time.monotonic() - begun) / 1e6


class Row:
    """What is measured."""

    def __init__(self, name, unit, of, connections=1, has_limit=False, once=False, less_is_better=False):
        self.name, self.unit, self.of, self.connections = name, unit, of, connections
        self.has_limit, self.once, self.less_is_better = has_limit, once, less_is_better


def both(name, of):
    has_limit = of not in (putting, pushing)
    return [Row(f"{name}, {count} at once", "1/s", of, count, has_limit) for count in (1, 16)]


def blob_path(files):
    return f"/v2/bench/small/blobs/{digest(files.blob)}"


ROWS = [
    *both("GET of a blob of 1 KiB", getting(blob_path)),
    *both("HEAD of a blob of 1 KiB", heading(blob_path)),
    *both("GET of a manifest by tag", getting(lambda _: "/v2/bench/small/manifests/latest")),
    *both("HEAD of a manifest by tag", heading(lambda _: "/v2/bench/small/manifests/latest")),
    *both("PUT of a manifest, moving its tag", putting),
    *both("push of a blob of 128 bytes, POST and PUT", pushing),
    Row("push of a blob of 128 bytes, 64 at once", "1/s", pushing, 64),
    Row("a page of 100 tags from the middle of the list", "1/s", listing),
    Row("the whole list of referrers", "1/s", referring),
    Row("moving a tag the 100,000th time to the first", "ratio", retagging, 16, once=True),
    Row("push of the large blob", "MB/s", large(large_push)),
    Row("pull of the large blob", "MB/s", large(large_pull)),
    Row("memory after 4 pushes and 4 pulls of it at once", "MiB", peak, once=True, less_is_better=True),
]


def measured(row, servers, files, args):
    """The median of each server's rounds, which are taken in turn."""
    values = {str(server): [] for server in servers}
    for _ in range(1 if row.once else args.rounds):
        for server in servers:
            if server.kind == "limit" and not row.has_limit:
                continue
            value = attempted(row, server, files, args)
            if value is not None:
                values[str(server)].append(value)
    medians = {name: statistics.median(of) for name, of in values.items() if of}
    print(row.name, {name: round(value, 2) for name, value in medians.items()}, file=sys.stderr)
    return row, medians


def attempted(row, server, files, args):
    try:
        return row.of(server, files, args.seconds, row.connections)
    except (RuntimeError, OSError, subprocess.SubprocessError) as error:
        print(f"{server}: {row.name}: {error}", file=sys.stderr)
        return None


def written(table, servers, args):
    """The table in Markdown."""
    names = [str(server) for server in servers]
    head = ["", "unit", *names, "memory to the best peer", "disk to the best peer"]
    lines = [line(head), "|---|---|" + "---:|" * (len(names) + 2)]
    for row, medians in table:
        cells = [shown(medians.get(name)) for name in names]
        ratios = [ratio(row, medians, servers, kind) for kind in ("memory", "disk")]
        lines.append(line([row.name, row.unit, *cells, *ratios]))
    lines += ["", f"SHA-256 on one core: {hashing():,.0f} MB/s. {args.tags} tags, {args.referrers} referrers, a large blob of "
              f"{args.gigabytes:g} GiB; {args.rounds} rounds of {args.seconds} s.", ""]
    return "\n".join(lines)


def shown(value):
    if value is None:
        return ""
    return f"{value:,.0f}" if value >= 10 else f"{value:.2f}"


def line(cells):
    return "| " + " | ".join(cells) + " |"


def ratio(row, medians, servers, kind):
    """How many times as good ours is as the best of the others that keep what they hold in the same place."""
    alike = [server for server in servers if server.kind == kind and server.name in medians]
    own = [medians[server.name] for server in alike if server.ours]
    others = [medians[server.name] for server in alike if not server.ours]
    if not own or not others:
        return ""
    quotient = min(others) / own[0] if row.less_is_better else own[0] / max(others)
    return f"{quotient:.1f}"


if __name__ == "__main__":
    main()
