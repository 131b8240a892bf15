//! Which content the suite pushes.

use crate::check::Feature;

use super::Age;
use super::Reads;
use super::Variable;
use crate::cli::official::effect::Part;

pub(super) const ROWS: &[Variable] = &[
    Variable {
        name: "OCI_DATA_IMAGE",
        key: "data.image",
        age: Age::Newer,
        means: "`false` leaves out what pushes, lists or deletes manifests; there is little to ask without.",
        reads: Reads::Part(Part {
            without: &[Feature::Manifest, Feature::Tag],
            skip: &[
                "pull/manifests",
                "pull/types",
                "pull/accept",
                "push/image",
                "push/manifest*",
                "push/odd-images",
                "push/references",
                "push/subject",
                "push/tag-parameters",
                "discovery",
                "management/manifests",
                "management/tags",
            ],
            ..Part::NONE
        }),
    },
    Variable {
        name: "OCI_DATA_INDEX",
        key: "data.index",
        age: Age::Newer,
        means: "`false` leaves out every check of indexes, `@index` variants included.",
        reads: Reads::Part(Part {
            skip: &["*index*"],
            ..Part::NONE
        }),
    },
    Variable {
        name: "OCI_DATA_INDEX_LIST",
        key: "data.indexList",
        age: Age::Newer,
        means: "`false` leaves out indexes of indexes.",
        reads: Reads::Part(Part {
            skip: &[
                "push/image/nested-index",
                "push/manifest-forms/index-of-indexes",
            ],
            ..Part::NONE
        }),
    },
    Variable {
        name: "OCI_DATA_SPARSE",
        key: "data.sparse",
        age: Age::Newer,
        means: "`false` leaves out manifests whose blobs or children are absent. Otherwise they are pushed, and may be taken or refused.",
        reads: Reads::Part(Part {
            skip: &[
                "push/references/absent-child*",
                "push/references/absent-config",
                "push/references/absent-layer",
                "push/refused/missing-layer-under-known-tag",
            ],
            ..Part::NONE
        }),
    },
    Variable {
        name: "OCI_DATA_ARTIFACT",
        key: "data.artifact",
        age: Age::Newer,
        means: "`false` leaves out images with an artifact type.",
        reads: Reads::Part(Part {
            skip: &[
                "push/image/unknown-artifact-type",
                "pull/types/artifact-type",
                "push/odd-images/untyped-artifact",
            ],
            ..Part::NONE
        }),
    },
    Variable {
        name: "OCI_DATA_SUBJECT",
        key: "data.subject",
        age: Age::Newer,
        means: "`false` leaves out manifests with a subject.",
        reads: Reads::Part(Part {
            skip: &[
                "push/subject",
                "push/references/absent-subject*",
                "push/references/subject-of-other-repository",
                "discovery/*referrers*",
                "discovery/filters",
                "discovery/relations",
                "discovery/fallback",
            ],
            ..Part::NONE
        }),
    },
    Variable {
        name: "OCI_DATA_SUBJECT_MISSING",
        key: "data.subjectMissing",
        age: Age::Newer,
        means: "`false` leaves out subjects that are not there, or not yet.",
        reads: Reads::Part(Part {
            skip: &[
                "push/references/absent-subject*",
                "push/subject/header-for-absent-subject",
                "discovery/referrers/before-its-subject",
                "discovery/at-once/referrers-before-their-subject",
                "discovery/relations/subject-arrives-by-tag",
            ],
            ..Part::NONE
        }),
    },
    Variable {
        name: "OCI_DATA_ARTIFACT_LIST",
        key: "data.artifactList",
        age: Age::Newer,
        means: "`false` leaves out indexes with an artifact type.",
        reads: Reads::Part(Part {
            skip: &["discovery/odd-referrers/index-with-empty-artifact-type"],
            ..Part::NONE
        }),
    },
    Variable {
        name: "OCI_DATA_SUBJECT_LIST",
        key: "data.subjectList",
        age: Age::Newer,
        means: "`false` leaves out indexes with a subject.",
        reads: Reads::Part(Part {
            skip: &[
                "push/subject/header-for-index",
                "discovery/referrers/index-without-type",
                "discovery/odd-referrers/index-with-empty-artifact-type",
                "discovery/relations/of-the-other-kind",
            ],
            ..Part::NONE
        }),
    },
    Variable {
        name: "OCI_DATA_DATA_FIELD",
        key: "data.dataField",
        age: Age::Newer,
        means: "`false` leaves out descriptors with `data`.",
        reads: Reads::Part(Part {
            skip: &[
                "push/image/descriptor-data",
                "push/odd-images/malformed-data",
            ],
            ..Part::NONE
        }),
    },
    Variable {
        name: "OCI_DATA_NONDISTRIBUTABLE",
        key: "data.nondistributable",
        age: Age::Newer,
        means: "`false` leaves out layers that are not to be distributed.",
        reads: Reads::Part(Part {
            skip: &["push/image/nondistributable-layer"],
            ..Part::NONE
        }),
    },
    Variable {
        name: "OCI_DATA_CUSTOM_FIELDS",
        key: "data.customFields",
        age: Age::Newer,
        means: "`false` leaves out fields that no specification has.",
        reads: Reads::Part(Part {
            skip: &[
                "push/image/unknown-properties",
                "push/manifest-bytes/unknown-fields-kept",
                "push/manifest-forms/unknown-field",
            ],
            ..Part::NONE
        }),
    },
    Variable {
        name: "OCI_DATA_NO_LAYERS",
        key: "data.noLayers",
        age: Age::Newer,
        means: "`false` leaves out images without layers.",
        reads: Reads::Part(Part {
            skip: &["push/manifest-bytes/empty-layers"],
            ..Part::NONE
        }),
    },
    Variable {
        name: "OCI_DATA_EMPTY_BLOB",
        key: "data.emptyBlob",
        age: Age::Newer,
        means: "`false` leaves out blobs of no bytes.",
        reads: Reads::Part(Part {
            skip: &["*/empty-blob"],
            ..Part::NONE
        }),
    },
    Variable {
        name: "OCI_DATA_SHA512",
        key: "data.sha512",
        age: Age::Newer,
        means: "`false` is `--without sha512-blobs --without sha512-manifests`.",
        reads: Reads::Part(Part {
            without: &[Feature::Sha512Blobs, Feature::Sha512Manifests],
            skip: &["push/algorithms/*sha512*"],
            ..Part::NONE
        }),
    },
];
