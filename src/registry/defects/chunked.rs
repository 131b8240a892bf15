//! Pushing blobs in chunks, done wrong (CHK).

use super::Defect;

pub(super) static DEFECTS: &[Defect] = &[];
