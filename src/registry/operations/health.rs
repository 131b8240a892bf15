//! Whether the registry can do its work: whether what it holds can be read, and more be written.

use std::sync::Arc;
use std::time::Duration;
use std::time::Instant;

use tokio::sync::Mutex;
use tokio::task::JoinHandle;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use crate::registry::app::App;

/// How long an answer is good for. Whoever asks more often gets the same.
const FRESH: Duration = Duration::from_secs(1);

/// How long the store may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// What is found out: nothing if all is well, or a sentence that says what is not.
pub(super) type Found = Result<(), String>;

/// Looks after a registry.
pub(super) struct Health {
    app: Arc<App>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// What was found last, and when.
    last: Option<(Instant, Found)>,
    /// What the store was asked and has not answered.
    asking: Option<JoinHandle<Found>>,
}

impl Health {
    pub(super) fn new(app: Arc<App>) -> Self {
        Self {
            app,
            state: Mutex::default(),
        }
    }

    /// How it is. Whoever asks while somebody else does waits for what that finds, so that the store is
    /// asked one thing at a time, and not often.
    pub(super) async fn check(&self) -> Found {
        let mut state = self.state.lock().await;
        if let Some((at, found)) = &state.last
            && at.elapsed() < FRESH
        {
            return found.clone();
        }
        let found = self.ask(&mut state.asking).await;
        state.last = Some((Instant::now(), found.clone()));
        found
    }

    /// Asks the store, or waits on if it has not answered the last time.
    async fn ask(&self, asking: &mut Option<JoinHandle<Found>>) -> Found {
        let answer = asking.get_or_insert_with(|| {
            let app = Arc::clone(&self.app);
            spawn_blocking(move || {
                let probed = app.store.probe(!app.settings.read_only);
                probed.map_err(|error| error.to_string())
            })
        });
        let Ok(answer) = timeout(PATIENCE, answer).await else {
            return Err(format!(
                "the place where the registry keeps its content has not answered within {} seconds",
                PATIENCE.as_secs()
            ));
        };
        *asking = None;
        answer.unwrap_or_else(|_| Err("the registry failed to look at its content".to_owned()))
    }
}
