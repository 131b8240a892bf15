#!/usr/bin/env bash
# podman: loads an image, pushes it (PATCH with chunked transfer encoding), pulls it into another storage, and makes a
# manifest list. It compresses layers anew, so what is compared of them is what they hold.
set -uo pipefail
. "$(dirname "$0")/lib.sh"
require podman

at=(--tls-verify="$(secure && echo true || echo false)")
export REGISTRY_AUTH_FILE=$PWD/auth.json CONTAINERS_STORAGE_CONF=$PWD/storage.conf
printf '[storage]\ndriver = "vfs"\nrunroot = "%s/run"\ngraphroot = "%s/graph"\n' "$PWD" "$PWD" > storage.conf
echo '{}' > auth.json
printf '{"default": [{"type": "insecureAcceptAnything"}]}' > policy.json
# kept FOLDER ARGUMENT...: podman with a storage of its own.
kept() {
    local folder=$1
    shift
    limited podman --storage-driver vfs --root "$WORK/$folder/root" --runroot "$WORK/$folder/run" --tmpdir "$WORK/$folder/tmp" \
        --cgroup-manager cgroupfs --events-backend file "$@"
}
image=$REGISTRY/podman/app:v1

login() { printf %s "$2" | kept here login "${at[@]}" --username "$1" --password-stdin "$REGISTRY"; }
push() { kept here push "${at[@]}" --signature-policy policy.json --digestfile digest "$id" "docker://$image"; }

id=
# podman makes a name of the path, which must have no capitals.
ln -s "$CONTENT/image" image
loaded() { kept here pull --quiet --signature-policy policy.json oci:image:v1 > id; }
step "an image is taken from a layout" loaded
id=$(tail -n 1 id)

if secure; then
    refused "$NO_TRUST" "a certificate that it does not know is refused" push
    trust
fi
guarded

step "an image is pushed" push
# The registry's manifest has the digest that podman says, the same configuration, and layers of the same content.
arrived() {
    local part sent got
    fetch podman/app manifests/v1 manifest
    [ "$(sha256 manifest)" = "$(cat digest)" ]
    sent=$(blob "$CONTENT/image" "$(tagged "$CONTENT/image")")
    part=$(jq -r .config.digest manifest)
    [ "$part" = "$(jq -r .config.digest "$sent")" ]
    fetch podman/app "blobs/$part" config
    cmp config "$(blob "$CONTENT/image" "$part")"
    for i in 0 1 2; do
        got=$(jq -r ".layers[$i].digest" manifest)
        fetch podman/app "blobs/$got" layer
        [ "$(sha256 layer)" = "$got" ]
        gunzip < layer > layer.tar
        gunzip < "$(blob "$CONTENT/image" "$(jq -r ".layers[$i].digest" "$sent")")" | cmp - layer.tar
    done
}
step "the registry has its manifest and configuration, and what the layers hold, byte for byte" arrived

pulled() {
    kept there pull --quiet "${at[@]}" --signature-policy policy.json "docker://$image" > id.there
    [ "$(tail -n 1 id.there)" = "$id" ]
}
step "the image is pulled elsewhere, and is the same one" pulled
unpacked() {
    mkdir files
    kept there save --quiet --format oci-dir --output saved "$id"
    for layer in $(jq -r '.layers[].digest' "$(blob saved "$(tagged saved)")"); do
        tar -xf "$(blob saved "$layer")" -C files
    done
    for layer in $(jq -r '.layers[].digest' "$(blob "$CONTENT/image" "$(tagged "$CONTENT/image")")"); do
        tar -df "$(blob "$CONTENT/image" "$layer")" -C files
    done
}
step "its files are the same, byte for byte" unpacked

listed() {
    kept here manifest create list
    kept here manifest add "${at[@]}" list "docker://$image"
    kept here manifest push --all "${at[@]}" --digestfile list.digest list "docker://$REGISTRY/podman/list:v1"
    fetch podman/list manifests/v1 list
    [ "$(sha256 list)" = "$(cat list.digest)" ]
    jq -e '.manifests | length == 1' list
}
step "a manifest list is made and pushed" listed
tags() { kept here search "${at[@]}" --list-tags --format json "${image%:v1}" | jq -r '.[].Tags[]' | lists v1; }
step "the tags are listed" tags
