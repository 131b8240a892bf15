#!/usr/bin/env bash
# Builds every fuzz target on the stable toolchain and lets each run for some seconds, from its seeds and the inputs
# that once failed. What is found stays in a folder that is named at the end; the corpus does not.
#
#   fuzz/smoke.sh [SECONDS [TARGET…]]
set -euo pipefail
cd "$(dirname "$0")"

seconds=${1:-3}
shift || true
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$PWD/../target}
triple=$(rustc -vV | sed -n 's/^host: //p')
work=$(mktemp -d)

need_cargo_fuzz() {
    command -v cargo-fuzz >/dev/null || cargo install --quiet --locked cargo-fuzz
}

# The dictionary of a target.
dictionary() {
    case $1 in
        name | reference | digest | route | query) echo words ;;
        content_range | byte_range | link | challenge | address | answer) echo headers ;;
        manifest | descriptor | error_body | record) echo bodies ;;
        *) echo answers ;;
    esac
}

# Runs a target from a copy of what is known, since libFuzzer writes into its corpus.
run() {
    local name=$1 corpus="$work/corpus/$1" log="$work/$1.log"
    mkdir -p "$corpus" "$work/artifacts"
    for known in seeds ../fixtures/regressions; do
        [ -d "$known/$name" ] && cp -r "$known/$name/." "$corpus/"
    done
    if ! "$CARGO_TARGET_DIR/$triple/release/$name" "$corpus" -max_total_time="$seconds" -rss_limit_mb=2048 \
        -timeout=20 -max_len=8192 -dict="dictionaries/$(dictionary "$name").dict" \
        -artifact_prefix="$work/artifacts/$name-" -print_final_stats=1 2>"$log"; then
        tail -n 40 "$log"
        echo "$name: FAILED; the input is in $work/artifacts"
        return 1
    fi
    echo "$name: $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") runs," \
        "$(sed -n 's/^stat::average_exec_per_sec: *//p' "$log") a second"
}

need_cargo_fuzz
cargo fuzz build --sanitizer none --codegen-units 16
targets=("$@")
[ ${#targets[@]} -gt 0 ] || mapfile -t targets < <(cargo fuzz list)
failed=0
for target in "${targets[@]}"; do
    run "$target" || failed=1
done
[ "$failed" = 0 ] && rm -rf "$work"
exit "$failed"
