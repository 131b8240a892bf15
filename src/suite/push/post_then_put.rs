//! Pushing a blob by POST and PUT.

use crate::catalogue::Requirement;
use crate::catalogue::blob_pull::BLOB_FOUND;
use crate::catalogue::errors::CLIENT_MISTAKE_REFUSED;
use crate::catalogue::post_then_put::CONCURRENT_UPLOADS_ISOLATED;
use crate::catalogue::post_then_put::MISMATCHED_UPLOAD_REFUSED;
use crate::catalogue::post_then_put::TRUNCATED_UPLOAD_REFUSED;
use crate::catalogue::post_then_put::UPLOAD_LOCATION_FORM_ALLOWED;
use crate::catalogue::post_then_put::UPLOAD_LOCATION_QUERY_ALLOWED;
use crate::catalogue::post_then_put::UPLOAD_LOCATION_SENT;
use crate::catalogue::post_then_put::UPLOAD_LOCATION_UNIQUE;
use crate::catalogue::post_then_put::UPLOAD_POST_ACCEPTED;
use crate::catalogue::post_then_put::UPLOAD_PUT_ACCEPTED;
use crate::catalogue::post_then_put::UPLOAD_PUT_WITHOUT_DIGEST_REFUSED;
use crate::catalogue::post_then_put::UPLOADED_BLOB_LOCATION_PULLED;
use crate::catalogue::post_then_put::UPLOADED_BLOB_LOCATION_SENT;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::http::Method;
use crate::oci::Algorithm;
use crate::oci::Digest;
use crate::trial::Axis;
use crate::trial::Repository;
use crate::trial::Trial;
use crate::trial::content::Blob;
use crate::verdict::Outcome;

use super::blob_helpers::is_not_stored;
use super::blob_helpers::is_pulled;
use super::blob_helpers::is_put;
use super::blob_helpers::leads_to_blob;

pub(crate) static SECTION: Section = Section {
    id: "push/post-then-put",
    title: "Pushing a blob by POST and PUT",
    anchor: "post-then-put",
    checks: &[
        Check {
            name: "session",
            title: "POST to a repository's uploads returns 202 and the Location of a session, whatever it holds",
            covers: &[&UPLOAD_POST_ACCEPTED, &UPLOAD_LOCATION_SENT],
            needs: &[Feature::Push],
            run: |trial| {
                is_opened(&trial.repository())?;
                trial.pushed_blob(64)?;
                is_opened(&trial.repository())
            },
            ..Check::BASE
        },
        Check {
            name: "session-of-its-own",
            title: "Each POST to a repository's uploads returns another Location",
            covers: &[&UPLOAD_LOCATION_UNIQUE],
            needs: &[Feature::Push],
            run: session_of_its_own,
            ..Check::BASE
        },
        Check {
            name: "put",
            title: "PUT of each of two blobs of one length returns 201, and its Location pulls that blob",
            covers: TAKEN,
            needs: &[Feature::Push],
            axes: &[Axis::BlobAlgorithm],
            run: |trial| {
                is_taken(&trial.repository(), &trial.blob(512))?;
                is_taken(&trial.repository(), &trial.blob(512))
            },
            ..Check::BASE
        },
        Check {
            name: "encoded-digest",
            title: "PUT of a blob with a digest whose colon is percent-encoded returns 201",
            covers: &[&UPLOAD_PUT_ACCEPTED, &BLOB_FOUND],
            needs: &[Feature::Push],
            run: encoded_digest,
            ..Check::BASE
        },
        Check {
            name: "large-blob",
            title: "A blob of one byte more than 1 MiB is taken and pulled as it was",
            covers: TAKEN,
            needs: &[Feature::Push],
            run: |trial| is_taken(&trial.repository(), &trial.blob(LARGE)),
            ..Check::BASE
        },
        Check {
            name: "empty-blob",
            title: "A blob of no bytes is taken and pulled as it was, or refused",
            covers: &[&UPLOAD_PUT_ACCEPTED, &BLOB_FOUND],
            needs: &[Feature::Push],
            axes: &[Axis::BlobAlgorithm],
            run: empty_blob,
            ..Check::BASE
        },
        Check {
            name: "blob-pushed-again",
            title: "A blob that the repository holds already can be pushed again",
            covers: TAKEN,
            needs: &[Feature::Push],
            axes: &[Axis::BlobAlgorithm],
            run: |trial| is_taken(&trial.repository(), &trial.pushed_blob(512)?),
            ..Check::BASE
        },
        Check {
            name: "blob-of-another-repository",
            title: "A blob that another repository holds can be pushed here too",
            covers: TAKEN,
            needs: &[Feature::Push],
            axes: &[Axis::BlobAlgorithm],
            run: |trial| is_taken(&trial.other_repository(), &trial.pushed_blob(512)?),
            ..Check::BASE
        },
        Check {
            name: "sessions-side-by-side",
            title: "Two sessions that are open at once each store their own bytes",
            covers: &[&CONCURRENT_UPLOADS_ISOLATED],
            needs: &[Feature::Push],
            run: sessions_side_by_side,
            ..Check::BASE
        },
        Check {
            name: "put-without-digest",
            title: "PUT to a session without a digest returns 400 and stores no blob",
            covers: &[&UPLOAD_PUT_WITHOUT_DIGEST_REFUSED],
            needs: &[Feature::Push],
            run: |trial| {
                let blob = trial.blob(512);
                let session = trial.repository().open_session()?;
                let answer = session.ask(Method::PUT).blob(&blob).send()?;
                let requirement = &UPLOAD_PUT_WITHOUT_DIGEST_REFUSED;
                answer.proves(requirement).status(&[400])?;
                is_not_stored(&trial.repository(), &blob.digest, requirement)
            },
            ..Check::BASE
        },
        Check {
            name: "mismatched-digest",
            title: "PUT of a blob, small or large, under a digest that its bytes do not have returns 400",
            covers: &[&MISMATCHED_UPLOAD_REFUSED],
            needs: &[Feature::Push],
            axes: &[Axis::BlobAlgorithm],
            run: mismatched_digest,
            ..Check::BASE
        },
        Check {
            name: "digest-of-no-bytes",
            title: "PUT of a blob under the digest of no bytes is refused, whether it announces its length or not",
            covers: &[&MISMATCHED_UPLOAD_REFUSED],
            needs: &[Feature::Push],
            run: digest_of_no_bytes,
            ..Check::BASE
        },
        Check {
            name: "right-digest-after-wrong",
            title: "A blob that was refused under a wrong digest is taken under the right one",
            covers: TAKEN,
            needs: &[Feature::Push],
            run: |trial| {
                let (digest, blob) = (trial.absent_digest(Algorithm::Sha256), trial.blob(512));
                let session = trial.repository().open_session()?;
                let answer = session.put(&digest).blob(&blob).send()?;
                answer.prepares(&MISMATCHED_UPLOAD_REFUSED).client_error()?;
                is_taken(&trial.repository(), &blob)
            },
            ..Check::BASE
        },
        Check {
            name: "mismatched-known-digest",
            title: "PUT of a blob under the digest of another one that is stored returns 400",
            covers: &[&MISMATCHED_UPLOAD_REFUSED],
            needs: &[Feature::Push],
            axes: &[Axis::BlobAlgorithm],
            run: |trial| {
                let stored = trial.pushed_blob(512)?;
                let session = trial.repository().open_session()?;
                let answer = session.put(&stored.digest).blob(&trial.blob(512)).send()?;
                answer.proves(&MISMATCHED_UPLOAD_REFUSED).status(&[400])?;
                Ok(())
            },
            ..Check::BASE
        },
        Check {
            name: "truncated-body",
            title: "PUT of fewer bytes than its Content-Length says stores no blob",
            covers: &[&TRUNCATED_UPLOAD_REFUSED, &CLIENT_MISTAKE_REFUSED],
            needs: &[Feature::Push],
            run: truncated_body,
            ..Check::BASE
        },
    ],
};

