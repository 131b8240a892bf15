//! Pulling: what a registry gives to whoever asks.

pub(super) mod absent;
pub(super) mod accept;
pub(super) mod blobs;
pub(super) mod conditions;
pub(super) mod encodings;
pub(super) mod existence;
pub(super) mod head_like_get;
pub(super) mod manifests;
mod parts;
pub(super) mod ranges;
pub(super) mod types;

use crate::catalogue::Requirement;
use crate::catalogue::blob_pull::BLOB_FOUND;
use crate::http::Failure;
use crate::http::Method;
use crate::oci::Algorithm;
use crate::oci::BadDigest;
use crate::oci::Digest;
use crate::trial::Answer;
use crate::trial::Repository;
use crate::trial::Trial;
use crate::verdict::Outcome;
use crate::verdict::Stop;

/// How long a blob is that does not fit into one buffer of anybody's: 1 MiB and a byte.
const LARGE: usize = (1 << 20) + 1;

/// The header that says what was pulled.
const DIGEST_HEADER: &str = "Docker-Content-Digest";

/// Proves that the digest header is there. It may be on any hop, and need not be there where
/// another host answers.
fn digest_header_sent(answer: &Answer<'_>, requirement: &'static Requirement) -> Outcome {
    let sent = answer.header_on_any_hop(DIGEST_HEADER).is_some();
    answer.proves(requirement).that(
        sent || answer.is_from_elsewhere(),
        &format!("a {DIGEST_HEADER} header"),
        &format!("{}, no {DIGEST_HEADER}", answer.summary()),
    )?;
    Ok(())
}

/// Proves that the digest header, if it is there, is a digest of `content`, by whatever algorithm.
pub(super) fn digest_header_matched(
    answer: &Answer<'_>,
    requirement: &'static Requirement,
    content: &[u8],
) -> Outcome {
    let Some(header) = answer.header_on_any_hop(DIGEST_HEADER) else {
        return Ok(());
    };
    let holds = match header.parse::<Digest>() {
        Ok(digest) => digest.matches(content),
        // A digest that plimsoll cannot compute may well be right.
        Err(BadDigest::Algorithm(_)) => true,
        Err(_) => false,
    };
    answer.proves(requirement).that(
        holds,
        &format!("a digest of the content in {DIGEST_HEADER}"),
        &format!("{DIGEST_HEADER}: {header}"),
    )?;
    Ok(())
}

/// GET on what has to be there. A redirect that nobody can follow, such as one that leads back to
/// itself, is all that the registry has to say, and is no 200.
fn reached<'t>(
    repository: &Repository<'t>,
    path: &str,
    row: &'static Requirement,
) -> Result<Option<Answer<'t>>, Stop> {
    match repository.ask(Method::GET, path).attempt() {
        Err(failure @ Failure::Redirect { .. }) => {
            let expected = "200, after redirects that can be followed";
            let trial = repository.trial();
            trial.judge(row, false, expected, failure.to_string())?;
            Ok(None)
        }
        Err(failure) => Err(Stop::Trouble(failure)),
        Ok(answer) => Ok(Some(answer)),
    }
}

/// A digest that differs from this one in its last digit only. Nobody has content for it.
fn near_miss(digest: &Digest) -> String {
    let text = digest.to_string();
    let (rest, last) = text.split_at(text.len() - 1);
    format!("{rest}{}", if last == "0" { '1' } else { '0' })
}

/// How a registry may answer for a digest that nobody pushed. One that does not know sha512 may
/// refuse it instead, and whether it knows sha512 is not sure in every run.
fn absence(algorithm: Algorithm) -> &'static [u16] {
    match algorithm {
        Algorithm::Sha256 => &[404],
        Algorithm::Sha512 => &[400, 404],
    }
}

/// The trial's other repository, with something in it, so that it is there.
fn inhabited_other<'t>(trial: &'t Trial<'_>) -> Result<Repository<'t>, Stop> {
    let other = trial.other_repository();
    let blob = trial.blob(64);
    other.push_blob(&blob)?;
    let answer = other.get(&format!("blobs/{}", blob.digest))?;
    answer.prepares(&BLOB_FOUND).status(&[200])?;
    Ok(other)
}
