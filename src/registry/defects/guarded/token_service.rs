//! Token services that give out too much, too little, or what nobody can read.

use http::Uri;
use http::request::Parts;
use serde_json::Value;
use serde_json::json;

use super::Defect;
use super::Source;
use super::is_insufficient;
use super::refused;
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
use crate::http::Method;
use crate::registry::answer::Answer;
use crate::registry::auth::Entry;
use crate::registry::guarded;
use crate::registry::query::Query;
use crate::registry::route::Route;
use crate::registry::seams::Knock;
use crate::registry::seams::Seam;

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "token-missing",
        title: "a token service answers without a token",
        breaches: &[&TOKEN_SENT],
        source: Source::Ours,
        seam: Seam::Desk(|_, answer| {
            told(answer, |body| {
                body["token"] = Value::Null;
                body["access_token"] = Value::Null;
            })
        }),
    },
    Defect {
        name: "token-names-differ",
        title: "a token service answers with one token as token and another as access_token",
        breaches: &[&TOKEN_NAMES_MATCHED],
        source: Source::Ours,
        seam: Seam::Desk(|_, answer| told(answer, |body| body["access_token"] = json!("another"))),
    },
    Defect {
        name: "token-lifetime-in-words",
        title: "expires_in is a text",
        breaches: &[&TOKEN_LIFETIME_SENT],
        source: Source::Ours,
        seam: Seam::Desk(|_, answer| told(answer, |body| body["expires_in"] = json!("5m"))),
    },
    Defect {
        name: "token-lifetime-too-short",
        title: "a token is said to be good for twenty seconds",
        breaches: &[&TOKEN_LIFETIME_SUFFICIENT],
        source: Source::Ours,
        seam: Seam::Desk(|_, answer| told(answer, |body| body["expires_in"] = json!(20))),
    },
    Defect {
        name: "token-issue-time-in-seconds",
        title: "issued_at is a number of seconds",
        breaches: &[&TOKEN_ISSUE_TIME_SENT],
        source: Source::Ours,
        seam: Seam::Desk(|_, answer| told(answer, |body| body["issued_at"] = json!(1_767_225_600))),
    },
    Defect {
        name: "pull-token-refused",
        title: "a token that permits pull alone is refused for a blob",
        breaches: &[&GRANTED_SCOPE_ACCEPTED],
        source: Source::Ours,
        seam: Seam::Door(|knock, _, entry| {
            let is_blob = matches!(knock.route, Route::Blob { .. });
            if is_blob && knock.claimed() == ["pull"] {
                refused(403)
            } else {
                entry
            }
        }),
    },
    Defect {
        name: "last-scope-only",
        title: "of several scopes only the last is granted",
        breaches: &[&SEVERAL_SCOPES_GRANTED],
        source: Source::Ours,
        seam: Seam::Door(|knock, head, entry| {
            let query = knock.query();
            if matches!(entry, Entry::Tokens(_))
                && let Some(last) = query.all("scope").last()
            {
                ask_instead(head, &format!("service=plimsoll&scope={last}"));
            }
            entry
        }),
    },
    Defect {
        name: "partial-scope-denied",
        title: "a token is refused where not everything that was asked for is allowed",
        breaches: &[&PARTIAL_SCOPE_GRANTED],
        source: Source::Ours,
        seam: Seam::Desk(|head, answer| {
            let is_less = is_less(head, &answer);
            answer.when(is_less, |_| Answer::of(403))
        }),
    },
    Defect {
        name: "partial-scope-empties",
        title: "a token permits nothing where not everything that was asked for is allowed",
        breaches: &[&PARTIAL_SCOPE_GRANTED],
        source: Source::Ours,
        seam: Seam::Door(|knock, _, entry| {
            let query = knock.query();
            let mut asked = query.all("scope");
            let is_second = is_right(knock).as_deref() == Some(guarded::SECOND.0);
            let is_too_much = asked.any(|it| !it.contains(guarded::NAMESPACE_OF_SECOND));
            if matches!(entry, Entry::Tokens(_)) && is_second && is_too_much {
                return knock.minted(Some(guarded::SECOND.0), "", "plimsoll");
            }
            entry
        }),
    },
    Defect {
        name: "unpermitted-scope-granted",
        title: "a token permits whatever was asked for",
        breaches: &[&UNPERMITTED_SCOPE_WITHHELD],
        source: Source::Ours,
        seam: Seam::Door(|knock, head, entry| {
            if matches!(entry, Entry::Tokens(_))
                && let Some(name) = is_right(knock)
            {
                let query = knock.query();
                let scopes: Vec<_> = query.all("scope").collect();
                return knock.minted(Some(&name), &scopes.join(" "), "plimsoll");
            }
            if is_insufficient(&entry) && !knock.claimed().is_empty() {
                return knock.decided_for(guarded::FIRST.0, head);
            }
            entry
        }),
    },
    Defect {
        name: "unpermitted-scope-breaks",
        title: "a token service answers 500 where not everything that was asked for is allowed",
        breaches: &[&UNPERMITTED_SCOPE_WITHHELD],
        source: Source::Ours,
        seam: Seam::Desk(|head, answer| {
            let is_less = is_less(head, &answer);
            answer.when(is_less, |_| Answer::of(500))
        }),
    },
    Defect {
        name: "refresh-token-refused",
        title: "a refresh token is no good for anything",
        breaches: &[&REFRESH_TOKEN_ACCEPTED],
        source: Source::Ours,
        seam: Seam::Desk(|head, answer| {
            answer.when(head.method == Method::POST, |_| Answer::of(401))
        }),
    },
    Defect {
        name: "refreshed-token-refused",
        title: "a token that was had for a refresh token permits nothing",
        breaches: &[&REFRESH_TOKEN_ACCEPTED],
        source: Source::Ours,
        seam: Seam::Door(|knock, _, entry| {
            if matches!(entry, Entry::Tokens(_)) && knock.head().method == Method::POST {
                return knock.minted(Some(guarded::FIRST.0), "", "plimsoll");
            }
            entry
        }),
    },
    Defect {
        name: "anonymous-token-breaks",
        title: "who asks for a token without a login is answered 500",
        breaches: &[&ANONYMOUS_TOKEN_ANSWERED],
        source: Source::Ours,
        seam: Seam::Door(|knock, _, entry| {
            let is_get = knock.head().method == Method::GET;
            if matches!(entry, Entry::Tokens(_)) && is_get && knock.password().is_none() {
                return refused(500);
            }
            entry
        }),
    },
];

/// The same with other members of the body, where that has a token.
fn told(answer: Answer, change: impl FnOnce(&mut Value)) -> Answer {
    let Ok(mut body) = serde_json::from_slice::<Value>(&answer.body) else {
        return answer;
    };
    if body["token"].is_null() {
        return answer;
    }
    change(&mut body);
    answer.bytes(body.to_string())
}

/// Whether less is granted than was asked for.
fn is_less(head: &Parts, answer: &Answer) -> bool {
    let asked = Query::read(head.uri.query().unwrap_or_default());
    let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let Some(granted) = body["scope"].as_str() else {
        return false;
    };
    let mut asked = asked.all("scope");
    asked.any(|scope| !granted.split(' ').any(|it| it == scope))
}

/// The user whose right password is shown.
fn is_right(knock: &Knock<'_>) -> Option<String> {
    let (name, password) = knock.password()?;
    guarded::is_right(&name, password.reveal()).then_some(name)
}

/// Makes a request for a token one with this query.
fn ask_instead(head: &mut Parts, query: &str) {
    if let Ok(uri) = format!("/token?{query}").parse::<Uri>() {
        head.uri = uri;
    }
}
