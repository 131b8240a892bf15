//! `junit.xml`, as Jenkins and GitLab read it.
//!
//! They look at child elements and their text only: what gates is a `<failure>`, so that no
//! pipeline shows green where plimsoll exits 1; what does not gate passes, with the text in
//! `system-out`. One suite is one section of the specification. junit-report neither cleans what it
//! is given nor splits `]]>`, so that everything goes through `clean` at the place where it is
//! handed over.

use std::time::SystemTime;

use junit_report::Duration;
use junit_report::OffsetDateTime;
use junit_report::Report;
use junit_report::TestCase;
use junit_report::TestResult;
use junit_report::TestSuite;

use crate::run::CheckEntry;
use crate::run::ExpectationsEntry;
use crate::run::Gating;
use crate::run::Record;
use crate::run::gating;
use crate::verdict::Verdict;

use super::ReportError;
use super::clean;
use super::evidence;
use super::evidence::Headers;
use super::terminal::expectations::says;
use super::terminal::expectations::verdict;

/// The most bytes of an exchange, a script, or a sentence about an answer.
const LONGEST_PART: usize = 8 * 1024;
/// The most bytes of a `message`, which readers show as a title.
const LONGEST_MESSAGE: usize = 500;

/// The record as `JUnit` XML.
pub fn render(record: &Record) -> Result<Vec<u8>, ReportError> {
    written(suites(record))
}