/// What the push of a blob proves that is taken.
const TAKEN: &[&Requirement] = &[
    &UPLOAD_PUT_ACCEPTED,
    &UPLOADED_BLOB_LOCATION_SENT,
    &UPLOADED_BLOB_LOCATION_PULLED,
    &BLOB_FOUND,
    &UPLOAD_LOCATION_FORM_ALLOWED,
    &UPLOAD_LOCATION_QUERY_ALLOWED,
];

/// More bytes than registries keep in memory at will.
const LARGE: usize = (1 << 20) + 1;

fn is_opened(repository: &Repository<'_>) -> Outcome {
    let answer = repository.post_upload().send()?;
    answer.proves(&UPLOAD_POST_ACCEPTED).status(&[202])?;
    answer.proves(&UPLOAD_LOCATION_SENT).has_location()?;
    Ok(())
}

fn session_of_its_own(trial: &Trial<'_>) -> Outcome {
    let first = trial.repository().open_session()?.url;
    let second = trial.repository().open_session()?.url;
    let third = trial.repository().open_session()?.url;
    let repeated = [(&first, &second), (&first, &third), (&second, &third)]
        .into_iter()
        .find(|(left, right)| left == right);
    trial.judge(
        &UPLOAD_LOCATION_UNIQUE,
        repeated.is_none(),
        "three sessions with a Location each of its own",
        repeated.map_or_else(String::new, |(url, _)| format!("{url} twice")),
    )
}

/// Pushes a blob, and pulls it back.
fn is_taken(repository: &Repository<'_>, blob: &Blob) -> Outcome {
    let session = repository.open_session()?;
    let answer = session.put(&blob.digest).blob(blob).send()?;
    answer.proves(&UPLOAD_PUT_ACCEPTED).status(&[201])?;
    answer.proves(&UPLOADED_BLOB_LOCATION_SENT).has_location()?;
    // The session's URL was resolved, and its query was kept, for this to work.
    answer
        .proves(&UPLOAD_LOCATION_FORM_ALLOWED)
        .status(&[201])?;
    answer
        .proves(&UPLOAD_LOCATION_QUERY_ALLOWED)
        .status(&[201])?;
    leads_to_blob(repository, &answer, blob, &UPLOADED_BLOB_LOCATION_PULLED)
}

