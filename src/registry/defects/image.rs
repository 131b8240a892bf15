//! Manifests and what is in them, refused wrongly (IMG).

use serde_json::Value;

use super::Defect;
use super::Source;
use crate::catalogue::image::LAYER_TYPES_ACCEPTED;
use crate::catalogue::image::NESTED_INDEX_ACCEPTED;
use crate::catalogue::image::UNKNOWN_ANNOTATIONS_ACCEPTED;
use crate::catalogue::image::UNKNOWN_ARTIFACT_TYPE_ACCEPTED;
use crate::catalogue::image::UNKNOWN_CONFIG_TYPE_ACCEPTED;
use crate::catalogue::image::UNKNOWN_CONFIG_UNPARSED;
use crate::catalogue::image::UNKNOWN_INDEX_ENTRY_ACCEPTED;
use crate::catalogue::image::UNKNOWN_LAYER_TYPE_ACCEPTED;
use crate::catalogue::image::UNKNOWN_PROPERTIES_ACCEPTED;
use crate::catalogue::image::UNREGISTERED_ALGORITHM_ACCEPTED;
use crate::catalogue::image::ZSTD_LAYER_ACCEPTED;
use crate::catalogue::push::ABSENT_SUBJECT_ACCEPTED;
use crate::oci::Digest;
use crate::oci::ErrorCode;
use crate::oci::media_type;
use crate::registry::answer::Answer;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "unknown-artifact-type-refused",
        title: "a manifest whose artifactType is not of the OCI's own is refused with 400",
        breaches: &[&UNKNOWN_ARTIFACT_TYPE_ACCEPTED],
        source: Source::Tracker("grimoire-rs/grimoire#11"),
        seam: Seam::Layer(|visit| visit.refuse(invalid(), |it| is_unknown(&it["artifactType"]))),
    },
    Defect {
        name: "artifact-type-refused-index",
        title: "an index with an artifactType is refused with 400, an image with one is taken",
        breaches: &[&UNKNOWN_ARTIFACT_TYPE_ACCEPTED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            visit.refuse(invalid(), |it| {
                visit.pushes_index() && it["artifactType"].is_string()
            })
        }),
    },
    Defect {
        name: "unknown-config-type-refused",
        title: "an image manifest whose config is not of the OCI's own types is refused with 400",
        breaches: &[&UNKNOWN_CONFIG_TYPE_ACCEPTED],
        source: Source::Tracker("helm/helm#5861"),
        seam: Seam::Layer(|visit| {
            visit.refuse(invalid(), |it| is_unknown(&it["config"]["mediaType"]))
        }),
    },
    Defect {
        name: "config-type-needs-artifact-type",
        title: "a config of an unknown type is refused with 400 if the manifest has no artifactType",
        breaches: &[&UNKNOWN_CONFIG_TYPE_ACCEPTED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            visit.refuse(invalid(), |it| {
                is_unknown(&it["config"]["mediaType"]) && it["artifactType"].is_null()
            })
        }),
    },
    Defect {
        name: "config-must-be-json",
        title: "an image manifest whose config is of an unknown type and not JSON is refused with 400",
        breaches: &[&UNKNOWN_CONFIG_UNPARSED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            visit.refuse(invalid(), |it| {
                is_unknown(&it["config"]["mediaType"]) && !is_json(visit, &it["config"])
            })
        }),
    },
    Defect {
        name: "unknown-layer-type-refused",
        title: "an image manifest with a layer that is not of the OCI's own types is refused with 400",
        breaches: &[&UNKNOWN_LAYER_TYPE_ACCEPTED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            visit.refuse(invalid(), |it| {
                layers(it).any(|layer| is_unknown(&layer["mediaType"]))
            })
        }),
    },
    Defect {
        name: "unknown-layer-type-with-subject",
        title: "layers of an unknown type are refused with 400 if the manifest has a subject",
        breaches: &[&UNKNOWN_LAYER_TYPE_ACCEPTED, &ABSENT_SUBJECT_ACCEPTED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            visit.refuse(invalid(), |it| {
                let is_unknown = layers(it).any(|layer| is_unknown(&layer["mediaType"]));
                is_unknown && it["subject"].is_object()
            })
        }),
    },
    Defect {
        name: "unknown-properties-refused",
        title: "a manifest with a property that the image specification does not know is refused with 400",
        breaches: &[&UNKNOWN_PROPERTIES_ACCEPTED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| visit.refuse(invalid(), has_unknown_property)),
    },
    Defect {
        name: "index-child-type-unknown-refused",
        title: "an index with an entry of an unknown media type is refused with 400",
        breaches: &[&UNKNOWN_INDEX_ENTRY_ACCEPTED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            visit.refuse(invalid(), |it| {
                children(it).any(|child| is_unknown(&child["mediaType"]))
            })
        }),
    },
    Defect {
        name: "nested-index-refused",
        title: "an index that lists an index is refused with 400",
        breaches: &[&NESTED_INDEX_ACCEPTED],
        source: Source::Tracker("acorn-io/runtime#951"),
        seam: Seam::Layer(|visit| {
            visit.refuse(invalid(), |it| {
                children(it).any(|child| child["mediaType"] == media_type::IMAGE_INDEX)
            })
        }),
    },
    Defect {
        name: "nondistributable-type-refused",
        title: "an image manifest with a nondistributable layer is refused with 400, although it is there",
        breaches: &[&LAYER_TYPES_ACCEPTED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let is_refused = |layer: &Value| {
                let media_type = layer["mediaType"].as_str().unwrap_or_default();
                let is_there = layer["digest"]
                    .as_str()
                    .is_some_and(|it| blob(visit, it).is_some());
                media_type.contains("nondistributable") && is_there
            };
            visit.refuse(invalid(), |it| layers(it).any(is_refused))
        }),
    },
    Defect {
        name: "plain-tar-layer-refused",
        title: "an image manifest with an uncompressed layer is refused with 400",
        breaches: &[&LAYER_TYPES_ACCEPTED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            visit.refuse(invalid(), |it| {
                layers(it).any(|layer| layer["mediaType"] == media_type::LAYER_TAR)
            })
        }),
    },
    Defect {
        name: "zstd-layer-refused",
        title: "an image manifest with a layer in zstd is refused with 400",
        breaches: &[&ZSTD_LAYER_ACCEPTED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            visit.refuse(invalid(), |it| {
                layers(it).any(|layer| layer["mediaType"] == media_type::LAYER_ZSTD)
            })
        }),
    },
    Defect {
        name: "unknown-annotation-refused",
        title: "a manifest with an annotation that is not of the OCI's own is refused with 400",
        breaches: &[&UNKNOWN_ANNOTATIONS_ACCEPTED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            visit.refuse(invalid(), |it| {
                let annotations = it["annotations"].as_object();
                let mut keys = annotations.into_iter().flat_map(serde_json::Map::keys);
                keys.any(|key| !key.starts_with("org.opencontainers."))
            })
        }),
    },
    Defect {
        name: "multihash-subject-refused",
        title: "a manifest whose subject has a digest of an unregistered algorithm is refused with 400",
        breaches: &[&UNREGISTERED_ALGORITHM_ACCEPTED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            visit.refuse(invalid(), |it| is_unregistered(&it["subject"]["digest"]))
        }),
    },
];

