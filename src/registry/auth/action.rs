//! What may be done to a repository.

use std::fmt;
use std::ops::BitAnd;
use std::ops::BitOr;

/// One thing that may be done to a repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Reading what it holds, lists included.
    Pull,
    /// Adding to it, and moving its tags.
    Push,
    /// Taking out of it.
    Delete,
}

impl Action {
    /// Every action, in the order in which they are written.
    pub const ALL: [Self; 3] = [Self::Pull, Self::Push, Self::Delete];

    /// The word for it in scopes, and in the file of rights.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pull => "pull",
            Self::Push => "push",
            Self::Delete => "delete",
        }
    }

    /// The action of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.name() == name)
    }
}

/// A set of actions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Actions(u8);

impl Actions {
    pub(crate) const NONE: Self = Self(0);
    pub(crate) const ALL: Self = Self(0b111);

    /// This one alone.
    pub(crate) fn only(action: Action) -> Self {
        Self(1 << action as u8)
    }

    pub(crate) fn is_empty(self) -> bool {
        self == Self::NONE
    }

    /// Whether all of `needed` are among them.
    pub(crate) fn cover(self, needed: Self) -> bool {
        self & needed == needed
    }

    /// Their names, in order.
    pub(crate) fn names(self) -> impl Iterator<Item = &'static str> {
        let there = move |action: &Action| self.cover(Self::only(*action));
        Action::ALL.into_iter().filter(there).map(Action::name)
    }

    /// Those of these names; `*` is all, and what is no action is passed over.
    pub(crate) fn named<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let sets = names.into_iter().map(|name| match name {
            "*" => Self::ALL,
            name => Action::named(name).map_or(Self::NONE, Self::only),
        });
        sets.fold(Self::NONE, BitOr::bitor)
    }
}

impl FromIterator<Action> for Actions {
    fn from_iter<T: IntoIterator<Item = Action>>(actions: T) -> Self {
        let sets = actions.into_iter().map(Self::only);
        sets.fold(Self::NONE, BitOr::bitor)
    }
}

impl BitAnd for Actions {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

impl BitOr for Actions {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// As in a scope: `pull,push`.
impl fmt::Display for Actions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.names().collect::<Vec<_>>().join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_are_written_in_one_order_and_read_in_any() {
        let read = Actions::named(["delete", "pull", "fly"]);
        assert_eq!(read.to_string(), "pull,delete");
        assert_eq!(Actions::named(["*"]), Actions::ALL);
        assert_eq!(Actions::ALL.to_string(), "pull,push,delete");
    }

    #[test]
    fn only_all_of_what_is_needed_covers_it() {
        let both = Actions::named(["pull", "push"]);
        assert!(both.cover(Actions::only(Action::Push)) && both.cover(Actions::NONE));
        assert!(!Actions::only(Action::Pull).cover(both));
    }
}
