#!/usr/bin/env bash
# regctl: copies with referrers, chunks with Content-Range, artifacts with a subject, tags deleted by name.
set -uo pipefail
. "$(dirname "$0")/lib.sh"
require regctl

regctl() { limited regctl --verbosity error "$@"; }
image=$REGISTRY/regctl/app:v1
many=$REGISTRY/regctl/many:v1

login() { printf %s "$2" | regctl registry login --user "$1" --pass-stdin "$REGISTRY"; }
push() { regctl image copy "ocidir://$CONTENT/image:v1" "$image"; }

if secure; then
    refused "$NO_TRUST" "a certificate that it does not know is refused" regctl tag ls "$image"
    regctl registry set "$REGISTRY" --skip-check --tls enabled --cacert "$(cat "$CA")"
else
    regctl registry set "$REGISTRY" --skip-check --tls disabled
fi
guarded

step "an image is pushed" push
step "the registry has it, byte for byte" holds regctl/app v1 "$CONTENT/image"
step "the image is pulled" regctl image copy "$image" ocidir://pulled:v1
step "and is the same, byte for byte" same_blobs "$CONTENT/image" pulled
step "an index is pushed with its images" regctl image copy "ocidir://$CONTENT/index:v1" "$many"
step "the registry has it, byte for byte" holds regctl/many v1 "$CONTENT/index"

reads() {
    local index child
    index=$(blob "$CONTENT/index" "$(tagged "$CONTENT/index")")
    regctl manifest get --format raw-body "$many" > read.index
    cmp read.index "$index"
    child=$(jq -r '.manifests[1].digest' "$index")
    regctl manifest get --platform linux/arm64 --format raw-body "$many" > read.manifest
    cmp read.manifest "$(blob "$CONTENT/index" "$child")"
}
step "the index, and the manifest for a platform, are read, byte for byte" reads

artifact() {
    regctl artifact put --artifact-type application/vnd.test.data "$REGISTRY/regctl/artifact:v1" < "$CONTENT/data.bin"
    regctl artifact get "$REGISTRY/regctl/artifact:v1" > read.artifact
    cmp read.artifact "$CONTENT/data.bin"
}
step "an artifact is pushed and pulled, byte for byte" artifact
attached() {
    regctl artifact put --artifact-type application/vnd.test.sbom --subject "$image" < "$CONTENT/sbom.json"
    regctl artifact list --filter-artifact-type application/vnd.test.sbom \
        --format '{{range .Descriptors}}{{println .Digest}}{{end}}' "$image" | grep -c sha256: | lists 1
    regctl artifact get --subject "$image" --filter-artifact-type application/vnd.test.sbom > sbom
    cmp sbom "$CONTENT/sbom.json"
}
step "a document is attached, listed and read, byte for byte" attached
with_referrers() {
    regctl image copy --referrers "$image" "$REGISTRY/regctl/copy:v1"
    regctl artifact get --subject "$REGISTRY/regctl/copy:v1" > copied
    cmp copied "$CONTENT/sbom.json"
}
step "the image is copied with its referrers" with_referrers
step "the copy is the same, byte for byte" holds regctl/copy v1 "$CONTENT/image"

chunks() {
    regctl registry set "$REGISTRY" --skip-check --blob-chunk 400000 --blob-max 1000
    regctl image copy "ocidir://$CONTENT/image:v1" "$REGISTRY/regctl/chunks:v1"
}
step "an image is pushed in chunks" chunks
step "the registry has it, byte for byte" holds regctl/chunks v1 "$CONTENT/image"

made_index() {
    regctl index create --ref "$many" --platform linux/amd64 "$REGISTRY/regctl/many:one"
    regctl manifest get --format raw-body "$REGISTRY/regctl/many:one" | jq -e '.manifests | length == 1'
}
step "an index of one of the images is made" made_index
step "the image is exported" regctl image export "$image" image.tar
step "and imported elsewhere" regctl image import "$REGISTRY/regctl/imported:v1" image.tar
step "which is the same, byte for byte" holds regctl/imported v1 "$CONTENT/image"

step "a second tag is made" regctl image copy "$image" "${image%:v1}:v2"
tags() { regctl tag ls "${image%:v1}" | lists v1 v2; }
step "the tags are listed" tags
step "a tag is deleted" regctl tag rm "${image%:v1}:v2"
step "and is gone" lacks regctl/app v2
step "while the other is still there, byte for byte" holds regctl/app v1 "$CONTENT/image"
step "the copy is deleted" regctl manifest delete --force-tag-dereference "$REGISTRY/regctl/copy:v1"
step "and is gone" lacks regctl/copy v1
