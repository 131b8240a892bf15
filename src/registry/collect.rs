//! Taking out what nothing refers to: blobs that no manifest of their repository names, uploads that
//! nobody goes on with, and, where that is asked for, manifests to which nothing leads.
//!
//! Nothing is taken that somebody has used within the time that is set: pushed, mounted, asked for (HEAD
//! and GET), or named in a manifest. A client may so find a blob, or push it, and name it in a manifest
//! after that.
//!
//! A pass goes through the repositories one by one. It counts what a repository holds, reads the
//! manifests, and takes what was idle for long enough, is not named, and was not used since it was
//! counted. Two things keep that from taking what a manifest needs that is pushed meanwhile:
//!
//! - A push notes the use of all that its manifest names, before it looks whether that is there.
//! - From then on until the manifest is stored it holds the gate, and while anybody does nothing is
//!   counted or taken. So a push has either ended when things are counted, and its manifest is read; or
//!   it begins later, and what it uses is left alone; or that was taken before, and it is refused.
//!
//! Those who pull hold the gate as well, so that what they are told is there counts as used. The gate is
//! closed only for moments: manifests are read while it is open. What is taken goes in an order in which
//! a process can be killed at any point: a manifest before what only that names.
//!
//! Times of use are not kept. A registry that begins counts everything as used by its first pass.

mod graph;

use std::ops::AddAssign;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::RwLock;
use std::sync::RwLockReadGuard;
use std::sync::RwLockWriteGuard;
use std::time::Duration;

use tokio::task::spawn_blocking;

use super::app::App;
use super::clock::Time;
use super::store::Stored;
use super::store::Taken;
use crate::oci::Digest;
use crate::oci::RepositoryName;

use graph::Graph;

/// The least and the most time from one pass to the next.
const PAUSES: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(3600));

/// How many passes there are in the time for which things must be unused.
const PASSES: u32 = 4;

/// How many blobs are taken out while the gate is closed.
const BATCH: usize = 16;

/// What is taken out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Collect {
    /// For how long nobody must have used it.
    pub after: Duration,
    /// Whether manifests are taken too that have no tag, that no index lists that stays, and whose
    /// subject, if they have one, does not stay.
    pub untagged: bool,
}

/// What was taken out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Collected {
    /// How many blobs, each repository by itself.
    pub blobs: u64,
    /// How many manifests.
    pub manifests: u64,
    /// How many unfinished uploads.
    pub uploads: u64,
    /// How many bytes the blobs and the manifests have, and what the first pass finds that a process left
    /// which was killed. What is in other repositories too is only freed with the last of them.
    pub bytes: u64,
}

impl AddAssign for Collected {
    fn add_assign(&mut self, other: Self) {
        self.blobs += other.blobs;
        self.manifests += other.manifests;
        self.uploads += other.uploads;
        self.bytes += other.bytes;
    }
}

/// Keeps what is in use from being taken.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    users: RwLock<()>,
    /// Held by the one pass that there is at a time: whether there was one before.
    pass: Mutex<bool>,
}

/// As long as somebody has it, nothing is taken out.
#[derive(Debug)]
pub(crate) struct Hold<'a> {
    app: &'a App,
    /// `None` where nothing is ever taken out.
    gate: Option<RwLockReadGuard<'a, ()>>,
}

impl Gate {
    /// Whether nobody would have to wait now.
    pub(crate) fn is_open(&self) -> bool {
        self.users.try_read().is_ok()
    }

