//! The client as its callers see it: blocking, and shared by all threads.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::time::Duration;
use std::time::Instant;

use bytes::Bytes;
use tokio::runtime::Handle;

use super::ClientError;
use super::ClientSettings;
use super::Exchange;
use super::Failure;
use super::Request;
use super::Response;
use super::Role;
use super::Sent;
use super::Transcript;
use super::Transport;
use super::call::Call;
use super::network::Network;
use super::rate::Rate;
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

/// Sends requests and records what happens.
///
/// Its methods block, and may be called from many threads at once, but not from inside an
/// asynchronous task.
pub struct Client {
    pub(crate) settings: ClientSettings,
    way: Way,
    runtime: Handle,
    rate: Option<Rate>,
    stop: Stop,
    born: Instant,
    sent: AtomicU64,
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
            way,
            runtime: runtime::handle()?,
            rate: settings.rate.map(Rate::new).transpose()?,
            stop: Stop::at(settings.deadline),
            born: Instant::now(),
            sent: AtomicU64::new(0),
            settings,
        })
    }

    /// Sends `request`, follows where it leads, and returns the answer. Every exchange on the way is
    /// appended to `transcript`.
    pub fn send(&self, request: Request, transcript: &Transcript) -> Result<Reply, Failure> {
        self.wait_for(Call::new(self, request, transcript).run())
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
        self.wait_for(async {
            let request = described(url, &bytes);
            let (trip, exchange) = self
                .exchange(
                    Role::Asked,
                    &request,
                    transcript,
                    self.raw_trip(url, &bytes),
                )
                .await?;
            let response = trip.outcome?;
            Ok(RawReply {
                response,
                exchange,
                trailing: trip.trailing,
            })
        })
    }

    /// Makes everything under way and to come fail with [`Failure::Stopped`].
    pub fn stop(&self) {
        self.stop.throw();
    }

    /// How many requests were sent so far.
    pub fn requests(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    fn wait_for<T>(&self, work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
        self.runtime.block_on(self.stop.or(work))
    }

    /// Sends one request, as it is, when its turn has come, and records it.
    pub(crate) async fn pass(
        &self,
        role: Role,
        request: &Request,
        transcript: &Transcript,
    ) -> Result<(Trip, usize), Failure> {
        self.exchange(role, request, transcript, self.trip(request))
            .await
    }

    async fn exchange(
        &self,
        role: Role,
        request: &Request,
        transcript: &Transcript,
        trip: impl Future<Output = Trip>,
    ) -> Result<(Trip, usize), Failure> {
        if let Some(rate) = &self.rate {
            rate.turn().await;
        }
        self.sent.fetch_add(1, Ordering::Relaxed);
        let at = self.born.elapsed();
        let timeout = self.settings.timeout;
        let trip = tokio::time::timeout(timeout, trip)
            .await
            .unwrap_or_else(|_| Trip::failed(Failure::TimedOut { after: timeout }));
        let took = self.born.elapsed().saturating_sub(at);
        let index = transcript.push(record(role, request, &trip, at, took));
        Ok((trip, index))
    }

    async fn trip(&self, request: &Request) -> Trip {
        match &self.way {
            Way::Network(network) => network.send(request).await,
            Way::Process(transport) => Trip::of(transport.round_trip(request).await),
        }
    }

    async fn raw_trip(&self, url: &str, bytes: &Bytes) -> Trip {
        match &self.way {
            Way::Network(network) => network.send_raw(url, bytes, Request::READ_LIMIT).await,
            Way::Process(_) => Trip::failed(Failure::NoConnection),
        }
    }
}

fn described(url: &str, _bytes: &Bytes) -> Request {
    Request::new(super::Method::GET, url)
}

fn record(role: Role, request: &Request, trip: &Trip, at: Duration, took: Duration) -> Exchange {
    let sent = Sent {
        method: request.method.clone(),
        url: request.url.clone(),
        headers: request.headers.clone(),
        body: request.body.clone(),
        recipe: request.recipe.clone(),
        wire: trip.wire.clone(),
    };
    Exchange {
        role,
        request: sent,
        outcome: trip.outcome.clone(),
        at,
        took,
    }
}
