//! Which referrers are listed, done wrong (REF, UPG).

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use serde_json::Value;

use super::Defect;
use super::Source;
use super::referrers::digest_in;
use super::referrers::list_of;
use super::referrers::listed;
use super::referrers::subject_of;
use crate::catalogue::referrers::DELETED_REFERRER_UNLISTED;
use crate::catalogue::referrers::EARLY_REFERRER_LISTED;
use crate::catalogue::referrers::EMPTY_REFERRERS_SENT;
use crate::catalogue::referrers::OTHER_REPOSITORY_REFERRER_OMITTED;
use crate::catalogue::referrers::REPEATED_REFERRER_LISTED_ONCE;
use crate::catalogue::referrers::UNRELATED_MANIFEST_OMITTED;
use crate::catalogue::referrers_upgrade::NEW_REFERRER_LISTED;
use crate::oci::Algorithm;
use crate::oci::Descriptor;
use crate::oci::Digest;
use crate::oci::RepositoryName;
use crate::oci::media_type;
use crate::registry::answer::Answer;
use crate::registry::header::SUBJECT;
use crate::registry::seams::Behind;
use crate::registry::seams::Operation::DeleteManifest;
use crate::registry::seams::Operation::PutManifest;
use crate::registry::seams::Operation::Referrers;
use crate::registry::seams::Seam;
use crate::registry::seams::StoreSeam;
use crate::registry::seams::Visit;

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "referrers-always-empty",
        title: "the list of referrers is always empty, and OCI-Subject is not sent",
        breaches: &[&NEW_REFERRER_LISTED],
        source: Source::Tracker("sigstore/sigstore-js#1187"),
        seam: Seam::Layer(|visit| listed(visit, Vec::clear).without(&SUBJECT)),
    },
    Defect {
        name: "referrers-index-not-listed",
        title: "indexes with a subject are not listed as its referrers",
        breaches: &[&NEW_REFERRER_LISTED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            listed(visit, |list| {
                list.retain(|it| it["mediaType"] != media_type::IMAGE_INDEX);
            })
        }),
    },
    Defect {
        name: "referrer-untagged-missing",
        title: "referrers without a tag are not listed",
        breaches: &[&NEW_REFERRER_LISTED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            listed(visit, |list| {
                list.retain(|it| digest(it).is_some_and(|it| !visit.tags_of(&it).is_empty()));
            })
        }),
    },
    Defect {
        name: "same-type-referrer-replaced",
        title: "of the referrers of a digest with the same artifactType only the newest is listed",
        breaches: &[&NEW_REFERRER_LISTED],
        source: Source::Reader,
        seam: Seam::Layer(newest_of_a_type_stays),
    },
    Defect {
        name: "retag-drops-referrer",
        title: "a referrer leaves the list when a tag is moved away from it",
        breaches: &[&NEW_REFERRER_LISTED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let is_by_tag = visit.is(&[PutManifest]) && !visit.is_by_digest();
            let old = visit.digest_of(visit.last()).filter(|_| is_by_tag);
            if let Some(old) = old.filter(|old| !old.matches(visit.body())) {
                hide(visit, &old.to_string());
            }
            with_hidden(visit)
        }),
    },
    Defect {
        name: "referrers-before-subject-lost",
        title: "referrers that were pushed before their subject leave its list when it arrives",
        breaches: &[&EARLY_REFERRER_LISTED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let pushed = pushed_digest(visit);
            if visit.is(&[PutManifest]) && !visit.holds_manifest(&pushed) {
                for referrer in list_of(visit, &pushed) {
                    hide(visit, digest_in(&referrer));
                }
            }
            with_hidden(visit)
        }),
    },
    Defect {
        name: "referrers-after-subject-only",
        title: "referrers are not listed as long as their subject is not there",
        breaches: &[&EARLY_REFERRER_LISTED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            listed(visit, |list| {
                if !visit.holds_manifest(visit.last()) {
                    list.clear();
                }
            })
        }),
    },
    Defect {
        name: "tagged-referrer-listed-twice",
        title: "a referrer that was pushed by digest and then by tag is listed twice",
        breaches: &[&REPEATED_REFERRER_LISTED_ONCE],
        source: Source::Tracker("project-zot/zot#2506"),
        seam: Seam::Layer(tagged_are_doubled),
    },
    Defect {
        name: "referrers-across-repos",
        title: "the list has the referrers of a digest from all repositories",
        breaches: &[&OTHER_REPOSITORY_REFERRER_OMITTED],
        source: Source::Reader,
        seam: Seam::Store(StoreSeam {
            referrers: Some(referrers_of_all),
            ..StoreSeam::NONE
        }),
    },
    Defect {
        name: "index-of-subject-lists-children",
        title: "the list of the referrers of an index has its own manifests as well",
        breaches: &[&UNRELATED_MANIFEST_OMITTED, &EMPTY_REFERRERS_SENT],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            listed(visit, |list| {
                let subject = visit.held(visit.last());
                let children = subject["manifests"].as_array();
                list.extend(children.into_iter().flatten().cloned());
            })
        }),
    },
    Defect {
        name: "referrers-of-referrers-listed",
        title: "the list of referrers has theirs as well",
        breaches: &[&UNRELATED_MANIFEST_OMITTED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            listed(visit, |list| {
                let nested = list.iter().flat_map(|it| list_of(visit, digest_in(it)));
                list.extend(nested.collect::<Vec<_>>());
            })
        }),
    },
    Defect {
        name: "deleted-referrer-listed",
        title: "a referrer is still listed after it was deleted",
        breaches: &[&DELETED_REFERRER_UNLISTED],
        source: Source::Reader,
        seam: Seam::Layer(deleted_stay_listed),
    },
    Defect {
        name: "delete-one-drops-all",
        title: "the delete of one referrer takes all of the same subject off the list",
        breaches: &[&DELETED_REFERRER_UNLISTED, &NEW_REFERRER_LISTED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let subject = visit.is(&[DeleteManifest]).then(|| subject_of(visit));
            if let Some(Some(subject)) = subject {
                for referrer in list_of(visit, &subject) {
                    hide(visit, digest_in(&referrer));
                }
            }
            with_hidden(visit)
        }),
    },
    Defect {
        name: "repeated-referrer-listed-twice",
        title: "a referrer that is pushed twice by its digest is listed twice",
        breaches: &[&REPEATED_REFERRER_LISTED_ONCE],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let key = format!("pushed {}", visit.key());
            let is_push = visit.is(&[PutManifest]) && visit.is_by_digest();
            if is_push && visit.memory.before(key) > 0 {
                hide(visit, visit.last());
            }
            with_doubled(visit)
        }),
    },
    Defect {
        name: "referrers-in-turns-mixed",
        title: "of two subjects to which referrers are pushed in turns, each is listed with those of both",
        breaches: &[&UNRELATED_MANIFEST_OMITTED],
        source: Source::Ours,
        seam: Seam::Layer(mixed_in_turns),
    },
    Defect {
        name: "referrer-delete-opens-list",
        title: "once a referrer was deleted, the list of its subject has those of other repositories too",
        breaches: &[&OTHER_REPOSITORY_REFERRER_OMITTED],
        source: Source::Ours,
        seam: Seam::Layer(opened_by_delete),
    },
];

