//! IMG: rules of the image specification that bind whoever stores manifests.
//!
//! Where the image specification lets a registry refuse, both answers pass; a 5xx never does.

use super::Area;
use super::Asked;
use super::Heading;
use super::Keyword;
use super::Requirement;

/// Image content.
pub static AREA: Area = Area {
    alias: "IMG",
    title: "Image content",
    rows: &[
        &STORED_CONTENT_UNALTERED,
        &UNKNOWN_ARTIFACT_TYPE_ACCEPTED,
        &UNKNOWN_CONFIG_TYPE_ACCEPTED,
        &UNKNOWN_CONFIG_UNPARSED,
        &UNKNOWN_LAYER_TYPE_ACCEPTED,
        &UNKNOWN_PROPERTIES_ACCEPTED,
        &UNKNOWN_INDEX_ENTRY_ACCEPTED,
        &EMPTY_INDEX_ACCEPTED,
        &NESTED_INDEX_ACCEPTED,
        &LAYER_TYPES_ACCEPTED,
        &ZSTD_LAYER_ACCEPTED,
        &UNKNOWN_ANNOTATIONS_ACCEPTED,
        &DESCRIPTOR_DATA_KEPT,
        &SHA256_ACCEPTED,
        &UNREGISTERED_ALGORITHM_ACCEPTED,
        &UPPERCASE_DIGEST_ANSWERED,
        &SCHEMA_VERSION_ANSWERED,
        &MALFORMED_DESCRIPTOR_ANSWERED,
        &UNTYPED_ARTIFACT_ANSWERED,
        &EMPTY_CONTENT_ACCEPTED,
    ],
};

/// Content in storage.
pub static STORED_CONTENT_UNALTERED: Requirement = Requirement {
    id: "stored-content-unaltered",
    alias: "IMG-01",
    asked: Asked::always(Keyword::Must),
    heading: Heading::image("considerations.md", "extensibility"),
    sentence: "Storing content does not alter it: a pull gives exactly what was pushed.",
};

/// Artifacts of any type.
pub static UNKNOWN_ARTIFACT_TYPE_ACCEPTED: Requirement = Requirement {
    id: "unknown-artifact-type-accepted",
    alias: "IMG-02",
    asked: Asked::since_1_1(Keyword::MustNot),
    heading: Heading::image("manifest.md", "image-manifest-property-descriptions"),
    sentence: "A PUT of a manifest with an unknown artifactType answers 201.",
};

/// Configs of any type.
pub static UNKNOWN_CONFIG_TYPE_ACCEPTED: Requirement = Requirement {
    id: "unknown-config-type-accepted",
    alias: "IMG-03",
    asked: Asked::always(Keyword::MustNot),
    heading: Heading::image("manifest.md", "image-manifest-property-descriptions"),
    sentence: "A PUT of an image manifest whose config has an unknown media type answers 201.",
};

/// Configs of any content.
pub static UNKNOWN_CONFIG_UNPARSED: Requirement = Requirement {
    id: "unknown-config-unparsed",
    alias: "IMG-04",
    asked: Asked::always(Keyword::MustNot),
    heading: Heading::image("manifest.md", "image-manifest-property-descriptions"),
    sentence: "A PUT of an image manifest whose config has an unknown media type answers 201 \
               whatever the config's bytes are.",
};

/// Layers of any type.
pub static UNKNOWN_LAYER_TYPE_ACCEPTED: Requirement = Requirement {
    id: "unknown-layer-type-accepted",
    alias: "IMG-05",
    asked: Asked::since_1_1(Keyword::MustNot),
    heading: Heading::image("manifest.md", "image-manifest-property-descriptions"),
    sentence: "A PUT of an image manifest with layers of an unknown media type answers 201.",
};

/// Properties that are not in the text.
pub static UNKNOWN_PROPERTIES_ACCEPTED: Requirement = Requirement {
    id: "unknown-properties-accepted",
    alias: "IMG-06",
    asked: Asked::always(Keyword::Should),
    heading: Heading::image("considerations.md", "extensibility"),
    sentence: "A PUT of a manifest with unknown properties answers 201, and a pull gives them \
               back.",
};

/// Index entries of any type.
pub static UNKNOWN_INDEX_ENTRY_ACCEPTED: Requirement = Requirement {
    id: "unknown-index-entry-accepted",
    alias: "IMG-07",
    asked: Asked::always(Keyword::MustNot),
    heading: Heading::image("image-index.md", "image-index-property-descriptions"),
    sentence: "A PUT of an index with an entry of an unknown media type answers 201. It may be \
               refused as MANIFEST_BLOB_UNKNOWN if that content is not there.",
};

/// An index of nothing.
pub static EMPTY_INDEX_ACCEPTED: Requirement = Requirement {
    id: "empty-index-accepted",
    alias: "IMG-08",
    asked: Asked::always(Keyword::May),
    heading: Heading::image("image-index.md", "image-index-property-descriptions"),
    sentence: "A PUT of an index with an empty array of manifests answers 201.",
};

