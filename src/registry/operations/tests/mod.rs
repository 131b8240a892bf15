//! A registry behind a socket, with what is told of it.

mod asked;
mod endings;
mod page;
mod told;

use std::io::Read;
use std::io::Write;
use std::net::Shutdown;
use std::net::SocketAddr;
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;
use std::time::Instant;

use serde_json::Value;

use super::Log;
use super::LogForm;
use crate::registry::Builder;
use crate::registry::Running;

/// How long something may take that has to happen.
const PATIENCE: Duration = Duration::from_secs(60);

/// A registry that is being served, and what it has logged.
struct Told {
    running: Option<Running>,
    lines: Arc<Mutex<Vec<String>>>,
}

impl Told {
    fn by(builder: Builder) -> Self {
        let lines = Arc::<Mutex<Vec<String>>>::default();
        let own = Arc::clone(&lines);
        let log = Log::taken_by(LogForm::Json, move |line| {
            own.lock().unwrap().push(line.to_owned());
        });
        let loopback = SocketAddr::from(([127, 0, 0, 1], 0));
        let running = builder.log(log).admin(loopback).spawn().unwrap();
        Self {
            running: Some(running),
            lines,
        }
    }

    fn running(&self) -> &Running {
        self.running.as_ref().unwrap()
    }

    fn stop(&mut self) {
        drop(self.running.take());
    }

    /// What comes back for a request over a connection that ends with it.
    fn ask(&self, request: &str) -> String {
        exchange(self.running().addr(), request)
    }

    fn get(&self, path: &str) -> String {
        self.ask(&format!(
            "GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        ))
    }

    /// What those who run it are answered to GET.
    fn tell(&self, path: &str) -> String {
        let admin = self.running().admin_addr().unwrap();
        exchange(admin, &format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n"))
    }

    /// The value of a metric, with its labels as they are written.
    fn metric(&self, series: &str) -> Option<String> {
        let page = self.tell("/metrics");
        let line = page.lines().find_map(|line| line.strip_prefix(series));
        line.and_then(|rest| rest.strip_prefix(' ').map(str::to_owned))
    }

    fn lines(&self) -> Vec<Value> {
        let lines = self.lines.lock().unwrap();
        let read = lines.iter().map(|line| serde_json::from_str(line));
        read.collect::<Result<_, _>>().unwrap()
    }

    /// The lines about `event`, once there are any.
    fn events(&self, event: &str) -> Vec<Value> {
        within_patience(|| {
            let lines = self.lines().into_iter();
            let found: Vec<_> = lines.filter(|line| line["event"] == event).collect();
            (!found.is_empty()).then_some(found)
        })
    }

    /// The line about the only request.
    fn request(&self) -> Value {
        let mut requests = self.events("request");
        assert_eq!(requests.len(), 1, "{requests:?}");
        requests.remove(0)
    }
}

/// What comes back for these bytes, up to the end of the connection.
fn exchange(address: SocketAddr, bytes: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(bytes.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// The same, from a client that sends nothing any more.
fn broken_off(address: SocketAddr, bytes: &str) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(bytes.as_bytes()).unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    // Whether it is answered is not what this is about.
    let _ = stream.read_to_end(&mut Vec::new());
}

/// What `find` finds, sooner or later.
fn within_patience<T>(find: impl Fn() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(found) = find() {
            return found;
        }
        assert!(start.elapsed() < PATIENCE, "it does not happen");
        std::thread::yield_now();
    }
}
