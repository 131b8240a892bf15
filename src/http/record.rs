//! From what went over the wire to an [`Exchange`] that may be shown.

use std::time::Duration;

use bytes::Bytes;

use super::Exchange;
use super::Request;
use super::Role;
use super::Sent;
use super::redact;
use super::redact::Redactor;
use super::trip::Trip;

/// When an exchange began, since the client was made, and how long it took.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Timing {
    /// Its begin.
    pub(crate) at: Duration,
    /// Its length.
    pub(crate) took: Duration,
}

/// What is to be sent, and why.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'a> {
    /// Why.
    pub(crate) role: Role,
    /// The request; where there are `bytes`, it only describes them.
    pub(crate) request: &'a Request,
    /// The exact bytes, where the caller gave them.
    pub(crate) bytes: Option<&'a Bytes>,
}

/// The record of one exchange.
pub(crate) fn exchange(
    asked: Asked<'_>,
    trip: &Trip,
    timing: Timing,
    redactor: &Redactor,
) -> Exchange {
    let Asked {
        role,
        request,
        bytes,
    } = asked;
    let is_token = role == Role::Token;
    let sent = Sent {
        method: request.method.clone(),
        url: redactor.text(&request.url),
        headers: redactor.headers(&request.headers),
        body: if is_token {
            redact::form(&request.body)
        } else {
            request.body.clone()
        },
        framing: request.framing,
        recipe: request.recipe.clone(),
        wire: bytes.or(trip.wire.as_ref()).map(|wire| redactor.wire(wire)),
        exact: bytes.is_some(),
    };
    let outcome = match &trip.outcome {
        Ok(response) => Ok(redactor.response(response, is_token)),
        Err(failure) => Err(redactor.failure(failure.clone())),
    };
    let altered = match (&trip.outcome, &outcome) {
        (Ok(came), Ok(shown)) => came.body != shown.body,
        _ => false,
    };
    Exchange {
        role,
        request: sent,
        outcome,
        protocol: trip.protocol,
        altered,
        whole: None,
        at: timing.at,
        took: timing.took,
    }
}
