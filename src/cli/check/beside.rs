//! What a user gives a run besides the registry: another account, a listener, and a way to start the
//! registry again.

use std::process::Command;
use std::process::Stdio;
use std::sync::Arc;

use crate::canary::Canary;
use crate::http::Client;
use crate::http::ClientSettings;
use crate::http::Login;
use crate::http::Secret;
use crate::oci::RepositoryName;
use crate::trial::Restart;
use crate::trial::Second;

use super::CliError;
use crate::cli::fuzz::lower::address;
use crate::cli::fuzz::lower::canary;

/// What a user gives a run besides the registry.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "What is there besides")]
pub(super) struct Besides {
    /// Another account, which may not see what is under --namespace; its password is in
    /// `PLIMSOLL_PASSWORD2`.
    #[arg(
        long,
        env = "PLIMSOLL_USERNAME2",
        value_name = "NAME",
        requires = "username"
    )]
    username2: Option<String>,
    /// Under which name that account may push, and the first one may not see.
    #[arg(
        long,
        value_name = "NAME",
        default_value = "plimsoll2",
        requires = "username2"
    )]
    namespace2: RepositoryName,
    /// Listen here, and see whether the registry can be led to call it: an address of this machine
    /// that the registry can reach. Not needed where the registry is on this machine, too.
    #[arg(long, value_name = "HOST:PORT", value_parser = address)]
    canary_addr: Option<String>,
    /// Makes the registry end at once and start again, between writes; it ends when that is done.
    #[arg(long, value_name = "CMD")]
    restart_cmd: Option<String>,
}

impl Besides {
    /// The second account; `first` is how the first one reaches the registry.
    pub(super) fn second(&self, first: &ClientSettings) -> Result<Option<Second>, CliError> {
        let Some(username) = self.username2.clone() else {
            return Ok(None);
        };
        let password = std::env::var("PLIMSOLL_PASSWORD2").map_err(|_| {
            CliError::Usage(format!(
                "there is no password for {username}, so that the second account cannot log in; give \
                 PLIMSOLL_PASSWORD2, or leave out --username2"
            ))
        })?;
        let client = Client::over_network(ClientSettings {
            credentials: Login::Password {
                username,
                password: Secret::new(password),
            },
            ..first.clone()
        })?;
        Ok(Some(Second {
            client: Arc::new(client),
            namespace: self.namespace2.clone(),
        }))
    }

    /// The listener, where there is to be one.
    pub(super) fn canary(&self, is_here: bool) -> Result<Option<Canary>, CliError> {
        canary(self.canary_addr.as_deref(), is_here)
    }

    /// How the registry is started again.
    pub(super) fn restart(&self) -> Option<Restart> {
        let command = self.restart_cmd.clone()?;
        Some(Restart::by(move || run(&command)))
    }
}

/// Runs a command of the user's to its end. What it says goes where what plimsoll says goes.
fn run(command: &str) -> Result<(), String> {
    let status = Command::new("sh")
        .args(["-c", command])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("`{command}` of --restart-cmd ended with {status}")),
        Err(error) => Err(format!(
            "`{command}` of --restart-cmd cannot be run: {error}"
        )),
    }
}
