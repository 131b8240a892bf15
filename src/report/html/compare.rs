//! A comparison of several registries as a page.

use serde::Serialize;

use crate::report::ReportError;
use crate::report::compare::judgement;
use crate::report::evidence;
use crate::run::Compared;
use crate::run::Comparison;
use crate::run::IdentityLine;
use crate::run::Line;

use super::mark::Mark;
use super::mark::level;
use super::page;

/// The comparison as a page.
pub fn render(comparison: &Comparison) -> Result<Vec<u8>, ReportError> {
    page::filled("compare.html", &View::of(comparison))
}

#[derive(Serialize)]
struct View<'c> {
    tool: String,
    target: String,
    banner: Banner,
    facts: Vec<(&'static str, String)>,
    targets: Vec<Target<'c>>,
    categories: Vec<Row>,
    features: Vec<Row>,
    features_apart: Vec<Row>,
    requirements: Vec<Row>,
    requirements_apart: Vec<Row>,
    alone: Vec<Alone<'c>>,
    identity: Option<Identity<'c>>,
}

#[derive(Serialize)]
struct Banner {
    tone: &'static str,
    symbol: &'static str,
    word: &'static str,
    text: String,
    incomplete: Option<String>,
}

#[derive(Serialize)]
struct Target<'c> {
    name: &'c str,
    url: &'c str,
    software: Option<&'c str>,
    spec: &'c str,
    gate: Mark,
    complete: bool,
    pass: usize,
    fail: usize,
    causes: usize,
}

#[derive(Serialize)]
struct Row {
    id: String,
    level: Option<String>,
    sentence: Option<&'static str>,
    states: Vec<Option<Mark>>,
}

#[derive(Serialize)]
struct Alone<'c> {
    name: &'c str,
    ids: &'c [String],
}

#[derive(Serialize)]
struct Identity<'c> {
    documents: usize,
    copies: usize,
    broken: bool,
    lines: &'c [IdentityLine],
}

impl<'c> View<'c> {
    fn of(comparison: &'c Comparison) -> Self {
        let rows = |lines: &[Line]| lines.iter().map(row).collect();
        let apart = |lines: &[Line]| lines.iter().filter(|it| it.differs).map(row).collect();
        let names: Vec<_> = comparison
            .targets
            .iter()
            .map(|it| it.name.as_str())
            .collect();
        let apart_count = comparison
            .requirements
            .iter()
            .filter(|it| it.differs)
            .count();
        Self {
            tool: format!("{} {}", comparison.tool.name, comparison.tool.version),
            target: names.join(" · "),
            banner: Banner::of(comparison),
            facts: vec![
                ("Registries", comparison.targets.len().to_string()),
                ("Requirements that tell them apart", apart_count.to_string()),
            ],
            targets: comparison.targets.iter().map(Target::of).collect(),
            categories: rows(&comparison.categories),
            features: rows(&comparison.features),
            features_apart: apart(&comparison.features),
            requirements: rows(&comparison.requirements),
            requirements_apart: apart(&comparison.requirements),
            alone: names
                .into_iter()
                .zip(&comparison.alone)
                .map(|(name, ids)| Alone { name, ids })
                .collect(),
            identity: comparison.identity.as_ref().map(|it| Identity {
                documents: it.documents,
                copies: it.copies,
                broken: it.is_broken(),
                lines: &it.lines,
            }),
        }
    }
}

impl Banner {
    fn of(comparison: &Comparison) -> Self {
        let (is_good, text) = judgement(comparison);
        let (tone, symbol, word) = if is_good {
            ("good", "✓", "passed")
        } else {
            ("bad", "✗", "FAILED")
        };
        let is_whole = comparison.targets.iter().all(|it| it.complete);
        Self {
            tone,
            symbol,
            word,
            text,
            incomplete: (!is_whole).then(|| "one of the runs was ended".to_owned()),
        }
    }
}

impl<'c> Target<'c> {
    fn of(target: &'c Compared) -> Self {
        Self {
            name: &target.name,
            url: &target.url,
            software: target.software.as_deref(),
            spec: &target.spec,
            gate: Mark::named(match target.gate.as_str() {
                "violated" => "fail",
                "passed" => "pass",
                _ => "untested",
            }),
            complete: target.complete,
            pass: target.pass,
            fail: target.fail,
            causes: target.causes,
        }
    }
}

fn row(line: &Line) -> Row {
    let mark = |state: &String| (state != "-").then(|| Mark::named(state));
    Row {
        id: line.id.clone(),
        level: line.level.as_deref().map(level),
        sentence: line
            .level
            .as_ref()
            .and_then(|_| evidence::sentence(&line.id)),
        states: line.states.iter().map(mark).collect(),
    }
}
