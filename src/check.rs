//! What a check is: one question put to a registry, and the section of the specification it belongs
//! to.

mod expectation;
mod feature;
mod watch;
mod workflow;

pub use expectation::BadExpectations;
pub use expectation::Day;
pub use expectation::Ending;
pub use expectation::Expectation;
pub use expectation::Expectations;
pub use expectation::FindingNames;
pub use expectation::Flaw;
pub use expectation::KEY as EXPECTATIONS_KEY;
pub use expectation::NoDay;
pub use expectation::State;
pub use expectation::Subject;
pub use feature::Feature;
pub use feature::FeatureRow;
pub use feature::FeatureState;
pub use watch::Broken;
pub use watch::Remark;
pub use watch::Watch;
pub use workflow::Group;
pub use workflow::UnknownGroup;
pub use workflow::Workflow;

use crate::catalogue::Level;
use crate::catalogue::Requirement;
use crate::catalogue::Version;
use crate::trial::Axis;
use crate::trial::Trial;
use crate::trial::Variant;
use crate::verdict::Outcome;

/// A heading of the specification with the checks that belong to it.
#[derive(Debug)]
pub struct Section {
    /// Its path in the suite, which is the prefix of its checks' ids: `pull/blobs`.
    pub id: &'static str,
    /// What it is about, as a title.
    pub title: &'static str,
    /// The anchor of the heading in the specification.
    pub anchor: &'static str,
    /// Its checks, in the order in which they are reported.
    pub checks: &'static [Check],
}

/// One question put to a registry. A row is a struct literal that ends with `..Check::BASE`.
#[derive(Debug)]
pub struct Check {
    /// The last part of its id; stable, never reused.
    pub name: &'static str,
    /// What a sound registry does, as one sentence without a full stop.
    pub title: &'static str,
    /// The requirements that its demands prove.
    pub covers: &'static [&'static Requirement],
    /// What the registry has to have for the question to make sense.
    pub needs: &'static [Feature],
    /// By what it is varied.
    pub axes: &'static [Axis],
    /// What it asks of its repositories.
    pub wants: Wants,
    /// Whether it moves more than 8 MiB, which happens off loopback only when asked for.
    pub heavy: bool,
    /// The question itself. It may be put in any order, beside any other, and twice.
    pub run: fn(&Trial<'_>) -> Outcome,
    /// In the place of a question, what looks at every exchange of the run. A check that has it
    /// covers exactly one requirement, needs nothing and is varied by nothing.
    pub watch: Option<Watch>,
}

impl Check {
    /// What most checks have in common.
    pub const BASE: Self = Self {
        name: "",
        title: "",
        covers: &[],
        needs: &[],
        axes: &[],
        wants: Wants::Room,
        heavy: false,
        run: |_| Ok(()),
        watch: None,
    };

    /// The heaviest level among its requirements, or `None` if `version` has none of them.
    pub fn level(&self, version: Version) -> Option<Level> {
        self.covers
            .iter()
            .filter_map(|requirement| requirement.level(version))
            .min()
    }

    /// Everything that `variant` of it needs.
    pub fn features(&self, variant: Variant) -> Vec<Feature> {
        use crate::oci::Algorithm;
        let blobs = (variant.blobs == Algorithm::Sha512).then_some(Feature::Sha512Blobs);
        let manifests =
            (variant.manifests == Algorithm::Sha512).then_some(Feature::Sha512Manifests);
        self.needs
            .iter()
            .copied()
            .chain(blobs)
            .chain(manifests)
            .collect()
    }
}

/// What a check asks of the repositories that it works in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Wants {
    /// Room for its own content; what else is there or happens there does not matter.
    Room,
    /// That nothing else changes there while it runs; what is there already does not matter.
    Quiet,
    /// That nothing was ever there, or names of its own choosing.
    Fresh,
    /// That nothing else happens at the registry while it runs.
    Alone,
}
