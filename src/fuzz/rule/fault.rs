//! Fault: a registry answers, and does not break.

use super::Flaw;
use super::Judge;
use super::Rule;
use super::Scene;
use crate::catalogue::errors;
use crate::http::Failure;

pub(super) static RULE: Rule = Rule {
    id: "fault",
    title: "Every request is answered, and no answer says that the server broke",
    why: "What a client sends is the client's mistake at worst, which is a 4xx (RFC 9110, section \
          15.5). A 5xx, a lost connection or a hang says that the request met a case that nobody \
          thought of.",
    judge: Judge::Answer(judge),
};

/// Statuses of 500 and above with which a server says what it does not do, or not now.
const LAWFUL: [u16; 4] = [501, 503, 505, 507];

/// From this size of a request on a server may stop reading, and close.
const LARGE: usize = 1 << 20;

fn judge(scene: &Scene<'_>) -> Option<Flaw> {
    let seen = scene.seen;
    let request = &seen.planned.request;
    let is_whole = seen.planned.bytes.is_none() && request.held_back == 0;
    let is_ordinary = is_whole && request.body.len() < LARGE;
    let detail = match &seen.outcome {
        // What is said to a client that has gone is said to nobody.
        Ok(_) if seen.planned.is_unfinished => return None,
        Ok(response) if response.status >= 500 && !LAWFUL.contains(&response.status) => {
            "the server broke"
        }
        Err(Failure::Malformed { .. }) => "the answer is no HTTP",
        // A server that answers and closes while a body still comes has its answer lost on the way
        // (RFC 9112, section 9.6).
        Err(Failure::ConnectionLost { reason })
            if !request.body.is_empty() && is_broken_off(reason) =>
        {
            return None;
        }
        // Who hangs up on bytes that are no request, or waits for the rest of them, is right.
        Err(Failure::ConnectionLost { .. }) if is_ordinary => "the connection was closed",
        Err(Failure::TimedOut { .. }) if is_ordinary => "no answer came in time",
        _ => return None,
    };
    Some(Flaw {
        at: scene.before.len(),
        requirement: Some(&errors::CLIENT_MISTAKE_REFUSED),
        expected: "an answer below 500".to_owned(),
        detail,
    })
}

/// Whether the system says that the other side did not wait for what was being sent.
fn is_broken_off(reason: &str) -> bool {
    let reason = reason.to_ascii_lowercase();
    ["reset", "broken pipe", "aborted"]
        .iter()
        .any(|word| reason.contains(word))
}
