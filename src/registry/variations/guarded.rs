//! Registries with two users and tokens that say what they have to say in other ways.
//!
//! They are the [`guarded`](crate::registry::guarded) registry, so that the second user's rights can be
//! asked for as well.

use http::header::WWW_AUTHENTICATE;
use serde_json::Value;
use serde_json::json;

use super::Variation;
use crate::catalogue::auth::CHALLENGE_SERVICE_SENT;
use crate::catalogue::auth::PARTIAL_SCOPE_GRANTED;
use crate::http::Method;
use crate::oci::ErrorCode;
use crate::registry::answer::Answer;
use crate::registry::auth::Entry;
use crate::registry::guarded;
use crate::registry::seams::Knock;
use crate::registry::seams::Seam;

pub(super) static VARIATIONS: &[Variation] = &[
    Variation {
        name: "realm-elsewhere",
        title: "tokens are to be had at another name of the host",
        needs_socket: true,
        seam: Seam::Door(|_, _, entry| {
            challenging(entry, |it| it.replacen("//127.0.0.1:", "//localhost:", 1))
        }),
        ..Variation::BASE
    },
    Variation {
        name: "challenges-without-service",
        title: "challenges do not say for which service a token is",
        gives_up: &[&CHALLENGE_SERVICE_SENT],
        seam: Seam::Door(|_, _, entry| {
            challenging(entry, |it| it.replacen(",service=\"plimsoll\"", "", 1))
        }),
        ..Variation::BASE
    },
    Variation {
        name: "challenges-with-spaces",
        title: "challenges have blanks after their commas, and a scheme in capitals",
        seam: Seam::Door(|_, _, entry| {
            challenging(entry, |it| {
                it.replace("\",", "\" , ").replacen("Bearer", "BEARER", 1)
            })
        }),
        ..Variation::BASE
    },
    Variation {
        name: "basic-beside-bearer",
        title: "a challenge for a password stands before that for a token",
        seam: Seam::Door(|_, _, entry| {
            challenging(entry, |it| format!("Basic realm=\"plimsoll\", {it}"))
        }),
        ..Variation::BASE
    },
    Variation {
        name: "unpermitted-403",
        title: "what no token of the user's could permit is answered 403",
        seam: Seam::Door(|knock, _, entry| {
            unpermitted(knock, entry, || Answer::error(403, ErrorCode::Denied))
        }),
        ..Variation::BASE
    },
    Variation {
        name: "unpermitted-404",
        title: "what no token of the user's could permit is as if it were not there",
        seam: Seam::Door(|knock, _, entry| {
            unpermitted(knock, entry, || Answer::error(404, ErrorCode::NameUnknown))
        }),
        ..Variation::BASE
    },
    Variation {
        name: "token-as-access-token",
        title: "tokens are given out as access_token alone, and nothing else is said of them",
        seam: Seam::Desk(|_, answer| told(answer, |body| json!({ "access_token": body["token"] }))),
        ..Variation::BASE
    },
    Variation {
        name: "token-issued-elsewhere",
        title: "issued_at has an offset, and expires_in a fraction",
        seam: Seam::Desk(|_, answer| {
            told(answer, |mut body| {
                body["issued_at"] = json!("2026-01-01T01:00:00.5+01:00");
                body["expires_in"] = json!(300.5);
                body
            })
        }),
        ..Variation::BASE
    },
    Variation {
        name: "wrong-password-403",
        title: "a wrong password for a token is answered 403",
        seam: Seam::Desk(|_, answer| {
            let is_refused = answer.is(401);
            answer.when(is_refused, |_| Answer::of(403))
        }),
        ..Variation::BASE
    },
    Variation {
        name: "useless-tokens-refused",
        title: "no token is given where not everything that was asked for is allowed",
        gives_up: &[&PARTIAL_SCOPE_GRANTED],
        seam: Seam::Door(|knock, _, entry| {
            let query = knock.query();
            let mut asked = query.all("scope");
            let is_first = knock.password().is_some_and(|it| it.0 == guarded::FIRST.0);
            let is_too_much = asked.any(|it| !it.contains(guarded::NAMESPACE_OF_SECOND));
            if matches!(entry, Entry::Tokens(_)) && !is_first && is_too_much {
                return Entry::Refused(Answer::error(403, ErrorCode::Denied));
            }
            entry
        }),
        ..Variation::BASE
    },
    Variation {
        name: "tokens-for-anybody",
        title: "who asks without a login gets a token, which permits nothing",
        seam: Seam::Door(|knock, _, entry| {
            let is_get = knock.head().method == Method::GET;
            if matches!(entry, Entry::Tokens(_)) && is_get && knock.password().is_none() {
                return knock.minted(None, "", "plimsoll");
            }
            entry
        }),
        ..Variation::BASE
    },
];

/// The same, with a challenge in other words.
fn challenging(entry: Entry, word: fn(&str) -> String) -> Entry {
    let Entry::Refused(mut answer) = entry else {
        return entry;
    };
    let Some(words) = answer.value(&WWW_AUTHENTICATE).map(word) else {
        return Entry::Refused(answer);
    };
    answer.headers.remove(WWW_AUTHENTICATE);
    Entry::Refused(answer.header(WWW_AUTHENTICATE, &words))
}

/// A refusal of what the user of a good token may not do at all.
fn unpermitted(knock: &Knock<'_>, entry: Entry, refusal: fn() -> Answer) -> Entry {
    let is_insufficient = matches!(&entry, Entry::Refused(answer) if answer
        .value(&WWW_AUTHENTICATE)
        .is_some_and(|it| it.contains("insufficient_scope")));
    let Some(subject) = knock.subject().filter(|_| is_insufficient) else {
        return entry;
    };
    match knock.decided_for(&subject, &mut knock.head().clone()) {
        Entry::Refused(_) => Entry::Refused(refusal()),
        _ => entry,
    }
}

/// The same with another body, where that has a token.
fn told(answer: Answer, change: fn(Value) -> Value) -> Answer {
    let Ok(body) = serde_json::from_slice::<Value>(&answer.body) else {
        return answer;
    };
    if body["token"].is_null() {
        return answer;
    }
    answer.bytes(change(body).to_string())
}
