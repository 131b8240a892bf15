//! The rules and mutations of fuzzing, as `list` and `explain` show them.

use std::fmt::Write as _;

use serde_json::Value;
use serde_json::json;

use crate::fuzz::Change;
use crate::fuzz::Mutation;
use crate::fuzz::RULES;
use crate::fuzz::Rule;
use crate::fuzz::Stance;
use crate::fuzz::mutations;

/// Every rule as a JSON object.
pub(super) fn rules() -> Vec<Value> {
    RULES
        .iter()
        .map(|rule| {
            json!({
                "id": rule.id,
                "title": rule.title,
                "why": rule.why,
                "judged": rule.is_judged(),
            })
        })
        .collect()
}

/// Every mutation as a JSON object.
pub(super) fn all_mutations() -> Vec<Value> {
    mutations()
        .map(|row| {
            let suits = row.suits.iter().map(|kind| kind.name());
            let (stance, requirement) = match row.stance {
                Stance::Refused(requirement) => ("refused", Some(requirement.alias)),
                Stance::Same => ("same", None),
                Stance::Either => ("either", None),
            };
            json!({
                "id": row.name,
                "title": row.title,
                "layer": layer(row.change),
                "suits": suits.collect::<Vec<_>>(),
                "stance": stance,
                "requirement": requirement,
            })
        })
        .collect()
}

/// The rows that [`rules`] or [`all_mutations`] made, for people.
pub(super) fn as_text(rows: &[Value], what: &str) -> String {
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut text = String::new();
    for row in rows {
        let _ = writeln!(text, "{}\n    {}", word(&row["id"]), word(&row["title"]));
    }
    let _ = writeln!(text, "\n{} {what}", rows.len());
    text
}

/// The mutation of this name.
pub(super) fn mutation(name: &str) -> Option<&'static Mutation> {
    mutations().find(|row| row.name == name)
}

/// What there is to say of one rule.
pub(super) fn explain_rule(rule: &Rule) -> String {
    let judged = if rule.is_judged() {
        format!("  plimsoll fuzz URL --rules {}\n", rule.id)
    } else {
        "  plimsoll fuzz --differential URL URL\n".to_owned()
    };
    format!(
        "{}\n\n  A rule of fuzzing: {}.\n\n  {}\n\n{judged}",
        rule.id, rule.title, rule.why
    )
}

/// What there is to say of one mutation.
pub(super) fn explain_mutation(row: &Mutation) -> String {
    let stance = match row.stance {
        Stance::Refused(requirement) => format!(
            "The registry has to refuse it: {} ({}): {}",
            requirement.id, requirement.alias, requirement.sentence
        ),
        Stance::Same => "The registry has to take it as if it were not changed.".to_owned(),
        Stance::Either => "The registry may refuse it or take it.".to_owned(),
    };
    let mut text = format!(
        "{}\n\n  A mutation of {}: {}.\n\n  {stance}\n",
        row.name,
        layer(row.change),
        row.title
    );
    for kind in row.suits {
        let _ = writeln!(text, "  changes {} ({})", kind.name(), kind.route());
    }
    text
}

/// What a change is made to.
fn layer(change: Change) -> &'static str {
    match change {
        Change::Aim(_) => "aim",
        Change::Manifest(_) => "manifest",
        Change::Request(_) => "request",
        Change::Bytes(_) | Change::Unfinished(_) => "bytes",
    }
}
