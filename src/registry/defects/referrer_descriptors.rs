//! The descriptors of referrers, done wrong (REF).

use serde_json::Value;

use super::Defect;
use super::Source;
use super::referrer_filters::filter;
use super::referrer_filters::next;
use super::referrer_filters::paged;
use super::referrer_filters::whole_list;
use super::referrers::digest_in;
use super::referrers::listed;
use crate::catalogue::referrers::INDEX_REFERRER_TYPE_OMITTED;
use crate::catalogue::referrers::REFERRER_ANNOTATIONS_KEPT;
use crate::catalogue::referrers::REFERRER_ARTIFACT_TYPE_SENT;
use crate::catalogue::referrers::REFERRER_CONFIG_TYPE_SENT;
use crate::catalogue::referrers::REFERRER_DESCRIPTOR_MATCHED;
use crate::catalogue::referrers_upgrade::NEW_REFERRER_LISTED;
use crate::oci::media_type;
use crate::registry::answer::Answer;
use crate::registry::header::FILTERS_APPLIED;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "referrer-size-of-subject",
        title: "the size in a referrer's descriptor is that of the subject",
        breaches: &[&REFERRER_DESCRIPTOR_MATCHED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            each(visit, |it, manifest| {
                it["size"] = manifest["subject"]["size"].clone();
            })
        }),
    },
    Defect {
        name: "referrer-type-always-image",
        title: "the media type in every referrer's descriptor is that of image manifests",
        breaches: &[&REFERRER_DESCRIPTOR_MATCHED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            each(visit, |it, _| {
                it["mediaType"] = media_type::IMAGE_MANIFEST.into();
            })
        }),
    },
    Defect {
        name: "referrer-digest-of-config",
        title: "the digest in the descriptor of a referring image is that of its config",
        breaches: &[&REFERRER_DESCRIPTOR_MATCHED, &NEW_REFERRER_LISTED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            each(visit, |it, manifest| {
                if manifest["config"].is_object() {
                    it["digest"] = manifest["config"]["digest"].clone();
                }
            })
        }),
    },
    Defect {
        name: "artifact-type-from-config",
        title: "the artifactType of a referring image is always the media type of its config, also for the filter",
        breaches: &[&REFERRER_ARTIFACT_TYPE_SENT],
        source: Source::Tracker("goharbor/harbor#19867"),
        seam: Seam::Layer(types_from_config),
    },
    Defect {
        name: "referrer-artifact-type-missing",
        title: "the descriptors of referrers have no artifactType",
        breaches: &[&REFERRER_ARTIFACT_TYPE_SENT, &REFERRER_CONFIG_TYPE_SENT],
        source: Source::Tracker("quay/quay#3047"),
        seam: Seam::Layer(|visit| each(visit, |it, _| remove(it, "artifactType"))),
    },
    Defect {
        name: "index-referrer-own-type-lost",
        title: "the descriptor of a referring index does not repeat its artifactType",
        breaches: &[&REFERRER_ARTIFACT_TYPE_SENT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            each(visit, |it, manifest| {
                if manifest["manifests"].is_array() {
                    remove(it, "artifactType");
                }
            })
        }),
    },
    Defect {
        name: "artifact-type-no-config-fallback",
        title: "the descriptor of a referring image without an artifactType has none",
        breaches: &[&REFERRER_CONFIG_TYPE_SENT],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            each(visit, |it, manifest| {
                if manifest["artifactType"].is_null() {
                    remove(it, "artifactType");
                }
            })
        }),
    },
    Defect {
        name: "artifact-type-empty-for-index",
        title: "the descriptor of a referring index without an artifactType has an empty one",
        breaches: &[&INDEX_REFERRER_TYPE_OMITTED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            each(visit, |it, _| {
                if it["artifactType"].is_null() {
                    it["artifactType"] = "".into();
                }
            })
        }),
    },
    Defect {
        name: "referrer-annotations-missing",
        title: "the descriptors of referrers have no annotations",
        breaches: &[&REFERRER_ANNOTATIONS_KEPT],
        source: Source::Tracker("quay/quay#3047"),
        seam: Seam::Layer(|visit| each(visit, |it, _| remove(it, "annotations"))),
    },
    Defect {
        name: "index-referrer-annotations-missing",
        title: "the descriptors of referring indexes have no annotations",
        breaches: &[&REFERRER_ANNOTATIONS_KEPT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            each(visit, |it, manifest| {
                if manifest["manifests"].is_array() {
                    remove(it, "annotations");
                }
            })
        }),
    },
    Defect {
        name: "annotation-empty-dropped",
        title: "annotations without a value are left out of the descriptors of referrers",
        breaches: &[&REFERRER_ANNOTATIONS_KEPT],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            each(visit, |it, _| keep_annotations(it, |_, value| value != ""))
        }),
    },
    Defect {
        name: "annotations-only-opencontainers",
        title: "only annotations of the OCI's own stand in the descriptors of referrers",
        breaches: &[&REFERRER_ANNOTATIONS_KEPT],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            each(visit, |it, _| {
                keep_annotations(it, |key, _| key.starts_with("org.opencontainers."));
            })
        }),
    },
    Defect {
        name: "annotations-from-config-descriptor",
        title: "the annotations of a referrer's config are laid over its own in its descriptor",
        breaches: &[&REFERRER_ANNOTATIONS_KEPT],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            each(visit, |it, manifest| {
                let over = manifest["config"]["annotations"].as_object();
                for (key, value) in over.into_iter().flatten() {
                    it["annotations"][key] = value.clone();
                }
            })
        }),
    },
];

/// Changes each descriptor of a list of referrers; the other value is what it describes.
fn each(visit: &Visit<'_>, change: impl Fn(&mut Value, &Value)) -> Answer {
    listed(visit, |list| {
        for descriptor in list.iter_mut().filter(|it| it.is_object()) {
            let manifest = visit.held(digest_in(descriptor));
            change(descriptor, &manifest);
        }
    })
}

fn remove(descriptor: &mut Value, property: &str) {
    descriptor
        .as_object_mut()
        .and_then(|it| it.remove(property));
}

fn keep_annotations(descriptor: &mut Value, is_kept: impl Fn(&str, &Value) -> bool) {
    let annotations = descriptor
        .get_mut("annotations")
        .and_then(Value::as_object_mut);
    if let Some(annotations) = annotations {
        annotations.retain(|key, value| is_kept(key, value));
    }
}

fn types_from_config(visit: &Visit<'_>) -> Answer {
    let mut list = whole_list(visit);
    for descriptor in &mut list {
        let manifest = visit.held(digest_in(descriptor));
        if let Some(config) = manifest["config"]["mediaType"].as_str() {
            descriptor["artifactType"] = config.into();
        }
    }
    let filter = filter(visit);
    list.retain(|it| filter.is_none_or(|filter| it["artifactType"] == filter));
    let answer = paged(visit, &list, &|start| start, &next);
    let is_filtered = answer.is(200) && filter.is_some();
    answer.when(is_filtered, |it| it.with(FILTERS_APPLIED, "artifactType"))
}
