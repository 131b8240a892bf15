//! The client: it sends requests as they are, follows redirects, waits when told to, obtains
//! tokens, and records every exchange.
//!
//! It knows HTTP and its authentication, and nothing of OCI: no digest, no repository, no
//! manifest. What it sends and receives is bounded, and what it records holds no secret.

mod auth;
mod call;
pub(crate) mod challenge;
mod client;
mod credentials;
mod curl;
mod cut;
mod error;
mod exchange;
mod failure;
mod fault;
mod fresh;
mod latency;
mod meeting;
mod network;
pub(crate) mod origin;
mod pinned;
mod protocol;
mod proxy;
mod rate;
pub(crate) mod raw;
mod record;
mod redact;
mod redirect;
mod request;
mod resolve;
mod response;
mod retry;
pub(crate) mod room;
mod runtime;
mod script;
mod secret;
mod service;
mod settings;
mod stop;
mod tls;
mod token;
mod transport;
mod trip;
mod wait;

#[cfg(test)]
mod tests;

pub use client::Client;
pub use client::RawReply;
pub use client::Reply;
pub use credentials::LoginError;
pub use credentials::docker_login;
pub use error::ClientError;
pub use exchange::Exchange;
pub use exchange::Role;
pub use exchange::Sent;
pub use exchange::Terms;
pub use exchange::Transcript;
pub use exchange::Whole;
pub use failure::Failure;
pub use latency::Latency;
pub use meeting::Seat;
pub use protocol::Protocol;
pub use proxy::Proxies;
pub use request::Credentials;
pub use request::Framing;
pub use request::Request;
pub use response::Response;
pub use script::script;
pub use secret::Secret;
pub use service::TokenReply;
pub use service::TokenRequest;
pub use settings::ClientSettings;
pub use settings::Identity;
pub use settings::Login;
pub use transport::BoxFuture;
pub use transport::Stream;
pub use transport::Transport;

pub use http::HeaderMap;
pub use http::HeaderName;
pub use http::HeaderValue;
pub use http::Method;
