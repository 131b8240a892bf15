//! Listing tags.

use http::header;

use super::Variation;
use crate::oci::ErrorCode;
use crate::oci::RepositoryName;
use crate::oci::Tag;
use crate::registry::answer::Answer;
use crate::registry::seams::Behind;
use crate::registry::seams::Operation::Tags;
use crate::registry::seams::Seam;
use crate::registry::seams::StoreSeam;
use crate::registry::seams::Visit;

pub(super) static VARIATIONS: &[Variation] = &[
    Variation {
        name: "unknown-repository-tags-empty",
        title: "a repository that is not there has no tags",
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if visit.is(&[Tags]) && answer.is(404) {
                empty(visit)
            } else {
                answer
            }
        }),
        ..Variation::BASE
    },
    Variation {
        name: "unknown-repository-zero-tags",
        title: "no tags at all can be had of a repository that is not there",
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let asks_for_none = visit.query("n") == Some("0");
            if visit.is(&[Tags]) && asks_for_none && answer.is(404) {
                return empty(visit);
            }
            answer
        }),
        ..Variation::BASE
    },
    Variation {
        name: "emptied-repository-unknown",
        title: "a repository without tags is answered 404 where they are listed",
        seam: Seam::Layer(|visit| {
            if visit.is(&[Tags]) && visit.pass_query("").body.ends_with(b"\"tags\":[]}") {
                return Answer::error(404, ErrorCode::NameUnknown);
            }
            visit.pass()
        }),
        ..Variation::BASE
    },
    Variation {
        name: "tags-case-folded",
        title: "tags are sorted without regard to case",
        seam: Seam::Store(StoreSeam {
            tags: Some(case_folded),
            ..StoreSeam::NONE
        }),
        ..Variation::BASE
    },
    Variation {
        name: "unknown-last-not-found",
        title: "a list behind a tag that is not there is answered 404",
        seam: Seam::Layer(|visit| {
            if is_behind_nothing(visit) {
                return Answer::error(404, ErrorCode::ManifestUnknown);
            }
            visit.pass()
        }),
        ..Variation::BASE
    },
    Variation {
        name: "unknown-last-refused",
        title: "a list behind a tag that is not there is answered 400",
        seam: Seam::Layer(|visit| {
            if is_behind_nothing(visit) {
                Answer::of(400)
            } else {
                visit.pass()
            }
        }),
        ..Variation::BASE
    },
    Variation {
        name: "malformed-tag-limit-refused",
        title: "a parameter `n` that is no number, or too large a one, is answered 400",
        seam: Seam::Layer(|visit| {
            if is_bad_limit(visit) {
                Answer::of(400)
            } else {
                visit.pass()
            }
        }),
        ..Variation::BASE
    },
    Variation {
        name: "malformed-tag-limit-clamped",
        title: "a parameter `n` that is no number, or too large a one, stands for two",
        versions: super::SINCE_1_1,
        seam: Seam::Layer(|visit| {
            if is_bad_limit(visit) {
                page(visit, 2)
            } else {
                visit.pass()
            }
        }),
        ..Variation::BASE
    },
    Variation {
        name: "tag-pages-of-two",
        title: "a page has two tags at most, and a Link to the next",
        versions: super::SINCE_1_1,
        seam: Seam::Settings(|settings| settings.tags_page = 2),
        ..Variation::BASE
    },
    Variation {
        name: "tag-pages-absolute",
        title: "a page has three tags at most, and an absolute Link to the next among others",
        versions: super::SINCE_1_1,
        seam: Seam::Layer(|visit| {
            if !visit.is(&[Tags]) {
                return visit.pass();
            }
            let origin = visit.origin();
            bounded(visit, 3).map(header::LINK, |link| {
                let link = link.replace("</v2/", &format!("<{origin}/v2/"));
                format!("<{origin}/help,me;x>; rel=help; title=\"a; \\\"b\\\", c\", {link}")
            })
        }),
        ..Variation::BASE
    },
    Variation {
        name: "tag-pages-relative",
        title: "a page has two tags at most, and a Link to the next that is relative to its path",
        versions: super::SINCE_1_1,
        seam: Seam::Layer(|visit| {
            if !visit.is(&[Tags]) {
                return visit.pass();
            }
            bounded(visit, 2).map(header::LINK, |link| {
                let query = link.split_once("/tags/list").map_or("", |(_, rest)| rest);
                let query = query.replace("; rel=\"next\"", ";rel=next");
                format!("<list{query}")
            })
        }),
        ..Variation::BASE
    },
    Variation {
        name: "tag-pages-by-cursor",
        title: "the Link to the next page of tags has a cursor in place of a tag",
        versions: super::SINCE_1_1,
        seam: Seam::Layer(by_cursor),
        ..Variation::BASE
    },
    Variation {
        name: "tag-lists-with-more",
        title: "a list of tags has members that the specification does not know, and white space",
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if !visit.is(&[Tags]) || !answer.is(200) {
                return answer;
            }
            let answer = answer.json(|list| {
                list["manifest"] = serde_json::json!({ "sha256:0": { "tag": ["x"] } });
                list["child"] = serde_json::json!([]);
                list["next"] = serde_json::json!(null);
            });
            let answer = super::spaced(answer);
            answer.with(header::CONTENT_TYPE, "application/json; charset=utf-8")
        }),
        ..Variation::BASE
    },
];

