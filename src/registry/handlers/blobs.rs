//! Pulling and deleting blobs.

use bytes::Bytes;
use http::StatusCode;
use http::header;

use super::super::answer::Answer;
use super::super::app::App;
use super::super::call::Call;
use super::super::collect::Hold;
use super::super::error::Case;
use super::super::error::Refusal;
use super::super::settings::Optional;
use super::conditions;
use super::ranges;
use crate::http::Method;
use crate::oci::Digest;
use crate::oci::RepositoryName;

/// Answers a request for a blob.
pub(super) fn answer(
    app: &App,
    call: &Call,
    name: &RepositoryName,
    digest: &str,
) -> Result<Answer, Refusal> {
    let can_delete = app.settings.offers(Optional::BlobDelete);
    match call.method {
        Method::GET | Method::HEAD => pull(app, call, name, digest),
        Method::DELETE if can_delete => delete(app, name, digest),
        _ if can_delete => Err(Refusal::method("GET, HEAD, DELETE")),
        _ => Err(Refusal::method("GET, HEAD")),
    }
}

fn pull(app: &App, call: &Call, name: &RepositoryName, digest: &str) -> Result<Answer, Refusal> {
    let unknown = || missing(app, name);
    let digest = super::asked_digest(digest)?.ok_or_else(unknown)?;
    let hold = Hold::on(app);
    hold.touch(name, std::slice::from_ref(&digest))?;
    // A layer may look into what the body would be.
    if call.method == Method::HEAD && !app.has_layers() {
        let len = app.store.blob_len(name, &digest)?.ok_or_else(unknown)?;
        return Ok(head(app, call, &digest, len));
    }
    let content = app.store.blob(name, &digest)?.ok_or_else(unknown)?;
    if conditions::is_fresh(call, &digest) {
        return Ok(Answer::new(StatusCode::NOT_MODIFIED).digest(&digest));
    }
    let answer = if app.settings.offers(Optional::Ranges) {
        ranges::answer(call, &digest, &content)?.header(header::ACCEPT_RANGES, "bytes")
    } else {
        Answer::new(StatusCode::OK).content(ranges::MEDIA_TYPE, content)?
    };
    Ok(answer.digest(&digest))
}

/// What is said of a blob that has `len` bytes. A range is for GET alone (RFC 9110, section 14.2).
fn head(app: &App, call: &Call, digest: &Digest, len: u64) -> Answer {
    if conditions::is_fresh(call, digest) {
        return Answer::new(StatusCode::NOT_MODIFIED).digest(digest);
    }
    let answer = Answer::new(StatusCode::OK)
        .body(ranges::MEDIA_TYPE, Bytes::new())
        .header(header::CONTENT_LENGTH, &len);
    let answer = if app.settings.offers(Optional::Ranges) {
        answer.header(header::ACCEPT_RANGES, "bytes")
    } else {
        answer
    };
    answer.digest(digest)
}

fn delete(app: &App, name: &RepositoryName, digest: &str) -> Result<Answer, Refusal> {
    let unknown = || missing(app, name);
    let digest = super::asked_digest(digest)?.ok_or_else(unknown)?;
    if app.store.delete_blob(name, &digest)? {
        Ok(Answer::new(StatusCode::ACCEPTED))
    } else {
        Err(unknown())
    }
}

fn missing(app: &App, name: &RepositoryName) -> Refusal {
    super::missing(app, name, Case::BlobUnknown)
}
