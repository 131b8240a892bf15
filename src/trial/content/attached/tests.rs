//! What is attached verifies, and nothing that differs from it does.

use serde_json::Value;

use super::super::PublicKey;
use super::super::Seed;
use super::*;

/// An image, what is attached to it, and the key.
struct Attached {
    form: Form,
    image: ManifestDoc,
    held: Image,
    key: PublicKey,
}

fn attached(form: Form) -> Attached {
    let stream = &mut Seed(1).stream("attached");
    let image = Image::build(stream, Algorithm::Sha256).manifest;
    let key = Key::new(stream);
    let statements = [(); 2].map(|()| form.state(stream, &key, &image));
    Attached {
        held: form.hold(&statements, Some(&image)),
        key: key.public(),
        form,
        image,
    }
}

impl Attached {
    fn layer(&self, at: usize) -> (Value, Vec<u8>) {
        let descriptor = self.held.manifest.json()["layers"][at].clone();
        (descriptor, self.held.layers[at].blob.bytes.to_vec())
    }

    fn verify(&self, descriptor: &Value, content: &[u8]) -> Result<(), Flaw> {
        self.form
            .verify(&self.key, &self.image, descriptor, content)
    }

    /// As if a registry had stored the other bytes under their own digest.
    fn verify_renamed(&self, descriptor: &Value, content: &[u8]) -> Result<(), Flaw> {
        let mut descriptor = descriptor.clone();
        let digest = Algorithm::Sha256.digest(content);
        descriptor["digest"] = digest.to_string().into();
        descriptor["size"] = content.len().into();
        self.verify(&descriptor, content)
    }
}

#[test]
fn every_layer_of_every_form_verifies() {
    for form in Form::ALL {
        let attached = attached(form);
        for at in [0, 1] {
            let (descriptor, content) = attached.layer(at);
            assert_eq!(attached.verify(&descriptor, &content), Ok(()), "{form:?}");
        }
        assert_ne!(attached.layer(0).1, attached.layer(1).1, "{form:?}");
    }
}

#[test]
fn no_byte_can_be_changed() {
    for form in Form::ALL {
        let attached = attached(form);
        let (descriptor, content) = attached.layer(0);
        for at in 0..content.len() {
            let mut changed = content.clone();
            changed[at] ^= 1;
            let outcome = attached.verify(&descriptor, &changed);
            assert_eq!(outcome, Err(Flaw::Content), "{form:?}, byte {at}");
        }
        let spaced = [&content[..], b"\n"].concat();
        assert!(attached.verify(&descriptor, &spaced).is_err(), "{form:?}");
    }
}

#[test]
fn what_is_signed_cannot_be_changed_under_a_digest_of_its_own_either() {
    let attached = attached(Form::Cosign);
    let (descriptor, content) = attached.layer(0);
    for at in 0..content.len() {
        let mut changed = content.clone();
        changed[at] ^= 1;
        assert!(attached.verify_renamed(&descriptor, &changed).is_err());
    }
    for (form, member) in [
        (Form::Notary, "payload"),
        (Form::Notary, "protected"),
        (Form::Notary, "signature"),
        (Form::Attestation, "payload"),
        (Form::Attestation, "payloadType"),
    ] {
        let attached = self::attached(form);
        let (descriptor, content) = attached.layer(0);
        let mut document: Value = serde_json::from_slice(&content).unwrap();
        let text = document[member].as_str().unwrap();
        let (first, rest) = text.split_at(1);
        let other = if first == "e" { "f" } else { "e" };
        document[member] = format!("{other}{rest}").into();
        let outcome = attached.verify_renamed(&descriptor, document.to_string().as_bytes());
        assert!(outcome.is_err(), "{form:?}: {member}");
    }
}

