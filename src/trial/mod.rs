//! One check's world: its repositories, its content, its requests, and its demands on the answers.
//!
//! A trial is what a check's function is handed. It knows the protocol's paths and preparations; it
//! does not know which check it serves, what the run will make of its end, or what else runs beside
//! it.

mod answer;
pub mod content;
mod demand;
mod given;
mod ledger;
mod prepare;
mod repository;
mod restart;
mod together;
mod tokens;
mod upload;
mod variant;
mod world;

pub use answer::Answer;
pub use demand::Demand;
pub use given::Given;
pub use ledger::Held;
pub use ledger::Rank;
pub use repository::Asking;
pub use repository::Repository;
pub use restart::Restart;
pub use together::History;
pub use tokens::Asker;
pub use tokens::TokenAnswer;
pub use tokens::TokenService;
pub use upload::Session;
pub use upload::content_range;
pub use variant::Axis;
pub use variant::Kind;
pub use variant::Variant;
pub use world::Second;
pub use world::World;

pub(crate) use demand::excerpt;
pub(crate) use tokens::is_taken;

use std::panic::Location;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::time::Duration;
use std::time::Instant;

use bytes::Bytes;

use crate::catalogue::Requirement;
use crate::catalogue::Version;
use crate::http::Exchange;
use crate::http::Failure;
use crate::http::RawReply;
use crate::http::Terms;
use crate::http::Transcript;
use crate::oci::RepositoryName;
use crate::verdict::Demanded;
use crate::verdict::Fault;
use crate::verdict::Outcome;
use crate::verdict::Stop;
use crate::verdict::Violation;

use content::Blob;
use content::Stream;
use ledger::Ledger;

/// One run of a check: its repositories, content and transcript.
#[derive(Debug)]
pub struct Trial<'w> {
    world: &'w World,
    variant: Variant,
    names: [RepositoryName; 2],
    stream: Mutex<Stream>,
    transcript: Transcript,
    ledger: Ledger,
    blobs: Mutex<Vec<Blob>>,
    concerns: Mutex<Vec<Violation>>,
    demands: Mutex<Vec<Demanded>>,
}

impl<'w> Trial<'w> {
    /// A trial in two repositories, with content from `stream`.
    pub fn new(
        world: &'w World,
        variant: Variant,
        names: [RepositoryName; 2],
        stream: Stream,
    ) -> Self {
        Self {
            world,
            variant,
            names,
            stream: Mutex::new(stream),
            transcript: Transcript::default(),
            ledger: Ledger::default(),
            blobs: Mutex::default(),
            concerns: Mutex::default(),
            demands: Mutex::default(),
        }
    }

    /// The same on other terms than the client's.
    #[must_use]
    pub fn on(self, terms: Terms) -> Self {
        Self {
            transcript: Transcript::on(terms),
            ..self
        }
    }

    /// The version of the specification under test.
    pub fn spec(&self) -> Version {
        self.world.spec
    }

