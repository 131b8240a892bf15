//! What is known of a target before it is fuzzed: the version that it is judged by, and what it has.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::canary::Canary;
use crate::catalogue::Level;
use crate::catalogue::Requirement;
use crate::catalogue::Version;
use crate::check::Feature;
use crate::check::FeatureState;

/// What is known of a target.
#[derive(Debug, Clone)]
pub struct Profile {
    /// The version of the specification by which it is judged.
    pub spec: Version,
    /// What it has, as far as that was found out.
    pub features: BTreeMap<Feature, FeatureState>,
    /// How long an effect may take to show.
    pub settle: Duration,
    /// A listener of ours, where it could call that.
    pub canary: Option<Canary>,
}

impl Profile {
    /// A target of which nothing is known but the version.
    pub fn of(spec: Version) -> Self {
        Self {
            spec,
            features: BTreeMap::new(),
            settle: Duration::ZERO,
            canary: None,
        }
    }

    /// The same, where so long is waited for calls of the canary.
    pub(crate) fn waiting(&self, patience: Duration) -> Self {
        let canary = self.canary.as_ref();
        Self {
            canary: canary.map(|canary| canary.waited_for(patience)),
            ..self.clone()
        }
    }

    /// Whether it is known to have this.
    pub fn has(&self, feature: Feature) -> bool {
        matches!(
            self.features.get(&feature),
            Some(FeatureState::Supported(_))
        )
    }

    /// Whether it is known to lack this, lawfully.
    pub fn lacks(&self, feature: Feature) -> bool {
        matches!(
            self.features.get(&feature),
            Some(FeatureState::Unsupported(_))
        )
    }

    /// Whether a breach of this is a finding: a MUST, or what is plainly stated.
    pub fn gates(&self, requirement: &Requirement) -> bool {
        let level = requirement.level(self.spec);
        matches!(level, Some(Level::Must | Level::Expected))
    }
}
