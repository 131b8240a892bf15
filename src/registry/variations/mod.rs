//! The ways in which the registry can be told to be lawfully different: one row each, one file per
//! theme. No check may fail on any of them.

mod auth;
mod blobs;
mod chunks;
mod deletes;
mod docker;
mod errors;
mod features;
mod guarded;
mod headers;
mod locations;
mod manifests;
mod names;
mod ranges;
mod redirects;
mod referrers;
mod refusals;
mod restarts;
mod security;
mod tag_lists;
mod tag_parameters;
mod timing;
mod transport;
mod uploads;

use crate::catalogue::Requirement;
use crate::catalogue::Version;

use super::answer::Answer;
use super::seams::Seam;

/// A way in which the registry can lawfully differ. A row is a struct literal with a plain
/// function.
#[derive(Debug)]
pub struct Variation {
    /// The name in flags and reports: kebab-case, stable, never reused.
    pub name: &'static str,
    /// What the registry does, as one sentence without a full stop.
    pub title: &'static str,
    /// The requirements of level should that it gives up: these warn, and nothing else.
    pub gives_up: &'static [&'static Requirement],
    /// Whether it shows only over a socket.
    pub needs_socket: bool,
    /// The versions of the specification in which it is lawful.
    pub versions: &'static [Version],
    pub(crate) seam: Seam,
}

impl Variation {
    /// What most rows have in common.
    pub(crate) const BASE: Self = Self {
        name: "",
        title: "",
        gives_up: &[],
        needs_socket: false,
        versions: &Version::ALL,
        seam: Seam::Settings(|_| ()),
    };

    /// Whether it is lawful in this version of the specification.
    pub fn is_lawful_in(&self, version: Version) -> bool {
        self.versions.contains(&version)
    }

    /// Whether it shows only where the registry knows its users: the two of
    /// [`guarded`](crate::registry::guarded).
    pub fn is_guarded(&self) -> bool {
        matches!(self.seam, Seam::Door(_) | Seam::Desk(_))
    }

    /// Every variation, in the order of the themes.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        THEMES.iter().copied().flatten()
    }

    /// The variation with this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        Self::all().find(|row| row.name == name)
    }
}

/// Versions for what came with 1.1.
const SINCE_1_1: &[Version] = &[Version::V1_1, Version::V1_2];

/// The version for what came with the 1.2 draft.
const SINCE_1_2: &[Version] = &[Version::V1_2];

/// Versions for what the 1.2 draft forbids.
const BEFORE_1_2: &[Version] = &[Version::V1_0, Version::V1_1];

/// The files of the table.
static THEMES: &[&[Variation]] = &[
    features::VARIATIONS,
    names::VARIATIONS,
    headers::VARIATIONS,
    errors::VARIATIONS,
    blobs::VARIATIONS,
    ranges::VARIATIONS,
    redirects::VARIATIONS,
    locations::VARIATIONS,
    uploads::VARIATIONS,
    chunks::VARIATIONS,
    manifests::VARIATIONS,
    refusals::VARIATIONS,
    tag_parameters::VARIATIONS,
    tag_lists::VARIATIONS,
    referrers::VARIATIONS,
    deletes::VARIATIONS,
    auth::VARIATIONS,
    guarded::VARIATIONS,
    timing::VARIATIONS,
    restarts::VARIATIONS,
    transport::VARIATIONS,
    docker::VARIATIONS,
    security::VARIATIONS,
];

/// The same answer with white space in its JSON, where it has that.
fn spaced(answer: Answer) -> Answer {
    let Ok(value) = serde_json::from_slice::<serde_json::Value>(&answer.body) else {
        return answer;
    };
    answer.bytes(format!("\r\n\t {value:#} \n\n"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::catalogue::Level;

    #[test]
    fn every_row_has_a_name_of_its_own_and_gives_up_no_more_than_a_should() {
        let mut names = BTreeSet::new();
        for row in Variation::all() {
            assert!(names.insert(row.name), "{} stands twice", row.name);
            assert!(
                !row.title.is_empty() && !row.title.ends_with('.'),
                "{}",
                row.name
            );
            assert!(!row.versions.is_empty(), "{} is never lawful", row.name);
            // A registry may leave Docker's older protocol alone.
            let of_docker = |it: &&&Requirement| it.alias.starts_with("DOCK-");
            for given_up in row.gives_up.iter().filter(|it| !of_docker(it)) {
                let asking = row.versions.iter();
                let levels: Vec<_> = asking.filter_map(|it| given_up.level(*it)).collect();
                let all = levels.iter().all(|level| *level == Level::Should);
                let is_should = all && !levels.is_empty();
                assert!(is_should, "{}: {}", row.name, given_up.id);
            }
        }
    }
}
