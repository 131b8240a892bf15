//! Lines on their way to somebody who may be slow or gone, written by a thread of their own.

use std::io;
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::sync::mpsc;
use std::sync::mpsc::Receiver;
use std::sync::mpsc::SyncSender;
use std::thread;
use std::time::Duration;
use std::time::Instant;

/// How many lines may wait.
const WAITING: usize = 4096;

/// How many bytes are written at once, if there are so many.
const BATCH: usize = 64 << 10;

/// How long somebody waits for what waits.
const PATIENCE: Duration = Duration::from_secs(1);

/// How long it is until one looks again whether there is room.
const PAUSE: Duration = Duration::from_millis(5);

/// Lines that wait.
pub(super) struct Queue {
    jobs: SyncSender<Job>,
    lost: Arc<Lost>,
}

enum Job {
    Line(String),
    /// Says so once all before it is written.
    Tell(SyncSender<()>),
}

/// How many lines there was no room for.
#[derive(Default)]
struct Lost {
    all: AtomicU64,
    /// Those of which nothing was said yet.
    untold: AtomicU64,
}

impl Queue {
    /// Begins to write to `out`; `say` makes the line that tells how many were lost.
    pub(super) fn start(
        out: impl Write + Send + 'static,
        say: impl Fn(u64) -> String + Send + 'static,
    ) -> io::Result<Self> {
        let (sender, receiver) = mpsc::sync_channel(WAITING);
        let lost = Arc::new(Lost::default());
        let own = Arc::clone(&lost);
        let thread = thread::Builder::new().name("log".to_owned());
        thread.spawn(move || write(out, &receiver, &own, say))?;
        Ok(Self { jobs: sender, lost })
    }

    /// Adds a line, if there is room.
    pub(super) fn push(&self, line: String) {
        if self.jobs.try_send(Job::Line(line)).is_err() {
            self.lost.all.fetch_add(1, Ordering::Relaxed);
            self.lost.untold.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// How many lines there was no room for.
    pub(super) fn lost(&self) -> u64 {
        self.lost.all.load(Ordering::Relaxed)
    }

    /// Waits until all lines are written, but not for long.
    pub(super) fn flush(&self) {
        let end = Instant::now() + PATIENCE;
        let (tell, told) = mpsc::sync_channel(1);
        let mut job = Job::Tell(tell);
        while let Err(mpsc::TrySendError::Full(back)) = self.jobs.try_send(job) {
            if Instant::now() >= end {
                return;
            }
            job = back;
            thread::sleep(PAUSE);
        }
        // Whether it was told or is late, this is all that can be done.
        let _ = told.recv_timeout(end.saturating_duration_since(Instant::now()));
    }
}

/// Writes until nobody can add lines any more.
fn write(mut out: impl Write, jobs: &Receiver<Job>, lost: &Lost, say: impl Fn(u64) -> String) {
    while let Ok(first) = jobs.recv() {
        let mut batch = String::new();
        let mut waiting = Vec::new();
        let mut next = Some(first);
        while let Some(job) = next {
            match job {
                Job::Line(line) => {
                    batch.push_str(&line);
                    batch.push('\n');
                }
                Job::Tell(tell) => waiting.push(tell),
            }
            next = (batch.len() < BATCH)
                .then(|| jobs.try_recv().ok())
                .flatten();
        }
        let untold = lost.untold.swap(0, Ordering::Relaxed);
        if untold > 0 {
            batch.push_str(&say(untold));
            batch.push('\n');
        }
        // If nobody reads the log, there is nobody to tell.
        drop(out.write_all(batch.as_bytes()).and_then(|()| out.flush()));
        for tell in waiting {
            let _ = tell.try_send(());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Condvar;
    use std::sync::Mutex;

    use super::*;

    /// What was written, to somebody who takes nothing before a door is opened.
    #[derive(Default)]
    struct Paper {
        text: Mutex<String>,
        is_open: Mutex<bool>,
        opened: Condvar,
    }

    struct Pen(Arc<Paper>);

    impl Write for Pen {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let is_open = self.0.is_open.lock().unwrap();
            drop(self.0.opened.wait_while(is_open, |it| !*it));
            let text = std::str::from_utf8(bytes).unwrap();
            self.0.text.lock().unwrap().push_str(text);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Paper {
        fn open(&self) {
            *self.is_open.lock().unwrap() = true;
            self.opened.notify_all();
        }
    }

    fn queue(paper: &Arc<Paper>) -> Queue {
        Queue::start(Pen(Arc::clone(paper)), |count| format!("lost {count}")).unwrap()
    }

    #[test]
    fn lines_are_written_in_their_order() {
        let paper = Arc::new(Paper::default());
        paper.open();
        let queue = queue(&paper);
        for number in 0..100 {
            queue.push(number.to_string());
        }
        queue.flush();
        let expected: Vec<_> = (0..100).map(|number| number.to_string()).collect();
        let text = paper.text.lock().unwrap().clone();
        assert_eq!(text.lines().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn nobody_waits_for_who_does_not_read_and_what_is_lost_is_said() {
        let paper = Arc::new(Paper::default());
        let queue = queue(&paper);
        let pushed = 3 * WAITING;
        for _ in 0..pushed {
            queue.push("line".to_owned());
        }
        let lost = queue.lost();
        assert!(lost > 0);
        paper.open();
        queue.flush();
        let text = paper.text.lock().unwrap().clone();
        let written = text.lines().filter(|line| *line == "line").count();
        assert_eq!(written as u64 + lost, pushed as u64);
        let told = text.lines().filter_map(|it| it.strip_prefix("lost "));
        let told: u64 = told.map(|count| count.parse::<u64>().unwrap()).sum();
        assert_eq!(told, lost);
    }

    #[test]
    fn who_is_gone_is_not_written_to_and_nothing_else_happens() {
        struct Gone;
        impl Write for Gone {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::BrokenPipe.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Err(io::ErrorKind::BrokenPipe.into())
            }
        }
        let queue = Queue::start(Gone, |_| String::new()).unwrap();
        for _ in 0..3 * WAITING {
            queue.push("line".to_owned());
            queue.flush();
        }
        assert_eq!(queue.lost(), 0);
    }
}
