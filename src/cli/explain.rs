//! `plimsoll explain`: what a check, a section of them, a requirement, a feature, a defect, a variation, a
//! rule, a mutation or a variable of the official suite is about.

mod sections;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::Write as _;

use crate::catalogue;
use crate::catalogue::Keyword;
use crate::catalogue::Requirement;
use crate::catalogue::Version;
use crate::check::Feature;
use crate::check::FeatureRow;
use crate::fuzz;
use crate::registry::Defect;
use crate::registry::Variation;
use crate::run::Case;
use crate::suite;

use super::CliError;
use super::Exit;
use super::check::nearest;
use super::differences;
use super::official;
use super::requirements::Coverage;
use super::rules;

/// Say what a check, a section, a requirement, a feature, a defect, a variation, a rule or a mutation is about.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The id of a check or of a section, the id or alias of a requirement, or the id of a feature, a
    /// defect, a variation, a rule of fuzzing or a mutation; or a variable of the official suite.
    id: String,
}

/// Runs the verb.
pub(super) fn run(args: &Args) -> Result<Exit, CliError> {
    let cases = Case::all(suite::SECTIONS);
    let text = if let Some(row) = catalogue::find(&args.id) {
        requirement(row, &cases)
    } else if let Some(case) = cases.iter().find(|case| case.id == args.id) {
        check(case)
    } else if let Some(feature) = Feature::named(&args.id) {
        self::feature(feature.row())
    } else if let Some(row) = Defect::named(&args.id) {
        differences::explain_defect(row)
    } else if let Some(row) = Variation::named(&args.id) {
        differences::explain_variation(row)
    } else if let Some(rule) = fuzz::rule(&args.id) {
        rules::explain_rule(rule)
    } else if let Some(row) = rules::mutation(&args.id) {
        rules::explain_mutation(row)
    } else if let Some(text) = official::explain(&args.id) {
        text
    } else if let Some(text) = sections::explain(&args.id) {
        text
    } else {
        return Err(unknown(&args.id, &cases));
    };
    // A reader that has gone, such as `head`, has read what it wanted.
    let _ = anstream::stdout().write_all(text.as_bytes());
    Ok(Exit::Passed)
}

fn unknown(id: &str, cases: &[Case]) -> CliError {
    let ids: BTreeSet<&str> = cases
        .iter()
        .map(|case| case.id.as_str())
        .chain(catalogue::requirements().flat_map(|row| [row.id, row.alias]))
        .chain(Feature::ROWS.iter().map(|row| row.id))
        .chain(Defect::every().map(|row| row.name))
        .chain(Variation::all().map(|row| row.name))
        .chain(fuzz::RULES.iter().map(|rule| rule.id))
        .chain(fuzz::mutations().map(|row| row.name))
        .chain(official::names())
        .chain(suite::SECTIONS.iter().map(|section| section.id))
        .collect();
    let near = nearest(id, &ids);
    let hint = if near.is_empty() {
        "`plimsoll list` shows what there is".to_owned()
    } else {
        format!("the nearest are {}", near.join(", "))
    };
    CliError::Usage(format!(
        "there is no check, section, requirement, feature, defect, variation, rule or mutation `{id}`; {hint}"
    ))
}

fn requirement(row: &Requirement, cases: &[Case]) -> String {
    let mut text = format!("{} ({})\n\n  {}\n\n", row.id, row.alias, row.sentence);
    for version in Version::ALL {
        let asked = row
            .asked
            .keyword(version)
            .map_or("not in this version".to_owned(), weighed);
        let _ = writeln!(text, "  {version}: {asked}");
    }
    let _ = writeln!(text, "\n  {}\n", row.heading.url(Version::default()));
    text.push_str(&tested_by(row, cases));
    text
}

/// Who tests a requirement, as commands that do.
fn tested_by(row: &Requirement, cases: &[Case]) -> String {
    if let Some(sum) = suite::roll_up(row) {
        let all: Vec<_> = sum.workflows.iter().map(|it| format!("{it}/*")).collect();
        let commands = commands(&all);
        return format!("  It sums up others, and is tested by all checks of\n{commands}");
    }
    match Coverage::of(row, cases) {
        Coverage::Tested(ids) => commands(&ids),
        Coverage::Untestable(reason) => format!("  Not testable from outside: {reason}.\n"),
        Coverage::Untested => "  No check covers it yet.\n".to_owned(),
    }
}

/// Commands that put these checks, one a line.
fn commands(checks: &[String]) -> String {
    checks.iter().fold(String::new(), |mut text, check| {
        let _ = writeln!(text, "  plimsoll check URL --only '{check}'");
        text
    })
}

/// A keyword and, where the word itself does not say it, what it weighs.
fn weighed(keyword: Keyword) -> String {
    match keyword {
        Keyword::Declared | Keyword::Rfc | Keyword::Note | Keyword::Promised | Keyword::Advised => {
            format!("{keyword}, which weighs as {}", keyword.level())
        }
        _ => keyword.to_string(),
    }
}

fn check(case: &Case) -> String {
    let mut text = format!("{}\n\n  {}.\n\n", case.id, case.check.title);
    for row in case.check.covers {
        let level = row.level(Version::default());
        let level = level.map_or("not in 1.1".to_owned(), |level| level.to_string());
        let _ = writeln!(
            text,
            "  proves {} ({}, {level}): {}",
            row.id, row.alias, row.sentence
        );
    }
    for feature in case.check.features(case.variant) {
        let row = feature.row();
        let _ = writeln!(
            text,
            "  needs {} ({}); lawfully absent: {}",
            row.id, row.title, row.absent
        );
    }
    if case.check.watch.is_some() {
        text.push_str("  asks nothing: it judges every answer of a run that it is part of\n");
    }
    let _ = writeln!(text, "\n  plimsoll check URL --only '{}'", case.id);
    text
}

fn feature(row: &FeatureRow) -> String {
    format!(
        "{}\n\n  {} (since version {} of the specification)\n  lawfully absent only on: {}\n",
        row.id, row.title, row.since, row.absent
    )
}
