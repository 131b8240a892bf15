//! What clients write where a registry has no referrers, stored wrong (BC).

use http::header::IF_MATCH;

use super::Defect;
use super::Source;
use crate::catalogue::errors::CLIENT_MISTAKE_REFUSED;
use crate::catalogue::fallback::FALLBACK_TAG_ACCEPTED;
use crate::catalogue::manifest_pull::MANIFEST_BY_TAG_FOUND;
use crate::catalogue::transport::HTTP_SEMANTICS_FOLLOWED;
use crate::oci::ErrorCode;
use crate::registry::answer::Answer;
use crate::registry::seams::Operation::DeleteTag;
use crate::registry::seams::Operation::PutManifest;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "fallback-tag-not-overwritable",
        title: "a PUT under a tag made of a sha256 digest that is there already answers 201 and leaves it",
        breaches: &[&FALLBACK_TAG_ACCEPTED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let is_again = is_fallback(visit, "sha256-") && visit.holds_manifest(visit.last());
            if visit.is(&[PutManifest]) && is_again {
                return visit.pass_by_digest();
            }
            visit.pass()
        }),
    },
    Defect {
        name: "fallback-sha512-tag-refused",
        title: "a tag made of a sha512 digest is refused with 400",
        breaches: &[&FALLBACK_TAG_ACCEPTED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let refusal = Answer::error(400, ErrorCode::ManifestInvalid);
            visit.refuse(refusal, |_| is_fallback(visit, "sha512-"))
        }),
    },
    Defect {
        name: "fallback-tag-undeletable",
        title: "a DELETE on a tag made of a digest answers 202 and leaves it",
        breaches: &[&FALLBACK_TAG_ACCEPTED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let is_made_of_digest = is_fallback(visit, "sha256-") || is_fallback(visit, "sha512-");
            if visit.is(&[DeleteTag]) && is_made_of_digest && visit.holds_manifest(visit.last()) {
                return Answer::of(202);
            }
            visit.pass()
        }),
    },
    Defect {
        name: "stale-put-answers-500",
        title: "a PUT of a manifest whose If-Match does not match is answered 500",
        breaches: &[&CLIENT_MISTAKE_REFUSED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let is_hit = visit.is(&[PutManifest]) && answer.is(412);
            answer.when(is_hit, |_| Answer::of(500))
        }),
    },
    Defect {
        name: "stale-put-loses-tag",
        title: "a PUT of a manifest whose If-Match does not match answers 412 and deletes the tag",
        breaches: &[&MANIFEST_BY_TAG_FOUND],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if visit.is(&[PutManifest]) && answer.is(412) {
                visit.delete(visit.last());
            }
            answer
        }),
    },
    Defect {
        name: "current-put-refused",
        title: "a PUT of a manifest with an If-Match answers 412, also if it matches",
        breaches: &[&HTTP_SEMANTICS_FOLLOWED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let is_conditional = visit.header(&IF_MATCH).is_some();
            if visit.is(&[PutManifest]) && is_conditional {
                return Answer::error(412, ErrorCode::ManifestInvalid);
            }
            visit.pass()
        }),
    },
];

fn is_fallback(visit: &Visit<'_>, algorithm: &str) -> bool {
    let hex = visit.last().strip_prefix(algorithm);
    hex.is_some_and(|hex| hex.len() == 64)
}
