//! What is asked by those who run the registry, on a listener of its own: `/health` and `/metrics`.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use http::HeaderValue;
use http::StatusCode;
use http::header;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::net::TcpStream;
use tokio::sync::Semaphore;

use super::Operations;
use super::exposition;
use super::health::Health;
use crate::http::Method;
use crate::registry::app::App;
use crate::registry::listen;

/// How many may ask at once.
const AT_ONCE: usize = 64;

/// How long a connection may take, which has one request.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long nobody is let in after the system could let nobody in.
const PAUSE: Duration = Duration::from_secs(1);

/// What keeps those who run a registry from asking how it is.
#[derive(Debug, thiserror::Error)]
#[error("{address} cannot be listened on for health and metrics: {error}")]
pub struct NoAdmin {
    /// Where it was to be asked.
    pub address: SocketAddr,
    /// What the system says.
    pub error: io::Error,
}

/// A listener for those who run a registry, if one is wanted there. To be called in a runtime; it does
/// not wait.
pub(crate) fn listener(address: Option<SocketAddr>) -> io::Result<Option<TcpListener>> {
    let Some(address) = address else {
        return Ok(None);
    };
    let bound = listen::on(address);
    let bound = bound.map_err(|error| io::Error::new(error.kind(), NoAdmin { address, error }));
    bound.map(Some)
}

/// What answers.
pub(crate) struct Admin {
    operations: Arc<Operations>,
    health: Health,
}

impl Admin {
    pub(crate) fn new(app: Arc<App>, operations: Arc<Operations>) -> Self {
        Self {
            operations,
            health: Health::new(app),
        }
    }

    /// Answers whoever connects, for ever.
    pub(crate) async fn serve(self, listener: TcpListener) {
        let admin = Arc::new(self);
        let room = Arc::new(Semaphore::new(AT_ONCE));
        loop {
            let Ok(turn) = Arc::clone(&room).acquire_owned().await else {
                return;
            };
            let Ok((stream, _)) = listener.accept().await else {
                tokio::time::sleep(PAUSE).await;
                continue;
            };
            let admin = Arc::clone(&admin);
            tokio::spawn(async move {
                admin.converse(stream).await;
                drop(turn);
            });
        }
    }

    async fn converse(self: Arc<Self>, stream: TcpStream) {
        let service = service_fn(|request: Request<Incoming>| {
            let admin = Arc::clone(&self);
            async move {
                Ok::<_, Infallible>(admin.answer(request.method(), request.uri().path()).await)
            }
        });
        let mut http = http1::Builder::new();
        let talk = http
            .keep_alive(false)
            .serve_connection(TokioIo::new(stream), service);
        // How it ends is the client's to judge.
        drop(tokio::time::timeout(PATIENCE, talk).await);
    }

    async fn answer(&self, method: &Method, path: &str) -> Response {
        if !matches!(path, "/health" | "/metrics") {
            return said(StatusCode::NOT_FOUND, "there is /health and /metrics\n");
        }
        if !matches!(*method, Method::GET | Method::HEAD) {
            let mut answer = said(StatusCode::METHOD_NOT_ALLOWED, "this can only be read\n");
            let allowed = HeaderValue::from_static("GET, HEAD");
            answer.headers_mut().insert(header::ALLOW, allowed);
            return answer;
        }
        if path == "/metrics" {
            let page = exposition::page(&self.operations);
            return answer(StatusCode::OK, exposition::MEDIA_TYPE, page);
        }
        let (status, body) = match self.health.check().await {
            Ok(()) => (StatusCode::OK, json!({ "status": "ok" })),
            Err(reason) => (
                StatusCode::SERVICE_UNAVAILABLE,
                json!({ "status": "unavailable", "reason": reason }),
            ),
        };
        answer(status, "application/json", body.to_string())
    }
}

fn said(status: StatusCode, text: &'static str) -> Response {
    answer(status, "text/plain; charset=utf-8", text)
}

fn answer(status: StatusCode, media_type: &'static str, body: impl Into<Body>) -> Response {
    let mut answer = Response::new(body.into());
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}
