//! Parts of the API that are not there.

use super::Variation;
use crate::registry::seams::Seam;
use crate::registry::settings::Optional;

pub(super) static VARIATIONS: &[Variation] = &[Variation {
    name: "no-tag-delete",
    title: "tags cannot be deleted",
    seam: Seam::Settings(|settings| {
        settings.off.insert(Optional::TagDelete);
    }),
    ..Variation::BASE
}];
