//! What is attached to images, lost or altered on the way (SIGN).

use serde_json::Value;

use super::Defect;
use super::Source;
use crate::catalogue::referrers_upgrade::NEW_REFERRER_LISTED;
use crate::catalogue::signatures::ATTESTATION_KEPT;
use crate::catalogue::signatures::BILL_OF_MATERIALS_KEPT;
use crate::catalogue::signatures::COPIED_ATTACHMENT_KEPT;
use crate::catalogue::signatures::FURTHER_SIGNATURE_KEPT;
use crate::catalogue::signatures::NOTARY_SIGNATURE_KEPT;
use crate::catalogue::signatures::ORPHANED_SIGNATURE_ANSWERED;
use crate::catalogue::signatures::SIGNATURE_KEPT;
use crate::catalogue::signatures::SIGNATURE_UNDER_TAG_FOUND;
use crate::catalogue::signatures::SIGNED_IMAGE_KEPT;
use crate::oci::ErrorCode;
use crate::oci::media_type;
use crate::registry::answer::Answer;
use crate::registry::seams::Operation::DeleteManifest;
use crate::registry::seams::Operation::GetBlob;
use crate::registry::seams::Operation::GetManifest;
use crate::registry::seams::Operation::PutManifest;
use crate::registry::seams::Operation::Referrers;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

