//! Probes of who asks, and of what the user gives a run besides the registry.

use crate::check::FeatureState;
use crate::http::Method;
use crate::trial::Trial;
use crate::verdict::Stop;

use super::weigh;

/// Whether the registry wants to know who asks.
pub(super) fn login(trial: &Trial<'_>) -> Result<FeatureState, Stop> {
    let answer = trial.ask(Method::GET, "/v2/").anonymous().send()?;
    if answer.status() == 401 {
        let said = format!("{} answered {}", answer.question(), answer.summary());
        return Ok(FeatureState::Supported(said));
    }
    Ok(weigh(&answer, &[], &[200]))
}

/// Whether it wants a token.
pub(super) fn tokens(trial: &Trial<'_>) -> Result<FeatureState, Stop> {
    let answer = trial.ask(Method::GET, "/v2/").anonymous().send()?;
    let challenges = answer.header_values("www-authenticate");
    let wants = |value: &String| value.to_ascii_lowercase().starts_with("bearer ");
    let said = format!("{} answered {}", answer.question(), answer.summary());
    Ok(match (answer.status(), challenges.iter().any(wants)) {
        (401, true) => FeatureState::Supported(said),
        (200 | 401, false) => FeatureState::Unsupported(said),
        _ => FeatureState::Unknown(said),
    })
}

/// Whether there is another account.
#[expect(clippy::unnecessary_wraps, reason = "probes are of one shape")]
pub(super) fn second_account(trial: &Trial<'_>) -> Result<FeatureState, Stop> {
    Ok(given(trial.world().second.is_some(), "--username2"))
}

/// Whether there is a listener that the registry can call.
#[expect(clippy::unnecessary_wraps, reason = "probes are of one shape")]
pub(super) fn canary(trial: &Trial<'_>) -> Result<FeatureState, Stop> {
    Ok(given(trial.world().canary.is_some(), "--canary-addr"))
}

/// Whether the registry can be made to start again.
#[expect(clippy::unnecessary_wraps, reason = "probes are of one shape")]
pub(super) fn restart(trial: &Trial<'_>) -> Result<FeatureState, Stop> {
    Ok(given(trial.world().restart.is_some(), "--restart-cmd"))
}

/// Whether it lists its repositories.
pub(super) fn catalog(trial: &Trial<'_>) -> Result<FeatureState, Stop> {
    let answer = trial.ask(Method::GET, "/v2/_catalog?n=1").send()?;
    Ok(weigh(&answer, &[200], &[401, 403, 404, 405]))
}

fn given(is_given: bool, flag: &str) -> FeatureState {
    if is_given {
        FeatureState::Supported(format!("given by {flag}"))
    } else {
        FeatureState::NotAsked(format!("only with {flag}"))
    }
}
