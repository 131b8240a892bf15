//! What a path of the API is about, as far as the wire tells. Names and references are not judged.

/// A part of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Endpoint {
    /// `/v2/`
    Base,
    /// `…/blobs/<digest>`
    Blob,
    /// `…/blobs/uploads/`
    Uploads,
    /// `…/blobs/uploads/<session>`
    Session,
    /// `…/manifests/<reference>`
    Manifest,
    /// `…/tags/list`
    Tags,
    /// `…/referrers/<digest>`
    Referrers,
    /// Anything else: an extension, or an upload session of a form of the registry's own.
    Other,
}

impl Endpoint {
    /// Whether it answers with a list.
    pub const fn is_list(self) -> bool {
        matches!(self, Self::Tags | Self::Referrers)
    }

    /// What a URL is about, absolute or a path, with or without a query. The right end of the path
    /// decides, since a repository's name may hold any of the words.
    pub fn of(url: &str) -> Self {
        let segments: Vec<_> = path(url).split('/').collect();
        let ["", "v2", segments @ ..] = segments.as_slice() else {
            return Self::Other;
        };
        match *segments {
            [] | [""] => Self::Base,
            [.., "blobs", "uploads"] | [.., "blobs", "uploads", ""] => Self::Uploads,
            [.., "blobs", "uploads", _] => Self::Session,
            [.., "tags", "list"] => Self::Tags,
            [.., "blobs", _] => Self::Blob,
            [.., "manifests", _] => Self::Manifest,
            [.., "referrers", _] => Self::Referrers,
            _ => Self::Other,
        }
    }
}

/// The path of a URL, absolute or a path already.
fn path(url: &str) -> &str {
    let plain = url.split(['?', '#']).next().unwrap_or_default();
    let Some((_, rest)) = plain.split_once("://") else {
        return plain;
    };
    rest.find('/').map_or("", |start| &rest[start..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_right_end_of_the_path_decides() {
        for (url, endpoint) in [
            ("http://r:5000/v2/", Endpoint::Base),
            ("/v2", Endpoint::Base),
            ("https://r/v2/a/blobs/uploads/?digest=x", Endpoint::Uploads),
            ("/v2/a/blobs/uploads/1?_state=/x/y", Endpoint::Session),
            ("/v2/a/blobs/sha256:0", Endpoint::Blob),
            ("/v2/a/tags/list?n=1", Endpoint::Tags),
            ("/v2/a/tags/list/manifests/v2", Endpoint::Manifest),
            ("/v2/a/referrers/sha256:0", Endpoint::Referrers),
            ("/v2/_oci/ext/discover", Endpoint::Other),
            ("/token?scope=a", Endpoint::Other),
            ("http://v2/token", Endpoint::Other),
            ("http://v2/v2/a/tags/list", Endpoint::Tags),
            ("http://r/v2x/blobs/a", Endpoint::Other),
            ("http://r?x=/v2/a/tags/list", Endpoint::Other),
        ] {
            assert_eq!(Endpoint::of(url), endpoint, "{url}");
        }
    }
}
