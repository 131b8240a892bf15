//! Manifests that are none, or that say odd things.

pub(super) mod descriptors;
pub(super) mod fields;
pub(super) mod json;
pub(super) mod limits;
pub(super) mod subjects;

use serde_json::Map;
use serde_json::Value;

use crate::fuzz::dice::Dice;
use crate::fuzz::draft::Draft;

/// Changes a draft that is still made of members. Whether it is another.
fn edited(draft: &mut Draft, change: impl FnOnce(&mut Draft)) -> bool {
    if draft.text.is_some() {
        return false;
    }
    let before = draft.clone();
    change(draft);
    before != *draft
}

/// Replaces the whole text. Whether it is another.
fn rewritten(draft: &mut Draft, write: impl FnOnce(Vec<u8>) -> Vec<u8>) -> bool {
    let before = draft.bytes();
    let text = write(before.clone());
    let is_changed = text != before;
    if is_changed {
        draft.text = Some(text);
    }
    is_changed
}

/// Writes one of these texts as the value of a member.
fn texts(draft: &mut Draft, name: &str, of: &[&str], dice: &mut Dice) -> bool {
    let text = dice.pick(of);
    edited(draft, |draft| draft.set_text(name, text))
}

/// Changes the first descriptor that a draft has. Whether it is another.
fn described(draft: &mut Draft, change: impl FnOnce(&mut Map<String, Value>)) -> bool {
    edited(draft, |draft| {
        draft.change_descriptor(change);
    })
}

/// Whether it is pushed as an image or index of OCI, which every registry has to understand.
fn is_oci(draft: &Draft) -> bool {
    matches!(
        &*draft.content_type,
        "application/vnd.oci.image.manifest.v1+json" | "application/vnd.oci.image.index.v1+json"
    )
}