/// Suites as a file.
pub(super) fn written(suites: Vec<TestSuite>) -> Result<Vec<u8>, ReportError> {
    let mut report = Report::new();
    report.add_testsuites(suites);
    let mut bytes = Vec::new();
    report
        .write_xml(&mut bytes)
        .map_err(|error| ReportError::Render {
            format: "junit",
            reason: error.to_string(),
        })?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// One suite per section, in the order of the checks.
fn suites(record: &Record) -> Vec<TestSuite> {
    let mut suites: Vec<TestSuite> = run_suite(record).into_iter().collect();
    for check in &record.checks {
        let name = clean::xml(section(&check.id));
        let index = suites.iter().position(|suite| suite.name == name);
        let index = index.unwrap_or_else(|| {
            suites.push(new_suite(record, &name));
            suites.len() - 1
        });
        suites[index].add_testcase(test_case(record, check));
    }
    suites
}

fn new_suite(record: &Record, name: &str) -> TestSuite {
    let mut suite = TestSuite::new(name);
    "oci".clone_into(&mut suite.package);
    let started = humantime::parse_rfc3339(&record.started).unwrap_or(SystemTime::UNIX_EPOCH);
    suite.set_timestamp(OffsetDateTime::from(started));
    suite
}

/// A suite about the run itself, where no check would show that it is not a success.
fn run_suite(record: &Record) -> Option<TestSuite> {
    let cases: Vec<_> = [
        ended_early(record).map(|message| about("run", &message, record)),
        out_of_date(record.expectations.as_ref(), "oci.run"),
    ]
    .into_iter()
    .flatten()
    .collect();
    if cases.is_empty() {
        return None;
    }
    let mut suite = new_suite(record, "run");
    suite.add_testcases(cases);
    Some(suite)
}

fn ended_early(record: &Record) -> Option<String> {
    if !record.complete {
        let reason = record.ended_by.as_deref().unwrap_or("unknown reason");
        Some(format!("the run did not come to its end: {reason}"))
    } else if gating(record) == Gating::NothingRan {
        Some("nothing ran: no check came to a judgement".to_owned())
    } else {
        None
    }
}

fn about(name: &str, message: &str, record: &Record) -> TestCase {
    TestCase {
        name: name.to_owned(),
        time: time(record.duration_ms),
        result: Child::new(name, message, &[]).error(),
        classname: Some("oci.run".to_owned()),
        filepath: None,
        system_out: None,
        system_err: None,
    }
}

/// A failure where expectations are out of date and that is not allowed.
pub(super) fn out_of_date(
    expectations: Option<&ExpectationsEntry>,
    classname: &str,
) -> Option<TestCase> {
    let expectations = expectations.filter(|it| it.gates())?;
    let says = expectations
        .out_of_date()
        .map(|entry| format!("{} ({}): {}", entry.glob, entry.reason, says(entry)));
    let message = verdict(expectations);
    Some(TestCase {
        name: "expectations".to_owned(),
        time: time(0),
        result: Child::new("expectations", &message, &says.collect::<Vec<_>>()).failure(),
        classname: Some(classname.to_owned()),
        filepath: None,
        system_out: None,
        system_err: None,
    })
}

/// `pull/blobs` of `pull/blobs/known-blob@sha512`.
fn section(id: &str) -> &str {
    let path = id.split('@').next().unwrap_or(id);
    path.rsplit_once('/').map_or(path, |(section, _)| section)
}

pub(super) fn time(milliseconds: u64) -> Duration {
    // Bounded, because the library adds the times of a suite up and would overflow.
    Duration::milliseconds(u32::try_from(milliseconds).unwrap_or(u32::MAX).into())
}

fn test_case(record: &Record, check: &CheckEntry) -> TestCase {
    let result = result(record, check);
    let says_more = check.verdict != Verdict::Pass.word() || !check.concerns.is_empty();
    let passes = matches!(result, TestResult::Success);
    TestCase {
        name: clean::xml(&check.id),
        time: time(check.duration_ms),
        classname: Some(clean::xml(&format!(
            "oci.{}",
            section(&check.id).replace('/', ".")
        ))),
        filepath: None,
        system_out: (passes && says_more).then(|| {
            let message = message(check);
            Child::new(&check.verdict, &message, &judgement(record, check)).text
        }),
        system_err: None,
        result,
    }
}

fn result(record: &Record, check: &CheckEntry) -> TestResult {
    let verdict = Verdict::ALL
        .iter()
        .find(|verdict| verdict.word() == check.verdict);
    let message = message(check);
    match verdict {
        Some(Verdict::Error) => Child::new("error", &message, &judgement(record, check)).error(),
        _ if check.gates => {
            let mut parts = judgement(record, check);
            parts.extend(traffic(check));
            let kind = check.violated.as_deref().unwrap_or(&check.verdict);
            Child::new(kind, &message, &parts).failure()
        }
        Some(Verdict::Known) => {
            let parts: Vec<_> = known(check).into_iter().collect();
            Child::new(&check.verdict, &message, &parts).skipped()
        }
        Some(Verdict::Unsupported | Verdict::Blocked | Verdict::Skipped) => {
            Child::new(&check.verdict, &message, &[]).skipped()
        }
        Some(Verdict::Pass | Verdict::Fail | Verdict::Warn | Verdict::Flaky) => TestResult::Success,
        // Not taken for a success: `json::read` refuses it, but a record may be made otherwise.
        None => Child::new("error", "the verdict is unknown", &[]).error(),
    }
}

/// How the check ended, in a line.
fn message(check: &CheckEntry) -> String {
    let reason = check.reason.as_deref();
    match check.verdict.as_str() {
        "known" => format!("known failure: {}", reason.unwrap_or("no reason given")),
        "unsupported" | "skipped" | "error" => {
            let reason = reason.unwrap_or("no reason given");
            format!("{}: {reason}", check.verdict)
        }
        "blocked" => match (reason, violated(check)) {
            (Some(reason), _) => format!("blocked: {reason}"),
            (None, Some(violated)) => format!("blocked by {violated}"),
            (None, None) => "blocked: no reason given".to_owned(),
        },
        "flaky" => format!(
            "flaky, failed and then passed when asked again: {}",
            violated(check).unwrap_or_default()
        ),
        verdict => violated(check).unwrap_or_else(|| {
            let concerns = check
                .concerns
                .iter()
                .map(|concern| concern.requirement.as_str());
            format!("{verdict}: {}", concerns.collect::<Vec<_>>().join(", "))
        }),
    }
}

/// How a known failure ended in fact, and where more is to be read.
fn known(check: &CheckEntry) -> Option<String> {
    let known = check.known.as_ref()?;
    let what = violated(check).or(known.detail.clone());
    let mut lines = vec![format!(
        "Ended: {}, {}",
        known.ended,
        what.unwrap_or_default()
    )];
    lines.extend(
        known
            .expires
            .iter()
            .map(|day| format!("Known until: {day}")),
    );
    lines.extend(known.link.iter().map(|link| format!("See: {link}")));
    Some(lines.join("\n"))
}

/// The broken requirement, with what was expected and what happened.
fn violated(check: &CheckEntry) -> Option<String> {
    let violated = check.violated.as_deref()?;
    let expected = check.expected.as_deref().unwrap_or("otherwise");
    let actual = check.actual.as_deref().unwrap_or("something else");
    Some(format!("{violated}: expected {expected}; got {actual}"))
}

/// What was asked, and how the answer was judged.
fn judgement(record: &Record, check: &CheckEntry) -> Vec<String> {
    let mut parts = vec![format!("Check: {}", check.title)];
    if let Some(id) = &check.violated {
        parts.push(requirement(record, id));
    }
    parts.extend(
        check
            .expected
            .iter()
            .map(|text| format!("Expected: {text}")),
    );
    parts.extend(check.actual.iter().map(|text| format!("Actual: {text}")));
    parts.extend(check.reason.iter().map(|text| format!("Reason: {text}")));
    parts.extend(check.concerns.iter().map(|concern| {
        format!(
            "Also, as a recommendation: {}\nExpected: {}\nActual: {}",
            requirement(record, &concern.requirement),
            concern.expected,
            concern.actual
        )
    }));
    parts
}

/// Name, level, sentence and place of a requirement.
fn requirement(record: &Record, id: &str) -> String {
    let name = evidence::requirement_name(record, id);
    let sentence = evidence::sentence(id).unwrap_or("this plimsoll does not know it");
    match evidence::requirement(record, id) {
        Some(entry) => format!("{name}, {}: {sentence}\n{}", entry.level, entry.section),
        None => format!("{name}: {sentence}"),
    }
}

/// The exchange that shows it, and how to see it again.
fn traffic(check: &CheckEntry) -> Vec<String> {
    let exchange =
        evidence::shown(check).map(|exchange| evidence::lines(exchange, Headers::All).join("\n"));
    let script = check
        .curl
        .as_ref()
        .map(|curl| format!("See it again:\n{curl}"));
    exchange.into_iter().chain(script).collect()
}

/// A cleaned child element of a test case. Its text begins with the message, because some readers
/// show one of them and some the other.
pub(super) struct Child {
    kind: String,
    message: String,
    text: String,
}

impl Child {
    pub(super) fn new(kind: &str, message: &str, parts: &[String]) -> Self {
        let first_line = clean::xml(message).replace(['\n', '\t'], " ");
        let message = clean::cut(&first_line, LONGEST_MESSAGE).into_owned();
        let mut text = clean::cdata(&message);
        for part in parts {
            text.push_str("\n\n");
            text.push_str(&clean::cdata(&clean::cut(part, LONGEST_PART)));
        }
        Self {
            kind: clean::xml(kind),
            message,
            text,
        }
    }

    pub(super) fn failure(self) -> TestResult {
        TestResult::Failure {
            type_: self.kind,
            message: self.message,
            cause: Some(self.text),
        }
    }

    pub(super) fn error(self) -> TestResult {
        TestResult::Error {
            type_: self.kind,
            message: self.message,
            cause: Some(self.text),
        }
    }

    pub(super) fn skipped(self) -> TestResult {
        TestResult::SkippedWithCause {
            type_: self.kind,
            message: self.message,
            cause: Some(self.text),
        }
    }
}

#[cfg(test)]
mod tests;
