//! The parts that a 206 holds: one, or several in a body of type multipart/byteranges (RFC 9110,
//! section 14.6).
//!
//! It reads whatever comes; what the parts should be is the check's to say.

use crate::oci::AnsweredRange;
use crate::oci::Span;
use crate::trial::Answer;

/// One part: where it says that it belongs, and what it holds.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Part<'a> {
    span: Option<Span>,
    bytes: &'a [u8],
}

impl Part<'_> {
    /// Whether `whole` has these bytes at the place that the part names.
    pub(super) fn is_of(&self, whole: &[u8]) -> bool {
        let place = self.span.and_then(|span| {
            let first = usize::try_from(span.first).ok()?;
            let last = usize::try_from(span.last).ok()?;
            whole.get(first..=last)
        });
        place == Some(self.bytes)
    }
}

/// The parts of a 206; none where the body breaks the format.
pub(super) fn parts<'a>(answer: &'a Answer<'_>) -> Vec<Part<'a>> {
    let media_type = answer.header("content-type").unwrap_or_default();
    match boundary(media_type) {
        Some(boundary) => multipart(answer.bytes(), boundary),
        None => vec![Part {
            span: answer.header("content-range").and_then(span),
            bytes: answer.bytes(),
        }],
    }
}

/// The parts in words, for sentences.
pub(super) fn described(parts: &[Part<'_>]) -> String {
    /// Nobody reads more of them.
    const SHOWN: usize = 4;
    let words = parts.iter().take(SHOWN).map(|part| match part.span {
        Some(span) => format!(
            "{} bytes named {}-{}",
            part.bytes.len(),
            span.first,
            span.last
        ),
        None => format!("{} bytes without a Content-Range", part.bytes.len()),
    });
    match parts.len() {
        0 => "no part that can be read".to_owned(),
        1..=SHOWN => words.collect::<Vec<_>>().join(", "),
        more => format!("{more} parts"),
    }
}

/// What parts are separated by, if the body has several.
fn boundary(media_type: &str) -> Option<&str> {
    let (essence, parameters) = media_type.split_once(';')?;
    if !essence.trim().eq_ignore_ascii_case("multipart/byteranges") {
        return None;
    }
    parameters.split(';').find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let is_boundary = name.trim().eq_ignore_ascii_case("boundary");
        is_boundary.then(|| value.trim().trim_matches('"'))
    })
}

fn multipart<'a>(body: &'a [u8], boundary: &str) -> Vec<Part<'a>> {
    let delimiter = format!("--{boundary}").into_bytes();
    let starts: Vec<usize> = body
        .windows(delimiter.len())
        .enumerate()
        .filter(|(_, window)| *window == delimiter)
        .map(|(at, _)| at)
        .collect();
    starts
        .windows(2)
        .filter_map(|pair| body.get(pair[0] + delimiter.len()..pair[1]))
        .filter_map(part)
        .collect()
}

/// What stands between two delimiters: a line break, headers, an empty line, the bytes, a line
/// break.
fn part(piece: &[u8]) -> Option<Part<'_>> {
    const GAP: &[u8] = b"\r\n\r\n";
    let gap = piece.windows(GAP.len()).position(|it| it == GAP)?;
    let (head, rest) = (piece.get(..gap)?, piece.get(gap + GAP.len()..)?);
    let head = str::from_utf8(head).ok()?;
    let named = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        let is_range = name.trim().eq_ignore_ascii_case("content-range");
        is_range.then(|| span(value.trim())).flatten()
    });
    Some(Part {
        span: named,
        bytes: rest.strip_suffix(b"\r\n")?,
    })
}

fn span(content_range: &str) -> Option<Span> {
    match content_range.parse().ok()? {
        AnsweredRange::Part { span, .. } => Some(span),
        AnsweredRange::Unsatisfied { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_a_multipart_body_are_read() {
        let body = b"--x\r\nContent-Type: a/b\r\nContent-Range: bytes 0-1/9\r\n\r\nab\r\n\
                     --x\r\ncontent-range: bytes 4-6/9\r\n\r\ne\r\n\r\n--x--\r\n";
        let read = multipart(body, "x");
        assert_eq!(read.len(), 2);
        assert!(read.iter().all(|part| part.is_of(b"abcde\r\nhi")));
        assert!(!read[0].is_of(b"xbcde\r\nhi"));
        assert!(
            !read[1].is_of(b"abcde"),
            "a place past the end is no place at all"
        );
    }

    #[test]
    fn what_breaks_the_format_has_no_parts() {
        for body in ["", "--x--", "--x\r\nab\r\n--x--", "----------"] {
            assert_eq!(multipart(body.as_bytes(), "x"), [], "{body}");
            assert_eq!(multipart(body.as_bytes(), ""), [], "{body}");
        }
    }

    #[test]
    fn a_boundary_may_stand_in_quotes_and_behind_other_parameters() {
        assert_eq!(
            boundary("Multipart/ByteRanges; a=b; boundary=\"x y\""),
            Some("x y")
        );
        assert_eq!(boundary("application/octet-stream; boundary=x"), None);
        assert_eq!(boundary("multipart/byteranges"), None);
    }
}
