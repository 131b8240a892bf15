//! Mounts, which need a right in two repositories.

use crate::catalogue::auth::MOUNT_SOURCE_ANSWERED;
use crate::catalogue::auth::UNREADABLE_SOURCE_WITHHELD;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::trial::Asking;
use crate::trial::Trial;
use crate::verdict::Outcome;
use crate::verdict::Stop;

use super::challenges::names;

pub(crate) const SECTION: Section = Section {
    id: "auth/mounts",
    title: "Mounts, and the right to pull",
    anchor: "",
    checks: &[
        Check {
            name: "source-scope",
            title: "Who mounts by a token for the challenge gets the blob, or an upload, or is told what is missing",
            covers: &[&MOUNT_SOURCE_ANSWERED],
            needs: &[Feature::Tokens, Feature::Push],
            run: source_scope,
            ..Check::BASE
        },
        Check {
            name: "unreadable-source",
            title: "A blob is not mounted from where the account may not pull",
            covers: &[&UNREADABLE_SOURCE_WITHHELD],
            needs: &[Feature::SecondAccount, Feature::Push],
            run: |trial| is_withheld(trial, true),
            ..Check::BASE
        },
        Check {
            name: "unreadable-holder",
            title: "A mount that names no source does not lead to where the account may not pull",
            covers: &[&UNREADABLE_SOURCE_WITHHELD],
            needs: &[Feature::SecondAccount, Feature::Push],
            run: |trial| is_withheld(trial, false),
            ..Check::BASE
        },
    ],
};

fn source_scope(trial: &Trial<'_>) -> Outcome {
    let blob = trial.pushed_blob(512)?;
    let (source, target) = (trial.repository(), trial.other_repository());
    let mount = || -> Asking<'_> {
        let asking = target.post_upload();
        let asking = asking.query("mount", &blob.digest.to_string());
        asking.query("from", source.name().as_str())
    };
    let answer = mount().anonymous().send()?;
    let Some(scope) = answer.bearer("scope").filter(|_| answer.status() == 401) else {
        let reason = format!("{}, and no scope in a challenge", answer.summary());
        return Err(Stop::Unsupported(reason));
    };
    let scopes: Vec<_> = scope.split_ascii_whitespace().map(str::to_owned).collect();
    let token = trial.token_service()?.granted(&scopes)?;
    let answer = mount().bearing(&token).send()?;
    let said = answer.bearer("scope").unwrap_or_default();
    let is_told = answer.status() == 401 && names(&said, source.name().as_str(), &["pull"]);
    answer.proves(&MOUNT_SOURCE_ANSWERED).that(
        matches!(answer.status(), 201 | 202) || is_told,
        "201, 202, or 401 with a challenge that names pull on the source",
        &answer.told(),
    )?;
    Ok(())
}

/// Demands that the second account mounts nothing that only the first one may see.
fn is_withheld(trial: &Trial<'_>, names_source: bool) -> Outcome {
    let blob = trial.pushed_blob(512)?;
    let source = trial.repository();
    let target = trial.repository_of_second()?;
    let mut asking = target
        .post_upload()
        .query("mount", &blob.digest.to_string());
    if names_source {
        asking = asking.query("from", source.name().as_str());
    }
    let answer = asking.by_second().send()?;
    answer.proves(&UNREADABLE_SOURCE_WITHHELD).that(
        answer.status() == 202 || answer.is_client_error(),
        "202 and an upload, or a client error",
        &answer.told(),
    )?;
    Ok(())
}
