//! TAGS: listing the tags of a repository.

use super::Area;
use super::Asked;
use super::Heading;
use super::Keyword;
use super::Requirement;

/// List tags.
pub static AREA: Area = Area {
    alias: "TAGS",
    title: "List tags",
    rows: &[
        &TAG_LIST_SENT,
        &EMPTY_TAG_LIST_ANSWERED,
        &TAG_LIST_WELL_FORMED,
        &TAG_LIST_NAME_MATCHED,
        &TAG_LIST_SORTED,
        &TAG_LIST_COMPLETE,
        &TAG_PAGE_FILLED,
        &SHORT_TAG_PAGE_LINKED,
        &TAG_PAGE_LINK_ALLOWED,
        &TAG_PAGE_LINK_FOLLOWED,
        &ZERO_TAGS_SENT,
        &ZERO_TAGS_LINK_OMITTED,
        &FIRST_TAGS_SENT,
        &LAST_TAG_OMITTED,
        &TAGS_AFTER_LAST_SENT,
        &TAGS_AFTER_LAST_LIMITED,
        &LAST_WITHOUT_LIMIT_ACCEPTED,
        &LAST_READ_AS_TAG,
        &MALFORMED_TAG_LIMIT_ANSWERED,
        &ABSENT_REPOSITORY_TAGS_UNKNOWN,
        &DELETED_TAG_UNLISTED,
    ],
};

/// The list of a repository that is there.
pub static TAG_LIST_SENT: Requirement = Requirement {
    id: "tag-list-sent",
    alias: "TAGS-01",
    asked: Asked::always(Keyword::Must),
    heading: Heading::distribution("listing-tags"),
    sentence: "A GET on the tag list of a repository that holds tags answers 200.",
};

/// The list of a repository without tags.
pub static EMPTY_TAG_LIST_ANSWERED: Requirement = Requirement {
    id: "empty-tag-list-answered",
    alias: "TAGS-02",
    asked: Asked::always(Keyword::May),
    heading: Heading::distribution("listing-tags"),
    sentence: "A GET on the tag list of a repository that holds no tags answers 200 with an empty \
               list, or 404.",
};

/// The form of the list.
pub static TAG_LIST_WELL_FORMED: Requirement = Requirement {
    id: "tag-list-well-formed",
    alias: "TAGS-03",
    asked: Asked::always(Keyword::Must),
    heading: Heading::distribution("listing-tags"),
    sentence: "A tag list is a JSON object with a name, which is a string, and tags, which is an \
               array of strings and never null.",
};

/// The name in the list.
pub static TAG_LIST_NAME_MATCHED: Requirement = Requirement {
    id: "tag-list-name-matched",
    alias: "TAGS-04",
    asked: Asked::always(Keyword::Declared),
    heading: Heading::distribution("listing-tags"),
    sentence: "The name in a tag list is the name of the repository.",
};

/// The order of the list.
pub static TAG_LIST_SORTED: Requirement = Requirement {
    id: "tag-list-sorted",
    alias: "TAGS-05",
    asked: Asked::always(Keyword::Must),
    heading: Heading::distribution("listing-tags"),
    sentence: "A tag list is sorted, by bytes or with upper and lower case folded.",
};

/// What is in the list.
pub static TAG_LIST_COMPLETE: Requirement = Requirement {
    id: "tag-list-complete",
    alias: "TAGS-06",
    asked: Asked::always(Keyword::Declared),
    heading: Heading::distribution("listing-tags"),
    sentence: "A tag list, taken over all its pages, names each tag of the repository once and \
               nothing else.",
};

/// How many tags were asked for.
pub static TAG_PAGE_FILLED: Requirement = Requirement {
    id: "tag-page-filled",
    alias: "TAGS-07",
    asked: Asked::always(Keyword::Must),
    heading: Heading::distribution("listing-tags"),
    sentence: "A tag list with n=k holds k tags, unless fewer are there or, from 1.1 on, a Link \
               leads to the others.",
};

/// Fewer tags than were asked for.
pub static SHORT_TAG_PAGE_LINKED: Requirement = Requirement {
    id: "short-tag-page-linked",
    alias: "TAGS-08",
    asked: Asked::since_1_1(Keyword::May),
    heading: Heading::distribution("listing-tags"),
    sentence: "A page of fewer tags than n asked for is the last one, or carries a Link to the \
               next.",
};

/// A Link to more tags.
pub static TAG_PAGE_LINK_ALLOWED: Requirement = Requirement {
    id: "tag-page-link-allowed",
    alias: "TAGS-09",
    asked: Asked::since_1_1(Keyword::May),
    heading: Heading::distribution("listing-tags"),
    sentence: "A page after which more tags come may carry a Link to the next page.",
};

