//! SEC: what an attacker would try.

use super::Area;

/// What must not be led astray.
pub static AREA: Area = Area {
    alias: "SEC",
    title: "What must not be led astray",
    rows: &[],
};
