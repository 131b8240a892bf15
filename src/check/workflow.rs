//! Workflows, and whose promises they hold a registry to.

use std::fmt;
use std::str::FromStr;

use super::Section;

/// A workflow: the sections whose ids begin with its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Workflow {
    /// The first part of its sections' ids.
    pub id: &'static str,
    /// Whose promises it is about.
    pub group: Group,
}

/// Whose promises a workflow is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// The distribution specification's.
    Specification,
    /// Those on which users count besides: what logins, isolation, signatures, and work at the same
    /// time are worth.
    Beyond,
    /// Those of Docker's older protocol.
    Docker,
}

/// Every workflow.
static WORKFLOWS: &[Workflow] = &[
    workflow("api", Group::Specification),
    workflow("pull", Group::Specification),
    workflow("push", Group::Specification),
    workflow("discovery", Group::Specification),
    workflow("management", Group::Specification),
    workflow("answers", Group::Specification),
    workflow("auth", Group::Beyond),
    workflow("security", Group::Beyond),
    workflow("signatures", Group::Beyond),
    workflow("concurrency", Group::Beyond),
    workflow("durability", Group::Beyond),
    workflow("docker", Group::Docker),
];

impl Workflow {
    /// The workflow of a section; `None` for one that is not of this suite.
    pub fn of(section: &Section) -> Option<&'static Self> {
        let id = section.id.split('/').next().unwrap_or_default();
        WORKFLOWS.iter().find(|workflow| workflow.id == id)
    }
}

impl Group {
    /// Every group.
    pub const ALL: [Self; 3] = [Self::Specification, Self::Beyond, Self::Docker];

    /// Those that are asked for unless a user says otherwise: not every registry has anything to do with
    /// Docker's older protocol.
    pub const USUAL: [Self; 2] = [Self::Specification, Self::Beyond];
}

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Specification => "specification",
            Self::Beyond => "beyond",
            Self::Docker => "docker",
        })
    }
}

/// The text names no group.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no group of workflows; give specification, beyond or docker")]
pub struct UnknownGroup(String);

impl FromStr for Group {
    type Err = UnknownGroup;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL.into_iter().find(|it| it.to_string() == text);
        known.ok_or_else(|| UnknownGroup(text.to_owned()))
    }
}

const fn workflow(id: &'static str, group: Group) -> Workflow {
    Workflow { id, group }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_reads_back_as_it_is_written() {
        for group in Group::ALL {
            assert_eq!(group.to_string().parse(), Ok(group));
        }
        assert!("oci".parse::<Group>().is_err());
    }
}
