//! Manifests and what is in them, altered, and odd content (IMG).

use serde_json::Value;

use super::Defect;
use super::Source;
use super::image::PROPERTIES;
use super::image::has_unknown_property;
use super::image::layers;
use crate::catalogue::blob_pull::BLOB_FOUND;
use crate::catalogue::errors::CLIENT_MISTAKE_REFUSED;
use crate::catalogue::image::DESCRIPTOR_DATA_KEPT;
use crate::catalogue::image::EMPTY_CONTENT_ACCEPTED;
use crate::catalogue::image::MALFORMED_DESCRIPTOR_ANSWERED;
use crate::catalogue::image::SCHEMA_VERSION_ANSWERED;
use crate::catalogue::image::SHA256_ACCEPTED;
use crate::catalogue::image::STORED_CONTENT_UNALTERED;
use crate::catalogue::image::UNKNOWN_PROPERTIES_ACCEPTED;
use crate::catalogue::image::UNTYPED_ARTIFACT_ANSWERED;
use crate::catalogue::image::UPPERCASE_DIGEST_ANSWERED;
use crate::catalogue::manifest_pull::MANIFEST_BY_DIGEST_FOUND;
use crate::catalogue::post_then_put::UPLOAD_PUT_ACCEPTED;
use crate::oci::Algorithm;
use crate::oci::ErrorCode;
use crate::oci::media_type;
use crate::registry::answer::Answer;
use crate::registry::seams::Operation::CloseUpload;
use crate::registry::seams::Operation::GetBlob;
use crate::registry::seams::Operation::GetManifest;
use crate::registry::seams::Operation::HeadManifest;
use crate::registry::seams::Operation::PutManifest;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "unknown-fields-dropped",
        title: "an index is stored without the properties that the image specification does not know",
        breaches: &[&UNKNOWN_PROPERTIES_ACCEPTED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            stored_as(visit, |it| {
                let is_hit = it["manifests"].is_array() && has_unknown_property(it);
                if let Some(it) = it.as_object_mut().filter(|_| is_hit) {
                    it.retain(|key, _| PROPERTIES.contains(&key.as_str()));
                }
                is_hit
            })
        }),
    },
    Defect {
        name: "index-platform-filled-in",
        title: "an index is stored with a platform at every image that came without one",
        breaches: &[&STORED_CONTENT_UNALTERED, &MANIFEST_BY_DIGEST_FOUND],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            stored_as(visit, |it| {
                let mut is_hit = false;
                let children = it.get_mut("manifests").and_then(Value::as_array_mut);
                let children = children
                    .into_iter()
                    .flatten()
                    .filter_map(Value::as_object_mut);
                for child in children.filter(|it| !it.contains_key("platform")) {
                    let platform = serde_json::json!({"architecture": "amd64", "os": "linux"});
                    child.insert("platform".to_owned(), platform);
                    is_hit = true;
                }
                is_hit
            })
        }),
    },
    Defect {
        name: "json-blob-newline-added",
        title: "a blob that is a JSON object is pulled with a line break at its end",
        breaches: &[&STORED_CONTENT_UNALTERED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let is_object = answer.body.starts_with(b"{") && answer.body.ends_with(b"}");
            let is_hit = visit.is(&[GetBlob]) && answer.is(200) && is_object;
            let longer = [answer.body.as_ref(), b"\n"].concat();
            answer.when(is_hit, |it| it.bytes(longer))
        }),
    },
    Defect {
        name: "data-field-stripped",
        title: "a manifest is stored without the data of its descriptors",
        breaches: &[&DESCRIPTOR_DATA_KEPT],
        source: Source::Reader,
        seam: Seam::Layer(|visit| stored_as(visit, without_data)),
    },
    Defect {
        name: "data-field-filled-in",
        title: "the data of an empty config is filled in when its manifest is pulled",
        breaches: &[&DESCRIPTOR_DATA_KEPT],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            stored_as(visit, |it| {
                let is_empty = it["config"]["mediaType"] == media_type::EMPTY;
                let config = it.get_mut("config").and_then(Value::as_object_mut);
                let config = config.filter(|config| is_empty && !config.contains_key("data"));
                config.is_some_and(|config| config.insert("data".into(), "e30=".into()).is_none())
            })
        }),
    },
    Defect {
        name: "uppercase-digest-lowered",
        title: "a manifest that names content by a digest in upper case is stored with it in lower case",
        breaches: &[&UPPERCASE_DIGEST_ANSWERED],
        source: Source::Ours,
        seam: Seam::Layer(digests_are_lowered),
    },
    Defect {
        name: "uppercase-digest-500",
        title: "a PUT of a manifest that names content by a digest in upper case answers 500",
        breaches: &[&UPPERCASE_DIGEST_ANSWERED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            visit.refuse(Answer::of(500), |it| lowered(&it.to_string()).is_some())
        }),
    },
    Defect {
        name: "schema-version-string-500",
        title: "a PUT of a manifest whose schemaVersion is a string answers 500",
        breaches: &[&SCHEMA_VERSION_ANSWERED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            visit.refuse(Answer::of(500), |it| it["schemaVersion"].is_string())
        }),
    },
    Defect {
        name: "negative-size-500",
        title: "a PUT of a manifest with a size that is negative answers 500",
        breaches: &[&CLIENT_MISTAKE_REFUSED, &MALFORMED_DESCRIPTOR_ANSWERED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let is_negative = |it: &Value| it["size"].as_i64().is_some_and(|size| size < 0);
            visit.refuse(Answer::of(500), |it| {
                layers(it).chain([&it["config"]]).any(is_negative)
            })
        }),
    },
    Defect {
        name: "two-byte-blob-lost",
        title: "a GET on any blob of two bytes gives those of the empty JSON object",
        breaches: &[&EMPTY_CONTENT_ACCEPTED, &BLOB_FOUND],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let is_hit = visit.is(&[GetBlob]) && answer.is(200) && answer.body.len() == 2;
            answer.when(is_hit, |it| it.bytes("{}"))
        }),
    },
    Defect {
        name: "empty-json-blob-refused",
        title: "the blob of two bytes that is the empty JSON object is refused with 400",
        breaches: &[&EMPTY_CONTENT_ACCEPTED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let empty = Algorithm::Sha256.digest(b"{}").to_string();
            if visit.is(&[CloseUpload]) && visit.query("digest") == Some(&empty) {
                return Answer::error(400, ErrorCode::SizeInvalid);
            }
            visit.pass()
        }),
    },
    Defect {
        name: "empty-upload-close-500",
        title: "an upload that is closed without any data answers 500",
        breaches: &[&EMPTY_CONTENT_ACCEPTED],
        source: Source::Tracker("quay/quay#2005"),
        seam: Seam::Layer(|visit| {
            let empty = Algorithm::Sha256.digest(b"").to_string();
            if visit.is(&[CloseUpload]) && visit.query("digest") == Some(&empty) {
                return Answer::of(500);
            }
            visit.pass()
        }),
    },
    Defect {
        name: "sha256-upload-refused",
        title: "an upload under a sha256 digest is refused with 400, one under sha512 is taken",
        breaches: &[&SHA256_ACCEPTED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let digest = visit.query("digest").unwrap_or_default();
            if visit.is(&[CloseUpload]) && digest.starts_with("sha256:") {
                return Answer::error(400, ErrorCode::DigestInvalid);
            }
            visit.pass()
        }),
    },
    Defect {
        name: "sha256-leading-zero-refused",
        title: "an upload is refused with 400 if its sha256 digest begins with a zero",
        breaches: &[&SHA256_ACCEPTED, &UPLOAD_PUT_ACCEPTED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let digest = visit.query("digest").unwrap_or_default();
            if visit.is(&[CloseUpload]) && digest.starts_with("sha256:0") {
                return Answer::error(400, ErrorCode::DigestInvalid);
            }
            visit.pass()
        }),
    },
    Defect {
        name: "malformed-data-500",
        title: "a PUT of a manifest with data that does not fit its descriptor answers 500",
        breaches: &[&CLIENT_MISTAKE_REFUSED, &MALFORMED_DESCRIPTOR_ANSWERED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let is_unfit = |it: &Value| match &it["data"] {
                Value::Null => false,
                Value::String(text) => text.len().div_ceil(4) * 3 < size(it),
                _ => true,
            };
            visit.refuse(Answer::of(500), |it| layers(it).any(is_unfit))
        }),
    },
    Defect {
        name: "untyped-artifact-500",
        title: "a PUT of an image manifest with an empty config and no artifactType answers 500",
        breaches: &[&CLIENT_MISTAKE_REFUSED, &UNTYPED_ARTIFACT_ANSWERED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            visit.refuse(Answer::of(500), |it| {
                it["config"]["mediaType"] == media_type::EMPTY && it["artifactType"].is_null()
            })
        }),
    },
];

