//! What a user gives a run besides the registry: another account, a listener, and a way to start the
//! registry again.

use std::io;
use std::process::Child;
use std::process::Command;
use std::process::ExitStatus;
use std::process::Stdio;
use std::sync::Arc;
use std::thread;
use std::time::Duration;
use std::time::Instant;

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
    /// Makes the registry end at once (`kill -9`) and start again, among writes, by this command of `sh`.
    /// It ends when that is done, and leaves the registry in the background; for checks of what a
    /// restart must not lose.
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

/// How long a command of the user's may take.
const PATIENCE: Duration = Duration::from_secs(120);

/// Runs a command of the user's to its end. What it says as errors goes where what plimsoll says goes.
fn run(command: &str) -> Result<(), String> {
    let started = Command::new("sh")
        .args(["-c", command])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn();
    let ended = started.and_then(|mut child| ended(&mut child, PATIENCE));
    let remedy = "run it by hand, and see what it says";
    match ended {
        Ok(Some(status)) if status.success() => Ok(()),
        Ok(Some(status)) => Err(format!(
            "`{command}` of --restart-cmd ended with {status}; {remedy}"
        )),
        Ok(None) => Err(format!(
            "`{command}` of --restart-cmd did not end within {}; it has to leave the registry in the background",
            humantime::format_duration(PATIENCE)
        )),
        Err(error) => Err(format!(
            "`{command}` of --restart-cmd cannot be run: {error}"
        )),
    }
}

/// How a child ended; `None` if it did not within `patience`, and was killed.
fn ended(child: &mut Child, patience: Duration) -> io::Result<Option<ExitStatus>> {
    let begun = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if begun.elapsed() > patience {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        thread::sleep(Duration::from_millis(10));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_that_fails_says_how() {
        assert_eq!(run("true"), Ok(()));
        let said = run("exit 3").unwrap_err();
        assert!(
            said.starts_with("`exit 3` of --restart-cmd ended with"),
            "{said}"
        );
        assert!(said.contains('3'), "{said}");
    }

    #[test]
    fn a_command_that_does_not_end_is_not_waited_for_for_ever() {
        let mut child = Command::new("sleep").arg("600").spawn().unwrap();
        assert_eq!(ended(&mut child, Duration::ZERO).unwrap(), None);
        assert!(child.try_wait().unwrap().is_some());
    }
}
