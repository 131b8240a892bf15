//! Pushing blobs: what a POST begins, and a single POST or a mount ends at once.

use http::StatusCode;
use http::header::LOCATION;
use http::header::RANGE;

use super::super::answer::Answer;
use super::super::app::App;
use super::super::call::Call;
use super::super::collect::Hold;
use super::super::error::Case;
use super::super::error::Refusal;
use super::super::header;
use super::super::settings::Optional;
use crate::http::Method;
use crate::oci::Algorithm;
use crate::oci::BadDigest;
use crate::oci::Digest;
use crate::oci::RepositoryName;

/// Answers a request for the uploads of a repository.
pub(super) fn answer(app: &App, call: &Call, name: &RepositoryName) -> Result<Answer, Refusal> {
    if call.method != Method::POST {
        return Err(Refusal::method("POST"));
    }
    if let Some(text) = call.query.first("mount") {
        let mounted = mount(app, call, name, text)?;
        return mounted.map_or_else(|| open(app, name), Ok);
    }
    if let Some(text) = call.query.first("digest") {
        let digest = super::pushed_digest(app, text)?;
        if app.settings.offers(Optional::SinglePost) {
            return single(app, call, name, digest);
        }
    }
    check_algorithm(app, call)?;
    open(app, name)
}

/// Where a blob is pulled from.
pub(super) fn blob_location(name: &RepositoryName, digest: &Digest) -> String {
    format!("/v2/{name}/blobs/{digest}")
}

/// Where an upload goes on.
pub(super) fn session_location(name: &RepositoryName, id: &str) -> String {
    format!("/v2/{name}/blobs/uploads/{id}")
}

/// The answer to a push that is complete.
pub(super) fn created(name: &RepositoryName, digest: &Digest) -> Answer {
    Answer::new(StatusCode::CREATED)
        .header(LOCATION, &blob_location(name, digest))
        .header(header::CONTENT_DIGEST, digest)
}

/// Mounts a blob from another repository. `None` if that cannot be done, and an upload session is
/// the answer instead.
fn mount(
    app: &App,
    call: &Call,
    name: &RepositoryName,
    text: &str,
) -> Result<Option<Answer>, Refusal> {
    let digest = match super::pushed_digest(app, text) {
        Ok(digest) => digest,
        Err(_) if !app.settings.refuses_malformed_mounts() => return Ok(None),
        Err(refusal) => return Err(refusal),
    };
    let from = call.query.first("from").map(str::parse::<RepositoryName>);
    let is_mounted = match from {
        Some(Ok(from)) if app.settings.offers(Optional::Mount) => {
            let hold = Hold::on(app);
            hold.touch(&from, std::slice::from_ref(&digest))?;
            app.store.mount_blob(name, &digest, Some(&from))?
        }
        None if app.settings.offers(Optional::AnonymousMount) => {
            app.store.mount_blob(name, &digest, None)?
        }
        _ => false,
    };
    Ok(is_mounted.then(|| created(name, &digest)))
}

/// Takes the whole blob from the request.
fn single(
    app: &App,
    call: &Call,
    name: &RepositoryName,
    digest: Digest,
) -> Result<Answer, Refusal> {
    let draft = if let Some(draft) = call.take_draft() {
        draft
    } else {
        let mut draft = app.store.draft(digest.algorithm())?;
        draft.write(call.body.clone())?;
        draft
    };
    if draft.digest() != digest {
        return Err(Case::DigestMismatch.into());
    }
    let answer = created(name, &digest);
    app.store.put_blob(name, digest, draft)?;
    Ok(answer)
}

/// Refuses an algorithm that no digest can have in the end. What it is does not matter before.
fn check_algorithm(app: &App, call: &Call) -> Result<(), Refusal> {
    let asked = call.query.first("digest-algorithm");
    let Some(asked) = asked.filter(|_| app.settings.offers(Optional::DigestAlgorithm)) else {
        return Ok(());
    };
    let mut known = Algorithm::ALL.into_iter();
    if known.any(|it| it.name() == asked && super::offers(app, it)) {
        Ok(())
    } else {
        let reason = BadDigest::Algorithm(asked.to_owned());
        Err(Refusal::because(Case::DigestInvalid, reason))
    }
}

fn open(app: &App, name: &RepositoryName) -> Result<Answer, Refusal> {
    app.store
        .expire_sessions(name, app.settings.session_timeout)?;
    let mut id = app.new_session_id();
    while app.store.session(name, &id)?.is_some() {
        // A registry of the same seed has opened it, and left it in the store.
        id = app.new_session_id();
    }
    app.store.open_session(name, &id)?;
    // Docker's clients read this range as no bytes at all.
    let answer = Answer::new(StatusCode::ACCEPTED)
        .header(LOCATION, &session_location(name, &id))
        .header(header::UPLOAD_ID, &id)
        .header(RANGE, "0-0");
    Ok(match app.settings.chunk_minimum {
        Some(minimum) if app.settings.offers(Optional::ChunkMinimum) => {
            answer.header(header::CHUNK_MINIMUM, &minimum)
        }
        _ => answer,
    })
}
