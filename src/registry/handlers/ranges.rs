//! Parts of a blob, by RFC 9110, section 14.

use bytes::BytesMut;
use http::StatusCode;
use http::header;

use super::super::answer::Answer;
use super::super::answer::entity_tag;
use super::super::call::Call;
use super::super::error::Case;
use super::super::error::Refusal;
use super::super::store::Content;
use crate::http::Method;
use crate::oci::AnsweredRange;
use crate::oci::ByteRanges;
use crate::oci::Digest;
use crate::oci::Resolved;
use crate::oci::Span;

/// The media type of a blob, of which the registry knows nothing.
pub(super) const MEDIA_TYPE: &str = "application/octet-stream";

/// How many bytes of a file are put together in memory for an answer with several parts.
const MOST_OF_A_FILE: u64 = 4 << 20;

/// The part of `content` that `call` asks for, or the whole of it.
pub(super) fn answer(call: &Call, digest: &Digest, content: &Content) -> Result<Answer, Refusal> {
    let length = content.len();
    match asked(call, digest).map(|ranges| ranges.resolve(length)) {
        None | Some(Resolved::Whole) => {
            Ok(Answer::new(StatusCode::OK).content(MEDIA_TYPE, content.clone())?)
        }
        Some(Resolved::Unsatisfiable) => {
            let range = AnsweredRange::Unsatisfied { length };
            Err(Refusal::from(Case::RangeUnsatisfiable).header(header::CONTENT_RANGE, &range))
        }
        Some(Resolved::Spans(spans)) => match *disjoint(spans) {
            [span] => Ok(Answer::new(StatusCode::PARTIAL_CONTENT)
                .header(header::CONTENT_RANGE, &content_range(span, length))
                .content(MEDIA_TYPE, slice(content, span))?),
            ref spans if is_too_much(content, spans) => {
                Ok(Answer::new(StatusCode::OK).content(MEDIA_TYPE, content.clone())?)
            }
            ref spans => several(digest, content, spans),
        },
    }
}

/// The ranges of a GET. Those that break the grammar, have another unit, or are meant for other
/// content (section 13.1.5) are ignored.
fn asked(call: &Call, digest: &Digest) -> Option<ByteRanges> {
    if call.method != Method::GET {
        return None;
    }
    let ranges = call.header(&header::RANGE)?.parse().ok()?;
    let condition = call.header(&header::IF_RANGE);
    let is_meant = condition.is_none_or(|tag| tag == entity_tag(digest));
    is_meant.then_some(ranges)
}

/// Spans of which no two share a byte: as they are, or else in order and merged, so that an answer
/// is never longer than the content.
fn disjoint(spans: Vec<Span>) -> Box<[Span]> {
    let mut sorted = spans.clone();
    sorted.sort_unstable();
    let mut merged: Vec<Span> = Vec::with_capacity(sorted.len());
    for span in sorted {
        match merged.last_mut() {
            Some(before) if span.first <= before.last => before.last = before.last.max(span.last),
            _ => merged.push(span),
        }
    }
    let chosen = if merged.len() == spans.len() {
        spans
    } else {
        merged
    };
    chosen.into_boxed_slice()
}

/// Whether several parts are more than is put together in memory, so that the whole is sent: a
/// server need not heed ranges (section 14.2).
fn is_too_much(content: &Content, spans: &[Span]) -> bool {
    let total: u64 = spans.iter().map(|span| span.last - span.first + 1).sum();
    matches!(content, Content::File(_)) && total > MOST_OF_A_FILE
}

/// A 206 with several parts (section 14.6).
fn several(digest: &Digest, content: &Content, spans: &[Span]) -> Result<Answer, Refusal> {
    // No content is likely to hold half of its own digest.
    let boundary = &digest.hex()[..32];
    let mut body = BytesMut::new();
    for span in spans {
        let range = content_range(*span, content.len());
        let head = format!(
            "\r\n--{boundary}\r\nContent-Type: {MEDIA_TYPE}\r\nContent-Range: {range}\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(&slice(content, *span).read()?);
    }
    body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    let media_type = format!("multipart/byteranges; boundary={boundary}");
    Ok(Answer::new(StatusCode::PARTIAL_CONTENT).body(&media_type, body))
}

fn content_range(span: Span, length: u64) -> AnsweredRange {
    AnsweredRange::Part {
        span,
        length: Some(length),
    }
}

fn slice(content: &Content, span: Span) -> Content {
    content.slice(span.first, span.last - span.first + 1)
}
