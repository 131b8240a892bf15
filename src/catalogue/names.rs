//! NAME: names of repositories.

use super::Area;
use super::Asked;
use super::Heading;
use super::Keyword;
use super::Requirement;

/// Repository names.
pub static AREA: Area = Area {
    alias: "NAME",
    title: "Repository names",
    rows: &[
        &REPOSITORY_NAME_ACCEPTED,
        &MALFORMED_REPOSITORY_NAME_REFUSED,
        &LONG_REPOSITORY_NAME_AVOIDED,
    ],
};

/// Every name of the grammar.
pub static REPOSITORY_NAME_ACCEPTED: Requirement = Requirement {
    id: "repository-name-accepted",
    alias: "NAME-01",
    asked: Asked::always(Keyword::Must),
    heading: Heading::distribution("pulling-manifests"),
    sentence: "Content can be pushed to and pulled from a repository of any name that fits the \
               grammar of the specification's version.",
};

/// Names outside the grammar.
pub static MALFORMED_REPOSITORY_NAME_REFUSED: Requirement = Requirement {
    id: "malformed-repository-name-refused",
    alias: "NAME-02",
    asked: Asked::always(Keyword::Must),
    heading: Heading::distribution("pulling-manifests"),
    sentence: "A request that names a repository outside the grammar answers 400 or 404.",
};

/// Names that some clients cannot use.
pub static LONG_REPOSITORY_NAME_AVOIDED: Requirement = Requirement {
    id: "long-repository-name-avoided",
    alias: "NAME-03",
    asked: Asked::since_1_1(Keyword::Note),
    heading: Heading::distribution("pulling-manifests"),
    sentence: "Repository names stay within 255 characters, counted together with host and slash. \
               This is advice: a longer name may be accepted or refused.",
};
