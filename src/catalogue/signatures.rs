//! SIGN: what people attach to images.

use super::Area;

/// Signatures and what else is attached.
pub static AREA: Area = Area {
    alias: "SIGN",
    title: "Signatures and what else is attached",
    rows: &[],
};
