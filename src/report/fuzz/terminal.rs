//! What a person sees at the end of `plimsoll fuzz`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anstyle::Style;

use crate::catalogue;
use crate::catalogue::Requirement;
use crate::check::State;
use crate::fuzz::Finding;
use crate::fuzz::campaign::Counts;
use crate::fuzz::campaign::Ended;
use crate::report::TerminalOptions;
use crate::report::Verbosity;
use crate::report::terminal::expectations;
use crate::report::terminal::page::BOLD;
use crate::report::terminal::page::DIM;
use crate::report::terminal::page::GREEN;
use crate::report::terminal::page::PLAIN;
use crate::report::terminal::page::Page;
use crate::report::terminal::page::RED;
use crate::report::terminal::page::Span;
use crate::report::terminal::page::YELLOW;
use crate::report::words;

use super::FuzzRecord;
use super::steps;

/// The most lines and characters of a script; one that is cut says so.
const LONGEST_SCRIPT: usize = 40;
const LONGEST_SCRIPT_LINE: usize = 2000;

/// The record for a terminal, with the `files` of the findings by signature. Nothing of what the
/// target sent is in it unescaped.
pub fn terminal(
    record: &FuzzRecord,
    files: &BTreeMap<String, PathBuf>,
    options: &TerminalOptions,
) -> String {
    let mut page = Page::new(options.width, options.colour);
    if options.verbosity != Verbosity::Quiet {
        header(&mut page, record);
        if options.verbosity == Verbosity::Verbose {
            counted(&mut page, "operation", &record.outcome.kinds);
            counted(&mut page, "mutation", &record.outcome.mutations);
        }
        counted(&mut page, "group", &record.outcome.groups);
        counted(
            &mut page,
            "call of a server that a request named",
            &record.outcome.canary,
        );
        for (index, finding) in record.unknown().enumerate() {
            let file = files.get(&finding.signature);
            self::finding(&mut page, record, index + 1, finding, file);
        }
        known(&mut page, record, files);
        expectations::write(&mut page, record.expectations.as_ref());
        not_found(&mut page, record);
    }
    verdict(&mut page, record);
    if options.verbosity != Verbosity::Quiet && !record.outcome.findings.is_empty() {
        let hint = "`plimsoll replay FILE… [URL]` says whether they are still there";
        page.text(0, &Span::new(DIM, hint));
    }
    page.finish()
}

/// The requirement of a finding, and its name as reports show it.
pub(in crate::report) fn requirement(finding: &Finding) -> Option<(String, &'static Requirement)> {
    let row = catalogue::find(finding.requirement.as_deref()?)?;
    Some((format!("{} ({})", row.id, row.alias), row))
}

fn header(page: &mut Page, record: &FuzzRecord) {
    let tool = format!("{} {}  ", record.tool.name, record.tool.version);
    page.paragraph(0, &Span::new(BOLD, &tool), &Span::new(BOLD, &record.target));
    for (label, text) in [
        ("campaign  ", campaign(record)),
        ("plans     ", plans(record)),
        ("answers   ", answers(record)),
        ("coverage  ", coverage(record)),
    ] {
        page.paragraph(0, &Span::new(DIM, label), &Span::new(PLAIN, &text));
    }
    page.blank();
}

pub(in crate::report) fn campaign(record: &FuzzRecord) -> String {
    let mut text = format!(
        "specification {}, seed {}, run {}, started {}",
        record.spec, record.outcome.seed, record.run_id, record.started
    );
    if record.shard != "0/1" {
        text.extend([", shard ", &record.shard]);
    }
    if record.corpus.plans > 0 {
        let plans = words::count(record.corpus.plans, "plan");
        text.extend([", corpus of ", &plans, " (", &record.corpus.hash, ")"]);
    }
    if record.evolve {
        text += "; it cannot be repeated, because it built on what was new (--evolve)";
    }
    text
}

pub(in crate::report) fn plans(record: &FuzzRecord) -> String {
    let outcome = &record.outcome;
    #[expect(clippy::cast_precision_loss, reason = "for people")]
    let rate = |number: u64| number as f64 * 1000.0 / record.duration_ms.max(1) as f64;
    format!(
        "{} in {}, {:.1} a second; {} steps; {} requests, {:.0} a second",
        outcome.plans,
        words::time(record.duration_ms),
        rate(outcome.plans),
        outcome.steps,
        outcome.requests,
        rate(outcome.requests)
    )
}

pub(in crate::report) fn answers(record: &FuzzRecord) -> String {
    let shares = record.outcome.shares;
    let all = record.outcome.steps.max(1);
    let share = |number: u64| {
        let tenths = number * 1000 / all;
        format!("{}.{} %", tenths / 10, tenths % 10)
    };
    format!(
        "2xx {}, 3xx {}, 4xx {}, 5xx {}, none {}",
        share(shares.done),
        share(shares.led_on),
        share(shares.refused),
        share(shares.broke),
        share(shares.unanswered)
    )
}

pub(in crate::report) fn coverage(record: &FuzzRecord) -> String {
    let outcome = &record.outcome;
    let mut text = format!("{} features", outcome.features);
    let numbers = [
        (outcome.stale, "stale reads"),
        (outcome.unreproduced, "breaches that did not show again"),
    ];
    for (number, what) in numbers {
        if number > 0 {
            text.extend([", ", what, ": ", &number.to_string()]);
        }
    }
    text
}

fn counted(page: &mut Page, what: &str, counts: &Counts) {
    if counts.is_empty() {
        return;
    }
    let mut rows: Vec<_> = counts.iter().collect();
    rows.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    page.line(0, &Span::new(BOLD, &format!("{:>8}  {what}", "count")));
    for (name, count) in rows {
        page.line(0, &Span::cut(PLAIN, &format!("{count:>8}  {name}"), 200));
    }
    page.blank();
}

