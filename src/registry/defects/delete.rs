//! Deleting, done wrong (DEL).

use super::Defect;

pub(super) static DEFECTS: &[Defect] = &[];
