#!/usr/bin/env bash
# crane: pushes, copies (mounts with `from`), tags, mutates, validates and deletes.
set -uo pipefail
. "$(dirname "$0")/lib.sh"
require crane

crane() { limited crane "$@"; }
image=$REGISTRY/crane/app:v1
many=$REGISTRY/crane/many:v1

login() { printf %s "$2" | crane auth login --username "$1" --password-stdin "$REGISTRY"; }
push() { crane push "$CONTENT/image" "$image"; }
try() { login "$@" && push; }

if secure; then
    refused "$NO_TRUST" "a certificate that it does not know is refused" push
    export SSL_CERT_FILE=$CA
fi
guarded try

step "an image is pushed" push
step "the registry has it, byte for byte" holds crane/app v1 "$CONTENT/image"
step "the image is pulled" crane pull --format oci "$image" pulled
step "and is the same, byte for byte" same_blobs "$CONTENT/image" pulled

step "an index is pushed with its images" crane push --index "$CONTENT/index" "$many"
index=$(tagged "$CONTENT/index")
# crane pushes the layout's own list as an index of the index.
whole_layout() {
    fetch crane/many manifests/v1 list
    cmp list "$CONTENT/index/index.json"
    holds crane/many "$index" "$CONTENT/index"
}
step "the registry has it, byte for byte" whole_layout
step "the index is tagged by its digest" crane tag "$REGISTRY/crane/many@$index" real
step "the index is pulled with its images" crane pull --format oci "${many%:v1}:real" many
step "and is the same, byte for byte" same_blobs "$CONTENT/index" many

reads() {
    local digest layer
    digest=$(tagged "$CONTENT/image")
    [ "$(crane digest "$image")" = "$digest" ]
    crane manifest "$image" > read.manifest
    cmp read.manifest "$(blob "$CONTENT/image" "$digest")"
    layer=$(jq -r '.layers[1].digest' read.manifest)
    crane blob "$REGISTRY/crane/app@$layer" > read.layer
    cmp read.layer "$(blob "$CONTENT/image" "$layer")"
}
step "digest, manifest and a layer are read, byte for byte" reads
step "the image is valid by crane's own account" crane validate --remote "$image"

step "the image is copied to another repository" crane copy "$image" "$REGISTRY/crane/copy:v1"
step "the copy is the same, byte for byte" holds crane/copy v1 "$CONTENT/image"
step "a second tag is made" crane tag "$image" v2
tags() { crane ls "$REGISTRY/crane/app" | lists v1 v2; }
step "the tags are listed" tags
repositories() { crane catalog "$REGISTRY" | lists crane/app crane/many crane/copy; }
step "the repositories are listed" repositories

changed() {
    crane mutate --label a=b --tag "$REGISTRY/crane/app:changed" "$image"
    crane config "$REGISTRY/crane/app:changed" | jq -e '.config.Labels.a == "b"'
}
step "a changed image is pushed" changed
appended() {
    tar -cf more.tar -C "$CONTENT" data.bin
    crane append --base "$image" --new_layer more.tar --new_tag "$REGISTRY/crane/app:more"
    crane export "$REGISTRY/crane/app:more" - | tar -xf - data.bin
    cmp data.bin "$CONTENT/data.bin"
}
step "a layer is added, and read again, byte for byte" appended

deleted() { crane delete "$REGISTRY/crane/copy@$(tagged "$CONTENT/image")"; }
step "the copy is deleted" deleted
step "and is gone" lacks crane/copy v1
