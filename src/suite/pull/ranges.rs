//! Pulling a part of a blob, as RFC 9110, section 14, says.

use crate::catalogue::Requirement;
use crate::catalogue::blob_pull::BLOB_FOUND;
use crate::catalogue::blob_ranges::BLOB_HEAD_RANGE_IGNORED;
use crate::catalogue::blob_ranges::BLOB_OPEN_RANGE_SENT;
use crate::catalogue::blob_ranges::BLOB_RANGE_END_CLAMPED;
use crate::catalogue::blob_ranges::BLOB_RANGE_SENT;
use crate::catalogue::blob_ranges::BLOB_SUFFIX_RANGE_SENT;
use crate::catalogue::blob_ranges::EMPTY_SUFFIX_RANGE_ANSWERED;
use crate::catalogue::blob_ranges::INVERTED_RANGE_ANSWERED;
use crate::catalogue::blob_ranges::LONG_SUFFIX_RANGE_CLAMPED;
use crate::catalogue::blob_ranges::SEVERAL_RANGES_ANSWERED;
use crate::catalogue::blob_ranges::STALE_RANGE_IGNORED;
use crate::catalogue::blob_ranges::UNKNOWN_RANGE_UNIT_IGNORED;
use crate::catalogue::blob_ranges::UNSATISFIABLE_RANGE_REFUSED;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::http::Failure;
use crate::http::Method;
use crate::oci::AnsweredRange;
use crate::oci::Span;
use crate::trial::Answer;
use crate::trial::Asking;
use crate::trial::Axis;
use crate::trial::Demand;
use crate::trial::Trial;
use crate::trial::content::Blob;
use crate::verdict::Outcome;
use crate::verdict::Stop;

use super::LARGE;
use super::parts::described;
use super::parts::parts;