fn finding(
    page: &mut Page,
    record: &FuzzRecord,
    number: usize,
    finding: &Finding,
    file: Option<&PathBuf>,
) {
    let level = finding.level.as_deref().unwrap_or("rule");
    page.paragraph(
        0,
        &Span::new(RED, &format!("{number}. {level}  ")),
        &Span::new(BOLD, &format!("{}: {}", finding.group, finding.detail)),
    );
    if let Some((name, row)) = requirement(finding) {
        page.text(3, &Span::new(PLAIN, &format!("{name}: {}", row.sentence)));
        page.line(3, &Span::new(DIM, &row.heading.url(record.spec)));
    }
    let shown = finding.reproduced;
    for (label, text) in [
        ("expected    ", finding.expected.clone()),
        ("actual      ", finding.observed.clone()),
        (
            "reproduced  ",
            format!("{} of {} times", shown.times, shown.of),
        ),
    ] {
        page.paragraph(3, &Span::new(DIM, label), &Span::new(PLAIN, &text));
    }
    page.line(3, &Span::new(PLAIN, &format!("file        {}", path(file))));
    page.line(3, &Span::new(DIM, "steps:"));
    for step in steps::described(&finding.plan) {
        page.line(5, &Span::new(PLAIN, &step));
    }
    script(page, &finding.curl);
    page.blank();
}

fn path(file: Option<&PathBuf>) -> String {
    file.map_or("it could not be written".to_owned(), |it| {
        it.display().to_string()
    })
}

/// The findings that are expected, in a few lines each.
fn known(page: &mut Page, record: &FuzzRecord, files: &BTreeMap<String, PathBuf>) {
    if record.known.is_empty() {
        return;
    }
    page.line(0, &Span::new(YELLOW, "Known findings:"));
    for finding in &record.outcome.findings {
        let Some(known) = record.known_as(finding) else {
            continue;
        };
        let until = known.expires.as_ref();
        let until = until.map_or(String::new(), |day| format!(" (until {day})"));
        let text = format!(
            "{}: {}{until}: {}",
            finding.group, finding.detail, known.reason
        );
        page.text(2, &Span::cut(PLAIN, &text, 400));
        if let Some(link) = &known.link {
            page.line(4, &Span::cut(DIM, link, 300));
        }
        let file = path(files.get(&finding.signature));
        page.line(4, &Span::new(DIM, &format!("file {file}")));
    }
    page.blank();
}

/// What it means that an expectation was not met.
fn not_found(page: &mut Page, record: &FuzzRecord) {
    let mut entries = record.expectations.iter().flat_map(|it| &it.entries);
    if entries.any(|entry| entry.state == State::Unmatched.word()) {
        let note = "What was not found may still be there: a longer campaign, or another seed, may find it.";
        page.text(0, &Span::new(DIM, note));
        page.blank();
    }
}

/// The script that asks the same again.
pub(super) fn script(page: &mut Page, script: &str) {
    page.line(3, &Span::new(DIM, "see it again:"));
    for line in script.lines().take(LONGEST_SCRIPT) {
        page.line(5, &Span::cut(PLAIN, line, LONGEST_SCRIPT_LINE));
    }
    let missing = script.lines().count().saturating_sub(LONGEST_SCRIPT);
    if missing > 0 {
        let rest = format!(
            "# … and {}: the whole is in the file",
            words::count(missing, "line")
        );
        page.line(5, &Span::new(DIM, &rest));
    }
}

fn verdict(page: &mut Page, record: &FuzzRecord) {
    let (is_good, text) = judgement(record);
    let style = if is_good { GREEN } else { RED };
    page.text(0, &Span::new(style, &text));
}

/// The verdict in a line, and the style in which a terminal shows it.
pub(super) fn told(record: &FuzzRecord) -> (Style, String) {
    let (is_good, text) = judgement(record);
    (if is_good { GREEN } else { RED }, text)
}

/// Whether the campaign is a success, and what it came to in a sentence.
pub(in crate::report) fn judgement(record: &FuzzRecord) -> (bool, String) {
    let outcome = &record.outcome;
    let ended = match (&record.ended_by, outcome.ended) {
        (Some(reason), _) => format!(", and the campaign was ended before its end: {reason}"),
        (None, Ended::TargetLost) => ", and the target does not answer any more".to_owned(),
        (None, Ended::Stopped) => ", and the campaign was stopped".to_owned(),
        (None, Ended::Completed | Ended::OutOfTime) => String::new(),
    };
    let plans = words::count(usize::try_from(outcome.plans).unwrap_or(usize::MAX), "plan");
    let unknown = record.unknown().count();
    let known = match record.known.len() {
        0 => String::new(),
        number => format!(", and {}", words::count(number, "known finding")),
    };
    let out_of_date = record.expectations.as_ref().filter(|it| it.gates());
    if unknown > 0 || outcome.ended == Ended::TargetLost {
        let findings = words::count(unknown, "finding");
        (false, format!("{findings}{known} in {plans}{ended}"))
    } else if let Some(entries) = out_of_date {
        let text = expectations::verdict(entries);
        let text = format!("OUT OF DATE: {text} in {plans}{known}{ended}");
        (false, text)
    } else if outcome.plans == 0 || outcome.steps == outcome.shares.unanswered {
        let text = format!("nothing ran: no plan was played to an answer{ended}");
        (false, text)
    } else {
        // Nobody knows what the rest would have found.
        let is_good = record.ended_by.is_none();
        (is_good, format!("no finding{known} in {plans}{ended}"))
    }
}
