#!/usr/bin/env bash
# oras: artifacts, referrers (attach, discover), copies with referrers, chunks, backups and deletes.
set -uo pipefail
. "$(dirname "$0")/lib.sh"
require oras

plain=(--plain-http) from=(--from-plain-http) to=(--to-plain-http)
if secure; then plain=(--ca-file "$CA") from=(--from-ca-file "$CA") to=(--to-ca-file "$CA"); fi
oras() { limited oras "$@"; }
image=$REGISTRY/oras/app:v1
many=$REGISTRY/oras/many:v1
artifact=$REGISTRY/oras/artifact:v1

login() { printf %s "$2" | oras login "${plain[@]}" --username "$1" --password-stdin "$REGISTRY"; }
push() { oras cp "${to[@]}" --from-oci-layout "$CONTENT/image:v1" "$image"; }

guarded
if secure; then
    refused "$NO_TRUST" "a certificate that it does not know is refused" oras resolve "$image"
fi

step "an image is pushed" push
step "the registry has it, byte for byte" holds oras/app v1 "$CONTENT/image"
step "the image is pulled" oras cp "${from[@]}" --to-oci-layout "$image" pulled:v1
step "and is the same, byte for byte" same_blobs "$CONTENT/image" pulled
step "an index is pushed with its images" oras cp "${to[@]}" --from-oci-layout "$CONTENT/index:v1" "$many"
step "the registry has it, byte for byte" holds oras/many v1 "$CONTENT/index"

cp "$CONTENT/data.bin" "$CONTENT/sbom.json" .
step "an artifact is pushed" \
    oras push "${plain[@]}" --artifact-type application/vnd.test.data "$artifact" data.bin:application/octet-stream
step "the artifact is pulled" oras pull "${plain[@]}" --output got "$artifact"
step "and is the same, byte for byte" cmp data.bin got/data.bin

attach() { oras attach "${plain[@]}" --artifact-type "$1" "$2" sbom.json:application/json; }
step "a document is attached to the image" attach application/vnd.test.sbom "$image"
step "another is attached" attach application/vnd.test.report "$image"
found() {
    oras discover "${plain[@]}" --format json "$image" > found.json
    jq -e '[.referrers[].artifactType] | sort == ["application/vnd.test.report", "application/vnd.test.sbom"]' found.json
    oras discover "${plain[@]}" --format json --artifact-type application/vnd.test.sbom "$image" > found.json
    jq -e '.referrers | length == 1' found.json
    oras pull "${plain[@]}" --output sbom "${image%:v1}@$(jq -r '.referrers[0].digest' found.json)"
    cmp sbom.json sbom/sbom.json
}
step "both are discovered, by type as well, and pulled, byte for byte" found
no_fallback() { lacks oras/app "$(tagged "$CONTENT/image" | tr : -)"; }
step "and the registry listed them itself: there is no tag in their place" no_fallback

with_referrers() {
    oras cp --recursive "${from[@]}" "${to[@]}" "$image" "$REGISTRY/oras/copy:v1"
    oras discover "${plain[@]}" --format json "$REGISTRY/oras/copy:v1" | jq -e '.referrers | length == 2'
}
step "the image is copied with its referrers" with_referrers
step "the copy is the same, byte for byte" holds oras/copy v1 "$CONTENT/image"
step "more tags are made" oras tag "${plain[@]}" "$image" v2 v3
tags() { oras repo tags "${plain[@]}" "${image%:v1}" | lists v1 v2 v3; }
step "the tags are listed" tags

pushed_blob() {
    oras blob push "${plain[@]}" "$REGISTRY/oras/blobs@$(sha256 data.bin)" data.bin
    oras blob fetch "${plain[@]}" --output blob "$REGISTRY/oras/blobs@$(sha256 data.bin)"
    cmp data.bin blob
}
step "a blob is pushed and fetched, byte for byte" pushed_blob
step "the blob is deleted" oras blob delete "${plain[@]}" --force "$REGISTRY/oras/blobs@$(sha256 data.bin)"

backed_up() {
    oras backup "${plain[@]}" --include-referrers --output backup.tar "$image"
    oras restore "${plain[@]}" --input backup.tar "$REGISTRY/oras/restored:v1"
    oras discover "${plain[@]}" --format json "$REGISTRY/oras/restored:v1" | jq -e '.referrers | length == 2'
}
step "a backup with its referrers is made, and restored" backed_up
step "what was restored is the same, byte for byte" holds oras/restored v1 "$CONTENT/image"
step "the copy is deleted" oras manifest delete "${plain[@]}" --force "$REGISTRY/oras/copy:v1"
step "and is gone" lacks oras/copy v1
