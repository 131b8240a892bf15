//! Every way to push a blob, and every way to pull it back.
//!
//! The sections of the ways themselves ask what their answers look like; this one asks whether the
//! same bytes come to the same blob.

use crate::catalogue::Requirement;
use crate::catalogue::blob_pull::BLOB_DIGEST_HEADER_MATCHED;
use crate::catalogue::blob_pull::BLOB_FOUND;
use crate::catalogue::blob_ranges::BLOB_RANGE_SENT;
use crate::catalogue::chunked::CHUNKED_BLOB_LOCATION_SENT;
use crate::catalogue::chunked::CHUNKED_PUT_ACCEPTED;
use crate::catalogue::existence::BLOB_EXISTENCE_CONFIRMED;
use crate::catalogue::existence::EXISTENCE_DIGEST_HEADER_SENT;
use crate::catalogue::existence::EXISTENCE_LENGTH_SENT;
use crate::catalogue::mount::MOUNT_ACCEPTED;
use crate::catalogue::mount::MOUNTED_BLOB_PULLED;
use crate::catalogue::post_then_put::UPLOAD_PUT_ACCEPTED;
use crate::catalogue::post_then_put::UPLOADED_BLOB_LOCATION_PULLED;
use crate::catalogue::single_post::SINGLE_POST_ACCEPTED;
use crate::catalogue::single_post::SINGLE_POST_LOCATION_PULLED;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::http::Method;
use crate::oci::Algorithm;
use crate::trial::Axis;
use crate::trial::Trial;
use crate::trial::content::Blob;
use crate::verdict::Outcome;
use crate::verdict::Stop;

use super::super::everywhere::holds_blob;
use super::super::way::Way;
use super::super::way::if_taken;

