//! MGET: pulling manifests.

use super::Area;
use super::Asked;
use super::Heading;
use super::Keyword;
use super::Requirement;

/// Pull manifests.
pub static AREA: Area = Area {
    alias: "MGET",
    title: "Pull manifests",
    rows: &[
        &MANIFEST_BY_TAG_FOUND,
        &MANIFEST_BY_DIGEST_FOUND,
        &MANIFEST_DIGEST_HEADER_SENT,
        &MANIFEST_DIGEST_HEADER_MATCHED,
        &MANIFEST_TYPE_SENT,
        &MANIFEST_TYPE_KEPT,
        &MANIFEST_TYPE_PARAMETERS_OMITTED,
        &ABSENT_MANIFEST_UNKNOWN,
        &ABSENT_REPOSITORY_UNKNOWN,
        &MANIFEST_WITHOUT_ACCEPT_FOUND,
        &UNMATCHED_ACCEPT_ANSWERED,
        &OTHER_REPOSITORY_MANIFEST_UNKNOWN,
    ],
};

/// A GET on a tag that is there.
pub static MANIFEST_BY_TAG_FOUND: Requirement = Requirement {
    id: "manifest-by-tag-found",
    alias: "MGET-01",
    asked: Asked::always(Keyword::Must),
    heading: Heading::distribution("pulling-manifests"),
    sentence: "A GET on a manifest by a tag that the repository holds answers 200 with exactly the \
               manifest's bytes.",
};

/// A GET on a digest that is there.
pub static MANIFEST_BY_DIGEST_FOUND: Requirement = Requirement {
    id: "manifest-by-digest-found",
    alias: "MGET-02",
    asked: Asked::always(Keyword::Must),
    heading: Heading::distribution("pulling-manifests"),
    sentence: "A GET on a manifest by its digest answers 200 with bytes of that digest, even if no \
               tag ever named it.",
};

/// The digest header on a pulled manifest.
pub static MANIFEST_DIGEST_HEADER_SENT: Requirement = Requirement {
    id: "manifest-digest-header-sent",
    alias: "MGET-03",
    asked: Asked::each(
        Some(Keyword::Should),
        Some(Keyword::Should),
        Some(Keyword::Must),
    ),
    heading: Heading::distribution("pulling-manifests"),
    sentence: "The 200 to a GET on a manifest carries Docker-Content-Digest.",
};

/// What that header says.
pub static MANIFEST_DIGEST_HEADER_MATCHED: Requirement = Requirement {
    id: "manifest-digest-header-matched",
    alias: "MGET-04",
    asked: Asked::always(Keyword::Declared),
    heading: Heading::distribution("pulling-manifests"),
    sentence: "A Docker-Content-Digest on a pulled manifest is a digest of the bytes in the body; \
               its algorithm may differ from the one asked for.",
};

/// The type of a pulled manifest.
pub static MANIFEST_TYPE_SENT: Requirement = Requirement {
    id: "manifest-type-sent",
    alias: "MGET-05",
    asked: Asked::always(Keyword::Declared),
    heading: Heading::distribution("pulling-manifests"),
    sentence: "The 200 to a GET on a manifest names the manifest's media type in Content-Type.",
};

/// The type that was pushed.
pub static MANIFEST_TYPE_KEPT: Requirement = Requirement {
    id: "manifest-type-kept",
    alias: "MGET-06",
    asked: Asked::always(Keyword::Should),
    heading: Heading::distribution("pulling-manifests"),
    sentence: "A manifest is pulled under the Content-Type under which it was pushed.",
};

/// Parameters of that type.
pub static MANIFEST_TYPE_PARAMETERS_OMITTED: Requirement = Requirement {
    id: "manifest-type-parameters-omitted",
    alias: "MGET-07",
    asked: Asked::since_1_1(Keyword::ShouldNot),
    heading: Heading::distribution("pulling-manifests"),
    sentence: "The Content-Type of a pulled manifest has no parameters.",
};

/// A GET on a tag or digest that is not there.
pub static ABSENT_MANIFEST_UNKNOWN: Requirement = Requirement {
    id: "absent-manifest-unknown",
    alias: "MGET-08",
    asked: Asked::always(Keyword::Must),
    heading: Heading::distribution("pulling-manifests"),
    sentence: "A GET on a manifest by a tag or digest that the repository does not hold answers \
               404.",
};

/// A GET in a repository that is not there.
pub static ABSENT_REPOSITORY_UNKNOWN: Requirement = Requirement {
    id: "absent-repository-unknown",
    alias: "MGET-09",
    asked: Asked::always(Keyword::Must),
    heading: Heading::distribution("pushing-manifests"),
    sentence: "A GET on a manifest or a blob in a repository that does not exist answers 404 to a \
               client that may read there.",
};

/// Pulls that state no preference.
pub static MANIFEST_WITHOUT_ACCEPT_FOUND: Requirement = Requirement {
    id: "manifest-without-accept-found",
    alias: "MGET-10",
    asked: Asked::always(Keyword::Must),
    heading: Heading::distribution("pulling-manifests"),
    sentence: "A GET on a manifest that the repository holds answers 200 also without an Accept \
               header, or with one of */*.",
};

/// Pulls that prefer another type; the rules are HTTP's (RFC 9110, content negotiation).
pub static UNMATCHED_ACCEPT_ANSWERED: Requirement = Requirement {
    id: "unmatched-accept-answered",
    alias: "MGET-11",
    asked: Asked::always(Keyword::Rfc),
    heading: Heading::distribution("pulling-manifests"),
    sentence: "A GET whose Accept does not list the manifest's type answers 200 with the stored \
               manifest, or 406 or 404. It never converts the manifest under the same digest.",
};

/// A manifest that is somewhere else.
pub static OTHER_REPOSITORY_MANIFEST_UNKNOWN: Requirement = Requirement {
    id: "other-repository-manifest-unknown",
    alias: "MGET-12",
    asked: Asked::since_1_1(Keyword::Must),
    heading: Heading::distribution("pulling-manifests"),
    sentence: "A GET by digest on a manifest that only another repository holds answers 404 to a \
               client that may read both.",
};
