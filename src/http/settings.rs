//! What a client is told before it sends anything. Plain values: neither the command line nor the
//! environment is read here.

use std::time::Duration;
use std::time::Instant;

use super::HeaderMap;
use super::Proxies;
use super::Secret;

/// How a [`Client`](super::Client) behaves.
#[derive(Debug, Clone)]
pub struct ClientSettings {
    /// A URL of the target. Its origin (scheme, host and port) alone is sent credentials and the
    /// extra headers. `None` where neither is given.
    pub target: Option<String>,
    /// The bound of one exchange, from connecting to the last byte of the answer.
    pub timeout: Duration,
    /// When everything under way and to come is stopped.
    pub deadline: Option<Instant>,
    /// How often a request is asked again after a refused connection, 429 or 503.
    pub retries: u32,
    /// How many requests are sent per second at most, all threads together.
    pub rate: Option<f64>,
    /// Certificates of further authorities to trust: each entry one PEM file, with one or more.
    pub ca_certs: Vec<Vec<u8>>,
    /// The client's own certificate.
    pub identity: Option<Identity>,
    /// Whether the server's certificate goes unchecked.
    pub insecure: bool,
    /// Headers that go to the target with every request. They are recorded as secrets.
    pub headers: HeaderMap,
    /// Who we are to the target.
    pub credentials: Login,
    /// The proxies to go through. Loopback is never proxied.
    pub proxies: Proxies,
    /// The `User-Agent`.
    pub user_agent: String,
}

impl Default for ClientSettings {
    fn default() -> Self {
        Self {
            target: None,
            timeout: Duration::from_secs(30),
            deadline: None,
            retries: 3,
            rate: None,
            ca_certs: Vec::new(),
            identity: None,
            insecure: false,
            headers: HeaderMap::new(),
            credentials: Login::Anonymous,
            proxies: Proxies::default(),
            user_agent: concat!("plimsoll/", env!("CARGO_PKG_VERSION")).to_owned(),
        }
    }
}

impl ClientSettings {
    /// The defaults, for this target.
    pub fn new(target: impl Into<String>) -> Self {
        Self {
            target: Some(target.into()),
            ..Self::default()
        }
    }
}

/// Who we are to the target.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Login {
    /// Nobody. Tokens for anybody are still asked for when the target wants one.
    #[default]
    Anonymous,
    /// A user with a password, given to the target (Basic) or to its token service (Bearer).
    Password {
        /// The user's name.
        username: String,
        /// The password.
        password: Secret,
    },
    /// A Bearer token that is sent as it is.
    Token(Secret),
    /// A refresh token, from which the token service makes Bearer tokens (`docker login` calls it
    /// an identity token).
    Identity(Secret),
}

/// A client certificate.
#[derive(Debug, Clone)]
pub struct Identity {
    /// The chain, PEM, the client's own certificate first.
    pub certificate: Vec<u8>,
    /// The private key, PEM (PKCS#8, PKCS#1 or SEC1).
    pub key: Secret,
}
