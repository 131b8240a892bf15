//! Pushing blobs at once, by POST and PUT or a single POST, done wrong (PUSH, MONO, SPOST).

use super::Defect;

pub(super) static DEFECTS: &[Defect] = &[];
