//! Where a requirement's text stands: a document and the anchor of a heading in it.

use super::Version;

/// A document that asks something of registries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Document {
    /// The distribution specification, `spec.md`.
    Distribution,
    /// Another file of the distribution specification's repository, by path.
    Beside(&'static str),
    /// A file of the image specification's repository, by path.
    Image(&'static str),
}

/// A heading of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Heading {
    /// The document.
    pub document: Document,
    /// The heading's anchor in it, without `#`; empty for the document as a whole.
    pub anchor: &'static str,
}

impl Heading {
    /// A heading of `spec.md`.
    pub const fn distribution(anchor: &'static str) -> Self {
        Self {
            document: Document::Distribution,
            anchor,
        }
    }

    /// A heading of another file in the distribution specification's repository.
    pub const fn beside(path: &'static str, anchor: &'static str) -> Self {
        Self {
            document: Document::Beside(path),
            anchor,
        }
    }

    /// A heading of a file in the image specification's repository.
    pub const fn image(path: &'static str, anchor: &'static str) -> Self {
        Self {
            document: Document::Image(path),
            anchor,
        }
    }

    /// The address at which `version` of the text can be read.
    pub fn url(&self, version: Version) -> String {
        let (repository, tag, path) = match self.document {
            Document::Distribution => ("distribution-spec", distribution_tag(version), "spec.md"),
            Document::Beside(path) => ("distribution-spec", distribution_tag(version), path),
            Document::Image(path) => ("image-spec", "v1.1.1", path),
        };
        let page = format!("https://github.com/opencontainers/{repository}/blob/{tag}/{path}");
        if self.anchor.is_empty() {
            page
        } else {
            format!("{page}#{}", self.anchor)
        }
    }
}

fn distribution_tag(version: Version) -> &'static str {
    match version {
        Version::V1_0 => "v1.0.1",
        Version::V1_1 => "v1.1.1",
        Version::V1_2 => "main",
    }
}
