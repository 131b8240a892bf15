//! What is wrong with what was written: each file is what its name says, and harms nobody.

use std::path::Path;

use super::ENCODED;
use super::SECRET;

/// What is wrong with the files in a folder and the folders in it.
pub(super) fn wrong_with(folder: &Path) -> Vec<String> {
    let mut complaints = Vec::new();
    for entry in std::fs::read_dir(folder)
        .expect("the system does it")
        .flatten()
    {
        let path = entry.path();
        if path.is_dir() {
            complaints.extend(wrong_with(&path));
            continue;
        }
        let bytes = std::fs::read(&path).expect("the system does it");
        let name = entry.file_name().to_string_lossy().into_owned();
        let wrong = wrong_in(&path, &bytes);
        complaints.extend(wrong.map(|what| format!("{name} {what}")));
    }
    complaints
}

fn wrong_in(path: &Path, bytes: &[u8]) -> Option<String> {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return Some("is no text".to_owned());
    };
    if text.contains(SECRET) || text.contains(ENCODED) {
        return Some("has the password".to_owned());
    }
    let acts = |it: &char| it.is_control() && !matches!(it, '\n' | '\t' | '\r');
    if let Some(control) = text.chars().find(acts) {
        return Some(format!("has the control {control:?}"));
    }
    let name = path.file_name().and_then(|name| name.to_str());
    let kind = path.extension().and_then(|kind| kind.to_str());
    match kind.unwrap_or_default() {
        "json" | "har" | "sarif" => serde_json::from_str::<serde_json::Value>(text)
            .err()
            .map(|error| format!("is no JSON: {error}")),
        "jsonl" => text
            .lines()
            .find_map(|line| serde_json::from_str::<serde_json::Value>(line).err())
            .map(|error| format!("is no JSON: {error}")),
        "html" => wrong_with_page(text),
        _ if name == Some("junit.xml") => quick_junit::Report::deserialize_from_str(text)
            .err()
            .map(|error| format!("is not well-formed: {error}")),
        _ => None,
    }
}

/// Elements that have no end, or whose end may be left out (HTML, sections 13.1.2 and 13.1.2.4).
const ENDLESS: [&str; 18] = [
    "meta", "link", "br", "hr", "img", "input", "col", "wbr", "td", "th", "tr", "thead", "tbody",
    "li", "p", "dt", "dd", "option",
];

/// What is wrong with a page: each element that begins ends, in order; and nothing on it runs but the
/// two scripts of ours at most.
fn wrong_with_page(text: &str) -> Option<String> {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = text;
    while let Some((_, tag)) = rest.split_once('<') {
        let (tag, after) = tag.split_once('>')?;
        rest = after;
        let name = tag.split([' ', '\n', '/']).next().unwrap_or_default();
        if let Some(name) = tag.strip_prefix('/') {
            if ENDLESS.contains(&name.trim()) {
                continue;
            }
            let last = open.pop();
            if last != Some(name.trim()) {
                return Some(format!("ends {name} within {last:?}"));
            }
        } else if !tag.starts_with('!') && !tag.ends_with('/') && !ENDLESS.contains(&name) {
            open.push(name);
            if matches!(name, "script" | "style") {
                let end = format!("</{name}>");
                rest = &rest[rest.find(&end)?..];
            }
        }
    }
    if text.contains("<script>alert(1)") {
        return Some("has markup of the server's".to_owned());
    }
    (!open.is_empty()).then(|| format!("leaves {open:?} open"))
}

#[test]
fn what_is_wrong_with_a_file_is_seen() {
    let wrong = |name: &str, text: &str| wrong_in(Path::new(name), text.as_bytes());
    for (name, text) in [
        ("results.json", "{"),
        ("report.html", "<div><b>x</div></b>"),
        ("report.html", "<div>"),
        ("report.html", "<script>alert(1)</script>"),
        ("junit.xml", "<testsuites>"),
        ("summary.md", "\u{9b}2J"),
        ("annotations.txt", "\u{1b}[31m"),
        ("summary.md", SECRET),
    ] {
        assert!(wrong(name, text).is_some(), "{name}: {text}");
    }
    assert_eq!(wrong("report.html", "<table><tr><td>x<br></table>"), None);
    assert_eq!(wrong("results.json", "{\"a\":\"\\u009b\"}\n"), None);
}
