//! Manifests that are to be refused, and are not, or not wholly (MPUT).

use serde_json::Value;

use super::Defect;
use super::Source;
use crate::catalogue::errors::CLIENT_MISTAKE_REFUSED;
use crate::catalogue::manifest_pull::MANIFEST_BY_TAG_FOUND;
use crate::catalogue::manifest_push::LARGE_MANIFEST_ACCEPTED;
use crate::catalogue::manifest_push::MALFORMED_MANIFEST_REFUSED;
use crate::catalogue::manifest_push::MANIFEST_LOCATION_PULLED;
use crate::catalogue::manifest_push::MANIFEST_SIZE_LIMITED;
use crate::catalogue::manifest_push::MISMATCHED_MANIFEST_REFUSED;
use crate::catalogue::manifest_push::MISMATCHED_MANIFEST_TYPE_ANSWERED;
use crate::catalogue::manifest_push::OVERSIZED_MANIFEST_REFUSED;
use crate::oci::Algorithm;
use crate::oci::Tag;
use crate::registry::answer::Answer;
use crate::registry::seams::Operation::GetManifest;
use crate::registry::seams::Operation::HeadManifest;
use crate::registry::seams::Operation::PutManifest;
use crate::registry::seams::Operation::Tags;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "mismatched-manifest-digest-stored",
        title: "a manifest is stored under whatever digest it is pushed with",
        breaches: &[&MISMATCHED_MANIFEST_REFUSED],
        source: Source::Tracker("artifact-keeper/artifact-keeper#3116"),
        seam: Seam::Layer(|visit| match visit.mismatched_digest() {
            Some(_) if visit.manifest().is_object() => visit.adopt(),
            _ => visit.pass(),
        }),
    },
    Defect {
        name: "put-by-digest-unverified-index",
        title: "an index is stored under whatever digest it is pushed with, an image only under its own",
        breaches: &[&MISMATCHED_MANIFEST_REFUSED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| match visit.mismatched_digest() {
            Some(_) if visit.pushes_index() && visit.manifest().is_object() => visit.adopt(),
            _ => visit.pass(),
        }),
    },
    Defect {
        name: "sha512-manifest-unverified",
        title: "a manifest is stored under whatever sha512 digest it is pushed with",
        breaches: &[&MISMATCHED_MANIFEST_REFUSED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| match visit.mismatched_digest() {
            Some(digest) if digest.algorithm() == Algorithm::Sha512 => visit.adopt(),
            _ => visit.pass(),
        }),
    },
    Defect {
        name: "put-mismatch-400-but-stored",
        title: "a manifest that is refused for its digest is stored under its true one",
        breaches: &[&MISMATCHED_MANIFEST_REFUSED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            if visit.mismatched_digest().is_some() {
                visit.pass_by_digest();
            }
            visit.pass()
        }),
    },
    Defect {
        name: "mismatched-known-digest-accepted",
        title: "a PUT of other bytes under the digest of a manifest that is there answers 201",
        breaches: &[&MISMATCHED_MANIFEST_REFUSED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| match visit.mismatched_digest() {
            Some(digest) if visit.holds_manifest(visit.last()) => visit.manifest_created(&digest),
            _ => visit.pass(),
        }),
    },
    Defect {
        name: "put-invalid-manifest-moves-tag",
        title: "a tag is lost if something that is not JSON is pushed to it and refused",
        breaches: &[&MANIFEST_BY_TAG_FOUND, &MALFORMED_MANIFEST_REFUSED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let is_refused = visit.is(&[PutManifest]) && answer.is(400);
            if is_refused && !visit.is_by_digest() && visit.manifest().is_null() {
                visit.delete(visit.last());
            }
            answer
        }),
    },
    Defect {
        name: "empty-array-body-accepted",
        title: "an empty array or null is taken as a manifest",
        breaches: &[&MALFORMED_MANIFEST_REFUSED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let body = serde_json::from_slice(visit.body());
            let is_empty = |body: Value| body.is_null() || is_empty_array(&body);
            adopt_if(visit, body.is_ok_and(is_empty))
        }),
    },
    Defect {
        name: "manifest-trailing-garbage-accepted",
        title: "a manifest with other bytes behind the end of its JSON is taken, and stored with them",
        breaches: &[&MALFORMED_MANIFEST_REFUSED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| adopt_if(visit, has_garbage(visit.body()))),
    },
    Defect {
        name: "unread-manifest-accepted",
        title: "any text that does not begin with a brace is taken as a manifest",
        breaches: &[&MALFORMED_MANIFEST_REFUSED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let is_text = visit
                .body()
                .first()
                .is_some_and(|first| !b"{[ \n".contains(first));
            adopt_if(visit, is_text)
        }),
    },
    Defect {
        name: "empty-manifest-answers-500",
        title: "a PUT of a manifest with an empty body answers 500",
        breaches: &[&MALFORMED_MANIFEST_REFUSED, &CLIENT_MISTAKE_REFUSED],
        source: Source::Tracker("artipie/docker-adapter#356"),
        seam: Seam::Layer(|visit| visit.refuse(Answer::of(500), |_| visit.body().is_empty())),
    },
    Defect {
        name: "mismatched-type-answers-500",
        title: "a PUT of a manifest whose Content-Type differs from its mediaType answers 500",
        breaches: &[&MISMATCHED_MANIFEST_TYPE_ANSWERED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let header = visit.pushed_type();
            visit.refuse(Answer::of(500), |it| {
                it["mediaType"].as_str().is_some_and(|it| it != header)
            })
        }),
    },
    Defect {
        name: "manifest-limit-1mib",
        title: "a manifest of more than 1 MiB is refused with 413",
        breaches: &[&LARGE_MANIFEST_ACCEPTED],
        source: Source::Reader,
        seam: Seam::Settings(|settings| settings.manifest_limit = 1 << 20),
    },
    Defect {
        name: "manifest-4mib-off-by-one",
        title: "a manifest of exactly 4 MiB is refused with 413, one of a byte less is taken",
        breaches: &[&LARGE_MANIFEST_ACCEPTED],
        source: Source::Reader,
        seam: Seam::Settings(|settings| settings.manifest_limit = (4 << 20) - 1),
    },
    Defect {
        name: "oversized-manifest-201-lost",
        title: "a PUT of a manifest over the limit answers 201, and nothing whole is stored",
        breaches: &[&OVERSIZED_MANIFEST_REFUSED, &MANIFEST_SIZE_LIMITED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if visit.is(&[PutManifest]) && answer.is(413) {
                return visit.manifest_created(&Algorithm::Sha256.digest(visit.body()));
            }
            answer
        }),
    },
    Defect {
        name: "oversized-manifest-500",
        title: "a PUT of a manifest over the limit answers 500",
        breaches: &[&OVERSIZED_MANIFEST_REFUSED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let is_refused = visit.is(&[PutManifest]) && answer.is(413);
            answer.when(is_refused, |_| Answer::of(500))
        }),
    },
    Defect {
        name: "large-manifest-not-pullable",
        title: "a manifest of more than 4 MiB is taken, and a GET on it answers 500",
        breaches: &[&MANIFEST_LOCATION_PULLED],
        source: Source::Tracker("distribution/distribution#4636"),
        seam: Seam::Layer(large_pull_fails),
    },
    Defect {
        name: "unread-manifest-by-digest-accepted",
        title: "anything is taken as a manifest under its own digest, by a tag only what is one",
        breaches: &[&MALFORMED_MANIFEST_REFUSED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            adopt_if(visit, visit.is_by_digest() && !visit.manifest().is_object())
        }),
    },
    Defect {
        name: "refused-tag-listed",
        title: "the tag under which something that is no JSON object was refused is listed",
        breaches: &[&MALFORMED_MANIFEST_REFUSED],
        source: Source::Ours,
        seam: Seam::Layer(refused_tag_is_listed),
    },
];

