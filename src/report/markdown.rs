//! `summary.md`: the record for people, as GitHub and others show it beneath a job.
//!
//! It is made of parts, because such a place may have no room for all of it.

mod causes;
pub(in crate::report) mod escape;
#[cfg(test)]
pub(in crate::report) mod tests;

use std::collections::BTreeMap;

use crate::run::ExpectationsEntry;
use crate::run::Record;

use super::Part;
use super::grouped;
use super::tally::Tally;
use super::terminal::expectations::says;
use super::terminal::lesser::known_failure;
use super::terminal::summary;
use super::unjudged::unjudged;
use super::words;

pub(in crate::report) use causes::hidden;
use escape::code;
use escape::link;
use escape::word;

/// The record in Markdown.
pub(super) fn parts(record: &Record) -> Vec<Part> {
    let mut parts = vec![Part {
        about: "",
        text: head(record),
    }];
    parts.extend(causes::violations(record));
    let lists = [
        ("lists of recommendations", recommendations(record)),
        ("lists of known failures", known(record)),
        ("lists of features", features(record)),
        (
            "lists of expectations",
            expectations(record.expectations.as_ref()),
        ),
    ];
    let lists = lists.into_iter().filter(|(_, text)| !text.is_empty());
    parts.extend(lists.map(|(about, text)| Part { about, text }));
    parts
}

/// As many of the parts, in their order, as `room` bytes hold, and a sentence on what was left out;
/// nothing where there is no room even for that.
pub fn within(parts: &[Part], room: usize) -> String {
    if parts.iter().map(|part| part.text.len()).sum::<usize>() <= room {
        return parts.iter().map(|part| part.text.as_str()).collect();
    }
    // With everything left out the sentence is at its longest.
    let reserve = left_out(parts.iter()).len();
    let Some(mut left) = room.checked_sub(reserve) else {
        return String::new();
    };
    let mut text = String::new();
    let mut missing = Vec::new();
    for part in parts {
        if part.text.len() <= left {
            left -= part.text.len();
            text += &part.text;
        } else {
            missing.push(part);
        }
    }
    text + &left_out(missing.into_iter())
}

fn left_out<'p>(parts: impl Iterator<Item = &'p Part>) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for part in parts {
        let about = if part.about.is_empty() {
            "overviews"
        } else {
            part.about
        };
        *counts.entry(about).or_default() += 1;
    }
    let counts: Vec<_> = counts
        .into_iter()
        .map(|(about, count)| format!("{about}: {count}"))
        .collect();
    format!(
        "\n**There was no room for everything here.** Left out were {}; `summary.md` in the folder of the reports has them all.\n",
        words::list(&counts)
    )
}

/// The verdict, what was tested, and the whole in numbers.
fn head(record: &Record) -> String {
    let (_, verdict, text) = summary::told(record);
    let target = &record.target;
    let software = target.software.as_deref();
    let software = software.map_or(String::new(), |it| {
        format!("; the registry says that it is {}", code(it))
    });
    let mut head = format!(
        "## Conformance of {}\n\n**{}**: {}\n\n{}. Specification {}, seed {}, run {}, by {} {}{}.\n\n",
        code(&target.url),
        escape::said(&verdict),
        escape::said(&text),
        escape::prose(&summary::counted(record)),
        word_of_version(&record.spec),
        record.seed,
        code(&record.run_id),
        word(&record.tool.name),
        word_of_version(&record.tool.version),
        software,
    );
    head += &workflows(record);
    head += &reasons(record);
    head
}

fn word_of_version(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || ".-".contains(c);
    if !text.is_empty() && text.len() < 40 && text.chars().all(is_plain) {
        text.to_owned()
    } else {
        code(text)
    }
}

