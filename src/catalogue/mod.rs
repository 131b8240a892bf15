//! The requirements: what is asked of a registry, one row each.
//!
//! One file per area; `AREAS` has their order, which is that of the specification; what other documents
//! promise comes behind. A row knows its
//! level in each version of the specification and where the text stands. It does not know who tests
//! it: checks name the requirements that they cover, never the other way round.
//!
//! An id says what a sound registry does, in the same words everywhere: `…-found`, `…-sent`,
//! `…-kept`, `…-matched` (it agrees with the content), `…-unknown` (404), `…-refused` (4xx),
//! `…-accepted`, `…-answered` (several answers are lawful), `…-allowed` (the registry may do it).

mod heading;
mod level;

pub mod algorithms;
pub mod auth;
pub mod blob_pull;
pub mod blob_ranges;
pub mod cancel;
pub mod categories;
pub mod chunked;
pub mod concurrency;
pub mod delete;
pub mod docker;
pub mod durability;
pub mod errors;
pub mod existence;
pub mod extensions;
pub mod fallback;
pub mod image;
pub mod isolation;
pub mod manifest_pull;
pub mod manifest_push;
pub mod mount;
pub mod names;
pub mod post_then_put;
pub mod proxy;
pub mod push;
pub mod rate_limit;
pub mod references;
pub mod referrers;
pub mod referrers_upgrade;
pub mod security;
pub mod signatures;
pub mod single_post;
pub mod subject;
pub mod support;
pub mod tag_list;
pub mod tag_parameters;
pub mod tokens;
pub mod transport;
pub mod upload_status;
pub mod warnings;

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
    /// What a sound registry does, in a sentence or two of ours.
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
pub static AREAS: &[&Area] = &[
    &categories::AREA,
    &support::AREA,
    &transport::AREA,
    &names::AREA,
    &references::AREA,
    &manifest_pull::AREA,
    &blob_pull::AREA,
    &blob_ranges::AREA,
    &existence::AREA,
    &push::AREA,
    &post_then_put::AREA,
    &single_post::AREA,
    &chunked::AREA,
    &algorithms::AREA,
    &upload_status::AREA,
    &cancel::AREA,
    &mount::AREA,
    &manifest_push::AREA,
    &tag_parameters::AREA,
    &subject::AREA,
    &tag_list::AREA,
    &referrers::AREA,
    &referrers_upgrade::AREA,
    &delete::AREA,
    &proxy::AREA,
    &fallback::AREA,
    &errors::AREA,
    &rate_limit::AREA,
    &warnings::AREA,
    &extensions::AREA,
    &image::AREA,
    &auth::AREA,
    &tokens::AREA,
    &isolation::AREA,
    &security::AREA,
    &signatures::AREA,
    &concurrency::AREA,
    &durability::AREA,
    &docker::AREA,
];

/// Every requirement, in the order in which they are reported.
pub fn requirements() -> impl Iterator<Item = &'static Requirement> {
    AREAS.iter().flat_map(|area| area.rows.iter().copied())
}

/// The requirement with this id or alias.
pub fn find(name: &str) -> Option<&'static Requirement> {
    requirements().find(|row| row.id == name || row.alias.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests;
