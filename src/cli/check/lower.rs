//! From flags to the settings of a run.

use std::collections::BTreeSet;
use std::time::SystemTime;

use crate::catalogue::Level;
use crate::check::Day;
use crate::check::Feature;
use crate::http::Client;
use crate::http::ClientSettings;
use crate::http::Login;
use crate::registry::Registry;
use crate::registry::Running;
use crate::run::Again;
use crate::run::Exchanges;
use crate::run::Override;
use crate::run::Record;
use crate::run::Repositories;
use crate::run::Selection;
use crate::run::Settings;
use crate::run::preflight::preflight;
use crate::run::random_run_id;
use crate::run::refuse_absent;
use crate::trial::Given;
use crate::trial::World;
use crate::trial::content::Seed;

use super::Args;
use super::CliError;
use super::Place;
use super::rerun;
use crate::cli::results;
use crate::cli::selection;
use crate::cli::target::Target;

/// What a run needs: its settings, and the reference registry where no other was named.
#[derive(Debug)]
pub(in crate::cli) struct Lowered {
    pub(in crate::cli) settings: Settings,
    /// Keeps the reference registry running as long as it lives.
    pub(in crate::cli) embedded: Option<Running>,
    /// Whether credentials were given or found.
    pub(in crate::cli) has_credentials: bool,
    /// The watches because of which all is put again, and not only what failed.
    pub(in crate::cli) watches: Vec<String>,
}

/// What `--fail-on` takes: a level, or `None` for `never`.
pub(in crate::cli) type FailOn = Option<Level>;

/// Lowers the flags. Nothing is sent yet.
pub(in crate::cli) fn lower(args: &Args, overrides: Vec<Override>) -> Result<Lowered, CliError> {
    let expectations = args.expected.read(Day::of(SystemTime::now()))?;
    let before = rerun(args)?;
    let again = before.as_ref().map(Again::of);
    let required = rerun::required(&args.what, before.as_ref())?;
    let (target, embedded) = target(args, before.as_ref())?;
    refuse_other_spec(args, before.as_ref())?;
    let client_settings = match &embedded {
        Some(_) => ClientSettings::new(target.origin.clone()),
        None => args.connection.settings(&target)?,
    };
    let has_credentials = client_settings.credentials != Login::Anonymous;
    let second = args.besides.second(&client_settings)?;
    let client = Client::over_network(client_settings)?;
    let settings = Settings::new(client, target.origin.clone());
    let what = &args.what;
    let settings = Settings {
        world: World {
            spec: what.spec,
            second,
            canary: args.besides.canary(target.is_loopback)?,
            restart: args.besides.restart(),
            settle: args.place.settle,
            read_only: given(&args.place),
            ..settings.world
        },
        repositories: repositories(&args.place)?,
        selection: Selection {
            only: match &again {
                Some(again) => again.only.clone(),
                None => what.only.clone(),
            },
            skip: what.skip.clone(),
            groups: what.groups.clone(),
            level: what.level,
            overrides,
            shard: what.shard,
        },
        required,
        without: what.without.clone(),
        fail_on: what.fail_on,
        expectations,
        seed: what.seed.map_or(settings.seed, Seed::from),
        jobs: args.place.jobs,
        heavy: what.heavy || target.is_loopback || rerun::is_heavy(before.as_ref()),
        // A registry that ends with the run needs no cleaning up.
        keep: args.place.keep || embedded.is_some(),
        exchanges: args.output.exchanges,
    };
    let watches = again.map(|again| again.watches).unwrap_or_default();
    if let Some(before) = before.filter(|_| !watches.is_empty()) {
        rerun::refuse_less(&settings, &before, &watches)?;
    }
    Ok(Lowered {
        settings,
        embedded,
        has_credentials,
        watches,
    })
}

/// By another version of the specification, some of the checks would be left out in silence.
fn refuse_other_spec(args: &Args, before: Option<&Record>) -> Result<(), CliError> {
    let here = args.what.spec.to_string();
    match before.filter(|record| record.spec != here) {
        None => Ok(()),
        Some(record) => Err(CliError::Usage(format!(
            "the run in --rerun went by version {0} of the specification, and this one goes by {here}, which may not have \
             what failed; give --spec {0}",
            record.spec
        ))),
    }
}

