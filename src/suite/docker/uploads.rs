//! What the answers of an upload say.

use crate::catalogue::Requirement;
use crate::catalogue::docker::COMPLETED_UPLOAD_DESCRIBED;
use crate::catalogue::docker::DOCKER_UPLOAD_CANCELLED;
use crate::catalogue::docker::MOUNTED_BLOB_DESCRIBED;
use crate::catalogue::docker::UPLOAD_IDENTIFIED;
use crate::catalogue::docker::UPLOAD_RANGE_TOLD;
use crate::catalogue::post_then_put::UPLOAD_POST_ACCEPTED;
use crate::catalogue::post_then_put::UPLOAD_PUT_ACCEPTED;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::http::Method;
use crate::trial::Answer;
use crate::trial::Trial;
use crate::trial::content::Blob;
use crate::verdict::Outcome;
use crate::verdict::Stop;

pub(crate) static SECTION: Section = Section {
    id: "docker/uploads",
    title: "Uploads",
    anchor: "",
    checks: &[
        Check {
            name: "name",
            title: "An upload has one name, in Docker-Upload-UUID, from the beginning on",
            covers: &[&UPLOAD_IDENTIFIED],
            needs: &[Feature::Push],
            run: named,
            ..Check::BASE
        },
        Check {
            name: "progress",
            title: "An upload says in Range how far it has come, from the beginning on",
            covers: &[&UPLOAD_RANGE_TOLD],
            needs: &[Feature::Push],
            run: progress,
            ..Check::BASE
        },
        Check {
            name: "completed",
            title: "The answer to the PUT that completes an upload names the blob and where it is",
            covers: &[&COMPLETED_UPLOAD_DESCRIBED],
            needs: &[Feature::Push],
            run: completed,
            ..Check::BASE
        },
        Check {
            name: "mounted",
            title: "The answer to a mount names the blob and where it is",
            covers: &[&MOUNTED_BLOB_DESCRIBED],
            needs: &[Feature::Push, Feature::Mount],
            run: mounted,
            ..Check::BASE
        },
        Check {
            name: "cancelled",
            title: "DELETE on an upload returns 204, and the upload is gone",
            covers: &[&DOCKER_UPLOAD_CANCELLED],
            needs: &[Feature::Push],
            run: cancelled,
            ..Check::BASE
        },
    ],
};

/// The header with the name of an upload.
const UUID: &str = "docker-upload-uuid";

/// The answers to the steps of an upload with one chunk, each with how many bytes are there by then.
fn steps<'t>(trial: &'t Trial<'_>) -> Result<Vec<(Answer<'t>, usize)>, Stop> {
    let opened = trial.repository().post_upload().send()?;
    opened.prepares(&UPLOAD_POST_ACCEPTED).status(&[202])?;
    let url = opened.location().unwrap_or_default();
    let mut session = trial.repository().session_at(url);
    let chunk = trial.blob(CHUNK.max(minimum(&opened)));
    let first = session.status()?;
    let taken = session.patch(0, &chunk.bytes).send()?;
    session.follow(&taken)?;
    let second = session.status()?;
    let length = chunk.bytes.len();
    let mut steps = vec![(opened, 0), (first, 0), (taken, length), (second, length)];
    // A registry that takes no chunks, or tells no status, lacks a feature: that is asked elsewhere.
    steps.retain(|(answer, _)| answer.is_success());
    Ok(steps)
}

/// How long a chunk is.
const CHUNK: usize = 512;

fn named(trial: &Trial<'_>) -> Outcome {
    let steps = steps(trial)?;
    let name = steps[0].0.header(UUID).unwrap_or_default();
    for (answer, _) in &steps {
        let actual = answer.header(UUID).unwrap_or_default();
        let demand = answer.proves(&UPLOAD_IDENTIFIED);
        demand.that(
            actual == name && !name.is_empty(),
            "a Docker-Upload-UUID, the same in all answers",
            &format!("{actual:?} to {}", answer.question()),
        )?;
    }
    Ok(())
}

fn progress(trial: &Trial<'_>) -> Outcome {
    let steps = steps(trial)?;
    steps
        .iter()
        .try_for_each(|(answer, length)| tells(answer, *length))
}

fn completed(trial: &Trial<'_>) -> Outcome {
    let blob = trial.blob(CHUNK);
    let session = trial.repository().open_session()?;
    let answer = session.put(&blob.digest).blob(&blob).send()?;
    answer.prepares(&UPLOAD_PUT_ACCEPTED).status(&[201])?;
    is_described(&answer, &COMPLETED_UPLOAD_DESCRIBED, &blob)
}

/// The answer names the blob, and where it is.
fn is_described(answer: &Answer<'_>, row: &'static Requirement, blob: &Blob) -> Outcome {
    let digest = blob.digest.to_string();
    let named = answer.header(super::DIGEST).unwrap_or("none");
    let location = answer.header("location").unwrap_or("none");
    answer.proves(row).that(
        named == digest && answer.location().is_some(),
        &format!("a Location and Docker-Content-Digest: {digest}"),
        &format!("Location: {location}, Docker-Content-Digest: {named}"),
    )?;
    Ok(())
}

/// The answer says that so many bytes are there.
fn tells(answer: &Answer<'_>, length: usize) -> Outcome {
    let told = answer.header("range").unwrap_or_default();
    let range = told.strip_prefix("bytes=").unwrap_or(told);
    let expected = format!("0-{}", length.saturating_sub(1));
    answer.proves(&UPLOAD_RANGE_TOLD).that(
        range == expected,
        &format!("Range: {expected}"),
        &format!("{}, Range: {told}", answer.told()),
    )?;
    Ok(())
}

fn minimum(answer: &Answer<'_>) -> usize {
    let announced = answer.header("oci-chunk-min-length");
    let announced = announced.and_then(|value| value.parse().ok());
    announced.unwrap_or(0).min(8 << 20)
}

fn mounted(trial: &Trial<'_>) -> Outcome {
    let blob = trial.pushed_blob(512)?;
    let (digest, source) = (blob.digest.to_string(), trial.repository());
    let asking = trial.other_repository().post_upload();
    let asking = asking.query("mount", &digest);
    let answer = asking.query("from", source.name().as_str()).send()?;
    if answer.status() != 201 {
        return Err(Stop::Unsupported(format!("{}: no mount", answer.told())));
    }
    is_described(&answer, &MOUNTED_BLOB_DESCRIBED, &blob)
}

/// The specification has it only since the 1.2 draft, and registries may not.
fn cancelled(trial: &Trial<'_>) -> Outcome {
    let session = trial.repository().open_session()?;
    let answer = session.ask(Method::DELETE).send()?;
    if matches!(answer.status(), 400 | 404 | 405) {
        return Err(Stop::Unsupported(answer.told()));
    }
    let demand = answer.proves(&DOCKER_UPLOAD_CANCELLED);
    demand.status(&[204])?;
    let blob = trial.blob(CHUNK);
    let gone = session.put(&blob.digest).blob(&blob).send()?;
    let demand = gone.proves(&DOCKER_UPLOAD_CANCELLED);
    demand.status(&[404, 400])?;
    Ok(())
}
