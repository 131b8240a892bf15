//! What a registry says to somebody who has shown nothing.

use url::Url;

use crate::catalogue::Requirement;
use crate::catalogue::auth::CHALLENGE_REALM_SENT;
use crate::catalogue::auth::CHALLENGE_SCOPE_MATCHED;
use crate::catalogue::auth::CHALLENGE_SCOPE_SENT;
use crate::catalogue::auth::CHALLENGE_SENT;
use crate::catalogue::auth::CHALLENGE_SERVICE_SENT;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::http::Method;
use crate::trial::Answer;
use crate::trial::Asking;
use crate::trial::Trial;
use crate::verdict::Outcome;
use crate::verdict::Stop;

pub(crate) const SECTION: Section = Section {
    id: "auth/challenges",
    title: "What has to be shown",
    anchor: "",
    checks: &[
        Check {
            name: "challenge",
            title: "A 401 says what would have to be shown",
            covers: &[&CHALLENGE_SENT],
            needs: &[Feature::Login],
            run: challenge,
            ..Check::BASE
        },
        Check {
            name: "realm",
            title: "A challenge for a token says at which URL there is one",
            covers: &[&CHALLENGE_REALM_SENT],
            needs: &[Feature::Tokens],
            run: |trial| each(trial, &CHALLENGE_REALM_SENT, "realm", is_realm),
            ..Check::BASE
        },
        Check {
            name: "service",
            title: "A challenge for a token says for which service",
            covers: &[&CHALLENGE_SERVICE_SENT],
            needs: &[Feature::Tokens],
            run: |trial| {
                each(trial, &CHALLENGE_SERVICE_SENT, "service", |_, it| {
                    !it.is_empty()
                })
            },
            ..Check::BASE
        },
        Check {
            name: "scope-for-pull",
            title: "The challenge to a pull names pull on the very repository",
            covers: SCOPES,
            needs: &[Feature::Tokens, Feature::Push],
            run: |trial| {
                let (tag, manifest) = trial.pushed_tag()?;
                let by_digest = format!("manifests/{}", manifest.digest);
                for rest in ["tags/list", &format!("manifests/{tag}"), &by_digest] {
                    is_named(trial, Method::GET, rest, &["pull"])?;
                }
                is_named(trial, Method::HEAD, &by_digest, &["pull"])
            },
            ..Check::BASE
        },
        Check {
            name: "scope-for-push",
            title: "The challenge to a push names push on the very repository",
            covers: SCOPES,
            needs: &[Feature::Tokens, Feature::Push],
            run: |trial| {
                is_named(trial, Method::POST, "blobs/uploads/", &["push"])?;
                is_named(
                    trial,
                    Method::PUT,
                    &format!("manifests/{}", trial.tag()),
                    &["push"],
                )
            },
            ..Check::BASE
        },
        Check {
            name: "scope-for-delete",
            title: "The challenge to a delete names more than pull on the very repository",
            covers: SCOPES,
            needs: &[Feature::Tokens, Feature::ManifestDelete],
            run: |trial| {
                let manifest = trial.pushed_manifest()?;
                let rest = format!("manifests/{}", manifest.digest);
                is_named(trial, Method::DELETE, &rest, &["delete", "push"])
            },
            ..Check::BASE
        },
    ],
};

const SCOPES: &[&Requirement] = &[&CHALLENGE_SCOPE_SENT, &CHALLENGE_SCOPE_MATCHED];

/// What is asked without anything to show.
fn bare<'t>(trial: &'t Trial<'t>) -> Result<[Answer<'t>; 3], Stop> {
    let repository = trial.repository();
    let send = |asking: Asking<'t>| asking.anonymous();
    Ok([
        send(trial.ask(Method::GET, "/v2/")).send()?,
        send(repository.ask(Method::GET, "tags/list")).send()?,
        send(repository.post_upload()).send()?,
    ])
}

fn challenge(trial: &Trial<'_>) -> Outcome {
    for answer in bare(trial)?.iter().filter(|it| it.status() == 401) {
        let said = answer.header_values("www-authenticate").join(", ");
        answer.proves(&CHALLENGE_SENT).that(
            answer.challenges().is_some_and(|it| !it.is_empty()),
            "WWW-Authenticate with a challenge",
            if said.is_empty() { "none" } else { &said },
        )?;
    }
    Ok(())
}

/// Demands that a parameter of each challenge for a token is as it has to be.
fn each(
    trial: &Trial<'_>,
    requirement: &'static Requirement,
    parameter: &str,
    is_right: fn(&Trial<'_>, &str) -> bool,
) -> Outcome {
    for answer in &bare(trial)? {
        let challenges = answer.challenges().unwrap_or_default();
        if answer.status() != 401 || !challenges.iter().any(|it| it.is("bearer")) {
            continue;
        }
        let said = answer.bearer(parameter);
        let holds = said.as_deref().is_some_and(|it| is_right(trial, it));
        let expected = format!("a challenge with a {parameter} that is of use");
        let actual = said.map_or_else(|| "none".to_owned(), |it| format!("`{it}`"));
        answer.proves(requirement).that(holds, &expected, &actual)?;
    }
    Ok(())
}

/// Whether a client of this registry can ask for a token there.
fn is_realm(trial: &Trial<'_>, realm: &str) -> bool {
    let has_tls = trial.world().origin.starts_with("https://");
    let Ok(url) = Url::parse(realm) else {
        return false;
    };
    url.has_host() && (url.scheme() == "https" || (url.scheme() == "http" && !has_tls))
}

/// Demands that the challenge to a request in the trial's repository names one of these actions there.
fn is_named(trial: &Trial<'_>, method: Method, rest: &str, actions: &[&str]) -> Outcome {
    let repository = trial.repository();
    let answer = repository.ask(method, rest).anonymous().send()?;
    if answer.status() != 401 || answer.bearer("realm").is_none() {
        return Ok(());
    }
    let scope = answer.bearer("scope").unwrap_or_default();
    let demand = answer.proves(&CHALLENGE_SCOPE_SENT);
    let demand = demand.that(!scope.is_empty(), "a challenge with a scope", "none")?;
    if !demand.held() {
        return Ok(());
    }
    answer.proves(&CHALLENGE_SCOPE_MATCHED).that(
        names(&scope, repository.name().as_str(), actions),
        &format!("a scope with {}", repository.scope(&actions.join(" or "))),
        &format!("`{scope}`"),
    )?;
    Ok(())
}

/// Whether one of these scopes is of this repository, with one of these actions or all.
pub(super) fn names(scopes: &str, repository: &str, actions: &[&str]) -> bool {
    scopes.split_ascii_whitespace().any(|scope| {
        let Some((resource, said)) = scope.rsplit_once(':') else {
            return false;
        };
        let name = resource.split_once(':').map(|(_, name)| name);
        let mut said = said.split(',');
        scope.starts_with("repository")
            && name == Some(repository)
            && said.any(|it| it == "*" || actions.contains(&it))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_names_one_repository_and_what_may_be_done_there() {
        for scopes in [
            "repository:a/b:pull",
            "repository:a/b:push,pull",
            "repository:c:push repository:a/b:*",
            "repository(plugin):a/b:pull",
        ] {
            assert!(names(scopes, "a/b", &["pull"]), "{scopes}");
        }
        for scopes in [
            "",
            "repository:a/b",
            "repository:a/b:push",
            "repository:a:pull",
            "repository:c/a/b:pull",
            "registry:a/b:pull",
        ] {
            assert!(!names(scopes, "a/b", &["pull"]), "{scopes}");
        }
    }
}
