//! Good tokens, where they are no good, and what are no tokens.

use std::time::Duration;

use crate::catalogue::Requirement;
use crate::catalogue::tokens::DELETE_BY_PULL_TOKEN_REFUSED;
use crate::catalogue::tokens::EMPTY_TOKEN_REFUSED;
use crate::catalogue::tokens::EXPIRED_TOKEN_CHALLENGED;
use crate::catalogue::tokens::FOREIGN_AUDIENCE_REFUSED;
use crate::catalogue::tokens::FOREIGN_REPOSITORY_TOKEN_REFUSED;
use crate::catalogue::tokens::GARBAGE_TOKEN_REFUSED;
use crate::catalogue::tokens::PUSH_BY_PULL_TOKEN_REFUSED;
use crate::catalogue::tokens::QUERY_TOKEN_REFUSED;
use crate::catalogue::tokens::REPEATED_CREDENTIALS_REFUSED;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::http::Failure;
use crate::http::Method;
use crate::http::Secret;
use crate::trial::Answer;
use crate::trial::Asker;
use crate::trial::Repository;
use crate::trial::Trial;
use crate::trial::is_taken;
use crate::verdict::Outcome;
use crate::verdict::Stop;

use super::forgery::Parts;

pub(crate) const SECTION: Section = Section {
    id: "security/tokens",
    title: "What tokens are not good for",
    anchor: "",
    checks: &[
        Check {
            name: "pull-for-push",
            title: "A token to pull by does not push",
            covers: &[&PUSH_BY_PULL_TOKEN_REFUSED],
            needs: &[Feature::Tokens, Feature::Push],
            run: pull_for_push,
            ..Check::BASE
        },
        Check {
            name: "pull-for-delete",
            title: "A token to pull by does not delete",
            covers: &[&DELETE_BY_PULL_TOKEN_REFUSED],
            needs: &[Feature::Tokens, Feature::ManifestDelete],
            run: pull_for_delete,
            ..Check::BASE
        },
        Check {
            name: "foreign-repository",
            title: "A token for one repository is no good in another",
            covers: &[&FOREIGN_REPOSITORY_TOKEN_REFUSED],
            needs: &[Feature::Tokens, Feature::Push],
            run: foreign_repository,
            ..Check::BASE
        },
        Check {
            name: "no-scope",
            title: "A token for nothing permits nothing",
            covers: &[&EMPTY_TOKEN_REFUSED],
            needs: &[Feature::Tokens, Feature::Push],
            run: no_scope,
            ..Check::BASE
        },
        Check {
            name: "foreign-audience",
            title: "A token for another service is refused",
            covers: &[&FOREIGN_AUDIENCE_REFUSED],
            needs: &[Feature::Tokens, Feature::Push],
            run: foreign_audience,
            ..Check::BASE
        },
        Check {
            name: "expired",
            title: "A token that is refused since its time is over is answered 401 with a challenge",
            covers: &[&EXPIRED_TOKEN_CHALLENGED],
            needs: &[Feature::Tokens, Feature::Push],
            run: expired,
            ..Check::BASE
        },
        Check {
            name: "in-query",
            title: "A token in the query of a URL logs nobody in",
            covers: &[&QUERY_TOKEN_REFUSED],
            needs: &[Feature::Tokens, Feature::Push],
            run: in_query,
            ..Check::BASE
        },
        Check {
            name: "garbage",
            title: "What is no token is refused, and breaks nothing",
            covers: &[&GARBAGE_TOKEN_REFUSED],
            needs: &[Feature::Tokens, Feature::Push],
            run: garbage,
            ..Check::BASE
        },
        Check {
            name: "twice",
            title: "Two Authorization headers that are no good are refused",
            covers: &[&REPEATED_CREDENTIALS_REFUSED],
            needs: &[Feature::Tokens, Feature::Push],
            run: |trial| {
                let both = ["Bearer x".to_owned(), "Bearer y".to_owned()];
                let answer = trial.repository().post_upload().showing(&both).send()?;
                let demand = answer.proves(&REPEATED_CREDENTIALS_REFUSED);
                demand.client_error()?;
                Ok(())
            },
            ..Check::BASE
        },
    ],
};

