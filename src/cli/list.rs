//! `plimsoll list`: what plimsoll knows.

use std::fmt::Write as _;
use std::io::Write as _;

use clap::ValueEnum;
use serde_json::Value;
use serde_json::json;

use crate::catalogue::Requirement;
use crate::catalogue::Version;
use crate::catalogue::requirements;
use crate::check::Feature;
use crate::run::Case;
use crate::suite;

use super::Exit;

/// List what plimsoll knows.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// What to list.
    #[arg(value_enum, default_value_t = What::Checks)]
    what: What,
    /// As text for people or as JSON.
    #[arg(long, value_enum, default_value_t = Form::Text)]
    format: Form,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    Checks,
    Requirements,
    Features,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    Text,
    Json,
}

/// Runs the verb.
pub(super) fn run(args: &Args) -> Exit {
    let rows = match args.what {
        What::Checks => checks(),
        What::Requirements => all_requirements(),
        What::Features => features(),
    };
    let text = match args.format {
        Form::Json => format!("{:#}\n", Value::Array(rows)),
        Form::Text => match args.what {
            What::Checks => checks_text(&rows),
            What::Requirements => requirements_text(&rows),
            What::Features => features_text(&rows),
        },
    };
    // A reader that has gone, such as `head`, has read what it wanted.
    let _ = anstream::stdout().write_all(text.as_bytes());
    Exit::Passed
}

fn checks() -> Vec<Value> {
    Case::all(suite::SECTIONS)
        .iter()
        .map(|case| {
            let features = case.check.features(case.variant);
            json!({
                "id": case.id,
                "title": case.check.title,
                "requirements": case.check.covers.iter().map(|row| row.alias).collect::<Vec<_>>(),
                "needs": features.iter().map(|feature| feature.id()).collect::<Vec<_>>(),
                "heavy": case.check.heavy,
            })
        })
        .collect()
}

fn all_requirements() -> Vec<Value> {
    requirements()
        .map(|row| {
            let levels: Vec<_> = Version::ALL
                .iter()
                .map(|version| {
                    (
                        version.to_string(),
                        row.level(*version).map(|level| level.to_string()),
                    )
                })
                .collect();
            json!({
                "id": row.id,
                "alias": row.alias,
                "levels": levels.into_iter().collect::<std::collections::BTreeMap<_, _>>(),
                "section": row.heading.url(Version::default()),
                "sentence": row.sentence,
                "checks": covering(row),
            })
        })
        .collect()
}

/// The ids of the checks that cover a requirement.
pub(super) fn covering(row: &Requirement) -> Vec<String> {
    Case::all(suite::SECTIONS)
        .into_iter()
        .filter(|case| case.check.covers.contains(&row))
        .map(|case| case.id)
        .collect()
}

fn features() -> Vec<Value> {
    let row = |row: &crate::check::FeatureRow| json!({"id": row.id, "title": row.title, "absent": row.absent, "since": row.since.to_string()});
    Feature::ROWS.iter().map(row).collect()
}

fn checks_text(rows: &[Value]) -> String {
    let mut text = String::new();
    for row in rows {
        let _ = writeln!(text, "{}\n    {}", plain(&row["id"]), plain(&row["title"]));
    }
    let _ = writeln!(text, "\n{} checks", rows.len());
    text
}

fn requirements_text(rows: &[Value]) -> String {
    let mut text = String::new();
    for row in rows {
        let levels = &row["levels"];
        let level = |version: &str| levels[version].as_str().unwrap_or("-").to_owned();
        let tests = row["checks"].as_array().map_or(0, Vec::len);
        let tested = if tests == 0 {
            "untested".to_owned()
        } else {
            format!("{tests} checks")
        };
        let _ = writeln!(
            text,
            "{:8} {:44} {:8} {:8} {:8} {tested}",
            plain(&row["alias"]),
            plain(&row["id"]),
            level("1.0"),
            level("1.1"),
            level("1.2"),
        );
    }
    let untested = rows
        .iter()
        .filter(|row| row["checks"].as_array().is_some_and(Vec::is_empty));
    let untested = untested.count();
    let _ = writeln!(
        text,
        "\n{} requirements (levels in 1.0, 1.1, 1.2): {} tested, {untested} untested",
        rows.len(),
        rows.len() - untested
    );
    text
}

fn features_text(rows: &[Value]) -> String {
    let mut text = String::new();
    for row in rows {
        let _ = writeln!(
            text,
            "{:18} {}; absent: {}",
            plain(&row["id"]),
            plain(&row["title"]),
            plain(&row["absent"])
        );
    }
    text
}

fn plain(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
