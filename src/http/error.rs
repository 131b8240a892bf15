//! Why a client cannot be made.

/// Why a [`Client`](super::Client) cannot be made from its settings.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClientError {
    /// TLS cannot be set up.
    #[error("TLS cannot be set up: {0}")]
    Tls(String),
    /// An authority's certificate cannot be used.
    #[error("the certificate authority cannot be used: {0}")]
    Authority(String),
    /// The client's certificate or its key cannot be used.
    #[error("the client certificate cannot be used: {0}")]
    Identity(String),
    /// A proxy's URL cannot be used.
    #[error("the proxy `{url}` cannot be used: {reason}")]
    Proxy {
        /// The URL, without its password.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The target's URL cannot be used.
    #[error("the target cannot be used: {0}")]
    Target(String),
    /// There are credentials, but no target that they are for.
    #[error("there are credentials or extra headers, but no target to send them to")]
    NoTarget,
    /// The credentials cannot stand in a header.
    #[error("the {0} holds a character that no header can carry")]
    Unsendable(&'static str),
    /// The rate is no positive number.
    #[error("a rate of {0} requests per second is not possible")]
    Rate(String),
    /// The system gives no threads.
    #[error("no threads for the network: {0}")]
    Runtime(String),
}
