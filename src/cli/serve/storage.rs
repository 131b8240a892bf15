//! Where the registry keeps what it holds, by the flags of `serve`.

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use crate::registry::Builder;
use crate::registry::Collect;
use crate::registry::Flush;
use crate::registry::Health;
use crate::registry::OpenError;
use crate::registry::verify_store;

use super::super::CliError;
use super::super::Exit;

/// The most faults of a store that are printed.
const SHOWN: usize = 50;

/// The flags.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Storage")]
pub(super) struct Storage {
    /// Where to keep what it holds: `memory`, or `dir:PATH` for a folder, which is made if it is not
    /// there, outlives the registry, and is an OCI image layout for other tools to read.
    #[arg(long, value_name = "STORE", default_value = "memory")]
    store: Place,
    /// When to see to it that what was stored is on the disk: `always`, before a request is
    /// answered, or `never`, so that a loss of power can undo what was answered.
    #[arg(long, value_name = "WHEN", default_value = "always")]
    flush: Flush,
    /// Read everything in the store, say what is damaged, and end without listening.
    #[arg(long)]
    verify: bool,
    /// Take out what nothing refers to and nobody has used for so long: blobs that no manifest of
    /// their repository names.
    #[arg(long, value_name = "DURATION", value_parser = patience, conflicts_with = "read_only")]
    collect_after: Option<Duration>,
    /// Take out manifests too that have no tag, that no index lists, and whose subject, if they have
    /// one, is not there.
    #[arg(long, requires = "collect_after")]
    collect_untagged: bool,
}

/// How long what nothing refers to has to be left alone: clients push blobs before they name them.
fn patience(text: &str) -> Result<Duration, String> {
    let patience = humantime::parse_duration(text).map_err(|error| error.to_string())?;
    if patience < Duration::from_secs(1) {
        return Err("what a client pushes has to stay for a second at least".to_owned());
    }
    Ok(patience)
}

/// Where a store is.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    Memory,
    Folder(PathBuf),
}

impl FromStr for Place {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once(':') {
            None if text == "memory" => Ok(Self::Memory),
            Some(("dir", path)) if !path.is_empty() => Ok(Self::Folder(path.into())),
            _ => {
                Err("a store is `memory`, or `dir:` with the path of a folder behind it".to_owned())
            }
        }
    }
}

/// Whether what it holds is in memory.
pub(super) fn is_in_memory(args: &Storage) -> bool {
    args.store == Place::Memory
}

/// The registry with its store, which must be written to unless it `is_read_only`, and what is taken out
/// of that.
pub(super) fn applied(
    args: &Storage,
    builder: Builder,
    is_read_only: bool,
) -> Result<Builder, CliError> {
    let builder = match args.collect_after {
        Some(after) => builder.collect(Collect {
            after,
            untagged: args.collect_untagged,
        }),
        None => builder,
    };
    let Place::Folder(folder) = &args.store else {
        return Ok(builder);
    };
    let stored = match builder.clone().stored_in(folder, args.flush) {
        Err(OpenError::Unwritable(_)) if is_read_only => builder.reading(folder),
        stored => stored,
    };
    stored.map_err(|error| unopened(&error))
}

/// Looks at the store instead of serving it, if that is asked for.
pub(super) fn verified(args: &Storage) -> Result<Option<Exit>, CliError> {
    if !args.verify {
        return Ok(None);
    }
    let Place::Folder(folder) = &args.store else {
        return Err(CliError::Usage(
            "--verify is given, and a store in memory is empty when it begins; say which store to look \
             at with --store dir:PATH"
                .to_owned(),
        ));
    };
    let health = verify_store(folder).map_err(|error| unopened(&error))?;
    show(&health);
    Ok(Some(if health.is_sound() {
        Exit::Passed
    } else {
        Exit::Violated
    }))
}

fn show(health: &Health) {
    for (path, what) in health.faults.iter().take(SHOWN) {
        anstream::println!("{}: {what}", path.display());
    }
    if let Some(more) = health.faults.len().checked_sub(SHOWN).filter(|it| *it > 0) {
        anstream::println!("and {more} more");
    }
    anstream::println!(
        "{} repositories, {} manifests, {} tags; {} contents of {} bytes, all of them read: {}",
        health.repositories,
        health.manifests,
        health.tags,
        health.contents,
        health.bytes,
        match health.faults.len() {
            0 => "nothing is damaged".to_owned(),
            1 => "1 thing is damaged".to_owned(),
            count => format!("{count} things are damaged"),
        }
    );
}

fn unopened(error: &OpenError) -> CliError {
    match error {
        OpenError::Foreign(_) => CliError::Usage(format!("--store: {error}")),
        OpenError::Unwritable(_) => {
            CliError::Environment(format!("--store: {error}, with --read-only"))
        }
        _ => CliError::Environment(format!("--store: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::registry::Registry;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        storage: Storage,
        #[arg(long)]
        read_only: bool,
    }

    fn collected(flags: &[&str]) -> Option<Collect> {
        let line = Line::try_parse_from([&["serve"], flags].concat()).unwrap();
        let mut collect = None;
        let builder = applied(&line.storage, Registry::builder(), false).unwrap();
        let _ = builder.change(|settings| collect = settings.collect);
        assert!(!line.read_only);
        collect
    }

    #[test]
    fn nothing_is_collected_unless_it_is_said_after_which_time() {
        let after = Duration::from_secs(7200);
        let collect = |untagged| Some(Collect { after, untagged });
        assert_eq!(collected(&[]), None);
        assert_eq!(collected(&["--collect-after", "2h"]), collect(false));
        let both = ["--collect-after", "2h", "--collect-untagged"];
        assert_eq!(collected(&both), collect(true));
        for bad in [
            &["--collect-untagged"] as &[&str],
            &["--collect-after", "0s"],
            &["--collect-after", "soon"],
            &["--collect-after", "2h", "--read-only"],
        ] {
            let line = Line::try_parse_from([&["serve"], bad].concat());
            assert!(line.is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_store_is_in_memory_or_in_a_folder() {
        assert_eq!("memory".parse(), Ok(Place::Memory));
        assert_eq!("dir:a:b".parse(), Ok(Place::Folder("a:b".into())));
        for bad in ["", "dir", "dir:", "disk:a", "/a", "memory:"] {
            assert!(bad.parse::<Place>().is_err(), "{bad}");
        }
    }
}
