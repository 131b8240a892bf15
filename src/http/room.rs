//! How much memory answers may take at once, whatever is sent and however many ask.
//!
//! Answers are weighed: body, headers, and the tree that a reader of JSON would make of the body. A
//! transcript may hold [`FREE`] without asking. One that holds more has to have one of [`SEATS`] seats
//! in the process, and keeps it until it is dropped; [`MOST`] is what it may hold then. What comes
//! after that is cut as it is recorded, and an answer that weighs more by itself is a failure.
//!
//! Nobody can wait in a circle: who has a seat never waits for another one, who waits has none, and
//! each that has one ends, as each of its exchanges has a time. So a transcript that keeps a seat must
//! be dropped before its thread sends with another one that would. And who waits keeps nobody's answer
//! from coming: over HTTP/2, where answers share a connection, its window is as wide as can be
//! (`network::CONNECTION_WINDOW`). A transcript that is
//! made without terms holds its seat only during one exchange, and may be kept as long as one likes.

use std::cell::Cell;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::time::Duration;

use bytes::BytesMut;
use tokio::sync::OnceCell;
use tokio::sync::Semaphore;
use tokio::sync::SemaphorePermit;
use tokio::time::Instant;

use super::Failure;
use super::Response;
use super::trip::Trip;

/// What the answers in a transcript may weigh without a seat, in bytes.
pub(crate) const FREE: usize = 512 << 10;

/// What the answers in a transcript may weigh, and one by itself, in bytes.
pub(crate) const MOST: usize = 48 << 20;

/// How many transcripts may hold more than [`FREE`] at once.
pub(crate) const SEATS: usize = 2;

/// What an object, an array and each further member take in a tree of `serde_json`, at most.
const OBJECT: usize = 704;
const ARRAY: usize = 160;
const MEMBER: usize = 160;

/// As long as anybody waits.
const FOR_EVER: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// What a header takes beside its name and value.
const HEADER: usize = 96;

/// The room that is reserved for a body of more than [`FREE`], in bytes. It is more than what allocators
/// keep for later, so that it is the system's again as soon as the body goes; and what no body is in
/// is not in memory.
const MAPPED: usize = 33 << 20;

static FREE_SEATS: Semaphore = Semaphore::const_new(SEATS);

/// What a transcript holds, and its seat.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    held: AtomicUsize,
    seat: OnceCell<SemaphorePermit<'static>>,
}

impl Ledger {
    /// Notes that an answer is kept; `false` where there is no room for it.
    pub(crate) fn keep(&self, response: &Response) -> bool {
        let weight = weight(response);
        self.held.fetch_add(weight, Ordering::Relaxed) + weight <= MOST
    }

    fn needs_seat(&self, more: usize) -> bool {
        self.held.load(Ordering::Relaxed) + more > FREE && !self.seat.initialized()
    }
}

/// An exchange under way.
struct Visit {
    ledger: Arc<Ledger>,
    /// When its time is over, which is not the time for which it waits for a seat.
    until: Cell<Instant>,
}

tokio::task_local! {
    static VISIT: Visit;
}

/// Does the work of one exchange, which takes at most `timeout`, beside what it has to wait for a
/// seat.
pub(crate) async fn within(
    timeout: Duration,
    ledger: Arc<Ledger>,
    work: impl Future<Output = Trip>,
) -> Trip {
    let visit = Visit {
        ledger,
        until: Cell::new(Instant::now() + timeout),
    };
    let in_time = async {
        let mut work = std::pin::pin!(admitted(work));
        loop {
            let until = VISIT.with(|visit| visit.until.get());
            if let Ok(trip) = tokio::time::timeout_at(until, &mut work).await {
                return trip;
            }
            if VISIT.with(|visit| visit.until.get()) <= until {
                return Trip::failed(Failure::TimedOut { after: timeout });
            }
        }
    };
    VISIT.scope(visit, in_time).await
}

/// Waits for room for a body of this length.
async fn for_body(length: usize) {
    let needed = VISIT.try_with(|visit| {
        visit
            .ledger
            .needs_seat(length)
            .then(|| Arc::clone(&visit.ledger))
    });
    if let Ok(Some(ledger)) = needed {
        seat(&ledger).await;
    }
}

/// Puts a piece of a body behind the others, once there is room for it.
pub(crate) async fn extend(body: &mut BytesMut, piece: &[u8]) {
    let length = body.len() + piece.len();
    for_body(length).await;
    if length > FREE && body.capacity() < MAPPED {
        body.reserve(MAPPED);
    }
    body.extend_from_slice(piece);
}

/// The trip, once there is room for what it brought back.
async fn admitted(trip: impl Future<Output = Trip>) -> Trip {
    let mut trip = trip.await;
    if let Ok(response) = &trip.outcome {
        let weight = weight(response);
        if weight > MOST {
            trip.outcome = Err(Failure::TooMuch { limit: MOST });
        } else {
            for_body(weight).await;
        }
    }
    trip
}

