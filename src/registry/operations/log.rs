//! Where lines of the log go, and in which form.

use std::fmt;
use std::io;
use std::str::FromStr;
use std::sync::Arc;
use std::time::SystemTime;

use super::line::Line;
use super::queue::Queue;

/// How a line of the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogForm {
    /// The time, the event, and `name=value`.
    Text,
    /// One JSON object.
    Json,
}

/// The text names no form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is `text` or `json`")]
pub struct UnknownLogForm;

impl FromStr for LogForm {
    type Err = UnknownLogForm;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err(UnknownLogForm),
        }
    }
}

/// A log: one line for each request, and for what else happens to a registry.
#[derive(Clone)]
pub struct Log {
    form: LogForm,
    sink: Sink,
}

#[derive(Clone)]
enum Sink {
    Taker(Arc<dyn Fn(&str) + Send + Sync>),
    Queue(Arc<Queue>),
}

impl Log {
    /// A log whose lines, without their ends, are handed to `take`. Requests wait for that, so it must
    /// not wait itself, nor panic.
    pub fn taken_by(form: LogForm, take: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self {
            form,
            sink: Sink::Taker(Arc::new(take)),
        }
    }

    /// A log that is written to `out` by a thread of its own. Requests do not wait for it: lines that
    /// `out` does not take in time are lost, and how many is said once it takes some again. Fails if
    /// there can be no such thread.
    pub fn written_to(form: LogForm, out: impl io::Write + Send + 'static) -> io::Result<Self> {
        let lost = move |count: u64| {
            let line = Line::new(form, SystemTime::now(), "lost");
            line.number("lines", count).done()
        };
        Ok(Self {
            form,
            sink: Sink::Queue(Arc::new(Queue::start(out, lost)?)),
        })
    }

    /// Begins a line about `event`.
    pub(super) fn line(&self, event: &str) -> Line {
        Line::new(self.form, SystemTime::now(), event)
    }

    /// Writes a line.
    pub(super) fn write(&self, line: Line) {
        let line = line.done();
        match &self.sink {
            Sink::Taker(take) => take(&line),
            Sink::Queue(queue) => queue.push(line),
        }
    }

    /// How many lines were lost.
    pub(super) fn lost(&self) -> u64 {
        match &self.sink {
            Sink::Taker(_) => 0,
            Sink::Queue(queue) => queue.lost(),
        }
    }

    /// Waits a moment for the lines to be written.
    pub(super) fn flush(&self) {
        if let Sink::Queue(queue) = &self.sink {
            queue.flush();
        }
    }
}

impl fmt::Debug for Log {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = formatter.debug_struct("Log");
        shown.field("form", &self.form).finish_non_exhaustive()
    }
}
