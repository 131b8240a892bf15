//! Pushing manifests with a subject.

use crate::catalogue::Requirement;
use crate::catalogue::manifest_push::MANIFEST_PUT_BY_DIGEST_ACCEPTED;
use crate::catalogue::manifest_push::MANIFEST_PUT_BY_TAG_ACCEPTED;
use crate::catalogue::push::ABSENT_SUBJECT_ACCEPTED;
use crate::catalogue::subject::INDEX_SUBJECT_HEADER_SENT;
use crate::catalogue::subject::SUBJECT_HEADER_SENT;
use crate::catalogue::subject::SUBJECTLESS_MANIFEST_HEADER_OMITTED;
use crate::catalogue::subject::UNSUPPORTED_SUBJECT_HEADER_OMITTED;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::oci::Algorithm;
use crate::trial::Axis;
use crate::trial::Trial;
use crate::trial::content::Image;
use crate::trial::content::ManifestDoc;
use crate::verdict::Outcome;

use super::references::index_referring_to;

pub(crate) static SECTION: Section = Section {
    id: "push/subject",
    title: "Pushing manifests with a subject",
    anchor: "pushing-manifests-with-subject",
    checks: &[
        Check {
            name: "header",
            title: "The 201 to an image manifest with a subject names the subject in OCI-Subject",
            covers: &[&SUBJECT_HEADER_SENT],
            needs: &[Feature::Push, Feature::Referrers],
            axes: &[Axis::ManifestAlgorithm],
            run: |trial| {
                let subject = trial.pushed_manifest()?;
                let referrer = trial.repository().new_referrer(&subject)?;
                let question = Question::put_by_digest(&subject, &referrer);
                question.names_subject(trial, &SUBJECT_HEADER_SENT)
            },
            ..Check::BASE
        },
        Check {
            name: "header-by-tag",
            title: "OCI-Subject is there also by tag, and no more when one without a subject is pushed to it",
            covers: &[&SUBJECT_HEADER_SENT, &SUBJECTLESS_MANIFEST_HEADER_OMITTED],
            needs: &[Feature::Push, Feature::Referrers],
            run: |trial| {
                let subject = trial.pushed_manifest()?;
                let referrer = trial.repository().new_referrer(&subject)?;
                let tag = trial.tag();
                let question = Question {
                    reference: tag.to_string(),
                    taken: &MANIFEST_PUT_BY_TAG_ACCEPTED,
                    ..Question::put_by_digest(&subject, &referrer)
                };
                question.names_subject(trial, &SUBJECT_HEADER_SENT)?;
                let answer = trial.repository().put_manifest(&tag, &subject)?;
                let demand = answer.prepares(&MANIFEST_PUT_BY_TAG_ACCEPTED);
                demand.status(&[201])?;
                let demand = answer.proves(&SUBJECTLESS_MANIFEST_HEADER_OMITTED);
                demand.no_header("OCI-Subject")?;
                Ok(())
            },
            ..Check::BASE
        },
        Check {
            name: "header-for-absent-subject",
            title: "OCI-Subject is there also if the subject is not there yet",
            covers: &[&SUBJECT_HEADER_SENT],
            needs: &[Feature::Push, Feature::Referrers],
            run: |trial| {
                let subject = absent_subject(trial);
                let referrer = trial.repository().new_referrer(&subject)?;
                let question = Question {
                    taken: &ABSENT_SUBJECT_ACCEPTED,
                    ..Question::put_by_digest(&subject, &referrer)
                };
                question.names_subject(trial, &SUBJECT_HEADER_SENT)
            },
            ..Check::BASE
        },
        Check {
            name: "header-again",
            title: "OCI-Subject is there also if the same manifest is pushed once more",
            covers: &[&SUBJECT_HEADER_SENT],
            needs: &[Feature::Push, Feature::Referrers],
            run: |trial| {
                let subject = trial.pushed_manifest()?;
                let referrer = trial.repository().new_referrer(&subject)?;
                trial.repository().push_by_digest(&referrer)?;
                let question = Question::put_by_digest(&subject, &referrer);
                question.names_subject(trial, &SUBJECT_HEADER_SENT)
            },
            ..Check::BASE
        },
        Check {
            name: "header-for-index",
            title: "The 201 to an index with a subject names the subject in OCI-Subject",
            covers: &[&INDEX_SUBJECT_HEADER_SENT],
            needs: &[Feature::Push, Feature::Referrers],
            axes: &[Axis::ManifestAlgorithm],
            run: |trial| {
                let subject = trial.pushed_manifest()?;
                let referrer = index_referring_to(trial, &subject)?;
                let question = Question::put_by_digest(&subject, &referrer);
                question.names_subject(trial, &INDEX_SUBJECT_HEADER_SENT)
            },
            ..Check::BASE
        },
        Check {
            name: "header-kept-as-promise",
            title: "A registry that sends OCI-Subject answers the listing of referrers",
            covers: &[&UNSUPPORTED_SUBJECT_HEADER_OMITTED],
            needs: &[Feature::Push],
            run: is_promise,
            ..Check::BASE
        },
        Check {
            name: "no-subject",
            title: "The 201 to a manifest without a subject has no OCI-Subject",
            covers: &[&SUBJECTLESS_MANIFEST_HEADER_OMITTED],
            needs: &[Feature::Push],
            axes: &[Axis::Kind, Axis::ManifestAlgorithm],
            run: |trial| {
                let manifest = trial.manifest()?;
                let answer = trial
                    .repository()
                    .put_manifest(&manifest.digest, &manifest)?;
                answer
                    .prepares(&MANIFEST_PUT_BY_DIGEST_ACCEPTED)
                    .status(&[201])?;
                answer
                    .proves(&SUBJECTLESS_MANIFEST_HEADER_OMITTED)
                    .no_header("OCI-Subject")?;
                Ok(())
            },
            ..Check::BASE
        },
    ],
};

