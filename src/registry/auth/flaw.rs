//! What people write into the files of auth, and where they went wrong.

/// How much a word has to be like another to be taken for it.
const LIKE: f64 = 0.75;

/// The word that was meant, or all there are.
pub(super) fn hint<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let known: Vec<&str> = known.into_iter().collect();
    let likeness = |other: &&&str| strsim::jaro_winkler(word, other);
    let nearest = known
        .iter()
        .max_by(|left, right| likeness(left).total_cmp(&likeness(right)));
    match nearest.filter(|other| likeness(other) > LIKE) {
        Some(other) => format!("did you mean `{other}`?"),
        None => format!("there are `{}`", known.join("`, `")),
    }
}

/// The line, counted from 1, in which this byte of `text` stands.
pub(super) fn line(text: &str, at: usize) -> usize {
    let before = text.as_bytes().iter().take(at);
    1 + before.filter(|byte| **byte == b'\n').count()
}
