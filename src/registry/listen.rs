//! Connections: accepted, encrypted if the registry speaks TLS, and served in the HTTP that the
//! client speaks.
//!
//! A plain connection is HTTP/1.1. Over TLS it is HTTP/2 where the client offers that (ALPN).

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
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
use tokio::net::TcpSocket;
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

use super::app::App;
use super::edge;
use super::operations::Operations;
use super::operations::Watch;
use super::tls::Tls;
use super::wire::Talkative;

/// How long a client may take to agree on TLS.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// How long nobody is let in after the system could let nobody in, as when too many files are open.
const PAUSE: Duration = Duration::from_secs(1);

/// The most bytes that the headers of a request may have over HTTP/2: what hyper takes over HTTP/1.1.
const MAX_HEADER_LIST: u32 = 400 << 10;

/// How many connections may wait to be taken.
const BACKLOG: u32 = 1024;

/// Listens on an address. To be called in a runtime; it does not wait, which asynchronous code must not.
pub(crate) fn on(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4(),
        SocketAddr::V6(_) => TcpSocket::new_v6(),
    }?;
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// What the requests of one connection come to.
struct Front {
    app: Arc<App>,
    /// Who watches them, if anybody does.
    watch: Option<Watch>,
}

/// Serves `app` to whoever connects, for ever.
pub(crate) async fn serve(
    app: Arc<App>,
    operations: Option<Arc<Operations>>,
    listener: &TcpListener,
) {
    loop {
        let (stream, remote) = accept(listener, operations.as_deref()).await;
        // An answer is written in one go; waiting for more of it would only slow it down.
        drop(stream.set_nodelay(true));
        let operations = operations.as_ref();
        let front = Front {
            app: Arc::clone(&app),
            watch: operations.map(|operations| Watch::new(operations, remote)),
        };
        tokio::spawn(converse(Arc::new(front), stream));
    }
}

async fn accept(
    listener: &TcpListener,
    operations: Option<&Operations>,
) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(error) if is_of_client(&error) => {}
            Err(error) => {
                if let Some(operations) = operations {
                    operations.let_nobody_in(&error);
                }
                tokio::time::sleep(PAUSE).await;
            }
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
    over_http1(Arc::new(Front { app, watch: None }), stream).await;
}

async fn converse(front: Arc<Front>, stream: TcpStream) {
    let Some(tls) = &front.app.settings.tls else {
        return over_http1(front, stream).await;
    };
    match encrypted(tls, stream).await {
        Ok((stream, true)) => over_http2(front, stream).await,
        Ok((stream, false)) => over_http1(front, stream).await,
        // Who does not agree is gone, and nobody is there to be told.
        Err(error) => {
            if let Some(watch) = &front.watch {
                watch.handshake_failed(&error.to_string());
            }
        }
    }
}

/// The connection under TLS, and whether both sides agreed on HTTP/2.
async fn encrypted(
    tls: &Tls,
    stream: TcpStream,
) -> io::Result<(impl AsyncRead + AsyncWrite + Send + Unpin + 'static, bool)> {
    let accepting = TlsAcceptor::from(tls.config()).accept(stream);
    let stream = tokio::time::timeout(HANDSHAKE, accepting).await??;
    let is_http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
    Ok((stream, is_http2))
}

async fn over_http1<S>(front: Arc<Front>, stream: S)
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    match front.app.settings.excess {
        Some(after) => one_by_one(front, Talkative::new(stream, after)).await,
        None => one_by_one(front, stream).await,
    }
}

async fn one_by_one(
    front: Arc<Front>,
    stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
) {
    let service = service_fn(|request| respond(Arc::clone(&front), request));
    // How a connection ends is the client's to judge.
    drop(
        http1::Builder::new()
            .serve_connection(TokioIo::new(stream), service)
            .await,
    );
}

async fn over_http2(
    front: Arc<Front>,
    stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
) {
    let service = service_fn(|request| respond(Arc::clone(&front), request));
    drop(
        http2::Builder::new(TokioExecutor::new())
            .max_header_list_size(MAX_HEADER_LIST)
            .serve_connection(TokioIo::new(stream), service)
            .await,
    );
}

/// The answer to a request. It is watched from now on: the client may be gone before anybody waits for
/// what this returns.
fn respond(
    front: Arc<Front>,
    request: hyper::Request<Incoming>,
) -> impl Future<Output = Result<Response, Infallible>> + Send {
    let mut request = request.map(Body::new);
    let watch = front.watch.as_ref();
    let exchange = watch.map(|watch| watch.begin(&mut request));
    async move {
        let answer = edge::respond(&front.app, request).await;
        Ok(match exchange {
            Some(exchange) => exchange.send(answer),
            None => answer.into(),
        })
    }
}
