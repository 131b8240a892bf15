//! Images that move to another repository with what is attached to them.

use crate::catalogue::fallback::FALLBACK_TAG_ACCEPTED;
use crate::catalogue::manifest_push::MANIFEST_PUT_BY_TAG_ACCEPTED;
use crate::catalogue::post_then_put::UPLOAD_PUT_ACCEPTED;
use crate::catalogue::referrers_upgrade::NEW_REFERRER_LISTED;
use crate::catalogue::signatures::COPIED_ATTACHMENT_KEPT;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::trial::Repository;
use crate::trial::Trial;
use crate::trial::content::Blob;
use crate::trial::content::Image;
use crate::trial::content::attached::Form;
use crate::verdict::Outcome;

use super::attach::Signer;

pub(crate) static SECTION: Section = Section {
    id: "signatures/copies",
    title: "Copies with what is attached",
    anchor: "",
    checks: &[
        Check {
            name: "referrers",
            title: "An image that is copied with its signature and attestation has both in the other repository, and they verify",
            covers: &[
                &COPIED_ATTACHMENT_KEPT,
                &NEW_REFERRER_LISTED,
                &FALLBACK_TAG_ACCEPTED,
            ],
            needs: &[Feature::Push],
            run: with_referrers,
            ..Check::BASE
        },
        Check {
            name: "tag",
            title: "An image that is copied with the signature under its tag has it in the other repository, and it verifies",
            covers: &[&COPIED_ATTACHMENT_KEPT],
            needs: &[Feature::Push],
            run: with_tag,
            ..Check::BASE
        },
    ],
};

fn with_referrers(trial: &Trial<'_>) -> Outcome {
    let (source, target) = (trial.repository(), trial.other_repository());
    let image = source.new_image()?;
    source.push_by_digest(&image.manifest)?;
    let signer = Signer::of(&source, image.manifest.clone());
    let attached = [
        (Form::Cosign, signer.attach(Form::Cosign)?),
        (Form::Attestation, signer.attach(Form::Attestation)?),
    ];
    let there = signer.in_another(&target);
    copy_parts(&source, &target, &image)?;
    target.push_by_digest(&image.manifest)?;
    for (_, held) in &attached {
        copy_parts(&source, &target, held)?;
        there.push_referrer(&held.manifest)?;
    }
    there.has_referrers(&[&attached[0].1.manifest, &attached[1].1.manifest])?;
    for (form, held) in &attached {
        there.verifies(*form, &COPIED_ATTACHMENT_KEPT, &held.manifest)?;
        signer.verifies(*form, &COPIED_ATTACHMENT_KEPT, &held.manifest)?;
    }
    Ok(())
}

fn with_tag(trial: &Trial<'_>) -> Outcome {
    let (source, target) = (trial.repository(), trial.other_repository());
    let image = source.new_image()?;
    source.push_by_digest(&image.manifest)?;
    let signer = Signer::of(&source, image.manifest.clone());
    let held = signer.put_under_tag(Form::Cosign, &[signer.state(Form::Cosign)])?;
    copy_parts(&source, &target, &image)?;
    target.push_by_digest(&image.manifest)?;
    copy_parts(&source, &target, &held)?;
    let tag = Form::Cosign.tag(&image.manifest);
    let answer = target.put_manifest(&tag, &held.manifest)?;
    answer
        .prepares(&MANIFEST_PUT_BY_TAG_ACCEPTED)
        .status(&[201])?;
    let there = signer.in_another(&target);
    there.verifies_at(Form::Cosign, &COPIED_ATTACHMENT_KEPT, &tag, &held.manifest)
}

/// Mounts the configuration and the layers, or pushes those that cannot be mounted.
fn copy_parts(source: &Repository<'_>, target: &Repository<'_>, image: &Image) -> Outcome {
    copy(source, target, &image.config)?;
    let mut layers = image.layers.iter();
    layers.try_for_each(|layer| copy(source, target, &layer.blob))
}

fn copy(source: &Repository<'_>, target: &Repository<'_>, blob: &Blob) -> Outcome {
    let asking = target.post_upload();
    let asking = asking.query("mount", &blob.digest.to_string());
    let answer = asking.query("from", source.name().as_str()).send()?;
    match (answer.status(), answer.location()) {
        (201, _) => Ok(()),
        (202, Some(url)) => {
            let closing = target.session_at(url).put(&blob.digest).blob(blob);
            let answer = closing.send()?;
            answer.prepares(&UPLOAD_PUT_ACCEPTED).status(&[201])?;
            Ok(())
        }
        _ => target.push_blob(blob),
    }
}
