//! Byte ranges of a download, by RFC 9110, section 14: the `Range` of a request, and the
//! `Content-Range` of its answer.
//!
//! The ranges of an upload have another form: see `content_range`.

use std::fmt;
use std::str::FromStr;

/// One range of a request (RFC 9110, section 14.1.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ByteRange {
    /// `first-last`
    Between {
        /// The offset of the first byte.
        first: u64,
        /// The offset of the last byte.
        last: u64,
    },
    /// `first-`
    From {
        /// The offset of the first byte.
        first: u64,
    },
    /// `-length`
    Suffix {
        /// How many bytes from the end.
        length: u64,
    },
}

/// The `Range` header of a request, in bytes: one range or several.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ByteRanges(Vec<ByteRange>);

/// A span of a representation: the offsets of its first and last byte, both inside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The offset of the first byte.
    pub first: u64,
    /// The offset of the last byte.
    pub last: u64,
}

/// What a range request comes to for a representation of a certain length.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolved {
    /// These spans, in the order of the request.
    Spans(Vec<Span>),
    /// The whole of it: it is empty, so the end that was asked for cannot be written as a span.
    Whole,
    /// Nothing: it does not reach any of the ranges.
    Unsatisfiable,
}

/// Why a `Range` header is not to be followed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadRange {
    /// The unit is not `bytes`.
    #[error("the range unit `{0}` is not bytes")]
    Unit(String),
    /// It breaks the grammar, or a range ends before it begins.
    #[error("`{0}` is no list of byte ranges")]
    Form(String),
    /// There are more ranges than anybody needs.
    #[error("more than {} ranges were asked for at once", ByteRanges::MAX)]
    TooMany,
}

impl ByteRanges {
    /// How many ranges are taken at once.
    pub const MAX: usize = 64;

    /// The ranges in the order of the request.
    pub fn ranges(&self) -> &[ByteRange] {
        &self.0
    }

    /// What is asked of a representation of `len` bytes.
    pub fn resolve(&self, len: u64) -> Resolved {
        let spans: Vec<Span> = self.0.iter().filter_map(|it| it.resolve(len)).collect();
        let wants_the_end = |it: &ByteRange| matches!(it, ByteRange::Suffix { length: 1.. });
        if !spans.is_empty() {
            Resolved::Spans(spans)
        } else if len == 0 && self.0.iter().any(wants_the_end) {
            Resolved::Whole
        } else {
            Resolved::Unsatisfiable
        }
    }
}

impl ByteRange {
    /// The part of a representation of `len` bytes that is asked for, if there is any.
    fn resolve(self, len: u64) -> Option<Span> {
        let end = len.checked_sub(1)?;
        let (first, last) = match self {
            Self::Between { first, last } => (first, last.min(end)),
            Self::From { first } => (first, end),
            Self::Suffix { length } => (len.saturating_sub(length), end),
        };
        (first <= last).then_some(Span { first, last })
    }
}

impl Span {
    /// How many bytes it has; at least one.
    #[expect(clippy::len_without_is_empty, reason = "it is never empty")]
    pub fn len(self) -> u64 {
        (self.last - self.first).saturating_add(1)
    }
}

impl fmt::Display for ByteRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Between { first, last } => write!(f, "{first}-{last}"),
            Self::From { first } => write!(f, "{first}-"),
            Self::Suffix { length } => write!(f, "-{length}"),
        }
    }
}

impl fmt::Display for ByteRanges {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("bytes=")?;
        for (index, range) in self.0.iter().enumerate() {
            write!(f, "{}{range}", if index == 0 { "" } else { "," })?;
        }
        Ok(())
    }
}

impl FromStr for ByteRanges {
    type Err = BadRange;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bad = || BadRange::Form(text.to_owned());
        let (unit, list) = text.split_once('=').ok_or_else(bad)?;
        if !unit.trim_matches([' ', '\t']).eq_ignore_ascii_case("bytes") {
            return Err(BadRange::Unit(unit.to_owned()));
        }
        let specs = list.split(',').map(|spec| spec.trim_matches([' ', '\t']));
        let mut ranges = Vec::new();
        for spec in specs.filter(|spec| !spec.is_empty()) {
            if ranges.len() == Self::MAX {
                return Err(BadRange::TooMany);
            }
            ranges.push(range(spec).ok_or_else(bad)?);
        }
        if ranges.is_empty() {
            return Err(bad());
        }
        Ok(Self(ranges))
    }
}

fn range(spec: &str) -> Option<ByteRange> {
    match spec.split_once('-')? {
        ("", length) => Some(ByteRange::Suffix {
            length: number(length)?,
        }),
        (first, "") => Some(ByteRange::From {
            first: number(first)?,
        }),
        (first, last) => {
            // Numbers past all lengths are one and the same: the digits still tell their order.
            let has_order = magnitude(first) <= magnitude(last);
            let (first, last) = (number(first)?, number(last)?);
            has_order.then_some(ByteRange::Between { first, last })
        }
    }
}

/// A decimal number; one past all lengths counts as the largest, since it means the same.
fn number(digits: &str) -> Option<u64> {
    let is_decimal = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_decimal.then(|| digits.parse().unwrap_or(u64::MAX))
}

/// What orders decimal numbers of any size.
fn magnitude(digits: &str) -> (usize, &str) {
    let digits = digits.trim_start_matches('0');
    (digits.len(), digits)
}

/// The `Content-Range` header of an answer, in bytes (RFC 9110, section 14.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AnsweredRange {
    /// `bytes first-last/length`: what a 206 carries.
    Part {
        /// The span that the body is.
        span: Span,
        /// The length of the whole, or `None` for `*`.
        length: Option<u64>,
    },
    /// `bytes */length`: what a 416 says.
    Unsatisfied {
        /// The length of the whole.
        length: u64,
    },
}

