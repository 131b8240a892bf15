//! Checking if content exists.

use crate::catalogue::Requirement;
use crate::catalogue::blob_pull::BLOB_FOUND;
use crate::catalogue::existence::ABSENT_BLOB_EXISTENCE_DENIED;
use crate::catalogue::existence::ABSENT_MANIFEST_EXISTENCE_DENIED;
use crate::catalogue::existence::BLOB_EXISTENCE_CONFIRMED;
use crate::catalogue::existence::EXISTENCE_DIGEST_HEADER_SENT;
use crate::catalogue::existence::EXISTENCE_LENGTH_SENT;
use crate::catalogue::existence::HEAD_BODY_OMITTED;
use crate::catalogue::existence::MANIFEST_EXISTENCE_CONFIRMED;
use crate::catalogue::manifest_pull::MANIFEST_BY_TAG_FOUND;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::http::Failure;
use crate::http::Method;
use crate::trial::Answer;
use crate::trial::Axis;
use crate::trial::Trial;
use crate::verdict::Outcome;
use crate::verdict::Stop;

use super::DIGEST_HEADER;
use super::LARGE;
use super::absence;
use super::digest_header_matched;
use super::digest_header_sent;
use super::near_miss;

pub(crate) static SECTION: Section = Section {
    id: "pull/existence",
    title: "Checking if content exists",
    anchor: "checking-if-content-exists-in-the-registry",
    checks: &[
        Check {
            name: "known-blob",
            title: "HEAD on a blob the registry holds returns 200",
            covers: &[&BLOB_EXISTENCE_CONFIRMED],
            needs: &[Feature::Blob],
            axes: &[Axis::BlobAlgorithm],
            run: |trial| {
                let blob = trial.known_blob(512)?;
                let answer = trial.head(&format!("blobs/{}", blob.digest))?;
                answer.proves(&BLOB_EXISTENCE_CONFIRMED).status(&[200])?;
                Ok(())
            },
            ..Check::BASE
        },
        Check {
            name: "known-tag",
            title: "HEAD on a manifest by a tag returns 200",
            covers: &[&MANIFEST_EXISTENCE_CONFIRMED],
            needs: &[Feature::Tag],
            axes: &[Axis::Kind],
            run: |trial| {
                let (tag, _) = trial.known_tag()?;
                let answer = trial.head(&format!("manifests/{tag}"))?;
                answer
                    .proves(&MANIFEST_EXISTENCE_CONFIRMED)
                    .status(&[200])?;
                Ok(())
            },
            ..Check::BASE
        },
        Check {
            name: "known-digest",
            title: "HEAD on a manifest by its digest returns 200",
            covers: &[&MANIFEST_EXISTENCE_CONFIRMED],
            needs: &[Feature::Manifest],
            axes: &[Axis::Kind, Axis::ManifestAlgorithm],
            run: |trial| {
                let manifest = trial.known_manifest()?;
                let answer = trial.head(&format!("manifests/{}", manifest.digest))?;
                answer
                    .proves(&MANIFEST_EXISTENCE_CONFIRMED)
                    .status(&[200])?;
                Ok(())
            },
            ..Check::BASE
        },
        Check {
            name: "blob-headers",
            title: "the 200 to a HEAD on a blob says its digest and its length",
            covers: &HEADERS,
            needs: &[Feature::Blob],
            axes: &[Axis::BlobAlgorithm],
            run: |trial| {
                let blob = trial.known_blob(512)?;
                let answer = trial.head(&format!("blobs/{}", blob.digest))?;
                described(&answer, &BLOB_EXISTENCE_CONFIRMED, &blob.bytes)
            },
            ..Check::BASE
        },
        Check {
            name: "large-blob-headers",
            title: "the 200 to a HEAD on a blob of 1 MiB and a byte says its digest and its length",
            covers: &HEADERS,
            needs: &[Feature::Push],
            run: |trial| {
                let blob = trial.pushed_blob(LARGE)?;
                let answer = trial.head(&format!("blobs/{}", blob.digest))?;
                described(&answer, &BLOB_EXISTENCE_CONFIRMED, &blob.bytes)
            },
            ..Check::BASE
        },
        Check {
            name: "tag-headers",
            title: "the 200 to a HEAD on a manifest by a tag says its digest and its length",
            covers: &HEADERS,
            needs: &[Feature::Tag],
            axes: &[Axis::Kind],
            run: |trial| {
                let (tag, manifest) = trial.known_tag()?;
                let answer = trial.head(&format!("manifests/{tag}"))?;
                described(&answer, &MANIFEST_EXISTENCE_CONFIRMED, &manifest.bytes)
            },
            ..Check::BASE
        },
        Check {
            name: "digest-headers",
            title: "the 200 to a HEAD on a manifest by its digest says its digest and its length",
            covers: &HEADERS,
            needs: &[Feature::Manifest],
            axes: &[Axis::Kind, Axis::ManifestAlgorithm],
            run: |trial| {
                let manifest = trial.known_manifest()?;
                let answer = trial.head(&format!("manifests/{}", manifest.digest))?;
                described(&answer, &MANIFEST_EXISTENCE_CONFIRMED, &manifest.bytes)
            },
            ..Check::BASE
        },
        Check {
            name: "unknown-blob",
            title: "HEAD on a digest that nobody pushed returns 404",
            covers: &[&ABSENT_BLOB_EXISTENCE_DENIED],
            axes: &[Axis::BlobAlgorithm],
            run: |trial| {
                let digest = trial.absent_digest(trial.variant().blobs);
                let answer = trial.head(&format!("blobs/{digest}"))?;
                answer
                    .proves(&ABSENT_BLOB_EXISTENCE_DENIED)
                    .status(absence(digest.algorithm()))?;
                Ok(())
            },
            ..Check::BASE
        },
        Check {
            name: "near-miss-blob",
            title: "HEAD on a digest that differs in one digit from that of a known blob returns 404",
            covers: &[&ABSENT_BLOB_EXISTENCE_DENIED],
            needs: &[Feature::Blob],
            axes: &[Axis::BlobAlgorithm],
            run: |trial| {
                let blob = trial.known_blob(512)?;
                absent_blob(trial, &near_miss(&blob.digest))
            },
            ..Check::BASE
        },
        Check {
            name: "unknown-tag",
            title: "HEAD on a tag that nobody pushed returns 404",
            covers: &[&ABSENT_MANIFEST_EXISTENCE_DENIED],
            run: |trial| absent_manifest(trial, trial.tag().as_str()),
            ..Check::BASE
        },
        Check {
            name: "unknown-digest",
            title: "HEAD on a manifest by a digest that nobody pushed returns 404",
            covers: &[&ABSENT_MANIFEST_EXISTENCE_DENIED],
            axes: &[Axis::ManifestAlgorithm],
            run: |trial| {
                let digest = trial.absent_digest(trial.variant().manifests);
                let answer = trial.head(&format!("manifests/{digest}"))?;
                answer
                    .proves(&ABSENT_MANIFEST_EXISTENCE_DENIED)
                    .status(absence(digest.algorithm()))?;
                Ok(())
            },
            ..Check::BASE
        },
        Check {
            name: "near-miss-manifest",
            title: "HEAD on a tag or digest that differs in one letter from a known one returns 404",
            covers: &[&ABSENT_MANIFEST_EXISTENCE_DENIED],
            needs: &[Feature::Tag],
            axes: &[Axis::Kind],
            run: |trial| {
                let (tag, manifest) = trial.known_tag()?;
                absent_manifest(trial, &near_miss(&manifest.digest))?;
                // A stranger's tag may have a neighbour; one that the trial made has none.
                if trial.world().read_only.is_none() {
                    absent_manifest(trial, &format!("{tag}x"))?;
                }
                Ok(())
            },
            ..Check::BASE
        },
        Check {
            name: "blob-head-like-get",
            title: "HEAD on a blob says nothing else in its headers than a GET",
            covers: &[&HEAD_BODY_OMITTED],
            needs: &[Feature::Blob],
            axes: &[Axis::BlobAlgorithm],
            run: |trial| {
                let blob = trial.known_blob(512)?;
                let path = format!("blobs/{}", blob.digest);
                let get = trial.get(&path)?;
                get.prepares(&BLOB_FOUND)
                    .status(&[200])?
                    .body(&blob.bytes)?;
                like_get(trial, &path, &get, &BLOB_EXISTENCE_CONFIRMED)
            },
            ..Check::BASE
        },
        Check {
            name: "manifest-head-like-get",
            title: "HEAD on a manifest says nothing else in its headers than a GET",
            covers: &[&HEAD_BODY_OMITTED],
            needs: &[Feature::Tag],
            axes: &[Axis::Kind],
            run: |trial| {
                let (tag, manifest) = trial.known_tag()?;
                let path = format!("manifests/{tag}");
                let get = trial.get(&path)?;
                get.prepares(&MANIFEST_BY_TAG_FOUND)
                    .status(&[200])?
                    .body(&manifest.bytes)?;
                like_get(trial, &path, &get, &MANIFEST_EXISTENCE_CONFIRMED)
            },
            ..Check::BASE
        },
        Check {
            name: "blob-head-body",
            title: "HEAD on a blob has no body",
            covers: &[&HEAD_BODY_OMITTED],
            needs: &[Feature::Blob],
            run: |trial| {
                let blob = trial.known_blob(512)?;
                no_body(trial, &format!("blobs/{}", blob.digest))
            },
            ..Check::BASE
        },
        Check {
            name: "manifest-head-body",
            title: "HEAD on a manifest has no body",
            covers: &[&HEAD_BODY_OMITTED],
            needs: &[Feature::Tag],
            axes: &[Axis::Kind],
            run: |trial| {
                let (tag, _) = trial.known_tag()?;
                no_body(trial, &format!("manifests/{tag}"))
            },
            ..Check::BASE
        },
        Check {
            name: "absent-head-body",
            title: "HEAD on what is not there has no body",
            covers: &[&HEAD_BODY_OMITTED],
            run: |trial| no_body(trial, &format!("manifests/{}", trial.tag())),
            ..Check::BASE
        },
    ],
};

