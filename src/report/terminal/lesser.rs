//! What does not gate and weighs little: recommendations that are not followed, and failures that
//! are known. A few lines each.

use crate::run::CheckEntry;
use crate::run::Record;

use super::super::evidence;
use super::super::grouped;
use super::super::grouped::Explained;
use super::super::words;
use super::page::DIM;
use super::page::PLAIN;
use super::page::Page;
use super::page::Span;
use super::page::YELLOW;

/// Writes both; `causes` are those that are mere recommendations, with their checks.
pub(super) fn write(page: &mut Page, record: &Record, causes: &[Explained<'_>]) {
    recommendations(page, record, causes);
    known(page, record);
}

/// Recommendations that are not followed: causes of their own, and concerns beside other causes.
fn recommendations(page: &mut Page, record: &Record, causes: &[Explained<'_>]) {
    let concerns = grouped::concerns(record, causes);
    if causes.is_empty() && concerns.is_empty() {
        return;
    }
    page.line(
        0,
        &Span::new(YELLOW, "Recommendations that are not followed:"),
    );
    for (cause, checks) in causes {
        let name = cause.requirement.as_deref().unwrap_or(&cause.title);
        let example = checks.first().map(|check| Example {
            check: &check.id,
            expected: check.expected.as_deref(),
            actual: check.actual.as_deref().or(check.reason.as_deref()),
        });
        recommendation(page, record, name, checks.len(), example);
    }
    for (requirement, found) in concerns {
        let example = found.first().map(|(check, concern)| Example {
            check: &check.id,
            expected: Some(&concern.expected),
            actual: Some(&concern.actual),
        });
        recommendation(page, record, requirement, found.len(), example);
    }
    page.blank();
}

/// One check that shows it.
struct Example<'a> {
    check: &'a str,
    expected: Option<&'a str>,
    actual: Option<&'a str>,
}

fn recommendation(
    page: &mut Page,
    record: &Record,
    id: &str,
    checks: usize,
    example: Option<Example<'_>>,
) {
    let name = evidence::requirement_name(record, id);
    let sentence = evidence::sentence(id).unwrap_or_default();
    let text = format!("{name}, {}: {sentence}", words::count(checks, "check"));
    page.text(2, &Span::new(PLAIN, &text));
    if let Some(example) = example {
        let text = format!(
            "{}: expected {}; got {}",
            example.check,
            example.expected.unwrap_or("otherwise"),
            example.actual.unwrap_or("something else")
        );
        page.text(4, &Span::cut(DIM, &text, 300));
    }
}

fn known(page: &mut Page, record: &Record) {
    let checks: Vec<_> = grouped::known(record).collect();
    if checks.is_empty() {
        return;
    }
    page.line(0, &Span::new(YELLOW, "Known failures:"));
    for check in checks {
        page.text(2, &Span::cut(PLAIN, &known_failure(check), 300));
        let link = check.known.as_ref().and_then(|known| known.link.as_deref());
        if let Some(link) = link {
            page.line(4, &Span::cut(DIM, link, 300));
        }
    }
    page.blank();
}

/// `push/image/empty-layers (error, until 2027-01-31): it is slow`.
pub(in crate::report) fn known_failure(check: &CheckEntry) -> String {
    let reason = check.reason.as_deref().unwrap_or("no reason given");
    let Some(known) = &check.known else {
        return format!("{}: {reason}", check.id);
    };
    let until = known.expires.as_ref();
    let until = until.map_or(String::new(), |day| format!(", until {day}"));
    format!("{} ({}{until}): {reason}", check.id, known.ended)
}