/// The size of a descriptor.
fn size(descriptor: &Value) -> usize {
    let size = descriptor["size"].as_u64().unwrap_or_default();
    usize::try_from(size).unwrap_or(usize::MAX)
}

/// Passes the request on, and changes the manifest that is pulled, where `change` says so.
fn stored_as(visit: &Visit<'_>, change: impl FnOnce(&mut Value) -> bool) -> Answer {
    let answer = visit.pass();
    if !visit.is(&[GetManifest, HeadManifest]) || !answer.is(200) {
        return answer;
    }
    let mut manifest = serde_json::from_slice(&answer.body).unwrap_or_default();
    let is_changed = change(&mut manifest);
    answer.when(is_changed, |it| it.bytes(manifest.to_string()))
}

fn without_data(manifest: &mut Value) -> bool {
    match manifest {
        Value::Object(fields) => {
            let is_descriptor = fields.contains_key("digest");
            let had_data = is_descriptor && fields.remove("data").is_some();
            let others = fields
                .values_mut()
                .fold(false, |any, it| without_data(it) | any);
            had_data || others
        }
        Value::Array(items) => items
            .iter_mut()
            .fold(false, |any, it| without_data(it) | any),
        _ => false,
    }
}

/// A text with its sha256 digests in lower case, if any was not.
fn lowered(text: &str) -> Option<String> {
    let mut pieces = text.split("\"sha256:");
    let mut out = pieces.next()?.to_owned();
    for piece in pieces {
        let (hex, rest) = piece.split_at_checked(64).unwrap_or((piece, ""));
        let is_hex = hex.bytes().all(|byte| byte.is_ascii_hexdigit());
        let hex = if is_hex {
            hex.to_lowercase()
        } else {
            hex.to_owned()
        };
        out.push_str("\"sha256:");
        out.push_str(&hex);
        out.push_str(rest);
    }
    (out != text).then_some(out)
}

/// Takes a manifest with digests in upper case under the digest of its own bytes, and keeps others.
fn digests_are_lowered(visit: &Visit<'_>) -> Answer {
    let text = String::from_utf8_lossy(visit.body());
    if visit.is(&[GetManifest, HeadManifest]) {
        let answer = visit.pass();
        let lower = lowered(&String::from_utf8_lossy(&answer.body));
        return match lower {
            Some(lower) if answer.is(200) => answer.bytes(lower),
            _ => answer,
        };
    }
    let is_push = visit.is(&[PutManifest]) && visit.mismatched_digest().is_none();
    match lowered(&text) {
        Some(_) if is_push && visit.manifest().is_object() => visit.adopt(),
        _ => visit.pass(),
    }
}
