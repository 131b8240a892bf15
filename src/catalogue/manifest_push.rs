//! MPUT: pushing manifests.

use super::Area;
use super::Asked;
use super::Heading;
use super::Keyword;
use super::Requirement;

/// Push manifests.
pub static AREA: Area = Area {
    alias: "MPUT",
    title: "Push manifests",
    rows: &[
        &MANIFEST_PUT_BY_TAG_ACCEPTED,
        &MANIFEST_PUT_BY_DIGEST_ACCEPTED,
        &MANIFEST_LOCATION_SENT,
        &MANIFEST_LOCATION_PULLED,
        &MANIFEST_BYTES_KEPT,
        &PUSHED_DIGEST_HEADER_SENT,
        &PUSHED_TYPE_PARAMETERS_IGNORED,
        &EMPTY_LAYERS_ANSWERED,
        &MISMATCHED_MANIFEST_REFUSED,
        &TAG_MOVED,
        &REPEATED_MANIFEST_PUT_ACCEPTED,
        &MANIFEST_SIZE_LIMITED,
        &OVERSIZED_MANIFEST_REFUSED,
        &LARGE_MANIFEST_ACCEPTED,
        &MALFORMED_MANIFEST_REFUSED,
        &MISMATCHED_MANIFEST_TYPE_ANSWERED,
    ],
};

/// A PUT under a tag.
pub static MANIFEST_PUT_BY_TAG_ACCEPTED: Requirement = Requirement {
    id: "manifest-put-by-tag-accepted",
    alias: "MPUT-01",
    asked: Asked::always(Keyword::Must),
    heading: Heading::distribution("pushing-manifests"),
    sentence: "A PUT of a manifest under a tag answers 201.",
};

/// A PUT under its digest.
pub static MANIFEST_PUT_BY_DIGEST_ACCEPTED: Requirement = Requirement {
    id: "manifest-put-by-digest-accepted",
    alias: "MPUT-02",
    asked: Asked::always(Keyword::Must),
    heading: Heading::distribution("pushing-manifests"),
    sentence: "A PUT of a manifest under its digest answers 201.",
};

/// Where the manifest is.
pub static MANIFEST_LOCATION_SENT: Requirement = Requirement {
    id: "manifest-location-sent",
    alias: "MPUT-03",
    asked: Asked::always(Keyword::Must),
    heading: Heading::distribution("pushing-manifests"),
    sentence: "The 201 to a PUT of a manifest carries a Location.",
};

/// What that Location leads to.
pub static MANIFEST_LOCATION_PULLED: Requirement = Requirement {
    id: "manifest-location-pulled",
    alias: "MPUT-04",
    asked: Asked::always(Keyword::Declared),
    heading: Heading::distribution("pushing-manifests"),
    sentence: "A GET on the Location of a pushed manifest answers 200 with exactly the bytes \
               pushed.",
};

/// Manifests byte by byte.
pub static MANIFEST_BYTES_KEPT: Requirement = Requirement {
    id: "manifest-bytes-kept",
    alias: "MPUT-05",
    asked: Asked::since_1_1(Keyword::Must),
    heading: Heading::distribution("pushing-manifests"),
    sentence: "A manifest is pulled exactly as it was pushed, down to its white space, key order, \
               duplicate keys, escapes, numbers and last line break.",
};

/// The digest header on a pushed manifest.
pub static PUSHED_DIGEST_HEADER_SENT: Requirement = Requirement {
    id: "pushed-digest-header-sent",
    alias: "MPUT-06",
    asked: Asked::since_1_1(Keyword::Must),
    heading: Heading::distribution("pushing-manifests"),
    sentence: "The 201 to a PUT of a manifest by digest carries that digest in \
               Docker-Content-Digest. For another algorithm than sha256, the manifest's sha256 \
               digest will do.",
};

/// Parameters of the pushed type.
pub static PUSHED_TYPE_PARAMETERS_IGNORED: Requirement = Requirement {
    id: "pushed-type-parameters-ignored",
    alias: "MPUT-07",
    asked: Asked::since_1_1(Keyword::Should),
    heading: Heading::distribution("pushing-manifests"),
    sentence: "A PUT of a manifest answers 201 also if its Content-Type has parameters, and a pull \
               gives the type without them.",
};

