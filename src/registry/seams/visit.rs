//! A request on its way to the handlers, as a layer sees it.

use std::time::Duration;

use bytes::Bytes;
use http::header;

use super::Memory;
use super::Operation;
use super::Plain;
use crate::http::HeaderMap;
use crate::http::HeaderName;
use crate::http::HeaderValue;
use crate::http::Method;
use crate::oci::Digest;
use crate::oci::RepositoryName;
use crate::registry::answer::Answer;
use crate::registry::app::App;
use crate::registry::call::Call;
use crate::registry::query::Query;
use crate::registry::route::Route;

/// A request on its way.
pub(crate) struct Visit<'a> {
    /// What its path names.
    pub(crate) route: &'a Route,
    /// The rest of it.
    pub(crate) call: &'a Call,
    /// What the layer remembers.
    pub(crate) memory: &'a Memory,
    app: &'a App,
    /// How many layers it has passed.
    depth: usize,
}

impl<'a> Visit<'a> {
    pub(crate) fn new(
        app: &'a App,
        depth: usize,
        memory: &'a Memory,
        route: &'a Route,
        call: &'a Call,
    ) -> Self {
        Self {
            route,
            call,
            memory,
            app,
            depth,
        }
    }

    /// What it is for.
    pub(crate) fn operation(&self) -> Operation {
        Operation::of(self.route, self.call)
    }

    /// Whether it is for one of these.
    pub(crate) fn is(&self, operations: &[Operation]) -> bool {
        operations.contains(&self.operation())
    }

