//! Ranges: of an upload, of a download, of an answer.

use super::grammar::Number;
use super::grammar::Scan;
use super::is_short;
use super::text;
use crate::oci::AnsweredRange;
use crate::oci::ByteRanges;
use crate::oci::ContentRange;
use crate::oci::Resolved;
use crate::oci::Span;
use crate::oci::StoredRange;

/// The `Content-Range` of a chunk, and the `Range` of what is stored.
pub(super) fn content_range(data: &[u8]) {
    let Some(text) = text(data) else { return };
    let wanted = offsets(text);
    let read = text.parse::<ContentRange>();
    assert_eq!(
        read.as_ref()
            .ok()
            .map(|range| (range.first(), range.last())),
        wanted,
        "{text:?}"
    );
    let stored = text.parse::<StoredRange>().ok().map(|range| range.last);
    let from_zero = wanted.filter(|(first, _)| *first == 0);
    assert_eq!(stored, from_zero.map(|(_, last)| last), "{text:?}");
    match read {
        Ok(range) => {
            assert_eq!(range.to_string().parse(), Ok(range));
            assert!(range.len() >= 1);
            let again = ContentRange::of_chunk(range.first(), range.len());
            let is_all = range.first() == 0 && range.last() == u64::MAX;
            assert!(is_all || again == Some(range), "{text:?}");
        }
        Err(bad) => is_short(&bad, text),
    }
}

/// `first-last`, in this order, and no larger than offsets are.
fn offsets(text: &str) -> Option<(u64, u64)> {
    let mut rest = Scan(text);
    let first = rest.number()?;
    let last = rest.takes("-").then(|| rest.number())??;
    let holds = rest.is_done() && first <= last && last.fits();
    holds.then(|| (first.saturated(), last.saturated()))
}

/// The `Range` of a request, resolved for a length, and the `Content-Range` of an answer. The first
/// byte is the length.
pub(super) fn byte_range(data: &[u8]) {
    let Some((length, rest)) = data.split_first() else {
        return;
    };
    let Some(text) = text(rest) else { return };
    answered(text);
    let strict = specs(text);
    match text.parse::<ByteRanges>() {
        Ok(ranges) => {
            assert_eq!(ranges.to_string().parse(), Ok(ranges.clone()), "{text:?}");
            assert!(ranges.ranges().len() <= ByteRanges::MAX);
            let plain: String = text.chars().filter(|c| !" \t".contains(*c)).collect();
            let specs = specs(&plain).expect("what is accepted fits the grammar, but for blanks");
            let length = u64::from(*length);
            resolves(&ranges.resolve(length), &specs, length);
        }
        Err(bad) => {
            is_short(&bad, text);
            let is_lawful = strict.is_some_and(|specs| specs.len() <= ByteRanges::MAX);
            assert!(!is_lawful, "{text:?}");
        }
    }
}

/// Either end of a range, where it is given.
type Spec<'a> = (Option<Number<'a>>, Option<Number<'a>>);

/// `bytes=` and a list of ranges (RFC 9110, sections 14.1.1 and 14.1.2), whose empty members a
/// recipient passes over (section 5.6.1.2).
fn specs(text: &str) -> Option<Vec<Spec<'_>>> {
    let (unit, list) = text.split_once('=')?;
    let members = list
        .split(',')
        .map(|member| member.trim_matches([' ', '\t']));
    let specs: Option<Vec<_>> = members
        .filter(|member| !member.is_empty())
        .map(spec)
        .collect();
    specs.filter(|specs| unit.eq_ignore_ascii_case("bytes") && !specs.is_empty())
}

fn spec(member: &str) -> Option<Spec<'_>> {
    let mut rest = Scan(member);
    let first = rest.number();
    let last = rest.takes("-").then(|| rest.number())?;
    let has_order = first.is_none() || last.is_none() || first <= last;
    let holds = rest.is_done() && has_order && (first.is_some() || last.is_some());
    holds.then_some((first, last))
}

/// The spans hold those bytes that a range asks for, byte by byte.
fn resolves(resolved: &Resolved, specs: &[Spec<'_>], length: u64) {
    let spans = match resolved {
        Resolved::Spans(spans) => spans.as_slice(),
        Resolved::Whole => {
            assert_eq!(length, 0);
            return;
        }
        Resolved::Unsatisfiable => &[],
    };
    assert!(spans.len() <= specs.len());
    for at in 0..length {
        let is_asked = specs.iter().any(|spec| asks(*spec, at, length));
        let is_given = spans
            .iter()
            .any(|span| (span.first..=span.last).contains(&at));
        assert_eq!(is_asked, is_given, "byte {at} of {length}, {specs:?}");
    }
    for span in spans {
        assert!(span.first <= span.last && span.last < length && span.len() <= length);
    }
}

fn asks((first, last): Spec<'_>, at: u64, length: u64) -> bool {
    match (first.map(Number::saturated), last.map(Number::saturated)) {
        (None, None) => false,
        (None, Some(suffix)) => length - at <= suffix,
        (Some(first), last) => first <= at && last.is_none_or(|last| at <= last),
    }
}

fn answered(text: &str) {
    match text.parse::<AnsweredRange>() {
        Ok(range) => {
            assert_eq!(range.to_string().parse(), Ok(range), "{text:?}");
            if let AnsweredRange::Part { span, length } = range {
                let Span { first, last } = span;
                assert!(first <= last && length.is_none_or(|length| last < length));
            }
            let word = text.get(..6).unwrap_or_default();
            assert!(word.eq_ignore_ascii_case("bytes "), "{text:?}");
        }
        Err(bad) => is_short(&bad, text),
    }
}
