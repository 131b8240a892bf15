//! The defects and variations of the reference registry, as `list` and `explain` show them.

use std::fmt::Write as _;

use serde_json::Value;
use serde_json::json;

use crate::catalogue::Requirement;
use crate::registry::Defect;
use crate::registry::Source;
use crate::registry::Variation;

/// Every defect as a JSON object.
pub(super) fn defects() -> Vec<Value> {
    Defect::every()
        .map(|row| {
            json!({
                "id": row.name,
                "title": row.title,
                "breaches": aliases(row.breaches),
                "spec": row.version().to_string(),
                "source": source(row.source),
                "deep": row.is_deep(),
            })
        })
        .collect()
}

/// Every variation as a JSON object.
pub(super) fn variations() -> Vec<Value> {
    Variation::all()
        .map(|row| {
            let versions = row.versions.iter().map(ToString::to_string);
            json!({
                "id": row.name,
                "title": row.title,
                "gives_up": aliases(row.gives_up),
                "specs": versions.collect::<Vec<_>>(),
            })
        })
        .collect()
}

/// The rows that [`defects`] or [`variations`] made, for people.
pub(super) fn as_text(rows: &[Value], what: &str) -> String {
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut text = String::new();
    for row in rows {
        let names = row.get("breaches").or_else(|| row.get("gives_up"));
        let names: Vec<_> = names
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .map(word)
            .collect();
        let names = if names.is_empty() {
            String::new()
        } else {
            format!(" ({})", names.join(", "))
        };
        let _ = writeln!(
            text,
            "{}\n    {}{names}",
            word(&row["id"]),
            word(&row["title"])
        );
    }
    let _ = writeln!(text, "\n{} {what}", rows.len());
    text
}

/// What there is to say of one defect.
pub(super) fn explain_defect(row: &Defect) -> String {
    let (kind, selftest) = if row.is_deep() {
        ("A defect for the fuzzer", "selftest --fuzz")
    } else {
        ("A defect", "selftest")
    };
    format!(
        "{}\n\n  {kind}: {}.\n\n{}  idea: {}\n\n  plimsoll serve --defect {}\n  plimsoll {selftest} --only {}\n",
        row.name,
        row.title,
        explained("breaches", row.breaches),
        source(row.source),
        row.name,
        row.name
    )
}

/// What there is to say of one variation.
pub(super) fn explain_variation(row: &Variation) -> String {
    format!(
        "{}\n\n  A lawful difference: {}.\n\n{}  plimsoll serve --variation {}\n  plimsoll selftest --only {}\n",
        row.name,
        row.title,
        explained("gives up", row.gives_up),
        row.name,
        row.name
    )
}

fn explained(verb: &str, rows: &[&Requirement]) -> String {
    let mut text = String::new();
    for row in rows {
        let _ = writeln!(
            text,
            "  {verb} {} ({}): {}",
            row.id, row.alias, row.sentence
        );
    }
    text
}

fn aliases(rows: &[&Requirement]) -> Vec<&'static str> {
    rows.iter().map(|row| row.alias).collect()
}

fn source(source: Source) -> String {
    match source {
        Source::Ours => "our own".to_owned(),
        Source::Reader => "a reader of the requirements who had not seen the checks".to_owned(),
        Source::Tracker(thread) => format!("reported of a real registry, {thread}"),
        Source::Cve(id) => format!("a published weakness of a real registry, {id}"),
    }
}