    /// The repository that the path names; empty where it names none.
    pub(crate) fn name(&self) -> &'a str {
        match self.route {
            Route::Blob { name, .. }
            | Route::Uploads { name }
            | Route::Session { name, .. }
            | Route::Manifest { name, .. }
            | Route::Tags { name }
            | Route::Referrers { name, .. } => name,
            Route::Base | Route::Extensions | Route::Catalog | Route::Unknown => "",
        }
    }

    /// The repository that the path names, if that can be one.
    pub(crate) fn repository(&self) -> Option<RepositoryName> {
        self.name().parse().ok()
    }

    /// The last part of the path: a digest, a tag, or the id of a session.
    pub(crate) fn last(&self) -> &'a str {
        match self.route {
            Route::Blob { digest, .. } | Route::Referrers { digest, .. } => digest,
            Route::Manifest { reference, .. } => reference,
            Route::Session { id, .. } => id,
            _ => "",
        }
    }

    /// Whether the last part of the path is a digest.
    pub(crate) fn is_by_digest(&self) -> bool {
        self.last().parse::<Digest>().is_ok()
    }

    /// A key for what the path names, whatever the method.
    pub(crate) fn key(&self) -> String {
        format!("{} {}", self.name(), self.last())
    }

    /// A parameter of the query.
    pub(crate) fn query(&self, name: &str) -> Option<&'a str> {
        self.call.query.first(name)
    }

    /// A header of the request.
    pub(crate) fn header(&self, name: &HeaderName) -> Option<String> {
        self.call.header(name)
    }

    /// The body of the request.
    pub(crate) fn body(&self) -> &'a Bytes {
        &self.call.body
    }

    /// Whether the body is a manifest with a subject.
    pub(crate) fn has_subject(&self) -> bool {
        let manifest: Option<serde_json::Value> = serde_json::from_slice(self.body()).ok();
        manifest.is_some_and(|manifest| manifest.get("subject").is_some())
    }

    /// Scheme, host and port by which the client came.
    pub(crate) fn origin(&self) -> String {
        let host = self.header(&header::HOST);
        let host = host.as_deref().unwrap_or("registry.invalid");
        format!("{}://{host}", self.scheme())
    }

    /// Another origin that leads here too.
    pub(crate) fn other_origin(&self) -> String {
        let other = match self.header(&header::HOST) {
            Some(host) => match host.strip_prefix("localhost") {
                Some(port) => format!("127.0.0.1{port}"),
                None => host.replacen("127.0.0.1", "localhost", 1),
            },
            None => "elsewhere.invalid".to_owned(),
        };
        format!("{}://{other}", self.scheme())
    }

    fn scheme(&self) -> &'static str {
        match self.app.settings.tls {
            Some(_) => "https",
            None => "http",
        }
    }

    /// What the registry holds. Behind a layer of the store, that layer is seen.
    pub(crate) fn store(&self) -> Plain<'a> {
        Plain(self.app.store.as_ref())
    }

    /// How often the registry was started again.
    pub(crate) fn restarts(&self) -> u64 {
        self.app.restarts()
    }

    /// How long the registry has been there.
    pub(crate) fn now(&self) -> Duration {
        self.app.clock.now()
    }

    /// Passes the request on as it is.
    pub(crate) fn pass(&self) -> Answer {
        self.app.pass(self.depth + 1, self.route, self.call)
    }

    /// Passes the request on, changed.
    pub(crate) fn pass_call(&self, call: &Call) -> Answer {
        self.app.pass(self.depth + 1, self.route, call)
    }

    /// Passes the request on with another body.
    pub(crate) fn pass_body(&self, body: impl Into<Bytes>) -> Answer {
        self.pass_call(&Call {
            body: body.into(),
            ..self.call.clone()
        })
    }

    /// Passes the request on with another query.
    pub(crate) fn pass_query(&self, query: &str) -> Answer {
        self.pass_call(&Call {
            query: Query::read(query),
            ..self.call.clone()
        })
    }

    /// Passes the request on without this header.
    pub(crate) fn pass_without(&self, name: &HeaderName) -> Answer {
        let mut call = self.call.clone();
        call.headers.remove(name);
        self.pass_call(&call)
    }

    /// Passes the request on with this header, in place of any of that name.
    pub(crate) fn pass_with(&self, name: HeaderName, value: &str) -> Answer {
        let mut call = self.call.clone();
        if let Ok(value) = HeaderValue::from_str(value) {
            call.headers.insert(name, value);
        }
        self.pass_call(&call)
    }

    /// Passes the request on to another path.
    pub(crate) fn pass_route(&self, route: &Route) -> Answer {
        self.app.pass(self.depth + 1, route, self.call)
    }

    /// The answer to GET on a path, as it would be without this layer.
    pub(crate) fn get(&self, route: &Route) -> Answer {
        self.ask(Method::GET, route, "", Bytes::new())
    }

    /// The answer to any request without headers, as it would be without this layer.
    pub(crate) fn ask(&self, method: Method, route: &Route, query: &str, body: Bytes) -> Answer {
        let call = Call {
            sight: self.call.sight.clone(),
            method,
            path: self.call.path.clone(),
            headers: HeaderMap::new(),
            query: Query::read(query),
            body,
            staged: None,
            flaw: None,
        };
        self.app.pass(self.depth + 1, route, &call)
    }

    /// The path that this request would have in another repository.
    pub(crate) fn route_in(&self, repository: &str) -> Route {
        let name = repository.to_owned();
        match self.route.clone() {
            Route::Blob { digest, .. } => Route::Blob { name, digest },
            Route::Uploads { .. } => Route::Uploads { name },
            Route::Session { id, .. } => Route::Session { name, id },
            Route::Manifest { reference, .. } => Route::Manifest { name, reference },
            Route::Tags { .. } => Route::Tags { name },
            Route::Referrers { digest, .. } => Route::Referrers { name, digest },
            other => other,
        }
    }

    /// The first repository other than the named one in which `holds`, for layers that mix
    /// repositories up.
    pub(crate) fn elsewhere(&self, holds: impl Fn(&RepositoryName) -> bool) -> Option<String> {
        let mut others = self.store().repositories().into_iter();
        let found = others.find(|other| other.as_str() != self.name() && holds(other))?;
        Some(found.as_str().to_owned())
    }
}
