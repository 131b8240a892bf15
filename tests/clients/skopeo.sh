#!/usr/bin/env bash
# skopeo: copies, lists, inspects and deletes; several Accept lines, one PATCH and an empty PUT.
set -uo pipefail
. "$(dirname "$0")/lib.sh"
require skopeo

mkdir -p certs
if secure; then cp "$CA" certs/ca.crt; fi
verify=$(secure && echo true || echo false)
to=(--dest-tls-verify="$verify" --dest-cert-dir certs)
from=(--src-tls-verify="$verify" --src-cert-dir certs)
at=(--tls-verify="$verify" --cert-dir certs)
skopeo() { limited skopeo --insecure-policy "$@"; }
export REGISTRY_AUTH_FILE=$PWD/auth.json

login() { printf %s "$2" | skopeo login "${at[@]}" --username "$1" --password-stdin "$REGISTRY"; }
image=docker://$REGISTRY/skopeo/app:v1
many=docker://$REGISTRY/skopeo/many:v1

push() { skopeo copy "${to[@]}" "oci:$CONTENT/image:v1" "$image"; }

guarded
if secure; then
    refused "$NO_TRUST" "a certificate that it does not know is refused" skopeo inspect "$image"
fi

step "an image is pushed" push
step "the registry has it, byte for byte" holds skopeo/app v1 "$CONTENT/image"
step "the image is pulled" skopeo copy "${from[@]}" "$image" oci:pulled:v1
step "and is the same, byte for byte" same_blobs "$CONTENT/image" pulled

step "an index is pushed with its images" skopeo copy --all "${to[@]}" "oci:$CONTENT/index:v1" "$many"
step "the registry has it, byte for byte" holds skopeo/many v1 "$CONTENT/index"
step "the index is pulled with its images" skopeo copy --all "${from[@]}" "$many" oci:many:v1
step "and is the same, byte for byte" same_blobs "$CONTENT/index" many

inspected() {
    skopeo inspect "${at[@]}" --raw "$image" > raw
    cmp raw "$(blob "$CONTENT/image" "$(tagged "$CONTENT/image")")"
}
step "inspect shows the manifest, byte for byte" inspected

step "the image is copied within the registry" \
    skopeo copy "${from[@]}" "${to[@]}" "$image" "docker://$REGISTRY/skopeo/copy:v2"
step "the copy is the same, byte for byte" holds skopeo/copy v2 "$CONTENT/image"
step "a second tag is made" skopeo copy "${from[@]}" "${to[@]}" "$image" "${image%:v1}:v2"
tags() { skopeo list-tags "${at[@]}" "${image%:v1}" | jq -r '.Tags[]' | lists v1 v2; }
step "the tags are listed" tags

step "a repository is mirrored to a folder" \
    skopeo sync "${from[@]}" --src docker --dest dir "$REGISTRY/skopeo/app" mirror
step "the copy is deleted" skopeo delete "${at[@]}" "docker://$REGISTRY/skopeo/copy:v2"
step "and is gone" lacks skopeo/copy v2
