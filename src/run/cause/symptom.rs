//! What a failure looks like on the wire: the operation, and what about its answer is at fault.

use crate::http::Exchange;
use crate::http::Method;
use crate::oci::Endpoint;
use crate::run::examine::Ended;
use crate::verdict::Fault;
use crate::verdict::Violation;

/// What a failure looks like. Two failures with one symptom have one root, as far as can be told
/// from outside.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Symptom {
    pub(super) operation: Operation,
    pub(super) sign: Sign,
}

/// An operation: HEAD counts as GET, and a tag as a digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Operation {
    endpoint: Endpoint,
    action: Action,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Action {
    Read,
    Post,
    Put,
    Patch,
    Delete,
    Other,
}

/// What about the answer is at fault.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Sign {
    /// A status of this class was asked for, and that status came. No class is named where it is a
    /// server error.
    Status(u16, u16),
    Header(String),
    Body,
    Content,
}

impl Symptom {
    /// The symptom of a case that did not go well, if an exchange shows it.
    pub(super) fn of(ended: &Ended) -> Option<Self> {
        let violation = ended.violation.as_ref()?;
        let exchange = ended.exchanges.get(violation.exchange?)?;
        Some(Self {
            operation: Operation::of(exchange),
            sign: Sign::of(violation),
        })
    }
}

impl Operation {
    fn of(exchange: &Exchange) -> Self {
        let action = match exchange.request.method {
            Method::GET | Method::HEAD => Action::Read,
            Method::POST => Action::Post,
            Method::PUT => Action::Put,
            Method::PATCH => Action::Patch,
            Method::DELETE => Action::Delete,
            _ => Action::Other,
        };
        Self {
            endpoint: Endpoint::of(&exchange.request.url),
            action,
        }
    }
}

impl Sign {
    fn of(violation: &Violation) -> Self {
        match &violation.fault {
            // Whatever was asked for: the server fell over.
            Fault::Status(_, actual) if *actual >= 500 => Self::Status(0, *actual),
            Fault::Status(expected, actual) => Self::Status(expected / 100, *actual),
            Fault::Header(name) => Self::Header(name.clone()),
            Fault::Body => Self::Body,
            Fault::Content => Self::Content,
        }
    }
}
