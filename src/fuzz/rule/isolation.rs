//! Isolation: repositories and sessions do not touch one another.

use super::Judge;
use super::Rule;
use super::Scene;
use crate::catalogue::blob_pull;
use crate::catalogue::manifest_pull;
use crate::catalogue::referrers;
use crate::fuzz::meaning::Meaning;
use crate::fuzz::model::Broken;
use crate::fuzz::model::Nature;
use crate::fuzz::seen::Seen;

pub(super) static RULE: Rule = Rule {
    id: "isolation",
    title: "What happens in one repository or session changes nothing in another",
    why: "Repositories have different owners. Content that shows in a repository to which nobody \
          pushed it, or that comes back or goes because of another repository, is somebody else's \
          business made visible (CVE-2026-35172, CVE-2026-32589).",
    judge: Judge::Model(is_its),
};

fn is_its(scene: &Scene<'_>, broken: &Broken) -> bool {
    let by_name = [
        &blob_pull::OTHER_REPOSITORY_BLOB_UNKNOWN,
        &manifest_pull::OTHER_REPOSITORY_MANIFEST_UNKNOWN,
        &referrers::OTHER_REPOSITORY_REFERRER_OMITTED,
    ];
    if by_name.contains(&broken.requirement) {
        return true;
    }
    let changes = matches!(
        broken.nature,
        Nature::Lost | Nature::Ghost | Nature::Altered
    );
    changes && last_touched_elsewhere(scene)
}

/// Whether the last request that was done to this very thing was done in another repository.
fn last_touched_elsewhere(scene: &Scene<'_>) -> bool {
    let here = scene.seen.meaning().repository();
    let Some(thing) = thing(scene.seen) else {
        return false;
    };
    let writes = scene
        .before
        .iter()
        .rev()
        .filter(|seen| seen.kind().writes());
    let mut same = writes.filter(|seen| thing_of(seen) == Some(thing) && seen.is_done());
    same.next()
        .is_some_and(|seen| seen.meaning().repository() != here)
}

/// The content that an answer is about, by its digest.
fn thing(seen: &Seen) -> Option<&str> {
    thing_of(seen)
}

fn thing_of(seen: &Seen) -> Option<&str> {
    match seen.meaning() {
        Meaning::Blob { digest, .. }
        | Meaning::Finish { digest, .. }
        | Meaning::SinglePost { digest, .. }
        | Meaning::Mount { digest, .. } => Some(digest),
        Meaning::Manifest { reference, .. } => Some(reference.text()),
        Meaning::PutManifest {
            reference,
            document,
            ..
        } => Some(match reference {
            crate::fuzz::meaning::Reference::Tag(tag) => tag,
            crate::fuzz::meaning::Reference::Digest(_) => &document.digest,
        }),
        _ => None,
    }
}
