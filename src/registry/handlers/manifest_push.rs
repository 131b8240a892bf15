//! Pushing manifests.

use http::StatusCode;
use http::header::CONTENT_TYPE;
use http::header::LOCATION;

use super::super::answer::Answer;
use super::super::app::App;
use super::super::call::Call;
use super::super::collect::Hold;
use super::super::error::Case;
use super::super::error::Refusal;
use super::super::header;
use super::super::settings::Optional;
use super::super::store;
use super::super::store::StoredManifest;
use super::conditions::Conditions;
use crate::oci::Algorithm;
use crate::oci::BadDigest;
use crate::oci::BadReference;
use crate::oci::Descriptor;
use crate::oci::Digest;
use crate::oci::Manifest;
use crate::oci::Reference;
use crate::oci::RepositoryName;
use crate::oci::Tag;
use crate::oci::media_type;

/// Answers a PUT of a manifest.
pub(super) fn answer(
    app: &App,
    call: &Call,
    name: &RepositoryName,
    text: &str,
) -> Result<Answer, Refusal> {
    let reference = pushed_reference(app, text)?;
    let digest = match &reference {
        Reference::Digest(digest) if !digest.matches(&call.body) => {
            return Err(Case::DigestMismatch.into());
        }
        Reference::Digest(digest) => digest.clone(),
        Reference::Tag(_) => Algorithm::Sha256.digest(&call.body),
    };
    let content_type = call.header(&CONTENT_TYPE);
    let manifest = Manifest::read(&call.body, content_type.as_deref())
        .map_err(|bad| Refusal::because(Case::ManifestInvalid, bad))?;
    check_digests(&manifest)?;
    // Held until the manifest is stored.
    let hold = Hold::on(app);
    hold.touch(name, &named(&manifest))?;
    check_references(app, name, &manifest)?;

    let tags = tags(app, call, &reference);
    let subject = subject(app, &manifest).map(str::to_owned);
    let stored = stored(call, digest.clone(), manifest);
    let conditions = match reference {
        Reference::Tag(_) => Conditions::of(call),
        // What is under a digest never changes.
        Reference::Digest(_) => Conditions::default(),
    };
    let are_met = |before: Option<&Digest>| conditions.hold(before);
    if !app.store.put_manifest(name, stored, &tags, &are_met)? {
        return Err(Case::Precondition.into());
    }
    let made = if matches!(reference, Reference::Digest(_)) {
        tags
    } else {
        Vec::new()
    };
    Ok(created(name, &digest, subject.as_deref(), &made))
}

fn created(name: &RepositoryName, digest: &Digest, subject: Option<&str>, made: &[Tag]) -> Answer {
    let mut answer = Answer::new(StatusCode::CREATED)
        .header(LOCATION, &format!("/v2/{name}/manifests/{digest}"))
        .header(header::CONTENT_DIGEST, digest);
    if let Some(subject) = subject {
        answer = answer.header(header::SUBJECT, subject);
    }
    for tag in made {
        answer = answer.header(header::TAG, tag);
    }
    answer
}

/// What a manifest can be pushed under.
fn pushed_reference(app: &App, text: &str) -> Result<Reference, Refusal> {
    match text.parse() {
        Ok(Reference::Tag(tag)) => Ok(Reference::Tag(tag)),
        Err(BadReference::Tag(bad)) => Err(Refusal::because(Case::TagInvalid, bad)),
        Ok(Reference::Digest(_)) | Err(BadReference::Digest(_)) => {
            super::pushed_digest(app, text).map(Reference::Digest)
        }
    }
}

/// The tags that will point to the manifest: that of the path, or those of the parameters. A
/// parameter that is no tag is passed over.
fn tags(app: &App, call: &Call, reference: &Reference) -> Vec<Tag> {
    match reference {
        Reference::Tag(tag) => vec![tag.clone()],
        Reference::Digest(_) if app.settings.offers(Optional::TagParameters) => {
            let mut tags: Vec<Tag> = call
                .query
                .all("tag")
                .filter_map(|text| text.parse().ok())
                .collect();
            tags.sort_unstable();
            tags.dedup();
            tags
        }
        Reference::Digest(_) => Vec::new(),
    }
}

/// Refuses a manifest with a digest that breaks the grammar, or that of its algorithm. Algorithms
/// that the registry does not know pass.
fn check_digests(manifest: &Manifest) -> Result<(), Refusal> {
    for descriptor in descriptors(manifest) {
        if let Err(bad @ (BadDigest::Form(_) | BadDigest::Encoding { .. })) = descriptor.digest() {
            return Err(Refusal::because(Case::ManifestInvalid, bad));
        }
    }
    Ok(())
}

fn descriptors(manifest: &Manifest) -> impl Iterator<Item = &Descriptor> {
    manifest.subject.iter().chain(manifest.contents())
}

/// Whatever a manifest names.
fn named(manifest: &Manifest) -> Vec<Digest> {
    let digests = descriptors(manifest).map(Descriptor::digest);
    digests.filter_map(Result::ok).collect()
}

/// Refuses a manifest whose configuration or layers are missing. Subjects and the manifests of a
/// list may come later.
fn check_references(app: &App, name: &RepositoryName, manifest: &Manifest) -> Result<(), Refusal> {
    if !app.settings.require_references {
        return Ok(());
    }
    let must_be_held = |it: &&Descriptor| !may_be_elsewhere(it);
    let required = manifest
        .config
        .iter()
        .chain(manifest.layers.iter().filter(must_be_held));
    for descriptor in required {
        let is_held = match descriptor.digest() {
            Ok(digest) => app.store.has_blob(name, &digest)?,
            Err(_) => false,
        };
        if !is_held {
            return Err(Refusal::because(Case::ReferenceUnknown, &descriptor.digest));
        }
    }
    Ok(())
}

/// Whether a layer need not be in the registry: its type says so, or it can be had elsewhere.
fn may_be_elsewhere(layer: &Descriptor) -> bool {
    let types = [
        media_type::LAYER_NONDISTRIBUTABLE_TAR,
        media_type::LAYER_NONDISTRIBUTABLE_GZIP,
        media_type::LAYER_NONDISTRIBUTABLE_ZSTD,
        media_type::DOCKER_FOREIGN_LAYER,
    ];
    types.contains(&layer.media_type.as_str()) || !layer.urls.is_empty()
}

/// The digest of the subject that is told to the client: of any, where the registry lists referrers.
fn subject<'a>(app: &App, manifest: &'a Manifest) -> Option<&'a str> {
    store::subject(manifest).filter(|_| app.settings.offers(Optional::Referrers))
}

/// The manifest as it is stored. Its subject is noted also where no referrers are listed, for when they
/// are.
fn stored(call: &Call, digest: Digest, manifest: Manifest) -> StoredManifest {
    let referrer = store::referrer(&manifest, &digest, call.body.len() as u64);
    let mut digests = vec![digest];
    if digests[0].algorithm() != Algorithm::Sha256 {
        digests.push(Algorithm::Sha256.digest(&call.body));
    }
    StoredManifest {
        bytes: call.body.clone(),
        media_type: manifest.media_type,
        digests,
        referrer,
    }
}
