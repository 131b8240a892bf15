//! What people attach to an image: signatures, attestations and lists of parts, each in the form in
//! which its tools store it.
//!
//! One of them is a layer with annotations ([`Statement`]); a manifest has one or more. `verify`
//! judges what came back, and knows nothing of how it was made.

mod documents;
mod verify;

pub use verify::Flaw;

use serde_json::json;

use crate::oci::Algorithm;
use crate::oci::media_type;

use super::Annotations;
use super::Blob;
use super::DescriptorDoc;
use super::Image;
use super::ImageParts;
use super::Key;
use super::Layer;
use super::ManifestDoc;
use super::Stream;

/// A form in which something is attached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// cosign's signature (sigstore/cosign, `SIGNATURE_SPEC.md`): the payload is the layer, and the
    /// signature stands in an annotation of it.
    Cosign,
    /// The Notary Project's (notaryproject/specifications, `signature-specification.md`): an envelope
    /// in JSON Web Signature.
    Notary,
    /// A statement of in-toto in a DSSE envelope (sigstore/cosign, `ATTESTATION_SPEC.md`).
    Attestation,
    /// A list of parts in SPDX 2.3, not signed.
    Spdx,
    /// A list of parts in `CycloneDX` 1.5, not signed.
    CycloneDx,
}

/// One thing that was said of an image, in a layer of its own.
#[derive(Debug, Clone)]
pub struct Statement {
    /// What is stored as a layer.
    pub blob: Blob,
    /// The annotations of the layer's descriptor.
    pub annotations: Annotations,
}

/// The annotation in which cosign's signature stands, in base64.
pub const SIGNATURE_ANNOTATION: &str = "dev.cosignproject.cosign/signature";

impl Form {
    /// Every form.
    pub const ALL: [Self; 5] = [
        Self::Cosign,
        Self::Notary,
        Self::Attestation,
        Self::Spdx,
        Self::CycloneDx,
    ];

    /// The media type of the layer.
    pub fn layer_type(self) -> &'static str {
        match self {
            Self::Cosign => "application/vnd.dev.cosign.simplesigning.v1+json",
            Self::Notary => "application/jose+json",
            Self::Attestation => "application/vnd.dsse.envelope.v1+json",
            Self::Spdx => "application/spdx+json",
            Self::CycloneDx => "application/vnd.cyclonedx+json",
        }
    }

    /// The artifact type by which a list of referrers tells it from others.
    pub fn artifact_type(self) -> &'static str {
        match self {
            Self::Cosign => "application/vnd.dev.cosign.artifact.sig.v1+json",
            Self::Notary => "application/vnd.cncf.notary.signature",
            _ => self.layer_type(),
        }
    }

    /// The tag under which cosign keeps what is attached to `image`: the digest with a dash for the
    /// colon, and what it is.
    pub fn tag(self, image: &ManifestDoc) -> String {
        let kind = match self {
            Self::Cosign | Self::Notary => "sig",
            Self::Attestation => "att",
            Self::Spdx | Self::CycloneDx => "sbom",
        };
        format!("{}.{kind}", image.digest.to_string().replace(':', "-"))
    }

    /// A statement of this form about `image`, like no other, and signed with `key` if the form knows
    /// signatures.
    pub fn state(self, stream: &mut Stream, key: &Key, image: &ManifestDoc) -> Statement {
        let (text, annotations) = match self {
            Self::Cosign => documents::simple_signing(stream, key, image),
            Self::Notary => documents::envelope(stream, key, image),
            Self::Attestation => documents::attestation(stream, key, image),
            Self::Spdx => documents::spdx(stream, image),
            Self::CycloneDx => documents::cyclone_dx(stream, image),
        };
        Statement {
            blob: Blob::from_bytes(text, Algorithm::Sha256, self.layer_type()),
            annotations,
        }
    }

    /// The manifest that holds these statements, with its parts; a referrer of `subject` if there is
    /// one.
    pub fn hold(self, statements: &[Statement], subject: Option<&ManifestDoc>) -> Image {
        let layers: Vec<_> = statements
            .iter()
            .map(|statement| Layer::opaque(statement.blob.clone()))
            .collect();
        let parts = ImageParts {
            artifact_type: self.own_artifact_type(subject.is_some()),
            subject: subject.map(ManifestDoc::descriptor),
            annotations: self.own_annotations(),
            ..ImageParts::of(self.config(&layers), layers)
        };
        let image = parts.assemble(Algorithm::Sha256);
        let mut document = image.manifest.json();
        for (at, statement) in statements.iter().enumerate() {
            if !statement.annotations.is_empty() {
                document["layers"][at]["annotations"] = json!(statement.annotations);
            }
        }
        Image {
            manifest: ManifestDoc::from_json(&document, Algorithm::Sha256),
            ..image
        }
    }

    /// Whether what came back as a layer is a statement of this form about `image`: what its
    /// descriptor says, its bytes, and, if `key` is given, the signature.
    pub fn verify(
        self,
        key: &super::PublicKey,
        image: &ManifestDoc,
        descriptor: &DescriptorDoc,
        content: &[u8],
    ) -> Result<(), Flaw> {
        verify::verify(self, key, image, descriptor, content)
    }

    /// The Notary Project has none: the type of its configuration stands in. One that has an empty
    /// configuration needs it, also where it refers to nothing.
    fn own_artifact_type(self, is_referrer: bool) -> Option<String> {
        let has_one = match self {
            Self::Notary => false,
            Self::Cosign | Self::Attestation => is_referrer,
            Self::Spdx | Self::CycloneDx => true,
        };
        has_one.then(|| self.artifact_type().to_owned())
    }

    fn own_annotations(self) -> Annotations {
        let thumbprint = ("io.cncf.notary.x509chain.thumbprint#S256", "[]");
        let own = (self == Self::Notary).then_some(thumbprint);
        own.into_iter()
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .collect()
    }

    fn config(self, layers: &[Layer]) -> Blob {
        match self {
            Self::Cosign | Self::Attestation => image_config(layers),
            Self::Notary => {
                Blob::empty_json(Algorithm::Sha256).with_media_type(self.artifact_type())
            }
            Self::Spdx | Self::CycloneDx => Blob::empty_json(Algorithm::Sha256),
        }
    }
}

/// The configuration that cosign writes: that of an image of nothing.
fn image_config(layers: &[Layer]) -> Blob {
    let diff_ids = layers.iter().map(|layer| layer.diff_id.to_string());
    let config = json!({
        "architecture": "",
        "created": "0001-01-01T00:00:00Z",
        "history": vec![json!({"created": "0001-01-01T00:00:00Z"}); layers.len()],
        "os": "",
        "rootfs": {"type": "layers", "diff_ids": diff_ids.collect::<Vec<_>>()},
        "config": {},
    });
    Blob::from_bytes(
        config.to_string(),
        Algorithm::Sha256,
        media_type::IMAGE_CONFIG,
    )
}

#[cfg(test)]
mod tests;
