//! Why a verb could not do its work.

use crate::http::ClientError;
use crate::run::preflight::Unfit;

use super::Exit;
use super::target::BadTarget;

/// Why a verb could not do its work; each says what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// The address is no good.
    #[error("{0}")]
    Target(#[from] BadTarget),
    /// A flag or a variable says something that cannot be.
    #[error("{0}")]
    Usage(String),
    /// A filter that matches nothing.
    #[error("{0}")]
    NothingSelected(String),
    /// The registry cannot be tested.
    #[error("{0}")]
    Unfit(#[from] Unfit),
    /// The client cannot be made from what it was told.
    #[error("{0}")]
    Client(#[from] ClientError),
    /// Something about this machine: a port, a file.
    #[error("{0}")]
    Environment(String),
    /// A report that cannot be written.
    #[error("{0}")]
    Report(String),
}

impl CliError {
    /// How plimsoll ends because of it.
    pub fn exit(&self) -> Exit {
        match self {
            Self::Target(_) | Self::Usage(_) | Self::Client(_) => Exit::Usage,
            Self::NothingSelected(_) => Exit::NothingRan,
            Self::Unfit(_) | Self::Environment(_) => Exit::Untestable,
            Self::Report(_) => Exit::Broken,
        }
    }
}
