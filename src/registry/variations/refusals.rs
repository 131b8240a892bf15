//! Manifests that may be refused, and what may be refused to those who pull them.

use http::header;

use super::Variation;
use crate::catalogue::docker::DOCKER_MANIFEST_KEPT;
use crate::catalogue::docker::MISSING_LAYER_DETAILED;
use crate::catalogue::image::NESTED_INDEX_ACCEPTED;
use crate::catalogue::image::UNREGISTERED_ALGORITHM_ACCEPTED;
use crate::catalogue::image::ZSTD_LAYER_ACCEPTED;
use crate::catalogue::manifest_push::PUSHED_TYPE_PARAMETERS_IGNORED;
use crate::oci::BadDigest;
use crate::oci::Descriptor;
use crate::oci::ErrorCode;
use crate::oci::Kind;
use crate::oci::Manifest;
use crate::oci::Reference;
use crate::oci::RepositoryName;
use crate::oci::media_type;
use crate::registry::answer::Answer;
use crate::registry::seams::Operation::GetManifest;
use crate::registry::seams::Operation::HeadManifest;
use crate::registry::seams::Operation::PutManifest;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

pub(super) static VARIATIONS: &[Variation] = &[
    Variation {
        name: "unmatched-accept-406",
        title: "a manifest of a type that Accept does not name is answered 406",
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if is_acceptable(visit, &answer) {
                answer
            } else {
                Answer::of(406)
            }
        }),
        ..Variation::BASE
    },
    Variation {
        name: "unmatched-accept-unknown",
        title: "a manifest of a type that Accept does not name is answered 404",
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if is_acceptable(visit, &answer) {
                return answer;
            }
            Answer::error(404, ErrorCode::ManifestUnknown)
        }),
        ..Variation::BASE
    },
    Variation {
        name: "absent-references-400",
        title: "a manifest whose layers are not there is answered 400",
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if visit.is(&[PutManifest]) && answer.is(404) {
                return answer.with_status(400);
            }
            answer
        }),
        ..Variation::BASE
    },
    Variation {
        name: "absent-children-refused",
        title: "an index is refused while its manifests are not there",
        seam: Seam::Layer(|visit| {
            let refusal = || Answer::error(404, ErrorCode::ManifestBlobUnknown);
            refused(visit, refusal, |manifest, visit| {
                let mut children = manifest.manifests.iter();
                children.any(|child| !is_held(visit, child))
            })
        }),
        ..Variation::BASE
    },
    Variation {
        name: "foreign-layers-required",
        title: "a manifest is refused while layers that may be elsewhere are not here too",
        gives_up: &[&MISSING_LAYER_DETAILED],
        seam: Seam::Layer(|visit| {
            let refusal = || Answer::error(404, ErrorCode::ManifestBlobUnknown);
            refused(visit, refusal, |manifest, visit| {
                let mut layers = manifest.layers.iter();
                layers.any(|layer| !is_held(visit, layer))
            })
        }),
        ..Variation::BASE
    },
    Variation {
        name: "untyped-manifests-refused",
        title: "a manifest without Content-Type is refused",
        seam: Seam::Layer(|visit| {
            if visit.is(&[PutManifest]) && visit.header(&header::CONTENT_TYPE).is_none() {
                return invalid();
            }
            visit.pass()
        }),
        ..Variation::BASE
    },
    Variation {
        name: "type-parameters-refused",
        title: "a manifest whose Content-Type has parameters is answered 415",
        gives_up: &[&PUSHED_TYPE_PARAMETERS_IGNORED],
        versions: super::SINCE_1_1,
        seam: Seam::Layer(|visit| {
            let content_type = visit.header(&header::CONTENT_TYPE);
            let has_any = content_type.is_some_and(|it| it.contains(';'));
            if visit.is(&[PutManifest]) && has_any {
                return Answer::error(415, ErrorCode::ManifestInvalid);
            }
            visit.pass()
        }),
        ..Variation::BASE
    },
    Variation {
        name: "docker-manifests-refused",
        title: "Docker's manifests are refused",
        gives_up: &[&DOCKER_MANIFEST_KEPT],
        seam: Seam::Layer(|visit| {
            refused(visit, invalid, |manifest, _| {
                matches!(manifest.kind, Kind::DockerManifest | Kind::DockerList)
            })
        }),
        ..Variation::BASE
    },
    Variation {
        name: "unknown-manifest-types-415",
        title: "a manifest of an unknown type is answered 415",
        seam: Seam::Layer(|visit| {
            let content_type = visit.header(&header::CONTENT_TYPE).unwrap_or_default();
            let own = content_type.split(';').next().unwrap_or_default();
            let is_known = |kind: Kind| kind.media_type() == own.trim();
            let answer = visit.pass();
            let is_unknown = !own.is_empty() && !Kind::ALL.into_iter().any(is_known);
            if visit.is(&[PutManifest]) && is_unknown && answer.is(400) {
                return Answer::error(415, ErrorCode::ManifestInvalid);
            }
            answer
        }),
        ..Variation::BASE
    },
    Variation {
        name: "no-layers-refused",
        title: "an image manifest without layers is refused",
        seam: Seam::Layer(|visit| {
            refused(visit, invalid, |manifest, _| {
                manifest.kind == Kind::Image && manifest.layers.is_empty()
            })
        }),
        ..Variation::BASE
    },
    Variation {
        name: "nested-indexes-refused",
        title: "an index of indexes is refused",
        gives_up: &[&NESTED_INDEX_ACCEPTED],
        seam: Seam::Layer(|visit| {
            refused(visit, invalid, |manifest, _| {
                let mut children = manifest.manifests.iter();
                children.any(|child| child.media_type == media_type::IMAGE_INDEX)
            })
        }),
        ..Variation::BASE
    },
    Variation {
        name: "zstd-layers-refused",
        title: "layers in Zstandard are refused",
        gives_up: &[&ZSTD_LAYER_ACCEPTED],
        seam: Seam::Layer(|visit| {
            refused(visit, invalid, |manifest, _| {
                let mut layers = manifest.layers.iter();
                layers.any(|layer| layer.media_type == media_type::LAYER_ZSTD)
            })
        }),
        ..Variation::BASE
    },
    Variation {
        name: "untyped-artifacts-refused",
        title: "a manifest with the empty configuration has to have an artifactType",
        seam: Seam::Layer(|visit| {
            refused(visit, invalid, |manifest, _| {
                let config = manifest.config.as_ref();
                let is_empty = config.is_some_and(|it| it.media_type == media_type::EMPTY);
                is_empty && manifest.artifact_type.is_none()
            })
        }),
        ..Variation::BASE
    },
    Variation {
        name: "descriptor-sizes-compared",
        title: "a manifest whose descriptors have other sizes than the blobs is refused",
        seam: Seam::Layer(|visit| {
            refused(visit, invalid, |manifest, visit| {
                let mut blobs = manifest.config.iter().chain(&manifest.layers);
                blobs.any(|it| held_size(visit, it).is_some_and(|size| size != it.size))
            })
        }),
        ..Variation::BASE
    },
    Variation {
        name: "unregistered-algorithms-refused",
        title: "a manifest with digests of algorithms that nobody registered is refused",
        gives_up: &[&UNREGISTERED_ALGORITHM_ACCEPTED],
        seam: Seam::Layer(|visit| {
            refused(visit, invalid, |manifest, _| {
                let is_strange =
                    |it: &Descriptor| matches!(it.digest(), Err(BadDigest::Algorithm(_)));
                let single = manifest.config.iter().chain(&manifest.subject);
                let mut all = single.chain(&manifest.layers).chain(&manifest.manifests);
                all.any(is_strange)
            })
        }),
        ..Variation::BASE
    },
];

