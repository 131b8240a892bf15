#!/usr/bin/env bash
# Runs the suite against distribution 3.1.2, installed with Go where it is missing, on loopback, with deletes on and a
# temporary folder as its storage, and compares the verdicts with the report card beside this file.
#
#   run.sh OUT            compare
#   run.sh OUT --update   write the report card anew
set -euo pipefail
. "$(dirname "$0")/../card.sh"
begin "$0" "$@"

install_go registry github.com/distribution/distribution/v3/cmd/registry@v3.1.2
cat > "$folder/config.yml" <<CONFIG
version: 0.1
log: { level: error, accesslog: { disabled: true } }
storage:
  filesystem: { rootdirectory: $folder/data }
  delete: { enabled: true }
http: { addr: "127.0.0.1:$port" }
CONFIG
OTEL_TRACES_EXPORTER=none "$bin/registry" serve "$folder/config.yml" > "$folder/log" 2>&1 &
server=$!
finish
