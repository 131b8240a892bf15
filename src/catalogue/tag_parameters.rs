//! TAGP: tagging a manifest while it is pushed by digest.

use super::Area;
use super::Asked;
use super::Heading;
use super::Keyword;
use super::Requirement;

/// Tag parameters.
pub static AREA: Area = Area {
    alias: "TAGP",
    title: "Tag parameters",
    rows: &[
        &TAG_PARAMETERS_ANSWERED,
        &TAKEN_TAGS_NAMED,
        &TEN_TAG_PARAMETERS_ACCEPTED,
        &MANY_TAG_PARAMETERS_ANSWERED,
        &TAKEN_TAGS_FOUND,
        &MALFORMED_TAG_PARAMETER_OMITTED,
    ],
};

/// Support, or none.
pub static TAG_PARAMETERS_ANSWERED: Requirement = Requirement {
    id: "tag-parameters-answered",
    alias: "TAGP-01",
    asked: Asked::since_1_2(Keyword::May),
    heading: Heading::distribution("pushing-manifests"),
    sentence: "A PUT of a manifest by digest with tag parameters answers 201, whether the registry \
               supports them or not.",
};

/// Which tags were made.
pub static TAKEN_TAGS_NAMED: Requirement = Requirement {
    id: "taken-tags-named",
    alias: "TAGP-02",
    asked: Asked::since_1_2(Keyword::Must),
    heading: Heading::distribution("pushing-manifests"),
    sentence: "Where tag parameters are supported, the 201 names each tag that was made in \
               OCI-Tag, in one header line or several.",
};

/// Ten tags at once.
pub static TEN_TAG_PARAMETERS_ACCEPTED: Requirement = Requirement {
    id: "ten-tag-parameters-accepted",
    alias: "TAGP-03",
    asked: Asked::since_1_2(Keyword::Should),
    heading: Heading::distribution("pushing-manifests"),
    sentence: "Where tag parameters are supported, a PUT with ten of them makes and names all ten \
               tags.",
};

/// More tags than the registry takes.
pub static MANY_TAG_PARAMETERS_ANSWERED: Requirement = Requirement {
    id: "many-tag-parameters-answered",
    alias: "TAGP-04",
    asked: Asked::since_1_2(Keyword::May),
    heading: Heading::distribution("pushing-manifests"),
    sentence: "Where tag parameters are supported, too many of them are answered with 414, 431 or \
               400, or with 201 and the tags that were made.",
};

/// Whether they were made.
pub static TAKEN_TAGS_FOUND: Requirement = Requirement {
    id: "taken-tags-found",
    alias: "TAGP-05",
    asked: Asked::since_1_2(Keyword::Declared),
    heading: Heading::distribution("pushing-manifests"),
    sentence: "A GET on each tag that OCI-Tag names answers 200 with the manifest just pushed.",
};

/// Parameters that are no tags.
pub static MALFORMED_TAG_PARAMETER_OMITTED: Requirement = Requirement {
    id: "malformed-tag-parameter-omitted",
    alias: "TAGP-06",
    asked: Asked::since_1_2(Keyword::Declared),
    heading: Heading::distribution("pushing-manifests"),
    sentence: "Where tag parameters are supported, a malformed one is neither named in OCI-Tag nor \
               made. The others are made, or the whole request is refused with 400.",
};
