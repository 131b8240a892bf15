//! How a manifest stands in the list of its subject's referrers.
//!
//! That is noted of every manifest with a subject, also by a registry that lists no referrers: once it
//! lists them, those that it has already are in the list. What a client wrote down elsewhere, under the
//! tag that it makes of the subject's digest, adds nothing to that. Of what stands there, the list has to
//! hold the manifests that have the subject (distribution specification, "Enabling the Referrers API"),
//! and they are in it. Others do not belong there: what the repository does not hold could not be
//! pulled, and what has no subject, or another one, refers to nothing.

use std::sync::Arc;

use super::StoredManifest;
use crate::oci::Descriptor;
use crate::oci::Digest;
use crate::oci::Kind;
use crate::oci::Manifest;

/// The digest of a manifest's subject, if manifests of its kind have any.
pub(crate) fn subject(manifest: &Manifest) -> Option<&str> {
    let has_subjects = matches!(manifest.kind, Kind::Image | Kind::Index);
    let subject = manifest.subject.as_ref().filter(|_| has_subjects)?;
    Some(&subject.digest)
}

/// The digest of a manifest's subject, and the descriptor of the manifest itself, which has `size`
/// bytes, in the list of referrers of that.
pub(crate) fn referrer(
    manifest: &Manifest,
    digest: &Digest,
    size: u64,
) -> Option<(String, Arc<Descriptor>)> {
    let descriptor = Descriptor {
        media_type: manifest.media_type.clone(),
        digest: digest.to_string(),
        size,
        artifact_type: manifest.referrer_type().map(str::to_owned),
        annotations: manifest.annotations.clone(),
        ..Descriptor::default()
    };
    Some((subject(manifest)?.to_owned(), Arc::new(descriptor)))
}

/// Notes to what a manifest with these bytes refers. Bytes that are no manifest refer to nothing.
pub(super) fn fill_in(stored: &mut StoredManifest<u64>, bytes: &[u8]) {
    if let Ok(manifest) = Manifest::read(bytes, Some(&stored.media_type)) {
        stored.referrer = referrer(&manifest, &stored.digests[0], stored.bytes);
    }
}
