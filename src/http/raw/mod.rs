//! The raw transport: exact bytes over TCP or TLS, and a reader for what comes back.
//!
//! It serves the requests that reqwest would rewrite, and bytes that are no valid request at all.
//! It knows connections and framing; not credentials, redirects or retries.

pub(crate) mod answer;
mod dial;
mod encode;
pub(crate) mod input;
mod pool;

use std::sync::Arc;

use bytes::Bytes;
use rustls::ClientConfig;
use tokio::io::AsyncWrite;
use tokio::io::AsyncWriteExt;

use self::answer::Answer;
use self::answer::Expected;
use self::dial::Connection;
use self::dial::Dialer;
use self::encode::Message;
use self::input::Input;
use self::pool::Pool;
use super::Failure;
use super::Proxies;
use super::Request;
use super::Seat;
use super::client::method_of;
use super::origin::Address;
use super::origin::Origin;
use super::trip::Trip;

/// Sends what a well-behaved client cannot say.
pub(crate) struct Raw {
    dialer: Dialer,
    pool: Pool,
}

/// How talking on one connection ended.
struct Talk {
    outcome: Result<Answer, Failure>,
    /// Whether any byte of an answer came.
    answered: bool,
}

impl Raw {
    /// Prepares the transport; no connection is made yet.
    pub(crate) fn new(tls: Arc<ClientConfig>, proxies: Proxies) -> Self {
        Self {
            dialer: Dialer::new(tls, proxies),
            pool: Pool::default(),
        }
    }

    /// Sends a request as it is, on an idle connection where there is one, unless it is to be a
    /// `fresh` one.
    pub(crate) async fn send(&self, request: &Request, fresh: bool) -> Trip {
        let address = match Address::parse(&request.url) {
            Ok(address) => address,
            Err(failure) => return Trip::failed(failure),
        };
        let message = encode::request(request, &address);
        let expected = Expected {
            method: request.method.clone(),
            limit: request.read_limit,
            linger: false,
        };
        // Who hangs up after the request has to know that the other side was there for it.
        if !fresh
            && !message.closes
            && let Some(connection) = self.pool.take(&address.origin)
        {
            return self
                .over_idle_connection(&address.origin, connection, &message, &expected)
                .await;
        }
        let outcome = self
            .over_fresh_connection(&address.origin, &message, &expected)
            .await;
        trip(outcome, message.wire())
    }

    /// Sends these bytes on a fresh connection, and waits for what may follow the answer.
    pub(crate) async fn send_bytes(&self, url: &str, bytes: &Bytes, limit: usize) -> Trip {
        let method = method_of(bytes);
        let expected = Expected {
            method,
            limit,
            linger: true,
        };
        let message = Message::exactly(bytes.clone());
        let outcome = match Origin::of(url) {
            Ok(origin) => {
                self.over_fresh_connection(&origin, &message, &expected)
                    .await
            }
            Err(failure) => Err(failure),
        };
        trip(outcome, bytes.clone())
    }

    /// Sends these bytes on a fresh connection, of which our side is then closed if it `closes`, and
    /// reads one answer.
    pub(crate) async fn send_exact(
        &self,
        url: &str,
        bytes: &Bytes,
        limit: usize,
        closes: bool,
    ) -> Trip {
        let connection = match Origin::of(url) {
            Ok(origin) => self.dialer.dial(&origin).await,
            Err(failure) => Err(failure),
        };
        match connection {
            Ok(connection) => over(connection, bytes, limit, closes).await,
            Err(failure) => trip(Err(failure), bytes.clone()),
        }
    }

    /// The server may have closed an idle connection without our knowing.
    async fn over_idle_connection(
        &self,
        origin: &Origin,
        mut connection: Connection,
        message: &Message,
        expected: &Expected,
    ) -> Trip {
        let talk = talk(&mut connection, message, expected).await;
        let is_lost = matches!(talk.outcome, Err(Failure::ConnectionLost { .. }));
        Trip {
            stale: is_lost && !talk.answered,
            ..trip(self.keep(origin, connection, talk.outcome), message.wire())
        }
    }

    async fn over_fresh_connection(
        &self,
        origin: &Origin,
        message: &Message,
        expected: &Expected,
    ) -> Result<Answer, Failure> {
        let mut connection = self.dialer.dial(origin).await?;
        let talk = talk(&mut connection, message, expected).await;
        self.keep(origin, connection, talk.outcome)
    }

    fn keep(
        &self,
        origin: &Origin,
        connection: Connection,
        outcome: Result<Answer, Failure>,
    ) -> Result<Answer, Failure> {
        if outcome.as_ref().is_ok_and(|answer| answer.reusable) {
            self.pool.put(origin.clone(), connection);
        }
        outcome
    }
}

/// Sends these bytes over a connection, of which our side is then closed if it `closes`, and reads
/// one answer.
pub(crate) async fn over(
    mut connection: Connection,
    bytes: &Bytes,
    limit: usize,
    closes: bool,
) -> Trip {
    let expected = Expected {
        method: method_of(bytes),
        limit,
        linger: false,
    };
    let mut message = Message::exactly(bytes.clone());
    message.closes = closes;
    let talk = talk(&mut connection, &message, &expected).await;
    trip(talk.outcome, bytes.clone())
}

fn trip(outcome: Result<Answer, Failure>, wire: Bytes) -> Trip {
    let trailing = outcome.as_ref().map_or(0, |answer| answer.trailing);
    let protocol = outcome.as_ref().ok().map(|answer| answer.protocol);
    Trip {
        outcome: outcome.map(|answer| answer.response),
        protocol,
        wire: Some(wire),
        trailing,
        stale: false,
    }
}

/// Writes and reads at once, since a server may answer, and close, before it has read everything.
async fn talk(connection: &mut Connection, message: &Message, expected: &Expected) -> Talk {
    let (reader, mut writer) = tokio::io::split(connection);
    let mut input = Input::new(reader);
    let outcome = {
        let mut reading = std::pin::pin!(answer::read(&mut input, expected));
        tokio::select! {
            biased;
            written = write(&mut writer, message) => match written {
                Ok(()) => reading.await.map(|answer| message.judge(answer)),
                Err(error) => reading.await.map(Answer::last).map_err(|failure| unwritten(failure, &error)),
            },
            early = &mut reading => early.map(Answer::last),
        }
    };
    Talk {
        outcome,
        answered: input.began(),
    }
}

async fn write(writer: &mut (impl AsyncWrite + Unpin), message: &Message) -> std::io::Result<()> {
    match &message.meeting {
        Some(seat) => write_at_once(writer, message, seat).await?,
        None => {
            for part in message.parts() {
                writer.write_all(part).await?;
            }
        }
    }
    writer.flush().await?;
    if message.closes {
        writer.shutdown().await
    } else {
        Ok(())
    }
}

/// Writes all but the last byte, and that when the others are as far.
async fn write_at_once(
    writer: &mut (impl AsyncWrite + Unpin),
    message: &Message,
    seat: &Seat,
) -> std::io::Result<()> {
    let (parts, last) = message.but_for_the_last_byte();
    for part in parts {
        writer.write_all(part).await?;
    }
    writer.flush().await?;
    seat.wait().await;
    writer.write_all(last).await
}

fn unwritten(failure: Failure, error: &std::io::Error) -> Failure {
    match failure {
        Failure::ConnectionLost { reason } => Failure::ConnectionLost {
            reason: format!("{reason}, and it took no more of the request: {error}"),
        },
        other => other,
    }
}
