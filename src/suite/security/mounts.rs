//! Blobs that another account may not read: no mount and no manifest brings them into its own
//! repository.

use crate::catalogue::Requirement;
use crate::catalogue::isolation::SOURCELESS_MOUNT_REFUSED;
use crate::catalogue::isolation::UNREADABLE_MOUNT_REFUSED;
use crate::catalogue::isolation::UNREADABLE_REFERENCE_REFUSED;
use crate::check::Check;
use crate::check::Section;
use crate::http::Method;
use crate::trial::Answer;
use crate::trial::Repository;
use crate::trial::Trial;
use crate::trial::content::Blob;
use crate::verdict::Outcome;
use crate::verdict::Stop;

use super::accounts::TWO;
use super::private::Private;

pub(crate) const SECTION: Section = Section {
    id: "security/mounts",
    title: "Blobs of another account",
    anchor: "",
    checks: &[
        Check {
            name: "mount",
            title: "another account mounts nothing from a repository that it may not read",
            covers: &[&UNREADABLE_MOUNT_REFUSED],
            run: |trial| {
                let source = trial.repository();
                let from = Some(source.name().as_str());
                is_unmounted(trial, from, &UNREADABLE_MOUNT_REFUSED)
            },
            ..TWO
        },
        Check {
            name: "mount-without-source",
            title: "another account that names no source mounts nothing that it may not read",
            covers: &[&SOURCELESS_MOUNT_REFUSED],
            run: |trial| is_unmounted(trial, None, &SOURCELESS_MOUNT_REFUSED),
            ..TWO
        },
        Check {
            name: "reference",
            title: "another account that refers to blobs which it may not read does not get them",
            covers: &[&UNREADABLE_REFERENCE_REFUSED],
            run: reference,
            ..TWO
        },
    ],
};

/// The repository of the second account, into which it can push.
fn own<'t>(trial: &'t Trial<'_>) -> Result<Repository<'t>, Stop> {
    let own = trial.repository_of_second()?;
    let answer = own.post_upload().by_second().send()?;
    if answer.is_success() {
        return Ok(own);
    }
    let (name, summary) = (own.name(), answer.summary());
    let reason = format!("the second account cannot push to {name} ({summary}); see --namespace2");
    Err(Stop::Skipped(reason))
}

fn is_unmounted(
    trial: &Trial<'_>,
    from: Option<&str>,
    requirement: &'static Requirement,
) -> Outcome {
    let (target, blob) = (own(trial)?, trial.pushed_blob(512)?);
    let asking = target
        .post_upload()
        .query("mount", &blob.digest.to_string());
    let asking = match from {
        Some(from) => asking.query("from", from),
        None => asking,
    };
    let answer = asking.by_second().send()?;
    let actual = format!("{} to the mount", answer.summary());
    answer
        .proves(requirement)
        .that(answer.status() != 201, "202, or a refusal", &actual)?;
    is_not_there(&target, &blob, requirement)
}

fn reference(trial: &Trial<'_>) -> Outcome {
    let (target, private) = (own(trial)?, Private::pushed(trial)?);
    let rest = format!("manifests/{}", trial.tag());
    let asking = target.ask(Method::PUT, &rest);
    // Whether it is taken is for the registry to say.
    asking
        .manifest(&private.image.manifest)
        .by_second()
        .send()?;
    for blob in [&private.image.config, private.layer()] {
        is_not_there(&target, blob, &UNREADABLE_REFERENCE_REFUSED)?;
    }
    Ok(())
}

/// Demands that the second account does not find the blob in its own repository.
fn is_not_there(
    target: &Repository<'_>,
    blob: &Blob,
    requirement: &'static Requirement,
) -> Outcome {
    let asking = target.ask(Method::GET, &format!("blobs/{}", blob.digest));
    let pulled: Answer<'_> = asking.by_second().send()?;
    pulled.proves(requirement).that(
        !pulled.is_success(),
        "404 to a GET of the blob there",
        &pulled.told(),
    )?;
    Ok(())
}
