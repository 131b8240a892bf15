//! The file of expectations: TOML, `[[known]]` for each entry. `docs/expectations.md` describes it.
//!
//! It is written by people, so that what is wrong is said with its line and with what to do.

use std::ops::Range;

use glob::Pattern;
use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;

use crate::verdict::Verdict;

use super::Day;
use super::Expectation;
use super::Expectations;
use super::Subject;

/// The name of the array of entries.
pub const KEY: &str = "known";

/// The verdicts that can be expected.
const VERDICTS: [Verdict; 4] = [Verdict::Fail, Verdict::Warn, Verdict::Flaky, Verdict::Error];

/// Every key of the file.
const KEYS: [&str; 7] = [
    KEY, "check", "finding", "verdict", "reason", "link", "expires",
];

/// How much a key has to be like another to be taken for it.
const LIKE: f64 = 0.75;

/// A file that holds no expectations that can be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {flaw}")]
pub struct BadExpectations {
    /// The line in which it is wrong, counted from 1.
    pub line: usize,
    /// What is wrong there.
    pub flaw: Flaw,
}

/// What is wrong with an entry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// It is not TOML, or a value is of another kind.
    #[error("{0}; so nothing is known of what the file means to say: mend it there")]
    Toml(String),
    /// A key that there is not.
    #[error("`{key}` is no key of an expectation, and would be of no effect; {hint}")]
    UnknownKey {
        /// The key.
        key: String,
        /// What to give in its place.
        hint: String,
    },
    /// Neither `check` nor `finding`.
    #[error(
        "the entry says neither `check` nor `finding`, so that it is about nothing; give one of the two"
    )]
    NoSubject,
    /// Both of them.
    #[error(
        "the entry says both `check` and `finding`, and would be about neither; make two entries of it"
    )]
    TwoSubjects,
    /// A glob that is none.
    #[error(
        "`{glob}` is no glob ({reason}), so that it matches nothing; `*`, `?` and `[…]` stand for others, and \
         `[*]` for itself"
    )]
    BadGlob {
        /// The text.
        glob: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A verdict that cannot be expected.
    #[error(
        "`{0}` is no verdict that can be expected; give fail, warn, flaky or error, or leave it out for any end \
         that gates"
    )]
    NoVerdict(String),
    /// A verdict of a finding.
    #[error(
        "a finding has no verdict, so that the entry would be of no effect; leave `verdict` out"
    )]
    VerdictOfFinding,
    /// No reason.
    #[error(
        "the entry has no reason, and nobody would know later why it is there; say in `reason` why this is not \
         mended now"
    )]
    NoReason,
    /// A time, or a text, in the place of a day.
    #[error(
        "`expires` is no day, so that nobody knows how long the entry holds; write the last day on which it \
         does, without quotes and without a time: 2027-01-31"
    )]
    NoDay,
}

impl Expectations {
    /// Reads the text of a file, as of `today`.
    pub fn read(text: &str, today: Day) -> Result<Self, BadExpectations> {
        let file: File = toml::from_str(text).map_err(|error| unreadable(text, &error))?;
        let rows = file.known.into_iter();
        let entries = rows.map(|row| {
            let span = row.span();
            entry(row.into_inner(), &span).map_err(|(at, flaw)| flawed(text, at.start, flaw))
        });
        Ok(Self {
            entries: entries.collect::<Result<_, _>>()?,
            today,
            strict: false,
        })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    known: Vec<Spanned<Row>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    check: Option<Spanned<String>>,
    finding: Option<Spanned<String>>,
    verdict: Option<Spanned<String>>,
    reason: Option<Spanned<String>>,
    link: Option<String>,
    expires: Option<Spanned<toml::Value>>,
}

type Place = Range<usize>;

fn entry(row: Row, place: &Place) -> Result<Expectation, (Place, Flaw)> {
    let subject = match (row.check, row.finding) {
        (Some(text), None) => Subject::Check(glob(&text)?),
        (None, Some(text)) => Subject::Finding(glob(&text)?),
        (None, None) => return Err((place.clone(), Flaw::NoSubject)),
        (Some(_), Some(text)) => return Err((text.span(), Flaw::TwoSubjects)),
    };
    let reason = row
        .reason
        .unwrap_or(Spanned::new(place.clone(), String::new()));
    if reason.get_ref().trim().is_empty() {
        return Err((reason.span(), Flaw::NoReason));
    }
    let verdict = row.verdict.map(|word| verdict(&word, &subject));
    Ok(Expectation {
        subject,
        verdict: verdict.transpose()?,
        reason: reason.into_inner().trim().to_owned(),
        link: row.link,
        expires: row.expires.map(|value| day(&value)).transpose()?,
    })
}

fn glob(text: &Spanned<String>) -> Result<Pattern, (Place, Flaw)> {
    let bad = |reason: &str| {
        let glob = text.get_ref().clone();
        let reason = reason.to_owned();
        (text.span(), Flaw::BadGlob { glob, reason })
    };
    if text.get_ref().is_empty() {
        return Err(bad("it is empty"));
    }
    Pattern::new(text.get_ref()).map_err(|error| bad(error.msg))
}

fn verdict(word: &Spanned<String>, subject: &Subject) -> Result<Verdict, (Place, Flaw)> {
    if matches!(subject, Subject::Finding(_)) {
        return Err((word.span(), Flaw::VerdictOfFinding));
    }
    VERDICTS
        .into_iter()
        .find(|verdict| verdict.word() == word.get_ref())
        .ok_or_else(|| (word.span(), Flaw::NoVerdict(word.get_ref().clone())))
}

fn day(value: &Spanned<toml::Value>) -> Result<Day, (Place, Flaw)> {
    let date: Option<&Datetime> = value.get_ref().as_datetime();
    date.and_then(Day::of_toml)
        .ok_or_else(|| (value.span(), Flaw::NoDay))
}

fn unreadable(text: &str, error: &toml::de::Error) -> BadExpectations {
    let at = error.span().map_or(0, |span| span.start);
    let message = error.message().trim().replace('\n', ", ");
    let flaw = match unknown_key(&message) {
        Some(key) => Flaw::UnknownKey {
            hint: hint(&key),
            key,
        },
        None => Flaw::Toml(message),
    };
    flawed(text, at, flaw)
}

/// The key of which the reader says that there is none.
fn unknown_key(message: &str) -> Option<String> {
    let rest = message.strip_prefix("unknown field `")?;
    rest.split_once('`').map(|(key, _)| key.to_owned())
}

/// The key that was meant, or all.
fn hint(key: &str) -> String {
    let likeness = |known: &&str| strsim::jaro_winkler(key, known);
    let nearest = KEYS
        .iter()
        .max_by(|left, right| likeness(left).total_cmp(&likeness(right)));
    match nearest.filter(|known| likeness(known) > LIKE) {
        Some(known) => format!("did you mean `{known}`?"),
        None => format!("there are `{}`", KEYS.join("`, `")),
    }
}

fn flawed(text: &str, at: usize, flaw: Flaw) -> BadExpectations {
    let before = text.as_bytes().iter().take(at);
    BadExpectations {
        line: 1 + before.filter(|byte| **byte == b'\n').count(),
        flaw,
    }
}
