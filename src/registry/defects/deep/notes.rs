//! What rows note from request to request: words under keys.

use crate::oci::Digest;
use crate::registry::seams::Visit;

/// The words that were noted under a key, the oldest first.
pub(super) fn words(visit: &Visit<'_>, key: &str) -> Vec<String> {
    let noted = visit.memory.recall(key).unwrap_or_default();
    let noted = String::from_utf8_lossy(&noted);
    noted.split_whitespace().map(str::to_owned).collect()
}

/// Notes a word under a key, once.
pub(super) fn note(visit: &Visit<'_>, key: &str, word: &str) {
    let mut noted = words(visit, key);
    if !noted.iter().any(|it| it == word) {
        noted.push(word.to_owned());
        visit.memory.keep(key, noted.join(" "));
    }
}

/// Takes a word away from under a key.
pub(super) fn strike(visit: &Visit<'_>, key: &str, word: &str) {
    let mut noted = words(visit, key);
    noted.retain(|it| it != word);
    visit.memory.keep(key, noted.join(" "));
}

/// A key of the repository that the path names.
pub(super) fn here(visit: &Visit<'_>, what: &str) -> String {
    format!("{what} {}", visit.name())
}

/// A key of the thing that the path names.
pub(super) fn of_it(visit: &Visit<'_>, what: &str) -> String {
    format!("{what} {}", visit.key())
}

/// A key of content of the repository that the path names.
pub(super) fn of(visit: &Visit<'_>, what: &str, digest: &Digest) -> String {
    format!("{what} {} {digest}", visit.name())
}
