//! Management: what a registry deletes.

pub(super) mod again;
pub(super) mod blobs;
pub(super) mod deletes;
pub(super) mod gone;
pub(super) mod manifests;
pub(super) mod tags;

use crate::catalogue::Requirement;
use crate::trial::Answer;
use crate::trial::Repository;
use crate::trial::Trial;
use crate::verdict::Outcome;
use crate::verdict::Stop;

use super::discovery::all_tags;
use super::discovery::prepared;

/// The tags that a repository lists, over all pages. What is wrong with the list itself is not what
/// the check is about.
fn listed_tags(repository: &Repository<'_>) -> Result<Vec<String>, Stop> {
    prepared(all_tags(repository))
}

/// DELETE, which is not what the check is about.
fn deleted(trial: &Trial<'_>, path: &str, accepted: &'static Requirement) -> Result<(), Stop> {
    let answer = trial.delete(path)?;
    is_permitted(&answer)?;
    answer.prepares(accepted).status(&[202])?;
    Ok(())
}

/// Ends the check where the registry knows users, and this one may not delete.
fn is_permitted(answer: &Answer<'_>) -> Outcome {
    let knows_users = answer.trial().world().client.was_challenged();
    if matches!(answer.status(), 401 | 403) && knows_users {
        let evidence = format!("{} answered {}", answer.question(), answer.summary());
        return Err(Stop::Unsupported(format!("{evidence}: not permitted")));
    }
    Ok(())
}

/// Demands that what is asked for here is gone, at once or soon, for GET and HEAD alike.
fn is_gone(trial: &Trial<'_>, path: &str, requirement: &'static Requirement) -> Outcome {
    trial.eventually(|| {
        trial.get(path)?.proves(requirement).status(&[404])?;
        trial.head(path)?.proves(requirement).status(&[404])?;
        Ok(())
    })
}

/// Waits until what is asked for here is gone, which is not what the check is about.
fn await_gone(trial: &Trial<'_>, path: &str, requirement: &'static Requirement) -> Outcome {
    trial.eventually(|| {
        trial.head(path)?.prepares(requirement).status(&[404])?;
        Ok(())
    })
}

/// Demands that a DELETE that was not carried out was refused as it must be, and left all as it
/// was.
fn is_refused(trial: &Trial<'_>, path: &str, requirement: &'static Requirement) -> Outcome {
    let answer = trial.delete(path)?;
    is_permitted(&answer)?;
    if answer.is_success() {
        let evidence = format!("{} answered {}", answer.question(), answer.summary());
        return Err(Stop::Skipped(format!("it is switched on: {evidence}")));
    }
    answer.proves(requirement).that(
        matches!(answer.status(), 400 | 405),
        "202 or, where this is switched off, 400 or 405",
        &answer.summary(),
    )?;
    let kept = trial.head(path)?;
    kept.proves(requirement).that(
        kept.is_success(),
        "still there after the refusal, so 200",
        &kept.summary(),
    )?;
    Ok(())
}
