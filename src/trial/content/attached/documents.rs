//! The documents themselves, as text with the annotations of its layer.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use serde_json::json;

use super::Annotations;
use super::Key;
use super::ManifestDoc;
use super::SIGNATURE_ANNOTATION;
use super::Stream;
use super::verify::DSSE_PAYLOAD_TYPE;
use super::verify::pre_authentication;

type Document = (String, Annotations);

/// What the payload is called in its `critical.type`.
pub(super) const SIMPLE_SIGNING: &str = "cosign container image signature";

/// cosign's payload. The key stands in an optional claim, which verifiers pass over, so that whoever
/// looks at what a run left behind can verify it.
pub(super) fn simple_signing(stream: &mut Stream, key: &Key, image: &ManifestDoc) -> Document {
    let payload = json!({
        "critical": {
            "identity": {"docker-reference": "example.org/plimsoll"},
            "image": {"docker-manifest-digest": image.digest.to_string()},
            "type": SIMPLE_SIGNING,
        },
        "optional": {"creator": stream.word(12), "key": key.public().pem()},
    })
    .to_string();
    let signature = STANDARD.encode(key.sign(payload.as_bytes()));
    let annotation = (SIGNATURE_ANNOTATION.to_owned(), signature);
    (payload, [annotation].into())
}

/// The Notary Project's envelope, without a chain of certificates: no registry looks for one.
pub(super) fn envelope(stream: &mut Stream, key: &Key, image: &ManifestDoc) -> Document {
    let mut target = image.descriptor();
    target["annotations"] = json!({"org.example.plimsoll.id": stream.word(12)});
    let payload = URL_SAFE_NO_PAD.encode(json!({"targetArtifact": target}).to_string());
    let protected = json!({
        "alg": "ES256",
        "crit": ["io.cncf.notary.signingScheme"],
        "cty": "application/vnd.cncf.notary.payload.v1+json",
        "io.cncf.notary.signingScheme": "notary.x509",
        "io.cncf.notary.signingTime": "2024-01-01T00:00:00Z",
    });
    let protected = URL_SAFE_NO_PAD.encode(protected.to_string());
    let signature = key.sign_plainly(format!("{protected}.{payload}").as_bytes());
    let envelope = json!({
        "payload": payload,
        "protected": protected,
        "header": {"io.cncf.notary.signingAgent": "plimsoll", "x5c": []},
        "signature": URL_SAFE_NO_PAD.encode(signature),
    });
    (envelope.to_string(), Annotations::new())
}

/// A statement of in-toto about the image, in a DSSE envelope.
pub(super) fn attestation(stream: &mut Stream, key: &Key, image: &ManifestDoc) -> Document {
    let predicate_type = "https://slsa.dev/provenance/v1";
    let statement = json!({
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": "example.org/plimsoll", "digest": digest_set(image)}],
        "predicateType": predicate_type,
        "predicate": {"buildDefinition": {"buildType": "https://example.org/plimsoll", "externalParameters": {"id": stream.word(12)}}},
    })
    .to_string();
    let signed = pre_authentication(DSSE_PAYLOAD_TYPE, statement.as_bytes());
    let envelope = json!({
        "payloadType": DSSE_PAYLOAD_TYPE,
        "payload": STANDARD.encode(statement),
        "signatures": [{"keyid": "", "sig": STANDARD.encode(key.sign(&signed))}],
    });
    let annotation = ("predicateType".to_owned(), predicate_type.to_owned());
    (envelope.to_string(), [annotation].into())
}

/// A list of parts in SPDX: the image is the first package.
pub(super) fn spdx(stream: &mut Stream, image: &ManifestDoc) -> Document {
    let name = stream.word(12);
    let document = json!({
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": name,
        "documentNamespace": format!("https://example.org/spdx/{name}"),
        "creationInfo": {"created": "2024-01-01T00:00:00Z", "creators": ["Tool: plimsoll"]},
        "packages": [
            {
                "SPDXID": "SPDXRef-image",
                "name": "example.org/plimsoll",
                "downloadLocation": "NOASSERTION",
                "checksums": [{"algorithm": "SHA256", "checksumValue": image.digest.hex()}],
            },
            {"SPDXID": "SPDXRef-part", "name": stream.word(8), "downloadLocation": "NOASSERTION"},
        ],
    });
    (document.to_string(), Annotations::new())
}

/// A list of parts in `CycloneDX`: the image is the component that the document is about.
pub(super) fn cyclone_dx(stream: &mut Stream, image: &ManifestDoc) -> Document {
    let document = json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": {
            "type": "container",
            "name": "example.org/plimsoll",
            "hashes": [{"alg": "SHA-256", "content": image.digest.hex()}],
        }},
        "components": [{"type": "library", "name": stream.word(8), "version": "1.0.0"}],
    });
    (document.to_string(), Annotations::new())
}

/// A digest as in-toto has it.
fn digest_set(image: &ManifestDoc) -> Value {
    json!({ image.digest.algorithm().to_string(): image.digest.hex() })
}
