//! The file of rights: TOML, `[[allow]]` for each row. `docs/serve.md` describes it.

use glob::Pattern;
use serde::Deserialize;
use toml::Spanned;

use super::BadGlob;
use super::Rights;
use super::Row;
use super::Who;
use super::pattern;
use crate::registry::auth::action::Action;
use crate::registry::auth::action::Actions;
use crate::registry::auth::flaw;
use crate::registry::auth::htpasswd::ANONYMOUS;
use crate::registry::auth::htpasswd::ANYONE;
use crate::registry::auth::htpasswd::Users;

/// Every key of the file.
const KEYS: [&str; 4] = ["allow", "users", "repositories", "actions"];

/// A file that holds no rights that can be given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {flaw}")]
pub struct BadRights {
    /// The line in which it is wrong, counted from 1.
    pub line: usize,
    /// What is wrong there.
    pub flaw: RightsFlaw,
}

/// What is wrong with a file of rights.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RightsFlaw {
    /// It is not TOML, or a value is of another kind.
    #[error("{0}; so nobody knows who may do what: mend it there")]
    Toml(String),
    /// A key that there is not.
    #[error("`{key}` is no key of a right, and would be of no effect; {hint}")]
    UnknownKey {
        /// The key.
        key: String,
        /// What to give in its place.
        hint: String,
    },
    /// A name that nobody can log in by.
    #[error(
        "nobody can log in as `{name}`, so the right would be of no effect; {hint} (`anonymous` is everybody, \
         `*` whoever has logged in)"
    )]
    UnknownUser {
        /// The name.
        name: String,
        /// What to give in its place.
        hint: String,
    },
    /// Something that cannot be done.
    #[error("`{action}` is nothing that can be done to a repository; {hint}")]
    UnknownAction {
        /// The word.
        action: String,
        /// What to give in its place.
        hint: String,
    },
    /// A glob that is none.
    #[error(transparent)]
    Glob(BadGlob),
    /// A list with nothing in it.
    #[error("`{0}` is empty, so the right would be of no effect; name some, or take the row out")]
    Empty(&'static str),
    /// No rights.
    #[error("there is no `[[allow]]`, so that nobody could do anything; give somebody a right")]
    Nothing,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    allow: Vec<Spanned<Allowed>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Allowed {
    users: Vec<Spanned<String>>,
    repositories: Vec<Spanned<String>>,
    actions: Vec<Spanned<String>>,
}

/// A flaw, and at which byte it is.
type Flawed = (usize, RightsFlaw);

impl Rights {
    /// Reads the text of a file, in which only `users` are named.
    pub fn read(text: &str, users: &Users) -> Result<Self, BadRights> {
        let bad = |(at, flaw)| BadRights {
            line: flaw::line(text, at),
            flaw,
        };
        let file: File = toml::from_str(text).map_err(|error| bad(unreadable(&error)))?;
        if file.allow.is_empty() {
            return Err(bad((0, RightsFlaw::Nothing)));
        }
        let rows = file.allow.into_iter();
        let rows = rows.map(|allowed| {
            let at = allowed.span().start;
            row(allowed.into_inner(), at, users).map_err(bad)
        });
        rows.collect::<Result<_, _>>().map(Self)
    }
}

fn unreadable(error: &toml::de::Error) -> Flawed {
    let at = error.span().map_or(0, |span| span.start);
    let message = error.message();
    let key = message.strip_prefix("unknown field `");
    let flaw = match key.and_then(|rest| rest.split_once('`')) {
        Some((key, _)) => RightsFlaw::UnknownKey {
            hint: flaw::hint(key, KEYS),
            key: key.to_owned(),
        },
        None => RightsFlaw::Toml(message.to_owned()),
    };
    (at, flaw)
}

fn row(allowed: Allowed, at: usize, users: &Users) -> Result<Row, Flawed> {
    let each = |name, list: &Vec<_>| {
        if list.is_empty() {
            return Err((at, RightsFlaw::Empty(name)));
        }
        Ok(())
    };
    each("users", &allowed.users)?;
    each("repositories", &allowed.repositories)?;
    each("actions", &allowed.actions)?;
    Ok(Row {
        who: read(allowed.users, |name| who(name, users))?,
        repositories: read(allowed.repositories, glob)?,
        actions: Actions::from_iter(read(allowed.actions, action)?),
    })
}

/// Reads each text of a list; a flaw stands where the text does.
fn read<T>(
    list: Vec<Spanned<String>>,
    of: impl Fn(&str) -> Result<T, RightsFlaw>,
) -> Result<Vec<T>, Flawed> {
    let each = list.into_iter();
    each.map(|text| of(text.get_ref()).map_err(|flaw| (text.span().start, flaw)))
        .collect()
}

fn who(name: &str, users: &Users) -> Result<Who, RightsFlaw> {
    let who = Who::of(name);
    if matches!(who, Who::Named(_)) && users.get(name).is_none() {
        let known = users.names().chain([ANONYMOUS, ANYONE]);
        return Err(RightsFlaw::UnknownUser {
            hint: flaw::hint(name, known),
            name: name.to_owned(),
        });
    }
    Ok(who)
}

fn glob(text: &str) -> Result<Pattern, RightsFlaw> {
    pattern(text).map_err(RightsFlaw::Glob)
}

fn action(name: &str) -> Result<Action, RightsFlaw> {
    Action::named(name).ok_or_else(|| RightsFlaw::UnknownAction {
        hint: flaw::hint(name, Action::ALL.map(Action::name)),
        action: name.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOUND: &str = r#"
[[allow]]
users = ["alice"]
repositories = ["alice/**"]
actions = ["pull", "push", "delete"]

[[allow]]
users = ["anonymous"]
repositories = ["public/**", "base"]
actions = ["pull"]
"#;

    fn read(text: &str) -> Result<Rights, BadRights> {
        Rights::read(text, &Users::from([("alice", "a"), ("bob", "b")]))
    }

    fn sentence(from: &str, to: &str) -> String {
        read(&SOUND.replacen(from, to, 1)).unwrap_err().to_string()
    }

    #[test]
    fn rows_are_rights() {
        let rights = read(SOUND).unwrap();
        assert_eq!(rights.of(Some("alice"), "alice/a"), Actions::ALL);
        assert_eq!(rights.of(Some("bob"), "alice/a"), Actions::NONE);
        assert_eq!(rights.of(None, "base").to_string(), "pull");
    }

    #[test]
    fn what_is_misspelled_is_said_with_its_line_and_what_was_meant() {
        let said = sentence("users", "user");
        assert!(said.starts_with("line 3: `user` is no key"), "{said}");
        assert!(said.ends_with("did you mean `users`?"), "{said}");
        let said = sentence("\"alice\"", "\"alise\"");
        assert!(said.starts_with("line 3: nobody can log in"), "{said}");
        assert!(said.contains("did you mean `alice`?"), "{said}");
        let said = sentence("\"delete\"", "\n\"delte\"");
        assert!(said.starts_with("line 6: `delte`"), "{said}");
        assert!(said.ends_with("did you mean `delete`?"), "{said}");
        let said = sentence("alice/**", "alice**");
        assert!(said.starts_with("line 4: `alice**` is no glob"), "{said}");
    }

    #[test]
    fn what_would_be_of_no_effect_is_refused() {
        for (from, to, flaw) in [
            ("[\"alice\"]", "[]", "line 2: `users` is empty"),
            ("users = [\"alice\"]\n", "", "line 2: missing field `users`"),
            ("[\"alice\"]", "\"alice\"", "line 3: invalid type"),
            ("[[allow]]", "[[allow]", "line 2: "),
        ] {
            let said = sentence(from, to);
            assert!(said.starts_with(flaw), "{said}");
        }
        assert_eq!(read("").unwrap_err().flaw, RightsFlaw::Nothing);
    }
}
