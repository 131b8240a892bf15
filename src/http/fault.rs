//! From what went wrong on the network to a [`Failure`] that says so in the user's words.

use std::error::Error;
use std::io;

use super::Failure;
use super::origin::Origin;
use super::resolve::Unresolved;

/// How far the exchange had come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// On the way to a connection, TLS included.
    Connecting,
    /// On the connection.
    Talking,
}

/// What was lost with a request that got no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Loss {
    /// The connection, which in HTTP/1.1 is the request's own as long as it waits.
    Connection,
    /// The connection, with whatever else was under way on it, or the place on it: the server says that
    /// it did nothing with the request (RFC 9113, section 8.7).
    SharedConnection,
    /// Only what this request was under way on, by the server's decision.
    Stream,
}

/// What was lost, as far as this error tells.
pub(crate) fn loss(error: &(dyn Error + 'static)) -> Loss {
    let chain = causes(error);
    match chain
        .iter()
        .find_map(|cause| cause.downcast_ref::<h2::Error>())
    {
        None => Loss::Connection,
        Some(error) if error.is_reset() && error.reason() != Some(h2::Reason::REFUSED_STREAM) => {
            Loss::Stream
        }
        Some(_) => Loss::SharedConnection,
    }
}

/// The failure behind an error and its sources.
pub(crate) fn failure(error: &(dyn Error + 'static), stage: Stage, origin: &Origin) -> Failure {
    let chain = causes(error);
    let found = chain.iter().find_map(|cause| known(*cause, stage, origin));
    found.unwrap_or_else(|| {
        let reason = chain.last().map_or_else(String::new, ToString::to_string);
        match stage {
            Stage::Connecting => Failure::Refused {
                address: origin.host_and_port(),
                reason,
            },
            Stage::Talking => Failure::ConnectionLost { reason },
        }
    })
}

/// The error and its sources, outermost first. An `io::Error` names what it wraps only by
/// `get_ref`.
fn causes<'a>(error: &'a (dyn Error + 'static)) -> Vec<&'a (dyn Error + 'static)> {
    let mut chain: Vec<&'a (dyn Error + 'static)> = vec![error];
    while let Some(last) = chain.last().copied() {
        let wrapped = last
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref)
            .map(|inner| inner as &(dyn Error + 'static));
        match wrapped.or_else(|| last.source()) {
            Some(next) if chain.len() < 16 => chain.push(next),
            _ => break,
        }
    }
    chain
}

fn known(cause: &(dyn Error + 'static), stage: Stage, origin: &Origin) -> Option<Failure> {
    if let Some(Unresolved { host, reason }) = cause.downcast_ref() {
        return Some(Failure::NoAddress {
            host: host.clone(),
            reason: reason.clone(),
        });
    }
    if let Some(error) = cause.downcast_ref::<rustls::Error>() {
        return Some(tls(error, stage, origin));
    }
    if let Some(error) = cause.downcast_ref::<hyper::Error>() {
        return protocol(error);
    }
    if let Some(error) = cause.downcast_ref::<h2::Error>() {
        return Some(http2(error));
    }
    cause
        .downcast_ref()
        .and_then(|error| system(error, stage, origin))
}

fn tls(error: &rustls::Error, stage: Stage, origin: &Origin) -> Failure {
    let reason = match error {
        rustls::Error::InvalidMessage(_) if stage == Stage::Connecting => {
            "the server does not speak TLS: give http://".to_owned()
        }
        other => other.to_string(),
    };
    Failure::Tls {
        address: origin.host_and_port(),
        reason,
    }
}

fn protocol(error: &hyper::Error) -> Option<Failure> {
    if error.is_parse() || error.is_parse_status() || error.is_parse_too_large() {
        return Some(Failure::Malformed {
            reason: error.to_string(),
        });
    }
    let reason = "the server closed it".to_owned();
    (error.is_incomplete_message() || error.is_closed())
        .then_some(Failure::ConnectionLost { reason })
}

/// What a server did to a stream or to its connection is an answer that did not come; what our side
/// could not take as HTTP/2 is none that was valid.
fn http2(error: &h2::Error) -> Failure {
    let why = |error: &h2::Error| error.reason().map_or_else(String::new, |it| it.to_string());
    let reason = if let Some(error) = error.get_io() {
        error.to_string()
    } else if !error.is_remote() {
        return Failure::Malformed {
            reason: error.to_string(),
        };
    } else if error.is_go_away() {
        format!("the server gave the connection up: {}", why(error))
    } else {
        format!("the server reset the stream: {}", why(error))
    };
    Failure::ConnectionLost { reason }
}

fn system(error: &io::Error, stage: Stage, origin: &Origin) -> Option<Failure> {
    if error
        .get_ref()
        .is_some_and(|inner| inner.source().is_some() || inner.is::<rustls::Error>())
    {
        return None;
    }
    let reason = error.to_string();
    match (error.kind(), stage) {
        (io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput, Stage::Talking) => {
            Some(Failure::Malformed { reason })
        }
        (io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset, Stage::Connecting)
            if origin.https =>
        {
            Some(Failure::Tls {
                address: origin.host_and_port(),
                reason,
            })
        }
        (_, Stage::Connecting) if error.get_ref().is_none() => Some(Failure::Refused {
            address: origin.host_and_port(),
            reason,
        }),
        _ => None,
    }
}
