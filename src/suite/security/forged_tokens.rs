//! Tokens that nobody gave out. Where tokens are no JSON Web Tokens there is nothing to forge.
//!
//! Each is made of a good one that permits the request, so that what is wrong with it is all that can
//! keep it from being taken. What only the holder of the service's key could sign, such as a token for
//! another audience, is put with the old signature.

use serde_json::Value;
use serde_json::json;

use crate::canary::Call;
use crate::catalogue::Requirement;
use crate::catalogue::tokens::ALTERED_CLAIMS_REFUSED;
use crate::catalogue::tokens::ALTERED_SIGNATURE_REFUSED;
use crate::catalogue::tokens::CONFUSED_ALGORITHM_REFUSED;
use crate::catalogue::tokens::EMBEDDED_KEY_REFUSED;
use crate::catalogue::tokens::NAMED_KEY_NOT_FETCHED;
use crate::catalogue::tokens::NAMED_KEY_REFUSED;
use crate::catalogue::tokens::UNSIGNED_TOKEN_REFUSED;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::http::Secret;
use crate::trial::Trial;
use crate::trial::is_taken;
use crate::verdict::Outcome;
use crate::verdict::Stop;

use super::forgery::Parts;
use super::forgery::our_chain;
use super::forgery::our_jwk;

pub(crate) const SECTION: Section = Section {
    id: "security/forged-tokens",
    title: "Tokens that nobody gave out",
    anchor: "",
    checks: &[
        Check {
            name: "altered-signature",
            title: "A token with another signature is refused",
            covers: &[&ALTERED_SIGNATURE_REFUSED],
            needs: NEEDS,
            run: altered_signature,
            ..Check::BASE
        },
        Check {
            name: "altered-claims",
            title: "A token with other claims than those that were signed is refused",
            covers: &[&ALTERED_CLAIMS_REFUSED],
            needs: NEEDS,
            run: altered_claims,
            ..Check::BASE
        },
        Check {
            name: "unsigned",
            title: "A token that says that it is not signed is refused",
            covers: &[&UNSIGNED_TOKEN_REFUSED],
            needs: NEEDS,
            run: unsigned,
            ..Check::BASE
        },
        Check {
            name: "confused-algorithm",
            title: "A token signed by HMAC with what everybody knows is refused",
            covers: &[&CONFUSED_ALGORITHM_REFUSED],
            needs: NEEDS,
            run: confused_algorithm,
            ..Check::BASE
        },
        Check {
            name: "embedded-key",
            title: "A token that brings along the key that it is signed by is refused",
            covers: &[&EMBEDDED_KEY_REFUSED],
            needs: NEEDS,
            run: embedded_key,
            ..Check::BASE
        },
        Check {
            name: "named-key",
            title: "A token that says where its key is to be had is refused, and nobody looks there",
            covers: &[&NAMED_KEY_REFUSED, &NAMED_KEY_NOT_FETCHED],
            needs: &[Feature::Tokens, Feature::Push, Feature::Canary],
            run: named_key,
            ..Check::BASE
        },
    ],
};

const NEEDS: &[Feature] = &[Feature::Tokens, Feature::Push];

/// A token that permits a push, taken apart; unsupported where it cannot be.
fn parts(trial: &Trial<'_>) -> Result<Parts, Stop> {
    let repository = trial.repository();
    let token = trial
        .token_service()?
        .granted(&[repository.scope("pull,push")])?;
    let answer = repository.post_upload().bearing(&token).send()?;
    is_taken(&answer, &[202])?;
    let opaque = || Stop::Unsupported("the tokens here are no JSON Web Tokens".to_owned());
    Parts::of(&token).ok_or_else(opaque)
}

/// Demands that a push with this token is refused.
#[track_caller]
fn is_refused(
    trial: &Trial<'_>,
    requirement: &'static Requirement,
    what: &str,
    token: &Secret,
) -> Outcome {
    let answer = trial.repository().post_upload().bearing(token).send()?;
    answer.proves(requirement).that(
        answer.is_client_error(),
        &format!("a client error to a token {what}"),
        &answer.told(),
    )?;
    Ok(())
}

