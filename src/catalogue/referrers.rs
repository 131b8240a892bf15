//! REF: listing the referrers of a manifest.
//!
//! A registry may do without referrers; these rows bind those that support them.

use super::Area;
use super::Asked;
use super::Heading;
use super::Keyword;
use super::Requirement;

/// List referrers.
pub static AREA: Area = Area {
    alias: "REF",
    title: "List referrers",
    rows: &[
        &REFERRERS_SENT,
        &ABSENT_SUBJECT_REFERRERS_SENT,
        &MALFORMED_SUBJECT_DIGEST_REFUSED,
        &REFERRERS_INDEX_SENT,
        &REFERRERS_TYPE_SENT,
        &UNRELATED_MANIFEST_OMITTED,
        &REFERRER_DESCRIPTOR_MATCHED,
        &REFERRER_ARTIFACT_TYPE_SENT,
        &REFERRER_CONFIG_TYPE_SENT,
        &INDEX_REFERRER_TYPE_OMITTED,
        &REFERRER_ANNOTATIONS_KEPT,
        &EMPTY_REFERRERS_SENT,
        &REFERRERS_PAGE_LINKED,
        &REFERRERS_PAGE_LINK_FOLLOWED,
        &REFERRERS_PAGES_COMPLETE,
        &REFERRERS_FILTERED,
        &APPLIED_FILTER_NAMED,
        &SEVERAL_FILTERS_NAMED,
        &FILTERED_REFERRERS_MATCHED,
        &EMPTY_FILTERED_REFERRERS_SENT,
        &PAGED_FILTER_KEPT,
        &REPEATED_REFERRER_LISTED_ONCE,
        &DELETED_REFERRER_UNLISTED,
        &OTHER_REPOSITORY_REFERRER_OMITTED,
        &EARLY_REFERRER_LISTED,
    ],
};

/// The referrers of a manifest that is there.
pub static REFERRERS_SENT: Requirement = Requirement {
    id: "referrers-sent",
    alias: "REF-01",
    asked: Asked::since_1_1(Keyword::Must),
    heading: Heading::distribution("listing-referrers"),
    sentence: "Where referrers are supported, a GET on those of a digest, in a repository that \
               exists, answers 200.",
};

/// The referrers of a manifest that is not there.
pub static ABSENT_SUBJECT_REFERRERS_SENT: Requirement = Requirement {
    id: "absent-subject-referrers-sent",
    alias: "REF-02",
    asked: Asked::since_1_1(Keyword::MustNot),
    heading: Heading::distribution("listing-referrers"),
    sentence: "Where referrers are supported, a GET on those of a digest that the repository does \
               not hold answers 200, not 404. A repository that does not exist may answer 404.",
};

/// The referrers of something that is no digest.
pub static MALFORMED_SUBJECT_DIGEST_REFUSED: Requirement = Requirement {
    id: "malformed-subject-digest-refused",
    alias: "REF-03",
    asked: Asked::since_1_1(Keyword::Must),
    heading: Heading::distribution("listing-referrers"),
    sentence: "Where referrers are supported, a GET on those of a malformed digest answers 400.",
};

/// The form of the list.
pub static REFERRERS_INDEX_SENT: Requirement = Requirement {
    id: "referrers-index-sent",
    alias: "REF-04",
    asked: Asked::since_1_1(Keyword::Must),
    heading: Heading::distribution("listing-referrers"),
    sentence: "Where referrers are supported, their list is an image index in JSON: schemaVersion \
               2, its mediaType, and an array of manifests.",
};

/// The type of the list.
pub static REFERRERS_TYPE_SENT: Requirement = Requirement {
    id: "referrers-type-sent",
    alias: "REF-05",
    asked: Asked::since_1_1(Keyword::Must),
    heading: Heading::distribution("listing-referrers"),
    sentence: "Where referrers are supported, the Content-Type of their list is exactly \
               application/vnd.oci.image.index.v1+json.",
};