/// An index of indexes.
pub static NESTED_INDEX_ACCEPTED: Requirement = Requirement {
    id: "nested-index-accepted",
    alias: "IMG-09",
    asked: Asked::always(Keyword::Should),
    heading: Heading::image("image-index.md", "image-index-property-descriptions"),
    sentence: "A PUT of an index that refers to another index answers 201.",
};

/// The types of layers.
pub static LAYER_TYPES_ACCEPTED: Requirement = Requirement {
    id: "layer-types-accepted",
    alias: "IMG-10",
    asked: Asked::always(Keyword::Must),
    heading: Heading::image("manifest.md", "image-manifest-property-descriptions"),
    sentence: "A PUT of an image manifest with layers of the types tar, tar with gzip and their \
               nondistributable kin answers 201. It may be refused if nondistributable layers are \
               not there.",
};

/// Layers under zstd.
pub static ZSTD_LAYER_ACCEPTED: Requirement = Requirement {
    id: "zstd-layer-accepted",
    alias: "IMG-11",
    asked: Asked::always(Keyword::Should),
    heading: Heading::image("manifest.md", "image-manifest-property-descriptions"),
    sentence: "A PUT of an image manifest with layers of the type tar with zstd answers 201.",
};

/// Annotations of any key.
pub static UNKNOWN_ANNOTATIONS_ACCEPTED: Requirement = Requirement {
    id: "unknown-annotations-accepted",
    alias: "IMG-12",
    asked: Asked::always(Keyword::MustNot),
    heading: Heading::image("annotations.md", "rules"),
    sentence: "A PUT of a manifest with annotations of unknown keys answers 201.",
};

/// Content inside a descriptor.
pub static DESCRIPTOR_DATA_KEPT: Requirement = Requirement {
    id: "descriptor-data-kept",
    alias: "IMG-13",
    asked: Asked::since_1_1(Keyword::MustNot),
    heading: Heading::image("descriptor.md", "properties"),
    sentence: "The data of a descriptor comes back as it was pushed, and is not filled in where \
               there was none.",
};

/// The one algorithm for all.
pub static SHA256_ACCEPTED: Requirement = Requirement {
    id: "sha256-accepted",
    alias: "IMG-14",
    asked: Asked::always(Keyword::Must),
    heading: Heading::image("descriptor.md", "sha-256"),
    sentence: "Content can be pushed and pulled by its sha256 digest.",
};

/// Algorithms that nobody registered.
pub static UNREGISTERED_ALGORITHM_ACCEPTED: Requirement = Requirement {
    id: "unregistered-algorithm-accepted",
    alias: "IMG-15",
    asked: Asked::always(Keyword::Should),
    heading: Heading::image("descriptor.md", "digests"),
    sentence: "A PUT of a manifest answers 201 also if it refers to a subject or nondistributable \
               layer by a well-formed digest of an unregistered algorithm.",
};

/// Hex digits in upper case.
pub static UPPERCASE_DIGEST_ANSWERED: Requirement = Requirement {
    id: "uppercase-digest-answered",
    alias: "IMG-16",
    asked: Asked::always(Keyword::MustNot),
    heading: Heading::image("descriptor.md", "sha-256"),
    sentence: "A PUT of a manifest that refers to content by a sha256 digest in upper-case hex \
               answers 4xx, or stores the manifest as it is.",
};

/// Another schemaVersion than 2.
pub static SCHEMA_VERSION_ANSWERED: Requirement = Requirement {
    id: "schema-version-answered",
    alias: "IMG-17",
    asked: Asked::always(Keyword::Must),
    heading: Heading::image("manifest.md", "image-manifest-property-descriptions"),
    sentence: "A PUT of a manifest whose schemaVersion is not the number 2 answers 4xx or 201, \
               never 5xx.",
};

/// Descriptors that cannot be right.
pub static MALFORMED_DESCRIPTOR_ANSWERED: Requirement = Requirement {
    id: "malformed-descriptor-answered",
    alias: "IMG-18",
    asked: Asked::always(Keyword::May),
    heading: Heading::image("descriptor.md", "properties"),
    sentence: "A PUT of a manifest with a malformed descriptor, or one that contradicts its \
               content, answers 4xx or 201, never 5xx.",
};

/// An artifact without a type.
pub static UNTYPED_ARTIFACT_ANSWERED: Requirement = Requirement {
    id: "untyped-artifact-answered",
    alias: "IMG-19",
    asked: Asked::since_1_1(Keyword::May),
    heading: Heading::image("manifest.md", "image-manifest-property-descriptions"),
    sentence: "A PUT of an image manifest with the empty config and without an artifactType \
               answers 4xx or 201, never 5xx.",
};

/// The smallest blobs.
pub static EMPTY_CONTENT_ACCEPTED: Requirement = Requirement {
    id: "empty-content-accepted",
    alias: "IMG-20",
    asked: Asked::always(Keyword::Declared),
    heading: Heading::image("descriptor.md", ""),
    sentence: "The blobs of two bytes, {}, and of none can be pushed and pulled, and HEAD gives \
               their length. That of none may be refused with 4xx.",
};
