//! Requests of odd bytes that reach what nobody thought of.

use http::header;
use serde_json::Value;

use super::Defect;
use super::Source;
use crate::catalogue::errors::CLIENT_MISTAKE_REFUSED;
use crate::catalogue::errors::ERROR_MESSAGE_READABLE;
use crate::catalogue::existence::BLOB_EXISTENCE_CONFIRMED;
use crate::catalogue::manifest_pull::MANIFEST_BY_TAG_FOUND;
use crate::catalogue::manifest_push::MANIFEST_BYTES_KEPT;
use crate::catalogue::manifest_push::MANIFEST_PUT_BY_TAG_ACCEPTED;
use crate::catalogue::push::MISMATCHED_BLOB_DISCARDED;
use crate::catalogue::referrers::REFERRERS_SENT;
use crate::http::HeaderName;
use crate::oci::Algorithm;
use crate::oci::ErrorCode;
use crate::registry::answer::Answer;
use crate::registry::seams::Operation::CloseUpload;
use crate::registry::seams::Operation::GetBlob;
use crate::registry::seams::Operation::GetManifest;
use crate::registry::seams::Operation::HeadBlob;
use crate::registry::seams::Operation::PutManifest;
use crate::registry::seams::Operation::Referrers;
use crate::registry::seams::Operation::Tags;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "negative-n-behind-last-500",
        title: "a list of fewer than no tags behind a tag is answered 500",
        breaches: &[&CLIENT_MISTAKE_REFUSED],
        source: Source::Tracker("pulp/pulp_container#220"),
        seam: Seam::Layer(|visit| {
            let is_negative = visit.query("n").is_some_and(|n| n.starts_with('-'));
            broken(
                visit,
                visit.is(&[Tags]) && is_negative && visit.query("last").is_some(),
            )
        }),
    },
    Defect {
        name: "range-without-number-500",
        title: "a part of a blob whose range has no number is answered 500",
        breaches: &[&CLIENT_MISTAKE_REFUSED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let range = visit.header(&header::RANGE).unwrap_or_default();
            let has_none =
                range.starts_with("bytes=") && !range.contains(|c: char| c.is_ascii_digit());
            broken(visit, visit.is(&[GetBlob]) && has_none)
        }),
    },
    Defect {
        name: "ranges-twice-500",
        title: "two headers Range are answered 500",
        breaches: &[&CLIENT_MISTAKE_REFUSED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let ranges = visit.call.headers.get_all(header::RANGE).iter().count();
            broken(visit, visit.is(&[GetBlob]) && ranges > 1)
        }),
    },
    Defect {
        name: "schema-version-twice-500",
        title: "a manifest that says its schema twice is answered 500",
        breaches: &[&CLIENT_MISTAKE_REFUSED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let text = String::from_utf8_lossy(visit.body());
            let twice = text.matches("\"schemaVersion\"").count() > 1;
            broken(
                visit,
                visit.is(&[PutManifest]) && twice && visit.manifest().is_object(),
            )
        }),
    },
    Defect {
        name: "byte-order-mark-stripped",
        title: "a manifest behind a byte order mark is stored without that under the digest of both",
        breaches: &[&MANIFEST_BYTES_KEPT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let stripped = visit.body().strip_prefix("\u{feff}".as_bytes());
            match stripped.filter(|_| visit.is(&[PutManifest])) {
                Some(stripped) => adopt(visit, stripped.to_vec()),
                None => visit.pass(),
            }
        }),
    },
    Defect {
        name: "white-space-trimmed",
        title: "a manifest in front of white space is stored without that under the digest of both",
        breaches: &[&MANIFEST_BYTES_KEPT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let trimmed = visit.body().trim_ascii_end();
            if visit.is(&[PutManifest]) && trimmed.len() < visit.body().len() && !trimmed.is_empty()
            {
                return adopt(visit, trimmed.to_vec());
            }
            visit.pass()
        }),
    },
    Defect {
        name: "nul-behind-last-500",
        title: "a list of tags behind a name with a NUL in it is answered 500",
        breaches: &[&CLIENT_MISTAKE_REFUSED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let has_nul = visit.query("last").is_some_and(|last| last.contains('\0'));
            broken(visit, visit.is(&[Tags]) && has_nul)
        }),
    },
    Defect {
        name: "encoded-digest-unknown-to-head",
        title: "HEAD does not find a blob of whose digest a character is percent-encoded",
        breaches: &[&BLOB_EXISTENCE_CONFIRMED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let is_encoded = visit.call.path.contains('%');
            if visit.is(&[HeadBlob])
                && is_encoded
                && !visit.call.path.to_lowercase().contains("%3a")
            {
                return Answer::error(404, ErrorCode::BlobUnknown);
            }
            visit.pass()
        }),
    },
    Defect {
        name: "encoded-tag-pushed-beside",
        title: "a push under a tag of which a letter is percent-encoded makes another tag",
        breaches: &[&MANIFEST_PUT_BY_TAG_ACCEPTED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let raw = visit.call.path.rsplit('/').next().unwrap_or_default();
            if visit.is(&[PutManifest]) && !visit.is_by_digest() && raw.contains('%') {
                let beside = raw.replace('%', "_");
                return visit.pass_route(&visit.manifest_route(&beside));
            }
            visit.pass()
        }),
    },
    Defect {
        name: "encoded-subject-has-none",
        title: "a subject of whose digest a character is percent-encoded has no referrers",
        breaches: &[&REFERRERS_SENT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if visit.is(&[Referrers]) && visit.call.path.contains('%') && answer.is(200) {
                return answer.json(|index| index["manifests"] = Value::Array(Vec::new()));
            }
            answer
        }),
    },
    Defect {
        name: "unknown-header-hides-tag",
        title: "a tag is not found by who sends a header that the registry does not know",
        breaches: &[&MANIFEST_BY_TAG_FOUND],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let unknown = HeaderName::from_static("x-plimsoll");
            let is_pull = visit.is(&[GetManifest]);
            if is_pull && !visit.is_by_digest() && visit.header(&unknown).is_some() {
                return Answer::error(404, ErrorCode::ManifestUnknown);
            }
            visit.pass()
        }),
    },
    Defect {
        name: "long-name-500",
        title: "a repository name of more than 300 characters is answered 500",
        breaches: &[&CLIENT_MISTAKE_REFUSED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| broken(visit, visit.name().len() > 300)),
    },
    Defect {
        name: "traversal-shows-server-path",
        title: "the error to a digest that leads elsewhere shows a path of the server",
        breaches: &[&ERROR_MESSAGE_READABLE],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let digest = visit.query("digest").unwrap_or_default();
            if digest.contains("..") && answer.status.is_client_error() {
                return answer.json(|body| {
                    body["errors"][0]["message"] =
                        "open /var/lib/registry/blobs: no such file or directory".into();
                });
            }
            answer
        }),
    },
    Defect {
        name: "size-past-i64-500",
        title: "a manifest with a size that no signed number holds is answered 500",
        breaches: &[&CLIENT_MISTAKE_REFUSED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let text = String::from_utf8_lossy(visit.body());
            let is_past =
                text.contains("9223372036854775808") || text.contains("18446744073709551616");
            broken(visit, visit.is(&[PutManifest]) && is_past)
        }),
    },
    Defect {
        name: "surrogate-answers-500",
        title: "a manifest with half of a surrogate pair is answered 500",
        breaches: &[&CLIENT_MISTAKE_REFUSED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let text = String::from_utf8_lossy(visit.body()).to_lowercase();
            broken(visit, visit.is(&[PutManifest]) && text.contains("\\ud8"))
        }),
    },
    Defect {
        name: "digest-twice-last-unchecked",
        title: "of two parameters `digest` the first is compared with the blob and the second names it",
        breaches: &[&MISMATCHED_BLOB_DISCARDED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let digests: Vec<_> = visit.call.query.all("digest").collect();
            let second = digests.get(1).and_then(|digest| digest.parse().ok());
            let whole = visit.whole();
            let answer = visit.pass();
            if let Some(second) = second.filter(|_| visit.is(&[CloseUpload]) && answer.is(201)) {
                visit.put_blob(&second, whole);
            }
            answer
        }),
    },
];

/// Answers 500 where that holds.
fn broken(visit: &Visit<'_>, holds: bool) -> Answer {
    if holds {
        return Answer::of(500);
    }
    visit.pass()
}

/// Stores `kept` under the digest of the body.
fn adopt(visit: &Visit<'_>, kept: Vec<u8>) -> Answer {
    let digest = Algorithm::Sha256.digest(visit.body());
    let (tags, is_right) = match visit.last().parse() {
        Ok(crate::oci::Reference::Tag(tag)) => (vec![tag], true),
        Ok(crate::oci::Reference::Digest(told)) => (Vec::new(), told == digest),
        Err(_) => (Vec::new(), false),
    };
    let is_json = serde_json::from_slice::<Value>(&kept).is_ok_and(|it| it.is_object());
    let Some(name) = visit.repository().filter(|_| is_right && is_json) else {
        return visit.pass();
    };
    let manifest = crate::registry::store::StoredManifest {
        bytes: kept.into(),
        media_type: visit.pushed_type(),
        digests: vec![digest.clone()],
        referrer: None,
    };
    visit.store().put_manifest(&name, manifest, &tags);
    visit.manifest_created(&digest)
}