pub(crate) static SECTION: Section = Section {
    id: "push/ways",
    title: "Every way to push a blob",
    anchor: "pushing-blobs",
    checks: &[
        Check {
            name: "put",
            title: "A blob of any size that was pushed by POST and PUT is there for GET, HEAD and by its Location",
            covers: BY_PUT,
            run: |trial| leads_back(trial, Way::Put),
            ..OF_ANY_SIZE
        },
        Check {
            name: "put-without-length",
            title: "A blob whose PUT does not announce its length, where it is taken, is there by every way",
            covers: BY_PUT,
            axes: &[],
            run: |trial| leads_back(trial, Way::EncodedPut),
            ..OF_ANY_SIZE
        },
        Check {
            name: "single-post",
            title: "A blob of any size that was pushed by a single POST is there for GET, HEAD and by its Location",
            covers: BY_POST,
            needs: &[Feature::Push, Feature::SinglePost],
            run: |trial| leads_back(trial, Way::Post),
            ..OF_ANY_SIZE
        },
        Check {
            name: "one-chunk",
            title: "A blob of any size that was pushed in one chunk is there for GET, HEAD and by its Location",
            covers: BY_CHUNKS,
            axes: &[],
            run: |trial| leads_back(trial, Way::OneChunk),
            ..OF_ANY_SIZE
        },
        Check {
            name: "several-chunks",
            title: "A blob of any size that was pushed in several chunks is there for GET, HEAD and by its Location",
            covers: BY_CHUNKS,
            run: |trial| leads_back(trial, Way::Chunks),
            ..OF_ANY_SIZE
        },
        Check {
            name: "last-chunk-in-put",
            title: "A blob of any size whose last chunk came in the PUT is there for GET, HEAD and by its Location",
            covers: BY_CHUNKS,
            axes: &[],
            run: |trial| leads_back(trial, Way::LastInPut),
            ..OF_ANY_SIZE
        },
        Check {
            name: "stream",
            title: "A blob of any size that was streamed, where that is taken, is there by every way",
            covers: BY_CHUNKS,
            axes: &[],
            run: |trial| leads_back(trial, Way::Stream),
            ..OF_ANY_SIZE
        },
        Check {
            name: "stream-without-length",
            title: "A blob that was streamed without its length, where that is taken, is there by every way",
            covers: BY_CHUNKS,
            axes: &[],
            run: |trial| leads_back(trial, Way::EncodedStream),
            ..OF_ANY_SIZE
        },
        Check {
            name: "mount",
            title: "A blob of any size that was mounted is there for GET, HEAD and by its Location",
            covers: BY_MOUNT,
            needs: &[Feature::Push, Feature::Mount],
            run: |trial| leads_back(trial, Way::Mount),
            ..OF_ANY_SIZE
        },
        Check {
            name: "empty-blob",
            title: "A blob of no bytes, by whichever way it was answered 201, is there for GET and HEAD",
            covers: &[
                &BLOB_FOUND,
                &BLOB_DIGEST_HEADER_MATCHED,
                &BLOB_EXISTENCE_CONFIRMED,
                &EXISTENCE_DIGEST_HEADER_SENT,
                &EXISTENCE_LENGTH_SENT,
            ],
            axes: &[Axis::BlobAlgorithm],
            run: empty_blob,
            ..OF_ANY_SIZE
        },
        Check {
            name: "parts",
            title: "Where ranges are served, they give the right bytes of a blob, whichever way it was pushed",
            covers: &[&BLOB_RANGE_SENT],
            needs: &[Feature::Push, Feature::Ranges],
            run: parts,
            ..Check::BASE
        },
        Check {
            name: "five-mebibytes-in-put",
            title: "A blob of 5 MiB and a byte that was pushed by POST and PUT comes back as it was",
            covers: BY_PUT,
            run: |trial| comes_back(trial, Way::Put, FIVE_MEBIBYTES),
            ..HEAVY
        },
        Check {
            name: "five-mebibytes-in-post",
            title: "A blob of 5 MiB and a byte that was pushed by a single POST comes back as it was",
            covers: BY_POST,
            needs: &[Feature::Push, Feature::SinglePost],
            run: |trial| comes_back(trial, Way::Post, FIVE_MEBIBYTES),
            ..HEAVY
        },
        Check {
            name: "five-mebibytes-in-chunks",
            title: "A blob of 5 MiB and a byte that was pushed in several chunks comes back as it was",
            covers: BY_CHUNKS,
            run: |trial| comes_back(trial, Way::Chunks, FIVE_MEBIBYTES),
            ..HEAVY
        },
        Check {
            name: "five-mebibytes-in-stream",
            title: "A blob of 5 MiB and a byte that was streamed, where that is taken, comes back as it was",
            covers: BY_CHUNKS,
            run: |trial| comes_back(trial, Way::EncodedStream, FIVE_MEBIBYTES),
            ..HEAVY
        },
    ],
};

const OF_ANY_SIZE: Check = Check {
    needs: &[Feature::Push],
    axes: &[Axis::BlobAlgorithm],
    ..Check::BASE
};

const HEAVY: Check = Check {
    needs: &[Feature::Push],
    heavy: true,
    ..Check::BASE
};

/// What is demanded of a blob that was pushed by POST and PUT.
const BY_PUT: &[&Requirement] = &[
    &UPLOAD_PUT_ACCEPTED,
    &UPLOADED_BLOB_LOCATION_PULLED,
    &BLOB_FOUND,
    &BLOB_DIGEST_HEADER_MATCHED,
    &BLOB_EXISTENCE_CONFIRMED,
    &EXISTENCE_DIGEST_HEADER_SENT,
    &EXISTENCE_LENGTH_SENT,
];

/// What is demanded of one that was pushed by a single POST.
const BY_POST: &[&Requirement] = &[
    &SINGLE_POST_ACCEPTED,
    &SINGLE_POST_LOCATION_PULLED,
    &BLOB_FOUND,
    &BLOB_DIGEST_HEADER_MATCHED,
    &BLOB_EXISTENCE_CONFIRMED,
    &EXISTENCE_DIGEST_HEADER_SENT,
    &EXISTENCE_LENGTH_SENT,
];

