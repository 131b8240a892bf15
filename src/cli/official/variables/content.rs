//! Which content the suite pushes.

use crate::check::Feature;

use super::Variable;
use crate::cli::official::effect::Part;

pub(super) const ROWS: &[Variable] = &[
    Variable::part(
        "OCI_DATA_IMAGE",
        "data.image",
        "`false` leaves out what pushes, lists or deletes manifests; there is little to ask without.",
        Part::lacking(
            &[Feature::Manifest, Feature::Tag],
            &[
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
        ),
    ),
    Variable::part(
        "OCI_DATA_INDEX",
        "data.index",
        "`false` leaves out every check of indexes, `@index` variants included.",
        Part::skipping(&["*index*"]),
    ),
    Variable::part(
        "OCI_DATA_INDEX_LIST",
        "data.indexList",
        "`false` leaves out indexes of indexes.",
        Part::skipping(&[
            "push/image/nested-index",
            "push/manifest-forms/index-of-indexes",
        ]),
    ),
    Variable::part(
        "OCI_DATA_SPARSE",
        "data.sparse",
        "`false` leaves out manifests whose blobs or children are absent. Otherwise they are pushed, and may be taken or refused.",
        Part::skipping(&[
            "push/references/absent-child*",
            "push/references/absent-config",
            "push/references/absent-layer",
            "push/refused/missing-layer-under-known-tag",
        ]),
    ),
    Variable::part(
        "OCI_DATA_ARTIFACT",
        "data.artifact",
        "`false` leaves out images with an artifact type.",
        Part::skipping(&[
            "push/image/unknown-artifact-type",
            "pull/types/artifact-type",
            "push/odd-images/untyped-artifact",
        ]),
    ),
    Variable::part(
        "OCI_DATA_SUBJECT",
        "data.subject",
        "`false` leaves out manifests with a subject.",
        Part::skipping(&[
            "push/subject",
            "push/references/absent-subject*",
            "push/references/subject-of-other-repository",
            "discovery/*referrers*",
            "discovery/filters",
            "discovery/relations",
            "discovery/fallback",
        ]),
    ),
    Variable::part(
        "OCI_DATA_SUBJECT_MISSING",
        "data.subjectMissing",
        "`false` leaves out subjects that are not there, or not yet.",
        Part::skipping(&[
            "push/references/absent-subject*",
            "push/subject/header-for-absent-subject",
            "discovery/referrers/before-its-subject",
            "discovery/at-once/referrers-before-their-subject",
            "discovery/relations/subject-arrives-by-tag",
        ]),
    ),
    Variable::part(
        "OCI_DATA_ARTIFACT_LIST",
        "data.artifactList",
        "`false` leaves out indexes with an artifact type.",
        Part::skipping(&["discovery/odd-referrers/index-with-empty-artifact-type"]),
    ),
    Variable::part(
        "OCI_DATA_SUBJECT_LIST",
        "data.subjectList",
        "`false` leaves out indexes with a subject.",
        Part::skipping(&[
            "push/subject/header-for-index",
            "discovery/referrers/index-without-type",
            "discovery/odd-referrers/index-with-empty-artifact-type",
            "discovery/relations/of-the-other-kind",
        ]),
    ),
    Variable::part(
        "OCI_DATA_DATA_FIELD",
        "data.dataField",
        "`false` leaves out descriptors with `data`.",
        Part::skipping(&[
            "push/image/descriptor-data",
            "push/odd-images/malformed-data",
        ]),
    ),
    Variable::part(
        "OCI_DATA_NONDISTRIBUTABLE",
        "data.nondistributable",
        "`false` leaves out layers that are not to be distributed.",
        Part::skipping(&["push/image/nondistributable-layer"]),
    ),
    Variable::part(
        "OCI_DATA_CUSTOM_FIELDS",
        "data.customFields",
        "`false` leaves out fields that no specification has.",
        Part::skipping(&[
            "push/image/unknown-properties",
            "push/manifest-bytes/unknown-fields-kept",
            "push/manifest-forms/unknown-field",
        ]),
    ),
    Variable::part(
        "OCI_DATA_NO_LAYERS",
        "data.noLayers",
        "`false` leaves out images without layers.",
        Part::skipping(&["push/manifest-bytes/empty-layers"]),
    ),
    Variable::part(
        "OCI_DATA_EMPTY_BLOB",
        "data.emptyBlob",
        "`false` leaves out blobs of no bytes.",
        Part::skipping(&["*/empty-blob"]),
    ),
    Variable::part(
        "OCI_DATA_SHA512",
        "data.sha512",
        "`false` is `--without sha512-blobs --without sha512-manifests`.",
        Part::lacking(
            &[Feature::Sha512Blobs, Feature::Sha512Manifests],
            &["push/algorithms/*sha512*"],
        ),
    ),
];
