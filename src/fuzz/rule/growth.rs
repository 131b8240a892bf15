//! Growth: what a request costs is in proportion to what it asks.

use super::Flaw;
use super::Judge;
use super::Play;
use super::Rule;
use crate::fuzz::plan::Kind;
use crate::fuzz::seen::Seen;

pub(super) static RULE: Rule = Rule {
    id: "growth",
    title: "An answer is no longer than what was pushed can make it",
    why: "A request of a few bytes that makes a registry read or write without bound stops it for \
          everybody (CVE-2017-11468, CVE-2023-2253).",
    judge: Judge::Play(judge),
};

/// How much longer than everything that was sent an answer may be, in bytes.
const SLACK: usize = 64 << 10;

fn judge(play: &Play<'_>) -> Vec<Flaw> {
    let sent: usize = play
        .seen
        .iter()
        .map(|seen| seen.planned.request.body.len() + seen.planned.request.target.len())
        .sum();
    let is_grown = |seen: &Seen| {
        // How long these are does not hang on what was sent here: all repositories are in the one, and
        // the others are as long as they are.
        if matches!(seen.kind(), Kind::Catalog | Kind::GetBlob) {
            return false;
        }
        let length = seen.response().map_or(0, |response| response.body.len());
        length > SLACK + 4 * sent
    };
    let grown = play
        .seen
        .iter()
        .enumerate()
        .filter(|(_, seen)| is_grown(seen));
    grown
        .map(|(at, _)| Flaw {
            at,
            requirement: None,
            expected: "an answer in proportion to what was sent".to_owned(),
            detail: "the answer is far longer than all that was sent",
        })
        .collect()
}
