//! ISO: that repositories and users stay apart.

use super::Area;

/// Repositories and users apart.
pub static AREA: Area = Area {
    alias: "ISO",
    title: "Repositories and users apart",
    rows: &[],
};