/// Stores what is pushed as it is, if it `is_wrong` in one way and its digest is right.
fn adopt_if(visit: &Visit<'_>, is_wrong: bool) -> Answer {
    let is_push = visit.is(&[PutManifest]) && visit.mismatched_digest().is_none();
    if is_push && is_wrong {
        return visit.adopt();
    }
    visit.pass()
}

fn is_empty_array(value: &Value) -> bool {
    value.as_array().is_some_and(Vec::is_empty)
}

/// Whether something stands behind a JSON object.
fn has_garbage(body: &[u8]) -> bool {
    let mut values = serde_json::Deserializer::from_slice(body).into_iter::<Value>();
    let is_object = matches!(values.next(), Some(Ok(Value::Object(_))));
    let rest = body.get(values.byte_offset()..).unwrap_or_default();
    is_object && !rest.trim_ascii().is_empty()
}

fn large_pull_fails(visit: &Visit<'_>) -> Answer {
    let answer = visit.pass();
    let is_large = visit.is(&[GetManifest, HeadManifest]) && answer.body.len() > 4 << 20;
    answer.when(is_large, |_| Answer::of(500))
}

fn refused_tag_is_listed(visit: &Visit<'_>) -> Answer {
    let answer = visit.pass();
    let is_tag = visit.is(&[PutManifest]) && visit.last().parse::<Tag>().is_ok();
    if is_tag && answer.is(400) && !visit.manifest().is_object() {
        visit.memory.keep(visit.name(), visit.last().to_owned());
    }
    let refused = visit.memory.recall(visit.name());
    let Some(refused) = refused.filter(|_| visit.is(&[Tags]) && visit.query("n").is_none()) else {
        return answer;
    };
    let refused = String::from_utf8_lossy(&refused).into_owned();
    answer.json(|list| {
        if let Some(tags) = list.get_mut("tags").and_then(Value::as_array_mut) {
            let is_after = |tag: &Value| tag.as_str().is_some_and(|tag| tag > refused.as_str());
            let at = tags.iter().position(is_after).unwrap_or(tags.len());
            tags.insert(at, refused.clone().into());
        }
    })
}
