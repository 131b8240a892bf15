//! Names of repositories, done wrong (NAME).

use super::Defect;

pub(super) static DEFECTS: &[Defect] = &[];
