//! What a token service answers, and what its tokens are good for.

use crate::catalogue::auth::ANONYMOUS_TOKEN_ANSWERED;
use crate::catalogue::auth::GRANTED_SCOPE_ACCEPTED;
use crate::catalogue::auth::PARTIAL_SCOPE_GRANTED;
use crate::catalogue::auth::REFRESH_TOKEN_ACCEPTED;
use crate::catalogue::auth::SEVERAL_SCOPES_GRANTED;
use crate::catalogue::auth::TOKEN_ISSUE_TIME_SENT;
use crate::catalogue::auth::TOKEN_LIFETIME_SENT;
use crate::catalogue::auth::TOKEN_LIFETIME_SUFFICIENT;
use crate::catalogue::auth::TOKEN_NAMES_MATCHED;
use crate::catalogue::auth::TOKEN_SENT;
use crate::catalogue::auth::UNPERMITTED_SCOPE_WITHHELD;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::http::Method;
use crate::trial::Asker;
use crate::trial::TokenAnswer;
use crate::trial::Trial;
use crate::verdict::Outcome;
use crate::verdict::Stop;

pub(crate) const SECTION: Section = Section {
    id: "auth/tokens",
    title: "Tokens, and what they are good for",
    anchor: "",
    checks: &[
        Check {
            name: "answer",
            title: "A token service answers with a token, and with what it says of it in its form",
            covers: &[
                &TOKEN_SENT,
                &TOKEN_NAMES_MATCHED,
                &TOKEN_LIFETIME_SENT,
                &TOKEN_LIFETIME_SUFFICIENT,
                &TOKEN_ISSUE_TIME_SENT,
            ],
            needs: &[Feature::Tokens],
            run: answer,
            ..Check::BASE
        },
        Check {
            name: "granted",
            title: "A token permits what it was asked for and is allowed",
            covers: &[&GRANTED_SCOPE_ACCEPTED],
            needs: &[Feature::Tokens, Feature::Push],
            run: granted,
            ..Check::BASE
        },
        Check {
            name: "several-scopes",
            title: "A token for several repositories is good in each of them",
            covers: &[&SEVERAL_SCOPES_GRANTED],
            needs: &[Feature::Tokens, Feature::Push],
            run: several_scopes,
            ..Check::BASE
        },
        Check {
            name: "partial-scope",
            title: "What is allowed is granted, also where it was asked for with what is not",
            covers: &[&PARTIAL_SCOPE_GRANTED],
            needs: &[Feature::Tokens, Feature::SecondAccount, Feature::Push],
            run: partial_scope,
            ..Check::BASE
        },
        Check {
            name: "unpermitted-scope",
            title: "No token permits what its account may not",
            covers: &[&UNPERMITTED_SCOPE_WITHHELD],
            needs: &[Feature::Tokens, Feature::SecondAccount, Feature::Push],
            run: |trial| {
                is_withheld(trial, Asker::Second)?;
                is_withheld(trial, Asker::Nobody)
            },
            ..Check::BASE
        },
        Check {
            name: "refresh",
            title: "A refresh token is good for a token",
            covers: &[&REFRESH_TOKEN_ACCEPTED],
            needs: &[Feature::Tokens, Feature::Push],
            run: refresh,
            ..Check::BASE
        },
        Check {
            name: "anonymous",
            title: "Who asks without a login gets a token or a client error",
            covers: &[&ANONYMOUS_TOKEN_ANSWERED],
            needs: &[Feature::Tokens, Feature::Push],
            run: anonymous,
            ..Check::BASE
        },
    ],
};

fn answer(trial: &Trial<'_>) -> Outcome {
    // Some services give nothing for a repository that is not there. That it can be pushed to is no
    // matter here.
    let _ = trial.pushed_blob(64);
    let scope = trial.repository().scope("pull");
    let answer = trial.token_service()?.ask(Asker::First, &[scope])?;
    let has_token = answer.is_success() && answer.reply.token().is_some();
    let expected = "200, and a token that a header can carry";
    answer.proves(&TOKEN_SENT, has_token, expected, &answer.said())?;
    let both = (
        answer.reply.secret("token"),
        answer.reply.secret("access_token"),
    );
    if let (Some(one), Some(other)) = both {
        let expected = "one token under both names";
        answer.proves(&TOKEN_NAMES_MATCHED, one == other, expected, "two")?;
    }
    has_times(&answer)
}

/// Demands that what the answer says of times can be read.
fn has_times(answer: &TokenAnswer<'_>) -> Outcome {
    let said = |name| answer.field(name).filter(|it| !it.is_null());
    if let Some(lifetime) = said("expires_in") {
        let seconds = lifetime.as_f64().unwrap_or(-1.0);
        let actual = format!("expires_in: {lifetime}");
        let expected = "a number of seconds";
        answer.proves(&TOKEN_LIFETIME_SENT, seconds >= 0.0, expected, &actual)?;
        let expected = "60 seconds or more";
        answer.proves(
            &TOKEN_LIFETIME_SUFFICIENT,
            seconds >= 60.0,
            expected,
            &actual,
        )?;
    }
    if let Some(issued) = said("issued_at") {
        let holds = issued.as_str().is_some_and(is_time);
        let actual = format!("issued_at: {issued}");
        answer.proves(
            &TOKEN_ISSUE_TIME_SENT,
            holds,
            "a time as in RFC 3339",
            &actual,
        )?;
    }
    Ok(())
}

