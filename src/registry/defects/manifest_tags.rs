//! Tags of manifests that are pushed, done wrong (MPUT).

use serde_json::Value;

use super::Defect;
use super::Source;
use crate::catalogue::manifest_pull::MANIFEST_BY_DIGEST_FOUND;
use crate::catalogue::manifest_pull::MANIFEST_BY_TAG_FOUND;
use crate::catalogue::manifest_push::MANIFEST_LOCATION_PULLED;
use crate::catalogue::manifest_push::REPEATED_MANIFEST_PUT_ACCEPTED;
use crate::catalogue::manifest_push::TAG_MOVED;
use crate::oci::Algorithm;
use crate::oci::Digest;
use crate::oci::ErrorCode;
use crate::oci::Reference;
use crate::registry::answer::Answer;
use crate::registry::seams::Operation::GetManifest;
use crate::registry::seams::Operation::HeadManifest;
use crate::registry::seams::Operation::PutManifest;
use crate::registry::seams::Operation::Tags;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "tag-move-loses-old-digest",
        title: "a manifest cannot be pulled any more once a tag was moved away from it",
        breaches: &[&TAG_MOVED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let old = moved_from(visit);
            visit.pushed(|answer| {
                if let Some(old) = old {
                    visit.delete(&old.to_string());
                }
                answer
            })
        }),
    },
    Defect {
        name: "tag-move-moves-siblings",
        title: "moving a tag moves all tags of the same manifest",
        breaches: &[&TAG_MOVED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let old = moved_from(visit);
            let siblings = old.map_or_else(Vec::new, |old| visit.tags_of(&old));
            visit.pushed(|answer| {
                if let Some(new) = visit.digest_of(visit.last()) {
                    visit.point(&siblings, &new);
                }
                answer
            })
        }),
    },
    Defect {
        name: "tag-sticks-after-second-move",
        title: "a tag can be moved once; a further PUT answers 201 and leaves it",
        breaches: &[&TAG_MOVED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| match moved_from(visit) {
            Some(_) if visit.memory.before(visit.key()) > 0 => visit.pass_by_digest(),
            _ => visit.pass(),
        }),
    },
    Defect {
        name: "tag-not-moved-to-index",
        title: "a PUT of an index under the tag of an image answers 201 and leaves the tag",
        breaches: &[&TAG_MOVED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let is_image = |old: &Digest| visit.held(&old.to_string())["config"].is_object();
            match moved_from(visit).filter(|_| visit.pushes_index()) {
                Some(old) if is_image(&old) => visit.pass_by_digest(),
                _ => visit.pass(),
            }
        }),
    },
    Defect {
        name: "put-second-repo-not-stored",
        title: "a PUT of a manifest that another repository holds answers 201 and does not make it visible",
        breaches: &[&MANIFEST_LOCATION_PULLED, &MANIFEST_BY_DIGEST_FOUND],
        source: Source::Reader,
        seam: Seam::Layer(known_elsewhere_is_enough),
    },
    Defect {
        name: "repeated-put-listed-twice",
        title: "a tag that was pushed twice with the same manifest is listed twice",
        breaches: &[&REPEATED_MANIFEST_PUT_ACCEPTED],
        source: Source::Ours,
        seam: Seam::Layer(repeated_tags_are_listed),
    },
    Defect {
        name: "tag-pushed-elsewhere-moves",
        title: "GET by a tag gives what was pushed last under a tag of that name, in whichever repository",
        breaches: &[&MANIFEST_BY_TAG_FOUND],
        source: Source::Ours,
        seam: Seam::Layer(tags_of_all_are_one),
    },
    Defect {
        name: "tag-lost-by-four-pushes",
        title: "a tag that is pushed four times before anybody pulls it is not found",
        breaches: &[&MANIFEST_BY_TAG_FOUND],
        source: Source::Ours,
        seam: Seam::Layer(tag_is_lost_by_pushes),
    },
];

/// The digest from which a PUT by tag will move that tag away.
fn moved_from(visit: &Visit<'_>) -> Option<Digest> {
    let is_by_tag = visit.is(&[PutManifest]) && !visit.is_by_digest();
    let old = visit.digest_of(visit.last()).filter(|_| is_by_tag)?;
    (!old.matches(visit.body())).then_some(old)
}

fn known_elsewhere_is_enough(visit: &Visit<'_>) -> Answer {
    let digest = Algorithm::Sha256.digest(visit.body());
    if !visit.is(&[PutManifest]) || visit.mismatched_digest().is_some() {
        return visit.pass();
    }
    let reference = Reference::Digest(digest.clone());
    let holds = |other: &_| visit.store().manifest(other, &reference).is_some();
    let is_here = visit.holds_manifest(&digest.to_string());
    match visit.elsewhere(holds).filter(|_| !is_here) {
        Some(_) => visit.manifest_created(&digest),
        None => visit.pass(),
    }
}

fn repeated_tags_are_listed(visit: &Visit<'_>) -> Answer {
    if visit.is(&[Tags]) && visit.query("n").is_none() {
        let knows = |tag: &Value| {
            let tag = tag.as_str().unwrap_or_default();
            visit.memory.knows(&format!("{} {tag}", visit.name()))
        };
        let twice = |tag: &Value| vec![tag.clone(); if knows(tag) { 2 } else { 1 }];
        return visit.pass().json(|list| {
            let tags = list.get("tags").and_then(Value::as_array);
            if let Some(tags) = tags {
                let tags = tags.iter().flat_map(twice).collect();
                list["tags"] = Value::Array(tags);
            }
        });
    }
    let is_again = visit.digest_of(visit.last());
    let is_again = is_again.is_some_and(|it| it.matches(visit.body()));
    visit.pushed(|answer| {
        if is_again && !visit.is_by_digest() {
            visit.memory.before(visit.key());
        }
        answer
    })
}

/// The name of a tag alone is what its last push is remembered by.
fn tags_of_all_are_one(visit: &Visit<'_>) -> Answer {
    if visit.is_by_digest() {
        return visit.pass();
    }
    let last = visit.memory.recall(visit.last()).unwrap_or_default();
    let last = String::from_utf8_lossy(&last).into_owned();
    if visit.is(&[GetManifest]) && !last.is_empty() && visit.holds_manifest(visit.last()) {
        return visit.pass_route(&visit.route_in(&last));
    }
    visit.pushed(|answer| {
        let name = visit.name().to_owned();
        visit.memory.keep(visit.last(), name);
        answer
    })
}

/// A tag that was pulled once is safe.
fn tag_is_lost_by_pushes(visit: &Visit<'_>) -> Answer {
    let (is_tag, lost) = (!visit.is_by_digest(), format!("{} lost", visit.key()));
    if visit.is(&[GetManifest, HeadManifest]) && is_tag {
        if visit.memory.knows(&lost) {
            return Answer::error(404, ErrorCode::ManifestUnknown);
        }
        visit.memory.keep(visit.key(), "pulled");
    }
    visit.pushed(|answer| {
        let is_safe = visit.memory.recall(&visit.key()).is_some();
        if is_tag && !is_safe && visit.memory.before(visit.key()) == 3 {
            visit.memory.before(lost);
        }
        answer
    })
}
