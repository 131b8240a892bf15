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
    /// An RFC, by number.
    Rfc(u16),
    /// A page of Docker's Registry HTTP API V2, by path: of what came before the specification, and
    /// of its tokens, which the specification leaves to it.
    Docker(&'static str),
    /// A published weakness: `CVE-…` or `GHSA-…`.
    Advisory(&'static str),
    /// Any other page, by its address without an anchor.
    Page(&'static str),
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
        Self::of(Document::Distribution, anchor)
    }

    /// A heading of another file in the distribution specification's repository.
    pub const fn beside(path: &'static str, anchor: &'static str) -> Self {
        Self::of(Document::Beside(path), anchor)
    }

    /// A heading of a file in the image specification's repository.
    pub const fn image(path: &'static str, anchor: &'static str) -> Self {
        Self::of(Document::Image(path), anchor)
    }

    /// A section of an RFC: `section-15.5.2`.
    pub const fn rfc(number: u16, anchor: &'static str) -> Self {
        Self::of(Document::Rfc(number), anchor)
    }

    /// A heading of a page of Docker's protocol: `spec/auth/token`.
    pub const fn docker(path: &'static str, anchor: &'static str) -> Self {
        Self::of(Document::Docker(path), anchor)
    }

    /// A published weakness.
    pub const fn advisory(id: &'static str) -> Self {
        Self::of(Document::Advisory(id), "")
    }

    /// A heading of any other page.
    pub const fn page(address: &'static str, anchor: &'static str) -> Self {
        Self::of(Document::Page(address), anchor)
    }

    const fn of(document: Document, anchor: &'static str) -> Self {
        Self { document, anchor }
    }

    /// What it is called in a table: the anchor in the distribution specification, and the document
    /// elsewhere.
    pub fn label(&self) -> String {
        match self.document {
            Document::Rfc(number) => {
                let section = self.anchor.strip_prefix("section-");
                section.map_or_else(
                    || format!("RFC {number}"),
                    |section| format!("RFC {number}, section {section}"),
                )
            }
            Document::Advisory(id) => id.to_owned(),
            Document::Docker(path) | Document::Page(path) if self.anchor.is_empty() => {
                let path = path.trim_end_matches('/');
                path.rsplit('/').next().unwrap_or(path).to_owned()
            }
            Document::Beside(path) | Document::Image(path) if self.anchor.is_empty() => {
                path.rsplit('/').next().unwrap_or(path).to_owned()
            }
            _ => self.anchor.to_owned(),
        }
    }

    /// The address at which `version` of the text can be read.
    pub fn url(&self, version: Version) -> String {
        let page = self.document.url(version);
        if self.anchor.is_empty() {
            page
        } else {
            format!("{page}#{}", self.anchor)
        }
    }
}

impl Document {
    fn url(self, version: Version) -> String {
        let file = |repository: &str, tag: &str, path: &str| {
            format!("https://github.com/opencontainers/{repository}/blob/{tag}/{path}")
        };
        let distribution = |path| file("distribution-spec", distribution_tag(version), path);
        match self {
            Self::Distribution => distribution("spec.md"),
            Self::Beside(path) => distribution(path),
            Self::Image(path) => file("image-spec", "v1.1.1", path),
            Self::Rfc(number) => format!("https://www.rfc-editor.org/rfc/rfc{number}.html"),
            Self::Docker(path) => format!("https://distribution.github.io/distribution/{path}/"),
            Self::Advisory(id) if id.starts_with("CVE-") => {
                format!("https://nvd.nist.gov/vuln/detail/{id}")
            }
            Self::Advisory(id) => format!("https://github.com/advisories/{id}"),
            Self::Page(address) => address.to_owned(),
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