/// Waits for a seat, off the clock: however many checks come first, that is no fault of the target's.
async fn seat(ledger: &Ledger) {
    let asked = Instant::now();
    let until = VISIT.with(|visit| visit.until.replace(Instant::now() + FOR_EVER));
    let seated = ledger.seat.get_or_try_init(|| FREE_SEATS.acquire()).await;
    debug_assert!(seated.is_ok(), "nobody closes the semaphore");
    VISIT.with(|visit| visit.until.set(until + asked.elapsed()));
}

/// What an answer takes, with the tree that a reader of JSON makes of its body: never more than this,
/// in bytes.
pub(crate) fn weight(response: &Response) -> usize {
    let headers = response.headers.iter();
    let headers: usize = headers
        .map(|(name, value)| name.as_str().len() + value.len() + HEADER)
        .sum();
    headers + response.body.len() + tree(&response.body)
}

/// What the tree of a JSON text takes beside its texts. Where it is none, nobody comes to an end.
fn tree(text: &[u8]) -> usize {
    let first = text.iter().find(|byte| !byte.is_ascii_whitespace());
    if !matches!(first, Some(b'{' | b'[')) {
        return 0;
    }
    let taken = text.iter().map(|byte| match byte {
        b'{' => OBJECT,
        b'[' => ARRAY,
        b',' => MEMBER,
        _ => 0,
    });
    taken.sum()
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::HeaderMap;

    use super::*;

    fn answer(body: impl Into<Bytes>) -> Response {
        Response {
            status: 200,
            headers: HeaderMap::new(),
            body: body.into(),
        }
    }

    fn passed(ledger: &Arc<Ledger>, timeout: Duration, body: Vec<u8>) -> Result<Response, Failure> {
        let handle = super::super::runtime::handle().unwrap();
        let trip = async { Trip::of(Ok(answer(body))) };
        let trip = handle.block_on(within(timeout, Arc::clone(ledger), trip));
        let response = trip.outcome?;
        ledger.keep(&response);
        Ok(response)
    }

    /// As the seats are the process's, this is one test.
    #[test]
    fn who_holds_much_has_a_seat_and_who_finds_none_waits_off_the_clock() {
        let hour = Duration::from_secs(3600);
        let much = || vec![b'x'; FREE + 1];
        let ledgers: Vec<_> = (0..SEATS).map(|_| Arc::new(Ledger::default())).collect();
        for ledger in &ledgers {
            passed(ledger, hour, much()).unwrap();
            assert!(ledger.seat.initialized());
            // It has its seat, and needs no other one.
            passed(ledger, hour, much()).unwrap();
        }
        let other = Arc::new(Ledger::default());
        passed(&other, hour, vec![b'x'; FREE]).unwrap();
        assert!(!other.seat.initialized());
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| passed(&other, Duration::from_millis(1), vec![b'x']));
            std::thread::sleep(Duration::from_millis(20));
            assert!(!waiting.is_finished());
            drop(ledgers);
            assert!(waiting.join().unwrap().is_ok());
        });
    }

    #[test]
    fn what_weighs_too_much_by_itself_is_a_failure() {
        let ledger = Arc::new(Ledger::default());
        let wide = format!("[{}{{}}]", "{},".repeat(MOST / OBJECT));
        let refused = passed(&ledger, Duration::from_secs(3600), wide.into());
        assert_eq!(refused.unwrap_err(), Failure::TooMuch { limit: MOST });
    }

    #[test]
    fn a_tree_takes_no_more_than_it_is_weighed() {
        use serde_json::Value;
        /// What a value takes: its own place, twice where it is a member of a list that has grown.
        fn taken(value: &Value) -> usize {
            let place = 2 * size_of::<Value>();
            place
                + match value {
                    Value::String(text) => text.len() + 16,
                    Value::Array(list) => 4 * 32 + list.iter().map(taken).sum::<usize>(),
                    Value::Object(map) => {
                        let leaves = map.len() / 5 + 1;
                        let texts = map.iter().map(|(key, value)| key.len() + 16 + taken(value));
                        640 * leaves * usize::from(!map.is_empty())
                            + texts.sum::<usize>().saturating_sub(64 * map.len())
                    }
                    _ => 0,
                }
        }
        for text in [
            format!("[{}0]", "0,".repeat(1000)),
            format!("[{}[0]]", "[0],".repeat(1000)),
            format!("[{}{{}}]", "{\"a\":0},".repeat(1000)),
            format!("[{}\"\"]", "\"\",".repeat(1000)),
            format!(
                "{{{}\"\":0}}",
                (0..1000).fold(String::new(), |all, it| all + &format!("\"{it}\":0,"))
            ),
        ] {
            let value: Value = serde_json::from_str(&text).unwrap();
            let taken = taken(&value);
            let weight = weight(&answer(text.clone()));
            assert!(taken <= weight, "{taken} {weight} {}", &text[..20]);
        }
    }
}
