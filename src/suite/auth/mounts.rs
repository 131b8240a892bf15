//! Mounts, which need a right in two repositories.

use crate::catalogue::auth::MOUNT_SOURCE_ANSWERED;
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
    checks: &[Check {
        name: "source-scope",
        title: "Who mounts by a token for the challenge gets the blob, or an upload, or is told what is missing",
        covers: &[&MOUNT_SOURCE_ANSWERED],
        needs: &[Feature::Tokens, Feature::Push],
        run: source_scope,
        ..Check::BASE
    }],
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
