//! Defects that only a registry shows that knows its users: who comes, and what they may do. One theme,
//! one file.
//!
//! They are told to a registry with two users; [`guarded`](crate::registry::guarded) has them.

mod challenges;
mod forged_tokens;
mod forms;
mod logins;
mod mounts;
mod token_reach;
mod token_service;
mod users;

use http::header::WWW_AUTHENTICATE;

use super::Defect;
use super::Source;
use crate::registry::answer::Answer;
use crate::registry::auth::Entry;

/// The files of the table.
pub(super) static THEMES: &[&[Defect]] = &[
    challenges::DEFECTS,
    logins::DEFECTS,
    mounts::DEFECTS,
    token_service::DEFECTS,
    token_reach::DEFECTS,
    forged_tokens::DEFECTS,
    users::DEFECTS,
    forms::DEFECTS,
];

/// Whether that is a refusal of what was shown, for it being no good.
fn is_invalid(entry: &Entry) -> bool {
    said(entry).is_some_and(|it| it.contains("error=\"invalid_token\""))
}

/// Whether that is a refusal of a good token that does not permit the request.
fn is_insufficient(entry: &Entry) -> bool {
    said(entry).is_some_and(|it| it.contains("error=\"insufficient_scope\""))
}

/// The challenge of a refusal.
fn said(entry: &Entry) -> Option<&str> {
    match entry {
        Entry::Refused(answer) => answer.value(&WWW_AUTHENTICATE),
        Entry::Open | Entry::Admitted(_) | Entry::Tokens(_) => None,
    }
}

/// The same, with what a refusal challenges for in other words; without any, if these are empty.
fn challenging(entry: Entry, word: impl Fn(&str) -> String) -> Entry {
    let Some(words) = said(&entry).map(word) else {
        return entry;
    };
    match entry {
        Entry::Refused(mut answer) => {
            answer.headers.remove(WWW_AUTHENTICATE);
            let has_any = !words.is_empty();
            Entry::Refused(answer.when(has_any, |it| it.header(WWW_AUTHENTICATE, &words)))
        }
        other => other,
    }
}

/// A challenge without one of its parameters.
fn without(challenge: &str, parameter: &str) -> String {
    let Some((scheme, rest)) = challenge.split_once(' ') else {
        return challenge.to_owned();
    };
    let start = format!("{parameter}=\"");
    // No value here has both a quotation mark and a comma.
    let kept = rest.split("\",").filter(|it| !it.starts_with(&start));
    let kept: Vec<_> = kept.map(|it| it.trim_end_matches('"')).collect();
    format!("{scheme} {}\"", kept.join("\","))
}

/// A refusal with this status and nothing else.
fn refused(status: u16) -> Entry {
    Entry::Refused(Answer::of(status))
}
