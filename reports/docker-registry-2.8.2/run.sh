#!/usr/bin/env bash
# Runs the suite against Debian's docker-registry, on loopback, with deletes on and a temporary folder as its storage,
# and compares the verdicts with the report card beside this file.
#
#   run.sh OUT            compare
#   run.sh OUT --update   write the report card anew
set -euo pipefail
card=$(cd "$(dirname "$0")" && pwd)
out=$1
cd "$card/../.."

folder=$(mktemp -d)
# Below the ports that the system gives to clients.
port=$((20000 + RANDOM % 12000))
cat > "$folder/config.yml" <<CONFIG
version: 0.1
log: { level: error, accesslog: { disabled: true } }
storage:
  filesystem: { rootdirectory: $folder/data }
  delete: { enabled: true }
http: { addr: "127.0.0.1:$port" }
CONFIG
docker-registry serve "$folder/config.yml" > "$folder/log" 2>&1 &
server=$!
trap 'kill $server 2>/dev/null || true; rm -rf "$folder"' EXIT

check() {
    cargo run --release --quiet -- check "http://127.0.0.1:$port" --wait 30s --seed 1 --run-id "$1" \
        --fail-on never --quiet --out "$out"
}

compare() {
    cargo run --release --quiet --example same_verdicts -- "$card/results.json" "$out/results.json"
}

check card
if [ "${2:-}" = --update ]; then
    sed "s/127\.0\.0\.1:$port/127.0.0.1:5000/g" "$out/results.json" > "$card/results.json"
elif ! compare; then
    # What differs once may be the machine's doing; what differs twice is a change.
    check again
    compare
fi
