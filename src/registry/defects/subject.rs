//! Pushing manifests with a subject, done wrong (SUBJ).

use super::Defect;

pub(super) static DEFECTS: &[Defect] = &[];
