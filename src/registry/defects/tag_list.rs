//! Listing tags: the whole list, done wrong (TAGS).

use std::cmp::Ordering;

use serde_json::Value;

use super::Defect;
use super::Source;
use crate::catalogue::tag_list::ABSENT_REPOSITORY_TAGS_UNKNOWN;
use crate::catalogue::tag_list::TAG_LIST_NAME_MATCHED;
use crate::catalogue::tag_list::TAG_LIST_SENT;
use crate::catalogue::tag_list::TAG_LIST_SORTED;
use crate::catalogue::tag_list::TAG_LIST_WELL_FORMED;
use crate::oci::Algorithm;
use crate::registry::answer::Answer;
use crate::registry::seams::Operation::DeleteTag;
use crate::registry::seams::Operation::PutManifest;
use crate::registry::seams::Operation::Tags;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "tag-list-answers-206",
        title: "a tag list of more than two tags is answered 206",
        breaches: &[&TAG_LIST_SENT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let is_long = visit.is(&[Tags]) && answer.is(200) && texts(&answer).len() > 2;
            if is_long {
                answer.with_status(206)
            } else {
                answer
            }
        }),
    },
    Defect {
        name: "tags-as-objects",
        title: "the tags of a list are objects with a name instead of strings",
        breaches: &[&TAG_LIST_WELL_FORMED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            listed(visit, |tags| {
                for tag in tags {
                    *tag = serde_json::json!({ "name": tag });
                }
            })
        }),
    },
    Defect {
        name: "tag-list-without-name",
        title: "a tag list has no name",
        breaches: &[&TAG_LIST_WELL_FORMED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            changed(visit, |list| {
                if let Some(list) = list.as_object_mut() {
                    list.remove("name");
                }
            })
        }),
    },
    Defect {
        name: "tags-null-after-delete",
        title: "the tag list is null once the last tag of a repository was deleted",
        breaches: &[&TAG_LIST_WELL_FORMED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if visit.is(&[DeleteTag]) && answer.is(202) {
                visit.memory.before(visit.name());
            }
            let is_emptied = answer.is(200) && visit.is(&[Tags]) && texts(&answer).is_empty();
            if is_emptied && visit.memory.knows(visit.name()) {
                return answer.json(|list| {
                    if let Some(tags) = list.get_mut("tags") {
                        *tags = Value::Null;
                    }
                });
            }
            answer
        }),
    },
    Defect {
        name: "unknown-repository-tags-null",
        title: "the tag list of a repository that does not exist is answered 200 and is null",
        breaches: &[&ABSENT_REPOSITORY_TAGS_UNKNOWN, &TAG_LIST_WELL_FORMED],
        source: Source::Tracker("distribution/distribution#1186"),
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if visit.is(&[Tags]) && answer.is(404) {
                let list = serde_json::json!({ "name": visit.name(), "tags": null });
                return Answer::of(200).body("application/json", list.to_string());
            }
            answer
        }),
    },
    Defect {
        name: "unknown-repo-list-by-prefix",
        title: "the tag list of a repository that does not exist has the tags of the one above it",
        breaches: &[&ABSENT_REPOSITORY_TAGS_UNKNOWN],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let Some((parent, _)) = visit.name().rsplit_once('/') else {
                return answer;
            };
            if !visit.is(&[Tags]) || !answer.is(404) {
                return answer;
            }
            let above = visit.pass_route(&visit.route_in(parent));
            if above.is(200) { above } else { answer }
        }),
    },
    Defect {
        name: "name-last-component",
        title: "the name in a tag list is the last component of the repository's name",
        breaches: &[&TAG_LIST_NAME_MATCHED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let last = visit.name().rsplit('/').next().unwrap_or_default();
            changed(visit, |list| list["name"] = last.into())
        }),
    },
    Defect {
        name: "tag-list-name-shortened",
        title: "the name in a tag list lacks its first component, if it has more than two",
        breaches: &[&TAG_LIST_NAME_MATCHED],
        source: Source::Tracker("pulp/pulp_container#2417"),
        seam: Seam::Layer(|visit| {
            let rest = visit.name().split_once('/').map_or("", |(_, rest)| rest);
            changed(visit, |list| {
                if rest.contains('/') {
                    list["name"] = rest.into();
                }
            })
        }),
    },
    Defect {
        name: "tags-in-push-order",
        title: "a tag list of fewer than five tags is in the order of their pushes",
        breaches: &[&TAG_LIST_SORTED],
        source: Source::Reader,
        seam: Seam::Layer(tags_in_push_order),
    },
    Defect {
        name: "unpaged-tag-list-unsorted",
        title: "a tag list without n and last is in the order of the digests of its tags",
        breaches: &[&TAG_LIST_SORTED],
        source: Source::Tracker("project-zot/zot#1777"),
        seam: Seam::Layer(|visit| {
            if is_paged(visit) {
                return visit.pass();
            }
            let hashed = |tag: &Value| Algorithm::Sha256.digest(tag.to_string().as_bytes());
            listed(visit, |tags| tags.sort_by_key(hashed))
        }),
    },
    Defect {
        name: "numeric-order-tags",
        title: "the numbers in tags are sorted by their value, v2 before v10",
        breaches: &[&TAG_LIST_SORTED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            listed(visit, |tags| {
                tags.sort_by(|a, b| natural(a.as_str().unwrap_or(""), b.as_str().unwrap_or("")));
            })
        }),
    },
];

