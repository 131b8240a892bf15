//! DUR: what a restart must not lose.
//!
//! A registry that ends at once and starts again is the same registry: what it said before is still said.
//! That it loses power is another matter, which nothing from outside can bring about.

use super::Area;
use super::Asked;
use super::Heading;
use super::Keyword;
use super::Requirement;

/// What was acknowledged stays.
pub static AREA: Area = Area {
    alias: "DUR",
    title: "What was acknowledged stays",
    rows: &[
        &RESTARTED_BLOB_KEPT,
        &RESTARTED_MANIFEST_KEPT,
        &RESTARTED_TAG_KEPT,
        &RESTARTED_MOUNT_KEPT,
        &RESTARTED_REFERRER_KEPT,
        &RESTARTED_DELETE_KEPT,
        &RESTARTED_SESSION_MATCHED,
        &INTERRUPTED_PUSH_MATCHED,
        &RESTARTED_PUSH_ACCEPTED,
    ],
};

/// A blob that was answered 201.
pub static RESTARTED_BLOB_KEPT: Requirement = Requirement {
    id: "restarted-blob-kept",
    alias: "DUR-01",
    asked: Asked::always(Keyword::Promised),
    heading: Heading::rfc(9110, "section-15.3.2"),
    sentence: "A blob whose push was answered 201, in whatever way it came, is pulled whole after the registry \
               ended at once and started again.",
};

/// A manifest that was answered 201.
pub static RESTARTED_MANIFEST_KEPT: Requirement = Requirement {
    id: "restarted-manifest-kept",
    alias: "DUR-02",
    asked: Asked::always(Keyword::Promised),
    heading: Heading::rfc(9110, "section-15.3.2"),
    sentence: "A manifest whose push was answered 201 is pulled by its digest, in the same bytes and as the same \
               type, after a restart.",
};

/// A tag that was answered 201.
pub static RESTARTED_TAG_KEPT: Requirement = Requirement {
    id: "restarted-tag-kept",
    alias: "DUR-03",
    asked: Asked::always(Keyword::Promised),
    heading: Heading::rfc(9110, "section-15.3.2"),
    sentence: "A tag names after a restart what the last push under it gave it that was answered 201, and is \
               listed.",
};

/// A mount that was answered 201.
pub static RESTARTED_MOUNT_KEPT: Requirement = Requirement {
    id: "restarted-mount-kept",
    alias: "DUR-04",
    asked: Asked::always(Keyword::Promised),
    heading: Heading::rfc(9110, "section-15.3.2"),
    sentence: "A blob whose mount was answered 201 is pulled from the target after a restart.",
};

/// A referrer that was listed.
pub static RESTARTED_REFERRER_KEPT: Requirement = Requirement {
    id: "restarted-referrer-kept",
    alias: "DUR-05",
    asked: Asked::since_1_1(Keyword::Promised),
    heading: Heading::rfc(9110, "section-15.3.2"),
    sentence: "Where referrers are supported, a manifest with a subject whose push was answered 201 is listed \
               as a referrer after a restart.",
};

/// A delete that was answered 202 and done.
pub static RESTARTED_DELETE_KEPT: Requirement = Requirement {
    id: "restarted-delete-kept",
    alias: "DUR-06",
    asked: Asked::always(Keyword::Promised),
    heading: Heading::rfc(9110, "section-9.3.5"),
    sentence: "A tag, manifest or blob whose delete was answered 202, and that was gone then, is still gone \
               after a restart.",
};

/// A session under way.
pub static RESTARTED_SESSION_MATCHED: Requirement = Requirement {
    id: "restarted-session-matched",
    alias: "DUR-07",
    asked: Asked::always(Keyword::Promised),
    heading: Heading::distribution("pushing-a-blob-in-chunks"),
    sentence: "An upload session that answers after a restart goes on where its status says that it stands, and \
               closes to the bytes of the digest. It may be unknown instead.",
};

/// What was under way.
pub static INTERRUPTED_PUSH_MATCHED: Requirement = Requirement {
    id: "interrupted-push-matched",
    alias: "DUR-08",
    asked: Asked::always(Keyword::Promised),
    heading: Heading::distribution("pulling-blobs"),
    sentence: "A blob or manifest whose push was not answered before the registry ended is there whole, or not \
               at all.",
};

/// Pushing afterwards.
pub static RESTARTED_PUSH_ACCEPTED: Requirement = Requirement {
    id: "restarted-push-accepted",
    alias: "DUR-09",
    asked: Asked::always(Keyword::Promised),
    heading: Heading::distribution("pushing-blobs"),
    sentence: "After a restart the registry takes what it did not take to the end before, and whatever is new, \
               as if nothing had happened.",
};
