//! A survey: what a registry is, as far as a few questions tell, before anybody judges it.
//!
//! It gives no verdict. What it pushes goes into repositories of its own, and is deleted again.

mod access;
mod limits;
mod places;

use serde::Serialize;

use crate::check::Feature;
use crate::check::FeatureState;
use crate::check::Wants;
use crate::trial::Trial;
use crate::trial::Variant;
use crate::verdict::Stop;

use super::Control;
use super::Settings;
use super::cleanup;

/// The longest part of a path that is shown whole, in bytes.
const LONGEST_PART: usize = 20;

/// What was found out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Survey {
    /// The registry.
    pub url: String,
    /// The version of the specification that was asked by.
    pub spec: String,
    /// What was asked, and what came of it, by topic.
    pub rows: Vec<Row>,
}

/// A question and its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// What it is about: `registry`, `access`, `features`, `limits`, `places`.
    pub topic: &'static str,
    /// What was asked.
    pub name: String,
    /// What kind of answer it is.
    pub state: State,
    /// The answer, as it is to be read. It may hold what the registry sent.
    pub answer: String,
}

/// What kind of answer it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It is there.
    Yes,
    /// It is not there, which is lawful.
    No,
    /// Nobody can tell.
    Unknown,
    /// A fact.
    Told,
    /// Something to look at.
    Odd,
}

impl Row {
    fn new(topic: &'static str, name: &str, state: State, answer: impl Into<String>) -> Self {
        Self {
            topic,
            name: name.to_owned(),
            state,
            answer: answer.into(),
        }
    }
}

/// One of the questions: it has a trial of its own.
type Question = fn(&Trial<'_>) -> Result<Row, Stop>;

/// The questions, in their order. What they are called stands in their answers.
const QUESTIONS: &[(&str, &str, Question)] = &[
    (places::TOPIC, "upload location", places::upload),
    (places::TOPIC, "blob", places::blob),
    (limits::TOPIC, "manifest of 4 MiB", limits::manifest_of_4),
    (limits::TOPIC, "manifest of 16 MiB", limits::manifest_of_16),
    (limits::TOPIC, "smallest chunk", limits::chunk),
    (limits::TOPIC, "longest name", limits::name),
    (limits::TOPIC, "rate", limits::rate),
];

/// Asks everything. `settings` say where, and in which repositories.
pub fn survey(settings: Settings, control: &Control) -> Survey {
    let mut rows = access::rows(&settings);
    let asked = questions(&settings, control);
    let mut survey = Survey {
        url: settings.world.origin.clone(),
        spec: settings.world.spec.to_string(),
        rows: Vec::new(),
    };
    let run_id = settings.repositories.run_id().to_owned();
    let features = super::features(settings, control);
    rows.extend(
        features
            .iter()
            .map(|(feature, state)| of_feature(*feature, state, &run_id)),
    );
    rows.extend(asked);
    survey.rows = rows;
    survey
}

fn questions(settings: &Settings, control: &Control) -> Vec<Row> {
    let mut held = Vec::new();
    let mut rows = Vec::new();
    for (topic, name, question) in QUESTIONS {
        let label = format!("survey-{}", name.replace(' ', "-").to_lowercase());
        let Some(lease) = settings.repositories.lease(&label, Wants::Room) else {
            continue;
        };
        let stream = settings.seed.stream(&label);
        let trial = Trial::new(
            &settings.world,
            Variant::default(),
            lease.names.clone(),
            stream,
        );
        let row = question(&trial)
            .unwrap_or_else(|stop| Row::new(topic, name, State::Unknown, why(stop)));
        rows.push(row);
        held.extend(trial.held());
    }
    cleanup::clean_up_after(settings, &held, control);
    rows
}

fn why(stop: Stop) -> String {
    match stop {
        Stop::Violation(broken) | Stop::Blocked(broken) => {
            format!("expected {}, got {}", broken.expected, broken.actual)
        }
        Stop::Unsupported(text) | Stop::Skipped(text) => text,
        Stop::Trouble(failure) => failure.to_string(),
    }
}

fn of_feature(feature: Feature, state: &FeatureState, run_id: &str) -> Row {
    let kind = match state {
        FeatureState::Supported(_) => State::Yes,
        FeatureState::Unsupported(_) => State::No,
        FeatureState::Unknown(_) | FeatureState::NotAsked(_) => State::Unknown,
    };
    let words = state.evidence().split(' ').map(|word| route(word, run_id));
    Row::new(
        "features",
        feature.id(),
        kind,
        words.collect::<Vec<_>>().join(" "),
    )
}

/// A path in which the names of this run are no longer than they have to be; other words as they are.
fn route(word: &str, run_id: &str) -> String {
    let Some((_, behind)) = word.split_once(run_id).filter(|_| word.starts_with("/v2/")) else {
        return word.to_owned();
    };
    let rest = behind.split_once('/').map_or("", |(_, rest)| rest);
    let parts = rest.split_inclusive(|it: char| !it.is_ascii_alphanumeric() && it != '-');
    let short = parts.map(|part| {
        let is_long = part.len() > LONGEST_PART && part.is_ascii();
        if is_long {
            format!("{}…", &part[..8])
        } else {
            part.to_owned()
        }
    });
    format!("/v2/<name>/{}", short.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_this_run_are_short_and_other_words_stay() {
        let digest = "ab12".repeat(16);
        let path = format!("/v2/plimsoll/r1-probe-a/blobs/sha256:{digest}");
        assert_eq!(route(&path, "r1"), "/v2/<name>/blobs/sha256:ab12ab12…");
        let tags = "/v2/plimsoll/r1-probe-a/tags/list?n=1";
        assert_eq!(route(tags, "r1"), "/v2/<name>/tags/list?n=1");
        for word in ["GET", "/v2/other/tags/list", "r1", ""] {
            assert_eq!(route(word, "r1"), word);
        }
    }
}
