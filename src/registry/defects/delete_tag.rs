//! Deleting tags, done wrong (DEL).

use super::Defect;
use super::Source;
use super::delete::haunt;
use super::delete::is_repository;
use super::delete::unknown;
use super::delete::with_ghosts;
use crate::catalogue::delete::ABSENT_MANIFEST_DELETE_UNKNOWN;
use crate::catalogue::delete::DELETED_TAG_UNKNOWN;
use crate::catalogue::delete::DISABLED_TAG_DELETE_REFUSED;
use crate::catalogue::delete::SIBLING_TAGS_KEPT;
use crate::catalogue::delete::TAG_DELETE_ACCEPTED;
use crate::catalogue::manifest_pull::MANIFEST_BY_DIGEST_FOUND;
use crate::catalogue::manifest_pull::MANIFEST_BY_TAG_FOUND;
use crate::catalogue::manifest_push::MANIFEST_PUT_BY_TAG_ACCEPTED;
use crate::catalogue::manifest_push::TAG_MOVED;
use crate::oci::Digest;
use crate::oci::Tag;
use crate::registry::answer::Answer;
use crate::registry::seams::Operation::DeleteTag;
use crate::registry::seams::Operation::GetManifest;
use crate::registry::seams::Operation::PutManifest;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "tag-delete-200",
        title: "a DELETE on a tag deletes it and answers 200",
        breaches: &[&TAG_DELETE_ACCEPTED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let is_hit = visit.is(&[DeleteTag]) && answer.is(202);
            answer.when(is_hit, |it| it.with_status(200))
        }),
    },
    Defect {
        name: "delete-tag-off-404",
        title: "tags cannot be deleted, and a DELETE on one that is there answers 404",
        breaches: &[&DISABLED_TAG_DELETE_REFUSED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            if visit.is(&[DeleteTag]) {
                return unknown();
            }
            visit.pass()
        }),
    },
    Defect {
        name: "deleted-tag-answers-200-empty",
        title: "a GET on a deleted tag answers 200 without a body",
        breaches: &[&DELETED_TAG_UNKNOWN],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if visit.is(&[DeleteTag]) && answer.is(202) {
                visit.memory.before(visit.key());
            }
            let is_deleted = visit.is(&[GetManifest]) && visit.memory.knows(&visit.key());
            let is_hit = is_deleted && answer.is(404);
            answer.when(is_hit, |_| Answer::of(200))
        }),
    },
    Defect {
        name: "delete-tag-lies",
        title: "a DELETE on a tag answers 202, and leaves it if it is the last one of its manifest",
        breaches: &[&DELETED_TAG_UNKNOWN],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let digest = visit.digest_of(visit.last());
            let is_last = |it: Digest| visit.tags_of(&it).len() == 1;
            if visit.is(&[DeleteTag]) && digest.is_some_and(is_last) {
                return Answer::of(202);
            }
            visit.pass()
        }),
    },
    Defect {
        name: "tag-delete-kills-siblings",
        title: "deleting a tag deletes its manifest, whose other tags stay in the list and answer 404",
        breaches: &[&SIBLING_TAGS_KEPT],
        source: Source::Tracker("project-zot/zot#67"),
        seam: Seam::Layer(|visit| {
            if visit.is(&[DeleteTag])
                && let Some(digest) = visit.digest_of(visit.last())
            {
                let answer = visit.pass();
                haunt(visit, &visit.tags_of(&digest));
                visit.delete(&digest.to_string());
                return answer;
            }
            with_ghosts(visit)
        }),
    },
    Defect {
        name: "delete-tag-deletes-siblings",
        title: "deleting a tag deletes all tags of its manifest",
        breaches: &[&SIBLING_TAGS_KEPT],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let digest = visit.digest_of(visit.last());
            let digest = digest.filter(|_| visit.is(&[DeleteTag]));
            let siblings = digest.map_or_else(Vec::new, |digest| visit.tags_of(&digest));
            let answer = visit.pass();
            for tag in siblings.iter().filter(|_| answer.is(202)) {
                visit.delete(tag.as_str());
            }
            answer
        }),
    },
    Defect {
        name: "delete-tag-deletes-longer",
        title: "deleting a tag deletes all tags that begin with it",
        breaches: &[&SIBLING_TAGS_KEPT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let name = visit.repository().filter(|_| visit.is(&[DeleteTag]));
            let tags = name.map(|name| visit.store().tags(&name, visit.last(), usize::MAX).0);
            for tag in tags.into_iter().flatten().filter(|_| answer.is(202)) {
                if tag.as_str().starts_with(visit.last()) {
                    visit.delete(tag.as_str());
                }
            }
            answer
        }),
    },
    Defect {
        name: "deleted-tag-repush-old",
        title: "a tag that was deleted leads to what it had then when it is pushed again",
        breaches: &[
            &MANIFEST_BY_TAG_FOUND,
            &TAG_MOVED,
            &MANIFEST_PUT_BY_TAG_ACCEPTED,
        ],
        source: Source::Reader,
        seam: Seam::Layer(deleted_tags_come_back),
    },
    Defect {
        name: "absent-tag-delete-202",
        title: "a DELETE on a tag that is not there answers 202",
        breaches: &[&ABSENT_MANIFEST_DELETE_UNKNOWN],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let is_hit = visit.is(&[DeleteTag]) && answer.is(404) && is_repository(visit);
            answer.when(is_hit, |_| Answer::of(202))
        }),
    },
    Defect {
        name: "untagged-manifest-emptied",
        title: "GET by digest on a manifest whose last tag was deleted gives no bytes",
        breaches: &[&MANIFEST_BY_DIGEST_FOUND],
        source: Source::Ours,
        seam: Seam::Layer(untagged_are_emptied),
    },
];

fn deleted_tags_come_back(visit: &Visit<'_>) -> Answer {
    let old = visit.digest_of(visit.last());
    let answer = visit.pass();
    if visit.is(&[DeleteTag]) && answer.is(202) {
        let old = old.map(|it| it.to_string()).unwrap_or_default();
        visit.memory.keep(visit.key(), old);
    }
    if visit.is(&[PutManifest]) && !visit.is_by_digest() && answer.is(201) {
        let back = visit.memory.forget(&visit.key());
        let back = back.and_then(|it| String::from_utf8_lossy(&it).parse().ok());
        if let (Some(back), Ok(tag)) = (back, visit.last().parse::<Tag>()) {
            visit.point(&[tag], &back);
        }
    }
    answer
}

fn untagged_are_emptied(visit: &Visit<'_>) -> Answer {
    let key = |digest: &Digest| format!("{} {digest}", visit.name());
    let digest = visit.digest_of(visit.last());
    let answer = visit.pass();
    if visit.is(&[DeleteTag])
        && let Some(digest) = digest.filter(|digest| visit.tags_of(digest).is_empty())
    {
        visit.memory.keep(key(&digest), "");
    }
    if visit.is(&[PutManifest])
        && let Some(digest) = visit.digest_of(visit.last())
    {
        visit.memory.forget(&key(&digest));
    }
    let is_emptied = visit.memory.recall(&visit.key()).is_some();
    let is_hit = visit.is(&[GetManifest]) && answer.is(200) && is_emptied;
    answer.when(is_hit, |it| it.bytes(""))
}
