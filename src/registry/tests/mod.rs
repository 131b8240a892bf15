//! The registry asked through the in-process transport, one file per handler.

mod auth;
mod blobs;
mod catalog;
mod collect;
mod extensions;
mod manifests;
mod namespaces;
mod ping;
mod ranges;
mod referrers;
mod refusals;
mod server;
mod session;
mod staged;
mod tags;
mod takeover;
mod uploads;

use bytes::Bytes;
use serde_json::Value;
use serde_json::json;

use super::InProcess;
use super::Optional;
use super::Registry;
use super::Settings;
use crate::catalogue::Version;
use crate::http::HeaderName;
use crate::http::HeaderValue;
use crate::http::Method;
use crate::http::Request;
use crate::http::Response;
use crate::http::Transport;
use crate::oci::Algorithm;
use crate::oci::Descriptor;
use crate::oci::Digest;
use crate::oci::ErrorBody;
use crate::oci::media_type;

/// A client of a registry of its own.
struct Client(InProcess);

impl Client {
    fn new() -> Self {
        Self::of(Settings::default())
    }

    fn of(settings: Settings) -> Self {
        Self(Registry::builder().settings(settings).build().in_process())
    }

    fn of_spec(spec: Version) -> Self {
        Self(Registry::builder().spec(spec).build().in_process())
    }

    fn without(part: Optional) -> Self {
        Self(Registry::builder().without(part).build().in_process())
    }

    fn send(&self, request: &Request) -> Response {
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        let sent = self.0.round_trip(request);
        runtime.unwrap().block_on(sent).unwrap()
    }

    fn get(&self, path: &str) -> Response {
        self.send(&request(Method::GET, path))
    }

    fn head(&self, path: &str) -> Response {
        self.send(&request(Method::HEAD, path))
    }

    fn post(&self, path: &str, body: impl Into<Bytes>) -> Response {
        self.send(&request(Method::POST, path).body(body))
    }

    fn put(&self, path: &str, body: impl Into<Bytes>) -> Response {
        self.send(&request(Method::PUT, path).body(body))
    }

    fn delete(&self, path: &str) -> Response {
        self.send(&request(Method::DELETE, path))
    }

    /// Opens an upload session and returns its path.
    fn open(&self, name: &str) -> String {
        let opened = self.post(&format!("/v2/{name}/blobs/uploads/"), "");
        assert_eq!(opened.status, 202);
        opened.header("location").unwrap().to_owned()
    }

    /// Pushes a blob and returns its digest.
    fn push_blob(&self, name: &str, content: &'static [u8]) -> Digest {
        let digest = Algorithm::Sha256.digest(content);
        let path = format!("{}?digest={digest}", self.open(name));
        assert_eq!(self.put(&path, content).status, 201);
        digest
    }

    /// Pushes a manifest of `media_type`.
    fn push(&self, name: &str, reference: &str, manifest: &str, media_type: &str) -> Response {
        let path = format!("/v2/{name}/manifests/{reference}");
        let put = request(Method::PUT, &path).body(manifest.to_owned());
        self.send(&with(put, "content-type", media_type))
    }

    /// Pushes an empty index under a tag and returns its digest.
    fn push_index(&self, name: &str, tag: &str) -> Digest {
        let manifest = index(&json!({}));
        let pushed = self.push(name, tag, &manifest, media_type::IMAGE_INDEX);
        assert_eq!(pushed.status, 201);
        Algorithm::Sha256.digest(manifest.as_bytes())
    }
}

fn request(method: Method, path: &str) -> Request {
    Request::new(method, format!("{}{path}", InProcess::URL))
}

/// The request with a header added.
fn with(request: Request, name: &'static str, value: &str) -> Request {
    let value = HeaderValue::from_str(value).unwrap();
    request.header(HeaderName::from_static(name), value)
}

/// The codes of an error body.
fn codes(response: &Response) -> Vec<String> {
    assert_eq!(response.header("content-type"), Some("application/json"));
    let body = ErrorBody::read(&response.body).unwrap();
    body.codes().map(str::to_owned).collect()
}

fn body(response: &Response) -> Value {
    serde_json::from_slice(&response.body).unwrap()
}

fn descriptor(media_type: &str, content: &[u8]) -> Descriptor {
    Descriptor {
        media_type: media_type.to_owned(),
        digest: Algorithm::Sha256.digest(content).to_string(),
        size: content.len() as u64,
        ..Descriptor::default()
    }
}

/// An index without manifests, with `more` properties.
fn index(more: &Value) -> String {
    merged(&json!({ "schemaVersion": 2, "manifests": [] }), more)
}

/// An image manifest whose configuration is `{}`, with `more` properties.
fn image(more: &Value) -> String {
    let config = descriptor(media_type::EMPTY, b"{}");
    merged(
        &json!({ "schemaVersion": 2, "config": config, "layers": [] }),
        more,
    )
}

fn merged(one: &Value, other: &Value) -> String {
    let mut all = one.as_object().unwrap().clone();
    all.extend(other.as_object().unwrap().clone());
    Value::Object(all).to_string()
}