fn empty_blob(trial: &Trial<'_>) -> Outcome {
    let blob = trial.blob(0);
    let session = trial.repository().open_session()?;
    let answer = session.put(&blob.digest).blob(&blob).send()?;
    let is_taken = answer.status() == 201;
    answer.proves(&UPLOAD_PUT_ACCEPTED).that(
        is_taken || answer.is_client_error(),
        "201, or a client error (400 to 499) from a registry that takes no empty blob",
        &answer.summary(),
    )?;
    if !is_taken {
        return Ok(());
    }
    is_pulled(&trial.repository(), &blob, &BLOB_FOUND)
}

fn sessions_side_by_side(trial: &Trial<'_>) -> Outcome {
    let repository = trial.repository();
    let blobs = [trial.blob(512), trial.blob(700)];
    let [early, late] = [repository.open_session()?, repository.open_session()?];
    for (session, blob) in [(late, &blobs[0]), (early, &blobs[1])] {
        let answer = session.put(&blob.digest).blob(blob).send()?;
        is_put(&answer, &CONCURRENT_UPLOADS_ISOLATED)?;
    }
    blobs
        .iter()
        .try_for_each(|blob| is_pulled(&repository, blob, &CONCURRENT_UPLOADS_ISOLATED))
}

/// Many clients encode the colon, as they would in a form.
fn encoded_digest(trial: &Trial<'_>) -> Outcome {
    let (repository, blob) = (trial.repository(), trial.blob(512));
    let encoded = blob.digest.to_string().replace(':', "%3A");
    let asking = repository.open_session()?.ask(Method::PUT);
    let asking = asking.raw_query(&format!("digest={encoded}"));
    let answer = asking.blob(&blob).send()?;
    answer.proves(&UPLOAD_PUT_ACCEPTED).status(&[201])?;
    is_pulled(&repository, &blob, &BLOB_FOUND)
}

fn mismatched_digest(trial: &Trial<'_>) -> Outcome {
    let (small, large) = (trial.blob(512), trial.blob(LARGE));
    let absent = trial.absent_digest(trial.variant().blobs);
    let nearly_right = with_another_end(&small.digest);
    for (digest, blob) in [
        (&absent, &small),
        (&nearly_right, &small),
        (&absent, &large),
    ] {
        let session = trial.repository().open_session()?;
        let answer = session.put(digest).blob(blob).send()?;
        answer.proves(&MISMATCHED_UPLOAD_REFUSED).status(&[400])?;
    }
    Ok(())
}

/// The digest with another last digit.
fn with_another_end(digest: &Digest) -> Digest {
    let (begin, end) = digest.hex().split_at(digest.hex().len() - 1);
    let end = if end == "0" { "1" } else { "0" };
    let text = format!("{}:{begin}{end}", digest.algorithm());
    text.parse().expect("one digit is as good as another")
}

/// A registry that loses the body, as there is no length to read, has the empty blob instead.
fn digest_of_no_bytes(trial: &Trial<'_>) -> Outcome {
    let (empty, blob) = (Algorithm::Sha256.digest(b""), trial.blob(512));
    let session = trial.repository().open_session()?;
    let answer = session.put(&empty).blob(&blob).send()?;
    answer.proves(&MISMATCHED_UPLOAD_REFUSED).status(&[400])?;
    let session = trial.repository().open_session()?;
    let answer = session.put(&empty).blob(&blob).chunked().send()?;
    answer.proves(&MISMATCHED_UPLOAD_REFUSED).that(
        answer.is_client_error() || answer.status() == 501,
        "a client error (400 to 499), or 501 from a registry that insists on a length",
        &answer.summary(),
    )?;
    Ok(())
}

/// Sends half of what it announces: under the digest of this half, and under that of a whole which
/// goes on with zeros, as a registry that makes room beforehand would store.
fn truncated_body(trial: &Trial<'_>) -> Outcome {
    let blob = trial.blob(512);
    let filled = [&blob.bytes[..], &[0; 512]].concat();
    let filled = blob.digest.algorithm().digest(&filled);
    is_given_up(trial, &blob, &blob.digest)?;
    is_given_up(trial, &blob, &filled)
}

/// Sends a blob, says that as much again will come, and hangs up.
fn is_given_up(trial: &Trial<'_>, blob: &Blob, digest: &Digest) -> Outcome {
    let session = trial.repository().open_session()?;
    let announced = 2 * blob.bytes.len() as u64;
    let asking = session.put(digest).blob(blob).announcing(announced);
    // A registry that is waiting for the rest when the connection ends has nobody left to answer.
    if let Ok(answer) = asking.attempt() {
        answer.proves(&TRUNCATED_UPLOAD_REFUSED).that(
            answer.status() >= 400,
            "a refusal (400 or more), or no answer",
            &answer.summary(),
        )?;
        answer.proves(&CLIENT_MISTAKE_REFUSED).no_server_error()?;
    }
    is_not_stored(&trial.repository(), digest, &TRUNCATED_UPLOAD_REFUSED)
}
