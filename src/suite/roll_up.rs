//! Requirements that sum up others: every check of a workflow tests them, and none alone.
//!
//! What they come to is computed from how those checks ended, so that nothing is counted twice: a
//! summary that does not hold is never a failure or a cause of its own.

use crate::catalogue::Requirement;
use crate::catalogue::categories::CLAIMED_CATEGORIES_IMPLEMENTED;
use crate::catalogue::categories::OTHER_CATEGORIES_IMPLEMENTED;
use crate::catalogue::categories::PULL_CATEGORY_IMPLEMENTED;
use crate::catalogue::tag_list::TAG_LIST_SENT;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;

/// A requirement that sums up others.
#[derive(Debug)]
pub struct RollUp {
    /// The requirement.
    pub requirement: &'static Requirement,
    /// The workflows whose checks test it: the first parts of their ids.
    pub workflows: &'static [&'static str],
    /// What it takes for it to hold.
    pub sum: Sum,
}

/// What it takes for a sum to hold.
#[derive(Debug)]
pub enum Sum {
    /// Every requirement of level must that those checks cover holds.
    Musts,
    /// Each of these is offered.
    Offers(&'static [Offer]),
    /// Every feature that the user says is there is there.
    Claims,
}

/// A category of the API that a registry may lack, and how that is seen.
#[derive(Debug)]
pub struct Offer {
    /// The category's name.
    pub category: &'static str,
    /// It is lacking where all of these are; empty where the requirement tells.
    pub features: &'static [Feature],
    /// It is lacking where this is violated.
    pub requirement: Option<&'static Requirement>,
}

/// Every such requirement, in the order of the catalogue.
pub static ROLL_UPS: &[RollUp] = &[
    RollUp {
        requirement: &PULL_CATEGORY_IMPLEMENTED,
        workflows: &["pull"],
        sum: Sum::Musts,
    },
    RollUp {
        requirement: &OTHER_CATEGORIES_IMPLEMENTED,
        workflows: &["push", "discovery", "management"],
        sum: Sum::Offers(&[
            Offer {
                category: "push",
                features: &[Feature::Push],
                requirement: None,
            },
            // The tag list is no feature: no answer says lawfully that it is not there.
            Offer {
                category: "discovery",
                features: &[],
                requirement: Some(&TAG_LIST_SENT),
            },
            Offer {
                category: "management",
                features: &[
                    Feature::TagDelete,
                    Feature::ManifestDelete,
                    Feature::BlobDelete,
                ],
                requirement: None,
            },
        ]),
    },
    RollUp {
        requirement: &CLAIMED_CATEGORIES_IMPLEMENTED,
        workflows: &["api", "pull", "push", "discovery", "management"],
        sum: Sum::Claims,
    },
];

/// How this requirement sums up others, or `None` if it stands for itself.
pub fn roll_up(requirement: &Requirement) -> Option<&'static RollUp> {
    ROLL_UPS.iter().find(|row| row.requirement == requirement)
}

impl RollUp {
    /// Whether this check of this section is one of those that test it.
    pub fn takes(&self, section: &Section, check: &Check) -> bool {
        let workflow = section.id.split('/').next().unwrap_or_default();
        let says_something = match self.sum {
            Sum::Musts | Sum::Offers(_) => true,
            Sum::Claims => !check.needs.is_empty(),
        };
        self.workflows.contains(&workflow) && says_something
    }
}
