//! Why a request has no answer.

use std::time::Duration;

/// Why a request has no answer that can be judged. None of these says what the target *should*
/// have done; they say what happened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The URL cannot be sent to.
    #[error("`{url}` cannot be requested: {reason}")]
    BadUrl {
        /// The URL.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The host name has no address.
    #[error("the host `{host}` has no address: {reason}")]
    NoAddress {
        /// The host.
        host: String,
        /// The resolver's words.
        reason: String,
    },
    /// Nobody listens there.
    #[error("nobody listens at {address}: {reason}")]
    Refused {
        /// Host and port.
        address: String,
        /// The system's words.
        reason: String,
    },
    /// The TLS handshake failed.
    #[error("the TLS handshake with {address} failed: {reason}")]
    Tls {
        /// Host and port.
        address: String,
        /// The TLS library's words.
        reason: String,
    },
    /// No complete answer came in time.
    #[error("no complete answer within {}", humantime::format_duration(*after))]
    TimedOut {
        /// The bound that was passed.
        after: Duration,
    },
    /// The connection closed before the answer was complete.
    #[error("the connection was lost before the answer was complete: {reason}")]
    ConnectionLost {
        /// What the transport says.
        reason: String,
    },
    /// What came back is not HTTP.
    #[error("the answer is not valid HTTP: {reason}")]
    Malformed {
        /// What the parser says.
        reason: String,
    },
    /// The body is longer than the caller reads.
    #[error("the body is longer than {limit} bytes; reading stopped there")]
    TooLong {
        /// The bound, in bytes.
        limit: usize,
    },
    /// The answer would take more memory than any answer may.
    #[error("the answer, and what reading it takes, is more than {limit} bytes of memory")]
    TooMuch {
        /// The bound, in bytes.
        limit: usize,
    },
    /// A redirect could not be followed.
    #[error("the redirect to `{location}` was not followed: {reason}")]
    Redirect {
        /// The `Location`.
        location: String,
        /// Why.
        reason: String,
    },
    /// The registry wants credentials, and those at hand do not do.
    #[error("no token could be had: {reason}")]
    Token {
        /// What went wrong.
        reason: String,
    },
    /// Exact bytes were to be sent, and the target answers without a connection.
    #[error("exact bytes need a network connection, and this target answers inside the process")]
    NoConnection,
    /// The target was to end and start again, and is not back.
    #[error("the registry was not started again: {reason}")]
    NotRestarted {
        /// What went wrong, and what can be done about it.
        reason: String,
    },
    /// The run is over: interrupted, or past its deadline.
    #[error("the run was stopped")]
    Stopped,
}

impl Failure {
    /// What kind of failure it is, in one word that stays.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::BadUrl { .. } => "bad-url",
            Self::NoAddress { .. } => "no-address",
            Self::Refused { .. } => "refused",
            Self::Tls { .. } => "tls",
            Self::TimedOut { .. } => "timed-out",
            Self::ConnectionLost { .. } => "connection-lost",
            Self::Malformed { .. } => "malformed",
            Self::TooLong { .. } => "too-long",
            Self::TooMuch { .. } => "too-much",
            Self::Redirect { .. } => "redirect",
            Self::Token { .. } => "token",
            Self::NoConnection => "no-connection",
            Self::NotRestarted { .. } => "not-restarted",
            Self::Stopped => "stopped",
        }
    }
}
