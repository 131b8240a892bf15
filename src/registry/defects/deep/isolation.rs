//! Repositories that reach into one another once both have something in common.

use serde_json::Value;

use super::Defect;
use super::Source;
use super::notes;
use crate::catalogue::blob_pull::OTHER_REPOSITORY_BLOB_UNKNOWN;
use crate::catalogue::delete::OTHER_REPOSITORY_BLOB_KEPT;
use crate::catalogue::manifest_pull::MANIFEST_BY_TAG_FOUND;
use crate::catalogue::manifest_pull::OTHER_REPOSITORY_MANIFEST_UNKNOWN;
use crate::catalogue::referrers::OTHER_REPOSITORY_REFERRER_OMITTED;
use crate::catalogue::tag_list::TAG_LIST_COMPLETE;
use crate::http::Method;
use crate::oci::Algorithm;
use crate::registry::answer::Answer;
use crate::registry::route::Route;
use crate::registry::seams::Operation::DeleteBlob;
use crate::registry::seams::Operation::DeleteTag;
use crate::registry::seams::Operation::GetBlob;
use crate::registry::seams::Operation::GetManifest;
use crate::registry::seams::Operation::HeadManifest;
use crate::registry::seams::Operation::PutManifest;
use crate::registry::seams::Operation::Referrers;
use crate::registry::seams::Operation::Tags;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "mount-shows-source-tags",
        title: "after a mount the tags of the source are listed in the repository too",
        breaches: &[&TAG_LIST_COMPLETE],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let key = notes::here(visit, "source");
            if let Some(from) = visit.query("from").filter(|_| answer.is(201)) {
                visit.memory.keep(key, from.to_owned());
                return answer;
            }
            let source = visit.memory.recall(&key).filter(|_| visit.is(&[Tags]));
            match source {
                Some(source) if answer.is(200) => {
                    let tags = tags_of(visit, &String::from_utf8_lossy(&source));
                    answer.json(|list| merge(list, tags))
                }
                _ => answer,
            }
        }),
    },
    Defect {
        name: "tag-delete-reaches-copy",
        title: "deleting a tag deletes that tag of another repository that has the same manifest",
        breaches: &[&MANIFEST_BY_TAG_FOUND],
        source: Source::Ours,
        seam: Seam::Layer(delete_reaches),
    },
    Defect {
        name: "second-look-finds-foreign-blob",
        title: "the second GET on a blob that only another repository has finds it",
        breaches: &[&OTHER_REPOSITORY_BLOB_UNKNOWN],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if answer.is(201) {
                let digest = visit.digest("digest").or_else(|| visit.digest("mount"));
                if let Some(digest) = digest {
                    visit
                        .memory
                        .keep(format!("home {digest}"), visit.name().to_owned());
                }
            }
            let home = visit.memory.recall(&format!("home {}", visit.last()));
            if let Some(home) = home.filter(|_| visit.is(&[GetBlob]) && answer.is(404))
                && visit.memory.before(notes::of_it(visit, "looked")) > 0
            {
                let home = String::from_utf8_lossy(&home).into_owned();
                return visit.pass_route(&visit.route_in(&home));
            }
            answer
        }),
    },
    Defect {
        name: "foreign-manifest-after-same-tag",
        title: "a repository serves, by digest, what another has under a tag that both have",
        breaches: &[&OTHER_REPOSITORY_MANIFEST_UNKNOWN],
        source: Source::Ours,
        seam: Seam::Layer(foreign_by_digest),
    },
    Defect {
        name: "referrers-follow-copied-subject",
        title: "a subject that is pushed into a second repository has its referrers there too",
        breaches: &[&OTHER_REPOSITORY_REFERRER_OMITTED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if visit.is(&[PutManifest]) && answer.is(201) {
                let digest = Algorithm::Sha256.digest(visit.body());
                notes::note(visit, &format!("homes {digest}"), visit.name());
            }
            if !visit.is(&[Referrers]) || !answer.is(200) {
                return answer;
            }
            let homes = notes::words(visit, &format!("homes {}", visit.last()));
            match homes.first() {
                Some(first) if homes.len() > 1 && first != visit.name() => {
                    visit.pass_route(&visit.route_in(first))
                }
                _ => answer,
            }
        }),
    },
    Defect {
        name: "mount-chain-breaks-at-end",
        title: "a blob that was mounted from where it was mounted goes when the first one is deleted",
        breaches: &[&OTHER_REPOSITORY_BLOB_KEPT],
        source: Source::Ours,
        seam: Seam::Layer(chain_breaks),
    },
];

