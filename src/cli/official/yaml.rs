//! The official suite's YAML file, as texts by key: what each means stands in the table of variables.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use yaml_serde::Value;

use super::variables;
use crate::cli::CliError;

/// The longest file that is read, in bytes.
const LONGEST: u64 = 1 << 20;

/// Keys that the suite writes by itself, and that say nothing about a run.
const WRITTEN: &[&str] = &["commit", "legacy"];

/// How much a key has to be like another to be taken for it.
const LIKE: f64 = 0.75;

/// A key of the file, and its text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) text: String,
}

/// What a file says. Empty texts say nothing, as in the suite.
pub(super) fn read(path: &Path) -> Result<Vec<Entry>, CliError> {
    let bad = |what: String| {
        CliError::Usage(format!(
            "{}, a configuration of the official suite, cannot be used: {what}",
            path.display()
        ))
    };
    let mut text = String::new();
    let length = File::open(path)
        .and_then(|file| file.take(LONGEST + 1).read_to_string(&mut text))
        .map_err(|error| bad(format!("{error}; name another in OCI_CONFIGURATION")))?;
    if length as u64 > LONGEST {
        return Err(bad("it has more than 1 MiB".to_owned()));
    }
    parse(&text).map_err(bad)
}

/// What a text says.
fn parse(text: &str) -> Result<Vec<Entry>, String> {
    let document: Value =
        yaml_serde::from_str(text).map_err(|error| format!("it is not YAML: {error}"))?;
    let mut entries = Vec::new();
    if !document.is_null() {
        collect("", &document, &mut entries)?;
    }
    entries.retain(|entry| !entry.text.is_empty());
    Ok(entries)
}

fn collect(path: &str, value: &Value, entries: &mut Vec<Entry>) -> Result<(), String> {
    let Value::Mapping(mapping) = value else {
        if path.is_empty() {
            return Err(wrong_form(path));
        }
        known(path)?;
        let is_version = path == "version";
        let text = text(value, is_version).ok_or_else(|| wrong_form(path))?;
        let key = path.to_owned();
        entries.push(Entry { key, text });
        return Ok(());
    };
    for (key, value) in mapping {
        let key = key.as_str().ok_or_else(|| wrong_form(path))?;
        let inner = if path.is_empty() {
            key.to_owned()
        } else {
            format!("{path}.{key}")
        };
        let is_group = variables::all().any(|row| row.key.starts_with(&format!("{inner}.")));
        if WRITTEN.contains(&inner.as_str()) || (is_group && value.is_null()) {
            continue;
        }
        if !is_group {
            known(&inner)?;
        }
        collect(&inner, value, entries)?;
    }
    Ok(())
}

/// A value as the environment has it; lists as words. A number is no more what was written, such as a
/// tag `1.10`; only versions come without a loss.
fn text(value: &Value, is_version: bool) -> Option<String> {
    match value {
        Value::Null => Some(String::new()),
        Value::Bool(on) => Some(on.to_string()),
        // Often written without quotes; `1.0` stays `1.0`.
        Value::Number(number) if is_version => number.as_f64().map(|real| format!("{real:?}")),
        Value::String(text) => Some(text.clone()),
        Value::Sequence(items) => {
            let words = items.iter().map(|item| match item {
                Value::Sequence(_) => None,
                item => text(item, false),
            });
            words
                .collect::<Option<Vec<_>>>()
                .map(|words| words.join(" "))
        }
        Value::Number(_) | Value::Mapping(_) | Value::Tagged(_) => None,
    }
}

fn known(key: &str) -> Result<(), String> {
    let keys = || {
        variables::all()
            .map(|row| row.key)
            .filter(|key| !key.is_empty())
    };
    if keys().any(|known| known == key) {
        return Ok(());
    }
    let likeness = |other: &str| strsim::jaro_winkler(key, other);
    let nearest = keys()
        .max_by(|one, other| likeness(one).total_cmp(&likeness(other)))
        .filter(|other| likeness(other) >= LIKE);
    let hint = nearest.map_or_else(
        || "docs/migrating.md lists what there is".to_owned(),
        |other| format!("did you mean `{other}`?"),
    );
    Err(format!(
        "`{}` is no setting, and would be of no effect; {hint}",
        key.escape_debug()
    ))
}

fn wrong_form(path: &str) -> String {
    match path {
        "" => "it is no mapping of settings".to_owned(),
        path => format!(
            "`{}` takes a text or a list of them; write numbers in quotes, so that they are taken as they stand",
            path.escape_debug()
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(text: &str) -> Vec<(String, String)> {
        let entries = parse(text).unwrap();
        let pairs = entries.into_iter().map(|entry| (entry.key, entry.text));
        pairs.collect()
    }

    fn pair(key: &str, text: &str) -> (String, String) {
        (key.to_owned(), text.to_owned())
    }

    #[test]
    fn nested_keys_numbers_and_lists_are_read_as_the_environment_has_them() {
        let text = "version: 1.0\nregistry: localhost:5000\nusername: \"\"\napis:\n  blobs:\n    delete: false\n\
                    roData:\n  tags: [a, b]\n  blobs: []\ncommit: abc\nlegacy: true\ndata:\n";
        assert_eq!(
            entries(text),
            [
                pair("version", "1.0"),
                pair("registry", "localhost:5000"),
                pair("apis.blobs.delete", "false"),
                pair("roData.tags", "a b"),
            ]
        );
        assert_eq!(entries("version: 1.1"), [pair("version", "1.1")]);
        assert_eq!(entries(""), []);
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (text, part) in [
            ("registri: x", "did you mean `registry`?"),
            (
                "apis:\n  blob:\n    delete: true",
                "`apis.blob` is no setting",
            ),
            (
                "apis:\n  tags:\n    lst: true",
                "did you mean `apis.tags.list`?",
            ),
            ("registry: {a: b}", "`registry.a` is no setting"),
            ("- a", "no mapping"),
            ("apis: 3", "`apis` is no setting"),
            ("roData:\n  tags: [[a]]", "a text or a list"),
            ("password: 123", "in quotes"),
            ("roData:\n  tags: [1.10]", "in quotes"),
            ("a: [", "not YAML"),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.contains(part), "{text:?} gave {error}");
        }
    }
}
