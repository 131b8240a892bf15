//! Referrers in relations that are not the ordinary one: of either kind, in chains.
//!
//! Subjects are new in every trial, so the whole list of their referrers is known.

use crate::catalogue::delete::MANIFEST_DELETE_ACCEPTED;
use crate::catalogue::referrers::ABSENT_SUBJECT_REFERRERS_SENT;
use crate::catalogue::referrers::DELETED_REFERRER_UNLISTED;
use crate::catalogue::referrers::OTHER_REPOSITORY_REFERRER_OMITTED;
use crate::catalogue::referrers::REFERRERS_INDEX_SENT;
use crate::catalogue::referrers::UNRELATED_MANIFEST_OMITTED;
use crate::catalogue::referrers_upgrade::NEW_REFERRER_LISTED;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::trial::Axis;
use crate::trial::Kind;
use crate::trial::Trial;
use crate::trial::content::ManifestDoc;
use crate::verdict::Outcome;
use crate::verdict::Stop;

use super::prepared;
use super::referrer::Referrer;
use super::referrer::count;
use super::referrer::has_form;
use super::referrer::in_words;
use super::referrer::names;
use super::referrer::referrers_of;
use super::referrers::REFERRERS;
use super::referrers::is_listed;

pub(crate) static SECTION: Section = Section {
    id: "discovery/relations",
    title: "Referrers of every kind",
    anchor: "listing-referrers",
    checks: &[
        Check {
            name: "of-the-other-kind",
            title: "An image that refers to an index and an index that refers to an image are listed",
            axes: &[Axis::Kind],
            run: |trial| {
                let other = match trial.variant().kind {
                    Kind::Image => Kind::Index,
                    Kind::Index => Kind::Image,
                };
                let (repository, subject) = (trial.repository(), trial.pushed_manifest()?);
                let referrer = Referrer::of(other).push(&repository, &subject)?;
                is_only(trial, &subject, &referrer)
            },
            ..LISTED
        },
        Check {
            name: "chain",
            title: "In a chain of four manifests, each is listed for the one that it refers to, and for no other",
            run: chain,
            ..LISTED
        },
        Check {
            name: "two-subjects",
            title: "Referrers of two subjects that are pushed in turns are listed each for its own",
            run: two_subjects,
            ..LISTED
        },
        Check {
            name: "subject-arrives-by-tag",
            title: "A referrer of a subject that is pushed by tag afterwards is listed",
            run: |trial| {
                let (repository, subject) = (trial.repository(), trial.manifest()?);
                let referrer = Referrer::default().push(&repository, &subject)?;
                repository.push_by_tag(&trial.tag(), &subject)?;
                is_only(trial, &subject, &referrer)
            },
            ..LISTED
        },
        Check {
            name: "tag-moved-away",
            title: "A referrer whose tag has moved to another manifest is still listed",
            covers: &[&NEW_REFERRER_LISTED],
            run: |trial| {
                let (repository, subject) = (trial.repository(), trial.pushed_manifest()?);
                let referrer = Referrer::default().build(&repository, &subject)?;
                let tag = trial.tag();
                repository.push_by_tag(&tag, &referrer)?;
                repository.push_by_tag(&tag, &trial.manifest()?)?;
                let list = prepared(referrers_of(&repository, &subject.digest))?;
                is_listed(trial, &list, &referrer)
            },
            ..LISTED
        },
        Check {
            name: "deleted-subject",
            title: "The referrers of a subject that was deleted are a list that holds them or does not, and not 404",
            covers: &[&ABSENT_SUBJECT_REFERRERS_SENT, &REFERRERS_INDEX_SENT],
            needs: &[Feature::Push, Feature::Referrers, Feature::ManifestDelete],
            axes: &[Axis::ManifestAlgorithm],
            run: deleted_subject,
            ..Check::BASE
        },
        Check {
            name: "deleted-elsewhere",
            title: "A referrer that was deleted in one repository is still listed in the other, and only there",
            covers: &[
                &DELETED_REFERRER_UNLISTED,
                &NEW_REFERRER_LISTED,
                &OTHER_REPOSITORY_REFERRER_OMITTED,
            ],
            needs: &[Feature::Push, Feature::Referrers, Feature::ManifestDelete],
            run: deleted_elsewhere,
            ..Check::BASE
        },
    ],
};

const LISTED: Check = Check {
    covers: &[&NEW_REFERRER_LISTED, &UNRELATED_MANIFEST_OMITTED],
    needs: REFERRERS,
    ..Check::BASE
};

