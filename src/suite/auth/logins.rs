//! Names and passwords, and what those may do who have shown them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::catalogue::auth::CHALLENGE_SENT;
use crate::catalogue::auth::MALFORMED_CREDENTIALS_REFUSED;
use crate::catalogue::auth::UNPERMITTED_REQUEST_REFUSED;
use crate::catalogue::auth::WRONG_PASSWORD_REFUSED;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::http::Method;
use crate::trial::Answer;
use crate::trial::Asker;
use crate::trial::Trial;
use crate::verdict::Outcome;

pub(crate) const SECTION: Section = Section {
    id: "auth/logins",
    title: "Names and passwords",
    anchor: "",
    checks: &[
        Check {
            name: "wrong-password",
            title: "A wrong password is refused with 401",
            covers: &[&WRONG_PASSWORD_REFUSED],
            needs: &[Feature::Login],
            run: wrong_password,
            ..Check::BASE
        },
        Check {
            name: "wrong-password-for-a-token",
            title: "No token is given for a wrong password",
            covers: &[&WRONG_PASSWORD_REFUSED],
            needs: &[Feature::Tokens],
            run: wrong_password_for_a_token,
            ..Check::BASE
        },
        Check {
            name: "malformed",
            title: "An Authorization that cannot be read logs nobody in, and breaks nothing",
            covers: &[&MALFORMED_CREDENTIALS_REFUSED],
            needs: &[Feature::Login],
            run: malformed,
            ..Check::BASE
        },
        Check {
            name: "unpermitted",
            title: "Who is known and may not is refused with 401, 403 or 404",
            covers: &[&UNPERMITTED_REQUEST_REFUSED, &CHALLENGE_SENT],
            needs: &[Feature::Login, Feature::SecondAccount, Feature::Push],
            run: unpermitted,
            ..Check::BASE
        },
    ],
};

/// What refuses a login: also, for a while, after too many of them.
const REFUSALS: &[u16] = &[401, 403, 429];

fn wrong_password(trial: &Trial<'_>) -> Outcome {
    let (name, password) = trial.wrong_password()?;
    let pair = STANDARD.encode(format!("{name}:{}", password.reveal()));
    let asking = trial.ask(Method::GET, "/v2/");
    let answer = asking.showing(&[format!("Basic {pair}")]).send()?;
    answer.proves(&WRONG_PASSWORD_REFUSED).status(REFUSALS)?;
    Ok(())
}

fn wrong_password_for_a_token(trial: &Trial<'_>) -> Outcome {
    let scope = trial.repository().scope("pull");
    let answer = trial.token_service()?.ask(Asker::WrongPassword, &[scope])?;
    answer.proves(
        &WRONG_PASSWORD_REFUSED,
        REFUSALS.contains(&answer.reply.status),
        "401, 403 or 429",
        &answer.said(),
    )
}

fn malformed(trial: &Trial<'_>) -> Outcome {
    let no_colon = format!("Basic {}", STANDARD.encode("nobody"));
    for value in [
        "Basic",
        "Basic ???",
        &no_colon,
        "Bearer",
        "Plimsoll x",
        "Basic Bearer Basic",
        "=",
    ] {
        let asking = trial.ask(Method::GET, "/v2/");
        let answer = asking.showing(&[value.to_owned()]).send()?;
        answer.proves(&MALFORMED_CREDENTIALS_REFUSED).that(
            answer.is_client_error(),
            &format!("a client error to `Authorization: {value}`"),
            &answer.told(),
        )?;
    }
    Ok(())
}

fn unpermitted(trial: &Trial<'_>) -> Outcome {
    let (tag, manifest) = trial.pushed_tag()?;
    let repository = trial.repository();
    let by_digest = format!("manifests/{}", manifest.digest);
    let by_tag = format!("manifests/{tag}");
    for (method, rest) in [
        (Method::GET, "tags/list"),
        (Method::GET, &by_tag),
        (Method::POST, "blobs/uploads/"),
        (Method::DELETE, &by_digest),
    ] {
        let is_delete = method == Method::DELETE;
        let answer = repository.ask(method, rest).by_second().send()?;
        is_refused(&answer, is_delete)?;
    }
    Ok(())
}

fn is_refused(answer: &Answer<'_>, is_delete: bool) -> Outcome {
    // Where nobody may delete, that may be said first.
    let lawful: &[u16] = if is_delete {
        &[401, 403, 404, 400, 405]
    } else {
        &[401, 403, 404]
    };
    answer.proves(&UNPERMITTED_REQUEST_REFUSED).status(lawful)?;
    if answer.status() == 401 {
        answer
            .proves(&CHALLENGE_SENT)
            .has_header("WWW-Authenticate")?;
    }
    Ok(())
}