/// What is in the list.
pub static UNRELATED_MANIFEST_OMITTED: Requirement = Requirement {
    id: "unrelated-manifest-omitted",
    alias: "REF-06",
    asked: Asked::since_1_1(Keyword::Declared),
    heading: Heading::distribution("listing-referrers"),
    sentence: "Where referrers are supported, their list holds only manifests of this repository \
               whose subject is the digest asked for.",
};

/// The descriptor of a referrer.
pub static REFERRER_DESCRIPTOR_MATCHED: Requirement = Requirement {
    id: "referrer-descriptor-matched",
    alias: "REF-07",
    asked: Asked::since_1_1(Keyword::Declared),
    heading: Heading::distribution("listing-referrers"),
    sentence: "A referrer's descriptor gives the media type, size and digest of the referring \
               manifest; it may have further fields.",
};

/// A manifest with an artifactType.
pub static REFERRER_ARTIFACT_TYPE_SENT: Requirement = Requirement {
    id: "referrer-artifact-type-sent",
    alias: "REF-08",
    asked: Asked::since_1_1(Keyword::Must),
    heading: Heading::distribution("listing-referrers"),
    sentence: "The descriptor of a referrer that has an artifactType, image manifest or index, \
               repeats it.",
};

/// An image manifest without an artifactType.
pub static REFERRER_CONFIG_TYPE_SENT: Requirement = Requirement {
    id: "referrer-config-type-sent",
    alias: "REF-09",
    asked: Asked::since_1_1(Keyword::Must),
    heading: Heading::distribution("listing-referrers"),
    sentence: "The descriptor of a referring image manifest without an artifactType has the media \
               type of its config instead.",
};

/// An index without an artifactType.
pub static INDEX_REFERRER_TYPE_OMITTED: Requirement = Requirement {
    id: "index-referrer-type-omitted",
    alias: "REF-10",
    asked: Asked::since_1_1(Keyword::Must),
    heading: Heading::distribution("listing-referrers"),
    sentence: "The descriptor of a referring index without an artifactType has none either.",
};

/// The annotations of a referrer.
pub static REFERRER_ANNOTATIONS_KEPT: Requirement = Requirement {
    id: "referrer-annotations-kept",
    alias: "REF-11",
    asked: Asked::since_1_1(Keyword::Must),
    heading: Heading::distribution("listing-referrers"),
    sentence: "A referrer's descriptor has the same annotations as the referring manifest.",
};

/// The list without referrers.
pub static EMPTY_REFERRERS_SENT: Requirement = Requirement {
    id: "empty-referrers-sent",
    alias: "REF-12",
    asked: Asked::since_1_1(Keyword::Must),
    heading: Heading::distribution("listing-referrers"),
    sentence: "Where referrers are supported, the list of a digest without any has an empty array \
               of manifests, not null and not none.",
};

/// A list that is too long.
pub static REFERRERS_PAGE_LINKED: Requirement = Requirement {
    id: "referrers-page-linked",
    alias: "REF-13",
    asked: Asked::since_1_1(Keyword::Must),
    heading: Heading::distribution("listing-referrers"),
    sentence: "A list of referrers that is too long for one manifest is split into pages, each \
               with a Link to the next.",
};

/// What that Link leads to.
pub static REFERRERS_PAGE_LINK_FOLLOWED: Requirement = Requirement {
    id: "referrers-page-link-followed",
    alias: "REF-14",
    asked: Asked::since_1_1(Keyword::Must),
    heading: Heading::distribution("listing-referrers"),
    sentence: "A Link on a page of referrers has the form of RFC 5988 with rel=next, and a GET on \
               it gives the next page.",
};

/// The pages together.
pub static REFERRERS_PAGES_COMPLETE: Requirement = Requirement {
    id: "referrers-pages-complete",
    alias: "REF-15",
    asked: Asked::since_1_1(Keyword::Declared),
    heading: Heading::distribution("listing-referrers"),
    sentence: "The pages of a list of referrers repeat no descriptor and together hold all of \
               them.",
};

