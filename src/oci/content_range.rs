//! The ranges of a blob upload: `Content-Range: a-b` on a chunk, `Range: 0-b` on its answer.
//!
//! Neither is what RFC 9110 calls by these names, since there is no unit: see `byte_range` for
//! those.

use std::fmt;
use std::str::FromStr;

/// The bytes that a chunk fills: the offsets of its first and its last byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ContentRange {
    first: u64,
    last: u64,
}

impl ContentRange {
    /// From `first` to `last`, both included; `None` if they are the wrong way round.
    pub fn new(first: u64, last: u64) -> Option<Self> {
        (first <= last).then_some(Self { first, last })
    }

    /// The range of a chunk of `len` bytes from offset `first` on; `None` if it is empty or ends
    /// past all offsets.
    pub fn of_chunk(first: u64, len: u64) -> Option<Self> {
        Self::new(first, first.checked_add(len.checked_sub(1)?)?)
    }

    /// The offset of the first byte.
    pub fn first(self) -> u64 {
        self.first
    }

    /// The offset of the last byte.
    pub fn last(self) -> u64 {
        self.last
    }

    /// How many bytes it spans; at least one. The span of all 2^64 offsets counts as one less.
    #[expect(clippy::len_without_is_empty, reason = "it is never empty")]
    pub fn len(self) -> u64 {
        (self.last - self.first).saturating_add(1)
    }
}

impl fmt::Display for ContentRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.first, self.last)
    }
}

/// The text is no range of an upload.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` does not have the form first-last with decimal offsets in this order")]
pub struct BadContentRange(String);

impl FromStr for ContentRange {
    type Err = BadContentRange;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let range = text
            .split_once('-')
            .and_then(|(first, last)| Self::new(offset(first)?, offset(last)?));
        range.ok_or_else(|| BadContentRange(text.to_owned()))
    }
}

/// What a session has stored so far: from byte 0 to `last`, as the `Range` header says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct StoredRange {
    /// The offset of the last byte that is stored.
    pub last: u64,
}

impl StoredRange {
    /// What is stored after `len` bytes; `None` after none, which has no written form.
    pub fn of_len(len: u64) -> Option<Self> {
        Some(Self {
            last: len.checked_sub(1)?,
        })
    }
}

impl fmt::Display for StoredRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "0-{}", self.last)
    }
}

impl FromStr for StoredRange {
    type Err = BadContentRange;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let range: ContentRange = text.parse()?;
        if range.first == 0 {
            Ok(Self { last: range.last })
        } else {
            Err(BadContentRange(text.to_owned()))
        }
    }
}

fn offset(digits: &str) -> Option<u64> {
    // `parse` alone would take a plus sign.
    let is_decimal = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_decimal {
        digits.parse().ok()
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_range_counts_both_ends() {
        let range: ContentRange = "10-19".parse().unwrap();
        assert_eq!((range.first(), range.last(), range.len()), (10, 19, 10));
        assert_eq!(ContentRange::of_chunk(10, 10), Some(range));
        assert_eq!(ContentRange::of_chunk(10, 0), None);
        assert_eq!(ContentRange::of_chunk(u64::MAX, 2), None);
    }

    #[test]
    fn other_forms_are_refused() {
        for text in [
            "",
            "-",
            "x",
            "0",
            "0-",
            "-9",
            "9-0",
            "bytes=0-9",
            "bytes 0-9/10",
            "0-9/10",
            "+0-+9",
            " 0-9",
            "0 - 9",
            "0--1",
            "0-99999999999999999999",
            "0-9,10-19",
        ] {
            assert!(text.parse::<ContentRange>().is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_stored_begins_at_zero() {
        assert_eq!(StoredRange::of_len(0), None);
        let stored = StoredRange::of_len(5).unwrap();
        assert_eq!(stored.to_string(), "0-4");
        assert_eq!("0-4".parse(), Ok(stored));
        assert!("1-4".parse::<StoredRange>().is_err());
    }

    proptest! {
        #[test]
        fn a_range_reads_back_as_it_is_written(first: u64, len: u64) {
            if let Some(range) = ContentRange::of_chunk(first, len) {
                prop_assert_eq!(range.to_string().parse(), Ok(range));
                prop_assert_eq!(range.len(), len);
            }
        }

        #[test]
        fn arbitrary_text_is_read_without_panic(text in ".{0,30}") {
            let _ = text.parse::<ContentRange>();
            let _ = text.parse::<StoredRange>();
        }
    }
}