/// A push of a manifest with a subject.
struct Question<'a> {
    subject: &'a ManifestDoc,
    referrer: &'a ManifestDoc,
    reference: String,
    /// What is broken if the push is refused.
    taken: &'static Requirement,
}

impl<'a> Question<'a> {
    fn put_by_digest(subject: &'a ManifestDoc, referrer: &'a ManifestDoc) -> Self {
        Self {
            subject,
            referrer,
            reference: referrer.digest.to_string(),
            taken: &MANIFEST_PUT_BY_DIGEST_ACCEPTED,
        }
    }

    fn names_subject(&self, trial: &Trial<'_>, requirement: &'static Requirement) -> Outcome {
        let repository = trial.repository();
        let answer = repository.put_manifest(&self.reference, self.referrer)?;
        answer.prepares(self.taken).status(&[201])?;
        let subject = self.subject.digest.to_string();
        answer.proves(requirement).header("OCI-Subject", &subject)?;
        Ok(())
    }
}

/// An image manifest that nobody will ever push.
fn absent_subject(trial: &Trial<'_>) -> ManifestDoc {
    Image::build(&mut trial.stream(), Algorithm::Sha256).manifest
}

/// Clients do not write the fallback tag where they see the header, so that without a listing their
/// referrer would be lost.
fn is_promise(trial: &Trial<'_>) -> Outcome {
    let repository = trial.repository();
    let subject = trial.pushed_manifest()?;
    let referrer = repository.new_referrer(&subject)?;
    let pushed = repository.put_manifest(&referrer.digest, &referrer)?;
    pushed
        .prepares(&MANIFEST_PUT_BY_DIGEST_ACCEPTED)
        .status(&[201])?;
    if pushed.header_values("oci-subject").is_empty() {
        return Ok(());
    }
    let listing = repository.get(&format!("referrers/{}", subject.digest))?;
    listing.proves(&UNSUPPORTED_SUBJECT_HEADER_OMITTED).that(
        !listing.is_client_error(),
        "after an OCI-Subject, a listing of referrers that is not refused",
        &listing.summary(),
    )?;
    Ok(())
}
