//! The client as its callers see it: blocking, and shared by all threads.

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::time::Duration;
use std::time::Instant;

use bytes::Bytes;
use tokio::runtime::Handle;

use super::ClientError;
use super::ClientSettings;
use super::Failure;
use super::HeaderValue;
use super::Method;
use super::Request;
use super::Response;
use super::Role;
use super::Transcript;
use super::Transport;
use super::auth::Auth;
use super::call::Call;
use super::latency::Latencies;
use super::latency::Latency;
use super::network::Network;
use super::rate::Rate;
use super::raw;
use super::record;
use super::record::Asked;
use super::record::Timing;
use super::redact::Redactor;
use super::retry::Retries;
use super::room;
use super::runtime;
use super::stop::Stop;
use super::trip::Trip;

/// The answer to a request.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The last response.
    pub response: Response,
    /// Its exchange's index in the transcript.
    pub exchange: usize,
    /// The index of the first exchange of this call.
    pub first: usize,
    /// The URL that answered, after redirects.
    pub url: String,
    /// How many bytes were seen after the end of the answer. Only the raw transport sees them.
    pub trailing: usize,
}

/// The answer to exact bytes.
#[derive(Debug, Clone)]
pub struct RawReply {
    /// The response.
    pub response: Response,
    /// Its exchange's index in the transcript.
    pub exchange: usize,
    /// How many bytes were seen after the end of the answer, such as the body of an answer to HEAD.
    pub trailing: usize,
}

/// How long bytes that may be no request are waited for: who does not answer them is in its right.
pub(crate) const EXACT_PATIENCE: Duration = Duration::from_secs(3);

/// Sends requests and records what happens.
///
/// Its methods block, and may be called from many threads at once, but not from inside an
/// asynchronous task.
pub struct Client {
    pub(crate) settings: ClientSettings,
    pub(crate) auth: Auth,
    pub(crate) user_agent: HeaderValue,
    way: Way,
    runtime: Handle,
    rate: Option<Rate>,
    stop: Stop,
    born: Instant,
    sent: AtomicU64,
    latencies: Latencies,
}

/// How requests leave.
enum Way {
    Network(Box<Network>),
    Process(Arc<dyn Transport>),
}

impl Client {
    /// A client that speaks over the network.
    pub fn over_network(settings: ClientSettings) -> Result<Self, ClientError> {
        let network = Network::new(&settings)?;
        Self::new(Way::Network(Box::new(network)), settings)
    }

    /// A client of something that answers inside this process.
    pub fn in_process(
        transport: Arc<dyn Transport>,
        settings: ClientSettings,
    ) -> Result<Self, ClientError> {
        Self::new(Way::Process(transport), settings)
    }

    fn new(way: Way, settings: ClientSettings) -> Result<Self, ClientError> {
        Ok(Self {
            auth: Auth::new(&settings)?,
            user_agent: HeaderValue::try_from(&settings.user_agent)
                .map_err(|_| ClientError::Unsendable("user agent"))?,
            way,
            runtime: runtime::handle()?,
            rate: settings.rate.map(Rate::new).transpose()?,
            stop: Stop::at(settings.deadline),
            born: Instant::now(),
            sent: AtomicU64::new(0),
            latencies: Latencies::default(),
            settings,
        })
    }

    /// Sends `request`, follows where it leads, and returns the answer. Every exchange on the way
    /// is appended to `transcript`.
    pub fn send(&self, request: Request, transcript: &Transcript) -> Result<Reply, Failure> {
        let redactor = self.redactor(&request);
        self.block_on(Call::new(self, request, transcript).run())
            .map_err(|failure| redactor.failure(failure))
    }

    /// Sends these bytes to the host of `url` as they are, on a connection of their own, and reads
    /// one answer. Nothing is added, followed or repeated.
    pub fn send_raw(
        &self,
        url: &str,
        bytes: impl Into<Bytes>,
        transcript: &Transcript,
    ) -> Result<RawReply, Failure> {
        let bytes = bytes.into();
        let request = Request::new(method_of(&bytes), url);
        let trip = self.raw_trip(url, &bytes, request.read_limit);
        let timeout = self.timeout(transcript);
        self.block_on(self.raw_reply((&request, &bytes), transcript, timeout, trip))
    }

    /// Sends these bytes as [`send_raw`](Self::send_raw) does, and does not wait for what may follow
    /// the answer. If the request is not whole, our side of the connection `closes` after it, so
    /// that nobody waits for the rest. Where the target answers in this process, it does so over a
    /// connection in memory.
    pub fn send_exact(
        &self,
        url: &str,
        bytes: impl Into<Bytes>,
        closes: bool,
        transcript: &Transcript,
    ) -> Result<RawReply, Failure> {
        let bytes = bytes.into();
        let request = Request::new(method_of(&bytes), url);
        let trip = self.exact_trip(url, &bytes, request.read_limit, closes);
        let patience = self.timeout(transcript).min(EXACT_PATIENCE);
        self.block_on(self.raw_reply((&request, &bytes), transcript, patience, trip))
    }

    async fn raw_reply(
        &self,
        (request, bytes): (&Request, &Bytes),
        transcript: &Transcript,
        timeout: Duration,
        trip: impl Future<Output = Trip>,
    ) -> Result<RawReply, Failure> {
        let asked = Asked {
            role: Role::Asked,
            request,
            bytes: Some(bytes),
        };
        let (trip, exchange) = self.exchange(asked, transcript, timeout, trip).await?;
        Ok(RawReply {
            response: trip.outcome?,
            exchange,
            trailing: trip.trailing,
        })
    }

