//! Pulling parts of blobs, done wrong (RNG).

use super::Defect;

pub(super) static DEFECTS: &[Defect] = &[];
