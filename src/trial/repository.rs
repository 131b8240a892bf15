//! A repository seen from a trial, and the requests that are put to it.

use bytes::Bytes;
use url::form_urlencoded;

use crate::http::Credentials;
use crate::http::Failure;
use crate::http::Framing;
use crate::http::HeaderName;
use crate::http::HeaderValue;
use crate::http::Method;
use crate::http::Request;
use crate::oci::RepositoryName;
use crate::verdict::Stop;

use super::Answer;
use super::Trial;
use super::content::Blob;
use super::content::ManifestDoc;

/// A repository of the registry under test.
#[derive(Debug, Clone)]
pub struct Repository<'t> {
    trial: &'t Trial<'t>,
    name: RepositoryName,
}

impl<'t> Repository<'t> {
    pub(super) fn new(trial: &'t Trial<'t>, name: RepositoryName) -> Self {
        Self { trial, name }
    }

    /// Its name.
    pub fn name(&self) -> &RepositoryName {
        &self.name
    }

    /// The trial that it belongs to.
    pub fn trial(&self) -> &'t Trial<'t> {
        self.trial
    }

    /// The path of something in it: `blobs/sha256:…` becomes `/v2/<name>/blobs/sha256:…`.
    pub fn path(&self, rest: &str) -> String {
        format!("/v2/{}/{rest}", self.name)
    }

    /// A request to be put to it; `rest` is what follows `/v2/<name>/`.
    pub fn ask(&self, method: Method, rest: &str) -> Asking<'t> {
        let url = format!("{}{}", self.trial.world().origin, self.path(rest));
        let asking = self.ask_at(method, &url);
        if rest.starts_with("manifests/") && asking.reads() {
            return asking.header("accept", MANIFEST_TYPES);
        }
        asking
    }

    /// A request to an absolute URL that the registry gave for something in this repository.
    pub fn ask_at(&self, method: Method, url: &str) -> Asking<'t> {
        let mut asking = self.trial.ask_at(method, url);
        let action = if asking.reads() { "pull" } else { "write" };
        asking.request.purpose = format!("{} {action}", self.name);
        asking.repository = Some(self.name.clone());
        asking
    }

    /// GET.
    pub fn get(&self, rest: &str) -> Result<Answer<'t>, Stop> {
        self.ask(Method::GET, rest).send()
    }

    /// HEAD.
    pub fn head(&self, rest: &str) -> Result<Answer<'t>, Stop> {
        self.ask(Method::HEAD, rest).send()
    }

    /// DELETE.
    pub fn delete(&self, rest: &str) -> Result<Answer<'t>, Stop> {
        self.ask(Method::DELETE, rest).send()
    }

    /// PUT of a manifest under a tag or digest.
    pub fn put_manifest(
        &self,
        reference: impl std::fmt::Display,
        manifest: &ManifestDoc,
    ) -> Result<Answer<'t>, Stop> {
        self.ask(Method::PUT, &format!("manifests/{reference}"))
            .manifest(manifest)
            .send()
    }
}

/// The `Accept` of a client that takes every kind of manifest.
pub(super) const MANIFEST_TYPES: &str = "application/vnd.oci.image.manifest.v1+json, \
     application/vnd.oci.image.index.v1+json, \
     application/vnd.docker.distribution.manifest.v2+json, \
     application/vnd.docker.distribution.manifest.list.v2+json";

impl Trial<'_> {
    /// A request to any path of the registry, which goes out exactly as it stands here.
    pub fn ask(&self, method: Method, path: &str) -> Asking<'_> {
        self.ask_at(method, &format!("{}{path}", self.world().origin))
    }

    /// A request to an absolute URL.
    pub fn ask_at(&self, method: Method, url: &str) -> Asking<'_> {
        Asking {
            trial: self,
            repository: None,
            request: Request::new(method, url),
            accept: vec!["*/*".to_owned()],
            is_of_second: false,
        }
    }

    /// GET in the trial's repository.
    pub fn get(&self, rest: &str) -> Result<Answer<'_>, Stop> {
        self.repository().get(rest)
    }

    /// HEAD in the trial's repository.
    pub fn head(&self, rest: &str) -> Result<Answer<'_>, Stop> {
        self.repository().head(rest)
    }

    /// DELETE in the trial's repository.
    pub fn delete(&self, rest: &str) -> Result<Answer<'_>, Stop> {
        self.repository().delete(rest)
    }
}

/// A request in the making.
#[derive(Debug, Clone)]
#[must_use = "nothing is asked until `send`"]
pub struct Asking<'t> {
    trial: &'t Trial<'t>,
    repository: Option<RepositoryName>,
    pub(super) request: Request,
    accept: Vec<String>,
    is_of_second: bool,
}

