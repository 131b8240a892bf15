//! From flags to a campaign.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use std::time::SystemTime;

use crate::check::Day;
use crate::check::Expectations;
use crate::fuzz::Campaign;
use crate::fuzz::Canary;
use crate::fuzz::Corpus;
use crate::fuzz::Profile;
use crate::fuzz::RULES;
use crate::fuzz::Rule;
use crate::fuzz::known;
use crate::http::Client;
use crate::http::ClientSettings;
use crate::http::Login;
use crate::registry::Running;
use crate::report::fuzz as report;
use crate::run::Repositories;
use crate::run::Settings;
use crate::run::preflight::preflight;
use crate::run::random_run_id;
use crate::trial::content::Seed;

use super::Args;
use super::CliError;
use crate::cli::check::nearest;
use crate::cli::connection::Connection;
use crate::cli::embedded::Differences;
use crate::cli::embedded::Way;
use crate::cli::target::Target;

/// How long a campaign takes unless told otherwise.
pub(super) const TIME: Duration = Duration::from_secs(60);

/// How many requests per second registries elsewhere get unless told otherwise.
const RATE_ELSEWHERE: f64 = 20.0;

/// How many requests making one finding short may take.
const BUDGET: u64 = 2000;

/// What a campaign needs.
#[derive(Debug)]
pub(super) struct Lowered {
    pub(super) campaign: Campaign,
    pub(super) corpus: Corpus,
    pub(super) run_id: String,
    pub(super) expectations: Expectations,
    client: Arc<Client>,
    /// Keeps the reference registry running as long as it lives.
    _running: Option<Running>,
    /// Whether it is the reference registry inside this process.
    is_embedded: bool,
    has_credentials: bool,
    namespace: crate::oci::RepositoryName,
}

impl Lowered {
    pub(super) fn client(&self) -> Arc<Client> {
        Arc::clone(&self.client)
    }

    /// The terms on which the target is asked what it has.
    pub(super) fn probing(&self) -> Settings {
        let mut settings = Settings::of(self.client(), self.campaign.origin.clone());
        settings.world.spec = self.campaign.profile.spec;
        settings.world.settle = self.campaign.profile.settle;
        settings.repositories = Repositories::Fresh {
            namespace: self.namespace.clone(),
            run_id: self.run_id.clone(),
        };
        settings.seed = Seed::from(self.campaign.seed);
        settings.jobs = self.campaign.jobs;
        settings.keep = self.is_embedded;
        settings
    }
}

/// Lowers the flags. Nothing is sent yet.
pub(super) fn lower(args: &Args) -> Result<Lowered, CliError> {
    let rules = rules(args)?;
    let expectations = args.expected.read(Day::of(SystemTime::now()))?;
    let corpus = corpus(args)?;
    let (way, has_credentials) = way(args)?;
    let run_id = args.place.run_id.clone().unwrap_or_else(random_run_id);
    let mut profile = Profile::of(args.what.spec);
    profile.settle = args.place.settle;
    let is_here = match &args.url {
        Some(url) => url.parse::<Target>()?.is_loopback,
        None => true,
    };
    profile.canary = canary(args.place.canary_addr.as_deref(), is_here)?;
    let campaign = Campaign {
        seed: args.what.seed.unwrap_or_else(crate::run::random_seed),
        first: known().iter().map(|known| known.plan.clone()).collect(),
        plans: args.what.plans,
        deadline: None,
        jobs: args.place.jobs,
        shard: args.what.shard,
        rules,
        origin: way.origin,
        namespace: format!("{}/{run_id}", args.place.namespace),
        profile,
        budget: BUDGET,
        evolve: args.what.evolve,
    };
    Ok(Lowered {
        campaign,
        corpus,
        run_id,
        expectations,
        client: way.client,
        _running: way.running,
        is_embedded: args.url.is_none(),
        has_credentials,
        namespace: args.place.namespace.clone(),
    })
}

/// The plans to begin with.
pub(super) fn corpus(args: &Args) -> Result<Corpus, CliError> {
    let Some(folder) = &args.what.corpus else {
        return Ok(Corpus::default());
    };
    Corpus::read(folder).map_err(|error| CliError::Usage(report::harmless(&error.to_string())))
}

/// The way to the registry that was named; failing that, to one of our own.
fn way(args: &Args) -> Result<(Way, bool), CliError> {
    let Some(url) = &args.url else {
        return Ok((args.differences.embedded(args.what.spec)?, true));
    };
    refuse_differences(&args.differences)?;
    let target: Target = url.parse()?;
    refuse_without_leave(&target, args.place.i_may_test_this_target)?;
    let settings = settings_elsewhere(&args.connection, &target)?;
    let has_credentials = settings.credentials != Login::Anonymous;
    let way = Way {
        client: Arc::new(Client::over_network(settings)?),
        origin: target.origin,
        running: None,
    };
    Ok((way, has_credentials))
}

/// The client's settings for a registry that was named: one that is not on this machine is asked
/// slowly unless told otherwise.
pub(in crate::cli) fn settings_elsewhere(
    connection: &Connection,
    target: &Target,
) -> Result<ClientSettings, CliError> {
    let mut settings = connection.settings(target)?;
    if !target.is_loopback {
        settings.rate = settings.rate.or(Some(RATE_ELSEWHERE));
    }
    Ok(settings)
}

