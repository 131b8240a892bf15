//! Registries that want to know who asks.
//!
//! The user is `plimsoll`, and so is the password. Tokens say in base64 what they permit: they are
//! for tests and protect nothing.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header;
use serde_json::Value;
use serde_json::json;

use super::Variation;
use crate::catalogue::auth::TOKEN_LIFETIME_SUFFICIENT;
use crate::catalogue::docker::API_VERSION_NAMED;
use crate::http::Method;
use crate::oci::ErrorCode;
use crate::oci::RepositoryName;
use crate::registry::answer::Answer;
use crate::registry::route::Route;
use crate::registry::seams::Operation::Base;
use crate::registry::seams::Operation::DeleteBlob;
use crate::registry::seams::Operation::DeleteManifest;
use crate::registry::seams::Operation::DeleteTag;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

/// The challenge for a password.
const BASIC: &str = "Basic realm=\"plimsoll\", charset=\"UTF-8\"";

pub(super) static VARIATIONS: &[Variation] = &[
    Variation {
        name: "basic-auth",
        title: "every request needs a password",
        gives_up: &[&API_VERSION_NAMED],
        seam: Seam::Layer(|visit| with_password(visit, passed)),
        ..Variation::BASE
    },
    Variation {
        name: "basic-auth-open-base",
        title: "every request but that for the base needs a password",
        seam: Seam::Layer(|visit| {
            if visit.is(&[Base]) {
                return visit.pass();
            }
            with_password(visit, passed)
        }),
        ..Variation::BASE
    },
    Variation {
        name: "basic-auth-deletes-denied",
        title: "the user may not delete, which is answered 403",
        gives_up: &[&API_VERSION_NAMED],
        seam: Seam::Layer(|visit| {
            with_password(visit, |visit| {
                if visit.is(&[DeleteBlob, DeleteManifest, DeleteTag]) {
                    return Answer::error(403, ErrorCode::Denied);
                }
                visit.pass()
            })
        }),
        ..Variation::BASE
    },
    Variation {
        name: "bearer-auth",
        title: "every request needs a token for what it does",
        gives_up: &[&API_VERSION_NAMED],
        seam: Seam::Layer(|visit| with_token(visit, &Service::PLAIN)),
        ..Variation::BASE
    },
    Variation {
        name: "bearer-auth-deletes-denied",
        title: "no token permits to delete",
        gives_up: &[&API_VERSION_NAMED],
        seam: Seam::Layer(|visit| {
            let service = Service {
                grants_deletes: false,
                ..Service::PLAIN
            };
            with_token(visit, &service)
        }),
        ..Variation::BASE
    },
    Variation {
        name: "bearer-auth-short-lived",
        title: "a token is good for two seconds",
        gives_up: &[&TOKEN_LIFETIME_SUFFICIENT, &API_VERSION_NAMED],
        seam: Seam::Layer(|visit| {
            let service = Service {
                life: 2,
                ..Service::PLAIN
            };
            with_token(visit, &service)
        }),
        ..Variation::BASE
    },
    Variation {
        name: "bearer-auth-or-password",
        title: "every request needs a token, called `access_token`, and a password is offered too",
        gives_up: &[&API_VERSION_NAMED],
        seam: Seam::Layer(|visit| {
            let service = Service {
                member: "access_token",
                ..Service::PLAIN
            };
            if password(visit) == Some(true) && !visit.call.path.starts_with("/token") {
                return visit.pass();
            }
            let answer = with_token(visit, &service);
            if answer.is(401) {
                return answer.header(header::WWW_AUTHENTICATE, BASIC);
            }
            answer
        }),
        ..Variation::BASE
    },
];

/// Whether the request comes with the right password; `None` if it comes with none.
fn password(visit: &Visit<'_>) -> Option<bool> {
    let given = visit.header(&header::AUTHORIZATION)?;
    let (scheme, encoded) = given.split_once(' ')?;
    let is_right = encoded.trim() == STANDARD.encode("plimsoll:plimsoll");
    scheme.eq_ignore_ascii_case("basic").then_some(is_right)
}

/// The answer to whoever has given the right password.
fn passed(visit: &Visit<'_>) -> Answer {
    visit.pass()
}

fn with_password(visit: &Visit<'_>, answer: fn(&Visit<'_>) -> Answer) -> Answer {
    if password(visit) == Some(true) {
        return answer(visit);
    }
    Answer::error(401, ErrorCode::Unauthorized).with(header::WWW_AUTHENTICATE, BASIC)
}

