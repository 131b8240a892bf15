//! The registry behind a socket.

use std::future::Future;
use std::io;
use std::net::Ipv4Addr;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::net::TcpSocket;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

use super::app::App;
use super::auth::Auth;
use super::clock::Time;
use super::defects::Defect;
use super::in_process::InProcess;
use super::listen;
use super::seams::Seam;
use super::settings::Optional;
use super::settings::Settings;
use super::store::DiskStore;
use super::store::Flush;
use super::store::MemoryStore;
use super::store::OpenError;
use super::store::Store;
use super::tls::Tls;
use super::variations::Variation;
use crate::catalogue::Version;

/// How many connections may wait to be taken.
const BACKLOG: u32 = 1024;

/// How long a registry that is stopped waits for what it is doing.
const PATIENCE: Duration = Duration::from_secs(5);

/// A registry and what it holds. Clones share their content.
#[derive(Debug, Clone)]
pub struct Registry(Arc<App>);

/// Makes a registry that differs from the default settings.
#[derive(Debug, Clone, Default)]
pub struct Builder {
    settings: Settings,
    seams: Vec<Seam>,
    /// `None` stands for one in memory.
    store: Option<Arc<dyn Store>>,
}

impl Builder {
    /// With these settings, in place of all others.
    #[must_use]
    pub fn settings(self, settings: Settings) -> Self {
        Self { settings, ..self }
    }

    /// With settings changed as this does it.
    #[must_use]
    pub fn change(mut self, change: impl FnOnce(&mut Settings)) -> Self {
        change(&mut self.settings);
        self
    }

    /// Following this version of the specification.
    #[must_use]
    pub fn spec(mut self, spec: Version) -> Self {
        self.settings.spec = spec;
        self
    }

    /// Without this part.
    #[must_use]
    pub fn without(mut self, part: Optional) -> Self {
        self.settings.off.insert(part);
        self
    }

    /// Deriving the ids of upload sessions from this. One that keeps what it holds on a disk needs
    /// another each time it begins.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.settings.seed = seed;
        self
    }

    /// Going by this clock.
    #[must_use]
    pub fn time(mut self, time: Time) -> Self {
        self.settings.time = time;
        self
    }

    /// Speaking TLS with this, and HTTP/2 to those who offer it. It matters over a socket only.
    #[must_use]
    pub fn tls(mut self, tls: Tls) -> Self {
        self.settings.tls = Some(tls);
        self
    }

    /// Keeping what it holds in this folder, which is made if it is not there, and in which what
    /// it held before is there again. Fails if another process serves the folder, if something else
    /// is in it, or if it cannot be read and written.
    pub fn stored_in(mut self, folder: &Path, flush: Flush) -> Result<Self, OpenError> {
        self.store = Some(Arc::new(DiskStore::open(folder, flush)?));
        Ok(self)
    }

    /// Read-only, with what is in this folder, which may be on a disk that cannot be written to. Fails if there is
    /// no store, or if another process writes to it.
    pub fn reading(mut self, folder: &Path) -> Result<Self, OpenError> {
        self.settings.read_only = true;
        self.store = Some(Arc::new(DiskStore::read(folder)?));
        Ok(self)
    }

    /// Letting in only whom this lets in.
    #[must_use]
    pub fn auth(mut self, auth: Auth) -> Self {
        self.settings.auth = Some(auth);
        self
    }

    /// Wrong in this way.
    #[must_use]
    pub fn defect(mut self, defect: &Defect) -> Self {
        self.seams.push(defect.seam);
        self
    }

    /// Lawfully different in this way.
    #[must_use]
    pub fn variation(mut self, variation: &Variation) -> Self {
        self.seams.push(variation.seam);
        self
    }

    /// The registry.
    pub fn build(self) -> Registry {
        let store = self.store;
        let store = store.unwrap_or_else(|| Arc::new(MemoryStore::default()));
        Registry(Arc::new(App::with(self.settings, &self.seams, store)))
    }

    /// The registry, served on a free port of the loopback interface.
    pub fn spawn(self) -> io::Result<Running> {
        self.build().spawn((Ipv4Addr::LOCALHOST, 0).into())
    }
}

impl Registry {
    /// A registry with the default settings, to begin with.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// A way to it that needs no socket.
    pub fn in_process(&self) -> InProcess {
        InProcess::new(Arc::clone(&self.0))
    }

    /// With what it speaks TLS, if it does.
    pub fn tls(&self) -> Option<&Tls> {
        self.0.settings.tls.as_ref()
    }

    /// Serves it on `listener` until `stop` is done. Requests under way are then abandoned.
    pub async fn serve(
        self,
        listener: TcpListener,
        stop: impl Future<Output = ()>,
    ) -> io::Result<()> {
        tokio::select! {
            () = listen::serve(self.0, &listener) => Ok(()),
            () = stop => Ok(()),
        }
    }

    /// Serves it on `address` from threads of its own, also if it is called from asynchronous code. Port 0 stands
    /// for any that is free.
    pub fn spawn(self, address: SocketAddr) -> io::Result<Running> {
        let runtime = Runtime::new()?;
        let (socket, address) = match listened(&runtime, address) {
            Ok(listened) => listened,
            Err(error) => {
                runtime.shutdown_background();
                return Err(error);
            }
        };
        let tls = self.tls().cloned();
        let (stop, stopped) = oneshot::channel::<()>();
        let thread = thread::Builder::new().name("registry".to_owned());
        let thread = thread.spawn(move || {
            let result = runtime.block_on(self.serve(socket, async { drop(stopped.await) }));
            // Whoever stops it may start another on the same store at once.
            runtime.shutdown_timeout(PATIENCE);
            result
        })?;
        Ok(Running {
            address,
            tls,
            stop: Some(stop),
            thread: Some(thread),
        })
    }
}

/// Listens on an address; where that is, if any port would do. Nothing here waits, which asynchronous
/// code must not.
fn listened(runtime: &Runtime, address: SocketAddr) -> io::Result<(TcpListener, SocketAddr)> {
    let _entered = runtime.enter();
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4(),
        SocketAddr::V6(_) => TcpSocket::new_v6(),
    }?;
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    let listener = socket.listen(BACKLOG)?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

/// A registry that is being served. Dropping this stops it, and leaves its store to others.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    tls: Option<Tls>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<io::Result<()>>>,
}

impl Running {
    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.address
    }

    /// Its URL, without a path.
    pub fn url(&self) -> String {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", self.address)
    }

    /// With what it speaks TLS, if it does.
    pub fn tls(&self) -> Option<&Tls> {
        self.tls.as_ref()
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
