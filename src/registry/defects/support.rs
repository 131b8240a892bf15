//! Determining support, done wrong (PING, HTTP, EXT, PRX).

use super::Defect;

pub(super) static DEFECTS: &[Defect] = &[];
