//! From where a blob may be mounted: only from repositories that the caller may pull from. Any other
//! is as one that is not there, and the mount becomes an upload.

use http::Uri;
use http::request::Parts;
use http::uri::PathAndQuery;

use crate::http::Method;
use crate::oci::Digest;
use crate::oci::RepositoryName;
use crate::registry::app::App;
use crate::registry::error::Case;
use crate::registry::error::Refusal;
use crate::registry::percent;
use crate::registry::query::Query;
use crate::registry::route::Route;
use crate::registry::settings::Optional;

/// A mount that was asked for and could be.
pub(super) struct Asked {
    digest: String,
    /// From where, if that was said.
    pub(super) source: Option<RepositoryName>,
}

/// The mount that a request asks for, if it does. One from what cannot be a repository mounts nothing.
pub(super) fn asked(route: &Route, method: &Method, query: &Query) -> Option<Asked> {
    if !matches!(route, Route::Uploads { .. }) || method != Method::POST {
        return None;
    }
    let digest = query.first("mount")?.to_owned();
    let source = match query.first("from") {
        Some(from) => Some(from.parse().ok()?),
        None => None,
    };
    Some(Asked { digest, source })
}

/// A repository that has the blob, where none was named, of those that `may` be mounted from.
pub(super) fn holder(
    app: &App,
    asked: &Asked,
    may: impl Fn(&RepositoryName) -> bool,
) -> Option<RepositoryName> {
    let digest: Digest = asked.digest.parse().ok()?;
    if !app.settings.offers(Optional::AnonymousMount) {
        return None;
    }
    let mut names = app
        .store
        .repositories()
        .unwrap_or_default()
        .into_iter()
        .filter(may);
    names.find(|name| app.store.has_blob(name, &digest).unwrap_or_default())
}

/// Makes the request ask for a mount from `source`; from nowhere, under a name that no repository has,
/// if that is `None`.
pub(super) fn rewrite(
    asked: &Asked,
    source: Option<&RepositoryName>,
    head: &mut Parts,
) -> Result<(), Refusal> {
    let source = source.map_or("", RepositoryName::as_str);
    let digest = percent::encode(&asked.digest);
    let path = format!("{}?mount={digest}&from={source}", head.uri.path());
    let path = PathAndQuery::try_from(path);
    // Longer than a URL can be is only what is no digest.
    let path = path.map_err(|error| Refusal::because(Case::DigestInvalid, error))?;
    let mut parts = head.uri.clone().into_parts();
    parts.path_and_query = Some(path);
    let uri = Uri::from_parts(parts);
    head.uri = uri.map_err(|error| Refusal::because(Case::DigestInvalid, error))?;
    Ok(())
}