/// Demands that the list of a subject has this referrer, and no other.
fn is_only(trial: &Trial<'_>, subject: &ManifestDoc, referrer: &ManifestDoc) -> Outcome {
    let list = prepared(referrers_of(&trial.repository(), &subject.digest))?;
    is_listed(trial, &list, referrer)?;
    let expected = format!("only {} as referrer of {}", referrer.digest, subject.digest);
    let holds = list.iter().all(|it| names(it, referrer));
    trial.judge(
        &UNRELATED_MANIFEST_OMITTED,
        holds,
        expected,
        in_words(&list),
    )
}

fn chain(trial: &Trial<'_>) -> Outcome {
    let repository = trial.repository();
    let mut links = vec![trial.pushed_manifest()?];
    for kind in [Kind::Image, Kind::Index, Kind::Image] {
        let referrer = Referrer::of(kind).push(&repository, &links[links.len() - 1])?;
        links.push(referrer);
    }
    links
        .windows(2)
        .try_for_each(|pair| is_only(trial, &pair[0], &pair[1]))
}

fn two_subjects(trial: &Trial<'_>) -> Outcome {
    let repository = trial.repository();
    let subjects = [trial.pushed_manifest()?, trial.pushed_manifest()?];
    let mut referrers = [Vec::new(), Vec::new()];
    for _ in 0..2 {
        for (subject, list) in subjects.iter().zip(&mut referrers) {
            list.push(Referrer::default().push(&repository, subject)?);
        }
    }
    for (subject, own) in subjects.iter().zip(&referrers) {
        let list = prepared(referrers_of(&repository, &subject.digest))?;
        own.iter().try_for_each(|it| is_listed(trial, &list, it))?;
        let holds = list.iter().all(|it| own.iter().any(|own| names(it, own)));
        let expected = format!("only referrers of {}", subject.digest);
        let row = &UNRELATED_MANIFEST_OMITTED;
        trial.judge(row, holds, expected, in_words(&list))?;
    }
    Ok(())
}

fn deleted_subject(trial: &Trial<'_>) -> Outcome {
    let (repository, subject) = (trial.repository(), trial.pushed_manifest()?);
    Referrer::default().push(&repository, &subject)?;
    let answer = trial.delete(&format!("manifests/{}", subject.digest))?;
    // One that others refer to may be kept from deletion.
    if answer.is_client_error() {
        let evidence = format!("{} answered {}", answer.question(), answer.summary());
        return Err(Stop::Unsupported(evidence));
    }
    answer.prepares(&MANIFEST_DELETE_ACCEPTED).status(&[202])?;
    let list = repository.get(&format!("referrers/{}", subject.digest))?;
    let demand = list.proves(&ABSENT_SUBJECT_REFERRERS_SENT);
    demand.status(&[200])?;
    has_form(&list)
}

fn deleted_elsewhere(trial: &Trial<'_>) -> Outcome {
    let (here, there) = (trial.repository(), trial.other_repository());
    let image = here.new_image()?;
    there.push_parts(&image)?;
    let subject = &image.manifest;
    // An index that names nothing has no parts that would have to be in both.
    let referrer = Referrer::of(Kind::Index).build(&here, subject)?;
    for repository in [&here, &there] {
        repository.push_by_digest(subject)?;
        repository.push_by_digest(&referrer)?;
    }
    let answer = trial.delete(&format!("manifests/{}", referrer.digest))?;
    answer.prepares(&MANIFEST_DELETE_ACCEPTED).status(&[202])?;
    trial.eventually(|| {
        let list = prepared(referrers_of(&here, &subject.digest))?;
        let expected = format!("no {}", referrer.digest);
        let holds = count(&list, &referrer) == 0;
        trial.judge(&DELETED_REFERRER_UNLISTED, holds, expected, in_words(&list))
    })?;
    let list = prepared(referrers_of(&there, &subject.digest))?;
    is_listed(trial, &list, &referrer)?;
    let later = Referrer::of(Kind::Index).push(&there, subject)?;
    let list = prepared(referrers_of(&here, &subject.digest))?;
    let (holds, row) = (
        count(&list, &later) == 0,
        &OTHER_REPOSITORY_REFERRER_OMITTED,
    );
    let expected = format!("no {}, which is in {}", later.digest, there.name());
    trial.judge(row, holds, expected, in_words(&list))
}
