//! Manifests and what is in them, done wrong (IMG).

use super::Defect;

pub(super) static DEFECTS: &[Defect] = &[];
