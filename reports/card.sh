# What the run.sh of every report card has in common; sourced, not run. It needs bash with `set -euo pipefail`.
#
#   run.sh OUT            compare a run with the card
#   run.sh OUT --update   write the card anew
#
# A run.sh calls `begin "$0" "$@"`, starts its registry on 127.0.0.1:$port with $folder for its files, puts the process's
# number into $server, and calls `finish`.

begin() {
    card=$(cd "$(dirname "$1")" && pwd)
    out=$2
    mode=${3:-}
    cd "$card/../.."
    folder=$(mktemp -d)
    # Below the ports that the system gives to clients.
    port=$((20000 + RANDOM % 12000))
    trap 'kill "${server:-}" 2>/dev/null || true; rm -rf "$folder"' EXIT
}

check() {
    # What becomes of requests that meet is up to chance.
    cargo run --release --quiet -- check "http://127.0.0.1:$port" --wait 30s --seed 1 --run-id "$1" --skip 'concurrency/*' \
        --fail-on never --quiet --out "$out"
}

# Checks whose verdict changes with the registry's mood stand in unsteady.txt, with the reason.
compare() {
    cargo run --release --quiet --example same_verdicts -- "$card/results.json" "$out/results.json" \
        "$card/unsteady.txt"
}

finish() {
    check card
    if [ "$mode" = --update ]; then
        sed "s/127\.0\.0\.1:$port/127.0.0.1:5000/g" "$out/results.json" > "$card/results.json"
    elif ! compare; then
        # What differs once may be the machine's doing; what differs twice is a change.
        check again
        compare
    fi
}

# Installs a Go command at a version into $bin, unless it is there.
install_go() {
    command -v go > /dev/null || PATH=$PATH:/usr/local/go/bin
    bin=$PWD/target/registries/$(basename "$card")
    [ -x "$bin/$1" ] || GOBIN=$bin go install "$2"
}
