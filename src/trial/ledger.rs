//! What a trial left in the registry, so that the run can clean up after itself.

use std::sync::Mutex;

use url::Url;

use crate::http::Method;
use crate::http::Reply;
use crate::http::Request;
use crate::http::Response;
use crate::oci::Algorithm;
use crate::oci::Digest;
use crate::oci::RepositoryName;
use crate::oci::Tag;

use super::lock;

/// Something that a trial pushed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Held {
    /// Tags go first, then manifests, then blobs, then sessions: nothing is deleted while it is
    /// referred to.
    pub rank: Rank,
    /// The repository.
    pub repository: RepositoryName,
    /// The URL that deletes it.
    pub url: String,
}

/// What kind of thing it is, in the order of deletion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    /// A manifest pushed by tag.
    Tag,
    /// A manifest pushed by digest.
    Manifest,
    /// A blob.
    Blob,
}

/// The list of them.
#[derive(Debug, Default)]
pub(super) struct Ledger(Mutex<Vec<Held>>);

impl Ledger {
    /// Notes what a request left in the registry, or took out of it.
    pub(super) fn note(
        &self,
        origin: &str,
        repository: &RepositoryName,
        asked: &Request,
        reply: &Reply,
    ) {
        if !(200..300).contains(&reply.response.status) {
            return;
        }
        let url = asked.url.split('?').next().unwrap_or_default();
        if asked.method == Method::DELETE {
            lock(&self.0).retain(|held| held.url != url);
            return;
        }
        let left = left_by(asked, reply.response.status);
        for (rank, rest) in left.into_iter().chain(tags_in(&reply.response)) {
            let url = format!("{origin}/v2/{repository}/{rest}");
            let held = Held {
                rank,
                repository: repository.clone(),
                url,
            };
            let mut list = lock(&self.0);
            if !list.contains(&held) {
                list.push(held);
            }
        }
    }

    /// What is left, in the order of deletion.
    pub(super) fn held(&self) -> Vec<Held> {
        let mut list = lock(&self.0).clone();
        list.sort();
        list
    }
}

/// What a successful request leaves, by its rank and the rest of its path. What is only looked at
/// may be anybody's.
fn left_by(asked: &Request, status: u16) -> Vec<(Rank, String)> {
    if !matches!(asked.method, Method::PUT | Method::POST) {
        return Vec::new();
    }
    let Ok(url) = Url::parse(&asked.url) else {
        return Vec::new();
    };
    if let Some((_, reference)) = url.path().rsplit_once("/manifests/") {
        let digest = Algorithm::Sha256.digest(&asked.body);
        let rank = if reference.contains(':') {
            Rank::Manifest
        } else {
            Rank::Tag
        };
        let named = (rank, format!("manifests/{reference}"));
        return vec![named, (Rank::Manifest, format!("manifests/{digest}"))];
    }
    let is_stored = |(name, _): &(_, _)| status == 201 && (name == "digest" || name == "mount");
    let blobs = url.query_pairs().filter(is_stored);
    blobs
        .filter_map(|(_, digest)| digest.parse::<Digest>().ok())
        .map(|digest| (Rank::Blob, format!("blobs/{digest}")))
        .collect()
}

/// The tags that an answer says were made besides (OCI-Tag).
fn tags_in(response: &Response) -> impl Iterator<Item = (Rank, String)> {
    let values = response.headers.get_all("oci-tag").iter();
    let names = values.filter_map(|value| value.to_str().ok());
    names
        .flat_map(|names| names.split(','))
        .filter_map(|name| name.trim().parse::<Tag>().ok())
        .map(|tag| (Rank::Tag, format!("manifests/{tag}")))
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::http::HeaderMap;
    use crate::http::HeaderValue;

    #[test]
    fn what_is_only_looked_at_is_not_ours_to_delete() {
        for method in [Method::GET, Method::HEAD] {
            assert_eq!(left(method, "http://x/v2/a/manifests/v1", 200), []);
        }
    }

    fn left(method: Method, url: &str, status: u16) -> Vec<Rank> {
        left_by(&Request::new(method, url), status)
            .into_iter()
            .map(|(rank, _)| rank)
            .collect()
    }

    #[test]
    fn a_manifest_by_tag_leaves_the_tag_and_the_manifest() {
        let url = "http://x/v2/a/manifests/v1";
        assert_eq!(left(Method::PUT, url, 201), [Rank::Tag, Rank::Manifest]);
    }

    #[test]
    fn a_blob_is_left_once_it_is_stored_and_not_before() {
        let digest = Algorithm::Sha256.digest(b"");
        let url = format!("http://x/v2/a/blobs/uploads/1?state=2&digest={digest}");
        assert_eq!(left(Method::PUT, &url, 201), [Rank::Blob]);
        assert_eq!(left(Method::POST, &url, 202), []);
    }

    #[test]
    fn tags_made_by_parameters_are_left_whichever_way_they_are_named() {
        let mut headers = HeaderMap::new();
        headers.append("oci-tag", HeaderValue::from_static("a, b"));
        headers.append("oci-tag", HeaderValue::from_static("c,.d"));
        let response = Response {
            status: 201,
            headers,
            body: Bytes::new(),
        };
        let left: Vec<_> = tags_in(&response).map(|(_, rest)| rest).collect();
        assert_eq!(left, ["manifests/a", "manifests/b", "manifests/c"]);
    }
}
