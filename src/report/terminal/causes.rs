//! What is wrong, one cause after the other.
//!
//! What gates, or breaks a must or an expected, is shown with its evidence; the rest is left to
//! `lesser`.

use crate::run::CauseEntry;
use crate::run::CheckEntry;
use crate::run::Record;
use crate::verdict::Verdict;

use super::super::evidence;
use super::super::evidence::Headers;
use super::super::grouped;
use super::super::words;
use super::lesser;
use super::page::BOLD;
use super::page::DIM;
use super::page::PLAIN;
use super::page::Page;
use super::page::RED;
use super::page::Span;
use super::page::YELLOW;

/// The most characters of a line of an exchange.
const LONGEST_EXCHANGE_LINE: usize = 300;
/// The most lines and characters of a script; one that is cut says so.
const LONGEST_SCRIPT: usize = 30;
const LONGEST_SCRIPT_LINE: usize = 2000;
/// How many further checks of a cause are named.
const NAMED: usize = 3;

/// Writes all causes, and what is not explained by any.
pub(super) fn write(page: &mut Page, record: &Record) {
    let causes = grouped::causes(record);
    for (index, (cause, checks)) in causes.violations.iter().enumerate() {
        violation(page, record, index + 1, cause, checks);
    }
    unexplained(page, record);
    lesser::write(page, record, &causes.recommendations);
}

fn violation(
    page: &mut Page,
    record: &Record,
    number: usize,
    cause: &CauseEntry,
    checks: &[&CheckEntry],
) {
    headline(page, record, number, cause, checks);
    if let Some(check) = checks.first() {
        page.blank();
        judgement(page, check);
        exchange(page, check);
        script(page, check);
    }
    if checks.len() > 1 {
        page.blank();
        others(page, checks);
    }
    besides(page, record, cause);
    page.blank();
}

/// The other requirements that the same fault breaks.
fn besides(page: &mut Page, record: &Record, cause: &CauseEntry) {
    if cause.also.is_empty() {
        return;
    }
    let mut names: Vec<_> = cause
        .also
        .iter()
        .take(NAMED)
        .map(|id| evidence::requirement_name(record, id))
        .collect();
    if cause.also.len() > NAMED {
        names.push(format!("{} more", cause.also.len() - NAMED));
    }
    page.paragraph(
        3,
        &Span::new(DIM, "breaks    "),
        &Span::new(PLAIN, &format!("also {}", words::list(&names))),
    );
}

fn headline(
    page: &mut Page,
    record: &Record,
    number: usize,
    cause: &CauseEntry,
    checks: &[&CheckEntry],
) {
    let effect = grouped::effect(checks);
    let gate = if cause.gates {
        ""
    } else {
        ", and does not gate"
    };
    let (name, sentence) = match &cause.requirement {
        Some(id) => {
            let sentence = evidence::sentence(id).unwrap_or(&cause.title);
            (evidence::requirement_name(record, id), Some(sentence))
        }
        None => (format!("{}:", cause.title), None),
    };
    page.paragraph(
        0,
        &Span::new(
            level_style(&cause.level),
            &format!("{number}. {}  ", cause.level),
        ),
        &Span::new(BOLD, &format!("{name} {effect}{gate}")),
    );
    if let Some(sentence) = sentence {
        page.text(3, &Span::new(PLAIN, sentence));
    }
    if cause.level == "expected" {
        let note = evidence::stated(cause.requirement.as_deref());
        page.text(3, &Span::new(DIM, note));
    }
    let entry = cause
        .requirement
        .as_deref()
        .and_then(|id| evidence::requirement(record, id));
    if let Some(entry) = entry {
        page.line(3, &Span::new(DIM, &entry.section));
    }
}

fn judgement(page: &mut Page, check: &CheckEntry) {
    let head = if grouped::is_blocked(check) {
        format!("seen when preparing {}", check.id)
    } else {
        format!("{}: {}", check.id, check.title)
    };
    page.text(3, &Span::new(BOLD, &head));
    let flaky = check.verdict == Verdict::Flaky.word();
    let rows = [
        ("expected  ", check.expected.as_deref()),
        ("actual    ", check.actual.as_deref()),
        ("reason    ", check.reason.as_deref()),
        (
            "flaky     ",
            flaky.then_some("it ended otherwise when it was asked again in a fresh repository"),
        ),
    ];
    for (label, text) in rows {
        if let Some(text) = text {
            page.paragraph(3, &Span::new(DIM, label), &Span::new(PLAIN, text));
        }
    }
}

fn exchange(page: &mut Page, check: &CheckEntry) {
    let Some(exchange) = evidence::shown(check) else {
        return;
    };
    page.blank();
    for line in evidence::lines(exchange, Headers::Telling) {
        page.line(5, &Span::cut(PLAIN, &line, LONGEST_EXCHANGE_LINE));
    }
}

fn script(page: &mut Page, check: &CheckEntry) {
    let Some(script) = &check.curl else {
        return;
    };
    page.blank();
    page.line(3, &Span::new(DIM, "see it again:"));
    for line in script.lines().take(LONGEST_SCRIPT) {
        page.line(5, &Span::cut(PLAIN, line, LONGEST_SCRIPT_LINE));
    }
    let missing = script.lines().count().saturating_sub(LONGEST_SCRIPT);
    if missing > 0 {
        let rest = format!(
            "# … and {}: the whole is in the record",
            words::count(missing, "line")
        );
        page.line(5, &Span::new(DIM, &rest));
    }
}

/// What else the cause explains, and what it keeps from being asked.
fn others(page: &mut Page, checks: &[&CheckEntry]) {
    let (blocked, failed): (Vec<&CheckEntry>, Vec<_>) = checks
        .iter()
        .skip(1)
        .partition(|check| grouped::is_blocked(check));
    if !failed.is_empty() {
        let mut names: Vec<_> = failed
            .iter()
            .take(NAMED)
            .map(|check| check.id.clone())
            .collect();
        if failed.len() > NAMED {
            names.push(format!("{} more", failed.len() - NAMED));
        }
        page.paragraph(
            3,
            &Span::new(DIM, "also in   "),
            &Span::new(PLAIN, &words::list(&names)),
        );
    }
    if !blocked.is_empty() {
        let verb = if blocked.len() == 1 { "is" } else { "are" };
        let text = format!(
            "{} {verb} blocked by it",
            words::count(blocked.len(), "check")
        );
        page.paragraph(3, &Span::new(DIM, "and       "), &Span::new(PLAIN, &text));
    }
}

/// Checks that gate though no cause that gates has them.
fn unexplained(page: &mut Page, record: &Record) {
    let checks = grouped::unexplained(record);
    if checks.is_empty() {
        return;
    }
    page.line(0, &Span::new(RED, "These gate besides:"));
    for check in checks {
        let why = grouped::why(check);
        let text = format!("{}, {}: {why}", check.id, check.verdict);
        page.text(2, &Span::new(PLAIN, &text));
    }
    page.blank();
}

fn level_style(level: &str) -> anstyle::Style {
    if words::weight(level) < words::weight("should") {
        RED
    } else {
        YELLOW
    }
}
