#!/usr/bin/env bash
# Runs the suite against the registry of go-containerregistry 0.22.1, as `crane registry serve` starts it, installed
# with Go where it is missing, on loopback and in memory, and compares the verdicts with the report card beside this
# file.
#
#   run.sh OUT            compare
#   run.sh OUT --update   write the report card anew
set -euo pipefail
. "$(dirname "$0")/../card.sh"
begin "$0" "$@"

install_go crane github.com/google/go-containerregistry/cmd/crane@v0.22.1
"$bin/crane" registry serve --address "127.0.0.1:$port" > "$folder/log" 2>&1 &
server=$!
finish