fn invalid() -> Answer {
    Answer::error(400, ErrorCode::ManifestInvalid)
}

/// Refuses manifests of one kind in advance.
fn refused(
    visit: &Visit<'_>,
    refusal: fn() -> Answer,
    is_one: fn(&Manifest, &Visit<'_>) -> bool,
) -> Answer {
    let content_type = visit.header(&header::CONTENT_TYPE);
    let manifest = Manifest::read(visit.body(), content_type.as_deref());
    let is_one = |manifest| is_one(&manifest, visit);
    if visit.is(&[PutManifest]) && manifest.is_ok_and(is_one) {
        return refusal();
    }
    visit.pass()
}

/// Whether the repository holds this, as a manifest or as a blob.
fn is_held(visit: &Visit<'_>, descriptor: &Descriptor) -> bool {
    let (Ok(name), Ok(digest)) = (visit.name().parse(), descriptor.digest()) else {
        return false;
    };
    let store = visit.store();
    store.blob(&name, &digest).is_some()
        || store.manifest(&name, &Reference::Digest(digest)).is_some()
}

/// The size of the blob that the repository holds under this digest.
fn held_size(visit: &Visit<'_>, descriptor: &Descriptor) -> Option<u64> {
    let name: RepositoryName = visit.name().parse().ok()?;
    let blob = visit.store().blob(&name, &descriptor.digest().ok()?)?;
    Some(blob.len() as u64)
}

/// Whether the answer is no manifest, or one of a type that the client takes.
fn is_acceptable(visit: &Visit<'_>, answer: &Answer) -> bool {
    let accepted = visit.call.headers.get_all(header::ACCEPT);
    let accepted: Vec<_> = accepted.iter().filter_map(|it| it.to_str().ok()).collect();
    let is_pull = visit.is(&[GetManifest, HeadManifest]);
    let own = answer.value(&header::CONTENT_TYPE).unwrap_or_default();
    if !is_pull || !answer.is(200) || accepted.is_empty() {
        return true;
    }
    let mut ranges = accepted.iter().flat_map(|it| it.split(','));
    ranges.any(|range| {
        let range = range.split(';').next().unwrap_or_default().trim();
        let is_it = |it: &&str| it.eq_ignore_ascii_case(range);
        ["*/*", "application/*", own].iter().any(is_it)
    })
}
