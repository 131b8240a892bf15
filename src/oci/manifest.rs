//! Manifests, as a registry reads them: what they are and what they refer to.
//!
//! The reader never writes: a manifest's bytes are what its digest is of, so they are kept as they
//! came and only looked into here.

use std::fmt;

use serde::Deserialize;
use serde::Deserializer;
use serde::de::IgnoredAny;
use serde::de::MapAccess;
use serde::de::Visitor;

use super::Annotations;
use super::Descriptor;
use super::media_type;

/// What a manifest is, told by its media type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// An OCI image manifest.
    Image,
    /// An OCI image index.
    Index,
    /// A Docker image manifest, version 2, schema 2.
    DockerManifest,
    /// A Docker manifest list.
    DockerList,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 4] = [
        Self::Image,
        Self::Index,
        Self::DockerManifest,
        Self::DockerList,
    ];

    /// Its media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Image => media_type::IMAGE_MANIFEST,
            Self::Index => media_type::IMAGE_INDEX,
            Self::DockerManifest => media_type::DOCKER_MANIFEST,
            Self::DockerList => media_type::DOCKER_MANIFEST_LIST,
        }
    }

    /// Whether it lists other manifests, rather than a configuration and layers.
    pub const fn is_list(self) -> bool {
        matches!(self, Self::Index | Self::DockerList)
    }

    fn of(media_type: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.media_type().eq_ignore_ascii_case(media_type))
    }
}

/// What a manifest says, as far as a registry needs to know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// What it is.
    pub kind: Kind,
    /// The media type under which it was pushed, without parameters.
    pub media_type: String,
    /// The configuration: there on whatever is no list.
    pub config: Option<Descriptor>,
    /// The layers of whatever is no list.
    pub layers: Vec<Descriptor>,
    /// The manifests of a list.
    pub manifests: Vec<Descriptor>,
    /// The manifest that this one refers to.
    pub subject: Option<Descriptor>,
    /// What kind of artifact it says it is.
    pub artifact_type: Option<String>,
    /// Free-form notes.
    pub annotations: Option<Annotations>,
}

/// Why some bytes are no manifest that a registry can take.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadManifest {
    /// The bytes are not a JSON object with the properties of a manifest.
    #[error("the body is no manifest in JSON: {0}")]
    Json(String),
    /// Neither `Content-Type` nor `mediaType` says what it is.
    #[error("neither Content-Type nor mediaType says what kind of manifest it is")]
    NoMediaType,
    /// It is of a kind that is not known.
    #[error("`{0}` is not the media type of a manifest")]
    UnknownMediaType(String),
    /// `Content-Type` and `mediaType` say different things.
    #[error("Content-Type says `{header}` and mediaType says `{property}`")]
    MediaTypesDiffer {
        /// The header, without parameters.
        header: String,
        /// The property.
        property: String,
    },
    /// `schemaVersion` is missing or not 2.
    #[error("schemaVersion is not 2")]
    SchemaVersion,
    /// An image manifest has no `config`.
    #[error("an image manifest has no config")]
    NoConfig,
}

impl Manifest {
    /// Reads `bytes`, which came with the header `Content-Type: content_type`, if any.
    ///
    /// Parameters of the content type are ignored. Without one, the property `mediaType` decides.
    /// Properties that mean nothing to a registry are passed over, whatever they hold.
    pub fn read(bytes: &[u8], content_type: Option<&str>) -> Result<Self, BadManifest> {
        let fields = Fields::read(bytes)?;
        let media_type = agreed_media_type(content_type, fields.media_type)?;
        let kind = Kind::of(&media_type)
            .ok_or_else(|| BadManifest::UnknownMediaType(media_type.clone()))?;
        if fields.schema_version != Some(2) {
            return Err(BadManifest::SchemaVersion);
        }
        if !kind.is_list() && fields.config.is_none() {
            return Err(BadManifest::NoConfig);
        }
        Ok(Self {
            kind,
            media_type,
            config: fields.config.filter(|_| !kind.is_list()),
            layers: if kind.is_list() {
                Vec::new()
            } else {
                fields.layers
            },
            manifests: if kind.is_list() {
                fields.manifests
            } else {
                Vec::new()
            },
            subject: fields.subject,
            artifact_type: fields.artifact_type,
            annotations: fields.annotations,
        })
    }

