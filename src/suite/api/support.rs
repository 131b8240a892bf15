//! Determining support, and what the API leaves to HTTP.

use crate::catalogue::support::API_SUPPORT_CONFIRMED;
use crate::catalogue::support::AUTHENTICATION_PROBE_ANSWERED;
use crate::catalogue::transport::FINAL_STATUS_SENT;
use crate::catalogue::transport::HTTP_SEMANTICS_FOLLOWED;
use crate::catalogue::transport::REDIRECT_ALLOWED;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::http::Method;
use crate::trial::Trial;
use crate::verdict::Outcome;
use crate::verdict::Stop;

pub(crate) static SECTION: Section = Section {
    id: "api/support",
    title: "Determining support",
    anchor: "determining-support",
    checks: &[
        Check {
            name: "ping",
            title: "GET on /v2/ returns 200 to a client with the right credentials",
            covers: &[&API_SUPPORT_CONFIRMED],
            run: |trial| {
                let answer = trial.ask(Method::GET, "/v2/").send()?;
                answer.proves(&API_SUPPORT_CONFIRMED).status(&[200])?;
                Ok(())
            },
            ..Check::BASE
        },
        Check {
            name: "anonymous-ping",
            title: "GET on /v2/ without credentials returns 200, or 401 with a challenge",
            covers: &[&AUTHENTICATION_PROBE_ANSWERED],
            run: |trial| {
                let answer = trial.ask(Method::GET, "/v2/").anonymous().send()?;
                let demand = answer
                    .proves(&AUTHENTICATION_PROBE_ANSWERED)
                    .status(&[200, 401])?;
                if answer.status() == 401 {
                    demand.has_header("WWW-Authenticate")?;
                }
                Ok(())
            },
            ..Check::BASE
        },
        Check {
            name: "redirected-pull",
            title: "redirects on the way to a blob end at 200 and its bytes",
            covers: &[&FINAL_STATUS_SENT, &REDIRECT_ALLOWED],
            needs: &[Feature::Blob],
            run: redirected_pull,
            ..Check::BASE
        },
        Check {
            name: "unknown-method",
            title: "a method that an endpoint does not have is refused, and a 405 names those it has",
            covers: &[&HTTP_SEMANTICS_FOLLOWED],
            needs: &[Feature::Tag],
            run: unknown_method,
            ..Check::BASE
        },
    ],
};

fn redirected_pull(trial: &Trial<'_>) -> Outcome {
    let blob = trial.known_blob(512)?;
    let answer = trial.get(&format!("blobs/{}", blob.digest))?;
    if answer.header_on_any_hop("location").is_none() {
        return Err(Stop::Unsupported(format!(
            "{} without a redirect",
            answer.summary()
        )));
    }
    answer
        .proves(&FINAL_STATUS_SENT)
        .status(&[200])?
        .body(&blob.bytes)?;
    answer.proves(&REDIRECT_ALLOWED).status(&[200])?;
    Ok(())
}

fn unknown_method(trial: &Trial<'_>) -> Outcome {
    // Where there is nothing, every method is refused.
    trial.known_tag()?;
    let answer = trial.repository().ask(Method::PATCH, "tags/list").send()?;
    let demand = answer.proves(&HTTP_SEMANTICS_FOLLOWED).that(
        answer.is_client_error() || answer.status() == 501,
        "a client error (400 to 499) or 501",
        &answer.summary(),
    )?;
    if answer.status() == 405 {
        // The list may be empty, but not left out (RFC 9110, sections 10.2.1 and 15.5.6).
        let sent = !answer.header_values("Allow").is_empty();
        demand.that(sent, "405 with Allow", "405 without Allow")?;
    }
    Ok(())
}
