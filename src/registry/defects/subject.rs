//! Pushing manifests with a subject, done wrong (SUBJ).

use super::Defect;
use super::Source;
use crate::catalogue::subject::INDEX_SUBJECT_HEADER_SENT;
use crate::catalogue::subject::SUBJECT_HEADER_SENT;
use crate::catalogue::subject::SUBJECTLESS_MANIFEST_HEADER_OMITTED;
use crate::catalogue::subject::UNSUPPORTED_SUBJECT_HEADER_OMITTED;
use crate::oci::Algorithm;
use crate::registry::answer::Answer;
use crate::registry::header::CONTENT_DIGEST;
use crate::registry::header::SUBJECT;
use crate::registry::route::Route;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "oci-subject-header-missing",
        title: "the 201 to a PUT of an image manifest with a subject has no OCI-Subject",
        breaches: &[&SUBJECT_HEADER_SENT],
        source: Source::Tracker("project-zot/zot#1410"),
        seam: Seam::Layer(|visit| {
            let is_index = visit.pushes_index();
            visit.pushed(|answer| answer.when(!is_index, |it| it.without(&SUBJECT)))
        }),
    },
    Defect {
        name: "oci-subject-says-true",
        title: "OCI-Subject says true, and not the digest of the subject",
        breaches: &[&SUBJECT_HEADER_SENT],
        source: Source::Tracker("project-zot/zot#1410"),
        seam: Seam::Layer(|visit| {
            visit.pushed(|answer| answer.map(SUBJECT, |_| "true".to_owned()))
        }),
    },
    Defect {
        name: "oci-subject-by-tag-only",
        title: "OCI-Subject is sent for a PUT by tag, and not for one by digest",
        breaches: &[&SUBJECT_HEADER_SENT],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            visit.pushed(|answer| answer.when(visit.is_by_digest(), |it| it.without(&SUBJECT)))
        }),
    },
    Defect {
        name: "oci-subject-by-digest-only",
        title: "OCI-Subject is sent for a PUT by digest, and not for one by tag",
        breaches: &[&SUBJECT_HEADER_SENT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            visit.pushed(|answer| answer.when(!visit.is_by_digest(), |it| it.without(&SUBJECT)))
        }),
    },
    Defect {
        name: "oci-subject-own-digest",
        title: "OCI-Subject is the digest of the pushed manifest",
        breaches: &[&SUBJECT_HEADER_SENT],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            visit.pushed(|answer| {
                let own = answer.value(&CONTENT_DIGEST).unwrap_or_default().to_owned();
                answer.map(SUBJECT, |_| own)
            })
        }),
    },
    Defect {
        name: "oci-subject-only-when-present",
        title: "OCI-Subject is left out as long as the subject is not in the repository",
        breaches: &[&SUBJECT_HEADER_SENT],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            visit.pushed(|answer| {
                let is_there = answer
                    .value(&SUBJECT)
                    .is_some_and(|it| visit.holds_manifest(it));
                answer.when(!is_there, |it| it.without(&SUBJECT))
            })
        }),
    },
    Defect {
        name: "oci-subject-not-on-repush",
        title: "OCI-Subject is left out when a manifest is pushed again",
        breaches: &[&SUBJECT_HEADER_SENT],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let is_known =
                visit.holds_manifest(&Algorithm::Sha256.digest(visit.body()).to_string());
            visit.pushed(|answer| answer.when(is_known, |it| it.without(&SUBJECT)))
        }),
    },
    Defect {
        name: "oci-subject-missing-for-index",
        title: "the 201 to a PUT of an index with a subject has no OCI-Subject",
        breaches: &[&INDEX_SUBJECT_HEADER_SENT],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let is_index = visit.pushes_index();
            visit.pushed(|answer| answer.when(is_index, |it| it.without(&SUBJECT)))
        }),
    },
    Defect {
        name: "oci-subject-without-api",
        title: "OCI-Subject is sent, while the referrers of anything answer 404",
        breaches: &[&UNSUPPORTED_SUBJECT_HEADER_OMITTED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| match visit.route {
            Route::Referrers { .. } => Answer::of(404),
            _ => visit.pass(),
        }),
    },
    Defect {
        name: "oci-subject-sticky",
        title: "a tag that had a manifest with a subject answers with OCI-Subject whatever is pushed to it",
        breaches: &[&SUBJECTLESS_MANIFEST_HEADER_OMITTED],
        source: Source::Reader,
        seam: Seam::Layer(header_sticks_to_tag),
    },
    Defect {
        name: "oci-subject-without-subject",
        title: "the 201 to a PUT of a manifest without a subject has its own digest in OCI-Subject",
        breaches: &[&SUBJECTLESS_MANIFEST_HEADER_OMITTED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let has_subject = visit.has_subject();
            let own = Algorithm::Sha256.digest(visit.body());
            visit.pushed(|answer| answer.when(!has_subject, |it| it.with(SUBJECT, &own)))
        }),
    },
];

fn header_sticks_to_tag(visit: &Visit<'_>) -> Answer {
    visit.pushed(|answer| {
        if visit.is_by_digest() {
            return answer;
        }
        if let Some(subject) = answer.value(&SUBJECT) {
            visit.memory.keep(visit.key(), subject.to_owned());
            return answer;
        }
        match visit.memory.recall(&visit.key()) {
            Some(subject) => answer.with(SUBJECT, &String::from_utf8_lossy(&subject)),
            None => answer,
        }
    })
}