#[test]
fn an_annotation_a_media_type_and_a_size_cannot_be_changed() {
    let attached = attached(Form::Cosign);
    let (descriptor, content) = attached.layer(0);
    let with = |change: fn(&mut Value)| {
        let mut changed = descriptor.clone();
        change(&mut changed);
        attached.verify(&changed, &content)
    };
    let member = SIGNATURE_ANNOTATION;
    assert_eq!(
        with(|it| it["annotations"] = Value::Null),
        Err(Flaw::Unsigned)
    );
    assert_eq!(
        with(|it| it["annotations"][SIGNATURE_ANNOTATION] = "MEUC".into()),
        Err(Flaw::Signature)
    );
    let octets = Flaw::Type("application/octet-stream".into());
    assert_eq!(
        with(|it| it["mediaType"] = "application/octet-stream".into()),
        Err(octets)
    );
    assert_eq!(with(|it| it["size"] = 1.into()), Err(Flaw::Content));
    assert!(descriptor["annotations"][member].is_string());
}

#[test]
fn another_image_and_another_key_are_noticed() {
    let other = Image::build(&mut Seed(2).stream("other"), Algorithm::Sha256).manifest;
    let stranger = Key::new(&mut Seed(2).stream("stranger")).public();
    for form in Form::ALL {
        let attached = attached(form);
        let (descriptor, content) = attached.layer(0);
        let outcome = form.verify(&attached.key, &other, &descriptor, &content);
        assert_eq!(outcome, Err(Flaw::Image), "{form:?}");
        let outcome = form.verify(&stranger, &attached.image, &descriptor, &content);
        let is_signed = !matches!(form, Form::Spdx | Form::CycloneDx);
        assert_eq!(outcome == Err(Flaw::Signature), is_signed, "{form:?}");
    }
}

#[test]
fn any_bytes_are_judged_without_panic() {
    for form in Form::ALL {
        let attached = attached(form);
        let (descriptor, _) = attached.layer(0);
        for content in [&b""[..], b"{}", b"[]", b"null", b"{\"payload\":1}", b"\xff"] {
            assert!(attached.verify_renamed(&descriptor, content).is_err());
            assert!(attached.verify(&Value::Null, content).is_err());
        }
    }
}

#[test]
fn a_referrer_is_listed_by_its_type_and_a_tag_says_what_it_is() {
    for form in Form::ALL {
        let attached = attached(form);
        let listed = attached.held.manifest.referrer_descriptor();
        assert_eq!(listed["artifactType"], form.artifact_type(), "{form:?}");
        let tag = form.tag(&attached.image);
        assert!(tag.starts_with("sha256-") && tag.len() <= 128, "{tag}");
        assert!(tag.parse::<crate::oci::Tag>().is_ok(), "{tag}");
    }
}

/// What another tool made, byte for byte as a registry served it.
#[test]
fn what_cosign_made_verifies_with_its_key_and_only_unchanged() {
    let fixture: Value = serde_json::from_str(COSIGN).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let key = PublicKey::from_pem(&text(&fixture["key"])).unwrap();
    let mut image = ManifestDoc::from_json(&json!({}), Algorithm::Sha256);
    image.digest = text(&fixture["image"]).parse().unwrap();
    for (form, name) in [
        (Form::Cosign, "signature"),
        (Form::Attestation, "attestation"),
    ] {
        let layer = &fixture[name];
        let (descriptor, content) = (&layer["descriptor"], text(&layer["content"]));
        let outcome = form.verify(&key, &image, descriptor, content.as_bytes());
        assert_eq!(outcome, Ok(()), "{name}");
        let spaced = format!("{content} ");
        let outcome = form.verify(&key, &image, descriptor, spaced.as_bytes());
        assert_eq!(outcome, Err(Flaw::Content), "{name}");
        let stranger = Key::new(&mut Seed(1).stream("stranger")).public();
        let outcome = form.verify(&stranger, &image, descriptor, content.as_bytes());
        assert_eq!(outcome, Err(Flaw::Signature), "{name}");
    }
}

const COSIGN: &str = include_str!("../../../../fixtures/signatures/cosign-3.1.3.json");
