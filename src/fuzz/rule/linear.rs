//! Linearizability: what happens at once to a tag happens in some order.

use std::collections::BTreeSet;
use std::collections::HashSet;

use super::Flaw;
use super::Judge;
use super::Play;
use super::Rule;
use crate::catalogue::manifest_pull;
use crate::fuzz::meaning::Meaning;
use crate::fuzz::meaning::Reference;
use crate::fuzz::meaning::Text;
use crate::fuzz::meaning::Verb;
use crate::fuzz::seen::Seen;
use crate::oci::Algorithm;

pub(super) static RULE: Rule = Rule {
    id: "linearizability",
    title: "Requests that run at once on a tag have answers that some order of them explains",
    why: "A tag is a register: PUT writes it, GET and HEAD read it, DELETE empties it. A read that \
          no order explains has seen a state that never was (distribution, issues 2514 and 3525).",
    judge: Judge::Play(judge),
};

/// The longest history that is searched.
const LONGEST: usize = 14;

/// What a request did to a register, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    /// What it did.
    act: Act,
    /// When it was sent and answered.
    span: (u64, u64),
    /// Whether it may as well not have happened.
    is_optional: bool,
}

/// What a register holds: the digest of a manifest, or nothing.
type Value = Option<Text>;

/// What a request did to a register.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Act {
    Write(Value),
    Read(Value),
}

fn judge(play: &Play<'_>) -> Vec<Flaw> {
    if play.alone == play.seen.len() {
        return Vec::new();
    }
    let tags: BTreeSet<_> = play.seen.iter().filter_map(tag_of).collect();
    let mut flaws = Vec::new();
    for (repository, tag) in tags {
        if is_muddled(play, repository) {
            continue;
        }
        let history: Vec<_> = play
            .seen
            .iter()
            .enumerate()
            .filter(|(_, seen)| tag_of(seen) == Some((repository, tag)))
            .filter_map(|(at, seen)| Some((at, entry(seen)?)))
            .collect();
        let entries: Vec<_> = history.iter().map(|(_, entry)| entry.clone()).collect();
        if entries.len() <= LONGEST && !is_linear(&entries) {
            flaws.push(Flaw {
                at: history.last().map_or(0, |(at, _)| *at),
                requirement: Some(&manifest_pull::MANIFEST_BY_TAG_FOUND),
                expected: "answers that some order of the requests explains".to_owned(),
                detail: "no order of the requests explains what was read",
            });
        }
    }
    flaws
}

/// Whether something else than a write to the tag may have changed a tag of the repository.
fn is_muddled(play: &Play<'_>, repository: usize) -> bool {
    play.seen.iter().any(|seen| {
        let is_here = seen.meaning().repository() == Some(repository);
        let deletes = matches!(
            seen.meaning(),
            Meaning::Manifest {
                verb: Verb::Delete,
                reference: Reference::Digest(_),
                ..
            }
        );
        let tags = matches!(seen.meaning(), Meaning::PutManifest { tags, .. } if !tags.is_empty());
        let is_odd = seen.planned.is_bent && seen.kind().writes();
        (is_here && (deletes || tags || is_odd)) || seen.planned.strays
    })
}

fn tag_of(seen: &Seen) -> Option<(usize, &str)> {
    match seen.meaning() {
        Meaning::Manifest {
            repository,
            reference: Reference::Tag(tag),
            ..
        }
        | Meaning::PutManifest {
            repository,
            reference: Reference::Tag(tag),
            ..
        } => Some((*repository, tag)),
        _ => None,
    }
}

