//! Several registries side by side: functions from a comparison to bytes.

mod markdown;
mod terminal;

#[cfg(test)]
mod tests;

use crate::run::Comparison;
use crate::run::Identity;
use crate::run::Line;

use super::Format;
use super::Render;
use super::ReportError;
use super::html;
use super::words;

pub use terminal::terminal;

/// Every form of a comparison, in the order in which they are written.
pub static FORMATS: &[Format<Comparison>] = &[
    Format {
        name: "json",
        file_name: "compare.json",
        render: Render::File(json),
    },
    Format {
        name: "html",
        file_name: "compare.html",
        render: Render::File(html::compare),
    },
    Format {
        name: "md",
        file_name: "compare.md",
        render: Render::File(markdown::render),
    },
];

fn json(comparison: &Comparison) -> Result<Vec<u8>, ReportError> {
    super::json::pretty("json", comparison)
}

/// Whether all is well, and the verdict in a sentence.
pub(super) fn judgement(comparison: &Comparison) -> (bool, String) {
    let targets = comparison.targets.iter();
    let violated = targets.filter(|target| target.gate == "violated");
    let violated: Vec<_> = violated.map(|target| target.name.clone()).collect();
    let disagree = "they do not agree on what content is called";
    let is_broken = comparison
        .identity
        .as_ref()
        .is_some_and(Identity::is_broken);
    let text = match (violated.as_slice(), is_broken) {
        ([], false) => "nothing gates at any of them".to_owned(),
        ([], true) => disagree.to_owned(),
        (some, false) => format!("something gates at {}", words::list(some)),
        (some, true) => format!("something gates at {}, and {disagree}", words::list(some)),
    };
    let open = comparison
        .targets
        .iter()
        .filter(|it| !it.complete || it.gate == "nothing-ran");
    let open: Vec<_> = open.map(|it| it.name.clone()).collect();
    let text = match open.as_slice() {
        [] => text,
        some => format!("{text}; not all was judged at {}", words::list(some)),
    };
    (open.is_empty() && !comparison.is_violated(), text)
}

/// The lines that tell the registries apart.
fn differing(lines: &[Line]) -> impl Iterator<Item = &Line> {
    lines.iter().filter(|line| line.differs)
}
