//! References: what stands behind `manifests/` in a path, a tag or a digest.

use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;

use super::BadDigest;
use super::Digest;

/// A tag: up to 128 of `A-Z a-z 0-9 . _ -`, the first of which is neither `.` nor `-`.
///
/// Tags are ordered by their bytes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tag(String);

impl Tag {
    /// How many characters a tag has at most.
    pub const MAX_LEN: usize = 128;

    /// The tag as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl AsRef<str> for Tag {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for Tag {
    fn borrow(&self) -> &str {
        &self.0
    }
}

/// The text is no tag.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no tag: it takes up to 128 letters, digits, `.`, `_` and `-`, \
     and neither `.` nor `-` in front"
)]
pub struct BadTag(String);

impl FromStr for Tag {
    type Err = BadTag;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        let is_inner = |byte: u8| is_word(byte) || byte == b'.' || byte == b'-';
        let begins_well = text.bytes().next().is_some_and(is_word);
        if begins_well && text.len() <= Self::MAX_LEN && text.bytes().all(is_inner) {
            Ok(Self(text.to_owned()))
        } else {
            Err(BadTag(text.to_owned()))
        }
    }
}

/// A tag or a digest.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reference {
    /// A name that points to a manifest and can be moved.
    Tag(Tag),
    /// The manifest itself.
    Digest(Digest),
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tag(tag) => tag.fmt(f),
            Self::Digest(digest) => digest.fmt(f),
        }
    }
}

/// Why a text is no reference.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadReference {
    /// It has a colon, so it can only be a digest, and is none.
    #[error(transparent)]
    Digest(#[from] BadDigest),
    /// It has no colon, so it can only be a tag, and is none.
    #[error(transparent)]
    Tag(#[from] BadTag),
}

impl FromStr for Reference {
    type Err = BadReference;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.contains(':') {
            Ok(Self::Digest(text.parse()?))
        } else {
            Ok(Self::Tag(text.parse()?))
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::Algorithm;
    use super::*;

    #[test]
    fn tags_of_the_grammar_are_taken() {
        let longest = "a".repeat(Tag::MAX_LEN);
        for tag in ["_x", "A", "0", "a.-_b", "sha256-abc", &longest] {
            assert_eq!(tag.parse::<Tag>().unwrap().as_str(), tag);
        }
    }

    #[test]
    fn tags_outside_the_grammar_are_refused() {
        let too_long = "a".repeat(Tag::MAX_LEN + 1);
        for tag in ["", ".x", "-x", "a+b", "a b", "a/b", "ä", "a:b", &too_long] {
            assert!(tag.parse::<Tag>().is_err(), "{tag}");
        }
    }

    #[test]
    fn a_reference_is_a_digest_if_it_has_a_colon_and_a_tag_if_it_has_none() {
        let digest = Algorithm::Sha256.digest(b"x");
        assert_eq!(
            digest.to_string().parse(),
            Ok(Reference::Digest(digest.clone()))
        );
        assert!(matches!("latest".parse(), Ok(Reference::Tag(_))));
        assert!(matches!(
            "sha256:short".parse::<Reference>(),
            Err(BadReference::Digest(_))
        ));
    }

    proptest! {
        #[test]
        fn a_reference_reads_back_as_it_is_written(text in "[A-Za-z0-9._:+-]{0,140}") {
            if let Ok(reference) = text.parse::<Reference>() {
                prop_assert_eq!(reference.to_string(), text);
            }
        }
    }
}
