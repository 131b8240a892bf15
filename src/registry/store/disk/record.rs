//! What a store on disk writes down of a manifest besides its bytes.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use serde::Deserialize;
use serde::Serialize;

use super::super::StoredManifest;
use crate::oci::Descriptor;
use crate::oci::Digest;

/// The JSON of a record.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Record {
    media_type: String,
    size: u64,
    digests: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    referrer: Option<Referrer>,
}

/// A manifest that refers to another.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Referrer {
    subject: String,
    descriptor: Descriptor,
}

/// Why a file is no record.
#[derive(Debug, thiserror::Error)]
pub(super) enum BadRecord {
    /// It cannot be read.
    #[error("the record cannot be read: {0}")]
    Io(#[from] std::io::Error),
    /// It is not of this form.
    #[error("the record has not the form of one: {0}")]
    Form(#[from] serde_json::Error),
    /// It names a digest that is none.
    #[error("the record names digests that are none")]
    Digest,
}

/// Writes the record of a manifest of which the store keeps the length.
pub(super) fn write(manifest: &StoredManifest<u64>) -> Vec<u8> {
    let referrer = manifest.referrer.as_ref();
    let record = Record {
        media_type: manifest.media_type.clone(),
        size: manifest.bytes,
        digests: manifest.digests.iter().map(ToString::to_string).collect(),
        referrer: referrer.map(|(subject, descriptor)| Referrer {
            subject: subject.clone(),
            descriptor: (**descriptor).clone(),
        }),
    };
    serde_json::json!(record).to_string().into_bytes()
}

/// Reads the record at `path`.
pub(super) fn read(path: &Path) -> Result<StoredManifest<u64>, BadRecord> {
    let record: Record = serde_json::from_slice(&fs::read(path)?)?;
    let digests = record.digests.iter().map(|text| text.parse());
    let digests: Vec<Digest> = digests
        .collect::<Result<_, _>>()
        .map_err(|_| BadRecord::Digest)?;
    if digests.is_empty() {
        return Err(BadRecord::Digest);
    }
    let referrer = record.referrer;
    Ok(StoredManifest {
        bytes: record.size,
        media_type: record.media_type,
        digests,
        referrer: referrer.map(|it| (it.subject, Arc::new(it.descriptor))),
    })
}