    /// Makes everything under way and to come fail with [`Failure::Stopped`], until
    /// [`resume`](Self::resume).
    pub fn stop(&self) {
        self.stop.throw();
    }

    /// Lets requests through again after [`stop`](Self::stop) or the deadline, which is lifted:
    /// there may be something to clean up.
    pub fn resume(&self) {
        self.stop.reset();
    }

    /// How many requests were sent so far, those for tokens and those asked again included.
    pub fn requests(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    /// How long its requests took; `None` before the first.
    pub fn latency(&self) -> Option<Latency> {
        self.latencies.summary()
    }

    /// Whether the target ever asked who we are: whether it knows users at all.
    pub fn was_challenged(&self) -> bool {
        self.auth.was_challenged()
    }

    /// Sends one request as it is, within `timeout`, and records it.
    pub(crate) fn once(
        &self,
        request: &Request,
        transcript: &Transcript,
        timeout: Duration,
    ) -> Result<Response, Failure> {
        let timeout = timeout.min(self.timeout(transcript));
        self.block_on(async {
            let asked = Asked {
                role: Role::Asked,
                request,
                bytes: None,
            };
            let passed = self
                .exchange(asked, transcript, timeout, self.trip(request, true))
                .await?;
            passed.0.outcome
        })
    }

    /// Waits, unless stopped.
    pub(crate) fn pause(&self, pause: Duration) -> Result<(), Failure> {
        self.block_on(async {
            self.let_pass(pause).await;
            Ok(())
        })
    }

    /// Lets time pass, as the far end counts it.
    pub(crate) async fn let_pass(&self, time: Duration) {
        match &self.way {
            Way::Network(_) => tokio::time::sleep(time).await,
            Way::Process(transport) => transport.pause(time).await,
        }
    }

    /// The most bytes of one body that the far end has had in memory, as far as it says so.
    pub(crate) fn take_held(&self, name: &str) -> Option<u64> {
        match &self.way {
            Way::Network(_) => None,
            Way::Process(transport) => transport.take_held(name),
        }
    }

    /// Sends one request as it is, when its turn has come, and records it; on a connection made
    /// for it if it is to be `fresh`.
    pub(crate) async fn pass(
        &self,
        role: Role,
        request: &Request,
        transcript: &Transcript,
        fresh: bool,
    ) -> Result<(Trip, usize), Failure> {
        let asked = Asked {
            role,
            request,
            bytes: None,
        };
        let trip = self.trip(request, fresh);
        self.exchange(asked, transcript, self.timeout(transcript), trip)
            .await
    }

    /// How long one request of this transcript may take.
    fn timeout(&self, transcript: &Transcript) -> Duration {
        transcript.terms().timeout.unwrap_or(self.settings.timeout)
    }

    /// What is left of the retries of a request that is not sent yet.
    pub(crate) fn retries(&self, transcript: &Transcript) -> Retries {
        Retries::new(transcript.terms().retries.unwrap_or(self.settings.retries))
    }

    async fn exchange(
        &self,
        asked: Asked<'_>,
        transcript: &Transcript,
        timeout: Duration,
        trip: impl Future<Output = Trip>,
    ) -> Result<(Trip, usize), Failure> {
        if let Some(rate) = &self.rate {
            rate.turn().await;
        }
        self.sent.fetch_add(1, Ordering::Relaxed);
        let at = self.born.elapsed();
        let mut trip = room::within(timeout, transcript.ledger(), trip).await;
        let took = self.born.elapsed().saturating_sub(at);
        self.latencies.add(took);
        let mut redactor = self.redactor(asked.request);
        if let Some(bytes) = asked.bytes {
            redactor.hide_those_in(bytes);
        }
        let timing = Timing { at, took };
        let index = transcript.push(record::exchange(asked, &trip, timing, &redactor));
        trip.outcome = trip.outcome.map_err(|failure| redactor.failure(failure));
        Ok((trip, index))
    }

    /// What hides the secrets of an exchange with this request.
    pub(super) fn redactor(&self, request: &Request) -> Redactor {
        let mut redactor = Redactor::new(self.settings.headers.keys().cloned().collect());
        redactor.hide_those_of(&request.url, &request.headers);
        self.auth.tell(&mut redactor);
        redactor
    }

    pub(super) fn block_on<T>(
        &self,
        work: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        self.runtime.block_on(self.stop.or(work))
    }

    async fn trip(&self, request: &Request, fresh: bool) -> Trip {
        match &self.way {
            Way::Network(network) => network.send(request, fresh).await,
            Way::Process(transport) => Trip::of(transport.round_trip(request).await),
        }
    }

    async fn raw_trip(&self, url: &str, bytes: &Bytes, limit: usize) -> Trip {
        match &self.way {
            Way::Network(network) => network.send_raw(url, bytes, limit).await,
            Way::Process(_) => Trip::failed(Failure::NoConnection),
        }
    }

    async fn exact_trip(&self, url: &str, bytes: &Bytes, limit: usize, closes: bool) -> Trip {
        match &self.way {
            Way::Network(network) => network.send_exact(url, bytes, limit, closes).await,
            Way::Process(transport) => match transport.connect() {
                Some(connection) => raw::over(connection, bytes, limit, closes).await,
                None => Trip::failed(Failure::NoConnection),
            },
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let target = &self.settings.target;
        formatter
            .debug_struct("Client")
            .field("target", target)
            .finish_non_exhaustive()
    }
}

/// The method that these bytes start with; `GET` where they start with none.
pub(crate) fn method_of(bytes: &[u8]) -> Method {
    let word = bytes.split(|byte| *byte == b' ').next().unwrap_or_default();
    Method::from_bytes(word).unwrap_or(Method::GET)
}
