//! Signatures, SBOMs and attestations that refer to their image.
//!
//! Where a registry knows no referrers, its clients keep a list of their own, and what is asked of the
//! registry is to keep that.

use crate::catalogue::Requirement;
use crate::catalogue::fallback::FALLBACK_TAG_ACCEPTED;
use crate::catalogue::referrers::EARLY_REFERRER_LISTED;
use crate::catalogue::referrers::FILTERED_REFERRERS_MATCHED;
use crate::catalogue::referrers_upgrade::NEW_REFERRER_LISTED;
use crate::catalogue::signatures::ATTESTATION_KEPT;
use crate::catalogue::signatures::BILL_OF_MATERIALS_KEPT;
use crate::catalogue::signatures::NOTARY_SIGNATURE_KEPT;
use crate::catalogue::signatures::SIGNATURE_KEPT;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::http::Method;
use crate::oci::Algorithm;
use crate::trial::Axis;
use crate::trial::Trial;
use crate::trial::content::Index;
use crate::trial::content::attached::Form;
use crate::verdict::Outcome;

use super::attach::Found;
use super::attach::Signer;

pub(crate) static SECTION: Section = Section {
    id: "signatures/referrers",
    title: "Attached by reference",
    anchor: "",
    checks: &[
        Check {
            name: "signature",
            title: "A signature of an image is found among its referrers, and verifies",
            covers: &[
                &SIGNATURE_KEPT,
                &NEW_REFERRER_LISTED,
                &FALLBACK_TAG_ACCEPTED,
            ],
            needs: &[Feature::Push],
            axes: &[Axis::Kind],
            run: |trial| attached(trial, Form::Cosign, &SIGNATURE_KEPT),
            ..Check::BASE
        },
        Check {
            name: "notary",
            title: "A signature in the Notary Project's form is found among the referrers of its image, and verifies",
            covers: &[
                &NOTARY_SIGNATURE_KEPT,
                &NEW_REFERRER_LISTED,
                &FALLBACK_TAG_ACCEPTED,
            ],
            needs: &[Feature::Push],
            run: |trial| attached(trial, Form::Notary, &NOTARY_SIGNATURE_KEPT),
            ..Check::BASE
        },
        Check {
            name: "attestation",
            title: "An attestation is found among the referrers of its image, verifies and names the image",
            covers: &[
                &ATTESTATION_KEPT,
                &NEW_REFERRER_LISTED,
                &FALLBACK_TAG_ACCEPTED,
            ],
            needs: &[Feature::Push],
            axes: &[Axis::Kind],
            run: |trial| attached(trial, Form::Attestation, &ATTESTATION_KEPT),
            ..Check::BASE
        },
        Check {
            name: "bill-of-materials",
            title: "Bills of materials in SPDX and CycloneDX are found among the referrers of their image, as they were",
            covers: &[
                &BILL_OF_MATERIALS_KEPT,
                &NEW_REFERRER_LISTED,
                &FALLBACK_TAG_ACCEPTED,
            ],
            needs: &[Feature::Push],
            run: |trial| {
                attached(trial, Form::Spdx, &BILL_OF_MATERIALS_KEPT)?;
                attached(trial, Form::CycloneDx, &BILL_OF_MATERIALS_KEPT)
            },
            ..Check::BASE
        },
        Check {
            name: "several",
            title: "Three signatures of one image are all found among its referrers, and verify",
            covers: &[
                &SIGNATURE_KEPT,
                &NEW_REFERRER_LISTED,
                &FALLBACK_TAG_ACCEPTED,
            ],
            needs: &[Feature::Push],
            run: several,
            ..Check::BASE
        },
        Check {
            name: "filtered",
            title: "Asked for one artifact type, the referrers of an image are its signature, and asked for another its SBOM",
            covers: &[&FILTERED_REFERRERS_MATCHED],
            needs: &[Feature::Push, Feature::Referrers, Feature::ReferrersFilter],
            run: filtered,
            ..Check::BASE
        },
        Check {
            name: "before-its-image",
            title: "A signature that was pushed before its image is found and verifies once the image is there",
            covers: &[
                &SIGNATURE_KEPT,
                &EARLY_REFERRER_LISTED,
                &FALLBACK_TAG_ACCEPTED,
            ],
            needs: &[Feature::Push],
            axes: &[Axis::Kind],
            run: |trial| {
                let image = trial.manifest()?;
                let signer = Signer::of(&trial.repository(), image);
                let held = signer.attach(Form::Cosign)?.manifest;
                trial.repository().push_by_digest(&signer.image)?;
                let found = signer.referrers()?;
                found.holds(trial, found.row(&EARLY_REFERRER_LISTED), &[&held])?;
                signer.verifies(Form::Cosign, &SIGNATURE_KEPT, &held)
            },
            ..Check::BASE
        },
        Check {
            name: "index-and-images",
            title: "An index and the images that it names each have their own signature, and no other",
            covers: &[
                &SIGNATURE_KEPT,
                &NEW_REFERRER_LISTED,
                &FALLBACK_TAG_ACCEPTED,
            ],
            needs: &[Feature::Push],
            run: index_and_images,
            ..Check::BASE
        },
    ],
};