/// The longest life of a token for whose end is waited.
const LONGEST_LIFE: u64 = 5;

/// The service of nobody.
const ELSEWHERE: &str = "elsewhere.plimsoll.test";

fn pull_for_push(trial: &Trial<'_>) -> Outcome {
    let repository = trial.repository();
    let manifest = trial.manifest()?;
    let token = trial
        .token_service()?
        .granted(&[repository.scope("pull")])?;
    is_taken(&reading(&repository, &token, "tags/list")?, &[200, 404])?;
    let answer = repository.post_upload().bearing(&token).send()?;
    answer.proves(&PUSH_BY_PULL_TOKEN_REFUSED).client_error()?;
    let asking = repository.ask(Method::PUT, &format!("manifests/{}", manifest.digest));
    let answer = asking.manifest(&manifest).bearing(&token).send()?;
    answer.proves(&PUSH_BY_PULL_TOKEN_REFUSED).client_error()?;
    Ok(())
}

fn pull_for_delete(trial: &Trial<'_>) -> Outcome {
    let repository = trial.repository();
    let manifest = trial.pushed_manifest()?;
    let rest = format!("manifests/{}", manifest.digest);
    let token = trial
        .token_service()?
        .granted(&[repository.scope("pull")])?;
    is_taken(&reading(&repository, &token, &rest)?, &[200])?;
    let asking = repository.ask(Method::DELETE, &rest);
    let answer = asking.bearing(&token).send()?;
    answer
        .proves(&DELETE_BY_PULL_TOKEN_REFUSED)
        .client_error()?;
    Ok(())
}

fn foreign_repository(trial: &Trial<'_>) -> Outcome {
    let blob = trial.pushed_blob(512)?;
    let (foreign, own) = (trial.repository(), trial.other_repository());
    let token = trial.token_service()?.granted(&[own.scope("pull,push")])?;
    is_taken(&own.post_upload().bearing(&token).send()?, &[202])?;
    let requirement = &FOREIGN_REPOSITORY_TOKEN_REFUSED;
    let answer = foreign.post_upload().bearing(&token).send()?;
    answer.proves(requirement).client_error()?;
    is_unreadable(
        &foreign,
        &format!("blobs/{}", blob.digest),
        &token,
        requirement,
    )
}

fn no_scope(trial: &Trial<'_>) -> Outcome {
    let blob = trial.pushed_blob(512)?;
    let repository = trial.repository();
    let answer = trial.token_service()?.ask(Asker::First, &[])?;
    let Some(token) = answer.reply.token().filter(|_| answer.is_success()) else {
        let reason = format!("no token is given for nothing: {}", answer.reply.status);
        return Err(Stop::Unsupported(reason));
    };
    let answer = repository.post_upload().bearing(token).send()?;
    answer.proves(&EMPTY_TOKEN_REFUSED).client_error()?;
    let rest = format!("blobs/{}", blob.digest);
    is_unreadable(&repository, &rest, token, &EMPTY_TOKEN_REFUSED)
}

/// Demands that what is not open to everybody is not read with this token either.
#[track_caller]
fn is_unreadable(
    repository: &Repository<'_>,
    rest: &str,
    token: &Secret,
    requirement: &'static Requirement,
) -> Outcome {
    let open = repository.ask(Method::GET, rest).anonymous().send()?;
    if open.is_success() {
        return Ok(());
    }
    let answer = reading(repository, token, rest)?;
    answer.proves(requirement).client_error()?;
    Ok(())
}

fn reading<'t>(
    repository: &Repository<'t>,
    token: &Secret,
    rest: &str,
) -> Result<Answer<'t>, Stop> {
    repository.ask(Method::GET, rest).bearing(token).send()
}

