//! `summary.md` of a campaign.

use std::fmt::Write as _;

use crate::fuzz::Finding;
use crate::fuzz::campaign::Counts;
use crate::report::Part;
use crate::report::markdown::bullets;
use crate::report::markdown::escape::block;
use crate::report::markdown::escape::code;
use crate::report::markdown::escape::link;
use crate::report::markdown::escape::prose;
use crate::report::markdown::escape::said;
use crate::report::markdown::escape::word;
use crate::report::markdown::expectations;
use crate::report::markdown::hidden;
use crate::report::markdown::link_to;
use crate::report::markdown::section;

use super::FuzzRecord;
use super::steps;
use super::terminal::answers;
use super::terminal::campaign;
use super::terminal::plans;
use super::terminal::requirement;
use super::terminal::told;

/// The record in Markdown.
pub(super) fn parts(record: &FuzzRecord) -> Vec<Part> {
    let mut parts = vec![Part {
        about: "",
        text: head(record),
    }];
    parts.extend(record.unknown().enumerate().map(|(index, finding)| Part {
        about: "findings",
        text: of_finding(record, index + 1, finding),
    }));
    let lists = [
        ("lists of known findings", known(record)),
        (
            "lists of expectations",
            expectations(record.expectations.as_ref()),
        ),
        ("lists of groups", groups(&record.outcome.groups)),
    ];
    let lists = lists.into_iter().filter(|(_, text)| !text.is_empty());
    parts.extend(lists.map(|(about, text)| Part { about, text }));
    parts
}

/// Why a campaign is no success, where no finding says so.
pub(super) fn no_success(record: &FuzzRecord) -> Option<String> {
    let outcome = &record.outcome;
    let nothing_ran = outcome.plans == 0 || outcome.steps == outcome.shares.unanswered;
    (!record.complete || nothing_ran).then(|| told(record).1)
}

fn head(record: &FuzzRecord) -> String {
    let (_, verdict) = told(record);
    let rows = [campaign(record), plans(record), answers(record)];
    let rows = bullets(rows.iter().map(|row| code(row)));
    format!(
        "## Fuzzing {}\n\n**{}**\n\n{rows}\n",
        code(&record.target),
        said(&verdict)
    )
}

fn of_finding(record: &FuzzRecord, number: usize, finding: &Finding) -> String {
    let level = finding.level.as_deref().unwrap_or("rule");
    let mut text = format!(
        "### {number}. {}: {}\n\n{}\n\n",
        word(level),
        code(&finding.group),
        code(&finding.detail)
    );
    if let Some((_, row)) = requirement(finding) {
        let _ = write!(
            text,
            "{} ({}): {} {}\n\n",
            code(row.id),
            row.alias,
            prose(row.sentence),
            link("Section", &row.heading.url(record.spec))
        );
    }
    let shown = finding.reproduced;
    let _ = write!(
        text,
        "- expected: {}\n- actual: {}\n- reproduced: {} of {} times\n- file: {}\n\n",
        code(&finding.expected),
        code(&finding.observed),
        shown.times,
        shown.of,
        code(&format!("{}/{}.json", super::FINDINGS, finding.signature))
    );
    let steps = steps::described(&finding.plan);
    text += &block("text", steps.iter().map(String::as_str));
    text += "\n";
    text + &hidden("See it again", &block("sh", finding.curl.lines()))
}

fn known(record: &FuzzRecord) -> String {
    let findings = record.outcome.findings.iter();
    let known = findings.filter_map(|it| Some((it, record.known_as(it)?)));
    let lines = known.map(|(finding, known)| {
        let link = known.link.as_deref();
        let link = link.map_or(String::new(), |it| format!(" {}", link_to(it)));
        format!("{}: {}{link}", code(&finding.group), code(&known.reason))
    });
    section("Known findings", &lines.collect::<Vec<_>>())
}

fn groups(counts: &Counts) -> String {
    let lines = counts
        .iter()
        .map(|(group, count)| format!("{}: {count}", code(group)));
    section("How many plans broke what", &lines.collect::<Vec<_>>())
}
