//! What was pushed, mounted and tagged before a restart.

use crate::catalogue::durability::RESTARTED_BLOB_KEPT;
use crate::catalogue::durability::RESTARTED_MANIFEST_KEPT;
use crate::catalogue::durability::RESTARTED_MOUNT_KEPT;
use crate::catalogue::durability::RESTARTED_PUSH_ACCEPTED;
use crate::catalogue::durability::RESTARTED_REFERRER_KEPT;
use crate::catalogue::durability::RESTARTED_TAG_KEPT;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::trial::Kind;
use crate::trial::Trial;
use crate::verdict::Outcome;
use crate::verdict::Stop;

use super::super::discovery::all_tags;
use super::super::discovery::prepared;
use super::super::discovery::referrers_of;
use super::super::way::Way;
use super::super::way::if_taken;
use super::RESTARTED;
use super::is_blob;
use super::is_manifest;
use super::is_taken;

pub(crate) static SECTION: Section = Section {
    id: "durability/content",
    title: "Content across a restart",
    anchor: "push",
    checks: &[
        Check {
            name: "blobs",
            title: "Blobs that were pushed in every way are there after a restart, and more are taken",
            covers: &[&RESTARTED_BLOB_KEPT, &RESTARTED_PUSH_ACCEPTED],
            run: blobs,
            ..RESTARTED
        },
        Check {
            name: "manifests-and-tags",
            title: "Manifests, and the tags that name them, are after a restart as they were left",
            covers: &[&RESTARTED_MANIFEST_KEPT, &RESTARTED_TAG_KEPT],
            run: manifests_and_tags,
            ..RESTARTED
        },
        Check {
            name: "last-push",
            title: "The push that was answered last before a restart is there after it",
            covers: &[&RESTARTED_BLOB_KEPT, &RESTARTED_TAG_KEPT],
            run: last_push,
            ..RESTARTED
        },
        Check {
            name: "mount",
            title: "A blob that was mounted is there after a restart",
            covers: &[&RESTARTED_MOUNT_KEPT],
            needs: &[Feature::Push, Feature::Mount, Feature::Restart],
            run: mount,
            ..RESTARTED
        },
        Check {
            name: "referrers",
            title: "Referrers are listed after a restart",
            covers: &[&RESTARTED_REFERRER_KEPT],
            needs: &[Feature::Push, Feature::Referrers, Feature::Restart],
            run: referrers,
            ..RESTARTED
        },
    ],
};

fn blobs(trial: &Trial<'_>) -> Outcome {
    let repository = trial.repository();
    let mut taken = Vec::new();
    for way in Way::ALL {
        let blob = trial.blob(30_000);
        let pushed = if_taken(way.try_push(&repository, &blob, &blob.digest))?;
        if pushed.is_some_and(|answer| answer.status() == 201) {
            taken.push(blob);
        }
    }
    trial.restart()?;
    for blob in &taken {
        is_blob(&repository, blob, &RESTARTED_BLOB_KEPT)?;
    }
    is_taken(&repository, &trial.blob(30_000))?;
    // What is there already is taken once more.
    taken
        .first()
        .map_or(Ok(()), |blob| is_taken(&repository, blob))
}

fn manifests_and_tags(trial: &Trial<'_>) -> Outcome {
    let repository = trial.repository();
    let [old, new, index] =
        [Kind::Image, Kind::Image, Kind::Index].map(|kind| repository.new_manifest(kind));
    let (old, new, index) = (old?, new?, index?);
    let (moved, fixed) = (trial.tag(), trial.tag());
    repository.push_by_digest(&index)?;
    repository.push_by_tag(&fixed, &old)?;
    repository.push_by_tag(&moved, &old)?;
    repository.push_by_tag(&moved, &new)?;
    trial.restart()?;
    for manifest in [&old, &new, &index] {
        is_manifest(
            &repository,
            &manifest.digest,
            manifest,
            &RESTARTED_MANIFEST_KEPT,
        )?;
    }
    is_manifest(&repository, &fixed, &old, &RESTARTED_TAG_KEPT)?;
    is_manifest(&repository, &moved, &new, &RESTARTED_TAG_KEPT)?;
    let list = prepared(all_tags(&repository))?;
    let is_listed = |tag: &&crate::oci::Tag| list.iter().any(|it| it == tag.as_str());
    trial.judge(
        &RESTARTED_TAG_KEPT,
        [&moved, &fixed].iter().all(is_listed),
        format!("{moved} and {fixed} in the list of tags"),
        format!("{} tags, and not both of them", list.len()),
    )
}

fn last_push(trial: &Trial<'_>) -> Outcome {
    let (repository, tag, blob) = (trial.repository(), trial.tag(), trial.blob(200_000));
    let manifest = repository.new_manifest(Kind::Image)?;
    repository.push_by_tag(&tag, &manifest)?;
    trial.restart()?;
    is_manifest(&repository, &tag, &manifest, &RESTARTED_TAG_KEPT)?;
    repository.push_blob(&blob)?;
    trial.restart()?;
    is_blob(&repository, &blob, &RESTARTED_BLOB_KEPT)
}

fn mount(trial: &Trial<'_>) -> Outcome {
    let (repository, blob) = (trial.repository(), trial.blob(20_000));
    let answer = Way::Mount.try_push(&repository, &blob, &blob.digest)?;
    if answer.status() != 201 {
        return Err(Stop::Unsupported(answer.told()));
    }
    trial.restart()?;
    is_blob(&repository, &blob, &RESTARTED_MOUNT_KEPT)
}

fn referrers(trial: &Trial<'_>) -> Outcome {
    let (repository, subject) = (trial.repository(), trial.pushed_manifest()?);
    let [one, other] = [(); 2].map(|()| repository.new_referrer(&subject));
    let (one, other) = (one?, other?);
    repository.push_by_digest(&one)?;
    repository.push_by_digest(&other)?;
    trial.restart()?;
    let list = match referrers_of(&repository, &subject.digest) {
        // Where there is no list any more, nothing is listed.
        Err(Stop::Violation(_)) => Vec::new(),
        list => list?,
    };
    for referrer in [&one, &other] {
        let digest = referrer.digest.to_string();
        trial.judge(
            &RESTARTED_REFERRER_KEPT,
            list.iter().any(|it| it["digest"] == digest.as_str()),
            format!("{digest} in the list of referrers"),
            format!("{} others", list.len()),
        )?;
    }
    Ok(())
}
