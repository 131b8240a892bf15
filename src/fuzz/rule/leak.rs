//! Leak and injection: an answer shows nothing of the server's inside, and nothing of a request
//! becomes a header.

use super::Flaw;
use super::Judge;
use super::Rule;
use super::Scene;
use crate::http::Response;

pub(super) static RULE: Rule = Rule {
    id: "leak",
    title: "No answer shows the server's inside, and nothing of a request becomes a header",
    why: "Paths, stack traces and names of drivers in an error tell an attacker where to go on; a \
          header that comes from a request lets one answer for the registry.",
    judge: Judge::Answer(judge),
};

/// The name of a header that requests try to smuggle into answers.
pub(crate) const SMUGGLED: &str = "x-plimsoll-smuggled";

/// What gives a server's inside away.
const TELLTALES: [&str; 13] = [
    "goroutine ",
    "panic: ",
    "runtime error:",
    "stack backtrace",
    "Traceback (most recent call last)",
    "java.lang.",
    "thread 'main' panicked",
    "/var/lib/",
    "/home/",
    "no such file or directory",
    "\"DriverName\"",
    ".go:",
    ".rs:",
];

fn judge(scene: &Scene<'_>) -> Option<Flaw> {
    let response = scene.seen.response()?;
    let detail = smuggled(response).or_else(|| shown(scene, response))?;
    Some(Flaw {
        at: scene.before.len(),
        requirement: None,
        expected: "an answer that shows nothing of the server's inside".to_owned(),
        detail,
    })
}

fn smuggled(response: &Response) -> Option<&'static str> {
    let is_there = response.headers.contains_key(SMUGGLED);
    is_there.then_some("a part of the request became a header")
}

/// An error that shows what the request did not hold already.
fn shown(scene: &Scene<'_>, response: &Response) -> Option<&'static str> {
    if response.status < 400 {
        return None;
    }
    let text = String::from_utf8_lossy(&response.body);
    let request = &scene.seen.planned.request;
    let sent = [&request.target[..], &request.body[..]].concat();
    let sent = String::from_utf8_lossy(&sent);
    let is_shown = TELLTALES
        .iter()
        .any(|telltale| text.contains(telltale) && !sent.contains(telltale));
    is_shown.then_some("an error shows the server's inside")
}