fn digest(descriptor: &Value) -> Option<Digest> {
    digest_in(descriptor).parse().ok()
}

fn pushed_digest(visit: &Visit<'_>) -> String {
    if visit.is_by_digest() {
        return visit.last().to_owned();
    }
    Algorithm::Sha256.digest(visit.body()).to_string()
}

/// Takes a manifest off all lists of its repository, until it is pushed again.
fn hide(visit: &Visit<'_>, digest: &str) {
    let key = format!("{} {digest}", visit.name());
    visit.memory.keep(key, Bytes::new());
}

fn with_hidden(visit: &Visit<'_>) -> Answer {
    let key = |digest: &str| format!("{} {digest}", visit.name());
    if visit.is(&[PutManifest]) {
        return visit.pushed(|answer| {
            visit.memory.forget(&key(&pushed_digest(visit)));
            answer
        });
    }
    listed(visit, |list| {
        list.retain(|it| visit.memory.recall(&key(digest_in(it))).is_none());
    })
}

fn newest_of_a_type_stays(visit: &Visit<'_>) -> Answer {
    let key = |subject: &str, artifact_type: &Value| {
        let artifact_type = artifact_type.as_str().unwrap_or_default();
        format!("{} {subject} {artifact_type}", visit.name())
    };
    if visit.is(&[PutManifest]) {
        return visit.pushed(|answer| {
            let manifest = visit.manifest();
            let own = &manifest["artifactType"];
            let config = &manifest["config"]["mediaType"];
            let artifact_type = if own.is_string() { own } else { config };
            if let Some(subject) = subject_of(visit) {
                let key = key(&subject, artifact_type);
                visit.memory.keep(key, pushed_digest(visit));
            }
            answer
        });
    }
    listed(visit, |list| {
        list.retain(|it| {
            let newest = visit.memory.recall(&key(visit.last(), &it["artifactType"]));
            newest.is_none_or(|newest| newest == digest_in(it))
        });
    })
}

