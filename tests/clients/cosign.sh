#!/usr/bin/env bash
# cosign: signs with a key of its own and no transparency log, attests, copies with signatures, cleans up.
set -uo pipefail
. "$(dirname "$0")/lib.sh"
require cosign
require skopeo

cosign() { limited cosign "$@"; }
export COSIGN_PASSWORD=none
digest=$(tagged "$CONTENT/image")
image=$REGISTRY/cosign/app@$digest
offline=(--trusted-root root.json)

# cosign stores passwords without trying them.
login() { printf %s "$2" | cosign login --username "$1" --password-stdin "$REGISTRY"; }
sign() { cosign sign --yes --key cosign.key --signing-config signing.json "${offline[@]}" "$image"; }
try() { login "$@" && sign; }
verify() { cosign verify --key "$1" --insecure-ignore-tlog "${offline[@]}" "$2"; }

if secure; then trust; fi
subject() {
    local options=(--dest-tls-verify="$(secure && echo true || echo false)")
    if has_login; then options+=(--dest-creds "alice:$PASSWORD"); fi
    limited skopeo --insecure-policy copy "${options[@]}" "oci:$CONTENT/image:v1" "docker://$REGISTRY/cosign/app:v1"
}
step "skopeo pushes an image to sign" subject
prepared() {
    cosign generate-key-pair
    cosign generate-key-pair --output-key-prefix other
    # Neither names a service, so that cosign asks none.
    cosign signing-config create --out signing.json
    cosign trusted-root create --out root.json
}
step "two pairs of keys are made" prepared
if secure; then
    refused "$NO_TRUST" "a certificate that it does not know is refused" sign
    export SSL_CERT_FILE=$CA
fi
if has_login; then
    refused "$NO_LOGIN" "a wrong password is refused" try alice wrong
    refused "$NO_LOGIN" "bob, who may only pull, signs nothing" try bob "$OTHER_PASSWORD"
    step "alice logs in" login alice "$PASSWORD"
fi
refused "no signatures|no matching" "an image without a signature is refused" verify cosign.pub "$image"

step "the image is signed" sign
step "the signature is verified" verify cosign.pub "$image"
refused "no matching|invalid signature|failed to verify" "another key does not verify it" verify other.pub "$image"
bundled() {
    fetch cosign/app "referrers/$digest" referrers
    jq -e '.manifests | length == 1 and (.[0].artifactType | startswith("application/vnd.dev.sigstore.bundle"))' referrers
    fetch cosign/app "manifests/$(jq -r '.manifests[0].digest' referrers)" manifest
    [ "$(sha256 manifest)" = "$(jq -r '.manifests[0].digest' referrers)" ]
    [ "$(jq -r .subject.digest manifest)" = "$digest" ]
}
step "it is a referrer of the image, as the registry lists it" bundled

attested() {
    cosign attest --yes --key cosign.key --signing-config signing.json "${offline[@]}" --type custom \
        --predicate "$CONTENT/sbom.json" "$image"
    cosign verify-attestation --key cosign.pub --insecure-ignore-tlog "${offline[@]}" --type custom "$image"
}
step "an attestation is made and verified" attested
tree() { cosign tree "$image" | grep -c 'via OCI referrer' | lists 2; }
step "signature and attestation are found" tree
older() {
    cosign sign --yes --key cosign.key --new-bundle-format=false --use-signing-config=false --tlog-upload=false "$image"
    cosign verify --key cosign.pub --insecure-ignore-tlog --new-bundle-format=false "$image"
    fetch cosign/app "manifests/${digest/:/-}.sig" signature
}
step "a signature under a tag, as older versions made it, is made and verified" older

# What the suite itself pushes: its key stands in the payload, among the claims that cosign passes over.
suite() {
    limited "$PLIMSOLL" check "$BASE" --only signatures/tags/signature --keep --out reports
    curl --silent --fail "$BASE/v2/_catalog" | jq -r '.repositories[]' | grep signatures-tags-signature > pushed
    local repository tag payload
    while read -r repository; do
        tag=$(curl --silent --fail "$BASE/v2/$repository/tags/list" | jq -re '.tags[] | select(endswith(".sig"))') || continue
        fetch "$repository" "manifests/$tag" manifest
        payload=$(jq -r '.layers[0].digest' manifest)
        fetch "$repository" "blobs/$payload" payload
        jq -re .optional.key payload > suite.pub
        cosign verify --key suite.pub --insecure-ignore-tlog --new-bundle-format=false "$REGISTRY/$repository@sha256:${tag:7:64}"
        echo "$repository" >> verified
    done < pushed
    [ -s verified ]
}
if ! secure && ! has_login; then
    step "what the suite signs is verified" suite
fi

step "the image is copied with its signatures" cosign copy "$REGISTRY/cosign/app:v1" "$REGISTRY/cosign/copy:v1"
step "the copy is the same, byte for byte" holds cosign/copy v1 "$CONTENT/image"
step "the copy is verified" verify cosign.pub "$REGISTRY/cosign/copy@$digest"
step "the signature under a tag is cleaned up" cosign clean --force --type signature "$image"
step "and is gone" lacks cosign/app "${digest/:/-}.sig"
