//! Idle connections, kept for the next request to the same origin.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::task::Context;
use std::task::Waker;
use std::time::Instant;

use tokio::io::AsyncRead;
use tokio::io::ReadBuf;

use super::super::network::IDLE_CONNECTIONS;
use super::super::network::IDLE_FOR;
use super::super::origin::Origin;
use super::dial::Connection;

/// The idle connections of one transport.
#[derive(Default)]
pub(crate) struct Pool(Mutex<HashMap<Origin, Vec<Idle>>>);

struct Idle {
    connection: Connection,
    since: Instant,
}

impl Pool {
    /// The connection to `origin` that was used last, unless it grew stale.
    pub(crate) fn take(&self, origin: &Origin) -> Option<Connection> {
        loop {
            let mut idle = self.lock().get_mut(origin)?.pop()?;
            if idle.since.elapsed() < IDLE_FOR && is_silent(&mut idle.connection) {
                return Some(idle.connection);
            }
        }
    }

    /// Keeps a connection, and drops those that grew stale.
    pub(crate) fn put(&self, origin: Origin, connection: Connection) {
        let mut pool = self.lock();
        for list in pool.values_mut() {
            list.retain(|idle| idle.since.elapsed() < IDLE_FOR);
        }
        pool.retain(|_, list| !list.is_empty());
        let list = pool.entry(origin).or_default();
        if list.len() < IDLE_CONNECTIONS {
            list.push(Idle {
                connection,
                since: Instant::now(),
            });
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Origin, Vec<Idle>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether nothing came while the connection was idle: neither its end nor bytes that nobody asked
/// for, which would be taken for the next answer.
fn is_silent(connection: &mut Connection) -> bool {
    let mut byte = [0];
    let mut context = Context::from_waker(Waker::noop());
    Pin::new(connection)
        .poll_read(&mut context, &mut ReadBuf::new(&mut byte))
        .is_pending()
}
