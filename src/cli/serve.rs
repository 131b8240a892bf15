//! `plimsoll serve`: the reference registry.

use std::net::SocketAddr;
use std::path::PathBuf;

use crate::catalogue::Version;
use crate::registry::Registry;

use super::CliError;
use super::Exit;
use super::signals;

/// Run the reference registry, in memory, until it is told to end.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Where to listen; port 0 for any free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:5000")]
    addr: SocketAddr,
    /// Write the registry's URL to this file once it listens.
    #[arg(long, value_name = "FILE")]
    ready_file: Option<PathBuf>,
    /// The version of the specification that it speaks: 1.0, 1.1 or 1.2 (the draft).
    #[arg(long, value_name = "VERSION", default_value = "1.2")]
    spec: Version,
}

/// Runs the verb.
pub(super) fn run(args: &Args) -> Result<Exit, CliError> {
    let running = Registry::builder().spec(args.spec).build().spawn(args.addr).map_err(|error| {
        CliError::Environment(format!(
            "{} cannot be listened on: {error}; give another --addr, or port 0 for any free one",
            args.addr
        ))
    })?;
    let url = running.url();
    if let Some(path) = &args.ready_file {
        std::fs::write(path, format!("{url}\n")).map_err(|error| {
            CliError::Environment(format!("{} cannot be written: {error}", path.display()))
        })?;
    }
    anstream::eprintln!(
        "plimsoll: a registry of version {} listens on {url}",
        args.spec
    );
    signals::wait_for_end();
    drop(running);
    Ok(Exit::Passed)
}
