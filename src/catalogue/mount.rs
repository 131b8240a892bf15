//! MNT: mounting a blob from another repository.

use super::Area;
use super::Asked;
use super::Heading;
use super::Keyword;
use super::Requirement;

/// Mount a blob from another repository.
pub static AREA: Area = Area {
    alias: "MNT",
    title: "Mount a blob from another repository",
    rows: &[
        &MOUNT_ACCEPTED,
        &MOUNT_LOCATION_SENT,
        &MOUNTED_BLOB_PULLED,
        &MOUNT_DIGEST_HEADER_MATCHED,
        &MOUNT_FALLBACK_OFFERED,
        &ABSENT_SOURCE_FALLBACK_OFFERED,
        &MOUNT_WITHOUT_SOURCE_ANSWERED,
        &MALFORMED_MOUNT_DIGEST_REFUSED,
        &MOUNTED_BLOB_KEPT,
    ],
};

/// A mount that is done.
pub static MOUNT_ACCEPTED: Requirement = Requirement {
    id: "mount-accepted",
    alias: "MNT-01",
    asked: Asked::always(Keyword::Must),
    heading: Heading::distribution("mounting-a-blob-from-another-repository"),
    sentence: "A POST that asks to mount a blob from another repository answers 201 if the blob is \
               mounted.",
};

/// Where the blob is.
pub static MOUNT_LOCATION_SENT: Requirement = Requirement {
    id: "mount-location-sent",
    alias: "MNT-02",
    asked: Asked::always(Keyword::Must),
    heading: Heading::distribution("mounting-a-blob-from-another-repository"),
    sentence: "The 201 to a mount carries a Location.",
};

/// What was mounted.
pub static MOUNTED_BLOB_PULLED: Requirement = Requirement {
    id: "mounted-blob-pulled",
    alias: "MNT-03",
    asked: Asked::always(Keyword::Declared),
    heading: Heading::distribution("mounting-a-blob-from-another-repository"),
    sentence: "A mounted blob can be pulled from the target repository with exactly its bytes, at \
               the Location that the 201 gave and by its digest.",
};

/// The digest header on a mount.
pub static MOUNT_DIGEST_HEADER_MATCHED: Requirement = Requirement {
    id: "mount-digest-header-matched",
    alias: "MNT-04",
    asked: Asked::always(Keyword::Declared),
    heading: Heading::distribution("mounting-a-blob-from-another-repository"),
    sentence: "A Docker-Content-Digest on the 201 to a mount, if there is one, is a digest of the \
               blob.",
};

/// A mount of a blob that is not there.
pub static MOUNT_FALLBACK_OFFERED: Requirement = Requirement {
    id: "mount-fallback-offered",
    alias: "MNT-05",
    asked: Asked::always(Keyword::Should),
    heading: Heading::distribution("mounting-a-blob-from-another-repository"),
    sentence: "A mount that cannot be done, as the source does not hold the blob, answers 202 with \
               a session in which a PUT completes the upload.",
};

/// A mount from nowhere.
pub static ABSENT_SOURCE_FALLBACK_OFFERED: Requirement = Requirement {
    id: "absent-source-fallback-offered",
    alias: "MNT-06",
    asked: Asked::always(Keyword::Should),
    heading: Heading::distribution("mounting-a-blob-from-another-repository"),
    sentence: "A mount from a repository that does not exist, or whose name is malformed, answers \
               202 with an upload session.",
};

/// A mount that names no source.
pub static MOUNT_WITHOUT_SOURCE_ANSWERED: Requirement = Requirement {
    id: "mount-without-source-answered",
    alias: "MNT-07",
    asked: Asked::since_1_1(Keyword::May),
    heading: Heading::distribution("mounting-a-blob-from-another-repository"),
    sentence: "A mount that does not say from which repository answers 201 or 202.",
};

/// A mount of something that is no digest.
pub static MALFORMED_MOUNT_DIGEST_REFUSED: Requirement = Requirement {
    id: "malformed-mount-digest-refused",
    alias: "MNT-08",
    asked: Asked::since_1_2(Keyword::Should),
    heading: Heading::distribution("pushing-blobs"),
    sentence: "A mount of a malformed digest answers 400.",
};

/// The mount after its source.
pub static MOUNTED_BLOB_KEPT: Requirement = Requirement {
    id: "mounted-blob-kept",
    alias: "MNT-09",
    asked: Asked::always(Keyword::Declared),
    heading: Heading::distribution("mounting-a-blob-from-another-repository"),
    sentence: "A mounted blob can still be pulled from the target after it was deleted from the \
               source.",
};
