//! DUR: what a restart must not lose.

use super::Area;

/// What was acknowledged stays.
pub static AREA: Area = Area {
    alias: "DUR",
    title: "What was acknowledged stays",
    rows: &[],
};
