//! Pulling manifests, and taking more of them than the registry does by itself.

use http::header;

use super::Variation;
use crate::catalogue::manifest_pull::MANIFEST_TYPE_KEPT;
use crate::catalogue::manifest_pull::MANIFEST_TYPE_PARAMETERS_OMITTED;
use crate::catalogue::manifest_push::LARGE_MANIFEST_ACCEPTED;
use crate::catalogue::manifest_push::PUSHED_TYPE_PARAMETERS_IGNORED;
use crate::oci::Algorithm;
use crate::oci::Digest;
use crate::oci::ErrorCode;
use crate::oci::Kind;
use crate::oci::Reference;
use crate::oci::RepositoryName;
use crate::registry::answer::Answer;
use crate::registry::header::CONTENT_DIGEST;
use crate::registry::route::Route;
use crate::registry::seams::Operation::GetManifest;
use crate::registry::seams::Operation::HeadManifest;
use crate::registry::seams::Operation::Mount;
use crate::registry::seams::Operation::PutManifest;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;
use crate::registry::store::StoredManifest;

pub(super) static VARIATIONS: &[Variation] = &[
    Variation {
        name: "absent-references-taken",
        title: "a manifest is taken although its configuration and its layers are not there",
        seam: Seam::Settings(|settings| settings.require_references = false),
        ..Variation::BASE
    },
    Variation {
        name: "unknown-manifest-types-taken",
        title: "manifests are taken whatever their type is, if they are JSON objects",
        seam: Seam::Layer(of_any_type),
        ..Variation::BASE
    },
    Variation {
        name: "mismatched-types-taken",
        title: "where Content-Type is not what `mediaType` says, the latter counts",
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let said = visit.is(&[PutManifest]).then(|| media_type_property(visit));
            match said.flatten().filter(|_| answer.is(400)) {
                Some(said) => visit.pass_with(header::CONTENT_TYPE, &said),
                None => answer,
            }
        }),
        ..Variation::BASE
    },
    Variation {
        name: "sha512-for-blobs-only",
        title: "manifests cannot be pushed by SHA-512, and blobs can",
        seam: Seam::Layer(|visit| {
            if visit.is(&[PutManifest]) && visit.last().starts_with("sha512:") {
                return Answer::error(400, ErrorCode::DigestInvalid);
            }
            visit.pass()
        }),
        ..Variation::BASE
    },
    Variation {
        name: "sha512-for-manifests-only",
        title: "blobs cannot be pushed by SHA-512, and manifests can",
        seam: Seam::Layer(without_sha512_blobs),
        ..Variation::BASE
    },
    Variation {
        name: "manifest-type-with-charset",
        title: "the Content-Type of a manifest names a charset",
        gives_up: &[
            &MANIFEST_TYPE_KEPT,
            &MANIFEST_TYPE_PARAMETERS_OMITTED,
            &PUSHED_TYPE_PARAMETERS_IGNORED,
        ],
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if visit.is(&[GetManifest, HeadManifest]) && answer.is_success() {
                return answer.map(header::CONTENT_TYPE, |it| format!("{it}; charset=utf-8"));
            }
            answer
        }),
        ..Variation::BASE
    },
    Variation {
        name: "manifest-limit-4-mib",
        title: "a manifest has 4 MiB and not a byte more",
        seam: Seam::Settings(|settings| settings.manifest_limit = 4 << 20),
        ..Variation::BASE
    },
    Variation {
        name: "manifest-limit-1-mib",
        title: "a manifest of more than 1 MiB is too large",
        gives_up: &[&LARGE_MANIFEST_ACCEPTED],
        versions: super::SINCE_1_1,
        seam: Seam::Settings(|settings| settings.manifest_limit = 1 << 20),
        ..Variation::BASE
    },
    Variation {
        name: "manifests-unlimited",
        title: "manifests may be as large as they like",
        versions: super::SINCE_1_1,
        seam: Seam::Settings(|settings| settings.manifest_limit = 1 << 30),
        ..Variation::BASE
    },
    Variation {
        name: "large-manifest-malformed",
        title: "a manifest that is too large is answered 400",
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if visit.is(&[PutManifest]) && answer.is(413) {
                return Answer::error(400, ErrorCode::ManifestInvalid);
            }
            answer
        }),
        ..Variation::BASE
    },
];

fn media_type_property(visit: &Visit<'_>) -> Option<String> {
    let manifest: serde_json::Value = serde_json::from_slice(visit.body()).ok()?;
    let said = manifest.get("mediaType")?.as_str()?;
    let is_known = |kind: Kind| kind.media_type() == said;
    Kind::ALL.into_iter().any(is_known).then(|| said.to_owned())
}

fn without_sha512_blobs(visit: &Visit<'_>) -> Answer {
    if !matches!(visit.route, Route::Uploads { .. } | Route::Session { .. }) {
        return visit.pass();
    }
    let names = |parameter, start| {
        let value = visit.query(parameter);
        value.is_some_and(|value: &str| value.starts_with(start))
    };
    if visit.is(&[Mount]) && names("mount", "sha512:") {
        return visit.pass_query("");
    }
    if names("digest", "sha512:") {
        return Answer::error(400, ErrorCode::DigestInvalid);
    }
    let answer = visit.pass();
    // In a version that knows the parameter, it has to be refused like the digest.
    let is_asked = names("digest-algorithm", "sha512");
    if is_asked && answer.is(202) && visit.pass_query("digest-algorithm=none").is(400) {
        return Answer::error(400, ErrorCode::DigestInvalid);
    }
    answer
}

/// Takes what the handlers refused, if only its type is strange to them.
fn of_any_type(visit: &Visit<'_>) -> Answer {
    let answer = visit.pass();
    if visit.is(&[PutManifest]) && answer.is(400) {
        return stored(visit).unwrap_or(answer);
    }
    answer
}

fn stored(visit: &Visit<'_>) -> Option<Answer> {
    let media_type = visit.header(&header::CONTENT_TYPE)?;
    let media_type = media_type.split(';').next()?.trim().to_owned();
    let manifest: serde_json::Value = serde_json::from_slice(visit.body()).ok()?;
    let property = manifest.as_object()?.get("mediaType");
    let is_known = |kind: Kind| kind.media_type() == media_type;
    let is_odd = property.is_some_and(|property| *property != media_type);
    if is_odd || !media_type.contains('/') || Kind::ALL.into_iter().any(is_known) {
        return None;
    }
    let name: RepositoryName = visit.name().parse().ok()?;
    let (digest, tags) = match visit.last().parse().ok()? {
        Reference::Tag(tag) => (Algorithm::Sha256.digest(visit.body()), vec![tag]),
        Reference::Digest(digest) => (digest.matches(visit.body()).then_some(digest)?, vec![]),
    };
    let manifest = StoredManifest {
        bytes: visit.body().clone(),
        media_type,
        digests: digests(&digest, visit.body()),
        referrer: None,
    };
    visit.store().put_manifest(&name, manifest, &tags);
    let location = format!("/v2/{name}/manifests/{digest}");
    let answer = Answer::of(201).with(header::LOCATION, &location);
    Some(answer.with(CONTENT_DIGEST, &digest))
}

fn digests(pushed: &Digest, bytes: &[u8]) -> Vec<Digest> {
    let mut digests = vec![pushed.clone()];
    if pushed.algorithm() != Algorithm::Sha256 {
        digests.push(Algorithm::Sha256.digest(bytes));
    }
    digests
}
