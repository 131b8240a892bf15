//! PUSH: what holds for every way of pushing.

use super::Area;
use super::Asked;
use super::Heading;
use super::Keyword;
use super::Requirement;

/// Push in general.
pub static AREA: Area = Area {
    alias: "PUSH",
    title: "Push in general",
    rows: &[
        &ABSENT_SUBJECT_ACCEPTED,
        &ABSENT_REFERENCE_ANSWERED,
        &ABSENT_REFERENCE_CODE_SENT,
        &MALFORMED_UPLOAD_DIGEST_REFUSED,
        &MISMATCHED_BLOB_DISCARDED,
    ],
};

/// A subject that is not there yet.
pub static ABSENT_SUBJECT_ACCEPTED: Requirement = Requirement {
    id: "absent-subject-accepted",
    alias: "PUSH-01",
    asked: Asked::since_1_1(Keyword::Must),
    heading: Heading::distribution("push"),
    sentence: "A PUT of a manifest whose subject is not in the repository answers 201.",
};

/// Other content that is not there.
pub static ABSENT_REFERENCE_ANSWERED: Requirement = Requirement {
    id: "absent-reference-answered",
    alias: "PUSH-02",
    asked: Asked::always(Keyword::May),
    heading: Heading::distribution("push"),
    sentence: "A PUT of a manifest that refers to other missing content than a subject answers 201 \
               or 4xx.",
};

/// The code of such a refusal.
pub static ABSENT_REFERENCE_CODE_SENT: Requirement = Requirement {
    id: "absent-reference-code-sent",
    alias: "PUSH-03",
    asked: Asked::each(
        Some(Keyword::Declared),
        Some(Keyword::Must),
        Some(Keyword::Must),
    ),
    heading: Heading::distribution("push"),
    sentence: "A refusal of a manifest for content that is missing has the error code \
               MANIFEST_BLOB_UNKNOWN. Under 1.0, BLOB_UNKNOWN will do as well.",
};

/// Digests that cannot be verified.
pub static MALFORMED_UPLOAD_DIGEST_REFUSED: Requirement = Requirement {
    id: "malformed-upload-digest-refused",
    alias: "PUSH-04",
    asked: Asked::since_1_2(Keyword::Should),
    heading: Heading::distribution("pushing-blobs"),
    sentence: "A push of a blob under a malformed digest, or one of an unknown algorithm, answers \
               400.",
};

/// What remains of a refused blob.
pub static MISMATCHED_BLOB_DISCARDED: Requirement = Requirement {
    id: "mismatched-blob-discarded",
    alias: "PUSH-05",
    asked: Asked::always(Keyword::Declared),
    heading: Heading::distribution("error-codes"),
    sentence: "A blob that was refused because its digest does not match is not stored: a HEAD on \
               the claimed digest answers 404.",
};
