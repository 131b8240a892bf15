//! What can keep a store from doing what it is asked to.

use std::io;

/// What a store answers, if it can.
pub(crate) type Stored<T> = Result<T, StoreError>;

/// Why a store could not do what it was asked to. Nothing has changed then.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StoreError {
    /// The disk is full.
    #[error("there is no room left where the registry keeps its content")]
    Full,
    /// The disk cannot be written to.
    #[error("the place where the registry keeps its content cannot be written to")]
    ReadOnly,
    /// No folder can have the name of the repository.
    #[error("the file system takes no names of this length")]
    NameTooLong,
    /// Something else.
    #[error("the place where the registry keeps its content fails it: {0}")]
    Failed(io::Error),
}

impl From<io::Error> for StoreError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full,
            io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied => Self::ReadOnly,
            io::ErrorKind::InvalidFilename => Self::NameTooLong,
            _ => Self::Failed(error),
        }
    }
}
