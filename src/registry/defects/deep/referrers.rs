//! Lists of referrers after their subject or they themselves were pushed or deleted again.

use serde_json::Value;
use serde_json::json;

use super::Defect;
use super::Source;
use super::notes;
use crate::catalogue::referrers::DELETED_REFERRER_UNLISTED;
use crate::catalogue::referrers::REFERRERS_SENT;
use crate::catalogue::referrers::REPEATED_REFERRER_LISTED_ONCE;
use crate::oci::Algorithm;
use crate::registry::answer::Answer;
use crate::registry::route::Route;
use crate::registry::seams::Operation::DeleteManifest;
use crate::registry::seams::Operation::PutManifest;
use crate::registry::seams::Operation::Referrers;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "repushed-subject-loses-referrer",
        title: "a subject that is pushed again loses its first referrer",
        breaches: &[&REFERRERS_SENT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let digest = Algorithm::Sha256.digest(visit.body());
            let is_again = visit.is(&[PutManifest]) && visit.holds_manifest(&digest.to_string());
            let answer = visit.pass();
            if is_again && answer.is(201) && !listed(visit, &digest.to_string()).is_empty() {
                visit.memory.keep(notes::of(visit, "again", &digest), "x");
            }
            let key = notes::of_it(visit, "again");
            if visit.is(&[Referrers]) && visit.memory.recall(&key).is_some() {
                return answer.json(|index| {
                    if let Some(list) = index["manifests"].as_array_mut() {
                        list.truncate(list.len().saturating_sub(1));
                    }
                });
            }
            answer
        }),
    },
    Defect {
        name: "deleted-referrer-back-with-subject",
        title: "a referrer that was deleted is listed again once its subject is pushed again",
        breaches: &[&DELETED_REFERRER_UNLISTED],
        source: Source::Ours,
        seam: Seam::Layer(back_with_subject),
    },
    Defect {
        name: "repushed-referrer-listed-twice",
        title: "a referrer that was deleted and pushed again is listed twice",
        breaches: &[&REPEATED_REFERRER_LISTED_ONCE],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if visit.is(&[DeleteManifest]) && answer.is(202) {
                notes::note(visit, &notes::here(visit, "deleted"), visit.last());
            }
            if visit.is(&[Referrers]) && answer.is(200) {
                let deleted = notes::words(visit, &notes::here(visit, "deleted"));
                return answer.json(|index| doubled(index, &deleted));
            }
            answer
        }),
    },
    Defect {
        name: "filtered-list-forgets-next",
        title: "a referrer that is pushed after a filtered list of its subject is not listed",
        breaches: &[&REFERRERS_SENT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if visit.is(&[Referrers]) && visit.query("artifactType").is_some() {
                visit.memory.keep(notes::of_it(visit, "filtered"), "x");
                return answer;
            }
            if visit.is(&[PutManifest]) && answer.is(201) {
                let subject = visit.manifest()["subject"]["digest"].clone();
                let subject = subject.as_str().unwrap_or_default();
                let key = format!("filtered {} {subject}", visit.name());
                if visit.memory.forget(&key).is_some() {
                    let digest = Algorithm::Sha256.digest(visit.body()).to_string();
                    notes::note(
                        visit,
                        &format!("hidden {} {subject}", visit.name()),
                        &digest,
                    );
                }
            }
            let hidden = notes::words(visit, &notes::of_it(visit, "hidden"));
            if visit.is(&[Referrers]) && !hidden.is_empty() {
                return answer.json(|index| without(index, &hidden));
            }
            answer
        }),
    },
];

/// What is listed for a subject of the repository.
fn listed(visit: &Visit<'_>, subject: &str) -> Vec<Value> {
    let route = Route::Referrers {
        name: visit.name().to_owned(),
        digest: subject.to_owned(),
    };
    let index: Value = serde_json::from_slice(&visit.get(&route).body).unwrap_or_default();
    index["manifests"].as_array().cloned().unwrap_or_default()
}

fn doubled(index: &mut Value, which: &[String]) {
    if let Some(list) = index["manifests"].as_array_mut() {
        let again: Vec<_> = list
            .iter()
            .filter(|it| which.iter().any(|digest| it["digest"] == digest.as_str()))
            .cloned()
            .collect();
        list.extend(again);
    }
}

fn without(index: &mut Value, which: &[String]) {
    if let Some(list) = index["manifests"].as_array_mut() {
        list.retain(|it| !which.iter().any(|digest| it["digest"] == digest.as_str()));
    }
}

fn back_with_subject(visit: &Visit<'_>) -> Answer {
    let subject = visit.held(visit.last())["subject"]["digest"].clone();
    let subject = subject.as_str().filter(|_| visit.is(&[DeleteManifest]));
    let entry = subject.and_then(|subject| {
        let mut all = listed(visit, subject).into_iter();
        all.find(|it| it["digest"] == visit.last())
    });
    let answer = visit.pass();
    if let (Some(subject), Some(entry)) = (subject, entry)
        && answer.is(202)
    {
        let key = format!("ghost {} {subject}", visit.name());
        visit.memory.keep(key, entry.to_string());
    }
    if visit.is(&[PutManifest]) && answer.is(201) {
        let digest = Algorithm::Sha256.digest(visit.body());
        if let Some(ghost) = visit.memory.forget(&notes::of(visit, "ghost", &digest)) {
            visit.memory.keep(notes::of(visit, "shown", &digest), ghost);
        }
    }
    let shown = visit.memory.recall(&notes::of_it(visit, "shown"));
    match shown.filter(|_| visit.is(&[Referrers]) && answer.is(200)) {
        Some(ghost) => answer.json(|index| {
            let ghost: Value = serde_json::from_slice(&ghost).unwrap_or(json!({}));
            if let Some(list) = index["manifests"].as_array_mut() {
                list.push(ghost);
            }
        }),
        None => answer,
    }
}
