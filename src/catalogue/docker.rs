//! DOCK: what clients of Docker's older protocol count on.

use super::Area;

/// Docker's older protocol.
pub static AREA: Area = Area {
    alias: "DOCK",
    title: "Docker's older protocol",
    rows: &[],
};
