//! Upload sessions: their status, and their end, done wrong (STAT, CAN).

use super::Defect;

pub(super) static DEFECTS: &[Defect] = &[];
