//! The handlers: one file per heading of the specification. Each is a function from a request and
//! what the store holds to an answer, or to a refusal.

mod blobs;
mod catalog;
mod conditions;
mod extensions;
mod manifest_push;
mod manifests;
mod page;
mod ping;
mod ranges;
mod referrers;
mod session;
mod tags;
mod uploads;

use std::str::FromStr;

use super::answer::Answer;
use super::app::App;
use super::call::Call;
use super::error::Case;
use super::error::Refusal;
use super::route::Route;
use super::settings::Optional;
use crate::http::Method;
use crate::oci::Algorithm;
use crate::oci::BadDigest;
use crate::oci::Digest;
use crate::oci::RepositoryName;

/// Answers `call`, whose path is `route`.
pub(crate) fn answer(app: &App, route: &Route, call: &Call) -> Result<Answer, Refusal> {
    if let Some(flaw) = &call.flaw {
        return Err(flaw.clone().into());
    }
    let is_read = matches!(call.method, Method::GET | Method::HEAD);
    if app.settings.read_only && !is_read && *route != Route::Unknown {
        return Err(Refusal::method("GET, HEAD"));
    }
    match route {
        Route::Base => ping::answer(call),
        Route::Blob { name, digest } => blobs::answer(app, call, &repository(name)?, digest),
        Route::Uploads { name } => uploads::answer(app, call, &repository(name)?),
        Route::Session { name, id } => session::answer(app, call, &repository(name)?, id),
        Route::Manifest { name, reference } => {
            manifests::answer(app, call, &repository(name)?, reference)
        }
        Route::Tags { name } => tags::answer(app, call, &repository(name)?),
        Route::Referrers { name, digest } => {
            referrers::answer(app, call, &repository(name)?, digest)
        }
        Route::Extensions => extensions::answer(app, call),
        Route::Catalog => catalog::answer(app, call),
        Route::Unknown => Err(Case::PathUnknown.into()),
    }
}

fn repository(text: &str) -> Result<RepositoryName, Refusal> {
    RepositoryName::from_str(text).map_err(|bad| Refusal::because(Case::NameInvalid, bad))
}

/// The digest under which something is pushed: one that the registry can check.
fn pushed_digest(app: &App, text: &str) -> Result<Digest, Refusal> {
    let digest: Digest = text
        .parse()
        .map_err(|bad| Refusal::because(Case::DigestInvalid, bad))?;
    if offers(app, digest.algorithm()) {
        Ok(digest)
    } else {
        Err(Refusal::because(
            Case::DigestInvalid,
            BadDigest::Algorithm(digest.algorithm().to_string()),
        ))
    }
}

fn offers(app: &App, algorithm: Algorithm) -> bool {
    match algorithm {
        Algorithm::Sha256 => true,
        Algorithm::Sha512 => app.settings.offers(Optional::Sha512),
    }
}

/// The digest under which something is asked for: `None` if it is well-formed and of an algorithm
/// that the registry does not know, so that nothing can be there.
fn asked_digest(text: &str) -> Result<Option<Digest>, Refusal> {
    match text.parse() {
        Ok(digest) => Ok(Some(digest)),
        Err(BadDigest::Algorithm(_)) => Ok(None),
        Err(bad) => Err(Refusal::because(Case::DigestInvalid, bad)),
    }
}

/// The refusal for content that a repository does not hold: the repository may not even be there.
fn missing(app: &App, name: &RepositoryName, case: Case) -> Refusal {
    match app.store.has_repository(name) {
        Ok(true) => case.into(),
        Ok(false) => Case::NameUnknown.into(),
        Err(error) => error.into(),
    }
}
