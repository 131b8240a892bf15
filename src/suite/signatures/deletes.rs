//! What is left of an image and its signature when one of them is deleted.

use crate::catalogue::fallback::FALLBACK_TAG_ACCEPTED;
use crate::catalogue::referrers_upgrade::NEW_REFERRER_LISTED;
use crate::catalogue::signatures::ORPHANED_SIGNATURE_ANSWERED;
use crate::catalogue::signatures::SIGNED_IMAGE_KEPT;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::trial::Axis;
use crate::trial::Repository;
use crate::trial::Trial;
use crate::trial::content::ManifestDoc;
use crate::trial::content::attached::Form;
use crate::verdict::Outcome;
use crate::verdict::Stop;

use super::attach::Signer;

pub(crate) static SECTION: Section = Section {
    id: "signatures/deletes",
    title: "Deleting what is attached",
    anchor: "",
    checks: &[
        Check {
            name: "signature",
            title: "Deleting a signature leaves the image and its other signature",
            covers: &[
                &SIGNED_IMAGE_KEPT,
                &NEW_REFERRER_LISTED,
                &FALLBACK_TAG_ACCEPTED,
            ],
            needs: &[Feature::Push, Feature::ManifestDelete],
            axes: &[Axis::Kind],
            run: signature_deleted,
            ..Check::BASE
        },
        Check {
            name: "image",
            title: "Deleting an image leaves its signature as it was, or takes it away",
            covers: &[&ORPHANED_SIGNATURE_ANSWERED],
            needs: &[Feature::Push, Feature::ManifestDelete],
            axes: &[Axis::Kind],
            run: image_deleted,
            ..Check::BASE
        },
    ],
};

fn signature_deleted(trial: &Trial<'_>) -> Outcome {
    let signer = Signer::of_new(trial)?;
    let gone = signer.attach(Form::Cosign)?.manifest;
    let kept = signer.attach(Form::Cosign)?.manifest;
    delete(&signer.repository, &gone)?;
    let answer = trial.get(&format!("manifests/{}", signer.image.digest))?;
    let demand = answer.proves(&SIGNED_IMAGE_KEPT);
    demand.content(&signer.image.bytes)?;
    signer.verifies(Form::Cosign, &SIGNED_IMAGE_KEPT, &kept)?;
    let found = signer.referrers()?;
    let row = found.row(&NEW_REFERRER_LISTED);
    let holds = (found.descriptors.iter()).any(|it| it["digest"] == kept.digest.to_string());
    let expected = format!("{} among the referrers", kept.digest);
    trial.judge(row, holds, expected, "it is not there any more")
}

/// A registry may keep an image as long as something refers to it, and may take with it what does.
fn image_deleted(trial: &Trial<'_>) -> Outcome {
    let signer = Signer::of_new(trial)?;
    let held = signer.attach(Form::Cosign)?.manifest;
    delete(&signer.repository, &signer.image)?;
    let answer = trial.get(&format!("manifests/{}", held.digest))?;
    let row = &ORPHANED_SIGNATURE_ANSWERED;
    answer.proves(row).status(&[200, 404])?;
    if answer.status() == 200 {
        signer.verifies(Form::Cosign, row, &held)?;
    }
    Ok(())
}

/// Whether manifests are deleted is asked elsewhere; one that is not makes no question here.
fn delete(repository: &Repository<'_>, manifest: &ManifestDoc) -> Outcome {
    let answer = repository.delete(&format!("manifests/{}", manifest.digest))?;
    if answer.is_success() {
        return Ok(());
    }
    Err(Stop::Unsupported(format!("{} is kept", answer.told())))
}
