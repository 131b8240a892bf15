//! Names to addresses, by the system's resolver, with an error that can be told from others.

use std::net::SocketAddr;

use reqwest::dns::Addrs;
use reqwest::dns::Name;
use reqwest::dns::Resolve;
use reqwest::dns::Resolving;

/// A host name that has no address.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the host `{host}` has no address: {reason}")]
pub(crate) struct Unresolved {
    /// The host.
    pub(crate) host: String,
    /// The resolver's words.
    pub(crate) reason: String,
}

/// The addresses of a host, in the resolver's order.
pub(crate) async fn addresses(host: &str, port: u16) -> Result<Vec<SocketAddr>, Unresolved> {
    let unresolved = |reason: String| Unresolved {
        host: host.to_owned(),
        reason,
    };
    let found: Vec<_> = tokio::net::lookup_host((host, port))
        .await
        .map_err(|error| unresolved(error.to_string()))?
        .collect();
    if found.is_empty() {
        Err(unresolved("the resolver found none".to_owned()))
    } else {
        Ok(found)
    }
}

/// The same resolver, as reqwest wants it.
pub(crate) struct Resolver;

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = addresses(name.as_str(), 0).await?;
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}
