#!/usr/bin/env bash
# Runs real clients against the reference registry, in each of eight worlds: it holds its content in memory or in a
# folder; nobody logs in, or users have passwords or tokens; and either of these is within TLS as well. A ninth is for
# the official suite alone.
#
#   run.sh BINARY                   every client in every world
#   run.sh BINARY CLIENT [WORLD]    one client, in every world or in one
#
# OPTIONS='--defect NAME' in front of it gives the registry more options, for instance to see clients notice.
#
# install.sh installs the clients. Needs bash, curl, jq, openssl and python3.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
binary=$(realpath "${1:?the plimsoll to run}")
only_client=${2:-}
only_world=${3:-}

cache=${XDG_CACHE_HOME:-$HOME/.cache}/plimsoll-clients
export INSTALL_LOGS=$cache/logs CLIENTS_CACHE=$cache PLIMSOLL=$binary
export PATH=$cache/bin:$cache/python/bin:$PATH

worlds="memory-anonymous memory-basic memory-token memory-token-tls dir-anonymous dir-basic dir-token dir-basic-tls"
# Where each client runs. The slow ones have a world of each kind of login, and either kind of store.
declare -A runs_in=(
    [skopeo]=$worlds [crane]=$worlds [oras]=$worlds [regctl]=$worlds [oras-python]=$worlds [sigstore-oci]=$worlds
    [oci-client]=$worlds
    [python-dxf]="memory-anonymous memory-token-tls dir-anonymous dir-basic-tls"
    [umoci]="memory-token-tls dir-anonymous"
    [podman]="memory-anonymous memory-token-tls dir-basic dir-token"
    [buildah]="memory-anonymous memory-token-tls dir-basic dir-token"
    [cosign]="memory-anonymous memory-token-tls dir-basic dir-token"
    [helm]="memory-anonymous memory-token-tls dir-basic dir-token"
    [notation]="memory-anonymous memory-token-tls dir-basic dir-token"
    [official-suite]="$worlds memory-anonymous-sparse"
)
clients="skopeo crane oras regctl oras-python python-dxf sigstore-oci oci-client umoci podman buildah cosign helm notation official-suite"
# Fewer clients than this, and the run fails: those that need no Go, and most where there is a Go toolchain, since a
# package that cannot be had today is nobody's fault here.
minimum=8
if PATH=$PATH:/usr/local/go/bin command -v go > /dev/null; then minimum=11; fi
if [ -n "$only_client" ]; then minimum=1; fi

scratch=$(mktemp -d)
server=
trap 'stop_registry; rm -rf "$scratch"' EXIT
export CONTENT=$scratch/content TALLY=$scratch/tally
: > "$TALLY"

# start_registry WORLD: sets BASE, REGISTRY, LOGIN and CA.
start_registry() {
    local address=127.0.0.1:0 folder=$scratch/$1 options=()
    read -ra options <<< "${OPTIONS:-}"
    mkdir -p "$folder"
    LOGIN=none CA=
    case $1 in dir-*) options+=(--store "dir:$folder/store") ;; esac
    case $1 in *-sparse) options+=(--variation absent-references-taken) ;; esac
    case $1 in *-basic*) LOGIN=basic ;; *-token*) LOGIN=token ;; esac
    if [ "$LOGIN" != none ]; then
        options+=(--htpasswd "$here/users" --rights "$here/rights.toml" --auth "$LOGIN")
    fi
    # @sigstore/oci speaks no TLS to 127.0.0.1.
    case $1 in *-tls)
        CA=$folder/ca.pem address=127.0.0.2:0
        options+=(--tls-self-signed --tls-ca-file "$CA") ;;
    esac
    "$binary" serve --addr "$address" --ready-file "$folder/ready" "${options[@]}" > "$folder/log" 2>&1 &
    server=$!
    wait_for "$folder/ready" || return
    BASE=$(cat "$folder/ready") && BASE=${BASE%/} && REGISTRY=${BASE#*://} && export BASE REGISTRY LOGIN CA
}

wait_for() {
    for _ in $(seq 100); do
        [ -s "$1" ] && return
        kill -0 "$server" 2> /dev/null || return
        sleep 0.1
    done
    return 1
}

stop_registry() {
    [ -z "$server" ] && return
    kill "$server" 2> /dev/null
    wait "$server" 2> /dev/null
    server=
}

# on_its_own CLIENT FOLDER: with nothing of the caller's: home, settings, temporary files and logins are its own.
on_its_own() (
    cd "$2" || exit
    export CLIENT=$1 WORK=$2 HOME=$2 TMPDIR=$2/tmp XDG_RUNTIME_DIR=$2/run
    export XDG_CONFIG_HOME=$2/.config XDG_DATA_HOME=$2/.local XDG_CACHE_HOME=$2/.cache
    export DOCKER_CONFIG=$2/.docker
    bash "$here/$1.sh" < /dev/null
)

call() {
    # Short, for podman takes no long paths.
    local work=$scratch/w before
    before=$(wc -l < "$TALLY")
    mkdir -p "$work/tmp" "$work/run"
    if ! on_its_own "$1" "$work" || [ "$(wc -l < "$TALLY")" -eq "$before" ]; then
        fail "$1" "its script broke off, or did nothing"
    fi
    rm -rf "$work"
}

fail() {
    echo "FAIL  $WORLD  $1: $2"
    echo "FAIL $WORLD $1" >> "$TALLY"
}

count() { grep -c "^$1" "$TALLY"; }

python3 "$here/content.py" "$CONTENT" 1 || exit 3
for world in ${only_world:-$worlds memory-anonymous-sparse}; do
    export WORLD=$world
    if ! start_registry "$world"; then
        fail registry "it does not start:" && cat "$scratch/$world/log"
        continue
    fi
    for client in ${only_client:-$clients}; do
        case " ${runs_in[$client]} " in *" $world "*) call "$client" ;; esac
    done
    stop_registry
done

ran=$(grep '^PASS' "$TALLY" | cut -d' ' -f3 | sort -u | grep -c .)
echo
echo "$ran clients ran, of at least $minimum. Left out, and in how many worlds:"
grep '^LEFT' "$TALLY" | cut -d' ' -f3 | sort | uniq -c
echo
echo "$(count PASS) passed, $(count FAIL) failed, $(count LEFT) skipped"
[ "$(count FAIL)" -eq 0 ] && [ "$ran" -ge "$minimum" ]
