#!/usr/bin/env bash
# notation: signs with a test certificate of its own, lists and verifies. Nobody has run this script yet: the Go module
# could not be had where it was written.
set -uo pipefail
. "$(dirname "$0")/lib.sh"
require notation
require skopeo

at=()
if ! secure; then at=(--insecure-registry); fi
notation() { limited notation "$@"; }
image=$REGISTRY/notation/app@$(tagged "$CONTENT/image")
login() { notation login "${at[@]}" --username "$1" --password "$2" "$REGISTRY"; }

if secure; then
    trust
    export SSL_CERT_FILE=$CA
fi
subject() {
    local options=(--dest-tls-verify="$(secure && echo true || echo false)")
    if has_login; then options+=(--dest-creds "alice:$PASSWORD"); fi
    limited skopeo --insecure-policy copy "${options[@]}" "oci:$CONTENT/image:v1" "docker://$REGISTRY/notation/app:v1"
}
step "skopeo pushes an image to sign" subject
if has_login; then
    refused "$NO_LOGIN" "a wrong password is refused" login alice wrong
    step "alice logs in" login alice "$PASSWORD"
fi
prepared() {
    notation cert generate-test --default plimsoll.test
    printf '{"version": "1.0", "trustPolicies": [{"name": "all", "registryScopes": ["*"],
        "signatureVerification": {"level": "strict"}, "trustStores": ["ca:plimsoll.test"],
        "trustedIdentities": ["*"]}]}' > policy.json
    notation policy import policy.json
}
step "a certificate and a policy are made" prepared
step "the image is signed" notation sign "${at[@]}" "$image"
signature() { notation list "${at[@]}" "$image" | grep 'sha256:'; }
step "the signature is listed" signature
step "the signature is verified" notation verify "${at[@]}" "$image"
