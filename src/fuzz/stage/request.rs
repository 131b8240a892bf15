//! The request of a meaning, as a well-behaved client sends it.

use bytes::Bytes;

use std::fmt::Display;

use super::Stage;
use crate::fuzz::meaning::Meaning;
use crate::fuzz::meaning::Verb;
use crate::fuzz::mutation::RAW;
use crate::fuzz::mutation::RawRequest;
use crate::fuzz::wire::WireRequest;

/// The types of manifests that are asked for.
const ACCEPT: &str = "application/vnd.oci.image.manifest.v1+json, \
    application/vnd.oci.image.index.v1+json, \
    application/vnd.docker.distribution.manifest.v2+json, \
    application/vnd.docker.distribution.manifest.list.v2+json, */*";

impl Stage<'_> {
    pub(super) fn request(&self, meaning: &Meaning) -> WireRequest {
        let request = self.bare(meaning);
        if request.header("accept").is_some() {
            return request;
        }
        request.with("accept", "*/*")
    }

    fn bare(&self, meaning: &Meaning) -> WireRequest {
        let uploads = "blobs/uploads/";
        match meaning {
            Meaning::Ping | Meaning::Raw(_) => self.to("GET", "/v2/"),
            Meaning::Catalog => self.to("GET", "/v2/_catalog"),
            Meaning::StartUpload { repository } => self.within("POST", *repository, uploads),
            Meaning::SinglePost { repository, digest } => {
                let mut request = self.within("POST", *repository, uploads);
                request.add_query(&format!("digest={digest}"));
                octets(request, self.content(digest))
            }
            Meaning::Mount {
                repository,
                digest,
                from,
            } => {
                let mut request = self.within("POST", *repository, uploads);
                request.add_query(&format!("mount={digest}"));
                adding(request, "from", from.map(|it| &self.place.repositories[it]))
            }
            Meaning::Patch {
                repository,
                upload,
                at,
                chunk,
                ranged,
            } => {
                let request = self.session("PATCH", *repository, *upload);
                chunked(request, chunk, ranged.then_some(*at))
            }
            Meaning::Finish {
                repository,
                upload,
                digest,
                rest,
            } => {
                let mut request = self.session("PUT", *repository, *upload);
                request.add_query(&format!("digest={digest}"));
                octets(request, rest.clone())
            }
            Meaning::UploadStatus { repository, upload } => {
                self.session("GET", *repository, *upload)
            }
            Meaning::Cancel { repository, upload } => self.session("DELETE", *repository, *upload),
            Meaning::PutManifest {
                repository,
                reference,
                tags,
                document,
            } => {
                let rest = format!("manifests/{}", reference.text());
                let request = self.within("PUT", *repository, &rest);
                adding(request, "tag", tags)
                    .with("content-type", document.media_type.as_str())
                    .sending(document.bytes.clone())
            }
            Meaning::Blob {
                verb,
                repository,
                digest,
            } => self.within(method(*verb), *repository, &format!("blobs/{digest}")),
            Meaning::Manifest {
                verb,
                repository,
                reference,
            } => self
                .within(
                    method(*verb),
                    *repository,
                    &format!("manifests/{}", reference.text()),
                )
                .with("accept", ACCEPT),
            Meaning::Tags {
                repository,
                n,
                last,
            } => self.tags(*repository, *n, last.as_deref()),
            Meaning::Referrers {
                repository,
                subject,
                filter,
            } => {
                let request = self.within("GET", *repository, &format!("referrers/{subject}"));
                adding(request, "artifactType", filter)
            }
        }
    }

    fn tags(&self, repository: usize, n: Option<usize>, last: Option<&str>) -> WireRequest {
        let mut request = self.within("GET", repository, "tags/list");
        if let Some(n) = n {
            request.add_query(&format!("n={n}"));
        }
        if let Some(last) = last {
            request.add_query(&format!("last={last}"));
        }
        request
    }

    fn to(&self, method: &str, path: &str) -> WireRequest {
        WireRequest::new(method, &self.place.origin, path)
    }

    fn within(&self, method: &str, repository: usize, rest: &str) -> WireRequest {
        let name = &self.place.repositories[repository];
        self.to(method, &format!("/v2/{name}/{rest}"))
    }

    fn session(&self, method: &str, repository: usize, upload: Option<usize>) -> WireRequest {
        let (origin, target) = self.session_url(repository, upload);
        WireRequest::new(method, &origin, target)
    }

    pub(super) fn content(&self, digest: &str) -> Bytes {
        let blob = self.blobs.iter().find(|blob| &*blob.digest == digest);
        blob.map_or_else(Bytes::new, |blob| blob.bytes.clone())
    }
}

/// The request with a parameter for each of the values.
fn adding(
    mut request: WireRequest,
    name: &str,
    values: impl IntoIterator<Item = impl Display>,
) -> WireRequest {
    for value in values {
        request.add_query(&format!("{name}={value}"));
    }
    request
}

/// The request with a chunk, and with its range if it says where that begins.
fn chunked(request: WireRequest, chunk: &Bytes, at: Option<u64>) -> WireRequest {
    let request = octets(request, chunk.clone());
    match at.filter(|_| !chunk.is_empty()) {
        Some(at) => {
            let last = at + chunk.len() as u64 - 1;
            request.with("content-range", format!("{at}-{last}"))
        }
        None => request,
    }
}

fn octets(request: WireRequest, body: Bytes) -> WireRequest {
    request
        .with("content-type", "application/octet-stream")
        .sending(body)
}

const fn method(verb: Verb) -> &'static str {
    match verb {
        Verb::Get => "GET",
        Verb::Head => "HEAD",
        Verb::Delete => "DELETE",
    }
}

/// The raw request in this slot.
pub(super) fn raw(slot: u8) -> &'static RawRequest {
    &RAW[usize::from(slot) % RAW.len()]
}

/// Its bytes.
pub(super) fn raw_bytes(raw: &RawRequest, origin: &str) -> Vec<u8> {
    let host = origin.split("://").nth(1).unwrap_or_default();
    raw.bytes.replace("{host}", host).into_bytes()
}