/// The properties of manifests that the image specification knows.
pub(super) const PROPERTIES: &[&str] = &[
    "schemaVersion",
    "mediaType",
    "artifactType",
    "config",
    "layers",
    "manifests",
    "subject",
    "annotations",
];

fn invalid() -> Answer {
    Answer::error(400, ErrorCode::ManifestInvalid)
}

pub(super) fn has_unknown_property(manifest: &Value) -> bool {
    let mut keys = manifest
        .as_object()
        .into_iter()
        .flat_map(serde_json::Map::keys);
    keys.any(|key| !PROPERTIES.contains(&key.as_str()))
}

/// Whether this is a media type that neither the OCI nor Docker defines.
fn is_unknown(media_type: &Value) -> bool {
    let known = ["application/vnd.oci.", "application/vnd.docker."];
    let is_known = |it: &str| known.iter().any(|known| it.starts_with(known));
    media_type.as_str().is_some_and(|it| !is_known(it))
}

/// Whether this is a digest, and of an algorithm with no name in the image specification.
fn is_unregistered(digest: &Value) -> bool {
    let digest = digest.as_str().and_then(|it| it.split_once(':'));
    digest.is_some_and(|(algorithm, _)| !algorithm.starts_with("sha") && algorithm != "blake3")
}

pub(super) fn layers(manifest: &Value) -> impl Iterator<Item = &Value> {
    manifest["layers"].as_array().into_iter().flatten()
}

fn children(manifest: &Value) -> impl Iterator<Item = &Value> {
    manifest["manifests"].as_array().into_iter().flatten()
}

fn blob(visit: &Visit<'_>, digest: &str) -> Option<bytes::Bytes> {
    let digest: Digest = digest.parse().ok()?;
    visit.store().blob(&visit.repository()?, &digest)
}

/// Whether a descriptor is that of JSON; also if what it is of is not there.
fn is_json(visit: &Visit<'_>, descriptor: &Value) -> bool {
    let content = descriptor["digest"].as_str().and_then(|it| blob(visit, it));
    content.is_none_or(|it| serde_json::from_slice::<Value>(&it).is_ok())
}
