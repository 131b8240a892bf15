//! Making the registry end at once and start again.
//!
//! How that is done is the user's business, or that of who made the registry: nothing is known of it here
//! but whether it worked.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::http::Failure;
use crate::verdict::Stop;

use super::Trial;

/// How long a registry may take until it answers again.
const PATIENCE: Duration = Duration::from_secs(60);

/// Makes the registry end at once and start again; returns when that is done, or why it could not be.
#[derive(Clone)]
pub struct Restart(Arc<dyn Fn() -> Result<(), String> + Send + Sync>);

impl Restart {
    /// By calling this.
    pub fn by(restart: impl Fn() -> Result<(), String> + Send + Sync + 'static) -> Self {
        Self(Arc::new(restart))
    }
}

impl fmt::Debug for Restart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Restart")
    }
}

impl Trial<'_> {
    /// Makes the registry end at once and start again, and waits until it answers. Only for checks that
    /// need [`Feature::Restart`](crate::check::Feature) and want to be alone. A registry that is not back
    /// is trouble: nothing can be said of it.
    pub fn restart(&self) -> Result<(), Stop> {
        let Some(restart) = &self.world().restart else {
            return Err(Stop::Skipped("only with --restart-cmd".to_owned()));
        };
        (restart.0)().map_err(|reason| Failure::NotRestarted { reason })?;
        let base = format!("{}/v2/", self.world().origin);
        let back = self.world().client.wait_until_ready(&base, PATIENCE);
        back.map_err(|failure| match failure {
            Failure::Stopped => failure,
            failure => Failure::NotRestarted {
                reason: format!(
                    "nobody answers there {} later: {failure}",
                    humantime::format_duration(PATIENCE)
                ),
            },
        })?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn why_it_did_not_work_is_told() {
        let restart = Restart::by(|| Err("no".to_owned()));
        assert_eq!((restart.0)(), Err("no".to_owned()));
        assert_eq!(format!("{restart:?}"), "Restart");
    }
}
