//! DEL: deleting tags, manifests and blobs.

use super::Area;
use super::Asked;
use super::Heading;
use super::Keyword;
use super::Requirement;

/// Delete.
pub static AREA: Area = Area {
    alias: "DEL",
    title: "Delete",
    rows: &[
        &DELETE_REFUSAL_ALLOWED,
        &TAG_DELETE_ACCEPTED,
        &DISABLED_TAG_DELETE_REFUSED,
        &DELETED_TAG_UNKNOWN,
        &SIBLING_TAGS_KEPT,
        &MANIFEST_DELETE_ACCEPTED,
        &ABSENT_REPOSITORY_DELETE_UNKNOWN,
        &DISABLED_MANIFEST_DELETE_REFUSED,
        &DELETED_MANIFEST_UNKNOWN,
        &DELETED_MANIFEST_TAGS_UNKNOWN,
        &ABSENT_MANIFEST_DELETE_UNKNOWN,
        &BLOB_DELETE_ACCEPTED,
        &ABSENT_BLOB_DELETE_UNKNOWN,
        &DISABLED_BLOB_DELETE_REFUSED,
        &DELETED_BLOB_UNKNOWN,
        &OTHER_REPOSITORY_BLOB_KEPT,
    ],
};

/// Each kind of delete may be missing.
pub static DELETE_REFUSAL_ALLOWED: Requirement = Requirement {
    id: "delete-refusal-allowed",
    alias: "DEL-01",
    asked: Asked::always(Keyword::May),
    heading: Heading::distribution("content-management"),
    sentence: "A registry may switch off the delete of tags, manifests or blobs, and answers 400 \
               or 405 then.",
};

/// Deleting a tag.
pub static TAG_DELETE_ACCEPTED: Requirement = Requirement {
    id: "tag-delete-accepted",
    alias: "DEL-02",
    asked: Asked::always(Keyword::Must),
    heading: Heading::distribution("deleting-tags"),
    sentence: "Where tags can be deleted, a DELETE on a tag answers 202.",
};

/// Deleting a tag where it is off.
pub static DISABLED_TAG_DELETE_REFUSED: Requirement = Requirement {
    id: "disabled-tag-delete-refused",
    alias: "DEL-03",
    asked: Asked::always(Keyword::Must),
    heading: Heading::distribution("deleting-tags"),
    sentence: "Where tags cannot be deleted, a DELETE on a tag answers 400 or 405; a client that \
               is not permitted to may be told 401 or 403.",
};

/// A tag that was deleted.
pub static DELETED_TAG_UNKNOWN: Requirement = Requirement {
    id: "deleted-tag-unknown",
    alias: "DEL-04",
    asked: Asked::since_1_1(Keyword::Declared),
    heading: Heading::distribution("deleting-tags"),
    sentence: "A GET on a deleted tag answers 404, at once or soon after.",
};

/// What a tag leaves behind.
pub static SIBLING_TAGS_KEPT: Requirement = Requirement {
    id: "sibling-tags-kept",
    alias: "DEL-05",
    asked: Asked::always(Keyword::Declared),
    heading: Heading::distribution("definitions"),
    sentence: "Deleting a tag leaves the manifest's other tags as they are, and the manifest with \
               them. One that no tag names any more may be kept or collected.",
};

/// Deleting a manifest.
pub static MANIFEST_DELETE_ACCEPTED: Requirement = Requirement {
    id: "manifest-delete-accepted",
    alias: "DEL-06",
    asked: Asked::always(Keyword::Must),
    heading: Heading::distribution("deleting-manifests"),
    sentence: "Where manifests can be deleted, a DELETE by digest on one that no other content \
               needs answers 202.",
};

/// Deleting in a repository that is not there.
pub static ABSENT_REPOSITORY_DELETE_UNKNOWN: Requirement = Requirement {
    id: "absent-repository-delete-unknown",
    alias: "DEL-07",
    asked: Asked::always(Keyword::Must),
    heading: Heading::distribution("deleting-manifests"),
    sentence: "Where manifests can be deleted, a DELETE on one in a repository that does not exist \
               answers 404.",
};