/// An image manifest without layers.
pub static EMPTY_LAYERS_ANSWERED: Requirement = Requirement {
    id: "empty-layers-answered",
    alias: "MPUT-08",
    asked: Asked::always(Keyword::May),
    heading: Heading::distribution("pushing-manifests"),
    sentence: "A PUT of an image manifest with an empty list of layers answers 201, or 400 as the \
               schema of images has at least one.",
};

/// A PUT under another digest.
pub static MISMATCHED_MANIFEST_REFUSED: Requirement = Requirement {
    id: "mismatched-manifest-refused",
    alias: "MPUT-09",
    asked: Asked::each(
        Some(Keyword::Declared),
        Some(Keyword::Must),
        Some(Keyword::Must),
    ),
    heading: Heading::distribution("pushing-manifests"),
    sentence: "A PUT of a manifest under a digest that its bytes do not have answers 4xx and \
               stores nothing.",
};

/// A tag that is pushed again.
pub static TAG_MOVED: Requirement = Requirement {
    id: "tag-moved",
    alias: "MPUT-10",
    asked: Asked::always(Keyword::Declared),
    heading: Heading::distribution("definitions"),
    sentence: "A PUT under an existing tag makes it name the new manifest, while the old one can \
               still be pulled by digest.",
};

/// A manifest that is pushed again.
pub static REPEATED_MANIFEST_PUT_ACCEPTED: Requirement = Requirement {
    id: "repeated-manifest-put-accepted",
    alias: "MPUT-11",
    asked: Asked::always(Keyword::Declared),
    heading: Heading::distribution("pushing-manifests"),
    sentence: "A PUT of a manifest that is already there answers 201 and puts no duplicate into \
               any list.",
};

/// A limit on manifests.
pub static MANIFEST_SIZE_LIMITED: Requirement = Requirement {
    id: "manifest-size-limited",
    alias: "MPUT-12",
    asked: Asked::since_1_1(Keyword::Should),
    heading: Heading::distribution("pushing-manifests"),
    sentence: "The registry has some limit on the size of a manifest.",
};

/// A manifest over that limit.
pub static OVERSIZED_MANIFEST_REFUSED: Requirement = Requirement {
    id: "oversized-manifest-refused",
    alias: "MPUT-13",
    asked: Asked::since_1_1(Keyword::Should),
    heading: Heading::distribution("pushing-manifests"),
    sentence: "A PUT of a manifest over the registry's limit answers 413; 400, or a connection cut \
               while the body is being sent, is tolerated.",
};

/// The least that this limit allows.
pub static LARGE_MANIFEST_ACCEPTED: Requirement = Requirement {
    id: "large-manifest-accepted",
    alias: "MPUT-14",
    asked: Asked::since_1_1(Keyword::Should),
    heading: Heading::distribution("pushing-manifests"),
    sentence: "A PUT of a manifest of 4 megabytes, be it 4,000,000 bytes or 4 MiB, answers 201.",
};

/// A body that is no manifest.
pub static MALFORMED_MANIFEST_REFUSED: Requirement = Requirement {
    id: "malformed-manifest-refused",
    alias: "MPUT-15",
    asked: Asked::always(Keyword::Declared),
    heading: Heading::distribution("error-codes"),
    sentence: "A PUT of a manifest whose body is empty, not JSON or no JSON object answers 400.",
};

/// Two types for one manifest.
pub static MISMATCHED_MANIFEST_TYPE_ANSWERED: Requirement = Requirement {
    id: "mismatched-manifest-type-answered",
    alias: "MPUT-16",
    asked: Asked::always(Keyword::Declared),
    heading: Heading::distribution("pushing-manifests"),
    sentence: "A PUT of a manifest whose Content-Type differs from its mediaType answers 4xx or \
               201. After a 201, the pulled manifest agrees with the headers that come with it.",
};
