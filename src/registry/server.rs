//! The registry: how it is made, and how it is put behind a socket.

use std::future::Future;
use std::io;
use std::net::Ipv4Addr;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use super::app::App;
use super::auth::Auth;
use super::clock::Time;
use super::collect;
use super::collect::Collect;
use super::collect::Collected;
use super::defects::Defect;
use super::in_process::InProcess;
use super::listen;
use super::operations;
use super::operations::Admin;
use super::operations::Log;
use super::operations::Operations;
use super::running;
use super::running::Place;
use super::running::Running;
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

/// How long a registry that is stopped waits for what it is doing.
const PATIENCE: Duration = Duration::from_secs(5);

/// A registry and what it holds. Clones share their content.
#[derive(Debug, Clone)]
pub struct Registry {
    app: Arc<App>,
    /// What is told of it, if anybody wants to know.
    operations: Option<Arc<Operations>>,
    /// Where that can be asked.
    admin: Option<SocketAddr>,
}

/// Makes a registry that differs from the default settings.
#[derive(Debug, Clone, Default)]
pub struct Builder {
    settings: Settings,
    seams: Vec<Seam>,
    /// `None` stands for one in memory.
    store: Option<Arc<dyn Store>>,
    log: Option<Log>,
    admin: Option<SocketAddr>,
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

    /// Taking out what nothing refers to, every now and then while it is served.
    #[must_use]
    pub fn collect(mut self, collect: Collect) -> Self {
        self.settings.collect = Some(collect);
        self
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

    /// Writing what comes over a socket, and what else happens to it, to this log.
    #[must_use]
    pub fn log(mut self, log: Log) -> Self {
        self.log = Some(log);
        self
    }

    /// Telling how it is at `/health` and `/metrics` of this address, once it is served; port 0 stands
    /// for any that is free. Nobody has to log in there.
    #[must_use]
    pub fn admin(mut self, address: SocketAddr) -> Self {
        self.admin = Some(address);
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
        let is_watched = self.log.is_some() || self.admin.is_some();
        Registry {
            app: Arc::new(App::with(self.settings, &self.seams, store)),
            operations: is_watched.then(|| Arc::new(Operations::new(self.log))),
            admin: self.admin,
        }
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
        InProcess::new(Arc::clone(&self.app))
    }

    /// With what it speaks TLS, if it does.
    pub fn tls(&self) -> Option<&Tls> {
        self.app.settings.tls.as_ref()
    }

    /// Takes out what nothing refers to and nobody has used for as long as the settings say, or nothing if
    /// they do not. What was used since the pass before counts as used now, also where there was none.
    /// Fails if the store does.
    pub fn collect(&self) -> io::Result<Collected> {
        collect::run(&self.app).map_err(io::Error::other)
    }

    /// Serves it on `listener` until `stop` is done. Requests under way are then abandoned. Fails where
    /// the address for those who run it cannot be listened on, with [`NoAdmin`](super::NoAdmin) as the reason.
    pub async fn serve(
        self,
        listener: TcpListener,
        stop: impl Future<Output = ()>,
    ) -> io::Result<()> {
        let admin = operations::listener(self.admin)?;
        let operations = self.operations.clone();
        let result = self.serve_both(listener, admin, stop).await;
        if let Some(operations) = operations {
            operations.stopped();
        }
        result
    }

    /// Serves it on `address` from threads of its own, also if it is called from asynchronous code. Port 0 stands
    /// for any that is free. Fails as [`Registry::serve`] does, or where `address` cannot be listened on.
    pub fn spawn(self, address: SocketAddr) -> io::Result<Running> {
        let runtime = Runtime::new()?;
        let (listener, admin) = match self.listeners(&runtime, address) {
            Ok(listeners) => listeners,
            Err(error) => {
                // Without waiting, which asynchronous code must not.
                runtime.shutdown_background();
                return Err(error);
            }
        };
        let place = Place {
            address: listener.local_addr()?,
            admin: admin.as_ref().map(TcpListener::local_addr).transpose()?,
            tls: self.tls().cloned(),
        };
        Running::start(place, move |stop| {
            let operations = self.operations.clone();
            let result =
                runtime.block_on(self.serve_both(listener, admin, async { drop(stop.await) }));
            // Whoever stops it may start another on the same store at once, and the log is to have the
            // requests that are abandoned, before it ends.
            runtime.shutdown_timeout(PATIENCE);
            if let Some(operations) = operations {
                operations.stopped();
            }
            result
        })
    }

    /// What it listens with: for clients, and for those who run it.
    fn listeners(
        &self,
        runtime: &Runtime,
        address: SocketAddr,
    ) -> io::Result<(TcpListener, Option<TcpListener>)> {
        let _entered = runtime.enter();
        Ok((listen::on(address)?, operations::listener(self.admin)?))
    }

    async fn serve_both(
        self,
        listener: TcpListener,
        admin: Option<TcpListener>,
        stop: impl Future<Output = ()>,
    ) -> io::Result<()> {
        self.say_start(&listener, admin.as_ref())?;
        let Self {
            app, operations, ..
        } = self;
        let asked = async {
            match (admin, &operations) {
                (Some(admin), Some(operations)) => {
                    let admin_of = Admin::new(Arc::clone(&app), Arc::clone(operations));
                    admin_of.serve(admin).await;
                }
                _ => std::future::pending().await,
            }
        };
        tokio::select! {
            () = listen::serve(Arc::clone(&app), operations.clone(), &listener) => {}
            () = asked => {}
            () = collect::keep(Arc::clone(&app)) => {}
            () = stop => {}
        }
        Ok(())
    }

    fn say_start(&self, listener: &TcpListener, admin: Option<&TcpListener>) -> io::Result<()> {
        let Some(operations) = &self.operations else {
            return Ok(());
        };
        let url = running::url(self.tls(), listener.local_addr()?);
        let admin = admin.map(TcpListener::local_addr).transpose()?;
        operations.started(&url, admin, self.app.settings.spec);
        Ok(())
    }
}
