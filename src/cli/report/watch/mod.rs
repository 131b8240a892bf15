//! `plimsoll report --watch`: shards that run, shown together until all are over.

mod shard;

use std::collections::BTreeSet;
use std::io::IsTerminal as _;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;
use std::time::Instant;

use indicatif::ProgressBar;
use indicatif::ProgressDrawTarget;
use indicatif::ProgressStyle;

use crate::cli::CliError;
use crate::cli::Exit;
use crate::cli::check;
use crate::cli::reports::terminal_width;
use crate::cli::signals;
use crate::report::fuzz::harmless;
use crate::report::watch;
use crate::report::watch::Shard;
use crate::run::Control;

use super::Args;
use super::folders;
use super::gathered;

use shard::Folder;

/// How often it is looked, and how often a line is printed where there is no terminal.
const LOOK_EVERY: Duration = Duration::from_secs(1);
const SAY_EVERY: Duration = Duration::from_secs(10);

/// How soon it ends when it is told to.
const TICK: Duration = Duration::from_millis(50);

/// For how many shards there is room on a terminal, and on paper.
const ROOM: usize = 16;
const ALL: usize = 100_000;

/// Shows shards until all are over, and ends as one record of them would; or shows them once.
pub(super) fn run(args: &Args) -> Result<Exit, CliError> {
    for path in &args.files {
        if path.exists() && !path.is_dir() {
            return Err(CliError::Usage(harmless(&format!(
                "--watch takes the folder with the folders of the shards, and `{}` is none, so that there is nothing to \
                 watch; give the folder",
                path.display()
            ))));
        }
    }
    let control = Control::default();
    let stop = AtomicBool::new(false);
    let mut watching = Watching::new(&args.files);
    let is_over = signals::guard_flag(&control, &stop, || {
        if args.once {
            watching.show_once()
        } else {
            watching.until_over(&stop)
        }
    });
    if !is_over {
        return Ok(check::ending(&control));
    }
    let (paths, gathered) = gathered::merged(&args.files, false)?;
    super::tell(args, &paths, &gathered)
}

/// The folders of the shards, and what was read in them.
struct Watching<'a> {
    places: &'a [PathBuf],
    folders: Vec<Folder>,
    known: BTreeSet<PathBuf>,
}

impl<'a> Watching<'a> {
    fn new(places: &'a [PathBuf]) -> Self {
        Self {
            places,
            folders: Vec::new(),
            known: BTreeSet::new(),
        }
    }

    /// Looks at every shard, and at whether there are new ones.
    fn look(&mut self) -> Vec<Shard> {
        for place in self.places {
            // Where nothing can be read yet, something may come.
            for path in folders::begun_in(place).unwrap_or_default() {
                if self.known.insert(path.clone()) {
                    self.folders.push(Folder::new(path));
                }
            }
        }
        let now = Instant::now();
        let shards = self.folders.iter_mut().map(|folder| folder.look(now));
        shards.collect()
    }

    /// Prints how they stand. Whether all are over.
    fn show_once(&mut self) -> bool {
        let shards = self.look();
        let page = watch::page(&shards, ALL, terminal_width());
        // A reader that has gone is no reason to end otherwise.
        let _ = anstream::stdout().write_all(page.as_bytes());
        watch::is_over(&shards)
    }

    /// Shows how they stand until all are over, or it is to stop. Whether all are over.
    fn until_over(&mut self, stop: &AtomicBool) -> bool {
        let mut screen = Screen::new();
        loop {
            let shards = self.look();
            screen.show(&shards);
            if watch::is_over(&shards) {
                screen.clear();
                return true;
            }
            let looked = Instant::now();
            while looked.elapsed() < LOOK_EVERY {
                if stop.load(Ordering::SeqCst) {
                    screen.clear();
                    return false;
                }
                thread::sleep(TICK);
            }
        }
    }
}

/// Where it is shown: drawn anew on a terminal, a line now and then elsewhere.
struct Screen {
    bar: Option<ProgressBar>,
    /// When a line was printed last, and how many shards were over then.
    said: Option<(Instant, usize)>,
}

impl Screen {
    fn new() -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
            let style = ProgressStyle::with_template("{msg}");
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
            bar
        });
        Self { bar, said: None }
    }

    fn show(&mut self, shards: &[Shard]) {
        if let Some(bar) = &self.bar {
            let page = watch::page(shards, ROOM, terminal_width());
            bar.set_message(page.trim_end().to_owned());
            bar.tick();
            return;
        }
        let over = shards.iter().filter(|it| it.is_over()).count();
        let is_due = self
            .said
            .is_none_or(|(when, known)| when.elapsed() >= SAY_EVERY || known != over);
        if is_due {
            anstream::eprintln!("{}", watch::sentence(shards));
            self.said = Some((Instant::now(), over));
        }
    }

    fn clear(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
