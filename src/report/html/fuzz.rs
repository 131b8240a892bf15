//! A campaign as the page shows it: what was found, group by group, each finding with its shortest
//! plan.

use std::cmp::Reverse;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;

use crate::fuzz;
use crate::fuzz::Body;
use crate::fuzz::Finding;
use crate::fuzz::Recorded;
use crate::report::ReportError;
use crate::report::clean;
use crate::report::evidence;
use crate::report::fuzz::FuzzRecord;
use crate::report::fuzz::described;
use crate::report::fuzz::terminal;

use super::exchange;
use super::exchange::Evidence;
use super::exchange::Exchange;
use super::exchange::Pane;
use super::exchange::Room;
use super::expectations::Expectations;
use super::mark::Mark;
use super::mark::level;
use super::page;
use super::requirements;
use super::requirements::Section;
use super::run;
use super::run::Banner;
use super::run::Feature;

/// The most findings that are shown; the record has all.
const MOST: usize = 200;
/// The most steps of a plan that are shown.
const STEPS: usize = 60;

/// The record of a campaign as a page.
pub fn render(record: &FuzzRecord) -> Result<Vec<u8>, ReportError> {
    page::filled("fuzz.html", &Campaign::of(record))
}

/// Everything that `fuzz.html` prints.
#[derive(Debug, Serialize)]
struct Campaign {
    tool: String,
    target: String,
    facts: Vec<(&'static str, String)>,
    banner: Banner,
    groups: Vec<Group>,
    findings: usize,
    left_out: usize,
    rules: Vec<Rule>,
    features: Vec<Feature>,
    canary: Vec<(String, u64)>,
    expectations: Option<Expectations>,
}

/// Findings that reports show together.
#[derive(Debug, Serialize)]
struct Group {
    name: String,
    /// How many plans showed it.
    plans: u64,
    findings: Vec<Found>,
}

/// A finding.
#[derive(Debug, Serialize)]
struct Found {
    signature: String,
    level: Option<String>,
    detail: String,
    rule: String,
    rule_title: Option<&'static str>,
    requirement: Option<String>,
    sentence: Option<&'static str>,
    section: Option<Section>,
    route: String,
    expected: String,
    actual: String,
    state: String,
    reproduced: String,
    mutations: Vec<String>,
    steps: Vec<String>,
    more_steps: usize,
    known: Option<Known>,
    evidence: Evidence,
}

/// Why a finding is left alone.
#[derive(Debug, Serialize)]
struct Known {
    reason: String,
    link: Option<String>,
    expires: Option<String>,
}

/// A rule, and how many findings broke it.
#[derive(Debug, Serialize)]
struct Rule {
    id: &'static str,
    title: &'static str,
    mark: Mark,
    findings: usize,
}

impl Campaign {
    fn of(record: &FuzzRecord) -> Self {
        let findings = record.outcome.findings.len();
        Self {
            tool: cut(&format!("{} {}", record.tool.name, record.tool.version), 80),
            target: cut(&record.target, 300),
            facts: vec![
                ("Campaign", cut(&terminal::campaign(record), 300)),
                ("Plans", terminal::plans(record)),
                ("Answers", terminal::answers(record)),
                ("Coverage", terminal::coverage(record)),
            ],
            banner: banner(record),
            groups: groups(record),
            findings,
            left_out: findings.saturating_sub(MOST),
            rules: fuzz::RULES.iter().map(|row| rule(record, row)).collect(),
            features: record.profile.iter().map(feature).collect(),
            canary: record
                .outcome
                .canary
                .iter()
                .take(100)
                .map(|(name, count)| (cut(name, 200), *count))
                .collect(),
            expectations: record.expectations.as_ref().map(Expectations::of),
        }
    }
}

fn banner(record: &FuzzRecord) -> Banner {
    let (is_good, text) = terminal::judgement(record);
    let (word, symbol, tone) = match (is_good, record.complete && record.known.is_empty()) {
        (true, true) => ("nothing found", "✓", "good"),
        (true, false) => ("passed", "!", "warn"),
        (false, _) => ("FAILED", "✗", "bad"),
    };
    Banner {
        word,
        symbol,
        tone,
        text,
        incomplete: (!record.complete).then(|| run::ended_by(record.ended_by.as_deref())),
    }
}

/// The groups, those first that more plans showed; what is known comes last.
fn groups(record: &FuzzRecord) -> Vec<Group> {
    let mut findings: Vec<_> = record.outcome.findings.iter().collect();
    findings.sort_by_key(|finding| record.known_as(finding).is_some());
    findings.truncate(MOST);
    let mut room = Room::new(findings.len(), 0, 0);
    let mut groups: Vec<(&str, bool, Group)> = Vec::new();
    for finding in findings {
        let is_known = record.known_as(finding).is_some();
        let found = found(record, finding, &mut room);
        let known = groups
            .iter_mut()
            .find(|(name, _, _)| *name == finding.group);
        if let Some((_, _, group)) = known {
            group.findings.push(found);
            continue;
        }
        let plans = record.outcome.groups.get(&finding.group);
        let group = Group {
            name: cut(&finding.group, 300),
            plans: plans.copied().unwrap_or(0),
            findings: vec![found],
        };
        groups.push((&finding.group, is_known, group));
    }
    groups.sort_by_key(|(_, is_known, group)| (*is_known, Reverse(group.plans)));
    groups.into_iter().map(|(_, _, group)| group).collect()
}

fn found(record: &FuzzRecord, finding: &Finding, room: &mut Room) -> Found {
    let requirement = terminal::requirement(finding);
    let known = record.known_as(finding);
    let steps = described(&finding.plan);
    let count = finding.exchanges.len();
    let exchange = |index: usize, limit: usize| {
        let shows = index + 1 == count;
        of_finding(index, &finding.exchanges[index], shows, limit)
    };
    Found {
        signature: cut(&finding.signature, 40),
        level: finding.level.as_deref().map(level),
        detail: cut(&finding.detail, 600),
        rule: cut(&finding.rule, 60),
        rule_title: fuzz::rule(&finding.rule).map(|rule| rule.title),
        sentence: requirement.as_ref().map(|(_, row)| row.sentence),
        section: requirement
            .as_ref()
            .and_then(|(_, row)| requirements::section(row.id, &record.spec.to_string())),
        requirement: requirement.map(|(name, _)| name),
        route: cut(&finding.route, 300),
        expected: cut(&finding.expected, 600),
        actual: cut(&finding.observed, 600),
        state: cut(&finding.state, 400),
        reproduced: format!(
            "{} of {} times",
            finding.reproduced.times, finding.reproduced.of
        ),
        mutations: finding
            .mutations
            .iter()
            .take(20)
            .map(|name| cut(name, 60))
            .collect(),
        more_steps: steps.len().saturating_sub(STEPS),
        steps: steps
            .into_iter()
            .take(STEPS)
            .map(|step| unnumbered(&step))
            .collect(),
        known: known.map(|known| Known {
            reason: cut(&known.reason, 400),
            link: known.link.as_deref().map(|link| cut(link, 400)),
            expires: known.expires.as_deref().map(|day| cut(day, 20)),
        }),
        evidence: room.choose(
            count,
            count.checked_sub(1),
            (!finding.curl.is_empty()).then_some(finding.curl.as_str()),
            exchange,
        ),
    }
}

/// A step without its number: the page counts by itself.
fn unnumbered(step: &str) -> String {
    let (_, text) = step.split_once(". ").unwrap_or(("", step));
    cut(text, 300)
}

fn of_finding(index: usize, recorded: &Recorded, shows: bool, limit: usize) -> Exchange {
    let first = format!("{} {}", recorded.method, recorded.url);
    let (body, note) = body(&recorded.body);
    let exact = recorded.wire.as_deref().and_then(decoded);
    let request = match exact {
        Some(wire) => {
            let wire = String::from_utf8_lossy(&wire).into_owned();
            let note = Some("exactly these bytes".to_owned());
            Pane::new(&first, &[], Some(&wire), note, limit)
        }
        None => Pane::new(&first, &recorded.headers, body.as_deref(), note, limit),
    };
    let (answer, response) = match recorded.status {
        Some(code) => {
            let status = evidence::status(code);
            let (body, note) = self::body(&recorded.answer_body);
            let headers = &recorded.answer_headers;
            let pane = Pane::new(&status, headers, body.as_deref(), note, limit);
            (status, pane)
        }
        None => exchange::no_answer(recorded.failure.as_deref(), limit),
    };
    Exchange {
        number: index + 1,
        shows,
        title: exchange::title(&recorded.method, &recorded.url, &answer),
        timing: String::new(),
        request,
        response,
    }
}

/// The text of a body, and what there is to say of it.
fn body(body: &Body) -> (Option<String>, Option<String>) {
    let begins = decoded(&body.begins).unwrap_or_default();
    let size = exchange::bytes(body.size);
    match String::from_utf8(begins) {
        _ if body.size == 0 => (None, None),
        Ok(text) if text.len() >= body.size => (Some(text), None),
        Ok(text) => (
            Some(text),
            Some(format!("begins so; {size}, {}", body.digest)),
        ),
        Err(_) => (None, Some(format!("{size}, {}", body.digest))),
    }
}

fn decoded(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

fn rule(record: &FuzzRecord, rule: &fuzz::Rule) -> Rule {
    let broken = record
        .outcome
        .findings
        .iter()
        .filter(|it| it.rule == rule.id);
    let findings = broken.clone().count();
    let is_selected = record.rules.is_empty() || record.rules.iter().any(|id| id == rule.id);
    let word = if broken.clone().any(|it| record.known_as(it).is_none()) {
        "violated"
    } else if findings > 0 {
        "known"
    } else if is_selected && rule.is_judged() {
        "unbroken"
    } else {
        "untested"
    };
    Rule {
        id: rule.id,
        title: rule.title,
        mark: Mark::named(word),
        findings,
    }
}

fn feature(entry: &crate::report::fuzz::FeatureEntry) -> Feature {
    Feature {
        id: cut(&entry.id, 60),
        state: Mark::named(&entry.state),
        evidence: cut(&entry.evidence, 600),
    }
}

fn cut(text: &str, limit: usize) -> String {
    clean::cut(text, limit).into_owned()
}
