//! The bytes of a plan's blobs and manifests.

use super::find;
use crate::fuzz::plan::Blob;
use crate::fuzz::plan::Doc;
use crate::fuzz::plan::DocKind;
use crate::fuzz::plan::Subject;

/// How many bytes a blob has in the head.
pub(super) const BLOB_WIDTH: usize = 2;
/// How many bytes a manifest has in the head.
pub(super) const DOC_WIDTH: usize = 8;
/// The most parts that a manifest names.
const MOST_PARTS: usize = 3;

/// The sizes of blobs, from the most to the least usual.
const SIZES: [u32; 8] = [64, 1, 200, 0, 1000, 17, 5000, 70_000];

pub(super) fn read_blob([size, shared]: [u8; BLOB_WIDTH]) -> Blob {
    // The large ones are rare: they cost time.
    let place = match size {
        0..60 => 0,
        60..252 => usize::from(size) % (SIZES.len() - 1),
        252.. => SIZES.len() - 1,
    };
    Blob {
        size: SIZES[place],
        shared: shared >= 240,
    }
}

pub(super) fn write_blob(blob: Blob) -> Option<[u8; BLOB_WIDTH]> {
    let size = find(|byte| read_blob([byte, 0]).size == blob.size)?;
    Some([size, if blob.shared { 240 } else { 0 }])
}

fn read_kind(byte: u8) -> DocKind {
    let place = match byte {
        0..120 => 0,
        120..180 => 1,
        180..210 => 2,
        210.. => usize::from(byte) % DocKind::ALL.len(),
    };
    DocKind::ALL[place]
}

fn read_subject([form, slot]: [u8; 2]) -> Option<Subject> {
    match form {
        0..150 => None,
        150..235 => Some(Subject::Held(slot)),
        235.. => Some(Subject::Absent),
    }
}

pub(super) fn read_doc(bytes: [u8; DOC_WIDTH]) -> Doc {
    let [kind, parts, a, b, c, form, slot, rest] = bytes;
    let count = usize::from(parts) % (MOST_PARTS + 1);
    Doc {
        kind: read_kind(kind),
        parts: [a, b, c][..count].to_vec(),
        subject: read_subject([form, slot]),
        artifact_type: rest & 3,
        annotations: rest >> 6,
    }
}

pub(super) fn write_doc(doc: &Doc) -> Option<[u8; DOC_WIDTH]> {
    let part = |index: usize| doc.parts.get(index).copied().unwrap_or_default();
    let slot = match doc.subject {
        Some(Subject::Held(slot)) => slot,
        _ => 0,
    };
    Some([
        find(|byte| read_kind(byte) == doc.kind)?,
        u8::try_from(doc.parts.len()).ok()?,
        part(0),
        part(1),
        part(2),
        find(|byte| read_subject([byte, slot]) == doc.subject)?,
        slot,
        doc.artifact_type & 3 | doc.annotations << 6,
    ])
}
