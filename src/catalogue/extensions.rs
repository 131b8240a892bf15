//! EXT: extensions of the API, and how they are announced.

use super::Area;
use super::Asked;
use super::Heading;
use super::Keyword;
use super::Requirement;

/// Extensions.
pub static AREA: Area = Area {
    alias: "EXT",
    title: "Extensions",
    rows: &[
        &EXTENSION_DISCOVERY_ANSWERED,
        &EXTENSION_NAMES_WELL_FORMED,
        &ABSENT_EXTENSION_REFUSED,
    ],
};

/// The list of extensions.
pub static EXTENSION_DISCOVERY_ANSWERED: Requirement = Requirement {
    id: "extension-discovery-answered",
    alias: "EXT-01",
    asked: Asked::since_1_1(Keyword::May),
    heading: Heading::beside("extensions/_oci.md", ""),
    sentence: "A GET on /v2/_oci/ext/discover answers 404, or 200 with a JSON object of \
               extensions, each with name, url, description and endpoints.",
};

/// The names of extensions.
pub static EXTENSION_NAMES_WELL_FORMED: Requirement = Requirement {
    id: "extension-names-well-formed",
    alias: "EXT-02",
    asked: Asked::since_1_1(Keyword::Must),
    heading: Heading::beside("extensions/README.md", ""),
    sentence: "The names of the extensions that a registry announces differ from one another, \
               begin with an underscore and fit the grammar.",
};

/// An extension that is not there.
pub static ABSENT_EXTENSION_REFUSED: Requirement = Requirement {
    id: "absent-extension-refused",
    alias: "EXT-03",
    asked: Asked::since_1_1(Keyword::May),
    heading: Heading::beside("extensions/README.md", ""),
    sentence: "A request to an extension that the registry does not have answers 4xx, and may have \
               the code EXTENSION_UNKNOWN or UNSUPPORTED.",
};