fn empty(visit: &Visit<'_>) -> Answer {
    let body = serde_json::json!({ "name": visit.name(), "tags": [] });
    Answer::of(200).body("application/json", body.to_string())
}

fn case_folded(
    behind: &Behind,
    name: &RepositoryName,
    after: &str,
    limit: usize,
) -> (Vec<Tag>, bool) {
    let place = |tag: &str| (tag.to_ascii_lowercase(), tag.to_owned());
    let (mut tags, _) = behind.store().tags(name, "", usize::MAX);
    tags.sort_by_key(|tag| place(tag.as_str()));
    tags.retain(|tag| after.is_empty() || place(tag.as_str()) > place(after));
    let more_follow = tags.len() > limit;
    tags.truncate(limit);
    (tags, more_follow)
}

/// Whether a list is asked for behind a tag that the repository, which is there, does not have.
fn is_behind_nothing(visit: &Visit<'_>) -> bool {
    let last = visit.query("last").filter(|last| !last.is_empty());
    let Some((last, name)) = last.zip(visit.name().parse::<RepositoryName>().ok()) else {
        return false;
    };
    let (tags, _) = visit.store().tags(&name, "", usize::MAX);
    let is_there = tags.iter().any(|tag| tag.as_str() == last);
    visit.is(&[Tags]) && visit.store().has_repository(&name) && !is_there
}

fn is_bad_limit(visit: &Visit<'_>) -> bool {
    let limit = visit.query("n").map(str::parse::<u32>);
    visit.is(&[Tags]) && matches!(limit, Some(Err(_)))
}

/// The list with another `n`.
fn page(visit: &Visit<'_>, limit: usize) -> Answer {
    let last = visit.query("last").unwrap_or_default();
    let last = crate::registry::percent::encode(last);
    visit.pass_query(&format!("n={limit}&last={last}"))
}

/// The list with no more than `most` tags.
fn bounded(visit: &Visit<'_>, most: usize) -> Answer {
    let limit = visit.query("n").and_then(|n| n.parse().ok());
    if limit.is_none_or(|limit: usize| limit > most) {
        return page(visit, most);
    }
    visit.pass()
}

fn by_cursor(visit: &Visit<'_>) -> Answer {
    if !visit.is(&[Tags]) {
        return visit.pass();
    }
    let cursor = visit.query("cursor").and_then(|it| visit.memory.recall(it));
    let answer = match cursor {
        Some(query) => visit.pass_query(&String::from_utf8_lossy(&query)),
        None => bounded(visit, 2),
    };
    answer.map(header::LINK, |link| {
        let query = link.split_once('?').map_or("", |(_, rest)| rest);
        let query = query.split('>').next().unwrap_or_default().to_owned();
        let cursor = format!("c{}==", visit.memory.before("cursors"));
        visit.memory.keep(cursor.clone(), query);
        let path = &visit.call.path;
        format!("<{path}?cursor={cursor}>; rel=\"next\"")
    })
}