/// A token service.
struct Service {
    /// Whether its tokens may permit to delete.
    grants_deletes: bool,
    /// How long a token is good for, in seconds.
    life: u64,
    /// The member of its answer that holds the token.
    member: &'static str,
}

impl Service {
    const PLAIN: Self = Self {
        grants_deletes: true,
        life: 300,
        member: "token",
    };

    /// The answer to a request for a token.
    fn issue(&self, visit: &Visit<'_>) -> Answer {
        let is_known = match password(visit) {
            Some(false) => return unauthorized(BASIC),
            known => known.is_some(),
        };
        let scopes = visit.call.query.all("scope");
        let granted = scopes.filter(|_| is_known).flat_map(|it| self.granted(it));
        let end = visit.now().as_secs() + self.life;
        let token = json!({ "access": granted.collect::<Vec<_>>(), "end": end });
        let body = json!({
            self.member: STANDARD.encode(token.to_string()),
            "expires_in": self.life,
            "issued_at": "2026-01-01T00:00:00Z",
        });
        Answer::of(200).body("application/json", body.to_string())
    }

    /// What of a scope, `repository:NAME:ACTION,ACTION`, is permitted: `NAME ACTION` each.
    fn granted(&self, scope: &str) -> Vec<String> {
        let parts = scope
            .strip_prefix("repository:")
            .and_then(|it| it.rsplit_once(':'));
        let Some((name, actions)) = parts else {
            return Vec::new();
        };
        let actions = actions.split(',');
        let granted = actions.filter(|action| self.grants_deletes || *action != "delete");
        granted.map(|action| format!("{name} {action}")).collect()
    }
}

fn unauthorized(challenge: &str) -> Answer {
    Answer::error(401, ErrorCode::Unauthorized).with(header::WWW_AUTHENTICATE, challenge)
}

fn with_token(visit: &Visit<'_>, service: &Service) -> Answer {
    if visit.call.path == "/token" {
        return service.issue(visit);
    }
    let scopes = scopes(visit);
    let permitted = permitted(visit);
    let needed = scopes
        .iter()
        .flat_map(|scope| Service::PLAIN.granted(scope));
    let is_permitted = |permitted: &Vec<String>| { needed }.all(|it| permitted.contains(&it));
    if permitted.as_ref().is_some_and(is_permitted) {
        return visit.pass();
    }
    let mut challenge = format!(
        "Bearer realm=\"{}/token\",service=\"registry.test\"",
        visit.origin()
    );
    if !scopes.is_empty() {
        challenge = format!("{challenge},scope=\"{}\"", scopes.join(" "));
    }
    if permitted.is_some() {
        challenge += ",error=\"insufficient_scope\"";
    }
    unauthorized(&challenge)
}

/// What the request's token permits; `None` if it has none that is good.
fn permitted(visit: &Visit<'_>) -> Option<Vec<String>> {
    let given = visit.header(&header::AUTHORIZATION)?;
    let encoded = given.strip_prefix("Bearer ")?;
    let token = STANDARD.decode(encoded).ok()?;
    let token: Value = serde_json::from_slice(&token).ok()?;
    if token.get("end")?.as_u64()? <= visit.now().as_secs() {
        return None;
    }
    let access = token.get("access")?.as_array()?.iter();
    let access = access.filter_map(|it| it.as_str().map(str::to_owned));
    Some(access.collect())
}

/// What a request needs to be permitted. A path without a proper name needs a token all the same.
fn scopes(visit: &Visit<'_>) -> Vec<String> {
    let is_name = |name: &str| name.parse::<RepositoryName>().is_ok();
    if !is_name(visit.name()) {
        return Vec::new();
    }
    let is_upload = matches!(visit.route, Route::Uploads { .. } | Route::Session { .. });
    let actions = match visit.call.method {
        Method::GET | Method::HEAD if !is_upload => "pull",
        Method::DELETE if !is_upload => "delete",
        _ => "pull,push",
    };
    let mut scopes = vec![format!("repository:{}:{actions}", visit.name())];
    let source = visit
        .query("from")
        .filter(|_| visit.query("mount").is_some());
    if let Some(source) = source.filter(|it| is_upload && is_name(it) && *it != visit.name()) {
        scopes.push(format!("repository:{source}:pull"));
    }
    scopes
}
