//! The raw transport: exact bytes over TCP or TLS.

use std::sync::Arc;

use bytes::Bytes;
use rustls::ClientConfig;

use super::Failure;
use super::Proxies;
use super::Request;
use super::trip::Trip;

/// Sends what a well-behaved client cannot say.
pub(crate) struct Raw {
    #[expect(dead_code, reason = "the transport is being written")]
    tls: Arc<ClientConfig>,
    #[expect(dead_code, reason = "the transport is being written")]
    proxies: Proxies,
}

impl Raw {
    pub(crate) fn new(tls: Arc<ClientConfig>, proxies: Proxies) -> Self {
        Self { tls, proxies }
    }

    #[expect(clippy::unused_async, reason = "the transport is being written")]
    pub(crate) async fn send(&self, request: &Request) -> Trip {
        Trip::failed(Failure::BadUrl {
            url: request.url.clone(),
            reason: "no raw transport yet".into(),
        })
    }

    #[expect(clippy::unused_async, reason = "the transport is being written")]
    pub(crate) async fn send_bytes(&self, url: &str, _: &Bytes, _: usize) -> Trip {
        Trip::failed(Failure::BadUrl {
            url: url.to_owned(),
            reason: "no raw transport yet".into(),
        })
    }
}
