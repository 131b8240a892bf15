//! Odd but valid: manifests that say the same as a sound one in bytes that few would write.
//!
//! A registry keeps each of them byte for byte, or refuses it; it never writes it anew.

use bytes::Bytes;
use serde::Serialize as _;
use serde_json::Value;
use serde_json::json;
use serde_json::ser::PrettyFormatter;

use super::ManifestDoc;

/// A way to write a manifest.
#[derive(Debug)]
pub struct Oddity {
    /// A stable word for it, in kebab-case.
    pub name: &'static str,
    /// What is odd about it, as part of a sentence.
    pub title: &'static str,
    /// Writes the manifest that way; what it names stays the same.
    ///
    /// # Panics
    ///
    /// If the manifest is not a JSON object.
    pub make: fn(&ManifestDoc) -> Bytes,
}

/// Every way.
pub const ODDITIES: &[Oddity] = &[
    Oddity {
        name: "white-space",
        title: "indented with tabs, its lines ended with CR LF",
        make: indented,
    },
    Oddity {
        name: "leading-space",
        title: "white space in front of the object",
        make: |doc| with_text(doc, |text| format!(" \t\r\n{text}")),
    },
    Oddity {
        name: "trailing-newline",
        title: "a line feed behind the object",
        make: |doc| with_text(doc, |text| format!("{text}\n")),
    },
    Oddity {
        name: "key-order",
        title: "the members of every object in reverse order",
        make: |doc| reversed(&doc.json()).into(),
    },
    Oddity {
        name: "escapes",
        title: "letters of a key written as \\u escapes",
        make: |doc| {
            with_text(doc, |text| {
                text.replacen("\"schemaVersion\"", "\"schema\\u0056ersion\"", 1)
            })
        },
    },
    Oddity {
        name: "escaped-slashes",
        title: "every slash written as \\/",
        make: |doc| with_text(doc, |text| text.replace('/', "\\/")),
    },
    Oddity {
        name: "unicode",
        title: "letters of many scripts, and those that HTML escapes",
        make: |doc| with_member(doc, r#""org.example.unicode":"Grüße, 世界 🚢 <&>""#),
    },
    Oddity {
        name: "unknown-field",
        title: "a member that no specification knows",
        make: |doc| with_member(doc, r#""org.example.unknown":{"a":[1,null,true]}"#),
    },
    Oddity {
        name: "big-number",
        title: "numbers beyond 64 bits in an unknown member",
        make: |doc| {
            with_member(
                doc,
                r#""org.example.big":[18446744073709551616,-123456789012345678901234567890.50e10]"#,
            )
        },
    },
    Oddity {
        name: "duplicate-key",
        title: "an unknown member that stands there twice",
        make: |doc| with_member(doc, r#""org.example.twice":1,"org.example.twice":2"#),
    },
    Oddity {
        name: "repeated-field",
        title: "`schemaVersion` twice, with the same value",
        make: |doc| with_member(doc, r#""schemaVersion":2"#),
    },
];

/// The manifest, written without white space, with one more annotation that makes it exactly `len`
/// bytes long.
///
/// # Panics
///
/// If it is longer than that with an empty one, or is not a JSON object.
pub fn padded(doc: &ManifestDoc, len: usize) -> Bytes {
    const KEY: &str = "org.example.plimsoll.padding";
    let mut value = doc.json();
    if !value["annotations"].is_object() {
        value["annotations"] = json!({});
    }
    value["annotations"][KEY] = "".into();
    let missing = len
        .checked_sub(value.to_string().len())
        .expect("manifests are padded to more than they have");
    value["annotations"][KEY] = "x".repeat(missing).into();
    value.to_string().into()
}

fn indented(doc: &ManifestDoc) -> Bytes {
    let mut text = Vec::new();
    let formatter = PrettyFormatter::with_indent(b"\t");
    let mut serializer = serde_json::Serializer::with_formatter(&mut text, formatter);
    doc.json()
        .serialize(&mut serializer)
        .expect("writing JSON to memory does not fail");
    let text = String::from_utf8(text).expect("JSON is UTF-8");
    // Inside strings, line feeds are escaped.
    text.replace('\n', "\r\n").into()
}

/// The value without white space, the members of its objects from the last to the first.
fn reversed(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let members = members.iter().rev();
            let members = members.map(|(key, value)| format!("{}:{}", json!(key), reversed(value)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(","))
        }
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(reversed).collect();
            format!("[{}]", items.join(","))
        }
        scalar => scalar.to_string(),
    }
}

/// The manifest with its text changed.
fn with_text(doc: &ManifestDoc, change: impl Fn(&str) -> String) -> Bytes {
    change(std::str::from_utf8(&doc.bytes).expect("generated manifests are UTF-8")).into()
}

/// The manifest with one more member at its end.
fn with_member(doc: &ManifestDoc, member: &str) -> Bytes {
    with_text(doc, |text| {
        let members = text.trim_end().strip_suffix('}');
        let members = members.expect("generated manifests are JSON objects");
        format!("{members},{member}}}")
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::super::Artifact;
    use super::super::Image;
    use super::super::Seed;
    use super::*;
    use crate::oci::Algorithm;

    fn plain() -> ManifestDoc {
        Image::build(&mut Seed(1).stream("x"), Algorithm::Sha256).manifest
    }

    fn annotated() -> ManifestDoc {
        let stream = &mut Seed(1).stream("y");
        Artifact::referring_to(stream, Algorithm::Sha256, &plain()).manifest
    }

    #[test]
    fn every_oddity_is_other_json_that_says_the_same() {
        for doc in [plain(), annotated()] {
            for oddity in ODDITIES {
                let odd = (oddity.make)(&doc);
                assert_ne!(odd, doc.bytes, "{}", oddity.name);
                let value: Value = serde_json::from_slice(&odd).expect(oddity.name);
                for (key, member) in doc.json().as_object().unwrap() {
                    assert_eq!(&value[key], member, "{}", oddity.name);
                }
            }
        }
    }

    #[test]
    fn a_registry_that_writes_an_oddity_anew_changes_it() {
        for oddity in ODDITIES {
            let odd = (oddity.make)(&plain());
            let value: Value = serde_json::from_slice(&odd).expect(oddity.name);
            assert_ne!(value.to_string().as_bytes(), odd, "{}", oddity.name);
        }
    }

    #[test]
    fn no_two_oddities_share_a_name_or_bytes() {
        let names: HashSet<_> = ODDITIES.iter().map(|oddity| oddity.name).collect();
        let texts: HashSet<_> = ODDITIES.iter().map(|o| (o.make)(&plain())).collect();
        assert_eq!(names.len(), ODDITIES.len());
        assert_eq!(texts.len(), ODDITIES.len());
    }

    #[test]
    fn padding_hits_the_size_and_keeps_what_was_there() {
        for doc in [plain(), annotated()] {
            for len in [4_000_000, 4 * 1024 * 1024] {
                let padded = ManifestDoc::from_bytes(padded(&doc, len), "", Algorithm::Sha256);
                assert_eq!(padded.bytes.len(), len);
                let (before, after) = (doc.json(), padded.json());
                assert_eq!(before["layers"], after["layers"]);
                for (key, value) in before["annotations"].as_object().into_iter().flatten() {
                    assert_eq!(&after["annotations"][key], value);
                }
            }
        }
    }
}
