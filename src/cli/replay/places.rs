//! The registries that findings are put to, each asked once what it has.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::catalogue::Version;
use crate::fuzz::Canary;
use crate::fuzz::Finding;
use crate::fuzz::Profile;
use crate::fuzz::Replay;
use crate::fuzz::Replayed;
use crate::fuzz::replay;
use crate::http::Client;
use crate::http::Login;
use crate::oci::RepositoryName;
use crate::registry::Running;
use crate::run::Control;
use crate::run::Repositories;
use crate::run::Settings;
use crate::run::preflight::preflight;
use crate::run::random_run_id;

use super::Args;
use super::CliError;
use super::lower::Asked;
use crate::cli::embedded::Way;
use crate::cli::fuzz::lower::canary;
use crate::cli::fuzz::lower::settings_elsewhere;
use crate::cli::signals::Crew;
use crate::cli::target::Target;

/// The registries that were asked so far.
pub(super) struct Places<'a> {
    args: &'a Args,
    crew: &'a Crew,
    run_id: String,
    known: BTreeMap<(String, Version), Result<Place, String>>,
    /// The listener at an address that was given, which is one for all.
    canary: Option<Canary>,
    played: u64,
}

/// What is put: findings are held back where checks need not be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// Plans of a campaign.
    Findings,
    /// Checks of the suite.
    Checks,
}

/// The answer to what was not put any more.
pub(super) fn over() -> Replay {
    Replay {
        replayed: Replayed::Error("the replay was ended before it".to_owned()),
        exchanges: Vec::new(),
        curl: String::new(),
    }
}

/// A registry, and what is known of it.
struct Place {
    client: Arc<Client>,
    origin: String,
    profile: Profile,
    _running: Option<Running>,
}

impl<'a> Places<'a> {
    /// None yet.
    pub(super) fn new(args: &'a Args, crew: &'a Crew) -> Result<Self, CliError> {
        Ok(Self {
            args,
            crew,
            canary: canary(args.canary_addr.as_deref(), false)?,
            run_id: args.run_id.clone().unwrap_or_else(random_run_id),
            known: BTreeMap::new(),
            played: 0,
        })
    }

    /// Puts a finding to a registry.
    pub(super) fn replay(&mut self, finding: &Finding, asked: &Asked) -> Result<Replay, CliError> {
        if self.is_over() {
            return Ok(over());
        }
        let spec = self.spec(&finding.spec);
        let key = (asked.name().to_owned(), spec);
        if !self.known.contains_key(&key) {
            let place = self.place(asked, spec)?;
            self.known.insert(key.clone(), place);
        }
        self.played += 1;
        let namespace = format!("{}/{}-{}", self.namespace(), self.run_id, self.played);
        let answer = match &self.known[&key] {
            Ok(place) => replay(
                finding,
                &place.client,
                &place.profile,
                &place.origin,
                &namespace,
            ),
            Err(reason) => Replay {
                replayed: Replayed::Error(reason.clone()),
                exchanges: Vec::new(),
                curl: String::new(),
            },
        };
        // Played to a client that was stopped, a plan says nothing of the registry.
        let is_cut = self.is_over() && !matches!(answer.replayed, Replayed::Failed);
        Ok(if is_cut { over() } else { answer })
    }

    /// Whether nothing is put any more, because of a signal.
    pub(super) fn is_over(&self) -> bool {
        self.crew.control().ending().is_some()
    }

    /// What ends a run at a signal.
    pub(super) fn control(&self) -> &'a Control {
        self.crew.control()
    }

    /// The name under which findings are put.
    fn namespace(&self) -> RepositoryName {
        let given = self.args.namespace.clone();
        given.unwrap_or_else(|| "plimsoll-fuzz".parse().expect("a word is a name"))
    }

    /// The way to a registry, unless it cannot be tested; then why.
    pub(super) fn way(
        &self,
        asked: &Asked,
        spec: Version,
        what: What,
    ) -> Result<Result<Way, String>, CliError> {
        match asked {
            Asked::Embedded => {
                let way = self.args.differences.embedded(spec)?;
                self.crew.join(&way.client);
                Ok(Ok(way))
            }
            Asked::Target(target) => self.way_out(target, what),
        }
    }

    /// The version of the specification that is gone by, where `own` is that of what is replayed.
    pub(super) fn spec(&self, own: &str) -> Version {
        self.args.spec.unwrap_or(own.parse().unwrap_or_default())
    }

    /// What a run at this registry is told, which makes its repositories under `own` unless told
    /// otherwise.
    pub(super) fn settings(&mut self, way: &Way, spec: Version, own: RepositoryName) -> Settings {
        self.played += 1;
        let mut settings = Settings::of(Arc::clone(&way.client), &way.origin);
        settings.world.spec = spec;
        settings.world.settle = self.args.settle;
        settings.repositories = Repositories::Fresh {
            namespace: self.args.namespace.clone().unwrap_or(own),
            run_id: format!("{}-{}", self.run_id, self.played),
        };
        settings
    }

    /// A registry, unless it cannot be tested; then why.
    fn place(&mut self, asked: &Asked, spec: Version) -> Result<Result<Place, String>, CliError> {
        let way = match self.way(asked, spec, What::Findings)? {
            Ok(way) => way,
            Err(reason) => return Ok(Err(reason)),
        };
        let settings = self.settings(&way, spec, self.namespace());
        let mut profile = Profile::of(spec);
        profile.settle = self.args.settle;
        let is_here = match asked {
            Asked::Embedded => true,
            Asked::Target(target) => target.is_loopback,
        };
        profile.canary = match &self.canary {
            Some(given) => Some(given.clone()),
            None => canary(None, is_here)?,
        };
        profile.features = crate::run::features(settings, self.control());
        Ok(Ok(Place {
            client: way.client,
            origin: way.origin,
            profile,
            _running: way.running,
        }))
    }

    fn way_out(&self, target: &Target, what: What) -> Result<Result<Way, String>, CliError> {
        let settings = match what {
            What::Findings => settings_elsewhere(&self.args.connection, target)?,
            What::Checks => self.args.connection.settings(target)?,
        };
        let has_credentials = settings.credentials != Login::Anonymous;
        let client = Arc::new(Client::over_network(settings)?);
        self.crew.join(&client);
        let origin = target.origin.clone();
        if let Some(how_long) = self.args.connection.wait {
            // Whatever comes of waiting, the question after it gives the better sentence.
            let _ = client.wait_until_ready(&format!("{origin}/v2/"), how_long);
        }
        Ok(match preflight(&client, &origin, has_credentials) {
            Ok(()) => Ok(Way {
                client,
                origin,
                running: None,
            }),
            Err(unfit) => Err(unfit.to_string()),
        })
    }
}
