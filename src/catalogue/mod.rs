//! The requirements: what is asked of a registry, one row each.
//!
//! One file per area, in the order of the specification. A row knows its level in each version of
//! the specification and where the text stands. It does not know who tests it: checks name the
//! requirements that they cover, never the other way round.

mod heading;
mod level;

pub mod blob_pull;

pub use heading::Document;
pub use heading::Heading;
pub use level::Asked;
pub use level::Keyword;
pub use level::Level;
pub use level::Version;

/// One observable rule of the specification.
#[derive(Debug)]
pub struct Requirement {
    /// The name by which people refer to it: kebab-case, stable, never reused (`blob-found`).
    pub id: &'static str,
    /// The row's area and number (`BGET-01`), so that coverage can be counted.
    pub alias: &'static str,
    /// How strongly each version of the specification asks for it.
    pub asked: Asked,
    /// Where the text stands.
    pub heading: Heading,
    /// What a sound registry does, in one sentence of ours.
    pub sentence: &'static str,
}

impl Requirement {
    /// How strongly `version` asks for this, or `None` where that version does not have the rule.
    pub fn level(&self, version: Version) -> Option<Level> {
        self.asked.keyword(version).map(Keyword::level)
    }
}

/// Requirements are the same if they have the same id; ids are unique, as a test shows.
impl PartialEq for Requirement {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Requirement {}

/// A heading's worth of requirements: one file of this module.
#[derive(Debug)]
pub struct Area {
    /// The prefix of its aliases (`BGET`).
    pub alias: &'static str,
    /// What the area is about, as a title.
    pub title: &'static str,
    /// Its rows, in the order in which they are reported.
    pub rows: &'static [&'static Requirement],
}

/// Every area, in the order of the specification.
pub static AREAS: &[&Area] = &[&blob_pull::AREA];

/// Every requirement, in the order in which they are reported.
pub fn requirements() -> impl Iterator<Item = &'static Requirement> {
    AREAS.iter().flat_map(|area| area.rows.iter().copied())
}

/// The requirement with this id or alias.
pub fn find(name: &str) -> Option<&'static Requirement> {
    requirements().find(|row| row.id == name || row.alias.eq_ignore_ascii_case(name))
}