/// A listener that the registry may be led to call: at the address that was given; failing that,
/// where the registry is on this machine, at one that only this machine can call.
pub(in crate::cli) fn canary(
    address: Option<&str>,
    is_here: bool,
) -> Result<Option<Canary>, CliError> {
    let Some(address) = address else {
        // Where there is no port to be had, it goes without.
        return Ok(is_here.then(Canary::on_loopback).and_then(Result::ok));
    };
    Canary::at(address).map(Some).map_err(|error| {
        CliError::Environment(format!(
            "plimsoll cannot listen at {address}: {error}; give --canary-addr an address of this \
             machine and a port that is free"
        ))
    })
}

/// Refuses to make the reference registry differ where it is not the target.
pub(in crate::cli) fn refuse_differences(differences: &Differences) -> Result<(), CliError> {
    if !differences.is_some() {
        return Ok(());
    }
    Err(CliError::Usage(
        "--defect and --variation are for the reference registry inside this process: leave out the URL \
         (and PLIMSOLL_URL)"
            .to_owned(),
    ))
}

/// Refuses to break into other people's registries.
pub(in crate::cli) fn refuse_without_leave(target: &Target, leave: bool) -> Result<(), CliError> {
    if target.is_loopback || leave {
        return Ok(());
    }
    Err(CliError::Usage(format!(
        "{} is not on this machine, and fuzzing may harm it: it sends odd requests, fills storage and may stop the \
         service; if you may do that, give --i-may-test-this-target",
        target.origin
    )))
}

/// The rules that may be broken; none for all.
fn rules(args: &Args) -> Result<Vec<&'static Rule>, CliError> {
    let wanted = &args.what.rules;
    let matching = |rule: &&&Rule| wanted.iter().any(|pattern| pattern.matches(rule.id));
    let rules: Vec<_> = RULES.iter().filter(matching).copied().collect();
    let Some(first) = wanted.first().filter(|_| rules.is_empty()) else {
        return Ok(rules);
    };
    let ids: BTreeSet<&str> = RULES.iter().map(|rule| rule.id).collect();
    let near = nearest(first.as_str(), &ids);
    let hint = if near.is_empty() {
        "`plimsoll list rules` shows what there is".to_owned()
    } else {
        format!("the nearest are {}", near.join(", "))
    };
    Err(CliError::NothingSelected(format!(
        "no rule matches `{first}`, so nothing ran; {hint}"
    )))
}

/// Waits for the registry if told to, and makes sure that it is one.
pub(super) fn reach(args: &Args, lowered: &Lowered) -> Result<(), CliError> {
    if lowered.is_embedded {
        return Ok(());
    }
    let origin = &lowered.campaign.origin;
    if let Some(how_long) = args.connection.wait {
        // Whatever comes of waiting, the question after it gives the better sentence.
        let _ = lowered
            .client
            .wait_until_ready(&format!("{origin}/v2/"), how_long);
    }
    Ok(preflight(&lowered.client, origin, lowered.has_credentials)?)
}

/// `10m`, and not nothing.
pub(super) fn time(text: &str) -> Result<Duration, String> {
    match humantime::parse_duration(text) {
        Ok(time) if !time.is_zero() => Ok(time),
        Ok(_) => Err("give more than no time, such as 10m".to_owned()),
        Err(error) => Err(format!("{error}; give a time such as 30s or 10m")),
    }
}

/// `host:port`.
pub(in crate::cli) fn address(text: &str) -> Result<String, String> {
    let port = text.rsplit_once(':').filter(|(host, _)| !host.is_empty());
    let is_port = port.is_some_and(|(_, port)| port.parse::<u16>().is_ok());
    is_port
        .then(|| text.to_owned())
        .ok_or_else(|| "give host and port, such as 192.0.2.7:8090".to_owned())
}

/// `0/4` to `3/4`.
pub(in crate::cli) fn shard(text: &str) -> Result<(u64, u64), String> {
    let parts = text
        .split_once('/')
        .and_then(|(part, parts)| Some((part.parse().ok()?, parts.parse().ok()?)));
    parts.filter(|(part, parts)| part < parts).ok_or_else(|| {
        "give the part and how many there are, such as 0/4, 1/4, 2/4 and 3/4".to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_counted_from_zero() {
        assert_eq!(shard("0/1"), Ok((0, 1)));
        assert_eq!(shard("3/4"), Ok((3, 4)));
        for text in ["4/4", "1", "/", "-1/2", "a/b", "0/0"] {
            assert!(shard(text).is_err(), "{text}");
        }
    }

    #[test]
    fn other_peoples_registries_need_leave() {
        let here: Target = "localhost:5000".parse().unwrap();
        let there: Target = "registry.example".parse().unwrap();
        assert!(refuse_without_leave(&here, false).is_ok());
        assert!(refuse_without_leave(&there, true).is_ok());
        assert!(refuse_without_leave(&there, false).is_err());
    }
}
