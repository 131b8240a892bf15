//! What a layer sees of manifests: of the one that is pushed, and of those that are there.

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::header::LOCATION;
use serde_json::Value;

use super::Operation;
use super::Visit;
use crate::http::Method;
use crate::oci::Algorithm;
use crate::oci::Digest;
use crate::oci::Reference;
use crate::oci::Tag;
use crate::oci::media_type;
use crate::registry::answer::Answer;
use crate::registry::header::CONTENT_DIGEST;
use crate::registry::route::Route;
use crate::registry::store::StoredManifest;

impl Visit<'_> {
    /// The body of the request as JSON; `null` if it is none.
    pub(crate) fn manifest(&self) -> Value {
        serde_json::from_slice(self.body()).unwrap_or_default()
    }

    /// The media type that the request gives to its body, without parameters.
    pub(crate) fn pushed_type(&self) -> String {
        let header = self.header(&CONTENT_TYPE).unwrap_or_default();
        header.split(';').next().unwrap_or_default().trim().into()
    }

    /// Whether the request pushes an index.
    pub(crate) fn pushes_index(&self) -> bool {
        self.is(&[Operation::PutManifest]) && self.pushed_type() == media_type::IMAGE_INDEX
    }

    /// The digest under which a manifest is pushed, if it is not that of its bytes.
    pub(crate) fn mismatched_digest(&self) -> Option<Digest> {
        let is_push = self.is(&[Operation::PutManifest]);
        let digest: Digest = self.last().parse().ok().filter(|_| is_push)?;
        (!digest.matches(self.body())).then_some(digest)
    }

    /// Passes the request on, and changes the answer if it says that a manifest was made.
    pub(crate) fn pushed(&self, change: impl FnOnce(Answer) -> Answer) -> Answer {
        let answer = self.pass();
        if self.is(&[Operation::PutManifest]) && answer.is(201) {
            return change(answer);
        }
        answer
    }

    /// Gives `refusal` to whoever pushes a manifest like this, and passes all else on.
    pub(crate) fn refuse(
        &self,
        refusal: Answer,
        is_refused: impl FnOnce(&Value) -> bool,
    ) -> Answer {
        if self.is(&[Operation::PutManifest]) && is_refused(&self.manifest()) {
            return refusal;
        }
        self.pass()
    }

    /// Stores the body as a manifest under what the path names, without looking into it.
    pub(crate) fn adopt(&self) -> Answer {
        let sha256 = Algorithm::Sha256.digest(self.body());
        let (digest, tags) = match self.last().parse() {
            Ok(Reference::Digest(digest)) => (digest, Vec::new()),
            Ok(Reference::Tag(tag)) => (sha256, vec![tag]),
            Err(_) => return self.pass(),
        };
        let manifest = StoredManifest {
            bytes: self.body().clone(),
            media_type: self.pushed_type(),
            digests: vec![digest.clone()],
            referrer: None,
        };
        if let Some(name) = self.repository() {
            self.store().put_manifest(&name, manifest, &tags);
        }
        self.manifest_created(&digest)
    }

    /// The answer to the push of a manifest with this digest.
    pub(crate) fn manifest_created(&self, digest: &Digest) -> Answer {
        let location = format!("/v2/{}/manifests/{digest}", self.name());
        let answer = Answer::of(201).with(LOCATION, &location);
        answer.with(CONTENT_DIGEST, digest)
    }

    /// The path of a manifest of the same repository.
    pub(crate) fn manifest_route(&self, reference: &str) -> Route {
        Route::Manifest {
            name: self.name().to_owned(),
            reference: reference.to_owned(),
        }
    }

    /// The digest to which a tag or a digest of the same repository leads.
    pub(crate) fn digest_of(&self, reference: &str) -> Option<Digest> {
        let reference = reference.parse().ok()?;
        Some(
            self.store()
                .manifest(&self.repository()?, &reference)?
                .digest,
        )
    }

    /// Whether the repository holds this manifest.
    pub(crate) fn holds_manifest(&self, reference: &str) -> bool {
        self.digest_of(reference).is_some()
    }

    /// A manifest of the repository as JSON; `null` if it is not there.
    pub(crate) fn held(&self, reference: &str) -> Value {
        let answer = self.get(&self.manifest_route(reference));
        if answer.is(200) {
            return serde_json::from_slice(&answer.body).unwrap_or_default();
        }
        Value::Null
    }

    /// The tags of the repository that lead to this digest.
    pub(crate) fn tags_of(&self, digest: &Digest) -> Vec<Tag> {
        let Some(name) = self.repository() else {
            return Vec::new();
        };
        let (mut tags, _) = self.store().tags(&name, "", usize::MAX);
        tags.retain(|tag| self.digest_of(tag.as_str()).as_ref() == Some(digest));
        tags
    }

    /// Points tags of the repository to a manifest that it holds.
    pub(crate) fn point(&self, tags: &[Tag], digest: &Digest) {
        let Some(name) = self.repository() else {
            return;
        };
        let reference = Reference::Digest(digest.clone());
        if let Some(found) = self.store().manifest(&name, &reference) {
            let mut manifest = (*found.manifest).clone();
            manifest.digests.retain(|it| it != digest);
            manifest.digests.insert(0, digest.clone());
            self.store().put_manifest(&name, manifest, tags);
        }
    }

    /// Deletes a tag or a manifest of the repository.
    pub(crate) fn delete(&self, reference: &str) {
        self.ask(
            Method::DELETE,
            &self.manifest_route(reference),
            "",
            Bytes::new(),
        );
    }

    /// Passes the push of a manifest by tag on as one by digest.
    pub(crate) fn pass_by_digest(&self) -> Answer {
        let digest = Algorithm::Sha256.digest(self.body());
        self.pass_route(&self.manifest_route(&digest.to_string()))
    }
}