    /// What it is made of: its configuration, its layers, or the manifests that it lists.
    pub fn contents(&self) -> impl Iterator<Item = &Descriptor> {
        let config = self.config.iter();
        config.chain(&self.layers).chain(&self.manifests)
    }

    /// The artifact type under which it stands in a list of referrers: its own, else the media
    /// type of an image manifest's configuration, else none.
    pub fn referrer_type(&self) -> Option<&str> {
        let own = self.artifact_type.as_deref().filter(|own| !own.is_empty());
        let config = self.config.as_ref().map(|it| it.media_type.as_str());
        own.or_else(|| config.filter(|config| !config.is_empty()))
    }
}

fn agreed_media_type(
    header: Option<&str>,
    property: Option<String>,
) -> Result<String, BadManifest> {
    let header = header.map(without_parameters).filter(|it| !it.is_empty());
    match (header, property.filter(|it| !it.is_empty())) {
        (None, None) => Err(BadManifest::NoMediaType),
        (None, Some(property)) => Ok(property),
        (Some(header), Some(property)) if !header.eq_ignore_ascii_case(&property) => {
            Err(BadManifest::MediaTypesDiffer {
                header: header.to_owned(),
                property,
            })
        }
        (Some(header), _) => Ok(header.to_owned()),
    }
}

fn without_parameters(content_type: &str) -> &str {
    content_type.split(';').next().unwrap_or_default().trim()
}

/// The properties as they stand, before they are asked to make sense together.
#[derive(Default)]
struct Fields {
    schema_version: Option<u64>,
    media_type: Option<String>,
    config: Option<Descriptor>,
    layers: Vec<Descriptor>,
    manifests: Vec<Descriptor>,
    subject: Option<Descriptor>,
    artifact_type: Option<String>,
    annotations: Option<Annotations>,
}

impl Fields {
    fn read(bytes: &[u8]) -> Result<Self, BadManifest> {
        // The JSON reader does not look at the encoding of what it passes over.
        let text =
            std::str::from_utf8(bytes).map_err(|error| BadManifest::Json(error.to_string()))?;
        serde_json::from_str(text).map_err(|error| BadManifest::Json(error.to_string()))
    }
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FieldsVisitor)
    }
}

/// Reads the properties by hand: a derived reader refuses repeated ones.
struct FieldsVisitor;

impl<'de> Visitor<'de> for FieldsVisitor {
    type Value = Fields;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a manifest")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
        let mut read = Fields::default();
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "schemaVersion" => read.schema_version = map.next_value()?,
                "mediaType" => read.media_type = map.next_value()?,
                "config" => read.config = map.next_value()?,
                "layers" => read.layers = map.next_value::<Option<_>>()?.unwrap_or_default(),
                "manifests" => read.manifests = map.next_value::<Option<_>>()?.unwrap_or_default(),
                "subject" => read.subject = map.next_value()?,
                "artifactType" => read.artifact_type = map.next_value()?,
                "annotations" => read.annotations = map.next_value()?,
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const IMAGE: &str = r#"{"schemaVersion":2,"config":{"mediaType":"c/t","digest":"sha256:0","size":0},"layers":[]}"#;

    fn read(text: &str, content_type: &str) -> Result<Manifest, BadManifest> {
        Manifest::read(text.as_bytes(), Some(content_type))
    }

