//! Content that the user says the registry already holds.

use crate::oci::Digest;
use crate::oci::Tag;

/// What a read-only run may count on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Given {
    /// A tag.
    pub tag: Option<Tag>,
    /// A manifest.
    pub manifest: Option<Digest>,
    /// A blob.
    pub blob: Option<Digest>,
}
