//! `badges/`: what a README shows, for each workflow and for the whole. Each is there as JSON for
//! shields.io's endpoint and as a picture of our own.
//!
//! Nothing of what a target says is in them: words are from a fixed set.

use serde_json::json;

use crate::catalogue::Version;
use crate::run::Gating;
use crate::run::Record;
use crate::run::gating;

use super::ReportError;
use super::words;

/// The workflows that have a badge.
const CATEGORIES: [&str; 4] = ["pull", "push", "discovery", "management"];

/// The files, in the order in which they are made.
pub(super) const NAMES: &[&str] = &[
    "conformance.json",
    "conformance.svg",
    "pull.json",
    "pull.svg",
    "push.json",
    "push.svg",
    "discovery.json",
    "discovery.svg",
    "management.json",
    "management.svg",
];

/// A word or two beside others.
#[derive(Debug, PartialEq, Eq)]
struct Badge {
    label: String,
    message: String,
    mood: Mood,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mood {
    Good,
    Bad,
    Open,
}

/// The badges of a record, two files each.
pub(super) fn render(record: &Record) -> Result<Vec<Vec<u8>>, ReportError> {
    let mut badges = vec![whole(record)];
    badges.extend(CATEGORIES.iter().map(|id| category(record, id)));
    let files = badges.iter().map(|badge| Ok([badge.json()?, badge.svg()]));
    let files: Result<Vec<_>, ReportError> = files.collect();
    Ok(files?.into_iter().flatten().collect())
}

/// `OCI 1.1`, with a version that there is.
fn label(record: &Record) -> String {
    let version = record.spec.parse::<Version>();
    version.map_or("OCI".to_owned(), |version| format!("OCI {version}"))
}

fn state<'a>(record: &'a Record, id: &str) -> &'a str {
    let row = record.categories.iter().find(|row| row.id == id);
    row.map_or("untested", |row| row.state.as_str())
}

fn category(record: &Record, id: &str) -> Badge {
    let (message, mood) = match state(record, id) {
        "conformant" => ("conformant", Mood::Good),
        "violated" => ("violated", Mood::Bad),
        "unsupported" => ("unsupported", Mood::Open),
        _ => ("untested", Mood::Open),
    };
    Badge {
        label: format!("{} {id}", label(record)),
        message: message.to_owned(),
        mood,
    }
}

/// Conformant is what did all of it and broke none of it.
fn whole(record: &Record) -> Badge {
    let of = |word: &str| {
        let those = CATEGORIES.iter().filter(|id| state(record, id) == word);
        those.map(|id| (*id).to_owned()).collect::<Vec<_>>()
    };
    let gating = gating(record);
    let (conformant, unsupported) = (of("conformant"), of("unsupported"));
    let (message, mood) = if gating == Gating::Violated || !of("violated").is_empty() {
        (violated(record), Mood::Bad)
    } else if !record.complete {
        ("incomplete".to_owned(), Mood::Open)
    } else if gating == Gating::NothingRan || conformant.is_empty() {
        ("untested".to_owned(), Mood::Open)
    } else if conformant.len() + unsupported.len() < CATEGORIES.len() {
        (
            format!("only {} tested", words::list(&conformant)),
            Mood::Open,
        )
    } else if unsupported.is_empty() {
        ("conformant".to_owned(), Mood::Good)
    } else {
        let without = words::list(&unsupported);
        (format!("conformant, without {without}"), Mood::Good)
    };
    Badge {
        label: format!("{} conformance", label(record)),
        message,
        mood,
    }
}

fn violated(record: &Record) -> String {
    match record.causes.iter().filter(|cause| cause.gates).count() {
        0 => "violated".to_owned(),
        causes => format!("violated: {}", words::count(causes, "cause")),
    }
}

impl Badge {
    fn json(&self) -> Result<Vec<u8>, ReportError> {
        let value = json!({
            "schemaVersion": 1,
            "label": self.label,
            "message": self.message,
            "color": match self.mood {
                Mood::Good => "brightgreen",
                Mood::Bad => "red",
                Mood::Open => "lightgrey",
            },
        });
        super::json::pretty("badges", &value)
    }

    /// The text is drawn as wide as it was reckoned, whatever the font.
    fn svg(&self) -> Vec<u8> {
        const PAD: usize = 6;
        let (label, message) = (width(&self.label), width(&self.message));
        let (left, right) = (label + 2 * PAD, message + 2 * PAD);
        let colour = match self.mood {
            Mood::Good => "#2f7d32",
            Mood::Bad => "#b3261e",
            Mood::Open => "#6b6b6b",
        };
        let whole = left + right;
        let says = format!("{}: {}", self.label, self.message);
        let middle = left + PAD;
        let (said, asked) = (&self.message, &self.label);
        format!(
            r##"<svg xmlns="http://www.w3.org/2000/svg" width="{whole}" height="20" role="img" aria-label="{says}">
  <title>{says}</title>
  <clipPath id="r"><rect width="{whole}" height="20" rx="3"/></clipPath>
  <g clip-path="url(#r)">
    <rect width="{left}" height="20" fill="#404040"/>
    <rect x="{left}" width="{right}" height="20" fill="{colour}"/>
  </g>
  <g fill="#fff" font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="11">
    <text x="{PAD}" y="14" textLength="{label}">{asked}</text>
    <text x="{middle}" y="14" textLength="{message}">{said}</text>
  </g>
</svg>
"##
        )
        .into_bytes()
    }
}

/// About how many pixels a text of ours takes in Verdana of 11.
fn width(text: &str) -> usize {
    let tenths = text.chars().map(|character| match character {
        'i' | 'j' | 'l' | ' ' | '.' | ',' | ':' => 38,
        'f' | 'r' | 't' | 'I' => 46,
        'm' | 'w' => 98,
        'A'..='Z' => 84,
        _ => 69,
    });
    tenths.sum::<usize>().div_ceil(10)
}

#[cfg(test)]
mod tests;
