//! Who may log in: names with their passwords, given or read from a file as `htpasswd -B` writes it.

use std::collections::BTreeMap;
use std::str::FromStr;

use bcrypt::HashParts;

use crate::http::Secret;

/// The names that mean others in the file of rights.
pub(super) const ANONYMOUS: &str = "anonymous";
pub(super) const ANYONE: &str = "*";

/// The most that a hash may cost. With every step more, a login takes twice as long; this is some
/// seconds.
const MOST: u32 = 16;

/// Users, each with a password, or with what tells whether it is the right one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Users(BTreeMap<String, Stored>);

/// What is kept of a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stored {
    /// Its hash by bcrypt.
    Hash { text: Secret, cost: u32 },
    /// All of it.
    Plain(Secret),
}

impl Stored {
    /// What it is, as a text that is another for another password.
    pub(super) fn reveal(&self) -> &str {
        match self {
            Self::Hash { text, .. } | Self::Plain(text) => text.reveal(),
        }
    }
}

/// A file of which a line is no user.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {flaw}")]
pub struct BadHtpasswd {
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong there.
    pub flaw: HtpasswdFlaw,
}

/// What is wrong with a line. The hash is never shown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HtpasswdFlaw {
    /// No colon.
    #[error("there is no colon, so nobody can log in by this line; write `name:hash`")]
    NoColon,
    /// No name.
    #[error(
        "there is no name before the colon, so nobody can log in by this line; write `name:hash`"
    )]
    NoName,
    /// A name that means somebody else.
    #[error(
        "`{0}` is what rights call others by, so that nobody would know who is meant; give the user another \
         name"
    )]
    Reserved(String),
    /// A name for the second time.
    #[error(
        "`{0}` stands further up already, so it is not known which password is right; take one line out"
    )]
    Twice(String),
    /// Another form of hash.
    #[error(
        "the password of `{name}` is kept as {form}, which is not safe enough to be believed; only bcrypt is: \
         write the line anew with `htpasswd -B`"
    )]
    Form {
        /// The user.
        name: String,
        /// What it looks like.
        form: &'static str,
    },
    /// Bcrypt, and not well-formed.
    #[error(
        "the hash of `{0}` is cut or damaged, so no password fits it; write the line anew with `htpasswd -B`"
    )]
    Damaged(String),
    /// Bcrypt that takes too long.
    #[error(
        "the hash of `{name}` has a cost of {cost}, so that each login would hold the machine up for minutes; \
         write the line anew with `htpasswd -B -C 10`, or any cost up to {MOST}"
    )]
    Cost {
        /// The user.
        name: String,
        /// The cost.
        cost: u32,
    },
    /// Nobody at all.
    #[error("there is no user in the file, so nobody could log in; add one with `htpasswd -B`")]
    Nobody,
}

impl Users {
    /// Reads a file of lines `name:hash`, empty ones, and ones that begin with `#`.
    pub fn htpasswd(text: &str) -> Result<Self, BadHtpasswd> {
        let mut users = BTreeMap::new();
        for (index, line) in text.lines().enumerate() {
            let line = line.trim_end();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let flawed = |flaw| BadHtpasswd {
                line: index + 1,
                flaw,
            };
            let (name, stored) = user(line).map_err(flawed)?;
            if users.insert(name.clone(), stored).is_some() {
                return Err(flawed(HtpasswdFlaw::Twice(name)));
            }
        }
        if users.is_empty() {
            let flaw = HtpasswdFlaw::Nobody;
            return Err(BadHtpasswd { line: 1, flaw });
        }
        Ok(Self(users))
    }

    /// Their names, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    pub(super) fn get(&self, name: &str) -> Option<&Stored> {
        self.0.get(name)
    }

    /// The hash that takes longest to try, if there are hashes.
    pub(super) fn dearest(&self) -> Option<&Secret> {
        let hashes = self.0.values().filter_map(|stored| match stored {
            Stored::Hash { text, cost } => Some((cost, text)),
            Stored::Plain(_) => None,
        });
        hashes.max_by_key(|(cost, _)| *cost).map(|(_, text)| text)
    }
}

