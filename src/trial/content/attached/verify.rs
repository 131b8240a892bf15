//! Judging what came back: whether it is what its form says, speaks of the image, and was signed.
//!
//! It reads what a registry served, so nothing in it may panic.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use crate::oci::Digest;

use super::super::PublicKey;
use super::DescriptorDoc;
use super::Form;
use super::ManifestDoc;
use super::SIGNATURE_ANNOTATION;
use super::documents::SIMPLE_SIGNING;

/// What an in-toto statement is called in its envelope.
pub(super) const DSSE_PAYLOAD_TYPE: &str = "application/vnd.in-toto+json";

/// Why what came back is not worth its name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// The layer has another media type.
    #[error("a layer of media type {0}")]
    Type(Value),
    /// The bytes are not those that the descriptor names.
    #[error("bytes that are not those of the layer's digest and size")]
    Content,
    /// The signature is not where it belongs.
    #[error("no signature where it belongs")]
    Unsigned,
    /// It is there, and nothing that the key made of this.
    #[error("a signature that does not verify")]
    Signature,
    /// The document is not what its form says.
    #[error("a document of another form")]
    Form,
    /// It speaks of something else.
    #[error("a document about another image")]
    Image,
}

/// Whether a layer is a statement of this form about `image`.
pub(super) fn verify(
    form: Form,
    key: &PublicKey,
    image: &ManifestDoc,
    descriptor: &DescriptorDoc,
    content: &[u8],
) -> Result<(), Flaw> {
    check(descriptor["mediaType"] == form.layer_type(), || {
        Flaw::Type(descriptor["mediaType"].clone())
    })?;
    check(is_content_of(descriptor, content), || Flaw::Content)?;
    let document: Value = serde_json::from_slice(content).map_err(|_| Flaw::Form)?;
    match form {
        Form::Cosign => simple_signing(key, image, descriptor, content, &document),
        Form::Notary => envelope(key, image, &document),
        Form::Attestation => attestation(key, image, &document),
        Form::Spdx => {
            let checksum = &document["packages"][0]["checksums"][0]["checksumValue"];
            check(document["spdxVersion"] == "SPDX-2.3", || Flaw::Form)?;
            check(*checksum == image.digest.hex(), || Flaw::Image)
        }
        Form::CycloneDx => {
            let hash = &document["metadata"]["component"]["hashes"][0]["content"];
            check(document["bomFormat"] == "CycloneDX", || Flaw::Form)?;
            check(*hash == image.digest.hex(), || Flaw::Image)
        }
    }
}

fn check(holds: bool, flaw: impl FnOnce() -> Flaw) -> Result<(), Flaw> {
    if holds { Ok(()) } else { Err(flaw()) }
}

fn is_content_of(descriptor: &Value, content: &[u8]) -> bool {
    let digest: Option<Digest> = descriptor["digest"].as_str().and_then(|it| it.parse().ok());
    let is_named = digest.is_some_and(|digest| digest.matches(content));
    is_named && descriptor["size"].as_u64() == u64::try_from(content.len()).ok()
}

fn simple_signing(
    key: &PublicKey,
    image: &ManifestDoc,
    descriptor: &Value,
    content: &[u8],
    document: &Value,
) -> Result<(), Flaw> {
    let annotation = &descriptor["annotations"][SIGNATURE_ANNOTATION];
    let signature = decoded(annotation).ok_or(Flaw::Unsigned)?;
    check(key.verifies(content, &signature), || Flaw::Signature)?;
    let critical = &document["critical"];
    check(critical["type"] == SIMPLE_SIGNING, || Flaw::Form)?;
    let named = &critical["image"]["docker-manifest-digest"];
    check(*named == image.digest.to_string(), || Flaw::Image)
}

fn envelope(key: &PublicKey, image: &ManifestDoc, document: &Value) -> Result<(), Flaw> {
    let text = |name: &str| document[name].as_str().unwrap_or_default();
    let signature = URL_SAFE_NO_PAD.decode(text("signature"));
    let signature = signature.map_err(|_| Flaw::Unsigned)?;
    let signed = format!("{}.{}", text("protected"), text("payload"));
    check(key.verifies_plain(signed.as_bytes(), &signature), || {
        Flaw::Signature
    })?;
    let payload = URL_SAFE_NO_PAD.decode(text("payload"));
    let payload = json(payload.ok()).ok_or(Flaw::Form)?;
    let target = &payload["targetArtifact"];
    let said = image.descriptor();
    let same = ["mediaType", "digest", "size"].map(|name| target[name] == said[name]);
    check(same == [true; 3], || Flaw::Image)
}

fn attestation(key: &PublicKey, image: &ManifestDoc, document: &Value) -> Result<(), Flaw> {
    let payload = decoded(&document["payload"]).ok_or(Flaw::Form)?;
    let payload_type = document["payloadType"].as_str().ok_or(Flaw::Form)?;
    let signature = decoded(&document["signatures"][0]["sig"]).ok_or(Flaw::Unsigned)?;
    let signed = pre_authentication(payload_type, &payload);
    check(key.verifies(&signed, &signature), || Flaw::Signature)?;
    check(payload_type == DSSE_PAYLOAD_TYPE, || Flaw::Form)?;
    let statement = json(Some(payload)).ok_or(Flaw::Form)?;
    let digests = &statement["subject"][0]["digest"];
    let named = &digests[image.digest.algorithm().to_string()];
    check(*named == image.digest.hex(), || Flaw::Image)
}

/// What a DSSE signature is over (secure-systems-lab/dsse, protocol.md): type and body, each with its
/// length.
pub(super) fn pre_authentication(payload_type: &str, payload: &[u8]) -> Vec<u8> {
    let head = format!(
        "DSSEv1 {} {payload_type} {} ",
        payload_type.len(),
        payload.len()
    );
    [head.as_bytes(), payload].concat()
}

fn decoded(value: &Value) -> Option<Vec<u8>> {
    STANDARD.decode(value.as_str()?).ok()
}

fn json(bytes: Option<Vec<u8>>) -> Option<Value> {
    serde_json::from_slice(&bytes?).ok()
}
