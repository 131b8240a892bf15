//! Repository names.

use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;

/// A repository name by the grammar of version 1.1: components of lower-case letters and digits,
/// parted inside by `.`, `_`, `__` or a run of `-`, and joined by `/`.
///
/// The grammar of version 1.0 is narrower: every name it has is a name here too.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RepositoryName(String);

impl RepositoryName {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RepositoryName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl AsRef<str> for RepositoryName {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for RepositoryName {
    fn borrow(&self) -> &str {
        &self.0
    }
}

/// The text is no repository name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no repository name: it takes components of lower-case letters and digits, \
     parted by `.`, `_`, `__` or dashes, and joined by `/`"
)]
pub struct BadName(String);

impl FromStr for RepositoryName {
    type Err = BadName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.split('/').all(is_component) {
            Ok(Self(text.to_owned()))
        } else {
            Err(BadName(text.to_owned()))
        }
    }
}

fn is_component(part: &str) -> bool {
    let is_word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    part.starts_with(is_word) && part.ends_with(is_word) && part.split(is_word).all(is_separator)
}

/// Whether `text` may stand between two words of a component; it is empty inside a word.
fn is_separator(text: &str) -> bool {
    matches!(text, "." | "_" | "__") || text.bytes().all(|byte| byte == b'-')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_of_the_grammar_are_taken() {
        for name in [
            "a",
            "0",
            "a/b/c/d",
            "a.b",
            "a_b",
            "a__b",
            "a---b",
            "a-b.c_d",
            "v2/tags/list",
            "a0/0a",
        ] {
            assert_eq!(name.parse::<RepositoryName>().unwrap().as_str(), name);
        }
    }

    #[test]
    fn names_outside_the_grammar_are_refused() {
        for name in [
            "", "/", "a/", "/a", "a//b", "UP/x", "a..b", "_x", "a_", "a___b", "a._b", ".a", "a-",
            "a b", "ä", "a\n", "a:b", "..",
        ] {
            assert!(name.parse::<RepositoryName>().is_err(), "{name}");
        }
    }

    proptest! {
        #[test]
        fn what_is_made_by_the_grammar_is_taken(
            name in "[a-z0-9]{1,3}((\\.|_|__|-{1,3})[a-z0-9]{1,3}){0,2}(/[a-z0-9]{1,3}((\\.|_|__|-{1,3})[a-z0-9]{1,3}){0,2}){0,3}"
        ) {
            prop_assert!(name.parse::<RepositoryName>().is_ok());
        }

        #[test]
        fn arbitrary_text_is_read_without_panic(text in ".{0,40}") {
            if let Ok(name) = text.parse::<RepositoryName>() {
                prop_assert_eq!(name.to_string(), text);
            }
        }
    }
}