/// Whether a text is a time as in RFC 3339, at whatever offset.
fn is_time(text: &str) -> bool {
    let text = text.to_ascii_uppercase();
    let at = text.len().saturating_sub(6);
    let has_offset = text.is_char_boundary(at)
        && text[at..].starts_with(['+', '-'])
        && text.as_bytes().get(at + 3) == Some(&b':');
    let time = if has_offset {
        format!("{}Z", &text[..at])
    } else {
        text
    };
    humantime::parse_rfc3339(&time).is_ok()
}

fn granted(trial: &Trial<'_>) -> Outcome {
    let blob = trial.pushed_blob(512)?;
    let (repository, service) = (trial.repository(), trial.token_service()?);
    let path = format!("blobs/{}", blob.digest);
    for (actions, asking, status) in [
        ("pull", repository.ask(Method::GET, &path), 200),
        ("pull,push", repository.post_upload(), 202),
    ] {
        let token = service.granted(&[repository.scope(actions)])?;
        let answer = asking.bearing(&token).send()?;
        answer.proves(&GRANTED_SCOPE_ACCEPTED).status(&[status])?;
    }
    Ok(())
}

fn several_scopes(trial: &Trial<'_>) -> Outcome {
    let blob = trial.pushed_blob(512)?;
    let both = [trial.repository(), trial.other_repository()];
    both[1].push_blob(&blob)?;
    let scopes = [both[0].scope("pull"), both[1].scope("pull")];
    let token = trial.token_service()?.granted(&scopes)?;
    for repository in &both {
        let path = format!("blobs/{}", blob.digest);
        let answer = repository.ask(Method::GET, &path).bearing(&token).send()?;
        answer.proves(&SEVERAL_SCOPES_GRANTED).status(&[200])?;
    }
    Ok(())
}

fn partial_scope(trial: &Trial<'_>) -> Outcome {
    trial.pushed_blob(64)?;
    let own = trial.repository_of_second()?;
    let scopes = [own.scope("pull,push"), trial.repository().scope("pull")];
    let answer = trial.token_service()?.ask(Asker::Second, &scopes)?;
    let expected = "200, and a token for what is allowed";
    let token = answer.reply.token().filter(|_| answer.is_success());
    answer.proves(
        &PARTIAL_SCOPE_GRANTED,
        token.is_some(),
        expected,
        &answer.said(),
    )?;
    if let Some(token) = token {
        let answer = own.post_upload().bearing(token).send()?;
        answer.proves(&PARTIAL_SCOPE_GRANTED).status(&[202])?;
    }
    Ok(())
}

fn is_withheld(trial: &Trial<'_>, asker: Asker) -> Outcome {
    let blob = trial.pushed_blob(512)?;
    let repository = trial.repository();
    let scope = repository.scope("pull,push,delete");
    let answer = trial.token_service()?.ask(asker, &[scope])?;
    let holds = answer.reply.status < 500;
    let expected = "a token without the scope, or a client error";
    answer.proves(&UNPERMITTED_SCOPE_WITHHELD, holds, expected, &answer.said())?;
    let Some(token) = answer.reply.token().filter(|_| answer.is_success()) else {
        return Ok(());
    };
    for (method, rest) in [
        (Method::GET, format!("blobs/{}", blob.digest)),
        (Method::POST, "blobs/uploads/".to_owned()),
    ] {
        let answer = repository.ask(method, &rest).bearing(token).send()?;
        let demand = answer.proves(&UNPERMITTED_SCOPE_WITHHELD);
        demand.status(&[401, 403, 404])?;
    }
    Ok(())
}

fn refresh(trial: &Trial<'_>) -> Outcome {
    let blob = trial.pushed_blob(512)?;
    let (repository, service) = (trial.repository(), trial.token_service()?);
    let scopes = [repository.scope("pull")];
    let first = service.ask_offline(Asker::First, &scopes)?;
    let Some(refresh) = first.reply.secret("refresh_token") else {
        let reason = format!("{}, and no refresh token", first.reply.status);
        return Err(Stop::Unsupported(reason));
    };
    let answer = service.refresh(refresh, &scopes)?;
    if matches!(answer.reply.status, 404 | 405) {
        let reason = format!("{} to a POST", answer.reply.status);
        return Err(Stop::Unsupported(reason));
    }
    let token = answer.reply.token().filter(|_| answer.is_success());
    let expected = "200, and a token";
    answer.proves(
        &REFRESH_TOKEN_ACCEPTED,
        token.is_some(),
        expected,
        &answer.said(),
    )?;
    if let Some(token) = token {
        let path = format!("blobs/{}", blob.digest);
        let answer = repository.ask(Method::GET, &path).bearing(token).send()?;
        answer.proves(&REFRESH_TOKEN_ACCEPTED).status(&[200])?;
    }
    Ok(())
}

fn anonymous(trial: &Trial<'_>) -> Outcome {
    trial.pushed_blob(64)?;
    let scope = trial.repository().scope("pull");
    let answer = trial.token_service()?.ask(Asker::Nobody, &[scope])?;
    let has_token = answer.is_success() && answer.reply.token().is_some();
    let is_refused = (400..500).contains(&answer.reply.status);
    let expected = "a token, or a client error";
    answer.proves(
        &ANONYMOUS_TOKEN_ANSWERED,
        has_token || is_refused,
        expected,
        &answer.said(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_rfc_3339_are_told_from_others() {
        for time in ["2026-01-01T00:00:00Z", "2026-01-01t00:00:00.123+01:00"] {
            assert!(is_time(time), "{time}");
        }
        for other in [
            "",
            "now",
            "1767225600",
            "2026-01-01",
            "Thu, 01 Jan 2026 00:00:00 GMT",
        ] {
            assert!(!is_time(other), "{other}");
        }
    }
}
