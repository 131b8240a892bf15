//! A registry that is being served, until somebody lets go of it.

use std::io;
use std::net::SocketAddr;
use std::thread;
use std::thread::JoinHandle;

use tokio::sync::oneshot;

use super::tls::Tls;

/// A registry that is being served. Dropping this stops it, and leaves its store to others.
#[derive(Debug)]
pub struct Running {
    place: Place,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<io::Result<()>>>,
}

/// Where it is, and what it speaks.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) address: SocketAddr,
    pub(super) admin: Option<SocketAddr>,
    pub(super) tls: Option<Tls>,
}

/// Is done once a registry shall end.
pub(super) type Stop = oneshot::Receiver<()>;

impl Running {
    /// Has `serve` serve it from a thread of its own.
    pub(super) fn start(
        place: Place,
        serve: impl FnOnce(Stop) -> io::Result<()> + Send + 'static,
    ) -> io::Result<Self> {
        let (stop, stopped) = oneshot::channel();
        let thread = thread::Builder::new().name("registry".to_owned());
        Ok(Self {
            place,
            stop: Some(stop),
            thread: Some(thread.spawn(|| serve(stopped))?),
        })
    }

    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.place.address
    }

    /// Its URL, without a path.
    pub fn url(&self) -> String {
        url(self.tls(), self.place.address)
    }

    /// Where it tells how it is, at `/health` and `/metrics`, if it does.
    pub fn admin_addr(&self) -> Option<SocketAddr> {
        self.place.admin
    }

    /// The URL of that, without a path.
    pub fn admin_url(&self) -> Option<String> {
        self.place.admin.map(|address| url(None, address))
    }

    /// With what it speaks TLS, if it does.
    pub fn tls(&self) -> Option<&Tls> {
        self.place.tls.as_ref()
    }

    /// Waits until it ends by itself, which it only does when the system fails it.
    pub fn wait(mut self) -> io::Result<()> {
        self.join()
    }

    fn join(&mut self) -> io::Result<()> {
        let joined = self.thread.take().map(JoinHandle::join);
        joined.unwrap_or(Ok(Ok(()))).unwrap_or_else(|_| {
            let reason = "the thread that serves the registry panicked";
            Err(io::Error::other(reason))
        })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.stop.take());
        drop(self.join());
    }
}

/// The URL of an address, without a path.
pub(super) fn url(tls: Option<&Tls>, address: SocketAddr) -> String {
    let scheme = if tls.is_some() { "https" } else { "http" };
    format!("{scheme}://{address}")
}
