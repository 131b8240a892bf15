//! Parts of blobs (RFC 9110, section 14).

use http::header;

use super::Variation;
use crate::catalogue::blob_ranges::BLOB_SUFFIX_RANGE_SENT;
use crate::catalogue::blob_ranges::LONG_SUFFIX_RANGE_CLAMPED;
use crate::oci::ErrorCode;
use crate::registry::answer::Answer;
use crate::registry::seams::Operation::GetBlob;
use crate::registry::seams::Operation::HeadBlob;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

pub(super) static VARIATIONS: &[Variation] = &[
    Variation {
        name: "ranges-unannounced",
        title: "parts of blobs are sent, and no header says so beforehand",
        seam: Seam::Layer(|visit| visit.pass().without(&header::ACCEPT_RANGES)),
        ..Variation::BASE
    },
    Variation {
        name: "range-length-unknown",
        title: "a part of a blob does not say how long the whole is",
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if answer.is(206) {
                return answer.map(header::CONTENT_RANGE, length_unknown);
            }
            answer
        }),
        ..Variation::BASE
    },
    Variation {
        name: "several-ranges-ignored",
        title: "several ranges at once are ignored",
        seam: Seam::Layer(|visit| {
            if asks_for_several(visit) {
                return visit.pass_without(&header::RANGE);
            }
            visit.pass()
        }),
        ..Variation::BASE
    },
    Variation {
        name: "several-ranges-merged",
        title: "several ranges at once are answered with one that holds them all",
        seam: Seam::Layer(merged),
        ..Variation::BASE
    },
    Variation {
        name: "head-ranges-answered",
        title: "HEAD with a Range is answered as GET would be",
        seam: Seam::Layer(|visit| {
            if !visit.is(&[HeadBlob]) || visit.header(&header::RANGE).is_none() {
                return visit.pass();
            }
            let mut call = visit.call.clone();
            call.method = http::Method::GET;
            let answer = visit.pass_call(&call);
            // Only those who may have a part get to know of it.
            if answer.is(206) { answer } else { visit.pass() }
        }),
        ..Variation::BASE
    },
    Variation {
        name: "inverted-ranges-refused",
        title: "a range that ends before it begins is answered 416",
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if is_inverted(visit) && answer.is(200) {
                let range = format!("bytes */{}", answer.body.len());
                return Answer::of(416).with(header::CONTENT_RANGE, &range);
            }
            answer
        }),
        ..Variation::BASE
    },
    Variation {
        name: "inverted-ranges-malformed",
        title: "a range that ends before it begins is answered 400",
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if is_inverted(visit) && answer.is(200) {
                return Answer::error(400, ErrorCode::SizeInvalid);
            }
            answer
        }),
        ..Variation::BASE
    },
    Variation {
        name: "suffix-ranges-ignored",
        title: "a range of the last bytes is ignored",
        gives_up: &[&BLOB_SUFFIX_RANGE_SENT, &LONG_SUFFIX_RANGE_CLAMPED],
        versions: super::SINCE_1_1,
        seam: Seam::Layer(|visit| {
            let range = visit.header(&header::RANGE).unwrap_or_default();
            if visit.is(&[GetBlob]) && range.starts_with("bytes=-") {
                return visit.pass_without(&header::RANGE);
            }
            visit.pass()
        }),
        ..Variation::BASE
    },
];

fn length_unknown(range: &str) -> String {
    let part = range.split_once('/').map_or(range, |(part, _)| part);
    format!("{part}/*")
}

fn asks_for_several(visit: &Visit<'_>) -> bool {
    let range = visit.header(&header::RANGE);
    visit.is(&[GetBlob]) && range.is_some_and(|range| range.contains(','))
}

/// The one range from the first byte of several to their last, where all of them say both.
fn merged(visit: &Visit<'_>) -> Answer {
    let range = visit.header(&header::RANGE).unwrap_or_default();
    if !asks_for_several(visit) {
        return visit.pass();
    }
    let bounds: Option<Vec<_>> = range
        .trim_start_matches("bytes=")
        .split(',')
        .map(bounds)
        .collect();
    let bounds = bounds.unwrap_or_default();
    let first = bounds.iter().map(|(first, _)| first).min();
    let last = bounds.iter().map(|(_, last)| last).max();
    match first.zip(last) {
        Some((first, last)) => visit.pass_with(header::RANGE, &format!("bytes={first}-{last}")),
        None => visit.pass_without(&header::RANGE),
    }
}

fn bounds(range: &str) -> Option<(u64, u64)> {
    let (first, last) = range.trim().split_once('-')?;
    Some((first.parse().ok()?, last.parse().ok()?))
}

fn is_inverted(visit: &Visit<'_>) -> bool {
    let range = visit.header(&header::RANGE).unwrap_or_default();
    let bounds = range.strip_prefix("bytes=").and_then(bounds);
    visit.is(&[GetBlob]) && bounds.is_some_and(|(first, last)| last < first)
}
