#!/usr/bin/env bash
# python-dxf: blobs by POST and PUT, mounts, and Docker manifests of any blobs. It sends passwords within TLS alone.
set -uo pipefail
. "$(dirname "$0")/lib.sh"
require dxf

dxf() { limited dxf "$@"; }
export DXF_HOST=$REGISTRY DXF_INSECURE=1 DXF_USERNAME=alice DXF_PASSWORD=$PASSWORD
if secure; then DXF_INSECURE=0; fi
data=$(sha256 "$CONTENT/data.bin")
sbom=$(sha256 "$CONTENT/sbom.json")

login() { DXF_USERNAME=$1 DXF_PASSWORD=$2; }
push() { dxf push-blob dxf/app "$CONTENT/data.bin" | lists "$data"; }
try() { login "$@" && push; }
without_login() { env -u DXF_USERNAME -u DXF_PASSWORD timeout "$LIMIT" dxf push-blob dxf/app "$CONTENT/data.bin"; }

if secure; then
    refused "$NO_TRUST" "a certificate that it does not know is refused" push
    export DXF_TLSVERIFY=$CA
    refused "$NO_LOGIN" "a wrong password is refused" try alice wrong
    refused "$NO_LOGIN" "nothing is pushed without a login" without_login
    refused "$NO_LOGIN" "bob, who may only pull, does not push" try bob "$OTHER_PASSWORD"
fi

step "a blob is pushed" push
pulled() {
    fetch dxf/app "blobs/$data" got
    cmp got "$CONTENT/data.bin"
    dxf pull-blob dxf/app "$data" > pulled
    cmp pulled "$CONTENT/data.bin"
}
step "and pulled, byte for byte" pulled
sized() { dxf blob-size dxf/app "$data" | lists "$(stat -c %s "$CONTENT/data.bin")"; }
step "its size is told" sized

tagged_blobs() {
    dxf push-blob dxf/app "$CONTENT/sbom.json"
    dxf set-alias dxf/app v1 "$data" "$sbom" > manifest
    fetch dxf/app manifests/v1 got
    cmp got manifest
    dxf get-manifest dxf/app v1 | cmp - manifest
    dxf get-alias dxf/app v1 | lists "$data" "$sbom"
}
step "a tag is given to two blobs by a Docker manifest, which is the same, byte for byte" tagged_blobs
by_tag() { dxf pull-blob dxf/app @v1 | cmp - <(cat "$CONTENT/data.bin" "$CONTENT/sbom.json"); }
step "both are pulled by the tag, byte for byte" by_tag
tags() { dxf list-aliases dxf/app | lists v1; }
step "the tags are listed" tags

mounted() {
    dxf mount-blob dxf/other dxf/app "$data" | lists "$data"
    dxf pull-blob dxf/other "$data" | cmp - "$CONTENT/data.bin"
}
step "a blob is mounted in another repository" mounted
deleted() {
    dxf del-alias dxf/app v1
    lacks dxf/app v1
    dxf del-blob dxf/other "$data"
}
step "the tag and the mounted blob are deleted" deleted
refused "404|not found" "the blob is gone there" dxf pull-blob dxf/other "$data"
step "and still here, byte for byte" pulled
