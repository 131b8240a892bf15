//! A run as the page shows it.

use serde::Serialize;

use crate::report::clean;
use crate::report::terminal::summary;
use crate::report::unjudged::Unjudged;
use crate::report::unjudged::unjudged;
use crate::report::words;
use crate::run::FeatureEntry;
use crate::run::Record;
use crate::verdict::Verdict;

use super::causes;
use super::causes::Cause;
use super::checks;
use super::checks::Group;
use super::checks::Whole;
use super::expectations::Expectations;
use super::mark::Mark;
use super::overview;
use super::requirements;
use super::requirements::Area;

/// Everything that `run.html` prints.
#[derive(Debug, Serialize)]
pub(super) struct Run {
    tool: String,
    target: String,
    software: Option<String>,
    /// What the run was, as labels and texts.
    facts: Vec<(&'static str, String)>,
    banner: Banner,
    counts: Vec<(Mark, usize)>,
    total: usize,
    levels: Vec<String>,
    workflows: Vec<overview::Row>,
    /// Which checks came to no judgement, how many, and why.
    unjudged: Vec<(Mark, usize, String)>,
    causes: Vec<Cause>,
    features: Vec<Feature>,
    wholes: Vec<Whole>,
    groups: Vec<Group>,
    areas: Vec<Area>,
    requirements: usize,
    /// How many requirements are in which state.
    states: Vec<(Mark, usize)>,
    expectations: Option<Expectations>,
}

/// The verdict, and what it rests on.
#[derive(Debug, Serialize)]
pub(super) struct Banner {
    pub(super) word: &'static str,
    pub(super) symbol: &'static str,
    pub(super) tone: &'static str,
    pub(super) text: String,
    /// Why the run did not come to its end.
    pub(super) incomplete: Option<String>,
}

/// A feature, and the answer that says whether it is there.
#[derive(Debug, Serialize)]
pub(super) struct Feature {
    pub(super) id: String,
    pub(super) state: Mark,
    pub(super) evidence: String,
}

impl Run {
    pub(super) fn of(record: &Record) -> Self {
        let causes = causes::ordered(record);
        let ids: Vec<&str> = causes.iter().map(|(cause, _)| cause.id.as_str()).collect();
        let best = causes.iter().filter_map(|(_, checks)| checks.first());
        let best: Vec<&str> = best.map(|check| check.id.as_str()).collect();
        let number = |verdict: Verdict| record.summary.get(verdict.word()).copied().unwrap_or(0);
        Self {
            tool: cut(&format!("{} {}", record.tool.name, record.tool.version), 80),
            target: cut(&record.target.url, 300),
            software: record.target.software.as_deref().map(|it| cut(it, 200)),
            facts: facts(record),
            banner: banner(record),
            counts: Verdict::ALL
                .into_iter()
                .filter(|verdict| number(*verdict) > 0)
                .map(|verdict| (Mark::of(verdict), number(verdict)))
                .collect(),
            total: record.checks.len(),
            levels: overview::levels(),
            workflows: overview::rows(record),
            unjudged: unjudged(record).iter().map(why).collect(),
            causes: causes
                .iter()
                .map(|(cause, checks)| causes::cause(record, cause, checks))
                .collect(),
            features: record.features.iter().map(feature).collect(),
            wholes: checks::wholes(record, &ids, &best),
            groups: checks::groups(record),
            areas: requirements::areas(record),
            requirements: record.requirements.len(),
            states: requirements::states(record),
            expectations: record.expectations.as_ref().map(Expectations::of),
        }
    }
}

fn facts(record: &Record) -> Vec<(&'static str, String)> {
    let requests = usize::try_from(record.requests).unwrap_or(usize::MAX);
    let checks = words::count(record.checks.len(), "check");
    let requests = words::count(requests, "request");
    vec![
        ("Specification", cut(&record.spec, 20)),
        ("Started", cut(&record.started, 40)),
        ("Took", words::time(record.duration_ms)),
        ("Asked", format!("{checks}, {requests}")),
        ("Fails on", fails_on(record)),
        ("Seed", record.seed.to_string()),
        ("Run", cut(&record.run_id, 40)),
    ]
}

fn why(it: &Unjudged) -> (Mark, usize, String) {
    (Mark::of(it.verdict), it.number, it.told(str::to_owned))
}

/// The levels that make the run fail.
fn fails_on(record: &Record) -> String {
    let levels = summary::gating_levels(record);
    if levels.is_empty() {
        return "nothing".to_owned();
    }
    words::list(&levels)
}

/// A run that nothing gates but that is not without failures is no green one.
fn banner(record: &Record) -> Banner {
    let judgement = summary::judgement(record);
    let is_clean = [Verdict::Fail, Verdict::Flaky, Verdict::Error]
        .iter()
        .all(|verdict| record.summary.get(verdict.word()).copied().unwrap_or(0) == 0);
    let (symbol, tone) = match (judgement.is_good, is_clean && record.complete) {
        (true, true) => ("✓", "good"),
        (true, false) => ("!", "warn"),
        (false, _) => ("✗", "bad"),
    };
    Banner {
        word: judgement.word,
        symbol,
        tone,
        text: judgement.text,
        incomplete: (!record.complete).then(|| ended_by(record.ended_by.as_deref())),
    }
}

/// Why something did not come to its end.
pub(super) fn ended_by(reason: Option<&str>) -> String {
    cut(reason.unwrap_or("the reason is not known"), 80)
}

fn feature(entry: &FeatureEntry) -> Feature {
    Feature {
        id: cut(&entry.id, 60),
        state: Mark::named(&entry.state),
        evidence: cut(&entry.evidence, 600),
    }
}

fn cut(text: &str, limit: usize) -> String {
    clean::cut(text, limit).into_owned()
}
