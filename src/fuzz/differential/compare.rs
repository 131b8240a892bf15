//! Where two plays of one plan differ, step by step, until what differs may have come of what did
//! before.

use super::answer;
use super::group::Rank;
use crate::fuzz::seen::Seen;

/// A play on one side.
pub(super) struct Side<'a> {
    pub(super) seen: &'a [Seen],
    /// What the names of its repositories begin with.
    pub(super) name: &'a str,
}

/// Two answers to one step that differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Difference {
    pub(super) rank: Rank,
    pub(super) route: &'static str,
    /// The mutations of the request.
    pub(super) mutations: Vec<&'static str>,
    /// What each answered.
    pub(super) answers: [String; 2],
    /// The lane and the step; none for a question of the player's own.
    pub(super) at: Option<(usize, usize)>,
}

/// The differences of two plays of one plan.
pub(super) fn differences(x: &Side<'_>, y: &Side<'_>) -> Vec<Difference> {
    let mut found = Vec::new();
    for (one, other) in x.seen.iter().zip(y.seen) {
        if !is_same((one, x.name), (other, y.name)) {
            break;
        }
        let of_status = by_status(one, other);
        let is_over = of_status
            .as_ref()
            .is_some_and(|it| parts_ways(it.rank, one));
        match of_status {
            Some(difference) => found.push(difference),
            None => found.extend(by_content((one, x.name), (other, y.name))),
        }
        // What is in the one and not in the other makes later answers differ.
        if is_over {
            break;
        }
    }
    found
}

/// Whether two requests ask the same, as far as two registries can be asked the same.
fn is_same((one, x): (&Seen, &str), (other, y): (&Seen, &str)) -> bool {
    let is_alike = one.at == other.at
        && one.kind() == other.kind()
        && one.planned.mutations == other.planned.mutations;
    let path = |seen: &Seen, name: &str| {
        String::from_utf8_lossy(&seen.planned.request.target).replace(name, "<play>")
    };
    // Where a session is, each registry says itself.
    is_alike && (one.meaning().upload().is_some() || path(one, x) == path(other, y))
}

fn parts_ways(rank: Rank, seen: &Seen) -> bool {
    seen.kind().writes()
        && matches!(
            rank,
            Rank::Taken | Rank::Broken | Rank::Class | Rank::Status
        )
}

fn by_status(one: &Seen, other: &Seen) -> Option<Difference> {
    let answers = [one, other].map(answer::status);
    if answers[0] == answers[1] {
        return None;
    }
    let rank = match [answer::class(one), answer::class(other)] {
        [2, 4] | [4, 2] => Rank::Taken,
        [x, y] if x != y && [x, y].iter().any(|class| matches!(class, 0 | 5)) => Rank::Broken,
        [x, y] if x != y => Rank::Class,
        _ if one.status() != other.status() => Rank::Status,
        _ => Rank::Code,
    };
    Some(difference(rank, one, answers))
}

/// Where the status is the same: bodies, then headers.
fn by_content((one, x): (&Seen, &str), (other, y): (&Seen, &str)) -> Vec<Difference> {
    let mut found = Vec::new();
    let bodies = [answer::body(one, x), answer::body(other, y)];
    if let [Some(a), Some(b)] = &bodies
        && a != b
    {
        let status = answer::status(one);
        let said = bodies.map(|_| format!("{status} with another body"));
        found.push(difference(Rank::Content, one, said));
    }
    let (of_one, of_other) = (answer::headers(one), answer::headers(other));
    for ((name, a), (_, b)) in of_one.into_iter().zip(of_other) {
        if a != b {
            let said = match (&a, &b) {
                (Some(_), None) => [name.to_owned(), format!("no {name}")],
                (None, _) => [format!("no {name}"), name.to_owned()],
                _ => [a, b].map(|it| valued(name, &it.unwrap_or_default())),
            };
            found.push(difference(Rank::Header, one, said));
        }
    }
    found
}

/// A header in words that are the same for each plan.
fn valued(name: &str, value: &str) -> String {
    if name == "content-type" {
        format!("{name} {}", value.chars().take(80).collect::<String>())
    } else {
        format!("another {name}")
    }
}

fn difference(rank: Rank, seen: &Seen, answers: [String; 2]) -> Difference {
    Difference {
        rank,
        route: seen.kind().route(),
        mutations: seen.planned.mutations.clone(),
        answers,
        at: seen.at,
    }
}