    #[test]
    fn the_media_type_loses_its_parameters_and_keeps_the_rest() {
        let manifest = read(
            IMAGE,
            "application/vnd.oci.image.manifest.v1+json; charset=utf-8",
        );
        let manifest = manifest.unwrap();
        assert_eq!(manifest.media_type, media_type::IMAGE_MANIFEST);
        assert_eq!(manifest.kind, Kind::Image);
    }

    #[test]
    fn the_media_type_comes_from_the_property_where_there_is_no_header() {
        let text = format!(
            r#"{{"schemaVersion":2,"mediaType":"{}","manifests":[]}}"#,
            media_type::IMAGE_INDEX
        );
        let manifest = Manifest::read(text.as_bytes(), None).unwrap();
        assert_eq!(manifest.kind, Kind::Index);
        assert_eq!(
            Manifest::read(IMAGE.as_bytes(), None),
            Err(BadManifest::NoMediaType)
        );
        assert!(matches!(
            read(&text, media_type::IMAGE_MANIFEST),
            Err(BadManifest::MediaTypesDiffer { .. })
        ));
    }

    #[test]
    fn strangers_repetitions_and_odd_numbers_are_passed_over() {
        let text = r#" {"schemaVersion":1,"schemaVersion":2,"manifests":null,"x":{"y":[1e999,"\ud800"]},
            "annotations":{"a":"1","a":"2"}} "#;
        let manifest = read(text, media_type::IMAGE_INDEX).unwrap();
        assert_eq!(manifest.annotations.unwrap()["a"], "2");
    }

    #[test]
    fn what_is_no_manifest_says_why() {
        for text in [
            "",
            "[]",
            "no",
            "\u{feff}{}",
            "{}x",
            r#"{"schemaVersion":"2"}"#,
        ] {
            let bad = read(text, media_type::IMAGE_INDEX);
            assert!(matches!(bad, Err(BadManifest::Json(_))), "{text}");
        }
        for text in ["{}", r#"{"schemaVersion":1}"#] {
            let bad = read(text, media_type::IMAGE_INDEX);
            assert_eq!(bad, Err(BadManifest::SchemaVersion), "{text}");
        }
        let no_config = r#"{"schemaVersion":2,"layers":[]}"#;
        let bad = read(no_config, media_type::DOCKER_MANIFEST);
        assert_eq!(bad, Err(BadManifest::NoConfig));
        let bad = read(IMAGE, "text/plain");
        assert_eq!(
            bad,
            Err(BadManifest::UnknownMediaType("text/plain".to_owned()))
        );
        let not_text = b"{\"x\":\"\xff\"}";
        assert!(Manifest::read(not_text, None).is_err());
    }

    #[test]
    fn the_referrer_type_is_the_manifests_own_else_the_configurations_else_none() {
        let own = IMAGE.replacen('{', r#"{"artifactType":"a/t","#, 1);
        let type_of = |text: &str, content_type| {
            let manifest = read(text, content_type).unwrap();
            manifest.referrer_type().map(str::to_owned)
        };
        assert_eq!(
            type_of(&own, media_type::IMAGE_MANIFEST).as_deref(),
            Some("a/t")
        );
        assert_eq!(
            type_of(IMAGE, media_type::IMAGE_MANIFEST).as_deref(),
            Some("c/t")
        );
        assert_eq!(type_of(IMAGE, media_type::IMAGE_INDEX), None);
    }

    #[test]
    fn deep_nesting_is_an_error_and_no_overflow() {
        let deep = format!("{{\"subject\":{}", "{\"annotations\":".repeat(100_000));
        assert!(read(&deep, media_type::IMAGE_INDEX).is_err());
        let deep = format!("{{\"x\":{}", "[".repeat(1_000_000));
        assert!(read(&deep, media_type::IMAGE_INDEX).is_err());
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_are_read_without_panic(bytes: Vec<u8>, content_type in ".{0,20}") {
            let _ = Manifest::read(&bytes, Some(&content_type));
        }
    }
}
