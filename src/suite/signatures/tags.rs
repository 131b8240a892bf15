//! Signatures, SBOMs and attestations under the tags that cosign makes of an image's digest.

use crate::catalogue::Requirement;
use crate::catalogue::signatures::ATTESTATION_KEPT;
use crate::catalogue::signatures::BILL_OF_MATERIALS_KEPT;
use crate::catalogue::signatures::FURTHER_SIGNATURE_KEPT;
use crate::catalogue::signatures::SIGNATURE_KEPT;
use crate::catalogue::signatures::SIGNATURE_UNDER_TAG_FOUND;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::trial::Axis;
use crate::trial::Trial;
use crate::trial::content::attached::Form;
use crate::verdict::Outcome;

use super::attach::Signer;

pub(crate) static SECTION: Section = Section {
    id: "signatures/tags",
    title: "Attached by tag",
    anchor: "",
    checks: &[
        Check {
            name: "signature",
            title: "A signature under the tag of an image's digest verifies",
            covers: &[&SIGNATURE_KEPT],
            needs: &[Feature::Push],
            axes: &[Axis::Kind],
            run: |trial| {
                let signer = Signer::of_new(trial)?;
                kept(&signer, Form::Cosign, &SIGNATURE_KEPT)
            },
            ..Check::BASE
        },
        Check {
            name: "others",
            title: "Beside a signature, an attestation and an SBOM are kept under tags of their own",
            covers: &[&SIGNATURE_KEPT, &ATTESTATION_KEPT, &BILL_OF_MATERIALS_KEPT],
            needs: &[Feature::Push],
            run: |trial| {
                let signer = Signer::of_new(trial)?;
                kept(&signer, Form::Cosign, &SIGNATURE_KEPT)?;
                kept(&signer, Form::Attestation, &ATTESTATION_KEPT)?;
                kept(&signer, Form::Spdx, &BILL_OF_MATERIALS_KEPT)
            },
            ..Check::BASE
        },
        Check {
            name: "further-signatures",
            title: "Signatures that are added under the tag are all there, in their order, and verify",
            covers: &[&FURTHER_SIGNATURE_KEPT],
            needs: &[Feature::Push],
            run: further,
            ..Check::BASE
        },
        Check {
            name: "two-images",
            title: "Each of two images has its own signature under its tag, and an image without one has none",
            covers: &[&SIGNATURE_UNDER_TAG_FOUND],
            needs: &[Feature::Push],
            run: two_images,
            ..Check::BASE
        },
    ],
};

fn kept(signer: &Signer<'_>, form: Form, row: &'static Requirement) -> Outcome {
    let held = signer.put_under_tag(form, &[signer.state(form)])?;
    let tag = form.tag(&signer.image);
    signer.verifies_at(form, row, &tag, &held.manifest)
}

/// As `cosign sign` does it, which pushes what it found and its own.
fn further(trial: &Trial<'_>) -> Outcome {
    let signer = Signer::of_new(trial)?;
    let tag = Form::Cosign.tag(&signer.image);
    let mut statements = Vec::new();
    for _ in 0..3 {
        statements.push(signer.state(Form::Cosign));
        let held = signer.put_under_tag(Form::Cosign, &statements)?;
        let row = &FURTHER_SIGNATURE_KEPT;
        signer.verifies_at(Form::Cosign, row, &tag, &held.manifest)?;
    }
    Ok(())
}

fn two_images(trial: &Trial<'_>) -> Outcome {
    let signers = [Signer::of_new(trial)?, Signer::of_new(trial)?];
    let mut held = Vec::new();
    for signer in &signers {
        let statement = signer.state(Form::Cosign);
        held.push(signer.put_under_tag(Form::Cosign, &[statement])?);
    }
    for (signer, held) in signers.iter().zip(&held) {
        let tag = Form::Cosign.tag(&signer.image);
        let row = &SIGNATURE_UNDER_TAG_FOUND;
        signer.verifies_at(Form::Cosign, row, &tag, &held.manifest)?;
    }
    let unsigned = trial.pushed_manifest()?;
    let answer = trial.get(&format!("manifests/{}", Form::Cosign.tag(&unsigned)))?;
    answer.proves(&SIGNATURE_UNDER_TAG_FOUND).status(&[404])?;
    Ok(())
}
