//! Signals and the deadline: what ends a run before its end.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::signal::unix::SignalKind;
use tokio::signal::unix::signal;
use tokio::sync::oneshot;

use crate::http::Client;
use crate::run::Control;
use crate::run::Ending;

/// Does `work`, and pulls `control`'s brake on SIGINT, on SIGTERM and when `deadline` is over. A
/// second signal ends the program at once.
pub(super) fn guard<T>(
    control: &Control,
    client: &Arc<Client>,
    deadline: Option<Duration>,
    work: impl FnOnce() -> T,
) -> T {
    let (done, over) = oneshot::channel();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            watched(over, deadline, |first| {
                control.end(first, client);
                (Duration::ZERO, Box::new(|| {}))
            });
        });
        let result = work();
        // If the watcher is gone already, there is nobody left to tell.
        let _ = done.send(());
        result
    })
}

/// Clients that are stopped together, though some of them come when the work is under way.
#[derive(Debug, Default)]
pub(super) struct Crew {
    control: Control,
    clients: Mutex<Vec<Arc<Client>>>,
}

impl Crew {
    /// What the run is ended by.
    pub(super) fn control(&self) -> &Control {
        &self.control
    }

    /// Has a client stopped with the others; at once, where they were stopped already.
    pub(super) fn join(&self, client: &Arc<Client>) {
        self.lock().push(Arc::clone(client));
        if self.control.ending().is_some() {
            client.stop();
        }
    }

    /// Does `work`, and stops everybody on SIGINT and on SIGTERM. A second signal ends the program
    /// at once.
    pub(super) fn guard<T>(&self, work: impl FnOnce() -> T) -> T {
        let (done, over) = oneshot::channel();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                watched(over, None, |first| {
                    // Before the clients: whoever joins from now on sees it.
                    self.control.note(first);
                    self.lock().iter().for_each(|client| client.stop());
                    (Duration::ZERO, Box::new(|| {}))
                });
            });
            let result = work();
            // If the watcher is gone already, there is nobody left to tell.
            let _ = done.send(());
            result
        })
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Arc<Client>>> {
        self.clients.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Does `work`, and notes the first SIGINT or SIGTERM in `control` and in `stop`. What is under way
/// has `grace` to come to its end. A second signal ends the program at once.
pub(super) fn guard_gently<T>(
    control: &Control,
    client: &Client,
    stop: &AtomicBool,
    grace: Duration,
    work: impl FnOnce() -> T,
) -> T {
    let (done, over) = oneshot::channel();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            watched(over, None, |first| {
                control.note(first);
                stop.store(true, Ordering::SeqCst);
                (grace, Box::new(|| client.stop()))
            });
        });
        let result = work();
        // If the watcher is gone already, there is nobody left to tell.
        let _ = done.send(());
        result
    })
}

/// Does `work`, and notes the first SIGINT or SIGTERM in `control` and in `stop`. A second signal ends the
/// program at once.
pub(super) fn guard_flag<T>(control: &Control, stop: &AtomicBool, work: impl FnOnce() -> T) -> T {
    let (done, over) = oneshot::channel();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            watched(over, None, |first| {
                control.note(first);
                stop.store(true, Ordering::SeqCst);
                (Duration::ZERO, Box::new(|| {}))
            });
        });
        let result = work();
        // If the watcher is gone already, there is nobody left to tell.
        let _ = done.send(());
        result
    })
}

/// What is done at the first signal: at once, and after a while.
type Brake<'a> = (Duration, Box<dyn FnOnce() + 'a>);

/// Waits for a signal or the deadline, and pulls the brake.
fn watched<'a>(
    over: oneshot::Receiver<()>,
    deadline: Option<Duration>,
    brake: impl FnOnce(Ending) -> Brake<'a>,
) {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
    else {
        return;
    };
    runtime.block_on(async {
        let mut over = over;
        let first = tokio::select! {
            _ = &mut over => return,
            () = received(SignalKind::interrupt()) => Ending::Interrupted,
            () = received(SignalKind::terminate()) => Ending::Terminated,
            () = passed(deadline) => Ending::OutOfTime,
        };
        let (grace, stop) = brake(first);
        let stopped = async {
            tokio::time::sleep(grace).await;
            stop();
            std::future::pending::<()>().await;
        };
        tokio::select! {
            _ = &mut over => {}
            () = stopped => {}
            () = received(SignalKind::interrupt()) => std::process::exit(130),
            () = received(SignalKind::terminate()) => std::process::exit(143),
        }
    });
}

/// Waits for a signal; for ever where signals cannot be had.
async fn received(kind: SignalKind) {
    match signal(kind) {
        Ok(mut stream) => {
            stream.recv().await;
        }
        Err(_) => std::future::pending().await,
    }
}

async fn passed(deadline: Option<Duration>) {
    match deadline {
        Some(deadline) => tokio::time::sleep(deadline).await,
        None => std::future::pending().await,
    }
}

/// Waits for SIGINT or SIGTERM.
pub(super) fn wait_for_end() {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
    else {
        return;
    };
    runtime.block_on(async {
        tokio::select! {
            () = received(SignalKind::interrupt()) => {}
            () = received(SignalKind::terminate()) => {}
        }
    });
}
