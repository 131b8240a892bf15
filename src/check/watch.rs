//! Watches: requirements that are judged on every exchange of a run, whatever it was sent for.
//!
//! A watch asks nothing. It looks at what goes by, and does not know which check it belongs to; the
//! run counts what it says and makes one end of it.

use crate::catalogue::Version;
use crate::http::Exchange;
use crate::trial::excerpt;
use crate::verdict::Fault;

/// Looks at an exchange with the registry itself that brought an answer. Requests for tokens, and
/// what another host answered, are never shown to it.
pub type Watch = fn(&Exchange, Version) -> Remark;

/// What a watch has to say of an exchange.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remark {
    /// The exchange is none of its business: the requirement says nothing of such answers.
    Silent,
    /// The requirement says something of such answers, and this one is as it says.
    Holds,
    /// The requirement is broken.
    Broken(Box<Broken>),
}

/// How an answer breaks a requirement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// Every acceptable outcome, in words.
    pub expected: String,
    /// What happened instead, as a phrase after which "to GET /v2/" can stand.
    pub actual: String,
    /// What about the answer is at fault.
    pub fault: Fault,
}

impl Remark {
    /// `holds`, or else `expected` did not happen but `actual` did, of which the beginning is kept.
    pub fn that(holds: bool, expected: &str, actual: &str) -> Self {
        if holds {
            return Self::Holds;
        }
        Self::Broken(Box::new(Broken {
            expected: expected.to_owned(),
            actual: excerpt(actual),
            fault: Fault::Content,
        }))
    }

    /// The same, where this is what is at fault.
    #[must_use]
    pub fn at(mut self, fault: Fault) -> Self {
        if let Self::Broken(broken) = &mut self {
            broken.fault = fault;
        }
        self
    }
}
