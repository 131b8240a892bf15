//! Manifests that are refused and stay, or that one way shows and another does not.

use http::header::CONTENT_LENGTH;
use http::header::CONTENT_TYPE;
use http::header::IF_MATCH;
use serde_json::Value;

use super::Defect;
use super::Source;
use super::notes;
use crate::catalogue::existence::HEAD_BODY_OMITTED;
use crate::catalogue::existence::MANIFEST_EXISTENCE_CONFIRMED;
use crate::catalogue::manifest_pull::ABSENT_MANIFEST_UNKNOWN;
use crate::catalogue::manifest_pull::MANIFEST_BY_DIGEST_FOUND;
use crate::catalogue::manifest_pull::MANIFEST_BY_TAG_FOUND;
use crate::catalogue::manifest_pull::MANIFEST_TYPE_KEPT;
use crate::oci::Algorithm;
use crate::registry::answer::Answer;
use crate::registry::seams::Operation::GetManifest;
use crate::registry::seams::Operation::HeadManifest;
use crate::registry::seams::Operation::PutManifest;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "blobless-manifest-kept",
        title: "a manifest that is refused for a missing blob can be pulled by its digest",
        breaches: &[&ABSENT_MANIFEST_UNKNOWN],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if visit.is(&[PutManifest]) && answer.is(404) {
                let digest = Algorithm::Sha256.digest(visit.body());
                keep_manifest(visit, &digest.to_string());
            }
            answer
        }),
    },
    Defect {
        name: "refused-put-hides-tag",
        title: "a tag is not there after a refused push under it, until the next push",
        breaches: &[&MANIFEST_BY_TAG_FOUND],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let key = notes::of_it(visit, "hidden");
            if visit.is(&[GetManifest, HeadManifest]) && visit.memory.recall(&key).is_some() {
                let absent = visit.manifest_route("plimsoll-never-pushed");
                return visit.pass_route(&absent);
            }
            let answer = visit.pass();
            if visit.is(&[PutManifest]) && !visit.is_by_digest() {
                if answer.status.is_client_error() && visit.holds_manifest(visit.last()) {
                    visit.memory.keep(key, "x");
                } else {
                    visit.memory.forget(&key);
                }
            }
            answer
        }),
    },
    Defect {
        name: "failed-condition-moves-tag",
        title: "a push that fails its If-Match moves the tag all the same",
        breaches: &[&MANIFEST_BY_TAG_FOUND],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if visit.is(&[PutManifest]) && answer.is(412) {
                visit.pass_without(&IF_MATCH);
            }
            answer
        }),
    },
    Defect {
        name: "one-digest-two-types",
        title: "a manifest that is pushed again under another type is served under that",
        breaches: &[&MANIFEST_TYPE_KEPT],
        source: Source::Cve("CVE-2021-41190"),
        seam: Seam::Layer(two_types),
    },
    Defect {
        name: "head-after-two-moves-stale",
        title: "HEAD on a tag that was moved twice tells of the manifest before",
        breaches: &[&MANIFEST_EXISTENCE_CONFIRMED],
        source: Source::Tracker("oras-project/oras-go#1176"),
        seam: Seam::Layer(stale_head),
    },
    Defect {
        name: "head-of-index-tells-child",
        title: "HEAD on an index by tag tells the length of the first manifest in it",
        breaches: &[&HEAD_BODY_OMITTED],
        source: Source::Tracker("containerd/containerd#7390"),
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if !visit.is(&[HeadManifest]) || visit.is_by_digest() || !answer.is(200) {
                return answer;
            }
            let index: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
            match index["manifests"][0]["size"].as_u64() {
                Some(size) => answer.with(CONTENT_LENGTH, &size),
                None => answer,
            }
        }),
    },
    Defect {
        name: "repeated-put-by-digest-emptied",
        title: "a manifest that was pushed by tag is empty once it is pushed by digest",
        breaches: &[&MANIFEST_BY_DIGEST_FOUND],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let was_held = visit.is_by_digest() && visit.holds_manifest(visit.last());
            let answer = visit.pass();
            let key = notes::of_it(visit, "emptied");
            if visit.is(&[PutManifest]) && answer.is(201) && was_held {
                visit.memory.keep(key, "x");
                return answer;
            }
            let is_get = visit.is(&[GetManifest]) && answer.is(200);
            if is_get && visit.memory.recall(&key).is_some() {
                return answer.bytes("");
            }
            answer
        }),
    },
    Defect {
        name: "sixth-manifest-evicts-first",
        title: "the sixth manifest of a repository takes the place of the first",
        breaches: &[&MANIFEST_BY_DIGEST_FOUND],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if visit.is(&[PutManifest]) && answer.is(201) {
                let key = notes::here(visit, "manifests");
                let digest = Algorithm::Sha256.digest(visit.body()).to_string();
                notes::note(visit, &key, &digest);
                let all = notes::words(visit, &key);
                if all.len() == 6 && all[5] == digest {
                    visit.delete(&all[0]);
                }
            }
            answer
        }),
    },
];

/// Stores the body under a digest, without a look at it.
fn keep_manifest(visit: &Visit<'_>, digest: &str) {
    let Ok(digest) = digest.parse() else {
        return;
    };
    let manifest = crate::registry::store::StoredManifest {
        bytes: visit.body().clone(),
        media_type: visit.pushed_type(),
        digests: vec![digest],
        referrer: None,
    };
    if let Some(name) = visit.repository() {
        visit.store().put_manifest(&name, manifest, &[]);
    }
}

fn two_types(visit: &Visit<'_>) -> Answer {
    let digest = Algorithm::Sha256.digest(visit.body());
    if visit.is(&[PutManifest]) && visit.holds_manifest(&digest.to_string()) {
        let own = visit.manifest()["mediaType"].clone();
        let pushed = visit.pushed_type();
        if let Some(own) = own.as_str().filter(|own| *own != pushed)
            && pushed.contains('/')
        {
            let answer = visit.pass_with(CONTENT_TYPE, own);
            if answer.is(201) {
                visit.memory.keep(notes::of(visit, "type", &digest), pushed);
            }
            return answer;
        }
    }
    let answer = visit.pass();
    if !visit.is(&[GetManifest, HeadManifest]) || !answer.is(200) {
        return answer;
    }
    let digest = Algorithm::Sha256.digest(&answer.body);
    match visit.memory.recall(&notes::of(visit, "type", &digest)) {
        Some(media_type) => answer.with(CONTENT_TYPE, &String::from_utf8_lossy(&media_type)),
        None => answer,
    }
}

fn stale_head(visit: &Visit<'_>) -> Answer {
    let (before, moves) = (notes::of_it(visit, "before"), notes::of_it(visit, "moves"));
    if visit.is(&[HeadManifest])
        && let Some(before) = visit.memory.recall(&before)
        && notes::words(visit, &moves).len() > 2
    {
        let before = String::from_utf8_lossy(&before).into_owned();
        if visit.holds_manifest(&before) && visit.holds_manifest(visit.last()) {
            return visit.pass_route(&visit.manifest_route(&before));
        }
    }
    let is_by_tag = visit.is(&[PutManifest]) && !visit.is_by_digest();
    let was = visit.digest_of(visit.last());
    let answer = visit.pass();
    if is_by_tag && answer.is(201) {
        let digest = Algorithm::Sha256.digest(visit.body());
        notes::note(visit, &moves, &digest.to_string());
        if let Some(was) = was.filter(|was| *was != digest) {
            visit.memory.keep(before, was.to_string());
        }
    }
    answer
}
