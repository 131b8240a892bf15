//! Platforms: what an image runs on.

use serde_json::Value;
use serde_json::json;

/// What an image runs on (image specification, image-index.md, `platform`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Platform {
    /// The operating system, by its name in Go.
    pub os: &'static str,
    /// The processor, by its name in Go.
    pub architecture: &'static str,
    /// The kind of that processor, where there are several.
    pub variant: Option<&'static str>,
}

impl Platform {
    /// Those that the images of an index are for, in turn; the first is that of single images.
    pub const ALL: [Self; 4] = [
        Self::linux("amd64", None),
        Self::linux("arm64", Some("v8")),
        Self::linux("arm", Some("v7")),
        Self::linux("s390x", None),
    ];

    const fn linux(architecture: &'static str, variant: Option<&'static str>) -> Self {
        Self {
            os: "linux",
            architecture,
            variant,
        }
    }

    /// As it stands in the entry of an index; its members stand in the image's configuration too.
    pub fn json(self) -> Value {
        let mut platform = json!({"os": self.os, "architecture": self.architecture});
        if let Some(variant) = self.variant {
            platform["variant"] = variant.into();
        }
        platform
    }
}
