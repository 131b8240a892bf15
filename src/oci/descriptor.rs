//! Descriptors: what one manifest says of another piece of content.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::Deserializer;
use serde::Serialize;
use serde::de::IgnoredAny;
use serde::de::MapAccess;
use serde::de::Visitor;

use super::BadDigest;
use super::Digest;

/// Annotations, by key.
pub type Annotations = BTreeMap<String, String>;

/// A descriptor (image specification, descriptor.md), read leniently: properties that are not
/// here are passed over, `null` is the same as absent, and of a repeated property the last counts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Descriptor {
    /// The content's media type; empty if it is not said.
    pub media_type: String,
    /// The content's digest as it is written, which may be of an algorithm that we do not compute.
    pub digest: String,
    /// The content's length in bytes.
    pub size: u64,
    /// Where else the content can be had.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub urls: Vec<String>,
    /// What kind of artifact the content is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub artifact_type: Option<String>,
    /// Free-form notes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub annotations: Option<Annotations>,
    /// The content itself, in base64.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<String>,
}

impl Descriptor {
    /// It in JSON.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("texts and numbers can be written in JSON")
    }

    /// The digest, if it is one that we compute.
    pub fn digest(&self) -> Result<Digest, BadDigest> {
        self.digest.parse()
    }
}

impl<'de> Deserialize<'de> for Descriptor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(DescriptorVisitor)
    }
}

/// Reads a descriptor by hand: a derived reader refuses repeated properties.
struct DescriptorVisitor;

impl<'de> Visitor<'de> for DescriptorVisitor {
    type Value = Descriptor;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a descriptor")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Descriptor, A::Error> {
        let mut read = Descriptor::default();
        let (mut digest, mut size) = (None, None);
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "mediaType" => read.media_type = map.next_value::<Option<_>>()?.unwrap_or_default(),
                "digest" => digest = map.next_value()?,
                "size" => size = map.next_value()?,
                "urls" => read.urls = map.next_value::<Option<_>>()?.unwrap_or_default(),
                "artifactType" => read.artifact_type = map.next_value()?,
                "annotations" => read.annotations = map.next_value()?,
                "data" => read.data = map.next_value()?,
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        read.digest = digest.ok_or_else(|| serde::de::Error::missing_field("digest"))?;
        read.size = size.ok_or_else(|| serde::de::Error::missing_field("size"))?;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_descriptor_is_written_without_what_it_does_not_say() {
        let descriptor = Descriptor {
            media_type: "a/b".to_owned(),
            digest: "sha256:00".to_owned(),
            size: 3,
            ..Descriptor::default()
        };
        assert_eq!(
            serde_json::to_string(&descriptor).unwrap(),
            r#"{"mediaType":"a/b","digest":"sha256:00","size":3}"#
        );
    }

    #[test]
    fn a_descriptor_reads_back_as_it_is_written() {
        let descriptor = Descriptor {
            media_type: "a/b".to_owned(),
            digest: "multihash+base58:QmR".to_owned(),
            size: u64::MAX,
            urls: vec!["https://example.com/x".to_owned()],
            artifact_type: Some("c/d".to_owned()),
            annotations: Some([("k".to_owned(), String::new())].into()),
            data: Some("e30=".to_owned()),
        };
        let text = serde_json::to_string(&descriptor).unwrap();
        assert_eq!(
            serde_json::from_str::<Descriptor>(&text).unwrap(),
            descriptor
        );
    }

    #[test]
    fn reading_passes_over_strangers_nulls_and_repetitions() {
        let text =
            r#"{"digest":"a","digest":"b","size":1,"x":[1e999],"urls":null,"annotations":null}"#;
        let descriptor: Descriptor = serde_json::from_str(text).unwrap();
        assert_eq!((descriptor.digest.as_str(), descriptor.size), ("b", 1));
        assert_eq!(descriptor.annotations, None);
    }

    #[test]
    fn a_descriptor_without_digest_or_with_a_senseless_size_is_none() {
        for text in [
            r#"{"size":1}"#,
            r#"{"digest":"a"}"#,
            r#"{"digest":"a","size":-1}"#,
            r#"{"digest":"a","size":"1"}"#,
            "[]",
        ] {
            assert!(serde_json::from_str::<Descriptor>(text).is_err(), "{text}");
        }
    }
}
