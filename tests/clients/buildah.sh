#!/usr/bin/env bash
# buildah: builds images for two platforms, pushes an index with both, and pulls it again.
set -uo pipefail
. "$(dirname "$0")/lib.sh"
require buildah

at=(--tls-verify="$(secure && echo true || echo false)")
export REGISTRY_AUTH_FILE=$PWD/auth.json BUILDAH_ISOLATION=chroot
echo '{}' > auth.json
printf '{"default": [{"type": "insecureAcceptAnything"}]}' > policy.json
# kept FOLDER ARGUMENT...: buildah with a storage of its own.
kept() {
    local folder=$1
    shift
    limited buildah --storage-driver vfs --root "$WORK/$folder/root" --runroot "$WORK/$folder/run" "$@"
}
list=docker://$REGISTRY/buildah/many:v1

login() { printf %s "$2" | kept here login "${at[@]}" --username "$1" --password-stdin "$REGISTRY"; }
push() { kept here push "${at[@]}" --signature-policy policy.json localhost/amd64 "docker://$REGISTRY/buildah/app:v1"; }

built() {
    local architecture container
    for architecture in amd64 arm64; do
        container=$(kept here from --arch "$architecture" scratch)
        kept here copy --quiet "$container" "$CONTENT/data.bin" "$CONTENT/sbom.json" /
        kept here config --label "architecture=$architecture" "$container"
        kept here commit --quiet --rm --timestamp 0 --signature-policy policy.json "$container" "localhost/$architecture"
    done
}
step "images for two platforms are built" built

if secure; then
    refused "$NO_TRUST" "a certificate that it does not know is refused" push
    trust
fi
guarded
step "an image is pushed" push

pushed() {
    kept here manifest create list
    kept here manifest add list localhost/amd64
    kept here manifest add list localhost/arm64
    kept here manifest push --all "${at[@]}" --signature-policy policy.json --digestfile digest list "$list"
}
step "an index of both is pushed with its images" pushed
arrived() {
    fetch buildah/many manifests/v1 index
    [ "$(sha256 index)" = "$(cat digest)" ]
    jq -r '.manifests[].platform.architecture' index | lists amd64 arm64
    for part in $(jq -r '.manifests[].digest' index); do
        fetch buildah/many "manifests/$part" manifest
        [ "$(sha256 manifest)" = "$part" ]
    done
}
step "the registry has it, with the digest that buildah says, and both images" arrived

pulled() {
    local container
    kept there pull --quiet "${at[@]}" --signature-policy policy.json --arch arm64 "$list"
    container=$(kept there from --arch arm64 --pull-never --signature-policy policy.json "$REGISTRY/buildah/many:v1")
    kept there inspect --format '{{.OCIv1.Config.Labels.architecture}}' "$container" | lists arm64
    cmp "$(kept there mount "$container")/data.bin" "$CONTENT/data.bin"
    cmp "$(kept there mount "$container")/sbom.json" "$CONTENT/sbom.json"
    kept there umount "$container"
}
step "the image for one platform is pulled elsewhere; its files are the same, byte for byte" pulled
