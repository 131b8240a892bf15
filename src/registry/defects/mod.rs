//! The ways in which the registry can be told to be wrong: one row each, one file per area.
//!
//! A row says what it does, which requirements that breaches, and where the idea comes from. It
//! knows no check: who finds it is for the selftest to see.

mod algorithms;
mod blob_digests;
mod blob_pull;
mod blob_push;
mod blob_ranges;
mod cancel;
mod chunk_order;
mod chunk_ranges;
mod chunked;
mod concurrency;
mod concurrent_pushes;
mod deep;
mod delete;
mod delete_blob;
mod delete_reach;
mod delete_tag;
mod docker;
mod docker_catalog;
mod durability;
mod error_codes;
mod errors;
mod existence;
mod existence_headers;
mod fallback;
mod guarded;
mod image;
mod image_content;
mod isolation;
mod manifest_bytes;
mod manifest_content;
mod manifest_headers;
mod manifest_pull;
mod manifest_push;
mod manifest_refusals;
mod manifest_tags;
mod mount;
mod names;
mod negotiation;
mod notices;
mod push_references;
mod references;
mod referrer_descriptors;
mod referrer_filters;
mod referrer_sets;
mod referrers;
mod security;
mod sessions;
mod signatures;
mod single_post;
mod subject;
mod support;
mod tag_entries;
mod tag_links;
mod tag_list;
mod tag_pages;
mod tag_parameters;
mod upload_status;

use std::cmp::Reverse;

use crate::catalogue::Level;
use crate::catalogue::Requirement;
use crate::catalogue::Version;

use super::seams::Seam;
use super::settings::Settings;

/// A way in which the registry can be wrong. A row is a struct literal with a plain function.
#[derive(Debug)]
pub struct Defect {
    /// The name in flags and reports: kebab-case, stable, never reused.
    pub name: &'static str,
    /// What the registry does wrong, as one sentence without a full stop.
    pub title: &'static str,
    /// The requirements that it breaches; none where it breaks a rule of fuzzing alone.
    pub breaches: &'static [&'static Requirement],
    /// Where the idea comes from.
    pub source: Source,
    pub(crate) seam: Seam,
}

/// Where the idea of a defect comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Whoever wrote it knew the checks.
    Ours,
    /// A reader of the requirements who had not seen the checks.
    Reader,
    /// A public report on a real registry: `owner/repository#number`.
    Tracker(&'static str),
    /// A published weakness of a real registry: `CVE-year-number`.
    Cve(&'static str),
}

impl Defect {
    /// Every defect that a suite of checks is to find, in the order of the areas.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        let beyond = concurrency::PARTS.iter().chain(&durability::PARTS);
        let areas = AREAS.iter().chain(beyond);
        areas.chain(guarded::THEMES).copied().flatten()
    }

    /// Every defect that only a sequence of requests, a race or an odd byte shows, and that a suite
    /// need not meet.
    pub fn deep() -> impl Iterator<Item = &'static Self> {
        deep::THEMES.iter().copied().flatten()
    }

    /// Every defect that there is.
    pub fn every() -> impl Iterator<Item = &'static Self> {
        Self::all().chain(Self::deep())
    }

    /// The defect with this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        Self::every().find(|row| row.name == name)
    }

    /// Whether it is one of [`deep`](Self::deep).
    pub fn is_deep(&self) -> bool {
        Self::deep().any(|row| row.name == self.name)
    }

    /// Whether it shows only where the registry knows its users: the two of
    /// [`guarded`](crate::registry::guarded).
    pub fn is_guarded(&self) -> bool {
        let mut rows = guarded::THEMES.iter().copied().flatten();
        rows.any(|row| row.name == self.name)
    }

    /// Whether it shows only over a socket.
    pub fn needs_socket(&self) -> bool {
        match self.seam {
            Seam::Wire(_) => true,
            Seam::Settings(change) => {
                let mut settings = Settings::default();
                change(&mut settings);
                settings.excess.is_some()
            }
            Seam::Layer(_) | Seam::Store(_) | Seam::Door(_) | Seam::Desk(_) => false,
        }
    }

    /// The version of the specification in which it weighs heaviest or, where that is the same, in
    /// which most of what it breaches is asked for: 1.1 unless another asks for more.
    pub fn version(&self) -> Version {
        let weight = |version: &Version| {
            let levels = self.breaches.iter().filter_map(|row| row.level(*version));
            let count = levels.clone().count();
            (levels.min().unwrap_or(Level::May), Reverse(count))
        };
        [Version::V1_1, Version::V1_2, Version::V1_0]
            .into_iter()
            .min_by_key(weight)
            .unwrap_or_default()
    }
}