/// What that Link leads to.
pub static TAG_PAGE_LINK_FOLLOWED: Requirement = Requirement {
    id: "tag-page-link-followed",
    alias: "TAGS-10",
    asked: Asked::since_1_1(Keyword::Must),
    heading: Heading::distribution("listing-tags"),
    sentence: "A Link on a page of tags has the form of RFC 5988 with rel=next, and following it \
               to the end gives every tag exactly once.",
};

/// No tags asked for.
pub static ZERO_TAGS_SENT: Requirement = Requirement {
    id: "zero-tags-sent",
    alias: "TAGS-11",
    asked: Asked::always(Keyword::Must),
    heading: Heading::distribution("listing-tags"),
    sentence: "A tag list with n=0, of a repository that exists, answers 200 with an empty list.",
};

/// No Link to follow from there.
pub static ZERO_TAGS_LINK_OMITTED: Requirement = Requirement {
    id: "zero-tags-link-omitted",
    alias: "TAGS-12",
    asked: Asked::always(Keyword::MustNot),
    heading: Heading::distribution("listing-tags"),
    sentence: "A tag list with n=0 carries no Link.",
};

/// The first page.
pub static FIRST_TAGS_SENT: Requirement = Requirement {
    id: "first-tags-sent",
    alias: "TAGS-13",
    asked: Asked::always(Keyword::Declared),
    heading: Heading::distribution("listing-tags"),
    sentence: "A tag list without last begins at the first tag.",
};

/// The tag from which to go on.
pub static LAST_TAG_OMITTED: Requirement = Requirement {
    id: "last-tag-omitted",
    alias: "TAGS-14",
    asked: Asked::always(Keyword::Must),
    heading: Heading::distribution("listing-tags"),
    sentence: "A tag list with last=t, where t is a tag of the repository, leaves t out.",
};

/// What comes after it.
pub static TAGS_AFTER_LAST_SENT: Requirement = Requirement {
    id: "tags-after-last-sent",
    alias: "TAGS-15",
    asked: Asked::always(Keyword::Declared),
    heading: Heading::distribution("listing-tags"),
    sentence: "A tag list with last=t, where t is a tag of the repository, holds all tags after t, \
               over all its pages.",
};

/// How many come after it.
pub static TAGS_AFTER_LAST_LIMITED: Requirement = Requirement {
    id: "tags-after-last-limited",
    alias: "TAGS-16",
    asked: Asked::always(Keyword::Declared),
    heading: Heading::distribution("listing-tags"),
    sentence: "A tag list with n=k and last=t, where t is a tag of the repository, holds the next \
               tags after t, up to k of them.",
};

/// Going on without a number of tags.
pub static LAST_WITHOUT_LIMIT_ACCEPTED: Requirement = Requirement {
    id: "last-without-limit-accepted",
    alias: "TAGS-17",
    asked: Asked::always(Keyword::May),
    heading: Heading::distribution("listing-tags"),
    sentence: "A tag list with last, where it is a tag of the repository, answers 200 also without \
               n.",
};

/// A tag that looks like a number.
pub static LAST_READ_AS_TAG: Requirement = Requirement {
    id: "last-read-as-tag",
    alias: "TAGS-18",
    asked: Asked::always(Keyword::MustNot),
    heading: Heading::distribution("listing-tags"),
    sentence: "The value of last is read as a tag, not as a position: last=1 goes on after the tag \
               1.",
};

/// A number of tags that is none.
pub static MALFORMED_TAG_LIMIT_ANSWERED: Requirement = Requirement {
    id: "malformed-tag-limit-answered",
    alias: "TAGS-19",
    asked: Asked::always(Keyword::Declared),
    heading: Heading::distribution("listing-tags"),
    sentence: "A tag list with a malformed, negative or huge n answers 400, ignores it or clamps \
               it, without a 5xx or a cut connection.",
};

/// The list of a repository that is not there.
pub static ABSENT_REPOSITORY_TAGS_UNKNOWN: Requirement = Requirement {
    id: "absent-repository-tags-unknown",
    alias: "TAGS-20",
    asked: Asked::always(Keyword::Declared),
    heading: Heading::distribution("endpoints"),
    sentence: "A GET on the tag list of a repository that does not exist answers 404; 200 with an \
               empty list is tolerated.",
};

/// A tag that was deleted.
pub static DELETED_TAG_UNLISTED: Requirement = Requirement {
    id: "deleted-tag-unlisted",
    alias: "TAGS-21",
    asked: Asked::since_1_1(Keyword::Declared),
    heading: Heading::distribution("deleting-tags"),
    sentence: "A deleted tag leaves the tag list, at once or soon after.",
};