    fn close(&self) -> RwLockWriteGuard<'_, ()> {
        self.users.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<'a> Hold<'a> {
    /// Waits until nothing is being taken out.
    pub(crate) fn on(app: &'a App) -> Self {
        let users = app.settings.collect.map(|_| app.gate.users.read());
        Self {
            app,
            gate: users.map(|it| it.unwrap_or_else(PoisonError::into_inner)),
        }
    }

    /// Notes that these blobs and manifests are used, as far as they are there.
    pub(crate) fn touch(&self, name: &RepositoryName, digests: &[Digest]) -> Stored<()> {
        match self.gate {
            Some(_) => self.app.store.touch(name, digests),
            None => Ok(()),
        }
    }
}

/// Makes a pass every now and then, for ever. By a clock that only moves with requests there is no
/// telling when, and none is made.
pub(crate) async fn keep(app: Arc<App>) {
    let collect = app.settings.collect;
    let Some(collect) = collect.filter(|_| app.settings.time == Time::Machine) else {
        return std::future::pending().await;
    };
    let pause = (collect.after / PASSES).clamp(PAUSES.0, PAUSES.1);
    loop {
        tokio::time::sleep(pause).await;
        let app = Arc::clone(&app);
        // What fails is tried again by the next pass.
        drop(spawn_blocking(move || run(&app)).await);
    }
}

/// Makes a pass. Fails if any repository failed, after the others had their turn.
pub(crate) fn run(app: &App) -> Stored<Collected> {
    let mut collected = Collected::default();
    let Some(collect) = app.settings.collect.filter(|_| !app.settings.read_only) else {
        return Ok(collected);
    };
    let pass = app.gate.pass.lock();
    let mut is_later = pass.unwrap_or_else(PoisonError::into_inner);
    let mut failed = None;
    for name in app.store.repositories()? {
        let repository = Repository { app, name: &name };
        match repository.collect(collect) {
            Ok(more) => collected += more,
            Err(error) => failed = Some(error),
        }
    }
    if !*is_later {
        // By now every repository was opened, and has let go of what was left half done there.
        collected.bytes += app.store.free_strays()?.bytes;
        *is_later = true;
    }
    failed.map_or(Ok(collected), Err)
}

/// A repository that a pass goes through.
struct Repository<'a> {
    app: &'a App,
    name: &'a RepositoryName,
}

impl Repository<'_> {
    fn collect(&self, collect: Collect) -> Stored<Collected> {
        let (app, store) = (self.app, &self.app.store);
        let uploads = store.expire_sessions(self.name, app.settings.session_timeout)?;
        let mut collected = Collected {
            uploads,
            ..Collected::default()
        };
        let census = {
            let _closed = app.gate.close();
            store.census(self.name, app.clock.now(), collect.after)?
        };
        let takes_manifest =
            collect.untagged && (census.manifests.iter()).any(|it| it.is_idle && !it.is_tagged);
        if census.idle_blobs.is_empty() && !takes_manifest {
            return Ok(collected);
        }
        // Where it cannot be told what a manifest names, it may name anything.
        let Some(mut graph) = Graph::read(store.as_ref(), self.name, census.manifests)? else {
            return Ok(collected);
        };
        if takes_manifest {
            let manifests = self.take_manifests(&mut graph)?;
            collected.manifests = manifests.count;
            collected.bytes += manifests.bytes;
        }
        let blobs = self.take_blobs(&graph, census.idle_blobs)?;
        collected.blobs = blobs.count;
        collected.bytes += blobs.bytes;
        Ok(collected)
    }

    /// Takes the manifests to which nothing leads, out of the graph too; or none, if somebody has come
    /// for one of them: that may lead to the others.
    fn take_manifests(&self, graph: &mut Graph) -> Stored<Taken> {
        let doomed = graph.unreachable();
        if doomed.is_empty() {
            return Ok(Taken::default());
        }
        let taken = {
            let _closed = self.app.gate.close();
            self.app.store.take_manifests(self.name, &doomed)?
        };
        if taken.is_some() {
            graph.remove(&doomed);
        }
        Ok(taken.unwrap_or_default())
    }

    fn take_blobs(&self, graph: &Graph, idle: Vec<Digest>) -> Stored<Taken> {
        let named = graph.named();
        let (kept, unused): (Vec<_>, Vec<_>) = idle.into_iter().partition(|it| named.contains(it));
        // They need not be looked at again before their time.
        self.app.store.touch(self.name, &kept)?;
        let mut taken = Taken::default();
        for batch in unused.chunks(BATCH) {
            let _closed = self.app.gate.close();
            taken += self.app.store.take_blobs(self.name, batch)?;
        }
        Ok(taken)
    }
}
