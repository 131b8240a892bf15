#!/usr/bin/env bash
# umoci: makes a layout, which skopeo pushes and pulls, and unpacks what came back.
set -uo pipefail
. "$(dirname "$0")/lib.sh"
require umoci
require skopeo

mkdir -p certs
if secure; then cp "$CA" certs/ca.crt; fi
verify=$(secure && echo true || echo false)
umoci() { limited umoci "$@"; }
copy() {
    local options=(--src-tls-verify="$verify" --dest-tls-verify="$verify" --src-cert-dir certs --dest-cert-dir certs)
    if has_login; then options+=(--src-creds "alice:$PASSWORD" --dest-creds "alice:$PASSWORD"); fi
    limited skopeo --insecure-policy copy "${options[@]}" "$@"
}
image=docker://$REGISTRY/umoci/app:v1

made() {
    mkdir -p files/deep
    cp "$CONTENT/data.bin" "$CONTENT/sbom.json" files/deep
    umoci init --layout made
    umoci new --image made:v1
    umoci insert --image made:v1 files /opt
    umoci config --image made:v1 --config.env SEED=1 --author plimsoll
}
step "a layout is made" made
step "it is pushed" copy oci:made:v1 "$image"
step "the registry has it, byte for byte" holds umoci/app v1 made
step "it is pulled" copy "$image" oci:pulled:v1
# made/ has what umoci left behind on the way as well.
same() {
    local part
    [ "$(tagged made)" = "$(tagged pulled)" ]
    for part in "$(tagged made)" $(jq -r '.config.digest, .layers[].digest' "$(blob made "$(tagged made)")"); do
        cmp "$(blob made "$part")" "$(blob pulled "$part")"
    done
}
step "and is the same, byte for byte" same
unpacked() {
    umoci unpack --image pulled:v1 bundle
    diff -r files bundle/rootfs/opt
}
step "the files that umoci unpacks are the same, byte for byte" unpacked
