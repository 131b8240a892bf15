//! What a path names. It does not know methods, and judges neither names nor digests.

use super::percent;

/// What a path names. Texts in it are decoded and otherwise as they were sent, so that a handler
/// can say what is wrong with them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// `/v2/`
    Base,
    /// `/v2/<name>/blobs/<digest>`
    Blob {
        /// The repository.
        name: String,
        /// The digest.
        digest: String,
    },
    /// `/v2/<name>/blobs/uploads/`
    Uploads {
        /// The repository.
        name: String,
    },
    /// `/v2/<name>/blobs/uploads/<session>`
    Session {
        /// The repository.
        name: String,
        /// The id of the upload session.
        id: String,
    },
    /// `/v2/<name>/manifests/<reference>`
    Manifest {
        /// The repository.
        name: String,
        /// A tag or a digest.
        reference: String,
    },
    /// `/v2/<name>/tags/list`
    Tags {
        /// The repository.
        name: String,
    },
    /// `/v2/<name>/referrers/<digest>`
    Referrers {
        /// The repository.
        name: String,
        /// The digest of the subject.
        digest: String,
    },
    /// `/v2/_oci/ext/discover`, or the same of one repository.
    Extensions,
    /// `/v2/_catalog`, which is Docker's.
    Catalog,
    /// Anything else.
    Unknown,
}

impl Route {
    /// Reads the path of a URL as it was sent, percent-encoding included.
    ///
    /// The path is split first and decoded then, once: an encoded slash is no separator. What the
    /// path names stands at its right end, since a repository's name may hold any of the words.
    pub fn parse(path: &str) -> Self {
        if path == "/v2" || path == "/v2/" {
            return Self::Base;
        }
        let Some(rest) = path.strip_prefix("/v2/") else {
            return Self::Unknown;
        };
        match rest.split('/').map(segment).collect::<Option<Vec<_>>>() {
            Some(segments) => Self::of(&segments.iter().map(String::as_str).collect::<Vec<_>>()),
            None => Self::Unknown,
        }
    }

    fn of(segments: &[&str]) -> Self {
        match *segments {
            ["_catalog"] => Self::Catalog,
            [.., "_oci", "ext", "discover"] => Self::Extensions,
            [ref name @ .., "tags", "list"] if !name.is_empty() => Self::Tags {
                name: name.join("/"),
            },
            [ref name @ .., "blobs", "uploads"] | [ref name @ .., "blobs", "uploads", ""]
                if !name.is_empty() =>
            {
                Self::Uploads {
                    name: name.join("/"),
                }
            }
            [ref name @ .., "blobs", "uploads", id] if !name.is_empty() => Self::Session {
                name: name.join("/"),
                id: id.to_owned(),
            },
            [ref name @ .., "blobs", digest] if !name.is_empty() => Self::Blob {
                name: name.join("/"),
                digest: digest.to_owned(),
            },
            [ref name @ .., "manifests", reference] if !name.is_empty() => Self::Manifest {
                name: name.join("/"),
                reference: reference.to_owned(),
            },
            [ref name @ .., "referrers", digest] if !name.is_empty() => Self::Referrers {
                name: name.join("/"),
                digest: digest.to_owned(),
            },
            _ => Self::Unknown,
        }
    }
}

/// A segment, decoded; `None` if it cannot be, or is not one segment any more.
fn segment(text: &str) -> Option<String> {
    percent::decode(text).filter(|decoded| !decoded.contains('/'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn blob(name: &str, digest: &str) -> Route {
        Route::Blob {
            name: name.to_owned(),
            digest: digest.to_owned(),
        }
    }

    fn manifest(name: &str, reference: &str) -> Route {
        Route::Manifest {
            name: name.to_owned(),
            reference: reference.to_owned(),
        }
    }

    fn session(name: &str, id: &str) -> Route {
        Route::Session {
            name: name.to_owned(),
            id: id.to_owned(),
        }
    }

    fn uploads(name: &str) -> Route {
        Route::Uploads {
            name: name.to_owned(),
        }
    }

    fn tags(name: &str) -> Route {
        Route::Tags {
            name: name.to_owned(),
        }
    }

    #[test]
    fn a_path_names_what_its_right_end_says() {
        for (path, route) in [
            ("/v2", Route::Base),
            ("/v2/", Route::Base),
            ("/v2/a/blobs/sha256:0", blob("a", "sha256:0")),
            ("/v2/a/b/blobs/sha256%3A0", blob("a/b", "sha256:0")),
            ("/v2/a/blobs/uploads/", uploads("a")),
            ("/v2/a/blobs/uploads", uploads("a")),
            ("/v2/a/blobs/uploads/x", session("a", "x")),
            ("/v2/a/manifests/v1", manifest("a", "v1")),
            ("/v2/a/manifests/", manifest("a", "")),
            ("/v2/a/tags/list", tags("a")),
            ("/v2/_oci/ext/discover", Route::Extensions),
            ("/v2/a/_oci/ext/discover", Route::Extensions),
            ("/v2/_catalog", Route::Catalog),
            ("/v2/_catalog/tags/list", tags("_catalog")),
        ] {
            assert_eq!(Route::parse(path), route, "{path}");
        }
    }

    #[test]
    fn a_name_may_hold_the_words_of_the_api() {
        for (path, route) in [
            ("/v2/a/tags/list/tags/list", tags("a/tags/list")),
            ("/v2/a/tags/list/manifests/x", manifest("a/tags/list", "x")),
            ("/v2/tags/manifests/list", manifest("tags", "list")),
            ("/v2/a/blobs/uploads/tags/list", tags("a/blobs/uploads")),
            ("/v2/a/blobs/uploads/blobs/d", blob("a/blobs/uploads", "d")),
            (
                "/v2/a/blobs/uploads/blobs/uploads/",
                uploads("a/blobs/uploads"),
            ),
            ("/v2/blobs/blobs/uploads/x", session("blobs", "x")),
            ("/v2/v2/manifests/x", manifest("v2", "x")),
        ] {
            assert_eq!(Route::parse(path), route, "{path}");
        }
    }

    #[test]
    fn a_name_is_not_judged_here() {
        assert_eq!(Route::parse("/v2/a//b/tags/list"), tags("a//b"));
        assert_eq!(Route::parse("/v2//tags/list"), tags(""));
        assert_eq!(Route::parse("/v2/../tags/list"), tags(".."));
    }

    #[test]
    fn other_paths_are_unknown() {
        for path in [
            "",
            "/",
            "*",
            "/v1/",
            "/v2x",
            "/v2/a",
            "/v2/a/tags",
            "/v2/tags/list",
            "/v2/blobs/x",
            "/v2/blobs/uploads/",
            "/v2/manifests/x",
            "/v2/a/tags/list/",
            "/v2/a/uploads/x",
            "/v2/a%2Fb/tags/list",
            "/v2/a%zz/tags/list",
            "/v2/%ff/tags/list",
            "/v2/_x/ext/discover",
            "/v2/_catalog/",
            "/v2/a/_catalog",
        ] {
            assert_eq!(Route::parse(path), Route::Unknown, "{path}");
        }
    }

    proptest! {
        #[test]
        fn any_path_is_read_without_panic(path in "/v2/([a-z%0-9/]|/blobs|/uploads|/tags/list){0,30}") {
            let _ = Route::parse(&path);
        }
    }
}
