//! CHK: pushing a blob in chunks.

use super::Area;
use super::Asked;
use super::Heading;
use super::Keyword;
use super::Requirement;

/// Push a blob in chunks.
pub static AREA: Area = Area {
    alias: "CHK",
    title: "Push a blob in chunks",
    rows: &[
        &CHUNKED_POST_ACCEPTED,
        &CHUNK_MINIMUM_ANNOUNCED,
        &CHUNK_MINIMUM_WELL_FORMED,
        &SHORT_FINAL_CHUNK_ACCEPTED,
        &CHUNK_ACCEPTED,
        &CHUNK_LOCATION_SENT,
        &CHUNK_RANGE_SENT,
        &CHUNK_RANGE_MATCHED,
        &GAPPED_CHUNK_REFUSED,
        &REPEATED_CHUNK_REFUSED,
        &LATE_FIRST_CHUNK_REFUSED,
        &MISPLACED_FINAL_CHUNK_REFUSED,
        &REFUSED_CHUNK_DISCARDED,
        &FINAL_CHUNK_ACCEPTED,
        &CHUNKED_PUT_ACCEPTED,
        &CHUNKED_BLOB_LOCATION_SENT,
        &CHUNKED_PUT_WITHOUT_DIGEST_REFUSED,
        &MALFORMED_CONTENT_RANGE_REFUSED,
        &MISMATCHED_CONTENT_RANGE_ANSWERED,
        &MISMATCHED_CHUNKED_UPLOAD_REFUSED,
        &CLOSED_SESSION_UNKNOWN,
        &ABSENT_SESSION_UNKNOWN,
        &SMALL_CHUNK_ANSWERED,
    ],
};

/// Opening a session.
pub static CHUNKED_POST_ACCEPTED: Requirement = Requirement {
    id: "chunked-post-accepted",
    alias: "CHK-01",
    asked: Asked::always(Keyword::Must),
    heading: Heading::distribution("pushing-a-blob-in-chunks"),
    sentence: "A POST with Content-Length: 0 opens an upload session and answers 202 with a \
               Location.",
};

/// The least size of a chunk.
pub static CHUNK_MINIMUM_ANNOUNCED: Requirement = Requirement {
    id: "chunk-minimum-announced",
    alias: "CHK-02",
    asked: Asked::since_1_1(Keyword::Should),
    heading: Heading::distribution("pushing-a-blob-in-chunks"),
    sentence: "A registry that does not take small chunks says from which size on it does, in \
               OCI-Chunk-Min-Length on the 202 that opens the session.",
};

/// The form of that header.
pub static CHUNK_MINIMUM_WELL_FORMED: Requirement = Requirement {
    id: "chunk-minimum-well-formed",
    alias: "CHK-03",
    asked: Asked::since_1_1(Keyword::Declared),
    heading: Heading::distribution("pushing-a-blob-in-chunks"),
    sentence: "An OCI-Chunk-Min-Length is a number of bytes, written in digits only.",
};

/// A last chunk below that size.
pub static SHORT_FINAL_CHUNK_ACCEPTED: Requirement = Requirement {
    id: "short-final-chunk-accepted",
    alias: "CHK-04",
    asked: Asked::since_1_1(Keyword::May),
    heading: Heading::distribution("pushing-a-blob-in-chunks"),
    sentence: "The last chunk of an upload is taken even if it is smaller than the announced \
               minimum.",
};

/// Chunks in order.
pub static CHUNK_ACCEPTED: Requirement = Requirement {
    id: "chunk-accepted",
    alias: "CHK-05",
    asked: Asked::always(Keyword::Must),
    heading: Heading::distribution("pushing-a-blob-in-chunks"),
    sentence: "A PATCH whose chunk begins right after the last stored byte, and is not below an \
               announced minimum, answers 202.",
};

/// Where the upload goes on.
pub static CHUNK_LOCATION_SENT: Requirement = Requirement {
    id: "chunk-location-sent",
    alias: "CHK-06",
    asked: Asked::always(Keyword::Must),
    heading: Heading::distribution("pushing-a-blob-in-chunks"),
    sentence: "Each 202 to a PATCH carries a Location for the next request.",
};

/// How far the upload got.
pub static CHUNK_RANGE_SENT: Requirement = Requirement {
    id: "chunk-range-sent",
    alias: "CHK-07",
    asked: Asked::since_1_1(Keyword::Must),
    heading: Heading::distribution("pushing-a-blob-in-chunks"),
    sentence: "Each 202 to a PATCH carries a Range of the form 0-end, without a unit.",
};

/// What that Range says.
pub static CHUNK_RANGE_MATCHED: Requirement = Requirement {
    id: "chunk-range-matched",
    alias: "CHK-08",
    asked: Asked::since_1_1(Keyword::Declared),
    heading: Heading::distribution("pushing-a-blob-in-chunks"),
    sentence: "The Range on the 202 to a PATCH ends at the last byte stored, which is the end of \
               the Content-Range sent.",
};

/// A chunk too far ahead.
pub static GAPPED_CHUNK_REFUSED: Requirement = Requirement {
    id: "gapped-chunk-refused",
    alias: "CHK-09",
    asked: Asked::always(Keyword::Must),
    heading: Heading::distribution("pushing-a-blob-in-chunks"),
    sentence: "A PATCH whose chunk leaves a gap after the last stored byte answers 416.",
};

/// A chunk that came before.
pub static REPEATED_CHUNK_REFUSED: Requirement = Requirement {
    id: "repeated-chunk-refused",
    alias: "CHK-10",
    asked: Asked::always(Keyword::Must),
    heading: Heading::distribution("pushing-a-blob-in-chunks"),
    sentence: "A PATCH whose chunk repeats or overlaps bytes already stored answers 416.",
};