/// Deleting a manifest where it is off.
pub static DISABLED_MANIFEST_DELETE_REFUSED: Requirement = Requirement {
    id: "disabled-manifest-delete-refused",
    alias: "DEL-08",
    asked: Asked::each(
        Some(Keyword::Declared),
        Some(Keyword::Must),
        Some(Keyword::Must),
    ),
    heading: Heading::distribution("deleting-manifests"),
    sentence: "Where manifests cannot be deleted, a DELETE on one answers 400 or 405; a client \
               that is not permitted to may be told 401 or 403.",
};

/// A manifest that was deleted.
pub static DELETED_MANIFEST_UNKNOWN: Requirement = Requirement {
    id: "deleted-manifest-unknown",
    alias: "DEL-09",
    asked: Asked::since_1_1(Keyword::Declared),
    heading: Heading::distribution("deleting-manifests"),
    sentence: "A GET on a deleted manifest by digest answers 404, at once or soon after.",
};

/// The tags of such a manifest.
pub static DELETED_MANIFEST_TAGS_UNKNOWN: Requirement = Requirement {
    id: "deleted-manifest-tags-unknown",
    alias: "DEL-10",
    asked: Asked::since_1_1(Keyword::Declared),
    heading: Heading::distribution("deleting-manifests"),
    sentence: "The tags that named a deleted manifest answer 404 and leave the tag list, at once \
               or soon after.",
};

/// Deleting a manifest that is not there.
pub static ABSENT_MANIFEST_DELETE_UNKNOWN: Requirement = Requirement {
    id: "absent-manifest-delete-unknown",
    alias: "DEL-11",
    asked: Asked::always(Keyword::Declared),
    heading: Heading::distribution("endpoints"),
    sentence: "Where manifests or tags can be deleted, a DELETE on one that the repository does \
               not hold answers 404.",
};

/// Deleting a blob.
pub static BLOB_DELETE_ACCEPTED: Requirement = Requirement {
    id: "blob-delete-accepted",
    alias: "DEL-12",
    asked: Asked::always(Keyword::Must),
    heading: Heading::distribution("deleting-blobs"),
    sentence: "Where blobs can be deleted, a DELETE on one that no manifest needs answers 202.",
};

/// Deleting a blob that is not there.
pub static ABSENT_BLOB_DELETE_UNKNOWN: Requirement = Requirement {
    id: "absent-blob-delete-unknown",
    alias: "DEL-13",
    asked: Asked::always(Keyword::Must),
    heading: Heading::distribution("deleting-blobs"),
    sentence: "Where blobs can be deleted, a DELETE on one that the repository does not hold \
               answers 404.",
};

/// Deleting a blob where it is off.
pub static DISABLED_BLOB_DELETE_REFUSED: Requirement = Requirement {
    id: "disabled-blob-delete-refused",
    alias: "DEL-14",
    asked: Asked::each(
        Some(Keyword::Declared),
        Some(Keyword::Must),
        Some(Keyword::Must),
    ),
    heading: Heading::distribution("deleting-blobs"),
    sentence: "Where blobs cannot be deleted, a DELETE on one answers 400 or 405; a client that is \
               not permitted to may be told 401 or 403.",
};

/// A blob that was deleted.
pub static DELETED_BLOB_UNKNOWN: Requirement = Requirement {
    id: "deleted-blob-unknown",
    alias: "DEL-15",
    asked: Asked::always(Keyword::Declared),
    heading: Heading::distribution("deleting-blobs"),
    sentence: "A GET or HEAD on a deleted blob answers 404, at once or soon after.",
};

/// The same blob somewhere else.
pub static OTHER_REPOSITORY_BLOB_KEPT: Requirement = Requirement {
    id: "other-repository-blob-kept",
    alias: "DEL-16",
    asked: Asked::always(Keyword::Declared),
    heading: Heading::distribution("deleting-blobs"),
    sentence: "Deleting a blob from one repository leaves it in the others: a GET there still \
               answers 200.",
};
