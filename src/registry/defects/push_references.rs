//! Pushing manifests that refer to what is not there, done wrong (PUSH).

use serde_json::Value;

use super::Defect;
use super::Source;
use crate::catalogue::push::ABSENT_REFERENCE_CODE_SENT;
use crate::catalogue::push::ABSENT_SUBJECT_ACCEPTED;
use crate::oci::ErrorCode;
use crate::oci::RepositoryName;
use crate::registry::answer::Answer;
use crate::registry::seams::Operation::PutManifest;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "missing-subject-refused-index",
        title: "an index whose subject is not there is refused with 404, an image is taken",
        breaches: &[&ABSENT_SUBJECT_ACCEPTED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let refusal = Answer::error(404, ErrorCode::ManifestBlobUnknown);
            visit.refuse(refusal, |it| {
                visit.pushes_index() && lacks_subject(visit, it)
            })
        }),
    },
    Defect {
        name: "absent-subject-answers-500",
        title: "a PUT of a manifest whose subject is not there answers 500",
        breaches: &[&ABSENT_SUBJECT_ACCEPTED],
        source: Source::Tracker("project-zot/zot#1424"),
        seam: Seam::Layer(|visit| visit.refuse(Answer::of(500), |it| lacks_subject(visit, it))),
    },
    Defect {
        name: "any-subject-answers-404",
        title: "a PUT of an image manifest with a subject answers 404",
        breaches: &[&ABSENT_SUBJECT_ACCEPTED],
        source: Source::Tracker("docker/hub-feedback#2307"),
        seam: Seam::Layer(|visit| {
            let refusal = Answer::error(404, ErrorCode::ManifestUnknown);
            visit.refuse(refusal, |it| {
                !visit.pushes_index() && it["subject"].is_object()
            })
        }),
    },
    Defect {
        name: "subject-elsewhere-refused",
        title: "a manifest whose subject only another repository holds is refused with 400",
        breaches: &[&ABSENT_SUBJECT_ACCEPTED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let refusal = Answer::error(400, ErrorCode::ManifestInvalid);
            visit.refuse(refusal, |it| {
                lacks_subject(visit, it) && is_subject_elsewhere(visit, it)
            })
        }),
    },
    Defect {
        name: "missing-blob-code-wrong",
        title: "a manifest with a blob that is not there is refused with the code MANIFEST_UNKNOWN",
        breaches: &[&ABSENT_REFERENCE_CODE_SENT],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let is_refused = visit.is(&[PutManifest]) && names_absent_blob(&answer);
            answer.when(is_refused, |_| {
                Answer::error(404, ErrorCode::ManifestUnknown)
            })
        }),
    },
    Defect {
        name: "missing-config-code-old",
        title: "a manifest whose config is not there is refused with the code BLOB_UNKNOWN",
        breaches: &[&ABSENT_REFERENCE_CODE_SENT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let manifest = visit.manifest();
            let config = manifest["config"]["digest"].as_str().unwrap_or_default();
            let is_about_config = names_absent_blob(&answer)
                && String::from_utf8_lossy(&answer.body).contains(config);
            answer.when(visit.is(&[PutManifest]) && is_about_config, |_| {
                Answer::error(404, ErrorCode::BlobUnknown)
            })
        }),
    },
    Defect {
        name: "missing-index-child-code",
        title: "an index with a manifest that is not there is refused with the code MANIFEST_INVALID",
        breaches: &[&ABSENT_REFERENCE_CODE_SENT],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let refusal = Answer::error(400, ErrorCode::ManifestInvalid);
            let is_absent = |child: &Value| {
                child["digest"]
                    .as_str()
                    .is_some_and(|it| !visit.holds_manifest(it))
            };
            visit.refuse(refusal, |it| {
                let children = it["manifests"].as_array();
                visit.pushes_index() && children.is_some_and(|them| them.iter().any(is_absent))
            })
        }),
    },
];

/// Whether a manifest has a subject that the repository does not hold.
fn lacks_subject(visit: &Visit<'_>, manifest: &Value) -> bool {
    let subject = manifest["subject"]["digest"].as_str();
    subject.is_some_and(|subject| !visit.holds_manifest(subject))
}

fn is_subject_elsewhere(visit: &Visit<'_>, manifest: &Value) -> bool {
    let subject = manifest["subject"]["digest"].as_str().unwrap_or_default();
    let Ok(subject) = subject.parse() else {
        return false;
    };
    let holds = |other: &RepositoryName| visit.store().manifest(other, &subject).is_some();
    visit.elsewhere(holds).is_some()
}

fn names_absent_blob(answer: &Answer) -> bool {
    let code = ErrorCode::ManifestBlobUnknown.name();
    !answer.is_success() && String::from_utf8_lossy(&answer.body).contains(code)
}