/// What is demanded of one that was pushed in chunks, or streamed.
const BY_CHUNKS: &[&Requirement] = &[
    &CHUNKED_PUT_ACCEPTED,
    &CHUNKED_BLOB_LOCATION_SENT,
    &BLOB_FOUND,
    &BLOB_DIGEST_HEADER_MATCHED,
    &BLOB_EXISTENCE_CONFIRMED,
    &EXISTENCE_DIGEST_HEADER_SENT,
    &EXISTENCE_LENGTH_SENT,
];

/// What is demanded of one that was mounted.
const BY_MOUNT: &[&Requirement] = &[
    &MOUNT_ACCEPTED,
    &MOUNTED_BLOB_PULLED,
    &BLOB_FOUND,
    &BLOB_DIGEST_HEADER_MATCHED,
    &BLOB_EXISTENCE_CONFIRMED,
    &EXISTENCE_DIGEST_HEADER_SENT,
    &EXISTENCE_LENGTH_SENT,
];

/// One byte more than fits into the parts of a multipart upload to an object store.
const FIVE_MEBIBYTES: usize = (5 << 20) + 1;

/// Sizes about which buffers go wrong, in bytes.
const SIZES: &[usize] = &[1, 512, (64 << 10) + 1, (1 << 20) + 1];

/// The same where the digest is of another algorithm, which sizes do not matter for.
const FEW_SIZES: &[usize] = &[(64 << 10) + 1];

fn leads_back(trial: &Trial<'_>, way: Way) -> Outcome {
    let sizes = match trial.variant().blobs {
        Algorithm::Sha256 => SIZES,
        Algorithm::Sha512 => FEW_SIZES,
    };
    sizes
        .iter()
        .try_for_each(|&len| comes_back(trial, way, len))
}

/// Pushes a blob of this size by this way, and pulls it by every way.
fn comes_back(trial: &Trial<'_>, way: Way, len: usize) -> Outcome {
    let (repository, blob) = (trial.repository(), trial.blob(len));
    let location = way.push(&repository, &blob)?.location();
    // That there is one is a question of the section about that way.
    if let Some(url) = location {
        let pulled = repository.ask_at(Method::GET, &url).send()?;
        let demand = pulled.proves(way.located()).status(&[200])?;
        demand.body(&blob.bytes)?;
    }
    holds_blob(&repository, &blob)
}

fn empty_blob(trial: &Trial<'_>) -> Outcome {
    let (repository, blob) = (trial.repository(), trial.blob(0));
    let mut is_taken = false;
    // Chunks of no bytes have no Content-Range, so a push in chunks has none of them.
    for way in [Way::Put, Way::EncodedPut, Way::Post, Way::Stream] {
        let pushed = if_taken(way.try_push(&repository, &blob, &blob.digest))?;
        if pushed.is_some_and(|answer| answer.status() == 201) {
            is_taken = true;
            holds_blob(&repository, &blob)?;
        }
    }
    if is_taken {
        return Ok(());
    }
    let reason = "the registry takes no empty blob by any way";
    Err(Stop::Unsupported(reason.to_owned()))
}

fn parts(trial: &Trial<'_>) -> Outcome {
    const LEN: usize = 10_000;
    for way in Way::ALL {
        let blob = trial.blob(LEN);
        if if_taken(way.push(&trial.repository(), &blob))?.is_some() {
            // Both are about places where the chunks of some way meet.
            [(3_300, 5_000), (LEN - 1, LEN - 1)]
                .into_iter()
                .try_for_each(|span| gives_part(trial, &blob, span))?;
        }
    }
    Ok(())
}

fn gives_part(trial: &Trial<'_>, blob: &Blob, (first, last): (usize, usize)) -> Outcome {
    let answer = trial
        .repository()
        .ask(Method::GET, &format!("blobs/{}", blob.digest))
        .header("range", &format!("bytes={first}-{last}"))
        .send()?;
    answer
        .proves(&BLOB_RANGE_SENT)
        .status(&[206])?
        .body(&blob.bytes[first..=last])?;
    Ok(())
}
