//! Errors, done wrong (ERR).

use super::Defect;

pub(super) static DEFECTS: &[Defect] = &[];
