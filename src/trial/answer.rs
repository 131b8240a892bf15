//! An answer of the registry, as checks look at it.

use bytes::Bytes;
use serde_json::Value;
use url::Url;

use crate::catalogue::Requirement;
use crate::http::Reply;
use crate::http::Request;
use crate::oci::ErrorBody;
use crate::oci::next_target;

use super::Demand;
use super::Trial;

/// An answer, after redirects.
#[derive(Debug)]
pub struct Answer<'t> {
    trial: &'t Trial<'t>,
    asked: Request,
    reply: Reply,
}

impl<'t> Answer<'t> {
    pub(super) fn new(trial: &'t Trial<'t>, asked: Request, reply: Reply) -> Self {
        Self {
            trial,
            asked,
            reply,
        }
    }

    /// A demand that proves `requirement`: if it does not hold, the requirement is violated.
    pub fn proves(&self, requirement: &'static Requirement) -> Demand<'_> {
        Demand::proof(self, requirement)
    }

    /// A demand of a preparation: if it does not hold, the check is blocked by `requirement`.
    pub fn prepares(&self, requirement: &'static Requirement) -> Demand<'_> {
        Demand::preparation(self, requirement)
    }

    /// The status code.
    pub fn status(&self) -> u16 {
        self.reply.response.status
    }

    /// Whether the status is 200 to 299.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status())
    }

    /// Whether the status is 400 to 499.
    pub fn is_client_error(&self) -> bool {
        (400..500).contains(&self.status())
    }

    /// A header's first value, if it is there and printable.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.reply.response.header(name)
    }

    /// All values of a header, unprintable bytes replaced.
    pub fn header_values(&self, name: &str) -> Vec<String> {
        let values = self.reply.response.headers.get_all(name).iter();
        values
            .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
            .collect()
    }

    /// A header of the last hop or, failing that, of a redirect on the way to it.
    pub fn header_on_any_hop(&self, name: &str) -> Option<String> {
        if let Some(value) = self.header(name) {
            return Some(value.to_owned());
        }
        let hops = self.trial.transcript.since(self.reply.first);
        hops.iter()
            .rev()
            .filter_map(|hop| hop.outcome.as_ref().ok())
            .filter(|response| (300..400).contains(&response.status))
            .find_map(|response| response.header(name).map(str::to_owned))
    }

    /// Whether the answer comes from another host than the one asked.
    pub fn is_from_elsewhere(&self) -> bool {
        let host = |text: &str| Url::parse(text).ok().map(|url| url.origin());
        host(&self.asked.url) != host(&self.reply.url)
    }

    /// The body.
    pub fn bytes(&self) -> &Bytes {
        &self.reply.response.body
    }

    /// How many bytes came after the end of the answer; only requests that go out as exact bytes
    /// see them.
    pub fn trailing(&self) -> usize {
        self.reply.trailing
    }

    /// The body as JSON, if it is that.
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(self.bytes()).ok()
    }

    /// The error codes in the body.
    pub fn error_codes(&self) -> Vec<String> {
        let body = ErrorBody::read(self.bytes());
        body.map(|body| body.codes().map(str::to_owned).collect())
            .unwrap_or_default()
    }

    /// `Location`, resolved against the URL that answered; `None` where there is none or it is no
    /// URL.
    pub fn location(&self) -> Option<String> {
        self.resolve(self.header("location")?)
    }

    /// The target of the `Link` to the next page, resolved likewise.
    pub fn next_page(&self) -> Option<String> {
        let links = self.header_values("link");
        let next = links
            .iter()
            .find_map(|header| next_target(header).ok().flatten())?;
        self.resolve(&next)
    }

    fn resolve(&self, reference: &str) -> Option<String> {
        let base = Url::parse(&self.reply.url).ok()?;
        Some(base.join(reference).ok()?.to_string())
    }

    /// The trial that asked.
    pub fn trial(&self) -> &'t Trial<'t> {
        self.trial
    }

    /// The index of the exchange in the trial's transcript.
    pub fn exchange(&self) -> usize {
        self.reply.exchange
    }

    /// The method and the path that were asked, for sentences: `GET /v2/a/blobs/sha256:…`.
    pub fn question(&self) -> String {
        let path = self.asked.url.strip_prefix(&self.trial.world().origin);
        format!("{} {}", self.asked.method, path.unwrap_or(&self.asked.url))
    }

    /// The status, the error codes and the method, for sentences: `404 (NAME_UNKNOWN) to GET`.
    pub fn told(&self) -> String {
        format!("{} to {}", self.summary(), self.asked.method)
    }

    /// The status and the error codes, for sentences: `404 (NAME_UNKNOWN)`.
    pub fn summary(&self) -> String {
        let codes = self.error_codes();
        if codes.is_empty() {
            return self.status().to_string();
        }
        format!("{} ({})", self.status(), codes.join(", "))
    }
}
