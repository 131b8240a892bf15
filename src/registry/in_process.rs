//! The registry without a socket: what a client sends reaches the handlers directly.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request as AxumRequest;
use http::Uri;
use http::header;

use super::app::App;
use super::edge;
use super::listen;
use crate::http::BoxFuture;
use crate::http::Failure;
use crate::http::Framing;
use crate::http::HeaderValue;
use crate::http::Method;
use crate::http::Request;
use crate::http::Response;
use crate::http::Stream;
use crate::http::Transport;

/// How many bytes are on the way in a connection in memory.
const PIPE: usize = 64 << 10;

/// A transport that ends in a registry of this process. Scheme, host and port of a URL do not
/// matter to it.
#[derive(Debug, Clone)]
pub struct InProcess(Arc<App>);

impl InProcess {
    /// A URL to give where one is needed.
    pub const URL: &'static str = "http://registry.invalid";

    pub(crate) fn new(app: Arc<App>) -> Self {
        app.holding.count();
        Self(app)
    }

    /// Ends the registry at once and starts it again, as far as a client can tell: what is under way gets
    /// no answer any more. What it holds outlives that, be it in memory.
    pub fn restart(&self) {
        self.0.restart();
    }
}

impl Transport for InProcess {
    fn round_trip<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Response, Failure>> {
        Box::pin(async move {
            let restarts = self.0.restarts();
            let answer = edge::respond(&self.0, received(request)?).await;
            let answer = answer.held().map_err(|error| Failure::ConnectionLost {
                reason: error.to_string(),
            })?;
            if self.0.restarts() != restarts {
                let reason = "the registry ended".to_owned();
                return Err(Failure::ConnectionLost { reason });
            }
            if answer.body.len() > request.read_limit {
                return Err(Failure::TooLong {
                    limit: request.read_limit,
                });
            }
            Ok(Response {
                status: answer.status.as_u16(),
                headers: answer.headers,
                body: answer.body,
            })
        })
    }

    /// A connection in memory, on whose other end the registry is served as on a socket.
    fn connect(&self) -> Option<Box<dyn Stream>> {
        let (near, far) = tokio::io::duplex(PIPE);
        let app = Arc::clone(&self.0);
        tokio::runtime::Handle::try_current()
            .ok()?
            .spawn(listen::plainly(app, far));
        Some(Box::new(near))
    }

    fn take_held(&self, name: &str) -> Option<u64> {
        self.0.holding.take(name)
    }

    fn pause(&self, time: Duration) -> BoxFuture<'_, ()> {
        Box::pin(self.0.clock.wait(time))
    }
}

/// The request as it would have come out of a connection.
fn received(request: &Request) -> Result<AxumRequest, Failure> {
    let bad_url = |reason: &dyn ToString| Failure::BadUrl {
        url: request.url.clone(),
        reason: reason.to_string(),
    };
    let uri: Uri = request
        .url
        .parse()
        .map_err(|error: http::uri::InvalidUri| bad_url(&error))?;
    let mut body = request.body.clone();
    if let Framing::Announced(length) = request.framing {
        // A server reads no further than it was told.
        body.truncate(usize::try_from(length).unwrap_or(usize::MAX));
    }
    let mut received = AxumRequest::new(Body::from(body));
    *received.method_mut() = request.method.clone();
    *received.uri_mut() = uri;
    *received.headers_mut() = request.headers.clone();
    let (name, value) = match request.framing {
        Framing::Chunked => (
            header::TRANSFER_ENCODING,
            HeaderValue::from_static("chunked"),
        ),
        Framing::Announced(length) => (header::CONTENT_LENGTH, length.into()),
        Framing::Length => (header::CONTENT_LENGTH, request.body.len().into()),
    };
    let sends_length = !request.body.is_empty()
        || matches!(request.method, Method::POST | Method::PUT | Method::PATCH);
    if sends_length || request.framing != Framing::Length {
        received.headers_mut().insert(name, value);
    }
    Ok(received)
}
