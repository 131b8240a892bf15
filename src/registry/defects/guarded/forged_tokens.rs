//! Registries that take tokens which nobody gave out.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::request::Parts;
use serde_json::Value;

use super::Defect;
use super::Source;
use super::is_invalid;
use crate::catalogue::tokens::ALTERED_CLAIMS_REFUSED;
use crate::catalogue::tokens::ALTERED_SIGNATURE_REFUSED;
use crate::catalogue::tokens::CONFUSED_ALGORITHM_REFUSED;
use crate::catalogue::tokens::EMBEDDED_KEY_REFUSED;
use crate::catalogue::tokens::NAMED_KEY_NOT_FETCHED;
use crate::catalogue::tokens::NAMED_KEY_REFUSED;
use crate::catalogue::tokens::UNSIGNED_TOKEN_REFUSED;
use crate::registry::auth;
use crate::registry::auth::Entry;
use crate::registry::defects::deep::canary::call;
use crate::registry::seams::Knock;
use crate::registry::seams::Seam;

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "signature-unverified",
        title: "a token is taken whatever its signature is",
        breaches: &[&ALTERED_SIGNATURE_REFUSED, &ALTERED_CLAIMS_REFUSED],
        source: Source::Ours,
        seam: Seam::Door(|knock, head, entry| {
            believed(knock, head, entry, |it, _| {
                it["alg"] == "HS256" && it.get("jwk").is_none()
            })
        }),
    },
    Defect {
        name: "claims-unsigned",
        title: "a token that says to be for another service is taken, whatever its signature is",
        breaches: &[&ALTERED_CLAIMS_REFUSED],
        source: Source::Ours,
        seam: Seam::Door(|knock, head, entry| {
            let is_altered = |(_, claims): (Value, Value)| claims["aud"] != "plimsoll";
            if knock.shown().is_some_and(is_altered) {
                return believed(knock, head, entry, |it, _| it["alg"] == "HS256");
            }
            entry
        }),
    },
    Defect {
        name: "unsigned-token-taken",
        title: "a token is taken that says that it is not signed",
        breaches: &[&UNSIGNED_TOKEN_REFUSED],
        source: Source::Ours,
        seam: Seam::Door(|knock, head, entry| {
            believed(knock, head, entry, |it, _| it["alg"] == "none")
        }),
    },
    Defect {
        name: "unsigned-token-taken-in-other-case",
        title: "a token is taken that says `nOnE`, though not one that says `none`",
        breaches: &[&UNSIGNED_TOKEN_REFUSED],
        source: Source::Ours,
        seam: Seam::Door(|knock, head, entry| {
            believed(knock, head, entry, |it, _| {
                let algorithm = it["alg"].as_str().unwrap_or_default();
                algorithm != "none" && algorithm.eq_ignore_ascii_case("none")
            })
        }),
    },
    Defect {
        name: "token-by-empty-key-taken",
        title: "a token is taken that is signed by a key without any bytes",
        breaches: &[&CONFUSED_ALGORITHM_REFUSED],
        source: Source::Ours,
        seam: Seam::Door(|knock, head, entry| {
            believed(knock, head, entry, |it, token| {
                let Some((message, signature)) = token.rsplit_once('.') else {
                    return false;
                };
                let signature = URL_SAFE_NO_PAD.decode(signature).unwrap_or_default();
                it["alg"] == "HS256" && auth::is_hmac(b"", message, &signature)
            })
        }),
    },
    Defect {
        name: "embedded-jwk-taken",
        title: "a token is verified by the key in its own jwk",
        breaches: &[&EMBEDDED_KEY_REFUSED],
        source: Source::Cve("CVE-2025-24976"),
        seam: Seam::Door(|knock, head, entry| {
            believed(knock, head, entry, |it, _| it.get("jwk").is_some())
        }),
    },
    Defect {
        name: "embedded-chain-taken",
        title: "a token is verified by the certificate in its own x5c, whoever signed that",
        breaches: &[&EMBEDDED_KEY_REFUSED],
        source: Source::Ours,
        seam: Seam::Door(|knock, head, entry| {
            believed(knock, head, entry, |it, _| it.get("x5c").is_some())
        }),
    },
    Defect {
        name: "named-key-taken",
        title: "a token that names a place for its key is taken",
        breaches: &[&NAMED_KEY_REFUSED],
        source: Source::Ours,
        seam: Seam::Door(|knock, head, entry| {
            believed(knock, head, entry, |it, _| it.get("jku").is_some())
        }),
    },
    Defect {
        name: "named-key-fetched",
        title: "the key of a token is looked for where its jku says",
        breaches: &[&NAMED_KEY_NOT_FETCHED],
        source: Source::Ours,
        seam: Seam::Door(|knock, _, entry| {
            let head = knock.shown().map(|(head, _)| head).unwrap_or_default();
            let place = head["jku"].as_str().unwrap_or_default();
            let place = place.strip_prefix("http://").unwrap_or_default();
            if let Some((host, path)) = place.split_once('/') {
                call(host, path, None);
            }
            entry
        }),
    },
];

/// A token that is no good is believed in what it says of its user, if header and text are `such`.
fn believed(
    knock: &Knock<'_>,
    head: &mut Parts,
    entry: Entry,
    such: fn(&Value, &str) -> bool,
) -> Entry {
    if !is_invalid(&entry) {
        return entry;
    }
    let (Some((said, claims)), Some(token)) = (knock.shown(), knock.token()) else {
        return entry;
    };
    if !such(&said, token.reveal()) {
        return entry;
    }
    knock.decided_for(claims["sub"].as_str().unwrap_or_default(), head)
}
