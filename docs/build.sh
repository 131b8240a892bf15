#!/usr/bin/env bash
# The book: the guides, and the catalogue with a page for each check. Needs mdbook; gives target/book/html.
# PLIMSOLL names a program that is built already.
set -euo pipefail
cd "$(dirname "$0")/.."

book=target/book
rm -rf "$book"
mkdir -p "$book"
cp docs/*.md docs/*.json docs/*.png docs/book.toml "$book"
# What lies outside of the book is named there, and not linked to.
sed -i -E 's/\[([^]]*)\]\(\.\.\/[^)]*\)/\1/g' "$book"/*.md
${PLIMSOLL:-cargo run --release --quiet --} export catalogue "$book/catalogue"
cat "$book/catalogue/SUMMARY.md" >> "$book/SUMMARY.md"
rm "$book/catalogue/SUMMARY.md"
mdbook build "$book" --dest-dir "$PWD/$book/html"