/// The filter by artifactType.
pub static REFERRERS_FILTERED: Requirement = Requirement {
    id: "referrers-filtered",
    alias: "REF-16",
    asked: Asked::since_1_1(Keyword::Should),
    heading: Heading::distribution("listing-referrers"),
    sentence: "Where referrers are supported, their list can be filtered with the parameter \
               artifactType.",
};

/// That the list was filtered.
pub static APPLIED_FILTER_NAMED: Requirement = Requirement {
    id: "applied-filter-named",
    alias: "REF-17",
    asked: Asked::since_1_1(Keyword::Must),
    heading: Heading::distribution("listing-referrers"),
    sentence: "A list of referrers that was filtered by artifactType names this filter in \
               OCI-Filters-Applied.",
};

/// Several filters at once.
pub static SEVERAL_FILTERS_NAMED: Requirement = Requirement {
    id: "several-filters-named",
    alias: "REF-18",
    asked: Asked::since_1_1(Keyword::Must),
    heading: Heading::distribution("listing-referrers"),
    sentence: "A list of referrers that was filtered in several ways names the filters in \
               OCI-Filters-Applied, with commas between them.",
};

/// What is in the filtered list.
pub static FILTERED_REFERRERS_MATCHED: Requirement = Requirement {
    id: "filtered-referrers-matched",
    alias: "REF-19",
    asked: Asked::since_1_1(Keyword::Declared),
    heading: Heading::distribution("listing-referrers"),
    sentence: "Where the filter is supported, it leaves exactly the referrers whose artifactType \
               is the one asked for, counting the media type of a config where that stands in for \
               it.",
};

/// A filter that nothing passes.
pub static EMPTY_FILTERED_REFERRERS_SENT: Requirement = Requirement {
    id: "empty-filtered-referrers-sent",
    alias: "REF-20",
    asked: Asked::since_1_1(Keyword::Declared),
    heading: Heading::distribution("listing-referrers"),
    sentence: "Where the filter is supported, one that matches no referrer answers 200 with an \
               empty list and OCI-Filters-Applied.",
};

/// The filter from page to page.
pub static PAGED_FILTER_KEPT: Requirement = Requirement {
    id: "paged-filter-kept",
    alias: "REF-21",
    asked: Asked::since_1_1(Keyword::Declared),
    heading: Heading::distribution("listing-referrers"),
    sentence: "A Link on a page of filtered referrers leads to a page that is filtered in the same \
               way.",
};

/// A referrer that was pushed twice.
pub static REPEATED_REFERRER_LISTED_ONCE: Requirement = Requirement {
    id: "repeated-referrer-listed-once",
    alias: "REF-22",
    asked: Asked::since_1_1(Keyword::Declared),
    heading: Heading::distribution("listing-referrers"),
    sentence: "A referrer that was pushed more than once, or has tags as well, is listed once.",
};

/// A referrer that was deleted.
pub static DELETED_REFERRER_UNLISTED: Requirement = Requirement {
    id: "deleted-referrer-unlisted",
    alias: "REF-23",
    asked: Asked::since_1_1(Keyword::Declared),
    heading: Heading::distribution("listing-referrers"),
    sentence: "A deleted referrer leaves the list of its subject, at once or soon after.",
};

/// A referrer that is somewhere else.
pub static OTHER_REPOSITORY_REFERRER_OMITTED: Requirement = Requirement {
    id: "other-repository-referrer-omitted",
    alias: "REF-24",
    asked: Asked::since_1_1(Keyword::Declared),
    heading: Heading::distribution("listing-referrers"),
    sentence: "A referrer in another repository is not listed, even if its subject has the same \
               digest.",
};

/// A referrer that came before its subject.
pub static EARLY_REFERRER_LISTED: Requirement = Requirement {
    id: "early-referrer-listed",
    alias: "REF-25",
    asked: Asked::since_1_1(Keyword::Declared),
    heading: Heading::distribution("listing-referrers"),
    sentence: "Where referrers are supported, one that was pushed before its subject is listed, \
               both before and after the subject arrives.",
};