fn user(line: &str) -> Result<(String, Stored), HtpasswdFlaw> {
    let (name, hash) = line.split_once(':').ok_or(HtpasswdFlaw::NoColon)?;
    if name.is_empty() {
        return Err(HtpasswdFlaw::NoName);
    }
    let name = name.to_owned();
    if name == ANONYMOUS || name == ANYONE {
        return Err(HtpasswdFlaw::Reserved(name));
    }
    if let Some(form) = other_form(hash) {
        return Err(HtpasswdFlaw::Form { name, form });
    }
    let Ok(parts) = HashParts::from_str(hash) else {
        return Err(HtpasswdFlaw::Damaged(name));
    };
    let cost = parts.get_cost();
    if cost > MOST {
        return Err(HtpasswdFlaw::Cost { name, cost });
    }
    let text = Secret::new(hash);
    Ok((name, Stored::Hash { text, cost }))
}

/// What a hash is, if it is not one by bcrypt.
fn other_form(hash: &str) -> Option<&'static str> {
    const FORMS: [(&str, Option<&str>); 9] = [
        ("$2y$", None),
        ("$2b$", None),
        ("$2a$", None),
        ("$2x$", Some("bcrypt by a faulty program (2x)")),
        ("$apr1$", Some("MD5")),
        ("$1$", Some("MD5")),
        ("{SHA}", Some("SHA-1")),
        ("$5$", Some("SHA-256")),
        ("$6$", Some("SHA-512")),
    ];
    let known = FORMS.iter().find(|(start, _)| hash.starts_with(start));
    known.map_or(Some("plain text, or by crypt"), |(_, form)| *form)
}

/// Users with their passwords as they are, for tests and for one process.
impl<N: Into<String>, P: Into<String>, const COUNT: usize> From<[(N, P); COUNT]> for Users {
    fn from(users: [(N, P); COUNT]) -> Self {
        users.into_iter().collect()
    }
}

impl<N: Into<String>, P: Into<String>> FromIterator<(N, P)> for Users {
    fn from_iter<T: IntoIterator<Item = (N, P)>>(users: T) -> Self {
        let plain = |(name, password): (N, P)| (name.into(), Stored::Plain(Secret::new(password)));
        Self(users.into_iter().map(plain).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `secret`, hashed by a C library.
    const HASH: &str = "$2y$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a";

    fn flaw(text: &str) -> (usize, HtpasswdFlaw) {
        let bad = Users::htpasswd(text).unwrap_err();
        (bad.line, bad.flaw)
    }

    #[test]
    fn users_are_read_and_comments_passed_over() {
        let text = format!(
            "# who\r\n\r\nalice:{HASH}\r\nbob:{}\n",
            HASH.replace("2y", "2b")
        );
        let users = Users::htpasswd(&text).unwrap();
        assert_eq!(users.names().collect::<Vec<_>>(), ["alice", "bob"]);
        assert!(!format!("{users:?}").contains("OQiyCx"));
    }

    #[test]
    fn what_is_no_user_is_said_with_its_line() {
        let own = format!("alice:{HASH}\n");
        assert_eq!(flaw(&format!("{own}bob")), (2, HtpasswdFlaw::NoColon));
        assert_eq!(flaw(&format!("\n:{HASH}")), (2, HtpasswdFlaw::NoName));
        let twice = HtpasswdFlaw::Twice("alice".into());
        assert_eq!(flaw(&format!("{own}{own}")), (2, twice));
        let reserved = HtpasswdFlaw::Reserved("*".into());
        assert_eq!(flaw(&format!("*:{HASH}")), (1, reserved));
        let damaged = HtpasswdFlaw::Damaged("a".into());
        assert_eq!(flaw("a:$2y$05$short"), (1, damaged));
        assert_eq!(flaw("# nobody\n"), (1, HtpasswdFlaw::Nobody));
    }

    #[test]
    fn other_hashes_and_dear_ones_are_refused_and_not_shown() {
        for hash in ["$apr1$x$y", "{SHA}abc=", "$6$x$y", "$2x$05$x", "hunter2"] {
            let (_, flaw) = flaw(&format!("a:{hash}"));
            assert!(matches!(flaw, HtpasswdFlaw::Form { .. }), "{hash}");
            assert!(!flaw.to_string().contains(hash), "{flaw}");
        }
        let dear = format!("a:{}", HASH.replace("$05$", "$31$"));
        assert!(matches!(flaw(&dear).1, HtpasswdFlaw::Cost { cost: 31, .. }));
    }
}
