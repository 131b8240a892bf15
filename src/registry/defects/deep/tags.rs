//! Tags and their lists after several pushes and deletes.

use serde_json::Value;

use super::Defect;
use super::Source;
use super::notes;
use crate::catalogue::manifest_pull::MANIFEST_BY_TAG_FOUND;
use crate::catalogue::manifest_push::TAG_MOVED;
use crate::catalogue::tag_list::DELETED_TAG_UNLISTED;
use crate::catalogue::tag_list::TAG_LIST_COMPLETE;
use crate::catalogue::tag_parameters::TAKEN_TAGS_FOUND;
use crate::oci::Algorithm;
use crate::registry::seams::Operation::DeleteManifest;
use crate::registry::seams::Operation::DeleteTag;
use crate::registry::seams::Operation::PutManifest;
use crate::registry::seams::Operation::Tags;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "repushed-tag-listed-twice",
        title: "a tag that was deleted and pushed again is listed twice",
        breaches: &[&TAG_LIST_COMPLETE],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let (gone, twice) = (notes::of_it(visit, "gone"), notes::here(visit, "twice"));
            if visit.is(&[DeleteTag]) && answer.is(202) {
                visit.memory.keep(gone, "x");
                notes::strike(visit, &twice, visit.last());
            } else if visit.is(&[PutManifest])
                && answer.is(201)
                && visit.memory.forget(&gone).is_some()
            {
                notes::note(visit, &twice, visit.last());
            }
            if visit.is(&[Tags]) && answer.is(200) {
                return answer.json(|list| doubled(list, &notes::words(visit, &twice)));
            }
            answer
        }),
    },
    Defect {
        name: "tag-of-deleted-index-listed",
        title: "a tag stays in the list when the index that it leads to is deleted by digest",
        breaches: &[&DELETED_TAG_UNLISTED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let digest = visit
                .last()
                .parse()
                .ok()
                .filter(|_| visit.is(&[DeleteManifest]));
            let tags = digest
                .map(|digest| visit.tags_of(&digest))
                .unwrap_or_default();
            let is_index = !tags.is_empty() && visit.held(visit.last())["manifests"].is_array();
            let answer = visit.pass();
            let key = notes::here(visit, "dead");
            if is_index && answer.is(202) {
                for tag in &tags {
                    notes::note(visit, &key, tag.as_str());
                }
            }
            if visit.is(&[Tags]) && answer.is(200) {
                return answer.json(|list| added(list, &notes::words(visit, &key)));
            }
            answer
        }),
    },
    Defect {
        name: "tag-moved-back-sticks",
        title: "a tag that is moved back to the manifest that it led to first stays where it is",
        breaches: &[&TAG_MOVED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            if !visit.is(&[PutManifest]) || visit.is_by_digest() {
                return visit.pass();
            }
            let digest = Algorithm::Sha256.digest(visit.body()).to_string();
            let key = notes::of_it(visit, "led");
            let led = notes::words(visit, &key);
            if led.len() > 1 && led[0] == digest && visit.holds_manifest(visit.last()) {
                return visit.pass_by_digest();
            }
            let answer = visit.pass();
            if answer.is(201) {
                notes::note(visit, &key, &digest);
            }
            answer
        }),
    },
    Defect {
        name: "parameter-steals-no-tag-twice",
        title: "a tag that was made by a parameter is not moved by another, whatever the answer says",
        breaches: &[&TAKEN_TAGS_FOUND],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let key = notes::here(visit, "made");
            let made = notes::words(visit, &key);
            let kept: Vec<_> = made
                .iter()
                .filter_map(|tag| Some((tag.parse().ok()?, visit.digest_of(tag)?)))
                .collect();
            let answer = visit.pass();
            if visit.is(&[PutManifest]) && visit.is_by_digest() && answer.is(201) {
                for (tag, digest) in kept {
                    visit.point(&[tag], &digest);
                }
                for tag in visit.call.query.all("tag") {
                    notes::note(visit, &key, tag);
                }
            }
            answer
        }),
    },
    Defect {
        name: "delete-of-newer-restores-older",
        title: "deleting a tag that was moved has it lead to the manifest before",
        breaches: &[&crate::catalogue::delete::DELETED_TAG_UNKNOWN],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let was = visit.digest_of(visit.last());
            let answer = visit.pass();
            let key = notes::of_it(visit, "before");
            if visit.is(&[PutManifest]) && !visit.is_by_digest() && answer.is(201) {
                if let Some(was) = was.filter(|was| !was.matches(visit.body())) {
                    visit.memory.keep(key, was.to_string());
                }
            } else if visit.is(&[DeleteTag]) && answer.is(202) {
                restore(visit, &key);
            }
            answer
        }),
    },
    Defect {
        name: "listing-after-delete-drops-tag",
        title: "the first list behind a tag after another was deleted lacks the last tag",
        breaches: &[&TAG_LIST_COMPLETE],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let key = notes::here(visit, "deleted");
            if visit.is(&[DeleteTag]) && answer.is(202) {
                visit.memory.keep(key, "x");
                return answer;
            }
            let is_behind = visit.is(&[Tags]) && visit.query("last").is_some();
            if is_behind && answer.is(200) && visit.memory.forget(&key).is_some() {
                return answer.json(|list| {
                    if let Some(tags) = list["tags"].as_array_mut() {
                        tags.pop();
                    }
                });
            }
            answer
        }),
    },
    Defect {
        name: "retagged-by-digest-lost",
        title: "a tag is gone once its manifest is pushed by digest without it",
        breaches: &[&MANIFEST_BY_TAG_FOUND],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let digest = visit
                .last()
                .parse()
                .ok()
                .filter(|_| visit.is(&[PutManifest]));
            let tags = digest
                .map(|digest| visit.tags_of(&digest))
                .unwrap_or_default();
            let answer = visit.pass();
            if answer.is(201) && tags.len() > 1 && visit.query("tag").is_none() {
                visit.delete(tags[0].as_str());
            }
            answer
        }),
    },
];

fn doubled(list: &mut Value, twice: &[String]) {
    if let Some(tags) = list["tags"].as_array_mut() {
        let again: Vec<_> = tags
            .iter()
            .filter(|tag| twice.iter().any(|it| tag.as_str() == Some(it)))
            .cloned()
            .collect();
        tags.extend(again);
    }
}

fn added(list: &mut Value, more: &[String]) {
    if let Some(tags) = list["tags"].as_array_mut() {
        for tag in more {
            if !tags.iter().any(|it| it.as_str() == Some(tag)) {
                tags.push(tag.clone().into());
            }
        }
    }
}

fn restore(visit: &Visit<'_>, key: &str) {
    let Some(before) = visit.memory.forget(key) else {
        return;
    };
    let before = String::from_utf8_lossy(&before).into_owned();
    if let (Ok(tag), Ok(digest)) = (visit.last().parse(), before.parse()) {
        visit.point(&[tag], &digest);
    }
}
