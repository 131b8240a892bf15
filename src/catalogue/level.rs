//! Versions of the specification, its keywords, and the weight that each keyword has.

use std::fmt;
use std::str::FromStr;

/// A version of the distribution specification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Version {
    /// 1.0.1
    V1_0,
    /// 1.1.1
    #[default]
    V1_1,
    /// The 1.2 draft, as of July 2026.
    V1_2,
}

impl Version {
    /// Every version, oldest first.
    pub const ALL: [Self; 3] = [Self::V1_0, Self::V1_1, Self::V1_2];
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::V1_0 => "1.0",
            Self::V1_1 => "1.1",
            Self::V1_2 => "1.2",
        })
    }
}

/// The text names no version of the specification that plimsoll knows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no version of the specification; give 1.0, 1.1 or 1.2")]
pub struct UnknownVersion(String);

impl FromStr for Version {
    type Err = UnknownVersion;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "1.0" | "1.0.0" | "1.0.1" => Ok(Self::V1_0),
            "1.1" | "1.1.0" | "1.1.1" => Ok(Self::V1_1),
            "1.2" => Ok(Self::V1_2),
            other => Err(UnknownVersion(other.to_owned())),
        }
    }
}

/// The weight of a requirement, heaviest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// MUST, MUST NOT, REQUIRED, SHALL.
    Must,
    /// Stated plainly, or listed in the endpoint table, without a keyword.
    Expected,
    /// SHOULD, SHOULD NOT, a rule of RFC 9110, an implementers' note.
    Should,
    /// MAY, OPTIONAL.
    May,
}

impl Level {
    /// Every level, heaviest first.
    pub const ALL: [Self; 4] = [Self::Must, Self::Expected, Self::Should, Self::May];
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Must => "must",
            Self::Expected => "expected",
            Self::Should => "should",
            Self::May => "may",
        })
    }
}

/// The text names no level.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no level; give must, expected, should or may")]
pub struct UnknownLevel(String);

impl FromStr for Level {
    type Err = UnknownLevel;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL
            .into_iter()
            .find(|level| level.to_string() == text);
        known.ok_or_else(|| UnknownLevel(text.to_owned()))
    }
}

/// The word with which a version of the specification asks for something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Keyword {
    /// MUST
    Must,
    /// MUST NOT
    MustNot,
    /// SHOULD
    Should,
    /// SHOULD NOT
    ShouldNot,
    /// MAY
    May,
    /// No keyword: a plain statement, or an entry of the endpoint table.
    Declared,
    /// It follows from RFC 9110, to which the specification hands over.
    Rfc,
    /// An implementers' note.
    Note,
    /// Another document promises it, which this specification does not ask for.
    Promised,
    /// What was published of other registries' weaknesses advises it.
    Advised,
}

impl Keyword {
    /// The weight that this word has.
    pub const fn level(self) -> Level {
        match self {
            Self::Must | Self::MustNot => Level::Must,
            Self::Declared | Self::Promised => Level::Expected,
            Self::Should | Self::ShouldNot | Self::Rfc | Self::Note | Self::Advised => {
                Level::Should
            }
            Self::May => Level::May,
        }
    }
}

impl fmt::Display for Keyword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Must => "MUST",
            Self::MustNot => "MUST NOT",
            Self::Should => "SHOULD",
            Self::ShouldNot => "SHOULD NOT",
            Self::May => "MAY",
            Self::Declared => "stated without a keyword",
            Self::Rfc => "RFC 9110",
            Self::Note => "implementers' note",
            Self::Promised => "promised elsewhere",
            Self::Advised => "advised",
        })
    }
}

/// How strongly each version asks: oldest first, `None` where a version does not have the rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked([Option<Keyword>; 3]);

impl Asked {
    /// The same word in every version.
    pub const fn always(keyword: Keyword) -> Self {
        Self([Some(keyword); 3])
    }

    /// The same word since 1.1; 1.0 does not have the rule.
    pub const fn since_1_1(keyword: Keyword) -> Self {
        Self([None, Some(keyword), Some(keyword)])
    }

    /// Only the 1.2 draft has the rule.
    pub const fn since_1_2(keyword: Keyword) -> Self {
        Self([None, None, Some(keyword)])
    }

    /// A word of its own for 1.0, 1.1 and 1.2.
    pub const fn each(v1_0: Option<Keyword>, v1_1: Option<Keyword>, v1_2: Option<Keyword>) -> Self {
        Self([v1_0, v1_1, v1_2])
    }

    /// The word that `version` uses.
    pub const fn keyword(self, version: Version) -> Option<Keyword> {
        self.0[version as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_reads_back_as_it_is_written() {
        for version in Version::ALL {
            assert_eq!(version.to_string().parse(), Ok(version));
        }
        assert!("1.3".parse::<Version>().is_err());
    }

    #[test]
    fn must_weighs_more_than_expected_and_expected_more_than_should() {
        assert!(Level::Must < Level::Expected);
        assert!(Level::Expected < Level::Should);
        assert!(Level::Should < Level::May);
        assert_eq!(Keyword::Declared.level(), Level::Expected);
    }
}
