//! The reference registry inside this process, for verbs that were given no other.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::catalogue::Version;
use crate::http::Client;
use crate::http::ClientSettings;
use crate::http::Login;
use crate::http::Secret;
use crate::registry::Builder;
use crate::registry::Defect;
use crate::registry::InProcess;
use crate::registry::Registry;
use crate::registry::Running;
use crate::registry::Time;
use crate::registry::Variation;

use super::CliError;
use super::check::nearest;

/// Where it wants to know who asks, it takes any user. The password is nothing that the names of
/// repositories could contain, since passwords are taken out of what is recorded.
const USER: &str = "plimsoll";
const PASSWORD: &str = "of-the-reference-registry";

/// How the reference registry differs from itself.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "The reference registry")]
pub(super) struct Differences {
    /// Be wrong in this way, to see who notices; may be given several times. `plimsoll list
    /// defects` shows them.
    #[arg(long, value_name = "NAME", value_parser = defect)]
    defect: Vec<&'static Defect>,
    /// Be lawfully different in this way; may be given several times. `plimsoll list variations`
    /// shows them.
    #[arg(long, value_name = "NAME", value_parser = variation)]
    variation: Vec<&'static Variation>,
}

/// A way to a registry, and what has to live as long as it is asked.
#[derive(Debug)]
pub(super) struct Way {
    pub(super) client: Arc<Client>,
    pub(super) origin: String,
    pub(super) running: Option<Running>,
}

impl Differences {
    /// Whether there are any.
    pub(super) fn is_some(&self) -> bool {
        !self.defect.is_empty() || !self.variation.is_empty()
    }

    /// A registry with them.
    pub(super) fn applied_to(&self, builder: Builder) -> Builder {
        let builder = self.defect.iter().fold(builder, |it, row| it.defect(row));
        let rows = self.variation.iter();
        rows.fold(builder, |it, row| it.variation(row))
    }

    /// Whether they show only over a socket.
    fn need_socket(&self) -> bool {
        self.defect.iter().any(|row| row.needs_socket())
            || self.variation.iter().any(|row| row.needs_socket)
    }

    /// The reference registry, and a way to it: without a socket, by a clock that moves with
    /// requests, unless it differs in what only a socket shows.
    pub(super) fn embedded(&self, spec: Version) -> Result<Way, CliError> {
        let builder = self.applied_to(Registry::builder().spec(spec));
        if self.need_socket() {
            let running = builder.spawn().map_err(|error| {
                CliError::Environment(format!("the reference registry cannot be started: {error}"))
            })?;
            let origin = running.url();
            return Ok(Way {
                client: Arc::new(Client::over_network(settings(&origin))?),
                origin,
                running: Some(running),
            });
        }
        let transport = builder.time(Time::Stepped).build().in_process();
        Ok(Way {
            client: Arc::new(Client::in_process(
                Arc::new(transport),
                settings(InProcess::URL),
            )?),
            origin: InProcess::URL.to_owned(),
            running: None,
        })
    }
}

fn settings(origin: &str) -> ClientSettings {
    ClientSettings {
        credentials: Login::Password {
            username: USER.to_owned(),
            password: Secret::new(PASSWORD),
        },
        ..ClientSettings::new(origin)
    }
}

fn defect(name: &str) -> Result<&'static Defect, String> {
    let names = || Defect::every().map(|row| row.name).collect();
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
