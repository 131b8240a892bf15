//! How to come to the results of a record again, and what they do not speak of.
//!
//! A record may come from anywhere: nothing of it gets into a shell but quoted.

use std::fmt::Write as _;

use crate::cli::target::Target;
use crate::run::OverrideEntry;
use crate::run::Record;
use crate::run::TermsEntry;
use crate::run::left_out;

use super::submission::plain;

/// How many reasons are told for which checks were left out.
const TOLD: usize = 12;

/// What a record does not speak of though the suite does, a line each; none where all was put.
pub(super) fn lacking(record: &Record) -> Vec<String> {
    let all = left_out(record);
    let mut lines: Vec<_> = all
        .iter()
        .take(TOLD)
        .map(|it| {
            let (noun, verb) = if it.checks == 1 {
                ("check", "was")
            } else {
                ("checks", "were")
            };
            format!("{} {noun} {verb} not put: {}", it.checks, it.reason)
        })
        .collect();
    if let Some(more) = all.len().checked_sub(TOLD).filter(|more| *more > 0) {
        lines.push(format!("and others, for {more} more reasons"));
    }
    if let Some(shard) = &record.shard {
        lines.push(format!("it is shard {shard} of a run"));
    }
    lines
}

/// The commands, in Markdown, and what they need beside.
pub(super) fn recipe(record: &Record) -> String {
    let mut text = format!(
        "```shell\n{}\nplimsoll export oci-conformance DIR --from reports\n```\n",
        check(record)
    );
    let Some(terms) = &record.terms else {
        text += "\nWith which other flags the run was made is not known.\n";
        return text;
    };
    if !terms.overrides.is_empty() {
        let tables: String = terms.overrides.iter().map(table).collect();
        let _ = write!(
            text,
            "\nThe run had these settings for some checks, in its `plimsoll.toml`:\n\n```toml\n{tables}```\n"
        );
    }
    if record.expectations.is_some() {
        text += "\nThe run knew of failures that do not count: give their list with `--expect`.\n";
    }
    if record.baseline.is_some() {
        text += "\nThe run counted only what an older one had not: give its results with `--baseline`.\n";
    }
    text
}

/// `plimsoll check URL --flag value …`
fn check(record: &Record) -> String {
    let mut words = vec!["plimsoll check".to_owned(), quoted(&record.target.url)];
    let mut flag = |name: &str, value: &str| words.push(format!("{name} {}", quoted(value)));
    flag("--spec", &record.spec);
    flag("--seed", &record.seed.to_string());
    if record.fail_on != "expected" {
        flag("--fail-on", &record.fail_on);
    }
    if let Some(edition) = record.edition {
        flag("--edition", &edition.to_string());
    }
    if let Some(shard) = &record.shard {
        flag("--shard", shard);
    }
    if let Some(terms) = &record.terms {
        words.extend(of_terms(terms, &record.target.url));
    }
    words.push("--report json,junit,yaml".to_owned());
    words.join(" ")
}

fn of_terms(terms: &TermsEntry, url: &str) -> Vec<String> {
    let target = url.parse::<Target>();
    // There, what is heavy is put without being told.
    let is_here = target.is_ok_and(|target| target.is_loopback);
    let flags = terms.flags().into_iter();
    let flags = flags.filter(|(name, _)| !(is_here && *name == "--heavy"));
    let words = flags.map(|(name, value)| match value {
        Some(value) => format!("{name} {}", quoted(&value)),
        None => name.to_owned(),
    });
    words.collect()
}

/// A table of `plimsoll.toml`.
fn table(row: &OverrideEntry) -> String {
    // JSON's strings are TOML's, where nothing is in them that ends the block.
    let text = |value: &str| serde_json::Value::from(one_line(value)).to_string();
    let mut lines = format!("[[override]]\nchecks = {}\n", text(&row.checks));
    if let Some(timeout) = row.timeout_ms {
        let _ = writeln!(lines, "timeout = \"{timeout}ms\"");
    }
    if let Some(retries) = row.retries {
        let _ = writeln!(lines, "retries = {retries}");
    }
    if let Some(skip) = &row.skip {
        let _ = writeln!(lines, "skip = {}", text(&plain(skip)));
    }
    lines
}

/// A word as a shell takes it.
fn quoted(text: &str) -> String {
    let text = one_line(text);
    let is_safe = |c: char| c.is_ascii_alphanumeric() || "_./:@=-".contains(c);
    if !text.is_empty() && text.chars().all(is_safe) {
        return text;
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// Without what could end a line, or the block that it stands in.
fn one_line(text: &str) -> String {
    let is_text = |c: &char| !c.is_control() && !matches!(c, '`' | '\u{2028}' | '\u{2029}');
    text.chars().filter(is_text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> Record {
        let text = include_str!("../../../fixtures/records/passing.json");
        serde_json::from_str(text).expect("a record")
    }

    #[test]
    fn the_recipe_has_the_flags_of_the_run_and_the_settings_that_are_no_flags() {
        let mut record = record();
        "never".clone_into(&mut record.fail_on);
        "https://r.example".clone_into(&mut record.target.url);
        record.terms = Some(TermsEntry {
            only: vec!["pull/*".to_owned()],
            require: vec!["push".to_owned()],
            heavy: true,
            namespace: Some("team".to_owned()),
            overrides: vec![OverrideEntry {
                checks: "push/*".to_owned(),
                timeout_ms: Some(90_000),
                retries: None,
                skip: Some("later".to_owned()),
            }],
            jobs: 4,
            settle_ms: 2000,
            timeout_ms: 30_000,
            retries: 3,
            ..TermsEntry::default()
        });
        let text = recipe(&record);
        let command = "plimsoll check https://r.example --spec 1.1 --seed 42 --fail-on never --only 'pull/*' --require push \
                       --namespace team --heavy --jobs 4 --report json,junit,yaml\n";
        assert!(
            text.contains(&command.replace("42", &record.seed.to_string())),
            "{text}"
        );
        let toml = "[[override]]\nchecks = \"push/*\"\ntimeout = \"90000ms\"\nskip = \"later\"\n";
        assert!(text.contains(toml), "{text}");
        "http://127.0.0.1:5000".clone_into(&mut record.target.url);
        assert!(!recipe(&record).contains("--heavy"));
        record.terms = None;
        assert!(recipe(&record).contains("is not known"));
    }

    #[test]
    fn nothing_of_a_record_runs_in_a_shell_or_ends_the_block() {
        let mut record = record();
        "http://a'; rm -rf ~;'\n```\n# b".clone_into(&mut record.target.url);
        let text = recipe(&record);
        let command = text.lines().nth(1).expect("a command");
        assert!(
            command.contains(r"'http://a'\''; rm -rf ~;'\''# b'"),
            "{text}"
        );
        assert_eq!(text.matches("```").count(), 2, "{text}");
    }
}
