//! The client: it sends requests as they are, follows redirects, waits when told to, obtains
//! tokens, and records every exchange.
//!
//! It knows HTTP and its authentication, and nothing of OCI: no digest, no repository, no
//! manifest. What it sends and receives is bounded, and what it records holds no secret.

mod exchange;
mod failure;
mod request;
mod response;
mod transport;

pub use exchange::Exchange;
pub use exchange::Role;
pub use exchange::Sent;
pub use exchange::Transcript;
pub use failure::Failure;
pub use request::Credentials;
pub use request::Framing;
pub use request::Request;
pub use response::Response;
pub use transport::BoxFuture;
pub use transport::Transport;

pub use http::HeaderMap;
pub use http::HeaderName;
pub use http::HeaderValue;
pub use http::Method;
