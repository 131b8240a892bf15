//! Listing referrers, done wrong (REF).

use super::Defect;

pub(super) static DEFECTS: &[Defect] = &[];
