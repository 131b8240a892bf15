#!/usr/bin/env bash
# The book: the guides, and the catalogue with a page for each check. Needs mdbook; gives target/book/html.
set -euo pipefail
cd "$(dirname "$0")/.."

book=target/book
rm -rf "$book"
mkdir -p "$book"
cp docs/*.md docs/*.json docs/*.png docs/book.toml "$book"
cargo run --release --quiet -- export catalogue "$book/catalogue"
cat "$book/catalogue/SUMMARY.md" >> "$book/SUMMARY.md"
rm "$book/catalogue/SUMMARY.md"
mdbook build "$book" --dest-dir html