fn tagged_are_doubled(visit: &Visit<'_>) -> Answer {
    let pushed = pushed_digest(visit);
    let is_known =
        visit.is(&[PutManifest]) && !visit.is_by_digest() && visit.holds_manifest(&pushed);
    if is_known {
        return visit.pushed(|answer| {
            hide(visit, &pushed);
            answer
        });
    }
    with_doubled(visit)
}

/// Lists those twice that are noted.
fn with_doubled(visit: &Visit<'_>) -> Answer {
    listed(visit, |list| {
        let is_doubled = |it: &&Value| {
            let key = format!("{} {}", visit.name(), digest_in(it));
            visit.memory.recall(&key).is_some()
        };
        let doubled: Vec<_> = list.iter().filter(is_doubled).cloned().collect();
        list.extend(doubled);
    })
}

fn referrers_of_all(
    behind: &Behind,
    _: &RepositoryName,
    subject: &str,
    after: Option<&Digest>,
) -> Vec<Arc<Descriptor>> {
    let names = behind.store().repositories().into_iter();
    let all = names.flat_map(|name| behind.store().referrers(&name, subject, after));
    let by_digest: BTreeMap<_, _> = all.map(|it| (it.digest.clone(), it)).collect();
    by_digest.into_values().collect()
}

/// The descriptors of deleted referrers are kept beside the store, in one list per subject.
fn deleted_stay_listed(visit: &Visit<'_>) -> Answer {
    let kept = |subject: &str| {
        let kept = visit.memory.recall(&format!("{} {subject}", visit.name()));
        let kept: Option<Vec<Value>> = kept.and_then(|it| serde_json::from_slice(&it).ok());
        kept.unwrap_or_default()
    };
    let subject = visit.is(&[DeleteManifest]).then(|| subject_of(visit));
    if let Some(Some(subject)) = subject {
        let (mut dead, mut listed) = (kept(&subject), list_of(visit, &subject));
        listed.retain(|it| digest_in(it) == visit.last());
        dead.extend(listed);
        let key = format!("{} {subject}", visit.name());
        visit.memory.keep(key, Value::Array(dead).to_string());
    }
    let filter = visit.query("artifactType");
    let passes = |it: &Value| filter.is_none_or(|filter| it["artifactType"] == filter);
    let is_deleted = |it: &Value| visit.is(&[Referrers]) && !visit.holds_manifest(digest_in(it));
    listed(visit, |list| {
        let dead = kept(visit.last()).into_iter();
        list.extend(dead.filter(|it| passes(it) && is_deleted(it)));
    })
}

fn mixed_in_turns(visit: &Visit<'_>) -> Answer {
    let text = |bytes: Bytes| String::from_utf8_lossy(&bytes).into_owned();
    let key = |text: &str| format!("{} {text}", visit.name());
    if visit.is(&[PutManifest]) {
        return visit.pushed(|answer| {
            if let Some(subject) = subject_of(visit) {
                let last = visit.memory.recall(&key("last")).map(text);
                let last = last.unwrap_or_default();
                let before = visit.memory.recall(&key("before")).map(text);
                if before.as_ref() == Some(&subject) && last != subject {
                    visit.memory.keep(key(&subject), last.clone());
                    visit.memory.keep(key(&last), subject.clone());
                }
                visit.memory.keep(key("before"), last);
                visit.memory.keep(key("last"), subject);
            }
            answer
        });
    }
    let other = visit.memory.recall(&visit.key()).map(text);
    listed(visit, |list| {
        list.extend(other.into_iter().flat_map(|it| list_of(visit, &it)));
    })
}

fn opened_by_delete(visit: &Visit<'_>) -> Answer {
    if visit.is(&[DeleteManifest])
        && let Some(subject) = subject_of(visit)
    {
        hide(visit, visit.last());
        visit.memory.before(format!("{} {subject}", visit.name()));
    }
    let is_open = visit.memory.knows(&visit.key());
    let is_hidden = |it: &Descriptor| {
        let key = format!("{} {}", visit.name(), it.digest);
        visit.memory.recall(&key).is_some()
    };
    listed(visit, |list| {
        let mut names = visit.store().repositories();
        names.retain(|it| is_open && it.as_str() != visit.name());
        for name in names {
            let others = visit.store().referrers(&name, visit.last(), None);
            let shown = others.iter().filter(|it| !is_hidden(it));
            list.extend(shown.map(|it| serde_json::json!(it.as_ref())));
        }
    })
}
