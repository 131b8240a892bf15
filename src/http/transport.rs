//! The way from a request to a response, one hop long.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use tokio::io::AsyncRead;
use tokio::io::AsyncWrite;

use super::Failure;
use super::Request;
use super::Response;

/// A future that can be sent between threads.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Both directions of a connection, encrypted or not.
pub trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// Something that answers requests: a network, or a server in this process.
///
/// A transport sends one request and reads one response. It follows no redirect, repeats nothing,
/// adds no credentials, and reads no more than `request.read_limit` bytes of the body.
pub trait Transport: Send + Sync {
    /// Sends `request` and reads the response to its end.
    fn round_trip<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Response, Failure>>;

    /// A connection to the far end, for who writes the bytes of a request itself; `None` where there
    /// is none to be had.
    fn connect(&self) -> Option<Box<dyn Stream>> {
        None
    }

    /// The most bytes of one body that the far end has had in memory for requests about what has this
    /// name, since this was asked last; `None` where it does not say.
    fn take_held(&self, _name: &str) -> Option<u64> {
        None
    }

    /// Lets time pass, which where the far end goes by a clock of its own is that clock's.
    fn pause(&self, time: Duration) -> BoxFuture<'_, ()> {
        Box::pin(tokio::time::sleep(time))
    }
}
