//! What is noted of an answer for those who run the registry. No client sees any of it.

use std::sync::Arc;

use super::Kind;
use crate::registry::store::StoreError;

/// What is noted of an answer.
#[derive(Debug, Clone, Default)]
pub(crate) struct Notes {
    /// What the path names, where somebody has looked.
    pub(crate) kind: Option<Kind>,
    /// The code of the error that it is.
    pub(crate) code: Option<&'static str>,
    /// Who had logged in.
    pub(crate) user: Option<String>,
    /// How the store failed, if it did.
    pub(crate) fault: Option<Arc<Fault>>,
}

/// How the store failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) kind: FaultKind,
    /// What the system said.
    pub(crate) said: String,
}

/// In which way the store failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FaultKind {
    Full,
    ReadOnly,
    Failed,
}

impl Fault {
    /// What an error of the store comes to; `None` if it is the client's.
    pub(crate) fn of(error: &StoreError) -> Option<Self> {
        let kind = match error {
            StoreError::Full => FaultKind::Full,
            StoreError::ReadOnly => FaultKind::ReadOnly,
            StoreError::NameTooLong => return None,
            StoreError::Failed(_) => FaultKind::Failed,
        };
        Some(Self {
            kind,
            said: error.to_string(),
        })
    }
}

impl FaultKind {
    /// Every way, in the order of their numbers.
    pub(super) const ALL: [Self; 3] = [Self::Full, Self::ReadOnly, Self::Failed];

    /// Its name in a label.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::ReadOnly => "read_only",
            Self::Failed => "failed",
        }
    }
}
