//! Pulls in the name of another registry: the parameter `ns` and the header `OCI-Namespace`
//! (section "Registry Proxying").
//!
//! The registry fetches nothing from anywhere. What it has of another registry stands under a prefix of
//! its own, so that one name can mean two contents, as behind a mirror.

use std::str::FromStr;

use http::Uri;
use http::request::Parts;
use http::uri::Authority;
use http::uri::PathAndQuery;

use super::answer::Answer;
use super::header;
use super::query::Query;
use super::route::Route;
use crate::http::Method;
use crate::oci::RepositoryName;

/// A registry in whose name pulls are answered, and under which prefix its repositories are here.
/// Written `HOST=PREFIX`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Namespace {
    host: String,
    prefix: RepositoryName,
}

/// A text that names no such registry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadNamespace {
    /// It has no prefix.
    #[error(
        "`{0}` names no prefix, so nothing can be found for it; write HOST=PREFIX, as in docker.io=mirror/docker"
    )]
    NoPrefix(String),
    /// The host is none.
    #[error(
        "`{0}` is no host, so no client can ask in its name; write a host, and its port if it has one, in front of the equals sign"
    )]
    Host(String),
    /// The prefix is no name of a repository.
    #[error(
        "`{0}` cannot stand in front of the name of a repository; write lower-case components with slashes between, as in mirror/docker"
    )]
    Prefix(String),
}

impl FromStr for Namespace {
    type Err = BadNamespace;

    fn from_str(text: &str) -> Result<Self, BadNamespace> {
        let halves = text.split_once('=');
        let (host, prefix) = halves.ok_or_else(|| BadNamespace::NoPrefix(text.to_owned()))?;
        let is_host = !host.contains('@') && host.parse::<Authority>().is_ok();
        if !is_host {
            return Err(BadNamespace::Host(host.to_owned()));
        }
        let bad = |_| BadNamespace::Prefix(prefix.to_owned());
        Ok(Self {
            host: host.to_owned(),
            prefix: prefix.parse().map_err(bad)?,
        })
    }
}

impl Namespace {
    /// The answer, saying in whose name it was given.
    pub(crate) fn sign(answer: Answer, namespace: &Self) -> Answer {
        answer.header(header::NAMESPACE, &namespace.host)
    }
}

/// Leads a pull in the name of one of these registries to what is here of that one, and says which one
/// it is. Any other request stays as it is.
pub(crate) fn enter<'a>(known: &'a [Namespace], head: &mut Parts) -> Option<&'a Namespace> {
    if known.is_empty() || !is_pull(head) {
        return None;
    }
    let query = Query::read(head.uri.query().unwrap_or_default());
    let host = query.first("ns")?;
    let namespace = known.iter().find(|it| it.host == host)?;
    head.uri = under(&namespace.prefix, &head.uri)?;
    Some(namespace)
}

/// Whether it asks for content, or for what refers to it.
fn is_pull(head: &Parts) -> bool {
    let route = Route::parse(head.uri.path());
    matches!(head.method, Method::GET | Method::HEAD)
        && matches!(
            route,
            Route::Manifest { .. } | Route::Blob { .. } | Route::Referrers { .. }
        )
}

/// The same of a repository with this prefix.
fn under(prefix: &RepositoryName, uri: &Uri) -> Option<Uri> {
    let rest = uri.path_and_query()?.as_str().strip_prefix("/v2/")?;
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(PathAndQuery::try_from(format!("/v2/{prefix}/{rest}")).ok()?);
    Uri::from_parts(parts).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_and_a_prefix_are_read() {
        for good in ["docker.io=docker", "r.test:5000=mirror/r", "[::1]:5000=a"] {
            assert!(good.parse::<Namespace>().is_ok(), "{good}");
        }
        for (bad, reason) in [
            ("docker.io", BadNamespace::NoPrefix("docker.io".to_owned())),
            ("=a", BadNamespace::Host(String::new())),
            ("a b=a", BadNamespace::Host("a b".to_owned())),
            ("u@h=a", BadNamespace::Host("u@h".to_owned())),
            ("h=", BadNamespace::Prefix(String::new())),
            ("h=A", BadNamespace::Prefix("A".to_owned())),
            ("h=a/", BadNamespace::Prefix("a/".to_owned())),
        ] {
            assert_eq!(bad.parse::<Namespace>(), Err(reason), "{bad}");
        }
    }
}