    /// The run that this trial belongs to.
    pub fn world(&self) -> &'w World {
        self.world
    }

    /// What the check is varied by: digest algorithm and kind of manifest.
    pub fn variant(&self) -> Variant {
        self.variant
    }

    /// The repository that the check works in.
    pub fn repository(&self) -> Repository<'_> {
        Repository::new(self, self.names[0].clone())
    }

    /// A second repository, which holds nothing of the first.
    pub fn other_repository(&self) -> Repository<'_> {
        Repository::new(self, self.names[1].clone())
    }

    /// A repository of the second account, which holds nothing; only for checks that need
    /// [`Feature::SecondAccount`](crate::check::Feature). Its requests are by the first one unless they
    /// say otherwise, and what is pushed there stays.
    pub fn repository_of_second(&self) -> Result<Repository<'_>, Stop> {
        let Some(second) = &self.world.second else {
            return Err(Stop::Skipped("only with --username2".to_owned()));
        };
        let own = self.names[0].as_str();
        let last = own.rsplit('/').next().unwrap_or(own);
        let name = format!("{}/{last}", second.namespace);
        let name = name
            .parse()
            .map_err(|_| Stop::Skipped(format!("`{name}` is too long for a repository")))?;
        Ok(Repository::new(self, name))
    }

    /// A repository of any name; only for checks that need fresh repositories.
    pub fn repository_named(&self, name: RepositoryName) -> Repository<'_> {
        Repository::new(self, name)
    }

    /// The source of this trial's content.
    pub fn stream(&self) -> MutexGuard<'_, Stream> {
        lock(&self.stream)
    }

    /// Asks until the demands hold, for effects that may be delayed; what `ask` returns after the
    /// run's settling time counts.
    pub fn eventually<T>(&self, mut ask: impl FnMut() -> Result<T, Stop>) -> Result<T, Stop> {
        let (started, settle) = (Instant::now(), self.world.settle);
        // The far end may go by a clock of its own, so that pauses count even if they are none.
        let mut paused = Duration::ZERO;
        let mut pause = Duration::from_millis(10);
        loop {
            let mark = self.concern_count();
            let outcome = ask();
            let held = outcome.is_ok() && self.concern_count() == mark;
            let again = !held && !matches!(outcome, Err(Stop::Trouble(_) | Stop::Unsupported(_)));
            if !again || started.elapsed().max(paused) + pause > settle {
                return outcome;
            }
            lock(&self.concerns).truncate(mark);
            self.world.client.pause(pause)?;
            paused += pause;
            pause *= 2;
        }
    }

    /// Sends these bytes to the registry as they are, on a connection of their own and without
    /// credentials; `path` only describes them.
    pub fn send_exactly(&self, path: &str, bytes: impl Into<Bytes>) -> Result<RawReply, Failure> {
        let url = format!("{}{path}", self.world.origin);
        self.world.client.send_raw(&url, bytes, &self.transcript)
    }

    /// The same, also to a registry inside this process. No answer comes of it where the registry takes
    /// its time: who does not understand what was sent need not say so.
    pub fn send_alone(&self, path: &str, bytes: impl Into<Bytes>) -> Result<RawReply, Failure> {
        let url = format!("{}{path}", self.world.origin);
        let client = &self.world.client;
        client.send_exact(&url, bytes, false, &self.transcript)
    }

    /// Reports what a demand on several answers together showed. `exchange` is the one that shows
    /// it best.
    #[track_caller]
    pub fn judge(
        &self,
        requirement: &'static Requirement,
        holds: bool,
        expected: impl Into<String>,
        actual: impl Into<String>,
    ) -> Outcome {
        self.note(requirement, holds);
        if holds {
            return Ok(());
        }
        self.report(Violation {
            requirement,
            expected: expected.into(),
            actual: actual.into(),
            fault: Fault::Content,
            exchange: self.transcript.len().checked_sub(1),
        })
    }

    /// What the trial pushed and did not see deleted, in the order in which it may be deleted.
    pub fn held(&self) -> Vec<Held> {
        self.ledger.held()
    }

    /// Takes the broken requirements of level should, which do not stop a check.
    pub fn take_concerns(&self) -> Vec<Violation> {
        std::mem::take(&mut *lock(&self.concerns))
    }

    /// Takes the demands that were made.
    pub fn take_demands(&self) -> Vec<Demanded> {
        std::mem::take(&mut *lock(&self.demands))
    }

    /// Takes the exchanges.
    pub fn take_exchanges(&self) -> Vec<Exchange> {
        self.transcript.take()
    }

    /// Weighs a violation: must and expected stop the check, should is kept in mind while the check
    /// goes on, and what the version under test does not ask for is no violation.
    pub(crate) fn report(&self, violation: Violation) -> Outcome {
        use crate::catalogue::Level;
        match violation.requirement.level(self.spec()) {
            Some(Level::Must | Level::Expected) => Err(Stop::Violation(Box::new(violation))),
            Some(Level::Should) => {
                lock(&self.concerns).push(violation);
                Ok(())
            }
            Some(Level::May) | None => Ok(()),
        }
    }

    /// Notes a demand of the caller's, if the version under test asks for the requirement.
    #[track_caller]
    pub(crate) fn note(&self, requirement: &'static Requirement, held: bool) {
        use crate::catalogue::Level;
        let level = requirement.level(self.spec());
        if level.is_some_and(|level| level < Level::May) {
            lock(&self.demands).push(Demanded {
                requirement,
                place: Location::caller(),
                held,
            });
        }
    }

    /// Keeps a blob in mind, so that pieces of it can be told from other bytes.
    fn remember(&self, blob: &Blob) {
        lock(&self.blobs).push(blob.clone());
    }

    /// A shell pipeline that prints these bytes, if they are a long piece of a blob of this trial;
    /// or empty.
    fn recipe_of(&self, bytes: &[u8]) -> String {
        /// Shorter texts are quoted as they are.
        const SHORT: usize = 256;
        if bytes.len() < SHORT {
            return String::new();
        }
        let blobs = lock(&self.blobs);
        blobs
            .iter()
            .find_map(|blob| blob.recipe_of_piece(bytes))
            .unwrap_or_default()
    }

    fn concern_count(&self) -> usize {
        lock(&self.concerns).len()
    }
}

/// Locks, also after another thread panicked: the data are lists that are whole at any time.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
