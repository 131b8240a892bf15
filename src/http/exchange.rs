//! One request and its response as they went over the wire, and the list of them.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;
use http::Method;

use super::Failure;
use super::Framing;
use super::Protocol;
use super::Response;
use super::cut;
use super::room::Ledger;

/// Why a request was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The caller asked for it.
    Asked,
    /// It follows a redirect.
    Redirect,
    /// It obtains a token.
    Token,
    /// It is asked again: with credentials, after 429, 503 or a refused connection, or on a fresh
    /// connection after one that had been used before ended without an answer.
    Again,
}

/// What was sent. Secrets in it are replaced by a word in angle brackets.
#[derive(Debug, Clone)]
pub struct Sent {
    /// The method.
    pub method: Method,
    /// The absolute URL.
    pub url: String,
    /// The headers as sent, with secrets replaced.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
    /// How the length of the body was told.
    pub framing: Framing,
    /// A shell pipeline that prints the body, or empty.
    pub recipe: String,
    /// The exact bytes, with secrets replaced, where the request went through the raw transport. A
    /// body of more than 64 KiB that follows unchanged is left out.
    pub wire: Option<Bytes>,
    /// Whether the caller gave the bytes, so that the other fields only describe them.
    pub exact: bool,
}

/// One request and its response.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// Why it was sent.
    pub role: Role,
    /// What was sent.
    pub request: Sent,
    /// What came back. Tokens in it are replaced by a word in angle brackets.
    pub outcome: Result<Response, Failure>,
    /// Which HTTP the answer was in; `None` where none came, or not over a network.
    pub protocol: Option<Protocol>,
    /// Whether the body of the response held something secret, so that it is not here as it came.
    pub altered: bool,
    /// What the body of the response was, where the one here is only its beginning.
    pub whole: Option<Whole>,
    /// When it was sent, since the client was made.
    pub at: Duration,
    /// How long the answer took, body included.
    pub took: Duration,
}

/// A body of which only the beginning is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whole {
    /// Its length, in bytes.
    pub length: usize,
    /// Its digest by SHA-256, in hexadecimal digits.
    pub sha256: String,
}

impl Exchange {
    /// Forgets what no record shows: all but the beginning of the response's body, and of headers that
    /// are very long.
    pub fn shorten(&mut self) {
        let Ok(response) = &mut self.outcome else {
            return;
        };
        cut::headers(&mut response.headers);
        if let Some(whole) = cut::body(&mut response.body) {
            self.whole.get_or_insert(whole);
            self.altered = true;
        }
    }
}

/// The exchanges of one trial, in the order in which they ended.
#[derive(Debug, Default)]
pub struct Transcript {
    exchanges: Mutex<Vec<Exchange>>,
    terms: Terms,
    /// What it holds, where that is weighed over all exchanges.
    ledger: Option<Arc<Ledger>>,
}

/// Terms that differ from the client's settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Terms {
    /// How long one request may take.
    pub timeout: Option<Duration>,
    /// How often a refused connection, a 429 or a 503 is asked again.
    pub retries: Option<u32>,
}

impl Transcript {
    /// An empty one, whose requests go by these terms. What it holds in all is bounded, and has to be
    /// let go of before its thread sends with another one like it.
    pub fn on(terms: Terms) -> Self {
        Self {
            terms,
            ledger: Some(Arc::default()),
            ..Self::default()
        }
    }

    /// The terms of its requests.
    pub fn terms(&self) -> Terms {
        self.terms
    }

    /// Where the next exchange is weighed.
    pub(crate) fn ledger(&self) -> Arc<Ledger> {
        self.ledger.clone().unwrap_or_default()
    }

    /// Appends an exchange and returns its index. One for which there is no room is shortened.
    pub fn push(&self, mut exchange: Exchange) -> usize {
        if let (Some(ledger), Ok(response)) = (&self.ledger, &exchange.outcome)
            && !ledger.keep(response)
        {
            exchange.shorten();
        }
        let mut exchanges = self.lock();
        exchanges.push(exchange);
        exchanges.len() - 1
    }

    /// How many exchanges there are.
    pub fn len(&self) -> usize {
        self.lock().len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The exchanges from index `start` on, copied.
    pub fn since(&self, start: usize) -> Vec<Exchange> {
        self.lock().iter().skip(start).cloned().collect()
    }

    /// Takes all exchanges out.
    pub fn take(&self) -> Vec<Exchange> {
        std::mem::take(&mut *self.lock())
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Exchange>> {
        self.exchanges
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