fn altered_signature(trial: &Trial<'_>) -> Outcome {
    let parts = parts(trial)?;
    let signature = &parts.signature;
    let flipped = |at: usize| {
        let mut signature = signature.clone();
        if let Some(byte) = signature.get_mut(at) {
            *byte ^= 1;
        }
        parts.signed(&signature)
    };
    let last = signature.len().saturating_sub(1);
    for (what, token) in [
        ("with the first byte of its signature altered", flipped(0)),
        ("with the last byte of its signature altered", flipped(last)),
        (
            "with half of its signature",
            parts.signed(&signature[..last / 2]),
        ),
        ("with an empty signature", parts.signed(b"")),
        ("without a signature", parts.cut()),
    ] {
        is_refused(trial, &ALTERED_SIGNATURE_REFUSED, what, &token)?;
    }
    Ok(())
}

fn altered_claims(trial: &Trial<'_>) -> Outcome {
    let parts = parts(trial)?;
    let name = trial.repository().name().to_string();
    let all =
        json!([{"type": "repository", "name": name, "actions": ["pull", "push", "delete", "*"]}]);
    // In 2099.
    let late = json!(4_070_908_800_u64);
    for (claim, value) in [
        ("access", all),
        ("exp", late),
        ("sub", json!("somebody-else")),
        ("aud", json!("another.test")),
        ("iss", json!("another.test")),
    ] {
        let token = parts.claiming(claim, value);
        let what = format!("with another `{claim}`");
        is_refused(trial, &ALTERED_CLAIMS_REFUSED, &what, &token)?;
    }
    Ok(())
}

fn unsigned(trial: &Trial<'_>) -> Outcome {
    let parts = parts(trial)?;
    for algorithm in ["none", "None", "NONE", "nOnE", ""] {
        for signature in [&b""[..], &parts.signature] {
            let token = parts.by(algorithm, signature);
            let with = if signature.is_empty() {
                "without"
            } else {
                "with"
            };
            let what = format!("of the algorithm `{algorithm}`, {with} a signature");
            is_refused(trial, &UNSIGNED_TOKEN_REFUSED, &what, &token)?;
        }
    }
    Ok(())
}

fn confused_algorithm(trial: &Trial<'_>) -> Outcome {
    let parts = parts(trial)?;
    for (key, bytes) in parts.known_of_key() {
        let what = format!("signed by HMAC with {key}");
        let token = parts.by_hmac(&bytes);
        is_refused(trial, &CONFUSED_ALGORITHM_REFUSED, &what, &token)?;
    }
    Ok(())
}

fn embedded_key(trial: &Trial<'_>) -> Outcome {
    let parts = parts(trial)?;
    let (jwk, chain) = (our_jwk(), our_chain());
    let id = parts.head.get("kid").cloned().unwrap_or("plimsoll".into());
    let cases: [(&str, &[(&str, Value)]); 4] = [
        ("with its key in jwk", &[("jwk", jwk.clone())]),
        (
            "with its key in jwk, and the id of another",
            &[("jwk", jwk), ("kid", id.clone())],
        ),
        ("with its key in x5c", &[("x5c", chain.clone())]),
        (
            "with its key in x5c, and the id of another",
            &[("x5c", chain), ("kid", id)],
        ),
    ];
    for (what, besides) in cases {
        let token = parts.by_our_key(besides);
        is_refused(trial, &EMBEDDED_KEY_REFUSED, what, &token)?;
    }
    Ok(())
}

fn named_key(trial: &Trial<'_>) -> Outcome {
    let Some(canary) = &trial.world().canary else {
        return Err(Stop::Skipped("only with --canary-addr".to_owned()));
    };
    let parts = parts(trial)?;
    let word = trial.stream().word(16);
    let url = format!("http://{}/{word}/keys", canary.host());
    for name in ["jku", "x5u"] {
        let token = parts.by_our_key(&[(name, json!(url)), ("kid", json!("plimsoll"))]);
        let what = format!("with a place for its key in {name}");
        is_refused(trial, &NAMED_KEY_REFUSED, &what, &token)?;
    }
    let calls: Vec<_> = canary
        .take(&word, u64::MAX)
        .iter()
        .map(Call::said)
        .collect();
    let expected = "nobody who looks for the key there";
    trial.judge(
        &NAMED_KEY_NOT_FETCHED,
        calls.is_empty(),
        expected,
        calls.join(", "),
    )
}