/// A first chunk that is not the first.
pub static LATE_FIRST_CHUNK_REFUSED: Requirement = Requirement {
    id: "late-first-chunk-refused",
    alias: "CHK-11",
    asked: Asked::always(Keyword::Must),
    heading: Heading::distribution("pushing-a-blob-in-chunks"),
    sentence: "The first PATCH of a session answers 416 if its Content-Range does not begin at 0.",
};

/// A last chunk out of order.
pub static MISPLACED_FINAL_CHUNK_REFUSED: Requirement = Requirement {
    id: "misplaced-final-chunk-refused",
    alias: "CHK-12",
    asked: Asked::since_1_2(Keyword::Must),
    heading: Heading::distribution("pushing-a-blob-in-chunks"),
    sentence: "A closing PUT whose chunk does not begin right after the last stored byte answers \
               416.",
};

/// What remains of a refused chunk.
pub static REFUSED_CHUNK_DISCARDED: Requirement = Requirement {
    id: "refused-chunk-discarded",
    alias: "CHK-13",
    asked: Asked::always(Keyword::Declared),
    heading: Heading::distribution("pushing-a-blob-in-chunks"),
    sentence: "A chunk that was refused changes nothing: the session stands where it stood and can \
               be completed.",
};

/// Two places for the last chunk.
pub static FINAL_CHUNK_ACCEPTED: Requirement = Requirement {
    id: "final-chunk-accepted",
    alias: "CHK-14",
    asked: Asked::always(Keyword::May),
    heading: Heading::distribution("pushing-a-blob-in-chunks"),
    sentence: "The last chunk is taken in a PATCH as well as in the closing PUT.",
};

/// The PUT that completes the upload.
pub static CHUNKED_PUT_ACCEPTED: Requirement = Requirement {
    id: "chunked-put-accepted",
    alias: "CHK-15",
    asked: Asked::always(Keyword::Must),
    heading: Heading::distribution("pushing-a-blob-in-chunks"),
    sentence: "The PUT that closes a chunked upload with the right digest answers 201.",
};

/// Where the blob is.
pub static CHUNKED_BLOB_LOCATION_SENT: Requirement = Requirement {
    id: "chunked-blob-location-sent",
    alias: "CHK-16",
    asked: Asked::always(Keyword::Must),
    heading: Heading::distribution("pushing-a-blob-in-chunks"),
    sentence: "The 201 that closes a chunked upload carries a Location, and a GET on it answers \
               200 with exactly the bytes uploaded.",
};

/// A closing PUT that names no digest.
pub static CHUNKED_PUT_WITHOUT_DIGEST_REFUSED: Requirement = Requirement {
    id: "chunked-put-without-digest-refused",
    alias: "CHK-17",
    asked: Asked::always(Keyword::Must),
    heading: Heading::distribution("pushing-a-blob-in-chunks"),
    sentence: "The PUT that closes a chunked upload answers 400 if it has no digest, and stores no \
               blob.",
};

/// A Content-Range of another form.
pub static MALFORMED_CONTENT_RANGE_REFUSED: Requirement = Requirement {
    id: "malformed-content-range-refused",
    alias: "CHK-18",
    asked: Asked::always(Keyword::Must),
    heading: Heading::distribution("pushing-a-blob-in-chunks"),
    sentence: "A PATCH whose Content-Range is not of the form first-last answers 416 or another \
               4xx.",
};

/// A Content-Range of another length.
pub static MISMATCHED_CONTENT_RANGE_ANSWERED: Requirement = Requirement {
    id: "mismatched-content-range-answered",
    alias: "CHK-19",
    asked: Asked::always(Keyword::Declared),
    heading: Heading::distribution("pushing-a-blob-in-chunks"),
    sentence: "A PATCH whose Content-Range and body differ in length is refused with 4xx, leaving \
               the session where it stood, or is taken.",
};

/// A closing PUT that names another digest.
pub static MISMATCHED_CHUNKED_UPLOAD_REFUSED: Requirement = Requirement {
    id: "mismatched-chunked-upload-refused",
    alias: "CHK-20",
    asked: Asked::each(
        Some(Keyword::Declared),
        Some(Keyword::Declared),
        Some(Keyword::Should),
    ),
    heading: Heading::distribution("pushing-a-blob-in-chunks"),
    sentence: "The PUT that closes a chunked upload answers 400 if the bytes do not hash to the \
               digest given.",
};

/// A session that was completed.
pub static CLOSED_SESSION_UNKNOWN: Requirement = Requirement {
    id: "closed-session-unknown",
    alias: "CHK-21",
    asked: Asked::always(Keyword::Declared),
    heading: Heading::distribution("endpoints"),
    sentence: "A PUT, PATCH or GET on an upload session that was completed answers 404, or 400 as \
               is common; a PATCH may answer 416 as well.",
};

/// A session that never was.
pub static ABSENT_SESSION_UNKNOWN: Requirement = Requirement {
    id: "absent-session-unknown",
    alias: "CHK-22",
    asked: Asked::always(Keyword::Declared),
    heading: Heading::distribution("endpoints"),
    sentence: "A PUT, PATCH or GET on an upload session that was never opened answers 404, or 400 \
               as is common.",
};

/// A chunk below the least size.
pub static SMALL_CHUNK_ANSWERED: Requirement = Requirement {
    id: "small-chunk-answered",
    alias: "CHK-23",
    asked: Asked::since_1_1(Keyword::May),
    heading: Heading::distribution("pushing-a-blob-in-chunks"),
    sentence: "A chunk below the announced minimum that is not the last may be taken or refused.",
};
