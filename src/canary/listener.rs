//! The socket of the canary: it reads the head of what calls, keeps that, and answers with nothing but
//! a head. What it reads, keeps and waits for is bounded.

use std::io;
use std::io::Read;
use std::io::Write;
use std::net::SocketAddr;
use std::net::TcpListener;
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::Condvar;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;
use std::time::Instant;

use super::Call;
use super::challenge;

/// The most connections at once; who comes then is hung up on.
const MOST_AT_ONCE: usize = 32;
/// The most calls that wait to be taken; the oldest are forgotten for those that come then.
const MOST_KEPT: usize = 1000;
/// The most bytes of a head that are read.
const LONGEST_HEAD: usize = 8 << 10;
/// How long a caller may take for it.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long to wait where the system has no connections to give.
const SHORT_OF_SOCKETS: Duration = Duration::from_millis(20);

/// A listener, which is there until it is dropped.
#[derive(Debug)]
pub(super) struct Listener {
    host: String,
    address: SocketAddr,
    ledger: Arc<Ledger>,
}

/// What it was called for.
#[derive(Debug, Default)]
struct Ledger {
    kept: Mutex<Kept>,
    came: Condvar,
    connections: AtomicUsize,
    is_closed: AtomicBool,
}

#[derive(Debug, Default)]
struct Kept {
    calls: Vec<Call>,
    count: u64,
}

impl Listener {
    pub(super) fn new(socket: TcpListener, host: String) -> io::Result<Self> {
        let address = socket.local_addr()?;
        let ledger = Arc::new(Ledger::default());
        let (kept, named) = (Arc::clone(&ledger), Arc::<str>::from(host.as_str()));
        thread::Builder::new()
            .name("canary".to_owned())
            .spawn(move || accept(&socket, &named, &kept))?;
        Ok(Self {
            host,
            address,
            ledger,
        })
    }

    pub(super) fn host(&self) -> &str {
        &self.host
    }

    pub(super) fn calls(&self) -> u64 {
        self.ledger.kept().count
    }

    /// Takes the calls that are wanted.
    pub(super) fn take(&self, is_wanted: impl Fn(&Call) -> bool) -> Vec<Call> {
        let mut kept = self.ledger.kept();
        let all = std::mem::take(&mut kept.calls);
        let (wanted, others) = all.into_iter().partition(is_wanted);
        kept.calls = others;
        wanted
    }

    /// Waits for a call that is wanted, no longer than this.
    pub(super) fn wait(&self, patience: Duration, is_wanted: impl Fn(&Call) -> bool) {
        let kept = self.ledger.kept();
        let is_missing = |kept: &mut Kept| !kept.calls.iter().any(&is_wanted);
        let waited = self
            .ledger
            .came
            .wait_timeout_while(kept, patience, is_missing);
        drop(waited);
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.ledger.is_closed.store(true, Ordering::SeqCst);
        // Whoever waits for callers looks up; if it cannot be woken, it does at the next one.
        let _ = TcpStream::connect_timeout(&self.address, SHORT_OF_SOCKETS);
    }
}

impl Ledger {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep(&self, mut call: Call) {
        let mut kept = self.kept();
        call.number = kept.count;
        kept.count += 1;
        kept.calls.push(call);
        let surplus = kept.calls.len().saturating_sub(MOST_KEPT);
        kept.calls.drain(..surplus);
        self.came.notify_all();
    }
}

fn accept(socket: &TcpListener, host: &Arc<str>, ledger: &Arc<Ledger>) {
    for stream in socket.incoming() {
        if ledger.is_closed.load(Ordering::SeqCst) {
            return;
        }
        let Ok(stream) = stream else {
            thread::sleep(SHORT_OF_SOCKETS);
            continue;
        };
        if ledger.connections.fetch_add(1, Ordering::SeqCst) >= MOST_AT_ONCE {
            ledger.connections.fetch_sub(1, Ordering::SeqCst);
            continue;
        }
        let (own, host) = (Arc::clone(ledger), Arc::clone(host));
        let answering = thread::Builder::new().spawn(move || {
            // A caller that hangs up has called all the same.
            let _ = answer(stream, &host, &own);
            own.connections.fetch_sub(1, Ordering::SeqCst);
        });
        if answering.is_err() {
            ledger.connections.fetch_sub(1, Ordering::SeqCst);
        }
    }
}

/// Hears a caller out and answers. It is noted before the answer, so that it is there when the one
/// who was led here goes on.
fn answer(mut stream: TcpStream, host: &str, ledger: &Ledger) -> io::Result<()> {
    let head = head(&mut stream);
    let call = Call::read(&head);
    let answer = if call.is_ours || !call.credentials.is_empty() {
        challenge::nothing()
    } else {
        challenge::answer(host, call.target())
    };
    if !head.is_empty() && !call.is_ours {
        ledger.keep(call);
    }
    stream.write_all(answer.as_bytes())?;
    stream.shutdown(std::net::Shutdown::Write)
}

/// The head of a request, or as much of it as came.
fn head(stream: &mut TcpStream) -> Vec<u8> {
    let until = Instant::now() + PATIENCE;
    let mut head = Vec::new();
    let mut part = [0; 1024];
    while head.len() < LONGEST_HEAD && !is_whole(&head) {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() || stream.set_read_timeout(Some(left)).is_err() {
            break;
        }
        match stream.read(&mut part) {
            Ok(0) | Err(_) => break,
            Ok(count) => head.extend(&part[..count]),
        }
    }
    head
}

/// Whether a head has its end; what does not begin as one has none to wait for.
fn is_whole(bytes: &[u8]) -> bool {
    let is_head = bytes.first().is_none_or(u8::is_ascii_uppercase);
    !is_head || bytes.windows(4).any(|it| it == b"\r\n\r\n")
}
