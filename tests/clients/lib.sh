# shellcheck shell=bash disable=SC2034
# What every client's script uses; sourced, not run, by bash with `set -uo pipefail`.
#
# run.sh gives it, in the environment:
#   WORLD, CLIENT   names, for the report
#   BASE, REGISTRY  the registry's URL, and its host and port
#   LOGIN           none, basic or token: how alice (all rights) and bob (who may only pull) log in
#   CA              the registry's certificate, or nothing where it speaks no TLS
#   CONTENT         what content.py made
#   WORK            an empty folder, which is also the current one and HOME
#   TALLY           the file where outcomes are counted
#   PLIMSOLL        the program that is tested, for what it pushes as a client

PASSWORD=secret        # alice's
OTHER_PASSWORD=other   # bob's
LIMIT=${LIMIT:-60}     # seconds that a command of a client may take

# say OUTCOME WHAT: one line of the report.
say() {
    printf '%-4s  %s  %s: %s\n' "$1" "$WORLD" "$CLIENT" "$2"
    printf '%s %s %s\n' "${1%% *}" "$WORLD" "$CLIENT" >> "$TALLY"
}

left_out() { say LEFT "$1, left out because $2"; }

show_log() { tail -n 25 "$WORK/step.log" | cut -c1-400 | sed 's/^/      | /'; }

# run COMMAND...: runs it, with every failure in it fatal, and keeps what it prints for a report.
run() { (set -e; "$@") > "$WORK/step.log" 2>&1; }

# step WHAT COMMAND...: passes if the command, which may be a function, succeeds.
step() {
    local what=$1 status
    shift
    run "$@"
    status=$?
    if [ $status -eq 0 ]; then
        say PASS "$what"
    else
        say FAIL "$what (exit $status of: $*)"
        show_log
    fi
}

# refused REASON WHAT COMMAND...: passes if the command fails and says why in words that match the reason.
refused() {
    local reason=$1 what=$2 status
    shift 2
    run "$@"
    status=$?
    if [ $status -ne 0 ] && [ $status -ne 124 ] && grep -qiE "$reason" "$WORK/step.log"; then
        say PASS "$what"
    else
        say FAIL "$what (exit $status of: $*; wanted a refusal that says $reason)"
        show_log
    fi
}

# How clients say that a login is missing or wrong, and that they do not know a certificate.
NO_LOGIN='\b40[13]\b|unauthori[sz]ed|unauthenticated|denied|forbidden|invalid username|credential not found'
NO_TRUST='x509|certificate'

# limited COMMAND...: a program, not a function, stopped after a while.
limited() { timeout --kill-after=5 "$LIMIT" "$@"; }

# require PROGRAM: ends the script, loudly, where the client is not there.
require() {
    command -v "$1" > /dev/null && return
    left_out "everything" "$1 is not installed$(why_missing "$1")"
    exit 0
}

why_missing() {
    local log=${INSTALL_LOGS:-/nonexistent}/$1.log
    [ -s "$log" ] && printf ': %s' "$(tail -n 1 "$log" | cut -c1-200)"
}

secure() { [ -n "$CA" ]; }
# Where podman, buildah and skopeo look for what to trust.
trust() {
    mkdir -p "$HOME/.config/containers/certs.d/$REGISTRY"
    cp "$CA" "$HOME/.config/containers/certs.d/$REGISTRY/ca.crt"
}
has_login() { [ "$LOGIN" != none ]; }

# guarded [COMMAND]: who may do what, by the script's functions `login USER PASSWORD` and `push`, and leaves alice logged
# in. A client that stores passwords without trying them gives the command that tries one.
guarded() {
    has_login || return 0
    refused "$NO_LOGIN" "a wrong password is refused" "${1:-login}" alice wrong
    refused "$NO_LOGIN" "nothing is pushed without a right password" push
    step "bob logs in" login bob "$OTHER_PASSWORD"
    refused "$NO_LOGIN" "bob, who may only pull, does not push" push
    step "alice logs in" login alice "$PASSWORD"
}

# tagged LAYOUT: the digest of what a layout calls v1.
tagged() { jq -re '.manifests[0].digest' "$1/index.json"; }

# blob LAYOUT DIGEST: where a layout has it.
blob() { printf '%s/blobs/%s' "$1" "${2/://}"; }

sha256() { printf 'sha256:%s' "$(sha256sum "$1" | cut -d' ' -f1)"; }

# same_blobs SENT RECEIVED: every blob of one layout is in the other, byte for byte.
same_blobs() {
    local file
    for file in "$1"/blobs/sha256/*; do
        cmp "$file" "$2/blobs/sha256/${file##*/}"
    done
}

# fetch REPOSITORY PATH FILE: what the registry has, asked for with curl alone.
fetch() {
    local options=(--silent --show-error --fail --max-time 30 --output "$3")
    secure && options+=(--cacert "$CA")
    case $LOGIN in
        basic) options+=(--user "alice:$PASSWORD") ;;
        token) options+=(--header "Authorization: Bearer $(token "$1")") ;;
    esac
    curl "${options[@]}" --header "Accept: */*" "$BASE/v2/$1/$2"
}

token() {
    local options=(--silent --show-error --fail --max-time 30 --user "alice:$PASSWORD")
    secure && options+=(--cacert "$CA")
    curl "${options[@]}" "$BASE/token?service=plimsoll&scope=repository:$1:pull" | jq -re .token
}

# holds REPOSITORY REFERENCE LAYOUT [DIGEST]: the registry has what the layout has under this digest (or calls v1),
# all that it refers to included, byte for byte.
holds() {
    local digest=${4:-$(tagged "$3")} manifest part
    manifest=$(blob "$3" "$digest")
    fetch "$1" "manifests/$2" got.manifest
    cmp "$manifest" got.manifest
    for part in $(jq -r '.config.digest // empty, .layers[]?.digest' "$manifest"); do
        fetch "$1" "blobs/$part" got.blob
        cmp "$(blob "$3" "$part")" got.blob
    done
    for part in $(jq -r '.manifests[]?.digest' "$manifest"); do
        holds "$1" "$part" "$3" "$part"
    done
}

# lacks REPOSITORY REFERENCE: the registry answers 404.
lacks() {
    if fetch "$1" "manifests/$2" got.nothing 2> got.error; then
        echo "$1 still has $2"
        return 1
    fi
    grep -q 404 got.error || { cat got.error; return 1; }
}

# lists WORD...: standard input has each word on a line of its own.
lists() {
    local lines word
    lines=$(cat)
    for word in "$@"; do
        grep -qxF -- "$word" <<< "$lines" || { printf 'no %s in:\n%s\n' "$word" "$lines"; return 1; }
    done
}
