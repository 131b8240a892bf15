//! Connections: accepted, encrypted if the registry speaks TLS, and served in the HTTP that the
//! client speaks.
//!
//! A plain connection is HTTP/1.1. Over TLS it is HTTP/2 where the client offers that (ALPN).

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::extract::State;
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::server::conn::http2;
use hyper::service::service_fn;
use hyper_util::rt::TokioExecutor;
use hyper_util::rt::TokioIo;
use tokio::io::AsyncRead;
use tokio::io::AsyncWrite;
use tokio::net::TcpListener;
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tower_service::Service;

use super::app::App;
use super::edge;
use super::tls::Tls;
use super::wire::Talkative;

/// How long a client may take to agree on TLS.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// How long nobody is let in after the system could let nobody in, as when too many files are open.
const PAUSE: Duration = Duration::from_secs(1);

/// The most bytes that the headers of a request may have over HTTP/2: what hyper takes over HTTP/1.1.
const MAX_HEADER_LIST: u32 = 400 << 10;

/// Serves `app` to whoever connects, for ever.
pub(crate) async fn serve(app: Arc<App>, listener: &TcpListener) {
    let router = Router::new().fallback(respond).with_state(Arc::clone(&app));
    loop {
        let stream = accept(listener).await;
        // An answer is written in one go; waiting for more of it would only slow it down.
        drop(stream.set_nodelay(true));
        tokio::spawn(converse(Arc::clone(&app), router.clone(), stream));
    }
}

async fn accept(listener: &TcpListener) -> TcpStream {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return stream,
            Err(error) if is_of_client(&error) => {}
            Err(_) => tokio::time::sleep(PAUSE).await,
        }
    }
}

/// Whether it is only that one client which is gone.
fn is_of_client(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
    )
}

/// Serves `app` over one connection without TLS, until that ends.
pub(crate) async fn plainly<S>(app: Arc<App>, stream: S)
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let router = Router::new().fallback(respond).with_state(Arc::clone(&app));
    over_http1(&app, router, stream).await;
}

async fn respond(State(app): State<Arc<App>>, request: Request) -> Response {
    edge::respond(&app, request).await.into()
}

async fn converse(app: Arc<App>, router: Router, stream: TcpStream) {
    let Some(tls) = &app.settings.tls else {
        return over_http1(&app, router, stream).await;
    };
    // Who does not agree is gone, and nobody is there to be told.
    let Some((stream, is_http2)) = encrypted(tls, stream).await else {
        return;
    };
    if is_http2 {
        over_http2(router, stream).await;
    } else {
        over_http1(&app, router, stream).await;
    }
}

/// The connection under TLS, and whether both sides agreed on HTTP/2.
async fn encrypted(
    tls: &Tls,
    stream: TcpStream,
) -> Option<(impl AsyncRead + AsyncWrite + Send + Unpin + 'static, bool)> {
    let accepting = TlsAcceptor::from(tls.config()).accept(stream);
    let stream = tokio::time::timeout(HANDSHAKE, accepting)
        .await
        .ok()?
        .ok()?;
    let is_http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
    Some((stream, is_http2))
}

async fn over_http1<S>(app: &App, router: Router, stream: S)
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    match app.settings.excess {
        Some(after) => one_by_one(router, Talkative::new(stream, after)).await,
        None => one_by_one(router, stream).await,
    }
}

async fn one_by_one(router: Router, stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static) {
    let service = service_fn(|request: hyper::Request<Incoming>| router.clone().call(request));
    // How a connection ends is the client's to judge.
    drop(
        http1::Builder::new()
            .serve_connection(TokioIo::new(stream), service)
            .await,
    );
}

async fn over_http2(router: Router, stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static) {
    let service = service_fn(move |request: hyper::Request<Incoming>| router.clone().call(request));
    drop(
        http2::Builder::new(TokioExecutor::new())
            .max_header_list_size(MAX_HEADER_LIST)
            .serve_connection(TokioIo::new(stream), service)
            .await,
    );
}
