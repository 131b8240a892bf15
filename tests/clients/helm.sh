#!/usr/bin/env bash
# helm: packages a chart, pushes it as an artifact, pulls it, and finds versions among the tags.
set -uo pipefail
. "$(dirname "$0")/lib.sh"
require helm

at=(--plain-http)
if secure; then at=(--ca-file "$CA"); fi
helm() { limited helm "$@"; }
charts=oci://$REGISTRY/helm

login() { printf %s "$2" | helm registry login "${at[@]}" --username "$1" --password-stdin "$REGISTRY"; }
push() { helm push "${at[@]}" plimsoll-1.0.0.tgz "$charts"; }

packaged() {
    mkdir -p plimsoll/templates
    printf 'apiVersion: v2\nname: plimsoll\nversion: 1.0.0\n' > plimsoll/Chart.yaml
    cp "$CONTENT/sbom.json" plimsoll/templates/sbom.json
    helm package plimsoll
    helm package --version 1.1.0 plimsoll
}
step "two versions of a chart are packaged" packaged
if secure; then
    refused "$NO_TRUST" "a certificate that it does not know is refused" helm push plimsoll-1.0.0.tgz "$charts"
fi
guarded

step "a version is pushed" push
step "the other is pushed" helm push "${at[@]}" plimsoll-1.1.0.tgz "$charts"
arrived() {
    fetch helm/plimsoll manifests/1.0.0 manifest
    jq -r '.config.mediaType' manifest | lists application/vnd.cncf.helm.config.v1+json
    fetch helm/plimsoll "blobs/$(jq -r '.layers[0].digest' manifest)" layer
    cmp layer plimsoll-1.0.0.tgz
}
step "the registry has it, byte for byte" arrived
pulled() {
    helm pull "${at[@]}" --destination got --version 1.0.0 "$charts/plimsoll"
    cmp got/plimsoll-1.0.0.tgz plimsoll-1.0.0.tgz
}
mkdir got
step "it is pulled, byte for byte" pulled
newest() { helm show chart "${at[@]}" --version '^1.0.0' "$charts/plimsoll" | lists "version: 1.1.0"; }
step "the newest version is found among the tags" newest
