//! What a setting of the official suite means here, before all of them are put together.

use crate::check::Feature;
use crate::http::Secret;

/// One thing that a setting says. What is said twice counts once: as the source says it that counts
/// more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Effect {
    /// `host:port` of the registry.
    Registry(String),
    /// How the connection is protected.
    Tls(Tls),
    /// The first or the second repository.
    Repository(Place, String),
    Username(String),
    Password(Secret),
    /// The version of the specification, as `--spec` takes it.
    Spec(&'static str),
    /// The folder for reports; `None` for no reports.
    Out(Option<String>),
    /// How much is said.
    Talk(Talk),
    /// The only checks to put.
    Only(Vec<&'static str>),
    /// Whether a part of the suite is on: the variable of the part.
    Part(&'static str, bool),
    /// Whether anything may be pushed.
    Pushing(bool),
    /// Whether one of the four workflows of the older suite is on.
    Workflow(Workflow, bool),
    /// What is in the registry already.
    Given(Kind, Vec<String>),
    /// A feature whose absence is a violation.
    Require(Feature),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tls {
    Enabled,
    Insecure,
    Disabled,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    First,
    Second,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Talk {
    Little,
    EveryCheck,
    EveryExchange,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Workflow {
    Pull,
    Push,
    Discovery,
    Management,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Tag,
    Manifest,
    Blob,
}

/// A part of the suite that can be switched off, and what that comes to here.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part {
    /// Off: these features are not asked for.
    pub(super) without: &'static [Feature],
    /// Off: these checks are left out, too.
    pub(super) skip: &'static [&'static str],
    /// On, though the suite has it off by itself: the absence of these features is a violation.
    pub(super) require: &'static [Feature],
}

impl Part {
    /// Off: these checks are left out.
    pub(super) const fn skipping(skip: &'static [&'static str]) -> Self {
        Self::lacking(&[], skip)
    }

    /// Off: these features are not asked for, and these checks are left out.
    pub(super) const fn lacking(
        without: &'static [Feature],
        skip: &'static [&'static str],
    ) -> Self {
        Self {
            without,
            skip,
            require: &[],
        }
    }

    /// On, which the suite has it not by itself: the absence of its features is a violation.
    pub(super) const fn demanded(self) -> Self {
        Self {
            require: self.without,
            ..self
        }
    }
}

impl Effect {
    /// Whether two say something about the same thing.
    pub(super) fn rivals(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Repository(one, _), Self::Repository(two, _)) => one == two,
            (Self::Part(one, _), Self::Part(two, _)) => one == two,
            (Self::Workflow(one, _), Self::Workflow(two, _)) => one == two,
            (Self::Given(one, _), Self::Given(two, _)) => one == two,
            (Self::Require(one), Self::Require(two)) => one == two,
            _ => std::mem::discriminant(self) == std::mem::discriminant(other),
        }
    }
}

impl Workflow {
    pub(super) const ALL: [Self; 4] = [Self::Pull, Self::Push, Self::Discovery, Self::Management];

    /// The folder of the checks that it is about.
    pub(super) const fn folder(self) -> &'static str {
        match self {
            Self::Pull => "pull",
            Self::Push => "push",
            Self::Discovery => "discovery",
            Self::Management => "management",
        }
    }

    /// The variable that switches it on.
    pub(super) const fn variable(self) -> &'static str {
        match self {
            Self::Pull => "OCI_TEST_PULL",
            Self::Push => "OCI_TEST_PUSH",
            Self::Discovery => "OCI_TEST_CONTENT_DISCOVERY",
            Self::Management => "OCI_TEST_CONTENT_MANAGEMENT",
        }
    }

    /// The newer variables that are about the same.
    pub(super) const fn newer(self) -> &'static [&'static str] {
        match self {
            Self::Pull => &["OCI_API_PULL"],
            Self::Push => &[],
            Self::Discovery => &["OCI_API_TAGS_LIST", "OCI_API_REFERRER"],
            Self::Management => &[
                "OCI_API_TAGS_DELETE",
                "OCI_API_MANIFESTS_DELETE",
                "OCI_API_BLOBS_DELETE",
            ],
        }
    }
}

impl Kind {
    /// The flag that takes it.
    pub(super) const fn flag(self) -> &'static str {
        match self {
            Self::Tag => "tag",
            Self::Manifest => "manifest",
            Self::Blob => "blob",
        }
    }
}
