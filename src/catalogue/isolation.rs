//! ISO: that repositories and users stay apart.
//!
//! Whether a user may read something is for the registry's owner to say; a run is told it by the second
//! account, and sees it itself where a plain pull without a login is refused.

use super::Area;
use super::Asked;
use super::Heading;
use super::Keyword;
use super::Requirement;

/// Repositories and users apart.
pub static AREA: Area = Area {
    alias: "ISO",
    title: "Repositories and users apart",
    rows: &[
        &ANONYMOUS_READ_REFUSED,
        &ANONYMOUS_LIST_REFUSED,
        &ANONYMOUS_WRITE_REFUSED,
        &ANONYMOUS_DETOUR_REFUSED,
        &FOREIGN_READ_REFUSED,
        &FOREIGN_LIST_REFUSED,
        &FOREIGN_WRITE_REFUSED,
        &FOREIGN_SESSION_REFUSED,
        &FOREIGN_REPOSITORY_UNLISTED,
        &FOREIGN_CONTENT_HIDDEN,
        &UNREADABLE_MOUNT_REFUSED,
        &SOURCELESS_MOUNT_REFUSED,
        &UNREADABLE_REFERENCE_REFUSED,
    ],
};

/// A page of Docker's protocol on what a token is good for.
const TOKENS: Heading = Heading::docker("spec/auth/token", "how-to-authenticate");

/// What a status of 401 means.
const UNAUTHORIZED: Heading = Heading::rfc(9110, "section-15.5.2");

/// What a status of 403 means, and that one of 404 may stand for it.
const FORBIDDEN: Heading = Heading::rfc(9110, "section-15.5.4");

/// Content without a login.
pub static ANONYMOUS_READ_REFUSED: Requirement = Requirement {
    id: "anonymous-read-refused",
    alias: "ISO-01",
    asked: Asked::always(Keyword::Promised),
    heading: UNAUTHORIZED,
    sentence: "Where a repository's manifests cannot be pulled by tag without a login, none of its \
               manifests and blobs can: not by digest, not in part, and HEAD does not find them.",
};

/// Lists without a login.
pub static ANONYMOUS_LIST_REFUSED: Requirement = Requirement {
    id: "anonymous-list-refused",
    alias: "ISO-02",
    asked: Asked::always(Keyword::Advised),
    heading: UNAUTHORIZED,
    sentence: "Where a repository's manifests cannot be pulled without a login, neither its tags, its \
               referrers nor its name are listed without one.",
};

/// Changes without a login.
pub static ANONYMOUS_WRITE_REFUSED: Requirement = Requirement {
    id: "anonymous-write-refused",
    alias: "ISO-03",
    asked: Asked::always(Keyword::Promised),
    heading: UNAUTHORIZED,
    sentence: "Where a repository's manifests cannot be pulled without a login, nothing can be pushed, \
               mounted or deleted without one, and what was there stays as it was.",
};

/// The same by another form of the request.
pub static ANONYMOUS_DETOUR_REFUSED: Requirement = Requirement {
    id: "anonymous-detour-refused",
    alias: "ISO-04",
    asked: Asked::always(Keyword::Promised),
    heading: UNAUTHORIZED,
    sentence: "What is refused without a login is refused in every form of the request: however the \
               path is written, and whatever headers say of another path, method or address.",
};

/// Content of another user.
pub static FOREIGN_READ_REFUSED: Requirement = Requirement {
    id: "foreign-read-refused",
    alias: "ISO-05",
    asked: Asked::always(Keyword::Promised),
    heading: TOKENS,
    sentence: "An account that may not read a repository gets none of its manifests and blobs, by \
               GET or by HEAD, and by tag or by digest.",
};

/// Lists of another user's repository.
pub static FOREIGN_LIST_REFUSED: Requirement = Requirement {
    id: "foreign-list-refused",
    alias: "ISO-06",
    asked: Asked::always(Keyword::Promised),
    heading: TOKENS,
    sentence: "An account that may not read a repository gets neither the list of its tags nor that \
               of a manifest's referrers.",
};

/// Changes to another user's repository.
pub static FOREIGN_WRITE_REFUSED: Requirement = Requirement {
    id: "foreign-write-refused",
    alias: "ISO-07",
    asked: Asked::always(Keyword::Promised),
    heading: TOKENS,
    sentence: "An account that may not write to a repository cannot push to it under any tag, nor move \
               a tag or delete anything, and what was there stays as it was.",
};

/// Uploads of another user.
pub static FOREIGN_SESSION_REFUSED: Requirement = Requirement {
    id: "foreign-session-refused",
    alias: "ISO-08",
    asked: Asked::always(Keyword::Promised),
    heading: TOKENS,
    sentence: "An account that may not write to a repository can neither ask how an upload there \
               stands nor feed, close or cancel it, even if it knows its Location.",
};

/// The catalogue.
pub static FOREIGN_REPOSITORY_UNLISTED: Requirement = Requirement {
    id: "foreign-repository-unlisted",
    alias: "ISO-09",
    asked: Asked::always(Keyword::Advised),
    heading: Heading::page("https://cwe.mitre.org/data/definitions/862.html", ""),
    sentence: "The list of repositories does not name to an account those that it may not read.",
};

/// Whether it is there at all.
pub static FOREIGN_CONTENT_HIDDEN: Requirement = Requirement {
    id: "foreign-content-hidden",
    alias: "ISO-10",
    asked: Asked::always(Keyword::Advised),
    heading: FORBIDDEN,
    sentence: "An account is refused what it may not read in the same words whether that is there or \
               not, so that the answer does not tell.",
};

/// CVE-2024-39897.
pub static UNREADABLE_MOUNT_REFUSED: Requirement = Requirement {
    id: "unreadable-mount-refused",
    alias: "ISO-11",
    asked: Asked::always(Keyword::Promised),
    heading: Heading::docker("spec/api", "cross-repository-blob-mount"),
    sentence: "A blob is not mounted from a repository that the account may not read: the POST is \
               refused or opens an upload, and the blob is not in the target afterwards.",
};

/// The same without a source.
pub static SOURCELESS_MOUNT_REFUSED: Requirement = Requirement {
    id: "sourceless-mount-refused",
    alias: "ISO-12",
    asked: Asked::always(Keyword::Advised),
    heading: Heading::advisory("CVE-2024-39897"),
    sentence: "A mount that names no source finds no blob that is only in repositories which the \
               account may not read.",
};

/// What a manifest refers to.
pub static UNREADABLE_REFERENCE_REFUSED: Requirement = Requirement {
    id: "unreadable-reference-refused",
    alias: "ISO-13",
    asked: Asked::always(Keyword::Promised),
    heading: TOKENS,
    sentence: "A manifest that refers to blobs which only repositories hold that the account may not \
               read does not bring them into the account's own repository.",
};