impl fmt::Display for AnsweredRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Part {
                span,
                length: Some(length),
            } => write!(f, "bytes {}-{}/{length}", span.first, span.last),
            Self::Part { span, length: None } => write!(f, "bytes {}-{}/*", span.first, span.last),
            Self::Unsatisfied { length } => write!(f, "bytes */{length}"),
        }
    }
}

/// The text is no `Content-Range` of an answer in bytes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` has neither the form `bytes first-last/length` nor `bytes */length`")]
pub struct BadAnsweredRange(String);

impl FromStr for AnsweredRange {
    type Err = BadAnsweredRange;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        answered(text).ok_or_else(|| BadAnsweredRange(text.to_owned()))
    }
}

fn answered(text: &str) -> Option<AnsweredRange> {
    let (unit, rest) = text.split_once(' ')?;
    let (span, length) = rest.split_once('/')?;
    if !unit.eq_ignore_ascii_case("bytes") {
        return None;
    }
    if span == "*" {
        let length = number(length)?;
        return Some(AnsweredRange::Unsatisfied { length });
    }
    let ByteRange::Between { first, last } = range(span)? else {
        return None;
    };
    let length = match length {
        "*" => None,
        digits => Some(number(digits).filter(|length| *length > last)?),
    };
    let span = Span { first, last };
    Some(AnsweredRange::Part { span, length })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn spans(header: &str, len: u64) -> Resolved {
        header.parse::<ByteRanges>().unwrap().resolve(len)
    }

    fn one(first: u64, last: u64) -> Resolved {
        Resolved::Spans(vec![Span { first, last }])
    }

    #[test]
    fn the_examples_of_the_rfc_hold() {
        // RFC 9110, section 14.1.2, for a representation of 10000 bytes.
        assert_eq!(spans("bytes=0-499", 10_000), one(0, 499));
        assert_eq!(spans("bytes=500-999", 10_000), one(500, 999));
        assert_eq!(spans("bytes=-500", 10_000), one(9_500, 9_999));
        assert_eq!(spans("bytes=9500-", 10_000), one(9_500, 9_999));
        let ends = [(0, 0), (9_999, 9_999)].map(|(first, last)| Span { first, last });
        assert_eq!(
            spans("bytes= 0-0, ,-1", 10_000),
            Resolved::Spans(ends.to_vec())
        );
    }

    #[test]
    fn ranges_are_cut_to_what_there_is() {
        assert_eq!(spans("bytes=900-2000", 1_000), one(900, 999));
        assert_eq!(spans("bytes=-5000", 1_000), one(0, 999));
        assert_eq!(spans("bytes=0-99999999999999999999999", 1_000), one(0, 999));
        assert_eq!(spans("Bytes=1000-,5-5", 1_000), one(5, 5));
    }

    #[test]
    fn what_lies_outside_is_unsatisfiable() {
        assert_eq!(spans("bytes=1000-", 1_000), Resolved::Unsatisfiable);
        assert_eq!(spans("bytes=-0", 1_000), Resolved::Unsatisfiable);
        assert_eq!(spans("bytes=0-", 0), Resolved::Unsatisfiable);
        assert_eq!(spans("bytes=-0", 0), Resolved::Unsatisfiable);
        assert_eq!(spans("bytes=-1", 0), Resolved::Whole);
    }

    #[test]
    fn other_forms_are_refused() {
        let bad = |text: &str| text.parse::<ByteRanges>().expect_err(text);
        for text in [
            "",
            "bytes",
            "bytes=",
            "bytes=,",
            "bytes=-",
            "bytes=x-1",
            "bytes=9-0",
            "bytes=18446744073709551617-18446744073709551616",
            "bytes=0-1;2-3",
            "bytes=+1-2",
            "bytes=0-1,x",
        ] {
            assert!(matches!(bad(text), BadRange::Form(_)), "{text}");
        }
        assert!(matches!(bad("items=0-1"), BadRange::Unit(_)));
        assert!(matches!(bad("\nbytes=0-1"), BadRange::Unit(_)));
        let many = format!("bytes={}", "0-0,".repeat(ByteRanges::MAX + 1));
        assert_eq!(bad(&many), BadRange::TooMany);
    }

    #[test]
    fn an_answers_range_reads_back_as_it_is_written() {
        for text in ["bytes 0-499/1234", "bytes 42-1233/*", "bytes */1234"] {
            let range: AnsweredRange = text.parse().unwrap();
            assert_eq!(range.to_string(), text);
        }
        for text in [
            "",
            "bytes",
            "bytes 0-9",
            "bytes=0-9/10",
            "bytes 9-0/10",
            "bytes 0-9/9",
            "bytes */*",
            "bytes -5/10",
            "items 0-9/10",
            "0-9",
        ] {
            assert!(text.parse::<AnsweredRange>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn ranges_read_back_as_they_are_written(text in "bytes=(([0-9]{1,3})?-([0-9]{1,3})?,?){1,4}") {
            if let Ok(ranges) = text.parse::<ByteRanges>() {
                prop_assert_eq!(ranges.to_string().parse(), Ok(ranges));
            }
        }

        #[test]
        fn spans_lie_inside(text in "bytes=([0-9]{0,2}-[0-9]{0,2},?){1,4}", len in 0_u64..100) {
            if let Ok(Resolved::Spans(spans)) = text.parse::<ByteRanges>().map(|it| it.resolve(len)) {
                for span in spans {
                    prop_assert!(span.first <= span.last && span.last < len);
                }
            }
        }

        #[test]
        fn arbitrary_text_is_read_without_panic(text in ".{0,30}") {
            let _ = text.parse::<ByteRanges>();
            let _ = text.parse::<AnsweredRange>();
        }
    }
}
