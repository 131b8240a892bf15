#!/usr/bin/env bash
# The Rust crate oci-client, by the program of oci-client/: chunks with Content-Range, pulls, tags, referrers.
set -uo pipefail
. "$(dirname "$0")/lib.sh"
require plimsoll-oci-client

client() { limited plimsoll-oci-client "$@"; }
login() { export USER_NAME=$1 USER_PASSWORD=$2; }
push() { client push v1 "$CONTENT/noise.bin" "$CONTENT/sbom.json" > digest; }
try() { login "$@" && push; }

if has_login; then
    if ! secure; then refused "$NO_LOGIN" "nothing is pushed without a login" push; fi
    login alice "$PASSWORD"
fi
if secure; then
    refused "$NO_TRUST" "a certificate that it does not know is refused" push
    export TRUSTED=$CA
fi
if has_login; then
    refused "$NO_LOGIN" "a wrong password is refused" try alice wrong
    refused "$NO_LOGIN" "bob, who may only pull, does not push" try bob "$OTHER_PASSWORD"
fi

step "an image is pushed" push
arrived() {
    local at=0 file
    fetch oci-client/app manifests/v1 manifest
    [ "$(sha256 manifest)" = "$(cat digest)" ]
    for file in "$CONTENT/noise.bin" "$CONTENT/sbom.json"; do
        fetch oci-client/app "blobs/$(jq -r ".layers[$at].digest" manifest)" layer
        cmp layer "$file"
        at=$((at + 1))
    done
}
step "the registry has it, byte for byte" arrived
pulled() {
    local file
    client pull v1 pulled
    for file in "$CONTENT/noise.bin" "$CONTENT/sbom.json"; do
        cmp "$file" "pulled/$(sha256 "$file")"
    done
}
step "the image is pulled, byte for byte" pulled
attached() {
    client attach sbom v1 "$CONTENT/sbom.json" > attached
    client referrers v1 | cmp - attached
    fetch oci-client/app "referrers/$(cat digest)" referrers
    jq -r '.manifests[].digest' referrers | cmp - attached
}
step "a document is attached and listed" attached
tags() { client tags | lists v1 sbom; }
step "the tags are listed" tags