/// What the headers of a HEAD say.
static HEADERS: [&Requirement; 2] = [&EXISTENCE_DIGEST_HEADER_SENT, &EXISTENCE_LENGTH_SENT];

/// Proves that the headers tell the digest and the length of this content.
fn described(answer: &Answer<'_>, found: &'static Requirement, content: &[u8]) -> Outcome {
    answer.prepares(found).status(&[200])?;
    digest_header_matched(answer, &EXISTENCE_DIGEST_HEADER_SENT, content)?;
    digest_header_sent(answer, &EXISTENCE_DIGEST_HEADER_SENT)?;
    answer
        .proves(&EXISTENCE_LENGTH_SENT)
        .header("Content-Length", &content.len().to_string())?;
    Ok(())
}

fn absent_blob(trial: &Trial<'_>, digest: &str) -> Outcome {
    let answer = trial.head(&format!("blobs/{digest}"))?;
    answer
        .proves(&ABSENT_BLOB_EXISTENCE_DENIED)
        .status(&[404])?;
    Ok(())
}

fn absent_manifest(trial: &Trial<'_>, reference: &str) -> Outcome {
    let answer = trial.head(&format!("manifests/{reference}"))?;
    answer
        .proves(&ABSENT_MANIFEST_EXISTENCE_DENIED)
        .status(&[404])?;
    Ok(())
}

