//! The client against small servers of our own on loopback, which say what they are told to.
//!
//! The server's certificate and key under `tls/` are made for these tests and good for nothing
//! else.

mod answers;
mod bounds;
mod commands;
mod http2;
mod login;
mod meetings;
mod proxies;
mod redirects;
mod retries;
mod secrets;
mod stopping;
mod tls;
mod wire;

use std::io::Read;
use std::io::Write;
use std::net::Shutdown;
use std::net::SocketAddr;
use std::net::TcpListener;
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::time::Duration;

use crate::http::Client;
use crate::http::ClientSettings;
use crate::http::HeaderName;
use crate::http::HeaderValue;
use crate::http::Method;
use crate::http::Request;

/// A server that remembers what it was sent.
struct Server {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<String>>>,
    connections: Arc<AtomicUsize>,
}

/// What a server says to a request, given the request and how many came before it.
type Script = dyn Fn(&str, usize) -> Vec<u8> + Send + Sync;

impl Server {
    /// A server on 127.0.0.1. After an answer without `content-length` it closes the connection; an
    /// empty answer leaves the client waiting.
    fn new(script: impl Fn(&str, usize) -> Vec<u8> + Send + Sync + 'static) -> Self {
        Self::on(
            TcpListener::bind("127.0.0.1:0").unwrap(),
            script,
            |stream| Box::new(stream),
        )
    }

    /// The same behind a listener and a layer over its connections.
    fn on(
        listener: TcpListener,
        script: impl Fn(&str, usize) -> Vec<u8> + Send + Sync + 'static,
        layer: impl Fn(TcpStream) -> Box<dyn Wire> + Send + Sync + 'static,
    ) -> Self {
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let connections = Arc::new(AtomicUsize::new(0));
        let (known, script, layer): (_, Arc<Script>, _) =
            (Arc::clone(&seen), Arc::new(script), Arc::new(layer));
        let accepted = Arc::clone(&connections);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                accepted.fetch_add(1, Ordering::SeqCst);
                let (known, script) = (Arc::clone(&known), Arc::clone(&script));
                let layer = Arc::clone(&layer);
                std::thread::spawn(move || serve(&mut *layer(stream), &known, &*script));
            }
        });
        Self {
            address,
            seen,
            connections,
        }
    }

    /// A server that answers before it has read more than the first bytes, and then only listens.
    fn early(answer: &[u8]) -> Self {
        let answer = answer.to_vec();
        Self::talking(move |stream| {
            let mut buffer = [0; 8192];
            let _ = stream.read(&mut buffer);
            let _ = stream.write_all(&answer);
            let _ = stream.shutdown(Shutdown::Write);
            while stream.read(&mut buffer).is_ok_and(|count| count > 0) {}
        })
    }

    /// A server whose answer has a begin and no end.
    fn endless(begin: &[u8], again: &[u8]) -> Self {
        let (begin, again) = (begin.to_vec(), again.to_vec());
        Self::talking(move |stream| {
            let _ = stream.read(&mut [0; 8192]);
            let _ = stream.write_all(&begin);
            while stream.write_all(&again).is_ok() {}
        })
    }

    fn talking(talk: impl Fn(&mut TcpStream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let talk = Arc::new(talk);
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let talk = Arc::clone(&talk);
                std::thread::spawn(move || talk(&mut stream));
            }
        });
        Self {
            address,
            seen: Arc::default(),
            connections: Arc::default(),
        }
    }

    /// How many connections were made.
    fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The requests so far, each with its body.
    fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }
}

/// Both directions of a connection.
trait Wire: Read + Write {}

impl<T: Read + Write> Wire for T {}

fn serve(stream: &mut dyn Wire, seen: &Mutex<Vec<String>>, script: &Script) {
    let mut held = Vec::new();
    while let Some(request) = one_request(stream, &mut held) {
        let mut seen = seen.lock().unwrap();
        let before = seen.len();
        seen.push(request.clone());
        drop(seen);
        let answer = script(&request, before);
        let closes = !answer.is_empty() && !text(&answer).contains("content-length:");
        if stream
            .write_all(&answer)
            .and_then(|()| stream.flush())
            .is_err()
            || closes
        {
            return;
        }
    }
}

/// Reads until a request is complete, or to the end of the stream where it never is.
fn one_request(stream: &mut dyn Wire, held: &mut Vec<u8>) -> Option<String> {
    let mut buffer = [0; 8192];
    loop {
        if let Some(length) = complete(held) {
            return Some(text(&held.drain(..length).collect::<Vec<_>>()));
        }
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) if held.is_empty() => return None,
            Ok(0) | Err(_) => return Some(text(&std::mem::take(held))),
            Ok(count) => held.extend_from_slice(&buffer[..count]),
        }
    }
}

fn complete(bytes: &[u8]) -> Option<usize> {
    let head = text(bytes).find("\r\n\r\n")? + 4;
    let request = text(&bytes[..head]).to_lowercase();
    if request.contains("transfer-encoding: chunked") {
        return bytes.ends_with(b"0\r\n\r\n").then_some(bytes.len());
    }
    let length = request.split("content-length: ").nth(1);
    let length = length
        .and_then(|rest| rest.split("\r\n").next()?.parse().ok())
        .unwrap_or(0);
    (bytes.len() >= head + length).then_some(head + length)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// An answer with these header lines and this body.
fn answer(status: u16, headers: &[&str], body: &str) -> Vec<u8> {
    let length = format!("content-length: {}", body.len());
    let lines = [headers, &[length.as_str()]].concat().join("\r\n");
    format!("HTTP/1.1 {status} Word\r\n{lines}\r\n\r\n{body}").into_bytes()
}

fn ok(body: &str) -> Vec<u8> {
    answer(200, &[], body)
}

/// A client of this server that waits for two seconds at most.
fn client_of(server: &Server) -> Client {
    Client::over_network(settings(server)).unwrap()
}

fn settings(server: &Server) -> ClientSettings {
    ClientSettings {
        timeout: Duration::from_secs(2),
        ..ClientSettings::new(server.url("/"))
    }
}

/// A request that reqwest sends.
fn plain(url: impl Into<String>) -> Request {
    Request::new(Method::GET, url).header(HeaderName::from_static("accept"), any())
}

/// One that it would change, and that goes through the raw transport therefore.
fn exact(url: impl Into<String>) -> Request {
    Request::new(Method::GET, url)
}

fn any() -> HeaderValue {
    HeaderValue::from_static("*/*")
}
