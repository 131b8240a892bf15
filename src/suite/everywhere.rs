//! What is there is there by every way that leads to it, and what is gone is gone by every way.

use crate::catalogue::Requirement;
use crate::catalogue::blob_pull::BLOB_DIGEST_HEADER_MATCHED;
use crate::catalogue::blob_pull::BLOB_FOUND;
use crate::catalogue::existence::BLOB_EXISTENCE_CONFIRMED;
use crate::catalogue::existence::EXISTENCE_DIGEST_HEADER_SENT;
use crate::catalogue::existence::EXISTENCE_LENGTH_SENT;
use crate::catalogue::existence::MANIFEST_EXISTENCE_CONFIRMED;
use crate::catalogue::manifest_pull::MANIFEST_DIGEST_HEADER_MATCHED;
use crate::catalogue::manifest_push::MANIFEST_BYTES_KEPT;
use crate::http::Method;
use crate::oci::BadDigest;
use crate::oci::Digest;
use crate::trial::Answer;
use crate::trial::Repository;
use crate::trial::content::Blob;
use crate::trial::content::ManifestDoc;
use crate::verdict::Outcome;

/// Demands that a blob is there for GET and HEAD, with its bytes and size.
pub(super) fn holds_blob(repository: &Repository<'_>, blob: &Blob) -> Outcome {
    let path = format!("blobs/{}", blob.digest);
    let pulled = repository.get(&path)?;
    pulled
        .proves(&BLOB_FOUND)
        .status(&[200])?
        .body(&blob.bytes)?;
    names(&pulled, &BLOB_DIGEST_HEADER_MATCHED, &blob.bytes)?;
    let head = repository.head(&path)?;
    head.proves(&BLOB_EXISTENCE_CONFIRMED).status(&[200])?;
    describes(&head, &blob.bytes)
}

/// Demands that a reference leads to exactly this manifest, for GET, which proves `requirement`,
/// and for HEAD.
pub(super) fn leads_to(
    repository: &Repository<'_>,
    reference: impl std::fmt::Display,
    manifest: &ManifestDoc,
    requirement: &'static Requirement,
) -> Outcome {
    let path = format!("manifests/{reference}");
    let pulled = repository.get(&path)?;
    pulled
        .proves(requirement)
        .status(&[200])?
        .body(&manifest.bytes)?;
    fits(repository, &pulled, &path, manifest)
}

/// Demands that the headers of a pull and of a HEAD fit the manifest.
fn fits(
    repository: &Repository<'_>,
    pulled: &Answer<'_>,
    path: &str,
    manifest: &ManifestDoc,
) -> Outcome {
    names(pulled, &MANIFEST_DIGEST_HEADER_MATCHED, &manifest.bytes)?;
    let head = repository.head(path)?;
    head.proves(&MANIFEST_EXISTENCE_CONFIRMED).status(&[200])?;
    describes(&head, &manifest.bytes)
}

/// Demands that a reference leads to a manifest in exactly the bytes that were pushed, for GET and
/// HEAD. That it leads anywhere is `found`, which is not what the check is about.
pub(super) fn keeps(
    repository: &Repository<'_>,
    reference: impl std::fmt::Display,
    manifest: &ManifestDoc,
    found: &'static Requirement,
) -> Outcome {
    let path = format!("manifests/{reference}");
    let pulled = repository.get(&path)?;
    pulled.prepares(found).status(&[200])?;
    let demand = pulled.proves(&MANIFEST_BYTES_KEPT);
    demand.body(&manifest.bytes)?;
    fits(repository, &pulled, &path, manifest)
}

/// Demands that what is asked for here is not there, for GET and for HEAD.
pub(super) fn is_absent(
    repository: &Repository<'_>,
    path: &str,
    requirement: &'static Requirement,
) -> Outcome {
    for method in [Method::GET, Method::HEAD] {
        let answer = repository.ask(method, path).send()?;
        answer.proves(requirement).status(&[404])?;
    }
    Ok(())
}

/// Demands that the headers of a HEAD, as far as they are there, fit the content. That they are
/// there is a question of its own.
fn describes(head: &Answer<'_>, content: &[u8]) -> Outcome {
    names(head, &EXISTENCE_DIGEST_HEADER_SENT, content)?;
    let own = content.len().to_string();
    let sent = head.header("content-length").unwrap_or(&own);
    head.proves(&EXISTENCE_LENGTH_SENT).that(
        sent == own,
        &format!("Content-Length: {own}"),
        &format!("Content-Length: {sent}"),
    )?;
    Ok(())
}

/// Demands that the digest header, where it is there, is a digest of the content.
pub(super) fn names(
    answer: &Answer<'_>,
    requirement: &'static Requirement,
    content: &[u8],
) -> Outcome {
    let Some(header) = answer.header("docker-content-digest") else {
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
        "a digest of the content in Docker-Content-Digest",
        &format!("Docker-Content-Digest: {header}"),
    )?;
    Ok(())
}
