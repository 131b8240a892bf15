//! Growth: what a request costs is in proportion to what it asks.
//!
//! From outside that is how long the answer is. A registry of this process says as well how much of a
//! manifest it has had in memory.

use super::Flaw;
use super::Judge;
use super::Play;
use super::Rule;
use crate::fuzz::plan::Kind;
use crate::fuzz::seen::Seen;

pub(super) static RULE: Rule = Rule {
    id: "growth",
    title: "An answer is no longer than what was pushed can make it, and what is refused as too long \
            is not held in memory whole",
    why: "A request of a few bytes that makes a registry read or write without bound stops it for \
          everybody (CVE-2017-11468, CVE-2023-2253).",
    judge: Judge::Play(judge),
};

/// How much longer than everything that was sent an answer may be, in bytes.
const SLACK: usize = 64 << 10;

/// The shortest manifest of which it matters whether all of it was in memory, in bytes.
const SHORTEST: u64 = 16 << 10;

fn judge(play: &Play<'_>) -> Vec<Flaw> {
    let sent: usize = play
        .seen
        .iter()
        .map(|seen| seen.planned.request.body.len() + seen.planned.request.target.len())
        .sum();
    let costly = play.seen.iter().enumerate().filter_map(|(at, seen)| {
        let (expected, detail) = if is_grown(seen, sent) {
            ANSWER
        } else if is_held_whole(seen) {
            REFUSED
        } else {
            return None;
        };
        Some(Flaw {
            at,
            requirement: None,
            expected: expected.to_owned(),
            detail,
        })
    });
    costly.collect()
}

/// What is allowed, and what came instead.
const ANSWER: (&str, &str) = (
    "an answer in proportion to what was sent",
    "the answer is far longer than all that was sent",
);
const REFUSED: (&str, &str) = (
    "of a manifest that is too long, no more in memory than is taken of one",
    "a manifest was read into memory whole and then refused as too long",
);

/// Whether the answer is far longer than all that was sent.
fn is_grown(seen: &Seen, sent: usize) -> bool {
    // How long these are does not hang on what was sent here: all repositories are in the one, and
    // the others are as long as they are.
    if matches!(seen.kind(), Kind::Catalog | Kind::GetBlob) {
        return false;
    }
    let length = seen.response().map_or(0, |response| response.body.len());
    length > SLACK + 4 * sent
}

/// Whether all of a manifest was in memory that is said to be too long.
fn is_held_whole(seen: &Seen) -> bool {
    let length = seen.planned.request.body.len() as u64;
    // A short one costs nothing, and may be refused for another length than that of its own.
    let is_long = length > SHORTEST;
    is_long && seen.status() == Some(413) && seen.held.is_some_and(|held| held >= length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fuzz::plan::As;
    use crate::fuzz::plan::Op;
    use crate::fuzz::plan::Plan;
    use crate::fuzz::plan::Step;
    use crate::fuzz::stage::Place;
    use crate::fuzz::stage::Stage;
    use crate::http::HeaderMap;
    use crate::http::Response;

    /// What is found where a manifest of this length was answered so, and so much of it was held.
    fn found(length: usize, status: u16, held: Option<u64>) -> usize {
        let plan = Plan::from_bytes(&[1, 3, 3]);
        let place = Place {
            origin: "http://r.test".to_owned(),
            repositories: ["a", "b", "c"].map(str::to_owned).to_vec(),
            salt: 1,
        };
        let put = Op::PutManifest {
            repository: 0,
            doc: 0,
            reference: As::Digest,
        };
        let mut planned = Stage::new(&plan, place).planned(&Step::of(put), None);
        planned.request.body = vec![b' '; length].into();
        let seen = Seen {
            at: None,
            planned,
            outcome: Ok(Response {
                status,
                headers: HeaderMap::new(),
                body: bytes::Bytes::new(),
            }),
            opened: None,
            span: (0, 0),
            held,
            calls: Vec::new(),
        };
        judge(&Play {
            seen: &[seen],
            alone: 1,
        })
        .len()
    }

    #[test]
    fn what_is_refused_as_too_long_is_not_held_whole() {
        assert_eq!(found(50_000, 413, Some(50_000)), 1);
        for (length, status, held) in [
            (50_000, 413, Some(32 << 10)),
            (50_000, 413, Some(0)),
            (50_000, 413, None),
            (50_000, 400, Some(50_000)),
            (50_000, 201, Some(50_000)),
            (100, 413, Some(100)),
        ] {
            let found = found(length, status, held);
            assert_eq!(found, 0, "{length} {status} {held:?}");
        }
    }
}
