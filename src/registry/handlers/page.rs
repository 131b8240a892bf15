//! Pages of a list of names: the parameters `n` and `last`, and the link to what follows.

use crate::oci::Link;
use crate::registry::percent;
use crate::registry::query::Query;

/// Which page is asked for.
pub(super) struct Asked<'a> {
    /// At most how many; `None` if nobody said, or it was no number.
    count: Option<usize>,
    /// Behind which name.
    pub(super) last: &'a str,
}

impl<'a> Asked<'a> {
    /// The page that a query asks for.
    pub(super) fn read(query: &'a Query) -> Self {
        Self {
            count: query.first("n").and_then(count),
            last: query.first("last").unwrap_or_default(),
        }
    }

    /// How many names it has at most, where none has more than `most`.
    pub(super) fn limit(&self, most: usize) -> usize {
        self.count.unwrap_or(usize::MAX).min(most)
    }

    /// The link to the page behind `last`.
    pub(super) fn next(&self, path: &str, last: &str) -> Link {
        let count = self.count.map_or_else(String::new, |n| format!("n={n}&"));
        Link::next(format!("{path}?{count}last={}", percent::encode(last)))
    }
}

/// The parameter `n`: `None` if it is no number, and is passed over. A number larger than any list
/// is the largest.
fn count(text: &str) -> Option<usize> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().unwrap_or(usize::MAX))
}
