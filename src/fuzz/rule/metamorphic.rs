//! Metamorphic: two ways of asking for the same have the same answer.

use super::Flaw;
use super::Judge;
use super::Play;
use super::Rule;
use crate::catalogue::Requirement;
use crate::catalogue::existence;
use crate::catalogue::manifest_pull;
use crate::fuzz::meaning::Meaning;
use crate::fuzz::meaning::Reference;
use crate::fuzz::meaning::Verb;
use crate::fuzz::plan::Kind;
use crate::fuzz::seen::Seen;

pub(super) static RULE: Rule = Rule {
    id: "metamorphic",
    title: "HEAD is GET without a body, and asking twice gives the same twice",
    why: "Clients choose between ways that the specification makes equal, and take the answer to \
          one for the answer to the other (oras-go, issue 1176; containerd, issue 7390).",
    judge: Judge::Play(judge),
};

fn judge(play: &Play<'_>) -> Vec<Flaw> {
    let mut flaws = Vec::new();
    for (at, seen) in play.seen.iter().enumerate().take(play.alone) {
        let Some(thing) = looked_at(seen) else {
            continue;
        };
        // Only what nothing was done in between can be compared.
        let earlier = play.seen[..at]
            .iter()
            .rev()
            .take_while(|before| !before.kind().writes())
            .find(|before| looked_at(before) == Some(thing));
        let earlier = earlier.filter(|earlier| !is_going(&play.seen[..at], earlier, seen));
        if let Some((requirement, detail)) = earlier.and_then(|earlier| differ(earlier, seen)) {
            flaws.push(Flaw {
                at,
                requirement: Some(requirement),
                expected: "the same answer to both".to_owned(),
                detail,
            });
        }
    }
    flaws
}

/// What an unchanged GET or HEAD looks at.
fn looked_at(seen: &Seen) -> Option<(usize, bool, &str)> {
    if seen.planned.is_bent || seen.response().is_none() {
        return None;
    }
    match seen.meaning() {
        Meaning::Blob {
            verb: Verb::Get | Verb::Head,
            repository,
            digest,
        } => Some((*repository, false, digest)),
        Meaning::Manifest {
            verb: Verb::Get | Verb::Head,
            repository,
            reference: Reference::Tag(text) | Reference::Digest(text),
        } => Some((*repository, true, text)),
        _ => None,
    }
}

/// Whether a thing that was there and is not there any more may have been deleted earlier: that may
/// take its time.
fn is_going(before: &[Seen], earlier: &Seen, later: &Seen) -> bool {
    let deletes = |seen: &&Seen| {
        let kinds = [Kind::DeleteBlob, Kind::DeleteManifest];
        kinds.contains(&seen.kind()) && !seen.is_refused()
    };
    let repository = later.meaning().repository();
    let mut deletes = before.iter().filter(deletes);
    earlier.status() == Some(200)
        && later.status() == Some(404)
        && deletes.any(|seen| seen.meaning().repository() == repository)
}

fn differ(one: &Seen, other: &Seen) -> Option<(&'static Requirement, &'static str)> {
    let (first, second) = (one.response()?, other.response()?);
    let is_certain = |status: u16| matches!(status, 200 | 404);
    if !is_certain(first.status) || !is_certain(second.status) {
        return None;
    }
    let is_head = |seen: &Seen| seen.planned.request.method == "HEAD";
    let both = is_head(one) != is_head(other);
    let requirement = if both {
        &existence::HEAD_BODY_OMITTED
    } else {
        &manifest_pull::MANIFEST_BY_TAG_FOUND
    };
    if first.status != second.status {
        return Some((requirement, "the same thing is there and not there"));
    }
    if first.status != 200 {
        return None;
    }
    let told = |name: &'static str| (first.header(name), second.header(name));
    if let (Some(one), Some(other)) = told("docker-content-digest")
        && one != other
    {
        return Some((requirement, "the same thing has two digests"));
    }
    if both {
        let get = if is_head(one) { second } else { first };
        let head = if is_head(one) { first } else { second };
        let length = head.header("content-length")?;
        let is_coded = get.headers.contains_key("content-encoding");
        return (!is_coded && length != get.body.len().to_string())
            .then_some((requirement, "the length that HEAD tells is not that of GET"));
    }
    (first.body != second.body && !is_head(one))
        .then_some((requirement, "the same thing has two bodies"))
}