/// Proves that a HEAD at the path of this GET answers the same without the body.
pub(super) fn like_get(
    trial: &Trial<'_>,
    path: &str,
    get: &Answer<'_>,
    there: &'static Requirement,
) -> Outcome {
    let head = trial.head(path)?;
    head.prepares(there).status(&[200])?;
    // Where only one of them is sent on to another host, that host names types in its own way.
    if !get.is_from_elsewhere() && !head.is_from_elsewhere() {
        agrees(&head, "Content-Type", get.header("content-type"))?;
        if head.header("etag").is_some() && get.header("etag").is_some() {
            agrees(&head, "ETag", get.header("etag"))?;
        }
    }
    let length = get.bytes().len().to_string();
    agrees(&head, "Content-Length", Some(&length))?;
    if get.header(DIGEST_HEADER).is_some() {
        agrees(&head, DIGEST_HEADER, get.header(DIGEST_HEADER))?;
    }
    Ok(())
}

/// Proves that a HEAD says of a header what a GET says. It may say nothing where a server finds the
/// value only as it makes the body (RFC 9110, section 9.3.2).
fn agrees(head: &Answer<'_>, name: &str, of_get: Option<&str>) -> Outcome {
    let Some(of_head) = head.header(name) else {
        return Ok(());
    };
    let expected = match of_get {
        Some(value) => format!("{name}: {value}, as on a GET, or no {name}"),
        None => format!("no {name}, as on a GET"),
    };
    head.proves(&HEAD_BODY_OMITTED).that(
        Some(of_head) == of_get,
        &expected,
        &format!("{name}: {of_head}"),
    )?;
    Ok(())
}

/// Proves that nothing follows the headers of a HEAD, whatever its status. An ordinary client never
/// sees what does, so the connection is read to its end: as far as it came with the headers and,
/// where no credentials are needed, beyond.
fn no_body(trial: &Trial<'_>, path: &str) -> Outcome {
    let repository = trial.repository();
    let head = repository
        .ask(Method::HEAD, path)
        .header("connection", "close")
        .send()?;
    let trailing = match head.trailing() {
        0 => trailing_late(trial, &repository.path(path))?,
        seen => seen,
    };
    head.proves(&HEAD_BODY_OMITTED).that(
        trailing == 0,
        "nothing after the headers",
        &format!("{} with {trailing} bytes after the headers", head.summary()),
    )?;
    Ok(())
}

/// How many bytes follow the headers of a bare HEAD at this path before the connection ends.
fn trailing_late(trial: &Trial<'_>, path: &str) -> Result<usize, Stop> {
    let origin = trial.world().origin.as_str();
    let host = origin.split_once("://").map_or(origin, |(_, host)| host);
    let request =
        format!("HEAD {path} HTTP/1.1\r\nhost: {host}\r\naccept: */*\r\nconnection: close\r\n\r\n");
    match trial.send_exactly(path, request) {
        Ok(reply) => Ok(reply.trailing),
        Err(Failure::NoConnection) => Err(Stop::Skipped(Failure::NoConnection.to_string())),
        Err(failure) => Err(Stop::Trouble(failure)),
    }
}