fn tags_of(visit: &Visit<'_>, repository: &str) -> Vec<Value> {
    let name = repository.to_owned();
    let list = visit.get(&Route::Tags { name });
    let list: Value = serde_json::from_slice(&list.body).unwrap_or_default();
    list["tags"].as_array().cloned().unwrap_or_default()
}

fn merge(list: &mut Value, more: Vec<Value>) {
    if let Some(tags) = list["tags"].as_array_mut() {
        for tag in more {
            if !tags.contains(&tag) {
                tags.push(tag);
            }
        }
    }
}

/// Notes under which repositories a manifest was pushed, and deletes a tag in all of them.
fn delete_reaches(visit: &Visit<'_>) -> Answer {
    let digest = visit.digest_of(visit.last());
    let answer = visit.pass();
    if visit.is(&[PutManifest]) && answer.is(201) {
        let digest = Algorithm::Sha256.digest(visit.body());
        notes::note(visit, &format!("homes {digest}"), visit.name());
    }
    let Some(digest) = digest.filter(|_| visit.is(&[DeleteTag]) && answer.is(202)) else {
        return answer;
    };
    for home in notes::words(visit, &format!("homes {digest}")) {
        let route = visit.route_in(&home);
        if home != visit.name() {
            visit.ask(Method::DELETE, &route, "", bytes::Bytes::new());
        }
    }
    answer
}

fn foreign_by_digest(visit: &Visit<'_>) -> Answer {
    let answer = visit.pass();
    if visit.is(&[PutManifest]) && answer.is(201) && !visit.is_by_digest() {
        let digest = Algorithm::Sha256.digest(visit.body());
        // Repositories under one parent know one another.
        let parent = visit
            .name()
            .rsplit_once('/')
            .map_or("", |(parent, _)| parent);
        let key = format!("{parent} tag {}", visit.last());
        for other in notes::words(visit, &key) {
            let (home, foreign) = other.split_once('@').unwrap_or_default();
            if home != visit.name() {
                let shared = format!("shared {} {foreign}", visit.name());
                visit.memory.keep(shared, home.to_owned());
            }
        }
        notes::note(visit, &key, &format!("{}@{digest}", visit.name()));
    }
    let shared = visit.memory.recall(&notes::of_it(visit, "shared"));
    match shared.filter(|_| visit.is(&[GetManifest, HeadManifest]) && answer.is(404)) {
        Some(home) => {
            let home = String::from_utf8_lossy(&home).into_owned();
            visit.pass_route(&visit.route_in(&home))
        }
        None => answer,
    }
}

fn chain_breaks(visit: &Visit<'_>) -> Answer {
    let answer = visit.pass();
    let key = |name: &str, digest: &str| format!("from {name} {digest}");
    if let (Some(from), Some(digest)) = (visit.query("from"), visit.query("mount"))
        && answer.is(201)
    {
        visit
            .memory
            .keep(key(visit.name(), digest), from.to_owned());
        // Two links make a chain.
        if let Some(first) = visit.memory.recall(&key(from, digest)) {
            let first = String::from_utf8_lossy(&first).into_owned();
            notes::note(visit, &format!("ends {first} {digest}"), visit.name());
        }
    }
    if visit.is(&[DeleteBlob]) && answer.is(202) {
        for end in notes::words(visit, &notes::of_it(visit, "ends")) {
            if let (Ok(end), Ok(digest)) = (end.parse(), visit.last().parse()) {
                visit.store().delete_blob(&end, &digest);
            }
        }
    }
    answer
}
