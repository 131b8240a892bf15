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
use crate::cli::target::Target;

/// The registries that were asked so far.
pub(super) struct Places<'a> {
    args: &'a Args,
    run_id: String,
    known: BTreeMap<(String, Version), Result<Place, String>>,
    /// The listener at an address that was given, which is one for all.
    canary: Option<Canary>,
    played: u64,
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
    pub(super) fn new(args: &'a Args) -> Result<Self, CliError> {
        Ok(Self {
            args,
            canary: canary(args.canary_addr.as_deref(), false)?,
            run_id: args.run_id.clone().unwrap_or_else(random_run_id),
            known: BTreeMap::new(),
            played: 0,
        })
    }

    /// Puts a finding to a registry.
    pub(super) fn replay(&mut self, finding: &Finding, asked: &Asked) -> Result<Replay, CliError> {
        let spec = self.spec(&finding.spec);
        let key = (asked.name().to_owned(), spec);
        if !self.known.contains_key(&key) {
            let place = self.place(asked, spec)?;
            self.known.insert(key.clone(), place);
        }
        self.played += 1;
        let namespace = format!("{}/{}-{}", self.args.namespace, self.run_id, self.played);
        Ok(match &self.known[&key] {
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
        })
    }

    /// The way to a registry, unless it cannot be tested; then why.
    pub(super) fn way(
        &self,
        asked: &Asked,
        spec: Version,
    ) -> Result<Result<Way, String>, CliError> {
        match asked {
            Asked::Embedded => self.args.differences.embedded(spec).map(Ok),
            Asked::Target(target) => self.way_out(target),
        }
    }

    /// The version of the specification that is gone by, where `own` is that of what is replayed.
    pub(super) fn spec(&self, own: &str) -> Version {
        self.args.spec.unwrap_or(own.parse().unwrap_or_default())
    }

    /// What a run at this registry is told.
    pub(super) fn settings(
        &mut self,
        client: &Arc<Client>,
        origin: &str,
        spec: Version,
    ) -> Settings {
        self.played += 1;
        let mut settings = Settings::of(Arc::clone(client), origin);
        settings.world.spec = spec;
        settings.world.settle = self.args.settle;
        settings.repositories = Repositories::Fresh {
            namespace: self.args.namespace.clone(),
            run_id: format!("{}-{}", self.run_id, self.played),
        };
        settings
    }

    /// A registry, unless it cannot be tested; then why.
    fn place(&mut self, asked: &Asked, spec: Version) -> Result<Result<Place, String>, CliError> {
        let way = match self.way(asked, spec)? {
            Ok(way) => way,
            Err(reason) => return Ok(Err(reason)),
        };
        let client = Arc::new(way.client);
        let settings = self.settings(&client, &way.origin, spec);
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
        profile.features = crate::run::features(settings, &Control::default());
        Ok(Ok(Place {
            client,
            origin: way.origin,
            profile,
            _running: way.running,
        }))
    }

    fn way_out(&self, target: &Target) -> Result<Result<Way, String>, CliError> {
        let settings = settings_elsewhere(&self.args.connection, target)?;
        let has_credentials = settings.credentials != Login::Anonymous;
        let client = Client::over_network(settings)?;
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