pub(crate) static SECTION: Section = Section {
    id: "pull/ranges",
    title: "Pulling a part of a blob",
    anchor: "pulling-blobs",
    checks: &[
        Check {
            name: "closed-range",
            title: "GET with a range of two ends returns 206 and exactly these bytes, and all of them without",
            covers: &[&BLOB_RANGE_SENT, &BLOB_FOUND],
            axes: &[Axis::BlobAlgorithm],
            run: |trial| {
                let blob = some_blob(trial)?;
                let end = blob.bytes.len() - 1;
                for (first, last) in [(0, 0), (end / 3, end / 2), (end, end)] {
                    let range = format!("bytes={first}-{last}");
                    sends(trial, &BLOB_RANGE_SENT, &blob, &range, (first, last))?;
                }
                let whole = trial.get(&format!("blobs/{}", blob.digest))?;
                let demand = whole.proves(&BLOB_FOUND).status(&[200])?;
                demand.body(&blob.bytes)?;
                Ok(())
            },
            ..WITH_BLOB
        },
        Check {
            name: "large-closed-range",
            title: "GET with a range deep inside a blob of 1 MiB and a byte returns exactly these bytes",
            covers: &[&BLOB_RANGE_SENT],
            needs: &[Feature::Push],
            run: |trial| {
                let blob = trial.pushed_blob(LARGE)?;
                let (first, last) = (65_535, LARGE - 2);
                let range = format!("bytes={first}-{last}");
                sends(trial, &BLOB_RANGE_SENT, &blob, &range, (first, last))
            },
            ..Check::BASE
        },
        Check {
            name: "open-range",
            title: "GET with a range without an end returns 206 and the bytes from there on",
            covers: &[&BLOB_OPEN_RANGE_SENT],
            run: |trial| {
                let blob = some_blob(trial)?;
                let end = blob.bytes.len() - 1;
                for first in [0, end / 2, end] {
                    let range = format!("bytes={first}-");
                    sends(trial, &BLOB_OPEN_RANGE_SENT, &blob, &range, (first, end))?;
                }
                Ok(())
            },
            ..WITH_BLOB
        },
        Check {
            name: "suffix-range",
            title: "GET with a range of the last bytes returns 206 and these bytes",
            covers: &[&BLOB_SUFFIX_RANGE_SENT],
            run: |trial| {
                let blob = some_blob(trial)?;
                let len = blob.bytes.len();
                for count in [1, len.div_ceil(3)] {
                    let (range, span) = (format!("bytes=-{count}"), (len - count, len - 1));
                    sends(trial, &BLOB_SUFFIX_RANGE_SENT, &blob, &range, span)?;
                }
                Ok(())
            },
            ..WITH_BLOB
        },
        Check {
            name: "end-past-blob",
            title: "GET with a range that ends past the blob returns 206 up to its last byte",
            covers: &[&BLOB_RANGE_END_CLAMPED],
            run: |trial| {
                let blob = some_blob(trial)?;
                let end = blob.bytes.len() - 1;
                let range = format!("bytes={}-{}", end / 2, end + 5_000);
                sends(
                    trial,
                    &BLOB_RANGE_END_CLAMPED,
                    &blob,
                    &range,
                    (end / 2, end),
                )
            },
            ..WITH_RANGES
        },
        Check {
            name: "long-suffix",
            title: "GET with a suffix longer than the blob returns 206 and all of it",
            covers: &[&LONG_SUFFIX_RANGE_CLAMPED],
            run: |trial| {
                let blob = some_blob(trial)?;
                let end = blob.bytes.len() - 1;
                let range = format!("bytes=-{}", end + 5_000);
                sends(trial, &LONG_SUFFIX_RANGE_CLAMPED, &blob, &range, (0, end))
            },
            ..WITH_RANGES
        },
        Check {
            name: "start-past-blob",
            title: "GET with a range that begins past the blob returns 416 and the blob's length",
            covers: &[&UNSATISFIABLE_RANGE_REFUSED],
            run: start_past_blob,
            ..WITH_RANGES
        },
        Check {
            name: "empty-suffix",
            title: "GET with a suffix of no bytes returns 416, or 200 and the whole blob",
            covers: &[&EMPTY_SUFFIX_RANGE_ANSWERED],
            run: |trial| {
                let blob = some_blob(trial)?;
                let row = &EMPTY_SUFFIX_RANGE_ANSWERED;
                let Some(answer) = odd(trial, row, &blob, "bytes=-0", "200 or 416")? else {
                    return Ok(());
                };
                let demand = answer.proves(row).status(&[200, 416])?;
                whole_if_200(&answer, demand, &blob)
            },
            ..WITH_RANGES
        },
        Check {
            name: "inverted-range",
            title: "GET with a range that ends before it begins is ignored or refused",
            covers: &[&INVERTED_RANGE_ANSWERED],
            run: |trial| {
                let blob = some_blob(trial)?;
                let range = format!("bytes={}-0", blob.bytes.len() / 2);
                let row = &INVERTED_RANGE_ANSWERED;
                let Some(answer) = odd(trial, row, &blob, &range, "200, 400 or 416")? else {
                    return Ok(());
                };
                let demand = answer.proves(row).status(&[200, 400, 416])?;
                whole_if_200(&answer, demand, &blob)
            },
            ..WITH_RANGES
        },
        Check {
            name: "unknown-unit",
            title: "GET with a range in an unknown unit returns 200 and the whole blob",
            covers: &[&UNKNOWN_RANGE_UNIT_IGNORED],
            run: |trial| {
                let blob = some_blob(trial)?;
                let row = &UNKNOWN_RANGE_UNIT_IGNORED;
                let Some(answer) = odd(trial, row, &blob, "items=0-1", "200")? else {
                    return Ok(());
                };
                answer.proves(row).status(&[200])?.body(&blob.bytes)?;
                Ok(())
            },
            ..WITH_RANGES
        },
        Check {
            name: "stale-range",
            title: "GET with a range and an If-Range that does not match returns 200 and the whole blob",
            covers: &[&STALE_RANGE_IGNORED],
            run: |trial| {
                let blob = some_blob(trial)?;
                let answer = ranged(trial, &blob, "bytes=0-0")
                    .header("if-range", "\"plimsoll\"")
                    .send()?;
                answer
                    .proves(&STALE_RANGE_IGNORED)
                    .status(&[200])?
                    .body(&blob.bytes)?;
                Ok(())
            },
            ..WITH_RANGES
        },
        Check {
            name: "head-range",
            title: "HEAD with a range returns 200 and the length of the whole blob",
            covers: &[&BLOB_HEAD_RANGE_IGNORED],
            run: head_range,
            ..WITH_RANGES
        },
        Check {
            name: "several-ranges",
            title: "GET with several ranges returns 206 with the bytes of each, or the whole blob",
            covers: &[&SEVERAL_RANGES_ANSWERED],
            run: several_ranges,
            ..WITH_RANGES
        },
    ],
};

/// How long the blobs are, in bytes.
const LEN: usize = 1000;

/// A check of what a registry should do.
const WITH_BLOB: Check = Check {
    needs: &[Feature::Blob],
    ..Check::BASE
};

/// A check of what a registry that serves ranges does.
const WITH_RANGES: Check = Check {
    needs: &[Feature::Blob, Feature::Ranges],
    ..Check::BASE
};

fn start_past_blob(trial: &Trial<'_>) -> Outcome {
    let row = &UNSATISFIABLE_RANGE_REFUSED;
    let blob = some_blob(trial)?;
    let len = blob.bytes.len();
    for range in [
        format!("bytes={len}-"),
        format!("bytes={}-{}", len + 1, len + 9),
    ] {
        let Some(answer) = odd(trial, row, &blob, &range, "416")? else {
            continue;
        };
        let told = answer
            .header("content-range")
            .and_then(|it| it.parse().ok());
        let expected = AnsweredRange::Unsatisfied { length: len as u64 };
        answer.proves(row).status(&[416])?.that(
            told == Some(expected),
            &format!("Content-Range: {expected}"),
            &content_range(&answer),
        )?;
    }
    Ok(())
}

