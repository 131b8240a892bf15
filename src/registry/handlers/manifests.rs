//! Pulling and deleting manifests and tags.

use http::StatusCode;

use super::super::answer::Answer;
use super::super::app::App;
use super::super::call::Call;
use super::super::collect::Hold;
use super::super::error::Case;
use super::super::error::Refusal;
use super::super::settings::Optional;
use super::conditions;
use super::manifest_push;
use crate::http::Method;
use crate::oci::BadReference;
use crate::oci::Reference;
use crate::oci::RepositoryName;

/// Answers a request for a manifest.
pub(super) fn answer(
    app: &App,
    call: &Call,
    name: &RepositoryName,
    reference: &str,
) -> Result<Answer, Refusal> {
    match call.method {
        Method::GET | Method::HEAD => pull(app, call, name, reference),
        Method::PUT => manifest_push::answer(app, call, name, reference),
        Method::DELETE => delete(app, name, reference),
        _ => Err(Refusal::method("GET, HEAD, PUT, DELETE")),
    }
}

fn pull(app: &App, call: &Call, name: &RepositoryName, text: &str) -> Result<Answer, Refusal> {
    let unknown = || missing(app, name);
    let reference = asked_reference(text)?.ok_or_else(unknown)?;
    let hold = Hold::on(app);
    let found = app.store.manifest(name, &reference)?.ok_or_else(unknown)?;
    hold.touch(name, std::slice::from_ref(&found.digest))?;
    if conditions::is_fresh(call, &found.digest) {
        return Ok(Answer::new(StatusCode::NOT_MODIFIED).digest(&found.digest));
    }
    let manifest = &found.manifest;
    Ok(Answer::new(StatusCode::OK)
        .body(&manifest.media_type, manifest.bytes.clone())
        .digest(&found.digest))
}

fn delete(app: &App, name: &RepositoryName, text: &str) -> Result<Answer, Refusal> {
    let part = if text.contains(':') {
        Optional::ManifestDelete
    } else {
        Optional::TagDelete
    };
    if !app.settings.offers(part) {
        return Err(Refusal::method("GET, HEAD, PUT"));
    }
    let is_deleted = match asked_reference(text)? {
        Some(Reference::Digest(digest)) => app.store.delete_manifest(name, &digest)?,
        Some(Reference::Tag(tag)) => app.store.delete_tag(name, &tag)?,
        None => false,
    };
    if is_deleted {
        Ok(Answer::new(StatusCode::ACCEPTED))
    } else {
        Err(missing(app, name))
    }
}

/// What a manifest is asked for by: `None` if nothing can be there under it.
fn asked_reference(text: &str) -> Result<Option<Reference>, Refusal> {
    match text.parse() {
        Ok(Reference::Tag(tag)) => Ok(Some(Reference::Tag(tag))),
        Err(BadReference::Tag(_)) => Ok(None),
        Ok(Reference::Digest(_)) | Err(BadReference::Digest(_)) => {
            Ok(super::asked_digest(text)?.map(Reference::Digest))
        }
    }
}

fn missing(app: &App, name: &RepositoryName) -> Refusal {
    super::missing(app, name, Case::ManifestUnknown)
}