fn entry(seen: &Seen) -> Option<Entry> {
    if seen.is_refused() && seen.status() != Some(404) {
        return None;
    }
    let (act, is_optional) = match seen.meaning() {
        Meaning::PutManifest { document, .. } => {
            (Act::Write(Some(document.digest.clone())), !seen.is_done())
        }
        Meaning::Manifest {
            verb: Verb::Delete, ..
        } => (Act::Write(None), !seen.is_done()),
        _ => (Act::Read(read(seen)?), false),
    };
    // What was refused as not there has changed nothing.
    let is_nothing = matches!(act, Act::Write(_)) && seen.is_refused();
    // A delete may take effect late.
    let until = match act {
        Act::Write(None) => u64::MAX,
        _ => seen.span.1,
    };
    (!is_nothing).then_some(Entry {
        act,
        span: (seen.span.0, until),
        is_optional,
    })
}

/// What a read has seen: a manifest, or nothing. `None` where that is not certain.
fn read(seen: &Seen) -> Option<Value> {
    let response = seen.response()?;
    match response.status {
        404 => Some(None),
        200 if seen.planned.request.method == "GET" => {
            let digest = Algorithm::Sha256.digest(&response.body);
            Some(Some(digest.to_string().into()))
        }
        200 => {
            let told = response.header("docker-content-digest")?;
            told.starts_with("sha256:").then(|| Some(told.into()))
        }
        _ => None,
    }
}

/// Whether some order of these, in which none comes before one that had ended when it began,
/// explains every read (Wing and Gong, 1993). The register is empty at first.
fn is_linear(entries: &[Entry]) -> bool {
    let mut tried = HashSet::new();
    search(entries, 0, None, &mut tried)
}

fn search<'e>(
    entries: &'e [Entry],
    done: u32,
    value: Option<&'e Text>,
    tried: &mut HashSet<(u32, Option<&'e Text>)>,
) -> bool {
    let left = || (0..entries.len()).filter(|index| done & (1 << index) == 0);
    if left().all(|index| entries[index].is_optional) {
        return true;
    }
    if !tried.insert((done, value)) {
        return false;
    }
    let certain = left().filter(|index| !entries[*index].is_optional);
    let first_end = certain.map(|index| entries[index].span.1).min();
    let first_end = first_end.unwrap_or(u64::MAX);
    left().any(|index| {
        let entry = &entries[index];
        if entry.span.0 > first_end {
            return false;
        }
        let done = done | 1 << index;
        match &entry.act {
            Act::Write(written) => search(entries, done, written.as_ref(), tried),
            Act::Read(seen) if seen.as_ref() == value => search(entries, done, value, tried),
            Act::Read(_) => false,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(act: Act, from: u64, to: u64) -> Entry {
        Entry {
            act,
            span: (from, to),
            is_optional: false,
        }
    }

    fn write(what: &str, from: u64, to: u64) -> Entry {
        entry(Act::Write(Some(what.into())), from, to)
    }

    fn read(what: Option<&str>, from: u64, to: u64) -> Entry {
        entry(Act::Read(what.map(Text::from)), from, to)
    }

    #[test]
    fn reads_beside_a_write_may_see_either() {
        assert!(is_linear(&[
            write("a", 0, 1),
            write("b", 2, 9),
            read(Some("a"), 3, 4),
            read(Some("b"), 5, 6)
        ]));
    }

    #[test]
    fn what_was_read_once_is_not_unread() {
        let back = [
            write("a", 0, 1),
            write("b", 2, 9),
            read(Some("b"), 3, 4),
            read(Some("a"), 5, 6),
        ];
        assert!(!is_linear(&back));
    }

    #[test]
    fn a_write_that_has_ended_is_read() {
        assert!(!is_linear(&[write("a", 0, 1), read(None, 2, 3)]));
        assert!(!is_linear(&[
            write("a", 0, 1),
            write("b", 2, 3),
            read(Some("a"), 4, 5)
        ]));
    }

    #[test]
    fn a_write_that_may_have_failed_may_be_read_or_not() {
        let mut perhaps = write("b", 2, 3);
        perhaps.is_optional = true;
        for seen in ["a", "b"] {
            assert!(is_linear(&[
                write("a", 0, 1),
                perhaps.clone(),
                read(Some(seen), 4, 5)
            ]));
        }
    }
}
