//! How a check can end.
//!
//! A violation, a preparation that failed, a feature that is lawfully absent and trouble on the way
//! are four different things, and different types from the check to the exit code.

use std::fmt;
use std::panic::Location;

use crate::catalogue::Requirement;
use crate::http::Failure;

/// How a check ended, as it is reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Every demand held.
    Pass,
    /// A requirement of level must or expected is broken.
    Fail,
    /// A requirement of level should is broken, and none heavier.
    Warn,
    /// The feature is lawfully absent.
    Unsupported,
    /// The preparation failed, so that the question was never put.
    Blocked,
    /// It failed, and passed when asked again in a fresh repository.
    Flaky,
    /// It failed, and the expectations say so.
    Known,
    /// The question could not be put: a timeout, a lost connection, an answer that cannot be read.
    Error,
    /// It was not selected, or is not part of this version of the specification.
    Skipped,
}

impl Verdict {
    /// Every verdict, in the order in which they are reported.
    pub const ALL: [Self; 9] = [
        Self::Pass,
        Self::Fail,
        Self::Warn,
        Self::Unsupported,
        Self::Blocked,
        Self::Flaky,
        Self::Known,
        Self::Error,
        Self::Skipped,
    ];

    /// The word in every report.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Warn => "warn",
            Self::Unsupported => "unsupported",
            Self::Blocked => "blocked",
            Self::Flaky => "flaky",
            Self::Known => "known",
            Self::Error => "error",
            Self::Skipped => "skipped",
        }
    }

    /// The verdict of this word.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.word() == word)
    }

    /// Whether the registry was in fact asked and judged.
    pub const fn is_judgement(self) -> bool {
        matches!(
            self,
            Self::Pass | Self::Fail | Self::Warn | Self::Flaky | Self::Known
        )
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// A requirement that an answer broke.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The one requirement that is broken.
    pub requirement: &'static Requirement,
    /// Every acceptable outcome, in words.
    pub expected: String,
    /// What happened instead.
    pub actual: String,
    /// What about the answer is at fault.
    pub fault: Fault,
    /// The exchange that shows it: an index into the trial's transcript.
    pub exchange: Option<usize>,
}

/// What about an answer is at fault. Failures that have this in common, at the same operation, are
/// likely to have one root.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// The status: the first that would have done, and the actual one.
    Status(u16, u16),
    /// This header, in lower case.
    Header(String),
    /// The bytes of the body.
    Body,
    /// What the answer says, or several answers together.
    Content,
}

impl Fault {
    /// The fault that [`Display`](fmt::Display) writes so.
    pub fn named(text: &str) -> Option<Self> {
        match text {
            "body" => return Some(Self::Body),
            "content" => return Some(Self::Content),
            _ => {}
        }
        if let Some(name) = text.strip_prefix("header ") {
            return Some(Self::Header(name.to_owned()));
        }
        let (actual, expected) = text.strip_prefix("status ")?.split_once(" not ")?;
        Some(Self::Status(expected.parse().ok()?, actual.parse().ok()?))
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status(expected, actual) => write!(f, "status {actual} not {expected}"),
            Self::Header(name) => write!(f, "header {name}"),
            Self::Body => f.write_str("body"),
            Self::Content => f.write_str("content"),
        }
    }
}

/// A demand that a check made in earnest: in the name of a requirement that the version under test
/// asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Demanded {
    /// The requirement.
    pub requirement: &'static Requirement,
    /// Where in the source the demand stands.
    pub place: &'static Location<'static>,
    /// Whether it held.
    pub held: bool,
}

/// Why a check stopped before its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stop {
    /// The registry broke a requirement that the check is about.
    Violation(Box<Violation>),
    /// The registry broke a requirement that the check stands on, so that it could not be prepared.
    Blocked(Box<Violation>),
    /// The feature is lawfully absent; the evidence.
    Unsupported(String),
    /// The check cannot be put in this run; the reason.
    Skipped(String),
    /// There was no answer to judge.
    Trouble(Failure),
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Trouble(failure)
    }
}

/// What a check's function returns: whether it came to its end.
pub type Outcome = Result<(), Stop>;
