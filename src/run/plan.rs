//! Which cases a run consists of.

use glob::Pattern;

use crate::catalogue::Level;
use crate::catalogue::Version;
use crate::check::Check;
use crate::check::Group;
use crate::check::Section;
use crate::check::Workflow;
use crate::oci::Algorithm;
use crate::trial::Variant;

use super::OF_ANOTHER_SHARD;
use super::Override;
use super::left_out::BY_FLAG;
use super::left_out::NOT_SELECTED;
use super::left_out::OF_GROUP;
use super::left_out::OF_LEVEL;
use super::overrides;

/// One check at one point of its axes.
#[derive(Debug, Clone)]
pub struct Case {
    /// `<section>/<check>[@variant]`.
    pub id: String,
    /// The section.
    pub section: &'static Section,
    /// The check.
    pub check: &'static Check,
    /// The point.
    pub variant: Variant,
}

/// The cases of a run, in the order in which they are reported.
#[derive(Debug)]
pub struct Plan {
    /// Those that are put to the registry.
    pub cases: Vec<Case>,
    /// Those that are not, with the reason.
    pub skipped: Vec<(Case, String)>,
}

/// Which checks a user wants.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Only those that one of these matches; empty for all.
    pub only: Vec<Filter>,
    /// None that one of these matches.
    pub skip: Vec<Filter>,
    /// Only those of these groups of workflows; where there are none, the usual ones, or all where
    /// `only` says which.
    pub groups: Vec<Group>,
    /// Only those of this level or heavier.
    pub level: Option<Level>,
    /// What holds for some of them alone; what counts more stands first.
    pub overrides: Vec<Override>,
    /// Only this part, of so many; the parts of all shards together are the whole.
    pub shard: Option<(u64, u64)>,
}

/// A glob over the ids of checks. It also takes the path of a section, and the id or alias of a
/// requirement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter(Pattern);

impl std::str::FromStr for Filter {
    type Err = glob::PatternError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Pattern::new(text).map(Self)
    }
}

impl Filter {
    /// The check of this id alone.
    pub fn exactly(id: &str) -> Self {
        let pattern = Pattern::new(&Pattern::escape(id));
        Self(pattern.expect("what is escaped is a pattern"))
    }

    /// The text that it was made from.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Whether it names one thing, and has no wildcard.
    pub fn is_plain(&self) -> bool {
        !self.as_str().contains(['*', '?', '['])
    }

    /// Whether it takes a case.
    pub fn matches(&self, case: &Case) -> bool {
        let plain = format!("{}/{}", case.section.id, case.check.name);
        let inside = plain
            .strip_prefix(self.as_str())
            .is_some_and(|rest| rest.starts_with('/'));
        let covers = || {
            case.check
                .covers
                .iter()
                .any(|row| self.0.matches(row.id) || self.as_str().eq_ignore_ascii_case(row.alias))
        };
        inside || self.0.matches(&case.id) || self.0.matches(&plain) || covers()
    }
}

impl Case {
    /// Every case of these sections, in order.
    pub fn all(sections: &[&'static Section]) -> Vec<Self> {
        let checks = sections
            .iter()
            .flat_map(|section| section.checks.iter().map(move |check| (*section, check)));
        checks
            .flat_map(|(section, check)| {
                Variant::spanned_by(check.axes)
                    .into_iter()
                    .map(move |variant| Self {
                        id: format!("{}/{}{variant}", section.id, check.name),
                        section,
                        check,
                        variant,
                    })
            })
            .collect()
    }
}

impl Plan {
    /// The cases of `sections` that `selection` takes in this version of the specification.
    pub fn new(sections: &[&'static Section], selection: &Selection, spec: Version) -> Self {
        let mut plan = Self {
            cases: Vec::new(),
            skipped: Vec::new(),
        };
        for case in Case::all(sections) {
            match selection.refusal(&case, spec) {
                None => plan.cases.push(case),
                Some(reason) => plan.skipped.push((case, reason)),
            }
        }
        plan
    }

    /// What was selected and is not put all the same, and why.
    pub fn left_out(&self) -> impl Iterator<Item = (&Case, &str)> {
        let skipped = self.skipped.iter().map(|(case, why)| (case, why.as_str()));
        skipped.filter(|(_, why)| *why != NOT_SELECTED)
    }
}

impl Selection {
    /// Why a case is not put, or `None` if it is.
    fn refusal(&self, case: &Case, spec: Version) -> Option<String> {
        if !self.only.is_empty() && !self.only.iter().any(|filter| filter.matches(case)) {
            return Some(NOT_SELECTED.to_owned());
        }
        let workflow = Workflow::of(case.section);
        if let Some(Workflow { group, .. }) = workflow
            && !self.groups().contains(group)
        {
            return Some(OF_GROUP[*group as usize].to_owned());
        }
        if let Some(filter) = self.skip.iter().find(|filter| filter.matches(case)) {
            return Some(format!("{BY_FLAG} by `--skip {}`", filter.as_str()));
        }
        if let Some(reason) = overrides::left_out(&self.overrides, case) {
            return Some(reason);
        }
        let Some(level) = case.check.level(spec) else {
            return Some(format!("not part of version {spec} of the specification"));
        };
        match self.level {
            Some(least) if level > least => {
                Some(format!("{OF_LEVEL} {level}, lighter than {least}"))
            }
            _ if self.is_of_another_shard(case) => Some(OF_ANOTHER_SHARD.to_owned()),
            _ => None,
        }
    }

    /// The groups of workflows that are asked for.
    pub fn groups(&self) -> &[Group] {
        match (self.groups.as_slice(), self.only.as_slice()) {
            ([], []) => &Group::USUAL,
            ([], _) => &Group::ALL,
            (groups, _) => groups,
        }
    }

    /// By hash, so that nobody has to be asked. Watches judge what goes by in every shard.
    fn is_of_another_shard(&self, case: &Case) -> bool {
        let Some((part, parts)) = self.shard.filter(|_| case.check.watch.is_none()) else {
            return false;
        };
        let digest = Algorithm::Sha256.digest(case.id.as_bytes()).to_string();
        let hex = digest.split(':').nth(1).and_then(|hex| hex.get(..16));
        let number = hex.and_then(|hex| u64::from_str_radix(hex, 16).ok());
        number.unwrap_or_default() % parts.max(1) != part
    }
}
