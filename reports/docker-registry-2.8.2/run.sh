#!/usr/bin/env bash
# Runs the suite against Debian's docker-registry, on loopback, with deletes on and a temporary folder as its storage,
# and compares the verdicts with the report card beside this file.
#
#   run.sh OUT            compare
#   run.sh OUT --update   write the report card anew
set -euo pipefail
. "$(dirname "$0")/../card.sh"
begin "$0" "$@"

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
finish
