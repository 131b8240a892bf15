//! The terms of a run, as its record has them: what was selected, where it worked, and how it asked.
//!
//! By them a run can be made again, and shards can be told from parts of other runs. Who asks, and
//! with which secret, is in none of them.

mod flags;

use std::str::FromStr;
use std::time::Duration;

use serde::Deserialize;
use serde::Serialize;

use crate::check::Feature;
use crate::oci::RepositoryName;
use crate::trial::Given;

use super::Filter;
use super::Override;
use super::Repositories;
use super::Settings;

/// How much of a word is told that cannot be, in characters.
const LONGEST: usize = 60;

/// The terms of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TermsEntry {
    /// Only checks that one of these matches were put; all where there is none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub only: Vec<String>,
    /// No check that one of these matches was.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skip: Vec<String>,
    /// Whose promises were asked for; the usual ones where there is none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<String>,
    /// The lightest level of what was put; all where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<String>,
    /// What held for some of the checks alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub overrides: Vec<OverrideEntry>,
    /// Features whose absence was a violation.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub require: Vec<String>,
    /// Features that were left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub without: Vec<String>,
    /// Whether checks that move more than 8 MiB were put.
    pub heavy: bool,
    /// Under which name there were fresh repositories; nothing where there were none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// The given repositories.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub repositories: Vec<String>,
    /// Whether nothing was pushed or deleted.
    pub read_only: bool,
    /// The tag that was there already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// The manifest that was there already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manifest: Option<String>,
    /// The blob that was there already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blob: Option<String>,
    /// How many checks ran at once.
    pub jobs: usize,
    /// How long an effect was waited for.
    pub settle_ms: u64,
    /// How long one request might take.
    pub timeout_ms: u64,
    /// How often a refused connection, a 429 or a 503 was asked again.
    pub retries: u32,
    /// How many requests were sent per second at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<String>,
}

/// What held for the checks that a glob matches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OverrideEntry {
    /// Which checks.
    pub checks: String,
    /// How long one request of theirs might take.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<u64>,
    /// How often they were asked again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retries: Option<u32>,
    /// Why they were left out, if they were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skip: Option<String>,
}

/// Terms that no run has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "its {what} is `{found}`, which no run has, so that it cannot be made again; give a results.json that plimsoll wrote"
)]
pub struct BadTerms {
    what: &'static str,
    found: String,
}

impl TermsEntry {
    /// The terms of a run with these settings.
    pub(super) fn of(settings: &Settings) -> Self {
        let selection = &settings.selection;
        let client = &settings.world.client.settings;
        let given = settings.world.read_only.as_ref();
        let globs = |filters: &[Filter]| filters.iter().map(|it| it.as_str().to_owned()).collect();
        let (namespace, repositories) = match &settings.repositories {
            Repositories::Fresh { namespace, .. } => (Some(namespace.to_string()), Vec::new()),
            Repositories::Fixed { names, .. } => {
                let mut names: Vec<_> = names.iter().map(ToString::to_string).collect();
                // Where nothing is pushed, one stands for both.
                names.dedup();
                (None, names)
            }
        };
        Self {
            only: globs(&selection.only),
            skip: globs(&selection.skip),
            groups: selection.groups.iter().map(ToString::to_string).collect(),
            level: selection.level.map(|level| level.to_string()),
            overrides: selection.overrides.iter().map(OverrideEntry::of).collect(),
            require: words(&settings.required),
            without: words(&settings.without),
            heavy: settings.heavy,
            namespace,
            repositories,
            read_only: given.is_some(),
            tag: given.and_then(|it| it.tag.as_ref().map(ToString::to_string)),
            manifest: given.and_then(|it| it.manifest.as_ref().map(ToString::to_string)),
            blob: given.and_then(|it| it.blob.as_ref().map(ToString::to_string)),
            jobs: settings.jobs,
            settle_ms: millis(settings.world.settle),
            timeout_ms: millis(client.timeout),
            retries: client.retries,
            rate: client.rate.map(|rate| rate.to_string()),
        }
    }

    /// The features whose absence was a violation.
    pub fn required(&self) -> Result<Vec<Feature>, BadTerms> {
        features("required feature", &self.require)
    }

    /// Gives a run the terms that decide how its checks end: the features that are required or left
    /// out, what holds for some checks alone, and the repositories, where they were given.
    pub fn restore(&self, settings: &mut Settings) -> Result<(), BadTerms> {
        settings.required = self.required()?;
        settings.without = features("feature that is left out", &self.without)?;
        let overrides = self.overrides.iter().map(OverrideEntry::restored);
        settings.selection.overrides = overrides.collect::<Result<_, _>>()?;
        if self.read_only {
            settings.world.read_only = Some(Given {
                tag: parsed("tag", self.tag.as_deref())?,
                manifest: parsed("manifest", self.manifest.as_deref())?,
                blob: parsed("blob", self.blob.as_deref())?,
            });
        }
        let names = match self.repositories.as_slice() {
            [] => return Ok(()),
            [one] => [one, one],
            [one, other, ..] => [one, other],
        };
        let [one, other] = names.map(|name| name.parse().map_err(|_| bad("repository", name)));
        let run_id = settings.repositories.run_id().to_owned();
        settings.repositories = Repositories::fixed([one?, other?], &run_id);
        Ok(())
    }

    /// The name under which there were fresh repositories.
    pub fn namespace(&self) -> Result<Option<RepositoryName>, BadTerms> {
        parsed("namespace", self.namespace.as_deref())
    }
}

impl OverrideEntry {
    fn of(row: &Override) -> Self {
        Self {
            checks: row.checks.as_str().to_owned(),
            timeout_ms: row.timeout.map(millis),
            retries: row.retries,
            skip: row.skip.clone(),
        }
    }

    fn restored(&self) -> Result<Override, BadTerms> {
        Ok(Override {
            checks: self
                .checks
                .parse()
                .map_err(|_| bad("override", &self.checks))?,
            timeout: self.timeout_ms.map(Duration::from_millis),
            retries: self.retries,
            skip: self.skip.clone(),
        })
    }
}

fn words(features: &[Feature]) -> Vec<String> {
    features.iter().map(ToString::to_string).collect()
}

fn features(what: &'static str, ids: &[String]) -> Result<Vec<Feature>, BadTerms> {
    let each = ids.iter();
    each.map(|id| Feature::named(id).ok_or_else(|| bad(what, id)))
        .collect()
}

fn parsed<T: FromStr>(what: &'static str, text: Option<&str>) -> Result<Option<T>, BadTerms> {
    let parsed = text.map(|text| text.parse().map_err(|_| bad(what, text)));
    parsed.transpose()
}

fn bad(what: &'static str, found: &str) -> BadTerms {
    BadTerms {
        what,
        found: found.chars().take(LONGEST).collect(),
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
