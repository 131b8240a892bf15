//! `plimsoll serve`: the reference registry.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::PathBuf;

use crate::catalogue::Version;
use crate::registry::Defect;
use crate::registry::Registry;
use crate::registry::Variation;

use super::CliError;
use super::Exit;
use super::check::nearest;
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
    /// Be wrong in this way, to see who notices; may be given several times. `plimsoll list
    /// defects` shows them.
    #[arg(long, value_name = "NAME", value_parser = defect)]
    defect: Vec<&'static Defect>,
    /// Be lawfully different in this way; may be given several times. `plimsoll list variations`
    /// shows them.
    #[arg(long, value_name = "NAME", value_parser = variation)]
    variation: Vec<&'static Variation>,
}

fn defect(name: &str) -> Result<&'static Defect, String> {
    let names = || Defect::all().map(|row| row.name).collect();
    Defect::named(name).ok_or_else(|| unknown("defects", name, &names()))
}

fn variation(name: &str) -> Result<&'static Variation, String> {
    let names = || Variation::all().map(|row| row.name).collect();
    Variation::named(name).ok_or_else(|| unknown("variations", name, &names()))
}

fn unknown(what: &str, name: &str, names: &BTreeSet<&str>) -> String {
    let near = nearest(name, names);
    if near.is_empty() {
        return format!("`plimsoll list {what}` shows what there is");
    }
    format!("the nearest are {}", near.join(", "))
}

/// Runs the verb.
pub(super) fn run(args: &Args) -> Result<Exit, CliError> {
    let running = registry(args).spawn(args.addr).map_err(|error| {
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

fn registry(args: &Args) -> Registry {
    let builder = Registry::builder().spec(args.spec);
    let builder = args
        .defect
        .iter()
        .fold(builder, |builder, row| builder.defect(row));
    let builder = args
        .variation
        .iter()
        .fold(builder, |builder, row| builder.variation(row));
    builder.build()
}
