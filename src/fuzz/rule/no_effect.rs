//! No effect on failure: what was refused has changed nothing.

use super::Judge;
use super::Rule;
use super::Scene;
use crate::fuzz::meaning::Meaning;
use crate::fuzz::meaning::Reference;
use crate::fuzz::model::Broken;
use crate::fuzz::model::Nature;
use crate::fuzz::seen::Seen;

pub(super) static RULE: Rule = Rule {
    id: "no-effect-on-failure",
    title: "After a 4xx everything is as it was",
    why: "A client that is refused goes on as if it had not asked. Bytes that a refused request \
          leaves behind, or content that it takes away, corrupt what comes next \
          (distribution-spec, discussion 590).",
    judge: Judge::Model(is_its),
};

/// The last request that wanted to change this thing was refused.
fn is_its(scene: &Scene<'_>, broken: &Broken) -> bool {
    let changes = matches!(
        broken.nature,
        Nature::Lost | Nature::Ghost | Nature::Altered
    ) || (broken.nature == Nature::Refused
        && scene.seen.meaning().upload().is_some());
    let writes = scene
        .before
        .iter()
        .rev()
        .filter(|seen| seen.kind().writes());
    let mut same = writes.filter(|seen| touches(seen, scene.seen.meaning()));
    changes && same.next().is_some_and(Seen::is_refused)
}

/// Whether a request wants to change what another is about.
fn touches(seen: &Seen, meaning: &Meaning) -> bool {
    if let Some(upload) = meaning.upload() {
        return seen.meaning().upload() == Some(upload);
    }
    if seen.meaning().repository() != meaning.repository() {
        return false;
    }
    match (meaning, seen.meaning()) {
        (
            Meaning::Blob { digest, .. },
            Meaning::Blob { digest: other, .. }
            | Meaning::Finish { digest: other, .. }
            | Meaning::SinglePost { digest: other, .. }
            | Meaning::Mount { digest: other, .. },
        ) => digest == other,
        (
            Meaning::Manifest { reference, .. },
            Meaning::Manifest {
                reference: other, ..
            },
        ) => reference == other,
        (
            Meaning::Manifest { reference, .. },
            Meaning::PutManifest {
                reference: other,
                document,
                ..
            },
        ) => reference == other || *reference == Reference::Digest(document.digest.clone()),
        (
            Meaning::Tags { .. } | Meaning::Referrers { .. },
            Meaning::PutManifest { .. } | Meaning::Manifest { .. },
        ) => true,
        _ => false,
    }
}
