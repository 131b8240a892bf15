//! What a failure looks like on the wire: the operation, and what about its answer is at fault.

use std::collections::BTreeSet;

use crate::oci::Endpoint;
use crate::verdict::Fault;

use super::Facts;
use super::facts::Shown;

/// What a failure looks like. Two failures with one symptom have one root, as far as can be told
/// from outside.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Symptom {
    pub(super) operation: Operation,
    pub(super) sign: Sign,
}

/// An operation: HEAD counts as GET, and a tag as a digest. A list with other parameters is another
/// operation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Operation {
    endpoint: Endpoint,
    action: Action,
    parameters: BTreeSet<String>,
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
    pub(super) fn of(ended: &Facts<'_>) -> Option<Self> {
        ended.requirement?;
        let shown = ended.shown_by?;
        let symptom = Self {
            operation: Operation::of(shown),
            sign: Sign::of(ended.fault.as_ref(), shown.status)?,
        };
        let is_list = symptom.operation.endpoint.is_list();
        // What an answer says has one root with what another says only where both are one list. What
        // a watch reads in it has nothing to do with what the answer is about.
        let is_chance = symptom.sign == Sign::Content && (!is_list || ended.is_watch);
        (!is_chance && !symptom.is_leniency()).then_some(symptom)
    }

    /// Whether it is that a manifest was taken which should not have been: each reason to refuse one
    /// is a rule of its own.
    fn is_leniency(&self) -> bool {
        let is_push =
            self.operation.endpoint == Endpoint::Manifest && self.operation.action == Action::Put;
        is_push && matches!(self.sign, Sign::Status(4, 200..300))
    }
}

impl Operation {
    pub(super) fn of(shown: Shown<'_>) -> Self {
        let action = match shown.method {
            "GET" | "HEAD" => Action::Read,
            "POST" => Action::Post,
            "PUT" => Action::Put,
            "PATCH" => Action::Patch,
            "DELETE" => Action::Delete,
            _ => Action::Other,
        };
        let endpoint = Endpoint::of(shown.url);
        Self {
            endpoint,
            action,
            parameters: if endpoint.is_list() {
                parameters(shown.url)
            } else {
                BTreeSet::new()
            },
        }
    }
}

impl Sign {
    /// Nothing where a record does not say what is at fault.
    fn of(fault: Option<&Fault>, status: u16) -> Option<Self> {
        // Whatever was asked for: the server fell over.
        if status >= 500 {
            return Some(Self::Status(0, status));
        }
        Some(match fault? {
            Fault::Status(expected, actual) => Self::Status(expected / 100, *actual),
            Fault::Header(name) => Self::Header(name.clone()),
            Fault::Body => Self::Body,
            Fault::Content => Self::Content,
        })
    }
}

/// The names of the parameters in the query of a URL.
fn parameters(url: &str) -> BTreeSet<String> {
    let query = url.split_once('?').map_or("", |(_, query)| query);
    let names = query.split('&').filter_map(|pair| pair.split('=').next());
    names
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}
