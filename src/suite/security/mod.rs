//! What an attacker would try: content, sessions and users that have to stay apart, and names that lead astray.
//!
//! Whose content it is that others must not see is said by the run: that of the first account. A registry
//! that shows it to everybody has nothing to hide, and is asked nothing.

pub(super) mod accounts;
pub(super) mod anonymous;
pub(super) mod bounds;
pub(super) mod canary;
pub(super) mod deletes;
pub(super) mod detours;
pub(super) mod documents;
pub(super) mod errors;
pub(super) mod forged_tokens;
pub(super) mod headers;
pub(super) mod mounts;
pub(super) mod repositories;
pub(super) mod sessions;
pub(super) mod tokens;
pub(super) mod traversal;

mod forgery;
mod private;

use crate::http::Failure;
use crate::trial::Answer;
use crate::trial::Asking;
use crate::verdict::Stop;

/// The answer to something odd, to which no answer is an answer too.
fn answer_if_any(asking: Asking<'_>) -> Result<Option<Answer<'_>>, Stop> {
    match asking.attempt() {
        Ok(answer) => Ok(Some(answer)),
        Err(stopped @ Failure::Stopped) => Err(Stop::Trouble(stopped)),
        Err(_) => Ok(None),
    }
}

/// A text with every byte percent-encoded.
fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(3 * text.len());
    for byte in text.bytes() {
        encoded.push('%');
        encoded.extend(
            [byte >> 4, byte & 0xf]
                .map(|digit| char::from(b"0123456789abcdef"[usize::from(digit)])),
        );
    }
    encoded
}
