//! Fallback tags, under which clients keep referrers where a registry does not list them.

use crate::catalogue::fallback::FALLBACK_TAG_ACCEPTED;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::oci::Algorithm;
use crate::trial::Kind;
use crate::trial::Trial;
use crate::verdict::Outcome;

pub(crate) static SECTION: Section = Section {
    id: "discovery/fallback",
    title: "Fallback tags for referrers",
    anchor: "referrers-tag-schema",
    checks: &[
        Check {
            name: "pushed-and-moved",
            title: "an index is pushed, pulled and replaced under a tag made of a digest",
            covers: &[&FALLBACK_TAG_ACCEPTED],
            needs: &[Feature::Push],
            run: |trial| {
                Algorithm::ALL
                    .into_iter()
                    .try_for_each(|algorithm| pushed_and_moved(trial, algorithm))
            },
            ..Check::BASE
        },
        Check {
            name: "deleted",
            title: "a tag made of a digest is deleted",
            covers: &[&FALLBACK_TAG_ACCEPTED],
            needs: &[Feature::Push, Feature::TagDelete],
            run: deleted,
            ..Check::BASE
        },
    ],
};

/// Pushes two indexes one after the other, as clients do that add a referrer to their list.
fn pushed_and_moved(trial: &Trial<'_>, algorithm: Algorithm) -> Outcome {
    let repository = trial.repository();
    let tag = fallback_tag(trial, algorithm);
    for _ in 0..2 {
        let index = repository.new_manifest(Kind::Index)?;
        let pushed = repository.put_manifest(&tag, &index)?;
        pushed.proves(&FALLBACK_TAG_ACCEPTED).status(&[201])?;
        let found = trial.head(&format!("manifests/{tag}"))?;
        found.proves(&FALLBACK_TAG_ACCEPTED).status(&[200])?;
        let pulled = trial.get(&format!("manifests/{tag}"))?;
        let demand = pulled.proves(&FALLBACK_TAG_ACCEPTED).status(&[200])?;
        demand.body(&index.bytes)?;
    }
    Ok(())
}

fn deleted(trial: &Trial<'_>) -> Outcome {
    let repository = trial.repository();
    let tag = fallback_tag(trial, Algorithm::Sha256);
    let index = repository.new_manifest(Kind::Index)?;
    let pushed = repository.put_manifest(&tag, &index)?;
    pushed.proves(&FALLBACK_TAG_ACCEPTED).status(&[201])?;
    let answer = trial.delete(&format!("manifests/{tag}"))?;
    answer.proves(&FALLBACK_TAG_ACCEPTED).status(&[202])?;
    trial.eventually(|| {
        let gone = trial.get(&format!("manifests/{tag}"))?;
        gone.proves(&FALLBACK_TAG_ACCEPTED).status(&[404])?;
        Ok(())
    })
}

/// The tag for a digest that nobody uses: its algorithm, a dash and its first 64 digits.
fn fallback_tag(trial: &Trial<'_>, algorithm: Algorithm) -> String {
    let digest = trial.absent_digest(algorithm);
    format!("{algorithm}-{}", &digest.hex()[..64])
}
