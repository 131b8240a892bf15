//! Which tags a tag list names, done wrong (TAGS).

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use http::header::LINK;
use serde_json::Value;

use super::Defect;
use super::Source;
use super::tag_list::is_paged;
use super::tag_list::listed;
use crate::catalogue::tag_list::DELETED_TAG_UNLISTED;
use crate::catalogue::tag_list::TAG_LIST_COMPLETE;
use crate::oci::Reference;
use crate::registry::answer::Answer;
use crate::registry::seams::Operation::DeleteTag;
use crate::registry::seams::Operation::PutManifest;
use crate::registry::seams::Operation::Tags;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "digests-listed-as-tags",
        title: "a manifest pushed by its digest stands in the tag list under that",
        breaches: &[&TAG_LIST_COMPLETE],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if visit.is(&[PutManifest]) && visit.is_by_digest() && answer.is(201) {
                remember(visit, visit.last());
            }
            add_remembered(visit, answer)
        }),
    },
    Defect {
        name: "fallback-tags-hidden",
        title: "tags of the form sha256-<digits> are not listed",
        breaches: &[&TAG_LIST_COMPLETE],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let is_fallback = |tag: &Value| {
                let hex = tag.as_str().and_then(|it| it.strip_prefix("sha256-"));
                hex.is_some_and(|it| it.len() == 64 && it.bytes().all(|it| it.is_ascii_hexdigit()))
            };
            listed(visit, |tags| tags.retain(|tag| !is_fallback(tag)))
        }),
    },
    Defect {
        name: "list-cached-stale",
        title: "the whole tag list of a repository is for ever as it was at its first GET",
        breaches: &[&TAG_LIST_COMPLETE, &DELETED_TAG_UNLISTED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if !visit.is(&[Tags]) || is_paged(visit) || !answer.is(200) {
                return answer;
            }
            if let Some(list) = visit.memory.recall(visit.name()) {
                return answer.bytes(list);
            }
            visit.memory.keep(visit.name(), answer.body.clone());
            answer
        }),
    },
    Defect {
        name: "retag-doubles-entry",
        title: "a tag that was pushed for a second manifest is listed twice",
        breaches: &[&TAG_LIST_COMPLETE],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let is_moved = visit.is(&[PutManifest]) && moves_a_tag(visit);
            let answer = visit.pass();
            if is_moved && answer.is(201) {
                remember(visit, visit.last());
            }
            add_remembered(visit, answer)
        }),
    },
    Defect {
        name: "tags-leak-by-prefix",
        title: "a tag list has also the tags of repositories whose names begin with this one's",
        breaches: &[&TAG_LIST_COMPLETE],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let others = visit.store().repositories().into_iter().filter(|other| {
                other.as_str() != visit.name() && other.as_str().starts_with(visit.name())
            });
            let all = others.flat_map(|other| visit.store().tags(&other, "", usize::MAX).0);
            let texts = all.map(|tag| Value::from(tag.as_str()));
            listed(visit, |tags| {
                tags.extend(texts);
                tags.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
                tags.dedup();
            })
        }),
    },
    Defect {
        name: "tag-flickers-in-list",
        title: "the second tag of a list of three or more is missing in every second answer",
        breaches: &[&TAG_LIST_COMPLETE],
        source: Source::Tracker("distribution/distribution#2452"),
        seam: Seam::Layer(|visit| {
            if !visit.is(&[Tags]) || is_paged(visit) {
                return visit.pass();
            }
            let turn = visit.memory.before(visit.name());
            listed(visit, |tags| {
                if tags.len() > 2 && turn % 2 == 1 {
                    tags.remove(1);
                }
            })
        }),
    },
    Defect {
        name: "list-after-100-cut",
        title: "a tag list ends after 100 tags, without a Link to the others",
        breaches: &[&TAG_LIST_COMPLETE],
        source: Source::Reader,
        seam: Seam::Layer(|visit| capped(visit, 100)),
    },
    Defect {
        name: "long-tag-list-capped",
        title: "a tag list ends after 12 tags, without a Link to the others",
        breaches: &[&TAG_LIST_COMPLETE],
        source: Source::Tracker("sonatype/nexus-public#209"),
        seam: Seam::Layer(|visit| capped(visit, 12)),
    },
    Defect {
        name: "deleted-tag-listed-until-push",
        title: "a deleted tag stays in the tag list until a manifest is pushed by another",
        breaches: &[&DELETED_TAG_UNLISTED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if visit.is(&[DeleteTag]) && answer.is(202) {
                remember(visit, visit.last());
            }
            if visit.is(&[PutManifest]) && !visit.is_by_digest() && answer.is(201) {
                visit.memory.forget(visit.name());
            }
            add_remembered(visit, answer)
        }),
    },
    Defect {
        name: "case-twins-listed-once",
        title: "of tags that differ in case only one is listed",
        breaches: &[&TAG_LIST_COMPLETE],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            listed(visit, |tags| {
                let mut seen = BTreeSet::new();
                tags.retain(|tag| seen.insert(tag.to_string().to_ascii_lowercase()));
            })
        }),
    },
    Defect {
        name: "returned-tag-unlisted",
        title: "a tag that was deleted is not listed any more, also when it is pushed again",
        breaches: &[&TAG_LIST_COMPLETE],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            if visit.is(&[DeleteTag]) {
                visit.memory.before(visit.key());
            }
            listed(visit, |tags| {
                let key = |tag: &str| format!("{} {tag}", visit.name());
                tags.retain(|tag| !visit.memory.knows(&key(tag.as_str().unwrap_or_default())));
            })
        }),
    },
    Defect {
        name: "sixth-tag-unlisted",
        title: "no more than five tags of a manifest are listed",
        breaches: &[&TAG_LIST_COMPLETE],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            listed(visit, |tags| {
                let mut counts = BTreeMap::new();
                tags.retain(|tag| {
                    let digest = visit.digest_of(tag.as_str().unwrap_or_default());
                    let count = counts.entry(digest).or_insert(0);
                    *count += 1;
                    *count <= 5
                });
            })
        }),
    },
];

fn capped(visit: &Visit<'_>, cap: usize) -> Answer {
    let answer = listed(visit, |tags| tags.truncate(cap));
    if visit.is(&[Tags]) {
        return answer.without(&LINK);
    }
    answer
}

/// Notes something that is to stand in the tag list of the repository.
fn remember(visit: &Visit<'_>, text: &str) {
    let known = visit.memory.recall(visit.name()).unwrap_or_default();
    let known = String::from_utf8_lossy(&known).into_owned();
    visit.memory.keep(visit.name(), format!("{known}{text}\n"));
}

/// Adds to a tag list what was noted for it.
fn add_remembered(visit: &Visit<'_>, answer: Answer) -> Answer {
    let Some(known) = visit.memory.recall(visit.name()) else {
        return answer;
    };
    if !visit.is(&[Tags]) || !answer.is(200) || is_paged(visit) {
        return answer;
    }
    answer.json(|list| {
        if let Some(Value::Array(tags)) = list.get_mut("tags") {
            tags.extend(String::from_utf8_lossy(&known).lines().map(Value::from));
            tags.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
        }
    })
}

/// Whether a PUT points an existing tag to other bytes.
fn moves_a_tag(visit: &Visit<'_>) -> bool {
    let (Ok(name), Ok(tag)) = (visit.name().parse(), visit.last().parse()) else {
        return false;
    };
    let found = visit.store().manifest(&name, &Reference::Tag(tag));
    found.is_some_and(|found| found.manifest.bytes != visit.body())
}
