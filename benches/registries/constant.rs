//! The limit of what a registry over hyper can do: a server that answers every request with the same
//! 1 KiB, whatever it asks for.
//!
//! `cargo run --release --example constant_server -- 127.0.0.1:5001`

use std::convert::Infallible;
use std::error::Error;

use axum::body::Body;
use bytes::Bytes;
use http::Request;
use http::Response;

use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let address = std::env::args().nth(1);
    let listener = TcpListener::bind(address.ok_or("give an address to listen on")?).await?;
    let body = Bytes::from(vec![b'x'; 1 << 10]);
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let body = body.clone();
        let service = service_fn(move |_: Request<Incoming>| {
            let response = Response::new(Body::from(body.clone()));
            async { Ok::<_, Infallible>(response) }
        });
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    }
}
