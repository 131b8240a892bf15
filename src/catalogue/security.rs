//! SEC: what an attacker would try.

use super::Area;
use super::Asked;
use super::Heading;
use super::Keyword;
use super::Requirement;

/// What an attacker would try.
pub static AREA: Area = Area {
    alias: "SEC",
    title: "What an attacker would try",
    rows: &[
        &SESSION_ID_UNGUESSABLE,
        &TRAVERSAL_REFUSED,
        &DIGEST_TYPE_KEPT,
        &FORWARDED_HOST_UNREFLECTED,
        &INJECTED_HEADER_OMITTED,
        &INTERNALS_HIDDEN,
        &BULKY_MANIFEST_ANSWERED,
        &HUGE_LIMIT_BOUNDED,
        &NAMED_SERVER_UNTRUSTED,
        &LAYER_URLS_UNFETCHED,
    ],
};

/// Ids that others cannot guess.
pub static SESSION_ID_UNGUESSABLE: Requirement = Requirement {
    id: "session-id-unguessable",
    alias: "SEC-01",
    asked: Asked::always(Keyword::Advised),
    heading: Heading::page("https://cwe.mitre.org/data/definitions/340.html", ""),
    sentence: "The Location of an upload cannot be told from those of uploads that were opened before \
               it: they differ in more than a number that counts up or a time.",
};

/// Names that lead out.
pub static TRAVERSAL_REFUSED: Requirement = Requirement {
    id: "traversal-refused",
    alias: "SEC-02",
    asked: Asked::always(Keyword::Advised),
    heading: Heading::page("https://cwe.mitre.org/data/definitions/22.html", ""),
    sentence: "Steps upwards, absolute paths and NULs in the names of repositories, tags, digests and \
               uploads lead to no file of the machine and store nothing.",
};

/// CVE-2021-41190.
pub static DIGEST_TYPE_KEPT: Requirement = Requirement {
    id: "digest-type-kept",
    alias: "SEC-03",
    asked: Asked::always(Keyword::Advised),
    heading: Heading::advisory("CVE-2021-41190"),
    sentence: "A document that can be read as an image and as an index is refused, or pulled by its \
               digest and its tags under one and the same media type, under which it was pushed.",
};

/// Who a client says that it came to.
pub static FORWARDED_HOST_UNREFLECTED: Requirement = Requirement {
    id: "forwarded-host-unreflected",
    alias: "SEC-04",
    asked: Asked::always(Keyword::Advised),
    heading: Heading::rfc(7239, "section-8.1"),
    sentence: "A host that a client names in Forwarded or X-Forwarded-Host stands in no Location, Link \
               or challenge, unless it comes from a proxy that the registry was told to trust.",
};

/// Line breaks in what a client sends.
pub static INJECTED_HEADER_OMITTED: Requirement = Requirement {
    id: "injected-header-omitted",
    alias: "SEC-05",
    asked: Asked::always(Keyword::Promised),
    heading: Heading::rfc(9110, "section-5.5"),
    sentence: "A line break in what a client sends, encoded in a path or a query, does not become one \
               among the headers of the answer.",
};

/// What errors tell.
pub static INTERNALS_HIDDEN: Requirement = Requirement {
    id: "internals-hidden",
    alias: "SEC-06",
    asked: Asked::always(Keyword::Advised),
    heading: Heading::page("https://cwe.mitre.org/data/definitions/209.html", ""),
    sentence: "The body of an error tells no file of the server, no line of its source, no trace of its \
               stack and nothing of its database.",
};

/// CVE-2017-11468 and its kin.
pub static BULKY_MANIFEST_ANSWERED: Requirement = Requirement {
    id: "bulky-manifest-answered",
    alias: "SEC-07",
    asked: Asked::always(Keyword::Advised),
    heading: Heading::page("https://cwe.mitre.org/data/definitions/674.html", ""),
    sentence: "A manifest that is deep, has very many parts or a very long number is taken or refused \
               with 4xx, without a 5xx or a cut connection, and the registry goes on.",
};

/// CVE-2023-2253.
pub static HUGE_LIMIT_BOUNDED: Requirement = Requirement {
    id: "huge-limit-bounded",
    alias: "SEC-08",
    asked: Asked::always(Keyword::Advised),
    heading: Heading::advisory("CVE-2023-2253"),
    sentence: "A list of tags, referrers or repositories with any n, however large, is answered below \
               500 and holds nothing twice.",
};

/// CVE-2026-33540.
pub static NAMED_SERVER_UNTRUSTED: Requirement = Requirement {
    id: "named-server-untrusted",
    alias: "SEC-09",
    asked: Asked::always(Keyword::Promised),
    heading: Heading::advisory("CVE-2026-33540"),
    sentence: "A server that a client names in a request, in a header, a parameter or a manifest, is \
               not shown any credentials by the registry.",
};

/// CVE-2020-15157, at the other end.
pub static LAYER_URLS_UNFETCHED: Requirement = Requirement {
    id: "layer-urls-unfetched",
    alias: "SEC-10",
    asked: Asked::always(Keyword::Advised),
    heading: Heading::advisory("CVE-2020-15157"),
    sentence: "The urls in the descriptors of a manifest are not fetched while it is pushed.",
};
