//! What several clients did to one thing at the same time, and when.

use std::sync::Mutex;
use std::time::Instant;

use crate::linearizable::Action;
use crate::linearizable::Operation;
use crate::verdict::Stop;

use super::Answer;
use super::Asking;
use super::lock;

/// What several clients did to one thing that holds a value or none. Its times are nanoseconds since it was
/// begun.
#[derive(Debug)]
pub struct History<V> {
    begun: Instant,
    operations: Mutex<Vec<Operation<V>>>,
}

impl<V: Clone> History<V> {
    /// One of nothing so far.
    pub fn begin() -> Self {
        Self {
            begun: Instant::now(),
            operations: Mutex::default(),
        }
    }

    /// Asks, and notes what that did, as `read` takes it from the answer: nothing where the answer says that
    /// nothing was done. Whether what is answered by a server error was done, and when, nobody knows.
    pub fn ask<'t>(
        &self,
        asking: Asking<'t>,
        read: impl FnOnce(&Answer<'t>) -> Option<Action<V>>,
    ) -> Result<Answer<'t>, Stop> {
        let begin = self.now();
        let answer = asking.send()?;
        let end = self.now();
        if let Some(action) = read(&answer) {
            let end = (answer.status() < 500).then_some(end);
            lock(&self.operations).push(Operation { begin, end, action });
        }
        Ok(answer)
    }

    /// What was done so far.
    pub fn operations(&self) -> Vec<Operation<V>> {
        lock(&self.operations).clone()
    }

    fn now(&self) -> u64 {
        u64::try_from(self.begun.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }
}