impl<'t> Asking<'t> {
    /// With a query parameter, appended to those that the URL has already.
    pub fn query(mut self, name: &str, value: &str) -> Self {
        if name == "from" {
            // A token for a mount has to be good for the source as well.
            self.request.purpose = format!("{} from {value}", self.request.purpose);
        }
        let encoded: String = form_urlencoded::byte_serialize(value.as_bytes()).collect();
        self.raw_query(&format!("{name}={}", encoded.replace("%3A", ":")))
    }

    /// With a piece of query string that goes out as it is.
    pub fn raw_query(mut self, piece: &str) -> Self {
        let separator = if self.request.url.contains('?') {
            '&'
        } else {
            '?'
        };
        self.request.url.push(separator);
        self.request.url.push_str(piece);
        self
    }

    /// With a header, in the place of any of that name.
    ///
    /// # Panics
    ///
    /// On a name or value that HTTP does not allow; checks write both by hand.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        if name.eq_ignore_ascii_case("accept") {
            self.accept = vec![value.to_owned()];
            return self;
        }
        let name = HeaderName::try_from(name).expect("checks use valid header names");
        let value = HeaderValue::try_from(value).expect("checks use valid header values");
        self.request.headers.insert(name, value);
        self
    }

    /// Without any `Accept`.
    pub fn without_accept(mut self) -> Self {
        self.accept.clear();
        self
    }

    /// With these values of `Accept`, each in a header line of its own.
    pub fn accepting<'v>(mut self, values: impl IntoIterator<Item = &'v str>) -> Self {
        self.accept = values.into_iter().map(str::to_owned).collect();
        self
    }

    /// With a body.
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.request.body = body.into();
        self
    }

    /// With a blob as the body.
    pub fn blob(mut self, blob: &Blob) -> Self {
        self.request.recipe.clone_from(&blob.recipe);
        self.header("content-type", "application/octet-stream")
            .body(blob.bytes.clone())
    }

    /// With a manifest as the body, under its own media type.
    pub fn manifest(self, manifest: &ManifestDoc) -> Self {
        self.header("content-type", &manifest.media_type)
            .body(manifest.bytes.clone())
    }

    /// With `Transfer-Encoding: chunked` instead of a length.
    pub fn chunked(mut self) -> Self {
        self.request.framing = Framing::Chunked;
        self
    }

    /// Announcing a body of `length` bytes, whatever it has.
    pub fn announcing(mut self, length: u64) -> Self {
        self.request.framing = Framing::Announced(length);
        self
    }

    /// Without the run's credentials.
    pub fn anonymous(mut self) -> Self {
        self.request.credentials = Credentials::Withheld;
        self
    }

    /// By the second account. Only for checks that need [`Feature::SecondAccount`](crate::check::Feature):
    /// without one, nobody asks.
    pub fn by_second(mut self) -> Self {
        self.is_of_second = true;
        self
    }

    /// Reading up to `limit` bytes of the answer's body.
    pub fn reading(mut self, limit: usize) -> Self {
        self.request.read_limit = limit;
        self
    }

    /// Sends it; without an answer, the check ends in trouble.
    pub fn send(self) -> Result<Answer<'t>, Stop> {
        self.attempt().map_err(Stop::Trouble)
    }

    /// Sends it, for checks to which the lack of an answer says something.
    pub fn attempt(mut self) -> Result<Answer<'t>, Failure> {
        for value in std::mem::take(&mut self.accept) {
            let value = HeaderValue::try_from(value).expect("checks use valid header values");
            self.request.headers.append("accept", value);
        }
        if self.request.recipe.is_empty() {
            self.request.recipe = self.trial.recipe_of(&self.request.body);
        }
        let asked = self.request.clone();
        let world = self.trial.world();
        let second = world.second.as_ref().filter(|_| self.is_of_second);
        if self.is_of_second && second.is_none() {
            self.request.credentials = Credentials::Withheld;
        }
        let client = second.map_or(&world.client, |second| &second.client);
        let reply = client.send(self.request, &self.trial.transcript)?;
        if let Some(repository) = self.repository.as_ref().filter(|_| !self.is_of_second) {
            let origin = &self.trial.world().origin;
            self.trial.ledger.note(origin, repository, &asked, &reply);
        }
        Ok(Answer::new(self.trial, asked, reply))
    }

    fn reads(&self) -> bool {
        matches!(self.request.method, Method::GET | Method::HEAD)
    }
}
