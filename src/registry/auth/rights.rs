//! Who may do what to which repositories.

mod file;

use glob::MatchOptions;
use glob::Pattern;

use super::action::Action;
use super::action::Actions;
use super::htpasswd::ANONYMOUS;
use super::htpasswd::ANYONE;

pub use file::BadRights;
pub use file::RightsFlaw;

/// A star stands for a part of one component; two of them for any number of components.
const MATCHING: MatchOptions = MatchOptions {
    case_sensitive: true,
    require_literal_separator: true,
    require_literal_leading_dot: false,
};

/// Who may do what to which repositories. What no row allows is not allowed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rights(Vec<Row>);

/// That some may do something to some repositories.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Row {
    who: Vec<Who>,
    repositories: Vec<Pattern>,
    actions: Actions,
}

/// Whom a right is given to.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Who {
    /// Everybody, without a login too.
    Everybody,
    /// Whoever has logged in.
    Anyone,
    /// One user.
    Named(String),
}

/// A glob that is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{glob}` is no glob of repositories ({reason}), so that it matches none; `*` stands for a part of one \
     component, and `**` in the place of components for any number of them"
)]
pub struct BadGlob {
    /// The text.
    pub glob: String,
    /// What is wrong with it.
    pub reason: String,
}

impl Rights {
    /// Nobody may do anything.
    pub fn none() -> Self {
        Self::default()
    }

    /// Besides, `who` may do `actions` to the repositories that the glob matches. `anonymous` is
    /// everybody, `*` whoever has logged in.
    pub fn allow(mut self, who: &str, glob: &str, actions: &[Action]) -> Result<Self, BadGlob> {
        self.0.push(Row {
            who: vec![Who::of(who)],
            repositories: vec![pattern(glob)?],
            actions: actions.iter().copied().collect(),
        });
        Ok(self)
    }

    /// Whoever has logged in may do everything, and everybody these actions.
    pub(super) fn open(to_everybody: &[Action]) -> Self {
        let row = |who, actions| Row {
            who: vec![who],
            repositories: vec![Pattern::new("**").expect("two stars are a glob")],
            actions,
        };
        Self(vec![
            row(Who::Anyone, Actions::ALL),
            row(Who::Everybody, to_everybody.iter().copied().collect()),
        ])
    }

    /// What `user` may do to a repository; `None` has not logged in.
    pub(super) fn of(&self, user: Option<&str>, repository: &str) -> Actions {
        let rows = self.0.iter().filter(|row| {
            let mut repositories = row.repositories.iter();
            row.is_for(user) && repositories.any(|it| it.matches_with(repository, MATCHING))
        });
        rows.fold(Actions::NONE, |all, row| all | row.actions)
    }

    /// Whether somebody who has not logged in may do anything at all.
    pub(super) fn know_anonymous(&self) -> bool {
        let mut rows = self.0.iter();
        rows.any(|row| row.is_for(None) && !row.actions.is_empty())
    }
}

impl Row {
    fn is_for(&self, user: Option<&str>) -> bool {
        self.who.iter().any(|who| match who {
            Who::Everybody => true,
            Who::Anyone => user.is_some(),
            Who::Named(name) => user == Some(name),
        })
    }
}

impl Who {
    fn of(text: &str) -> Self {
        match text {
            ANONYMOUS => Self::Everybody,
            ANYONE => Self::Anyone,
            name => Self::Named(name.to_owned()),
        }
    }
}

fn pattern(glob: &str) -> Result<Pattern, BadGlob> {
    Pattern::new(glob).map_err(|error| BadGlob {
        glob: glob.to_owned(),
        reason: error.msg.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given() -> Rights {
        let rights = Rights::none();
        let rights = rights.allow("alice", "alice/**", &Action::ALL).unwrap();
        let rights = rights.allow("*", "shared/*", &[Action::Push]).unwrap();
        rights
            .allow("anonymous", "shared/**", &[Action::Pull])
            .unwrap()
    }

    fn of(user: Option<&str>, repository: &str) -> String {
        given().of(user, repository).to_string()
    }

    #[test]
    fn rights_add_up() {
        assert_eq!(of(Some("alice"), "alice/a/b"), "pull,push,delete");
        assert_eq!(of(Some("alice"), "shared/a"), "pull,push");
        assert_eq!(of(None, "shared/a"), "pull");
        assert!(given().know_anonymous() && !Rights::open(&[]).know_anonymous());
    }

    #[test]
    fn what_nobody_allowed_is_not() {
        assert_eq!(of(Some("bob"), "alice/a"), "");
        assert_eq!(of(None, "alice/a"), "");
        assert_eq!(of(Some("alice"), "alicea/a"), "");
        assert_eq!(of(Some("alice"), "other"), "");
    }

    #[test]
    fn one_star_ends_at_a_slash() {
        assert_eq!(of(Some("bob"), "shared/a"), "pull,push");
        assert_eq!(of(Some("bob"), "shared/a/b"), "pull");
        let all = Rights::open(&[Action::Pull]);
        assert_eq!(all.of(None, "a/b/c").to_string(), "pull");
        assert_eq!(all.of(Some("x"), "a").to_string(), "pull,push,delete");
    }

    #[test]
    fn a_glob_that_is_none_is_refused() {
        assert!(Rights::none().allow("*", "a**", &[]).is_err());
    }
}
