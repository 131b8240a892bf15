//! (rows follow)

use super::Mutation;

/// The rows.
pub(super) const ROWS: &[Mutation] = &[];