/// The files of the table.
static AREAS: &[&[Defect]] = &[
    support::DEFECTS,
    names::DEFECTS,
    references::DEFECTS,
    manifest_pull::DEFECTS,
    manifest_bytes::DEFECTS,
    manifest_headers::DEFECTS,
    blob_pull::DEFECTS,
    blob_ranges::DEFECTS,
    negotiation::DEFECTS,
    existence::DEFECTS,
    existence_headers::DEFECTS,
    blob_push::DEFECTS,
    concurrent_pushes::DEFECTS,
    blob_digests::DEFECTS,
    single_post::DEFECTS,
    chunked::DEFECTS,
    chunk_ranges::DEFECTS,
    chunk_order::DEFECTS,
    algorithms::DEFECTS,
    sessions::DEFECTS,
    upload_status::DEFECTS,
    cancel::DEFECTS,
    mount::DEFECTS,
    manifest_push::DEFECTS,
    manifest_refusals::DEFECTS,
    manifest_content::DEFECTS,
    manifest_tags::DEFECTS,
    push_references::DEFECTS,
    tag_parameters::DEFECTS,
    subject::DEFECTS,
    image::DEFECTS,
    image_content::DEFECTS,
    tag_list::DEFECTS,
    tag_entries::DEFECTS,
    tag_pages::DEFECTS,
    tag_links::DEFECTS,
    referrers::DEFECTS,
    referrer_descriptors::DEFECTS,
    referrer_filters::DEFECTS,
    referrer_sets::DEFECTS,
    fallback::DEFECTS,
    delete_tag::DEFECTS,
    delete::DEFECTS,
    delete_blob::DEFECTS,
    delete_reach::DEFECTS,
    errors::DEFECTS,
    error_codes::DEFECTS,
    notices::DEFECTS,
    signatures::DEFECTS,
    docker::DEFECTS,
    docker_catalog::DEFECTS,
    isolation::DEFECTS,
    security::DEFECTS,
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_row_has_a_name_of_its_own_and_says_what_it_breaches() {
        let mut names = BTreeSet::new();
        for row in Defect::every() {
            assert!(names.insert(row.name), "{} stands twice", row.name);
            let is_word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            assert!(row.name.chars().all(is_word), "{}", row.name);
            assert!(
                !row.title.is_empty() && !row.title.ends_with('.'),
                "{}",
                row.name
            );
            if row.is_deep() && row.breaches.is_empty() {
                continue;
            }
            assert!(!row.breaches.is_empty(), "{} breaches nothing", row.name);
            let weighs = |level: Level| level < Level::May;
            let version = row.version();
            let levels = row.breaches.iter().filter_map(|it| it.level(version));
            assert!(
                levels.min().is_some_and(weighs),
                "{} breaches only a MAY",
                row.name
            );
        }
    }

    #[test]
    fn a_source_names_a_thread_or_a_weakness() {
        for row in Defect::every() {
            if let Source::Tracker(thread) = row.source {
                let (repository, number) = thread.split_once('#').expect("owner/repository#number");
                assert!(
                    repository.contains('/') && number.parse::<u32>().is_ok(),
                    "{thread}"
                );
            }
            if let Source::Cve(id) = row.source {
                let mut parts = id.split('-');
                assert_eq!(parts.next(), Some("CVE"), "{id}");
                assert_eq!(
                    parts.filter(|it| it.parse::<u32>().is_ok()).count(),
                    2,
                    "{id}"
                );
            }
        }
    }
}
