//! CONC: what becomes of requests that meet.

use super::Area;

/// Work at the same time.
pub static AREA: Area = Area {
    alias: "CONC",
    title: "Work at the same time",
    rows: &[],
};
