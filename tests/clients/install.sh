#!/usr/bin/env bash
# Installs the clients: Debian's, Python's and npm's packages, and what Go builds where there is a Go toolchain, each in
# a bounded time. What cannot be had is left out, with the reason in logs/; run.sh says so.
#
#   install.sh    into ${XDG_CACHE_HOME:-~/.cache}/plimsoll-clients, where a second run finds it again
set -uo pipefail
cache=${XDG_CACHE_HOME:-$HOME/.cache}/plimsoll-clients
mkdir -p "$cache/logs" "$cache/bin"
command -v go > /dev/null || PATH=$PATH:/usr/local/go/bin

# try NAME SECONDS COMMAND...
try() {
    local name=$1 seconds=$2 began=$SECONDS
    shift 2
    if nice timeout --kill-after=10 "$seconds" "$@" > "$cache/logs/$name.log" 2>&1 < /dev/null; then
        rm -f "$cache/logs/$name.log"
        echo "installed $name in $((SECONDS - began)) s"
    else
        echo "could not install $name: $(tail -n 1 "$cache/logs/$name.log" | cut -c1-300)"
    fi
}

debian() {
    local missing=() package
    for package in "$@"; do
        dpkg -s "$package" > /dev/null 2>&1 || missing+=("$package")
    done
    [ ${#missing[@]} -eq 0 ] && return
    try apt 300 apt-get update -qq
    for package in "${missing[@]}"; do
        DEBIAN_FRONTEND=noninteractive try "$package" 600 apt-get install -y -qq --no-install-recommends "$package"
    done
}

# gone NAME MODULE@VERSION: a Go command; again only if another version is wanted.
gone() {
    local stamp=$cache/bin/.$1
    [ -x "$cache/bin/$1" ] && [ "$(cat "$stamp" 2> /dev/null)" = "$2" ] && return
    if ! command -v go > /dev/null; then
        echo "there is no Go toolchain to install it with" > "$cache/logs/$1.log"
        return
    fi
    GOBIN=$cache/bin try "$1" 900 go install "$2"
    [ -e "$cache/logs/$1.log" ] || echo "$2" > "$stamp"
}

debian curl jq openssl skopeo umoci podman buildah
python3 -c 'import ensurepip' 2> /dev/null || debian python3-venv
command -v npm > /dev/null || debian npm

if ! "$cache/python/bin/python" -c 'import oras, dxf' 2> /dev/null; then
    try venv 120 python3 -m venv "$cache/python"
    try python 300 "$cache/python/bin/pip" install --quiet oras==0.2.43 python-dxf==12.1.1
fi
if [ ! -d "$cache/node/node_modules/@sigstore/oci" ]; then
    try node 300 npm install --silent --no-audit --no-fund --prefix "$cache/node" @sigstore/oci@0.7.2
fi

# Its dependencies are not plimsoll's, and are built once.
CARGO_TARGET_DIR=$cache/target try plimsoll-oci-client 900 cargo install --quiet --debug --locked --force \
    --path "$(dirname "$0")/oci-client" --root "$cache"

gone crane github.com/google/go-containerregistry/cmd/crane@v0.22.1
gone oras oras.land/oras/cmd/oras@v1.3.6
gone regctl github.com/regclient/regclient/cmd/regctl@v0.11.7
gone conformance github.com/opencontainers/distribution-spec/conformance@v0.0.0-20260831232431-97274622c111
gone helm helm.sh/helm/v3/cmd/helm@v3.22.0
gone cosign github.com/sigstore/cosign/v3/cmd/cosign@v3.1.3