/// A word of the type of cosign's payload.
const COSIGN: &str = "simplesigning";

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "layer-annotations-dropped",
        title: "a manifest comes back without the annotations of its layers",
        breaches: &[&SIGNATURE_KEPT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            pulled(visit, |manifest| {
                for layer in layers(manifest) {
                    if let Some(layer) = layer.as_object_mut() {
                        layer.remove("annotations");
                    }
                }
            })
        }),
    },
    Defect {
        name: "layer-annotations-folded",
        title: "the keys of the annotations of layers come back in lower case, their values as well",
        breaches: &[&SIGNATURE_KEPT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            pulled(visit, |manifest| {
                for layer in layers(manifest) {
                    let annotations = layer["annotations"].to_string().to_lowercase();
                    if layer["annotations"].is_object() {
                        layer["annotations"] = json(&annotations);
                    }
                }
            })
        }),
    },
    Defect {
        name: "payload-type-forgotten",
        title: "layers of cosign's type come back as application/octet-stream",
        breaches: &[&SIGNATURE_KEPT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            pulled(visit, |manifest| {
                for layer in layers(manifest) {
                    if is_of(layer, COSIGN) {
                        layer["mediaType"] = "application/octet-stream".into();
                    }
                }
            })
        }),
    },
    Defect {
        name: "payload-indented",
        title: "a blob that is cosign's payload comes back with white space in its JSON",
        breaches: &[&SIGNATURE_KEPT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| indented(visit, "cosign container image signature")),
    },
    Defect {
        name: "payload-collected",
        title: "a blob that is cosign's payload is taken for one that nothing refers to, and is gone",
        breaches: &[&SIGNATURE_KEPT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let is_payload = holds(&answer, "cosign container image signature");
            let is_pull = visit.is(&[GetBlob]) && is_payload;
            answer.when(is_pull, |_| Answer::error(404, ErrorCode::BlobUnknown))
        }),
    },
    Defect {
        name: "signature-tags-unknown",
        title: "a tag that ends with .sig is answered 404",
        breaches: &[&SIGNATURE_KEPT, &SIGNATURE_UNDER_TAG_FOUND],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            if visit.is(&[GetManifest]) && is_signature_tag(visit) {
                return Answer::error(404, ErrorCode::ManifestUnknown);
            }
            visit.pass()
        }),
    },
    Defect {
        name: "signature-of-another",
        title: "a tag that ends with .sig and is not there leads to the signature that was pushed last in its repository",
        breaches: &[&SIGNATURE_UNDER_TAG_FOUND],
        source: Source::Ours,
        seam: Seam::Layer(newest_signature),
    },
    Defect {
        name: "tag-suffix-ignored",
        title: "sha256-….att and sha256-….sbom lead to what is under sha256-….sig",
        breaches: &[&ATTESTATION_KEPT, &BILL_OF_MATERIALS_KEPT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let tag = visit.last().rsplit_once('.');
            if let (true, Some((image, "att" | "sbom"))) = (visit.is(&[GetManifest]), tag) {
                let signature = format!("{image}.sig");
                if visit.holds_manifest(&signature) {
                    return visit.pass_route(&visit.manifest_route(&signature));
                }
            }
            visit.pass()
        }),
    },
    Defect {
        name: "last-signature-alone",
        title: "of several signatures in one manifest the last one alone comes back",
        breaches: &[&FURTHER_SIGNATURE_KEPT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            pulled(visit, |manifest| {
                let layers = manifest.get_mut("layers").and_then(Value::as_array_mut);
                if let Some(layers) = layers.filter(|it| it.iter().all(|it| is_of(it, COSIGN))) {
                    layers.drain(..layers.len().saturating_sub(1));
                }
            })
        }),
    },
    Defect {
        name: "signature-tag-not-overwritable",
        title: "a PUT under a tag that ends with .sig and is there already answers 201 and leaves it",
        breaches: &[&FURTHER_SIGNATURE_KEPT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let is_again = is_signature_tag(visit) && visit.holds_manifest(visit.last());
            if visit.is(&[PutManifest]) && is_again {
                return visit.pass_by_digest();
            }
            visit.pass()
        }),
    },
    Defect {
        name: "subject-manifests-written-anew",
        title: "a manifest with a subject comes back with white space in its JSON",
        breaches: &[
            &SIGNATURE_KEPT,
            &NOTARY_SIGNATURE_KEPT,
            &ATTESTATION_KEPT,
            &BILL_OF_MATERIALS_KEPT,
        ],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let manifest: Value = json(&String::from_utf8_lossy(&answer.body));
            if visit.is(&[GetManifest]) && answer.is(200) && manifest["subject"].is_object() {
                return answer.bytes(format!("{manifest:#}"));
            }
            answer
        }),
    },
    Defect {
        name: "config-type-replaced",
        title: "the configuration of a signature in the Notary Project's form comes back as that of an image",
        breaches: &[&NOTARY_SIGNATURE_KEPT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            pulled(visit, |manifest| {
                let config = manifest.get_mut("config");
                if let Some(config) = config.filter(|it| is_of(it, "notary")) {
                    config["mediaType"] = media_type::IMAGE_CONFIG.into();
                }
            })
        }),
    },
    Defect {
        name: "envelope-indented",
        title: "a blob that is an envelope of DSSE comes back with white space in its JSON",
        breaches: &[&ATTESTATION_KEPT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| indented(visit, "application/vnd.in-toto+json")),
    },
    Defect {
        name: "bill-of-materials-indented",
        title: "a blob that is a bill of materials in SPDX comes back with white space in its JSON",
        breaches: &[&BILL_OF_MATERIALS_KEPT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| indented(visit, "spdxVersion")),
    },
    Defect {
        name: "copied-signature-elsewhere",
        title: "a manifest with a subject that another repository holds as well is not found here",
        breaches: &[&COPIED_ATTACHMENT_KEPT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let is_referrer = visit.is(&[GetManifest]) && holds(&answer, "\"subject\"");
            let reference = visit.last().parse();
            let is_elsewhere = is_referrer
                && reference.is_ok_and(|reference| {
                    let there = |name: &_| visit.store().manifest(name, &reference).is_some();
                    visit.elsewhere(there).is_some()
                });
            answer.when(is_elsewhere, |_| {
                Answer::error(404, ErrorCode::ManifestUnknown)
            })
        }),
    },
    Defect {
        name: "signed-image-deleted",
        title: "with a referrer its subject is deleted",
        breaches: &[&SIGNED_IMAGE_KEPT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let subject = visit.held(visit.last())["subject"]["digest"].clone();
            let answer = visit.pass();
            if let (true, Some(subject)) = (visit.is(&[DeleteManifest]), subject.as_str()) {
                visit.delete(subject);
            }
            answer
        }),
    },
    Defect {
        name: "signatures-unlisted-with-one",
        title: "with one referrer of a digest all of them leave its list",
        breaches: &[&NEW_REFERRER_LISTED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let subject = visit.held(visit.last())["subject"]["digest"].clone();
            if let (true, Some(subject)) = (visit.is(&[DeleteManifest]), subject.as_str()) {
                let key = format!("{} {subject}", visit.name());
                visit.memory.before(key);
            }
            let answer = visit.pass();
            let is_emptied = visit.is(&[Referrers]) && visit.memory.knows(&visit.key());
            answer.when(is_emptied, |list| {
                list.json(|list| list["manifests"] = Value::Array(Vec::new()))
            })
        }),
    },
    Defect {
        name: "orphaned-signature-breaks",
        title: "a manifest whose subject is not there any more is answered 500",
        breaches: &[&ORPHANED_SIGNATURE_ANSWERED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            if visit.is(&[DeleteManifest]) {
                visit.memory.before(visit.key());
            }
            let answer = visit.pass();
            let manifest: Value = json(&String::from_utf8_lossy(&answer.body));
            let subject = manifest["subject"]["digest"].as_str().unwrap_or_default();
            let is_orphan = visit.memory.knows(&format!("{} {subject}", visit.name()));
            answer.when(visit.is(&[GetManifest]) && is_orphan, |_| Answer::of(500))
        }),
    },
];

