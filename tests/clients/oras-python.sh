#!/usr/bin/env bash
# The Python library oras, by oras-python.py: artifacts pushed whole and in chunks, with a subject, pulled and deleted.
set -uo pipefail
. "$(dirname "$0")/lib.sh"
here=$(cd "$(dirname "$0")" && pwd)
python=${CLIENTS_CACHE:-/nonexistent}/python/bin/python
[ -x "$python" ] || python=python3
if ! "$python" -c 'import oras' 2> /dev/null; then
    left_out everything "the Python package oras is not installed$(why_missing python)"
    exit 0
fi

oras() { limited "$python" "$here/oras-python.py" "$@"; }
export ORAS_USER=alice ORAS_PASS=$PASSWORD
login() { ORAS_USER=$1 ORAS_PASS=$2; }
push() { oras push oras-python/app:v1 data.bin; }
try() { login "$@" && push; }
cp "$CONTENT/data.bin" "$CONTENT/sbom.json" .

if secure; then
    refused "$NO_TRUST" "a certificate that it does not know is refused" push
    export REQUESTS_CA_BUNDLE=$CA
fi
if has_login; then
    refused "$NO_LOGIN" "a wrong password is refused" try alice wrong
    refused "$NO_LOGIN" "bob, who may only pull, does not push" try bob "$OTHER_PASSWORD"
fi

# arrived TAG FILE: the tag's manifest has the file as its layer, byte for byte.
arrived() {
    fetch oras-python/app "manifests/$1" manifest
    fetch oras-python/app "blobs/$(jq -r '.layers[0].digest' manifest)" layer
    cmp layer "$2"
}
step "an artifact is pushed" push
step "the registry has it, byte for byte" arrived v1 data.bin
step "an artifact is pushed in chunks" oras push-chunked oras-python/app:chunks data.bin
step "the registry has it, byte for byte" arrived chunks data.bin
pulled() {
    oras pull oras-python/app:v1 got
    cmp got/data.bin data.bin
}
step "the artifact is pulled, byte for byte" pulled

attached() {
    oras attach oras-python/app:v1 oras-python/app:sbom sbom.json
    arrived sbom sbom.json
    fetch oras-python/app "manifests/v1" subject
    fetch oras-python/app "referrers/$(sha256 subject)" referrers
    jq -e --arg digest "$(sha256 manifest)" '.manifests | length == 1 and .[0].digest == $digest' referrers
}
step "a document is attached to it, and is among its referrers" attached
tags() { oras tags oras-python/app | lists v1 chunks sbom; }
step "the tags are listed" tags
step "a tag is deleted" oras delete oras-python/app chunks
