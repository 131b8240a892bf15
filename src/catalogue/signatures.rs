//! SIGN: what is attached to images, and comes back as it was.
//!
//! That referrers are listed, filtered and kept apart is asked for elsewhere; these rows are about what
//! the tools that attach something count on besides.

use super::Area;
use super::Asked;
use super::Heading;
use super::Keyword;
use super::Requirement;

/// Signatures and other things attached to images.
pub static AREA: Area = Area {
    alias: "SIGN",
    title: "Signatures and other things attached to images",
    rows: &[
        &SIGNATURE_KEPT,
        &SIGNATURE_UNDER_TAG_FOUND,
        &FURTHER_SIGNATURE_KEPT,
        &NOTARY_SIGNATURE_KEPT,
        &ATTESTATION_KEPT,
        &BILL_OF_MATERIALS_KEPT,
        &COPIED_ATTACHMENT_KEPT,
        &SIGNED_IMAGE_KEPT,
        &ORPHANED_SIGNATURE_ANSWERED,
    ],
};

/// cosign's description of its signatures.
const COSIGN: &str = "https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md";

/// The same of attestations.
const COSIGN_ATTESTATIONS: &str =
    "https://github.com/sigstore/cosign/blob/main/specs/ATTESTATION_SPEC.md";

/// The same of lists of parts.
const COSIGN_SBOMS: &str = "https://github.com/sigstore/cosign/blob/main/specs/SBOM_SPEC.md";

/// The Notary Project's description of its signatures.
const NOTARY: &str =
    "https://github.com/notaryproject/specifications/blob/main/specs/signature-specification.md";

/// A signature in cosign's form.
pub static SIGNATURE_KEPT: Requirement = Requirement {
    id: "signature-kept",
    alias: "SIGN-01",
    asked: Asked::always(Keyword::Promised),
    heading: Heading::page(COSIGN, "oci-image-manifest-v1"),
    sentence: "A signature in cosign's form comes back as it was stored: the payload, its media type \
               and the annotation of the layer, so that it verifies with the signer's key.",
};

/// Where cosign looks.
pub static SIGNATURE_UNDER_TAG_FOUND: Requirement = Requirement {
    id: "signature-under-tag-found",
    alias: "SIGN-02",
    asked: Asked::always(Keyword::Promised),
    heading: Heading::page(COSIGN, "tag-based-discovery"),
    sentence: "Under the tag that is made of an image's digest (sha256-, the hex digits, then .sig, .att \
               or .sbom) is what was pushed there, and nothing that belongs to another image.",
};

/// More than one signature.
pub static FURTHER_SIGNATURE_KEPT: Requirement = Requirement {
    id: "further-signature-kept",
    alias: "SIGN-03",
    asked: Asked::always(Keyword::Promised),
    heading: Heading::page(COSIGN, "object-types"),
    sentence: "Where a manifest with more signatures takes the place of one under the same tag, all of \
               them are found there, in their order, and verify.",
};

/// A signature in the Notary Project's form.
pub static NOTARY_SIGNATURE_KEPT: Requirement = Requirement {
    id: "notary-signature-kept",
    alias: "SIGN-04",
    asked: Asked::always(Keyword::Promised),
    heading: Heading::page(NOTARY, "storage"),
    sentence: "A signature in the Notary Project's form comes back as it was stored: the type of its \
               configuration, its annotations and the envelope, so that it verifies.",
};

/// An attestation.
pub static ATTESTATION_KEPT: Requirement = Requirement {
    id: "attestation-kept",
    alias: "SIGN-05",
    asked: Asked::always(Keyword::Promised),
    heading: Heading::page(COSIGN_ATTESTATIONS, "overall-layout"),
    sentence: "An in-toto statement in a DSSE envelope comes back as it was stored, so that its signature \
               verifies and it names the image.",
};

/// A list of parts.
pub static BILL_OF_MATERIALS_KEPT: Requirement = Requirement {
    id: "bill-of-materials-kept",
    alias: "SIGN-06",
    asked: Asked::always(Keyword::Promised),
    heading: Heading::page(COSIGN_SBOMS, "overall-layout"),
    sentence: "A bill of materials in SPDX or CycloneDX comes back under its media type and byte for byte.",
};

/// A copy.
pub static COPIED_ATTACHMENT_KEPT: Requirement = Requirement {
    id: "copied-attachment-kept",
    alias: "SIGN-07",
    asked: Asked::always(Keyword::Declared),
    heading: Heading::image("descriptor.md", "digests"),
    sentence: "An image that is copied to another repository with what is attached to it has the same \
               there, under the same digests, and signatures still verify.",
};

/// The image, after its signature.
pub static SIGNED_IMAGE_KEPT: Requirement = Requirement {
    id: "signed-image-kept",
    alias: "SIGN-08",
    asked: Asked::always(Keyword::Declared),
    heading: Heading::distribution("deleting-manifests"),
    sentence: "Where a signature is deleted, the image stays, and so does what else is attached to it.",
};

/// The signature, after its image.
pub static ORPHANED_SIGNATURE_ANSWERED: Requirement = Requirement {
    id: "orphaned-signature-answered",
    alias: "SIGN-09",
    asked: Asked::always(Keyword::Declared),
    heading: Heading::distribution("deleting-manifests"),
    sentence: "Where an image is deleted, a signature of it is still found by its digest as it was, or is \
               gone with it and answers 404.",
};
