//! The base of the API, and version 1 of it.

use crate::catalogue::docker::API_VERSION_NAMED;
use crate::catalogue::docker::FIRST_VERSION_REFUSED;
use crate::check::Check;
use crate::check::Section;
use crate::http::Method;
use crate::trial::Trial;
use crate::verdict::Outcome;

pub(crate) static SECTION: Section = Section {
    id: "docker/base",
    title: "The version of the protocol",
    anchor: "",
    checks: &[
        Check {
            name: "version",
            title: "GET on /v2/, with a login and without one, says registry/2.0 in Docker-Distribution-API-Version",
            covers: &[&API_VERSION_NAMED],
            run: version,
            ..Check::BASE
        },
        Check {
            name: "version-1",
            title: "Requests of version 1 are answered with a 4xx or a redirect, as by a registry that has no such thing",
            covers: &[&FIRST_VERSION_REFUSED],
            run: version_1,
            ..Check::BASE
        },
    ],
};

fn version(trial: &Trial<'_>) -> Outcome {
    let base = || trial.ask(Method::GET, "/v2/");
    for answer in [base().send()?, base().anonymous().send()?] {
        if matches!(answer.status(), 200 | 401) {
            let demand = answer.proves(&API_VERSION_NAMED);
            demand.header("Docker-Distribution-API-Version", "registry/2.0")?;
        }
    }
    Ok(())
}

/// Docker's older clients read a 200 as a registry of version 1, and go on with it.
fn version_1(trial: &Trial<'_>) -> Outcome {
    for path in [
        "/v1/_ping",
        "/v1/search?q=plimsoll",
        "/v1/repositories/library/plimsoll/images",
    ] {
        let answer = trial.ask(Method::GET, path).send()?;
        let (is_redirect, told) = ((300..400).contains(&answer.status()), answer.told());
        answer.proves(&FIRST_VERSION_REFUSED).that(
            answer.is_client_error() || is_redirect,
            "a client error (400 to 499) or a redirect",
            &told,
        )?;
    }
    Ok(())
}