/// A manifest that is pulled, changed.
fn pulled(visit: &Visit<'_>, change: impl FnOnce(&mut Value)) -> Answer {
    let answer = visit.pass();
    if visit.is(&[GetManifest]) && answer.is(200) {
        // What is not changed keeps its bytes.
        let before: Value = json(&String::from_utf8_lossy(&answer.body));
        let mut after = before.clone();
        change(&mut after);
        return answer.when(before != after, |answer| answer.bytes(after.to_string()));
    }
    answer
}

/// A blob with this text in it, pulled with white space in its JSON.
fn indented(visit: &Visit<'_>, text: &str) -> Answer {
    let answer = visit.pass();
    if visit.is(&[GetBlob]) && holds(&answer, text) {
        let document: Value = json(&String::from_utf8_lossy(&answer.body));
        return answer.when(document.is_object(), |it| it.bytes(format!("{document:#}")));
    }
    answer
}

/// Whichever signature came last, for the tag of a signature that is not there.
fn newest_signature(visit: &Visit<'_>) -> Answer {
    let is_signature = is_signature_tag(visit);
    if visit.is(&[PutManifest]) && is_signature {
        visit.memory.keep(visit.name(), visit.last().to_owned());
    }
    let newest = visit.memory.recall(visit.name());
    let is_absent = is_signature && !visit.holds_manifest(visit.last());
    match newest.filter(|_| visit.is(&[GetManifest]) && is_absent) {
        Some(tag) => visit.pass_route(&visit.manifest_route(&String::from_utf8_lossy(&tag))),
        None => visit.pass(),
    }
}

/// Whether the request is for the tag of a signature.
fn is_signature_tag(visit: &Visit<'_>) -> bool {
    let parts = visit.last().rsplit_once('.');
    parts.is_some_and(|(_, kind)| kind == "sig")
}

fn layers(manifest: &mut Value) -> impl Iterator<Item = &mut Value> {
    let layers = manifest.get_mut("layers").and_then(Value::as_array_mut);
    layers.into_iter().flatten()
}

/// Whether a descriptor's media type has this word in it.
fn is_of(descriptor: &Value, word: &str) -> bool {
    let media_type = descriptor["mediaType"].as_str();
    media_type.is_some_and(|it| it.contains(word))
}

fn holds(answer: &Answer, text: &str) -> bool {
    String::from_utf8_lossy(&answer.body).contains(text)
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}
