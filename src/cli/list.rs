//! `plimsoll list`: what plimsoll knows.

use std::fmt::Write as _;
use std::io::Write as _;

use clap::ValueEnum;
use serde_json::Value;
use serde_json::json;

use crate::check::Feature;
use crate::run::Case;
use crate::suite;

use super::CliError;
use super::Exit;
use super::differences;
use super::requirements;
use super::rules;

/// List what plimsoll knows.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// What to list.
    #[arg(value_enum, default_value_t = What::Checks)]
    what: What,
    /// As text for people, as JSON or, for requirements, as Markdown.
    #[arg(long, value_enum, default_value_t = Form::Text)]
    format: Form,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    Checks,
    Requirements,
    Features,
    Defects,
    Variations,
    Rules,
    Mutations,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    Text,
    Json,
    Markdown,
}

/// Runs the verb.
pub(super) fn run(args: &Args) -> Result<Exit, CliError> {
    let text = match (args.what, args.format) {
        (What::Checks, Form::Text) => checks_text(&checks()),
        (What::Checks, Form::Json) => json_text(checks()),
        (What::Requirements, Form::Text) => requirements::as_text(),
        (What::Requirements, Form::Json) => json_text(requirements::as_json()),
        (What::Requirements, Form::Markdown) => requirements::as_markdown(),
        (What::Features, Form::Text) => features_text(&features()),
        (What::Features, Form::Json) => json_text(features()),
        (What::Defects, Form::Text) => differences::as_text(&differences::defects(), "defects"),
        (What::Defects, Form::Json) => json_text(differences::defects()),
        (What::Variations, Form::Text) => {
            differences::as_text(&differences::variations(), "variations")
        }
        (What::Variations, Form::Json) => json_text(differences::variations()),
        (What::Rules, Form::Text) => rules::as_text(&rules::rules(), "rules"),
        (What::Rules, Form::Json) => json_text(rules::rules()),
        (What::Mutations, Form::Text) => rules::as_text(&rules::all_mutations(), "mutations"),
        (What::Mutations, Form::Json) => json_text(rules::all_mutations()),
        (_, Form::Markdown) => return Err(not_as_markdown()),
    };
    // A reader that has gone, such as `head`, has read what it wanted.
    let _ = anstream::stdout().write_all(text.as_bytes());
    Ok(Exit::Passed)
}

fn json_text(rows: Vec<Value>) -> String {
    format!("{:#}\n", Value::Array(rows))
}

fn not_as_markdown() -> CliError {
    CliError::Usage("only requirements are listed as Markdown; give text or json".to_owned())
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