/// Whether a list is asked for in pages.
pub(super) fn is_paged(visit: &Visit<'_>) -> bool {
    visit.query("n").is_some() || visit.query("last").is_some()
}

/// Changes a tag list.
fn changed(visit: &Visit<'_>, change: impl FnOnce(&mut Value)) -> Answer {
    let answer = visit.pass();
    if visit.is(&[Tags]) && answer.is(200) {
        return answer.json(|list| {
            if list.is_object() {
                change(list);
            }
        });
    }
    answer
}

/// Changes the tags of a tag list.
pub(super) fn listed(visit: &Visit<'_>, change: impl FnOnce(&mut Vec<Value>)) -> Answer {
    changed(visit, |list| {
        if let Some(Value::Array(tags)) = list.get_mut("tags") {
            change(tags);
        }
    })
}

/// The tags of a tag list.
pub(super) fn texts(answer: &Answer) -> Vec<String> {
    let list: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let tags = list["tags"].as_array().into_iter().flatten();
    tags.filter_map(|tag| Some(tag.as_str()?.to_owned()))
        .collect()
}

fn tags_in_push_order(visit: &Visit<'_>) -> Answer {
    if visit.is(&[PutManifest]) && !visit.is_by_digest() {
        let answer = visit.pass();
        if answer.is(201) {
            let turn = visit.memory.before(visit.name());
            visit.memory.keep(visit.key(), format!("{turn:020}"));
        }
        return answer;
    }
    let turn = |tag: &Value| {
        let key = format!("{} {}", visit.name(), tag.as_str().unwrap_or_default());
        visit.memory.recall(&key)
    };
    listed(visit, |tags| {
        if tags.len() < 5 {
            tags.sort_by_key(turn);
        }
    })
}

/// The order of texts in which a run of digits counts by its value.
fn natural(left: &str, right: &str) -> Ordering {
    let (mut left, mut right) = (left, right);
    loop {
        match (number(left), number(right)) {
            (Some((a, rest_a)), Some((b, rest_b))) if a != b || rest_a.is_empty() => {
                return a.cmp(&b).then_with(|| rest_a.cmp(rest_b));
            }
            (Some((_, rest_a)), Some((_, rest_b))) => (left, right) = (rest_a, rest_b),
            _ => match (left.chars().next(), right.chars().next()) {
                (Some(a), Some(b)) if a == b => {
                    (left, right) = (&left[a.len_utf8()..], &right[b.len_utf8()..]);
                }
                (a, b) => return a.cmp(&b),
            },
        }
    }
}

/// The number at the beginning of a text, and what follows it.
fn number(text: &str) -> Option<(u128, &str)> {
    let len = text.bytes().take_while(u8::is_ascii_digit).count();
    Some((text[..len].parse().ok()?, &text[len..]))
}
