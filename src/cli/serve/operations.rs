//! What is told of the registry to those who run it, by the flags of `serve`.

use std::io;
use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;

use crate::registry::Builder;
use crate::registry::Log;
use crate::registry::LogForm;
use crate::registry::NoAdmin;
use crate::registry::Running;

use super::CliError;

/// The flags.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Running it")]
pub(super) struct Operations {
    /// Answer at `/health` and `/metrics` (for Prometheus) of this address, to everybody; port 0 for
    /// any free one.
    #[arg(long, value_name = "ADDRESS")]
    admin_addr: Option<SocketAddr>,
    /// Write the URL of that to this file once it listens.
    #[arg(long, value_name = "FILE", requires = "admin_addr")]
    admin_ready_file: Option<PathBuf>,
    /// Write a line to stderr for each request, and for what else happens: `text`, `json`, or `none`.
    #[arg(long, value_name = "FORM", default_value = "none")]
    log: Form,
}

/// In which form there is a log, if there is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Form(Option<LogForm>);

impl FromStr for Form {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.parse() {
            Ok(form) => Ok(Self(Some(form))),
            Err(_) if text == "none" => Ok(Self(None)),
            Err(_) => Err("a log is `text` or `json`, or there is `none`".to_owned()),
        }
    }
}

/// The registry with what is told of it.
pub(super) fn applied(args: &Operations, builder: Builder) -> Result<Builder, CliError> {
    let builder = match args.admin_addr {
        Some(address) => builder.admin(address),
        None => builder,
    };
    let Some(form) = args.log.0 else {
        return Ok(builder);
    };
    let log = Log::written_to(form, io::stderr()).map_err(|error| {
        CliError::Environment(format!(
            "there can be no thread that writes the log ({error}); leave --log out, or let there be more \
             threads"
        ))
    })?;
    Ok(builder.log(log))
}

/// Why it is not served, if what is told of it is why.
pub(super) fn unheard(error: &io::Error) -> Option<CliError> {
    let no_admin: &NoAdmin = error.get_ref()?.downcast_ref()?;
    Some(CliError::Environment(format!(
        "{no_admin}; give another --admin-addr, or port 0 for any free one"
    )))
}

/// Says where it listens, in `said`, and where it is asked how it is.
pub(super) fn announce(args: &Operations, said: &str, running: &Running) -> Result<(), CliError> {
    let url = running.admin_url();
    if let (Some(path), Some(url)) = (&args.admin_ready_file, &url) {
        super::write(path, &format!("{url}\n"))?;
    }
    // The log says so itself, and all of it is to be JSON.
    if args.log.0 == Some(LogForm::Json) {
        return Ok(());
    }
    let mut stderr = anstream::stderr();
    // Whoever has closed stderr does not want to know.
    let _ = writeln!(stderr, "plimsoll: {said}");
    if let Some(url) = url {
        let _ = writeln!(
            stderr,
            "plimsoll: it tells how it is at {url}/health and {url}/metrics"
        );
    }
    Ok(())
}
