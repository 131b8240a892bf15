//! SUBJ: pushing manifests with a subject.

use super::Area;
use super::Asked;
use super::Heading;
use super::Keyword;
use super::Requirement;

/// Push manifests with a subject.
pub static AREA: Area = Area {
    alias: "SUBJ",
    title: "Push manifests with a subject",
    rows: &[
        &SUBJECT_HEADER_SENT,
        &INDEX_SUBJECT_HEADER_SENT,
        &UNSUPPORTED_SUBJECT_HEADER_OMITTED,
        &SUBJECTLESS_MANIFEST_HEADER_OMITTED,
    ],
};

/// An image manifest with a subject.
pub static SUBJECT_HEADER_SENT: Requirement = Requirement {
    id: "subject-header-sent",
    alias: "SUBJ-01",
    asked: Asked::since_1_1(Keyword::Must),
    heading: Heading::distribution("pushing-manifests-with-subject"),
    sentence: "Where referrers are supported, the 201 to a PUT of an image manifest with a subject \
               carries the subject's digest in OCI-Subject.",
};

/// An index with a subject.
pub static INDEX_SUBJECT_HEADER_SENT: Requirement = Requirement {
    id: "index-subject-header-sent",
    alias: "SUBJ-02",
    asked: Asked::since_1_1(Keyword::Declared),
    heading: Heading::distribution("pushing-manifests-with-subject"),
    sentence: "Where referrers are supported, the 201 to a PUT of an index with a subject carries \
               the subject's digest in OCI-Subject.",
};

/// The header as a promise to clients.
pub static UNSUPPORTED_SUBJECT_HEADER_OMITTED: Requirement = Requirement {
    id: "unsupported-subject-header-omitted",
    alias: "SUBJ-03",
    asked: Asked::since_1_1(Keyword::Declared),
    heading: Heading::distribution("pushing-manifests-with-subject"),
    sentence: "A registry without referrers sends no OCI-Subject, as clients would then not write \
               the fallback tag.",
};

/// A manifest without a subject.
pub static SUBJECTLESS_MANIFEST_HEADER_OMITTED: Requirement = Requirement {
    id: "subjectless-manifest-header-omitted",
    alias: "SUBJ-04",
    asked: Asked::since_1_1(Keyword::Declared),
    heading: Heading::distribution("pushing-manifests-with-subject"),
    sentence: "The 201 to a PUT of a manifest without a subject carries no OCI-Subject.",
};