fn head_range(trial: &Trial<'_>) -> Outcome {
    let blob = some_blob(trial)?;
    let answer = trial
        .repository()
        .ask(Method::HEAD, &format!("blobs/{}", blob.digest))
        .header("range", "bytes=0-0")
        .send()?;
    let demand = answer
        .proves(&BLOB_HEAD_RANGE_IGNORED)
        .status(&[200, 206])?;
    // A 206 is about the part, so its length is that of the part.
    if answer.status() == 200 && answer.header("content-length").is_some() {
        demand.header("Content-Length", &blob.bytes.len().to_string())?;
    }
    Ok(())
}

fn several_ranges(trial: &Trial<'_>) -> Outcome {
    let blob = some_blob(trial)?;
    let end = blob.bytes.len() - 1;
    let range = format!("bytes=0-{},{}-{end}", end / 4, end / 2);
    let answer = ranged(trial, &blob, &range).send()?;
    let demand = answer
        .proves(&SEVERAL_RANGES_ANSWERED)
        .status(&[200, 206])?;
    if answer.status() == 200 {
        return whole_if_200(&answer, demand, &blob);
    }
    // A server may send less than all of it (RFC 9110, section 15.3.7), but what it sends has to be
    // true.
    let parts = parts(&answer);
    demand.that(
        !parts.is_empty() && parts.iter().all(|part| part.is_of(&blob.bytes)),
        "200, or 206 in parts that each hold the bytes named by their Content-Range",
        &format!("206 with {}", described(&parts)),
    )?;
    Ok(())
}

/// A known blob that is long enough to have parts, which a given one need not be.
fn some_blob(trial: &Trial<'_>) -> Result<Blob, Stop> {
    let blob = trial.known_blob(LEN)?;
    if blob.bytes.len() < 8 {
        let reason = "the given blob is too short to be pulled in parts";
        return Err(Stop::Skipped(reason.to_owned()));
    }
    Ok(blob)
}

/// A GET on a blob with this `Range`.
fn ranged<'t>(trial: &'t Trial<'_>, blob: &Blob, range: &str) -> Asking<'t> {
    trial
        .repository()
        .ask(Method::GET, &format!("blobs/{}", blob.digest))
        .header("range", range)
}

/// A GET with a range that has no part to answer it. A registry that announces the whole blob and
/// then sends a refusal breaks off in the middle of it; that says something about the registry, not
/// about the line.
fn odd<'t>(
    trial: &'t Trial<'_>,
    row: &'static Requirement,
    blob: &Blob,
    range: &str,
    expected: &str,
) -> Result<Option<Answer<'t>>, Stop> {
    match ranged(trial, blob, range).attempt() {
        Err(failure @ (Failure::ConnectionLost { .. } | Failure::Malformed { .. })) => {
            let actual = format!("no whole answer to {range}: {failure}");
            trial.judge(row, false, expected, actual)?;
            Ok(None)
        }
        Err(failure) => Err(Stop::Trouble(failure)),
        Ok(answer) => Ok(Some(answer)),
    }
}

/// Proves that this range is answered with the bytes from `first` to `last`.
fn sends(
    trial: &Trial<'_>,
    row: &'static Requirement,
    blob: &Blob,
    range: &str,
    (first, last): (usize, usize),
) -> Outcome {
    let answer = ranged(trial, blob, range).send()?;
    let named = answer
        .header("content-range")
        .and_then(|it| it.parse().ok());
    let (wanted, len) = (span(first, last), blob.bytes.len() as u64);
    let is_named = matches!(
        named,
        Some(AnsweredRange::Part { span, length }) if span == wanted && length.is_none_or(|it| it == len)
    );
    answer
        .proves(row)
        .status(&[206])?
        .body(&blob.bytes[first..=last])?
        .that(
            is_named,
            &format!("Content-Range: bytes {first}-{last}/{len}, or with * for the length"),
            &content_range(&answer),
        )?;
    Ok(())
}

/// Goes on to demand the whole blob of an answer that ignores the range.
fn whole_if_200(answer: &Answer<'_>, demand: Demand<'_>, blob: &Blob) -> Outcome {
    if answer.status() == 200 {
        demand.body(&blob.bytes)?;
    }
    Ok(())
}

fn span(first: usize, last: usize) -> Span {
    Span {
        first: first as u64,
        last: last as u64,
    }
}

fn content_range(answer: &Answer<'_>) -> String {
    match answer.header("content-range") {
        Some(range) => format!("{}, Content-Range: {range}", answer.summary()),
        None => format!("{}, no Content-Range", answer.summary()),
    }
}