/// A line for each workflow; the words in it are plain ones.
fn workflows(record: &Record) -> String {
    let tally = Tally::of(record);
    if tally.rows.is_empty() {
        return String::new();
    }
    let heads: Vec<_> = tally.verdicts.iter().map(|it| it.word()).collect();
    let rows = tally.rows.iter().chain([&tally.all]).map(|row| {
        let state = row.state.as_deref().unwrap_or_default();
        let counts: Vec<_> = row.counts.iter().map(ToString::to_string).collect();
        format!(
            "| {} | {state} | {} | {} |\n",
            row.id,
            counts.join(" | "),
            row.total
        )
    });
    format!(
        "| workflow | state | {} | all |\n|---|---|{}--:|\n{}\n",
        heads.join(" | "),
        "--:|".repeat(heads.len()),
        rows.collect::<String>()
    )
}

/// Why checks came to no judgement.
fn reasons(record: &Record) -> String {
    let unjudged = unjudged(record);
    let lines = unjudged
        .iter()
        .map(|it| format!("{}: {}", it.head(), it.told(escape::said)));
    match unjudged.as_slice() {
        [] => String::new(),
        _ => format!("{}\n", bullets(lines)),
    }
}

fn recommendations(record: &Record) -> String {
    let causes = grouped::causes(record).recommendations;
    let mut lines = Vec::new();
    for (cause, checks) in &causes {
        let name = match &cause.requirement {
            Some(id) => causes::requirement(record, id),
            None => code(&cause.title),
        };
        let example = checks.first().map(|check| {
            let actual = check.actual.as_deref().or(check.reason.as_deref());
            (check.id.as_str(), check.expected.as_deref(), actual)
        });
        lines.push(recommendation(&name, checks.len(), example));
    }
    for (id, found) in grouped::concerns(record, &causes) {
        let example = found.first().map(|(check, concern)| {
            let expected = Some(concern.expected.as_str());
            (check.id.as_str(), expected, Some(concern.actual.as_str()))
        });
        let name = causes::requirement(record, id);
        lines.push(recommendation(&name, found.len(), example));
    }
    section("Recommendations that are not followed", &lines)
}

fn recommendation(
    name: &str,
    checks: usize,
    example: Option<(&str, Option<&str>, Option<&str>)>,
) -> String {
    let example = example.map_or(String::new(), |(check, expected, actual)| {
        format!(
            ": {} expected {} and got {}",
            code(check),
            code(expected.unwrap_or("otherwise")),
            code(actual.unwrap_or("something else"))
        )
    });
    format!("{name}, {}{example}", words::count(checks, "check"))
}

fn known(record: &Record) -> String {
    let lines = grouped::known(record).map(|check| {
        let link = check.known.as_ref().and_then(|known| known.link.as_deref());
        let link = link.map_or(String::new(), |it| format!(" {}", link_to(it)));
        format!("{}{link}", code(&known_failure(check)))
    });
    section("Known failures", &lines.collect::<Vec<_>>())
}

/// A link of an expectation.
pub(in crate::report) fn link_to(address: &str) -> String {
    format!("({})", link("more", address))
}

fn features(record: &Record) -> String {
    let absent = record.features.iter();
    let absent = absent.filter(|feature| feature.state != "supported");
    let lines = absent.map(|it| {
        format!(
            "{}, {}: {}",
            code(&it.id),
            word(&it.state),
            code(&it.evidence)
        )
    });
    section(
        "Features that are not there, or not known to be",
        &lines.collect::<Vec<_>>(),
    )
}

/// Expectations that somebody has to look at.
pub(in crate::report) fn expectations(expectations: Option<&ExpectationsEntry>) -> String {
    let entries = expectations.iter().flat_map(|it| it.out_of_date());
    let lines = entries.map(|entry| {
        format!(
            "{} ({}): {}",
            code(&entry.glob),
            code(&entry.reason),
            code(&says(entry))
        )
    });
    section(
        "Expectations that are out of date",
        &lines.collect::<Vec<_>>(),
    )
}

/// A heading and a list; nothing where the list is empty.
pub(in crate::report) fn section(title: &str, lines: &[String]) -> String {
    if lines.is_empty() {
        return String::new();
    }
    let lines = bullets(lines.iter().cloned());
    format!("### {title}\n\n{lines}\n")
}

/// A list of lines that are Markdown already.
pub(in crate::report) fn bullets(lines: impl Iterator<Item = String>) -> String {
    lines.fold(String::new(), |list, line| list + "- " + &line + "\n")
}