fn foreign_audience(trial: &Trial<'_>) -> Outcome {
    let repository = trial.repository();
    let mut service = trial.token_service()?;
    service.service = Some(ELSEWHERE.to_owned());
    let scope = repository.scope("pull,push");
    let answer = service.ask(Asker::First, &[scope])?;
    let Some(token) = answer.reply.token().filter(|_| answer.is_success()) else {
        let reason = format!("no token is given for others: {}", answer.reply.status);
        return Err(Stop::Unsupported(reason));
    };
    let parts = Parts::of(token);
    let audience = parts.and_then(|it| Some(it.claims.get("aud")?.to_string()));
    if !audience.is_some_and(|it| it.contains(ELSEWHERE)) {
        let reason = "the tokens here do not say for whom they are";
        return Err(Stop::Unsupported(reason.to_owned()));
    }
    let answer = repository.post_upload().bearing(token).send()?;
    answer.proves(&FOREIGN_AUDIENCE_REFUSED).client_error()?;
    Ok(())
}

fn expired(trial: &Trial<'_>) -> Outcome {
    let repository = trial.repository();
    let scope = repository.scope("pull,push");
    let answer = trial.token_service()?.ask(Asker::First, &[scope])?;
    let life = answer
        .field("expires_in")
        .and_then(serde_json::Value::as_u64);
    let life = life.unwrap_or(60);
    let Some(token) = answer.reply.token().filter(|_| life <= LONGEST_LIFE) else {
        let reason = format!("a token is good for {life} seconds, for which nobody waits");
        return Err(Stop::Skipped(reason));
    };
    trial.world().client.pause(Duration::from_secs(life + 1))?;
    let answer = repository.post_upload().bearing(token).send()?;
    if answer.is_success() {
        // Clocks may differ by some minutes (RFC 7519, section 4.1.4).
        let reason = "it is still taken, as it may be for a while";
        return Err(Stop::Skipped(reason.to_owned()));
    }
    let demand = answer.proves(&EXPIRED_TOKEN_CHALLENGED).status(&[401])?;
    demand.has_header("WWW-Authenticate")?;
    Ok(())
}

fn in_query(trial: &Trial<'_>) -> Outcome {
    let repository = trial.repository();
    let scope = repository.scope("pull,push");
    let token = trial.token_service()?.granted(&[scope])?;
    is_taken(&repository.post_upload().bearing(&token).send()?, &[202])?;
    for name in ["access_token", "token"] {
        let asking = repository.post_upload().query(name, token.reveal());
        let answer = asking.anonymous().send()?;
        answer.proves(&QUERY_TOKEN_REFUSED).client_error()?;
    }
    Ok(())
}

fn garbage(trial: &Trial<'_>) -> Outcome {
    let long = "x".repeat(16 << 10);
    let long_parts = format!("{long}.{long}.{long}");
    let deep = format!("{}.e30.", "W1tbW1tb".repeat(512));
    for text in [
        "x",
        "..",
        "a.b.c",
        "e30.e30.",
        "e30.e30.e30",
        "bnVsbA.bnVsbA.bnVsbA",
        "%00%0d%0a",
        "{\"alg\":\"none\"}",
        "a b c",
        &deep,
        &long,
        &long_parts,
    ] {
        let asking = trial.repository().post_upload();
        let answer = match asking.showing(&[format!("Bearer {text}")]).attempt() {
            Ok(answer) => answer,
            // Nobody has to read what is that long to its end.
            Err(Failure::ConnectionLost { .. }) if text.len() >= long.len() => continue,
            Err(trouble) => return Err(Stop::Trouble(trouble)),
        };
        let shown: String = text.chars().take(24).collect();
        answer.proves(&GARBAGE_TOKEN_REFUSED).that(
            answer.is_client_error(),
            &format!("a client error to `{shown}`, of {} characters", text.len()),
            &answer.told(),
        )?;
    }
    Ok(())
}