/// Attaches something to an image, finds it and verifies it.
fn attached(trial: &Trial<'_>, form: Form, row: &'static Requirement) -> Outcome {
    let signer = Signer::of_new(trial)?;
    let held = signer.attach(form)?.manifest;
    signer.has_referrers(&[&held])?;
    signer.verifies(form, row, &held)
}

fn several(trial: &Trial<'_>) -> Outcome {
    let first = Signer::of_new(trial)?;
    let second = Signer::of(&first.repository, first.image.clone());
    let signed = [
        (&first, first.attach(Form::Cosign)?.manifest),
        (&second, second.attach(Form::Cosign)?.manifest),
        (&first, first.attach(Form::Cosign)?.manifest),
    ];
    let all: Vec<_> = signed.iter().map(|(_, held)| held).collect();
    first.has_referrers(&all)?;
    for (signer, held) in &signed {
        signer.verifies(Form::Cosign, &SIGNATURE_KEPT, held)?;
    }
    Ok(())
}

/// A registry lists what passes the filter, over one page or more; two referrers need one.
fn filtered(trial: &Trial<'_>) -> Outcome {
    let signer = Signer::of_new(trial)?;
    let attached = [Form::Cosign, Form::Notary, Form::Spdx].map(|form| (form, signer.attach(form)));
    for (form, held) in attached {
        let rest = format!("referrers/{}", signer.image.digest);
        let asking = trial.repository().ask(Method::GET, &rest);
        let answer = asking.query("artifactType", form.artifact_type()).send()?;
        let index = answer.json().unwrap_or_default();
        let found = Found {
            descriptors: index["manifests"].as_array().cloned().unwrap_or_default(),
            is_listed: true,
        };
        found.holds(trial, &FILTERED_REFERRERS_MATCHED, &[&held?.manifest])?;
    }
    Ok(())
}

fn index_and_images(trial: &Trial<'_>) -> Outcome {
    let repository = trial.repository();
    let images = [repository.new_image()?, repository.new_image()?].map(|it| it.manifest);
    for image in &images {
        repository.push_by_digest(image)?;
    }
    let index = Index::over(&mut trial.stream(), Algorithm::Sha256, images.to_vec());
    repository.push_by_digest(&index.manifest)?;
    let all = [&index.manifest, &images[0], &images[1]];
    let signed = all.map(|image| {
        let signer = Signer::of(&repository, image.clone());
        let held = signer.attach(Form::Cosign);
        (signer, held)
    });
    for (signer, held) in signed {
        let held = held?.manifest;
        signer.has_referrers(&[&held])?;
        signer.verifies(Form::Cosign, &SIGNATURE_KEPT, &held)?;
    }
    Ok(())
}
