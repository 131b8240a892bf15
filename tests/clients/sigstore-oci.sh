#!/usr/bin/env bash
# The npm package @sigstore/oci, by sigstore-oci/attach.js: attaches a document to an image that oras or skopeo pushed.
set -uo pipefail
. "$(dirname "$0")/lib.sh"
here=$(cd "$(dirname "$0")" && pwd)
export NODE_PATH=${CLIENTS_CACHE:-/nonexistent}/node/node_modules
if ! node -e 'require("@sigstore/oci")' 2> /dev/null; then
    left_out everything "the npm package @sigstore/oci is not installed$(why_missing node)"
    exit 0
fi
require skopeo

image=sigstore/app
digest=$(tagged "$CONTENT/image")
attach() { limited node "$here/sigstore-oci/attach.js" "$image" "$digest" "$CONTENT/sbom.json"; }
USER_NAME=alice USER_PASSWORD=$PASSWORD
export USER_NAME USER_PASSWORD
login() { USER_NAME=$1 USER_PASSWORD=$2; }
try() { login "$@" && attach; }

if secure; then trust; fi
subject() {
    local options=(--dest-tls-verify="$(secure && echo true || echo false)")
    if has_login; then options+=(--dest-creds "alice:$PASSWORD"); fi
    limited skopeo --insecure-policy copy "${options[@]}" "oci:$CONTENT/image:v1" "docker://$REGISTRY/$image:v1"
}
step "skopeo pushes an image to attach to" subject

if secure; then
    refused "$NO_TRUST" "a certificate that it does not know is refused" attach
    export NODE_EXTRA_CA_CERTS=$CA
fi
if has_login; then
    refused "$NO_LOGIN" "a wrong password is refused" try alice wrong
    refused "$NO_LOGIN" "bob, who may only pull, attaches nothing" try bob "$OTHER_PASSWORD"
fi

attached() {
    attach > attached.json
    jq -e --arg digest "$digest" '.subjectDigest == $digest' attached.json
    fetch "$image" "manifests/$(jq -r .digest attached.json)" manifest
    [ "$(sha256 manifest)" = "$(jq -r .digest attached.json)" ]
    fetch "$image" "blobs/$(jq -r '.layers[0].digest' manifest)" layer
    cmp layer "$CONTENT/sbom.json"
}
step "a document is attached; the registry has it, byte for byte" attached
listed() {
    fetch "$image" "referrers/$digest" referrers
    jq -e --arg digest "$(jq -r .digest attached.json)" '[.manifests[].digest] == [$digest]' referrers
    lacks "$image" "${digest/:/-}"
}
step "it is among the image's referrers, and no tag was made in their place" listed