/// The record whose failures are put again; there has to be one.
fn rerun(args: &Args) -> Result<Option<Record>, CliError> {
    let Some(path) = &args.what.rerun else {
        return Ok(None);
    };
    let (path, record) = results::of_checks(path)?;
    if record.failed().next().is_none() {
        return Err(CliError::NothingSelected(format!(
            "no check failed in {}, so nothing ran; leave out --rerun to put all of them",
            path.display()
        )));
    }
    let lost = selection::lost(record.failed().map(|it| it.id.as_str()));
    crate::cli::note(lost.as_slice());
    Ok(Some(record))
}

/// The registry that was named, in the arguments or the environment; failing that, one of our own.
fn target(args: &Args, before: Option<&Record>) -> Result<(Target, Option<Running>), CliError> {
    let url = args
        .url
        .as_ref()
        .or(before.map(|record| &record.target.url));
    if let Some(url) = url {
        return Ok((url.parse()?, None));
    }
    let running = Registry::builder()
        .spec(args.what.spec)
        .spawn()
        .map_err(|error| {
            CliError::Environment(format!("the reference registry cannot be started: {error}"))
        })?;
    Ok((running.url().parse()?, Some(running)))
}

fn given(place: &Place) -> Option<Given> {
    place.read_only.then(|| Given {
        tag: place.tag.clone(),
        manifest: place.manifest.clone(),
        blob: place.blob.clone(),
    })
}

fn repositories(place: &Place) -> Result<Repositories, CliError> {
    let run_id = place.run_id.clone().unwrap_or_else(random_run_id);
    match place.repo.as_slice() {
        [] => Ok(Repositories::Fresh { namespace: place.namespace.clone(), run_id }),
        [one] if place.read_only => Ok(Repositories::fixed([one.clone(), one.clone()], &run_id)),
        [one, other] if one != other => {
            Ok(Repositories::fixed([one.clone(), other.clone()], &run_id))
        }
        _ => Err(CliError::Usage(
            "--repo names the two repositories that checks may use: give it twice, with different names"
                .to_owned(),
        )),
    }
}

/// The three ids that are most like a text.
pub(in crate::cli) fn nearest<'i>(text: &str, ids: &BTreeSet<&'i str>) -> Vec<&'i str> {
    let plain = text.replace(['*', '?'], "");
    let mut ranked: Vec<_> = ids
        .iter()
        .map(|id| (strsim::jaro_winkler(&plain, id), *id))
        .collect();
    ranked.sort_by(|left, right| right.0.total_cmp(&left.0));
    ranked
        .into_iter()
        .filter(|(likeness, _)| *likeness > 0.6)
        .take(3)
        .map(|(_, id)| id)
        .collect()
}

/// Waits for the registry if told to, and makes sure that it is one.
pub(in crate::cli) fn reach(args: &Args, lowered: &Lowered) -> Result<(), CliError> {
    let world = &lowered.settings.world;
    if let Some(how_long) = args.connection.wait {
        // Whatever comes of waiting, the question after it gives the better sentence.
        let _ = world
            .client
            .wait_until_ready(&format!("{}/v2/", world.origin), how_long);
    }
    preflight(&world.client, &world.origin, lowered.has_credentials)?;
    Ok(refuse_absent(&lowered.settings)?)
}

/// `must`, …, or `never`.
pub(in crate::cli) fn fail_on(text: &str) -> Result<FailOn, String> {
    if text == "never" {
        return Ok(None);
    }
    let level: Result<Level, _> = text.parse();
    level
        .map(Some)
        .map_err(|_| format!("`{text}` is no level; give must, expected, should, may or never"))
}

pub(super) fn feature(text: &str) -> Result<Feature, String> {
    Feature::named(text).ok_or_else(|| {
        let ids: BTreeSet<&str> = Feature::ROWS.iter().map(|row| row.id).collect();
        let all: Vec<_> = ids.into_iter().collect();
        format!("`{text}` is no feature; there are {}", all.join(", "))
    })
}

/// A run id becomes part of repository names.
pub(in crate::cli) fn run_id(text: &str) -> Result<String, String> {
    let is_safe = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    if (1..=32).contains(&text.len()) && text.chars().all(is_safe) {
        return Ok(text.to_owned());
    }
    Err(
        "a run id becomes part of repository names; give up to 32 lower-case letters and digits"
            .to_owned(),
    )
}

pub(in crate::cli) fn jobs(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(jobs @ 1..=256) => Ok(jobs),
        _ => Err("give a number from 1 to 256".to_owned()),
    }
}

pub(super) fn exchanges(text: &str) -> Result<Exchanges, String> {
    match text {
        "failed" => Ok(Exchanges::NotPassed),
        "all" => Ok(Exchanges::All),
        _ => Err("give failed or all".to_owned()),
    }
}
