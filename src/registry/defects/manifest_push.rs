//! Pushing manifests, done wrong (MPUT).

use super::Defect;

pub(super) static DEFECTS: &[Defect] = &[];
