//! Pulling manifests, done wrong (MGET).

use super::Defect;

pub(super) static DEFECTS: &[Defect] = &[];
