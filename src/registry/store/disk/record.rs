//! What a store on disk writes down of a manifest besides its bytes.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use serde::Deserialize;
use serde::Deserializer;
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
    /// `null` where it refers to nothing; absent where nobody has looked, in records of old.
    #[serde(default, deserialize_with = "told")]
    referrer: Option<Told>,
}

/// To what a manifest refers, if to anything.
#[derive(Debug, Serialize, Deserialize)]
#[serde(transparent)]
struct Told(Option<Referrer>);

/// A manifest that refers to another.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Referrer {
    subject: String,
    descriptor: Descriptor,
}

/// What a record says.
pub(super) struct Noted {
    pub(super) manifest: StoredManifest<u64>,
    /// Whether it says to what the manifest refers, or that it refers to nothing.
    pub(super) tells_referrer: bool,
}

/// Tells `null` from what is absent.
fn told<'de, D: Deserializer<'de>>(value: D) -> Result<Option<Told>, D::Error> {
    Told::deserialize(value).map(Some)
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
        referrer: Some(Told(referrer.map(|(subject, descriptor)| Referrer {
            subject: subject.clone(),
            descriptor: (**descriptor).clone(),
        }))),
    };
    serde_json::json!(record).to_string().into_bytes()
}

/// Reads the record at `path`.
pub(super) fn read(path: &Path) -> Result<Noted, BadRecord> {
    let record: Record = serde_json::from_slice(&fs::read(path)?)?;
    let digests = record.digests.iter().map(|text| text.parse());
    let digests: Vec<Digest> = digests
        .collect::<Result<_, _>>()
        .map_err(|_| BadRecord::Digest)?;
    if digests.is_empty() {
        return Err(BadRecord::Digest);
    }
    let tells_referrer = record.referrer.is_some();
    let referrer = record.referrer.and_then(|Told(it)| it);
    let manifest = StoredManifest {
        bytes: record.size,
        media_type: record.media_type,
        digests,
        referrer: referrer.map(|it| (it.subject, Arc::new(it.descriptor))),
    };
    Ok(Noted {
        manifest,
        tells_referrer,
    })
}
