//! Where the registry keeps what it holds, by the flags of `serve`.

use std::path::PathBuf;
use std::str::FromStr;

use crate::registry::Builder;
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

/// The registry with its store, which must be written to unless it `is_read_only`.
pub(super) fn applied(
    args: &Storage,
    builder: Builder,
    is_read_only: bool,
) -> Result<Builder, CliError> {
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
    use super::*;

    #[test]
    fn a_store_is_in_memory_or_in_a_folder() {
        assert_eq!("memory".parse(), Ok(Place::Memory));
        assert_eq!("dir:a:b".parse(), Ok(Place::Folder("a:b".into())));
        for bad in ["", "dir", "dir:", "disk:a", "/a", "memory:"] {
            assert!(bad.parse::<Place>().is_err(), "{bad}");
        }
    }
}
