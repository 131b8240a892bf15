//! What HTTP lets a client say of the content that it pulls: which types and codings it takes, what
//! it has already, and which part it wants. Done wrong (HTTP, MGET, RNG).

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use http::header;

use super::Defect;
use super::Source;
use crate::catalogue::blob_pull::BLOB_FOUND;
use crate::catalogue::blob_ranges::INVERTED_RANGE_ANSWERED;
use crate::catalogue::blob_ranges::SEVERAL_RANGES_ANSWERED;
use crate::catalogue::blob_ranges::STALE_RANGE_IGNORED;
use crate::catalogue::blob_ranges::UNKNOWN_RANGE_UNIT_IGNORED;
use crate::catalogue::manifest_pull::UNMATCHED_ACCEPT_ANSWERED;
use crate::catalogue::transport::HTTP_SEMANTICS_FOLLOWED;
use crate::http::HeaderName;
use crate::oci::ErrorCode;
use crate::registry::answer::Answer;
use crate::registry::seams::Operation::GetBlob;
use crate::registry::seams::Operation::GetManifest;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;
use crate::registry::settings::Excess;

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "weighed-accept-406",
        title: "GET on a manifest is answered 406 if every type in Accept has parameters",
        breaches: &[&HTTP_SEMANTICS_FOLLOWED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let accepted = listed(visit, &header::ACCEPT);
            let is_weighed = accepted.iter().all(|it| it.contains(';'));
            if visit.is(&[GetManifest]) && !accepted.is_empty() && is_weighed {
                return Answer::error(406, ErrorCode::Unsupported);
            }
            visit.pass()
        }),
    },
    Defect {
        name: "unmatched-accept-415",
        title: "GET on a manifest is answered 415 if Accept does not take its type",
        breaches: &[&UNMATCHED_ACCEPT_ANSWERED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let media_type = answer.value(&header::CONTENT_TYPE).unwrap_or_default();
            if visit.is(&[GetManifest]) && answer.is(200) && !takes(visit, media_type) {
                return Answer::error(415, ErrorCode::Unsupported);
            }
            answer
        }),
    },
    Defect {
        name: "refused-coding-sent",
        title: "a blob comes compressed by gzip for a client that gives gzip the weight 0",
        breaches: &[&HTTP_SEMANTICS_FOLLOWED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let codings = listed(visit, &header::ACCEPT_ENCODING);
            let is_refused = codings.iter().any(|it| it == "gzip;q=0");
            match visit.pass() {
                answer if visit.is(&[GetBlob]) && is_refused => packed(answer),
                answer => answer,
            }
        }),
    },
    Defect {
        name: "not-modified-without-etag",
        title: "GET on a blob that the client has already is answered 304 without an ETag",
        breaches: &[&HTTP_SEMANTICS_FOLLOWED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| match visit.pass() {
            answer if visit.is(&[GetBlob]) && answer.is(304) => answer.without(&header::ETAG),
            answer => answer,
        }),
    },
    Defect {
        name: "not-modified-answers-200",
        title: "GET on a blob that the client has already is answered 200 without a body",
        breaches: &[&BLOB_FOUND],
        source: Source::Ours,
        seam: Seam::Layer(|visit| match visit.pass() {
            answer if visit.is(&[GetBlob]) && answer.is(304) => answer.with_status(200),
            answer => answer,
        }),
    },
    Defect {
        name: "not-modified-with-body",
        title: "a 304 is followed by a body",
        breaches: &[&HTTP_SEMANTICS_FOLLOWED],
        source: Source::Ours,
        seam: Seam::Settings(|settings| settings.excess = Some(Excess::NotModified)),
    },
    Defect {
        name: "ignored-range-cut",
        title: "GET with a range that is answered 200 gives the blob without its last byte",
        breaches: &[
            &UNKNOWN_RANGE_UNIT_IGNORED,
            &STALE_RANGE_IGNORED,
            &INVERTED_RANGE_ANSWERED,
        ],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let is_ranged = visit.header(&header::RANGE).is_some();
            if visit.is(&[GetBlob]) && is_ranged && answer.is(200) {
                let cut = answer.body.slice(..answer.body.len().saturating_sub(1));
                return answer.bytes(cut);
            }
            answer
        }),
    },
    Defect {
        name: "several-ranges-501",
        title: "GET with several ranges is answered 501",
        breaches: &[&SEVERAL_RANGES_ANSWERED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let range = visit.header(&header::RANGE).unwrap_or_default();
            if visit.is(&[GetBlob]) && range.contains(',') {
                return Answer::of(501);
            }
            visit.pass()
        }),
    },
];

/// The members of a list in all lines of a header.
fn listed(visit: &Visit<'_>, name: &HeaderName) -> Vec<String> {
    let lines = visit.call.headers.get_all(name).into_iter();
    let lines = lines.filter_map(|line| line.to_str().ok());
    let members = lines.flat_map(|line| line.split(','));
    members.map(|it| it.trim().to_owned()).collect()
}

/// Whether Accept takes content of this type; it does if it is not there.
fn takes(visit: &Visit<'_>, media_type: &str) -> bool {
    let accepted = listed(visit, &header::ACCEPT);
    let names = |it: &String| {
        let (range, weight) = it.split_once(';').unwrap_or((it, ""));
        let range = range.trim().to_ascii_lowercase();
        let ranges = [media_type, "application/*", "*/*"];
        weight.trim() != "q=0" && ranges.contains(&range.as_str())
    };
    accepted.is_empty() || accepted.iter().any(names)
}

/// The same content, compressed.
fn packed(answer: Answer) -> Answer {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    match encoder
        .write_all(&answer.body)
        .and_then(|()| encoder.finish())
    {
        Ok(body) if answer.is(200) => answer.with(header::CONTENT_ENCODING, "gzip").bytes(body),
        _ => answer,
    }
}
