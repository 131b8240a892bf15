//! From a request of axum to an answer, and back.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Context;
use std::task::Poll;

use axum::body::Body;
use axum::body::HttpBody;
use axum::extract::Request;
use axum::response::Response;
use bytes::Bytes;
use http::Uri;
use http::Version;
use http::header;
use http::request::Parts;
use hyper::body::Frame;
use tokio::task::spawn_blocking;

use super::answer::Answer;
use super::app::App;
use super::auth;
use super::auth::Auth;
use super::auth::Entry;
use super::auth::Sight;
use super::body;
use super::body::Bounds;
use super::call::Call;
use super::intake;
use super::namespace;
use super::namespace::Namespace;
use super::operations::Kind;
use super::query::Query;
use super::reading::Reading;
use super::route::Route;
use crate::http::HeaderMap;
use crate::http::HeaderValue;
use crate::http::Method;
use crate::oci::Reference;

/// Answers `request`, if whoever sent it may have it answered.
pub(crate) async fn respond(app: &Arc<App>, request: Request) -> Answer {
    let (mut head, body) = request.into_parts();
    if head.version == Version::HTTP_2 {
        name_host(&head.uri, &mut head.headers);
    }
    let method = head.method.clone();
    let namespace = namespace::enter(&app.settings.namespaces, &mut head);
    let answer = match auth::entry(app, &mut head).await {
        Entry::Open => handled(app, head, body, Sight::default()).await,
        Entry::Admitted(mut pass) => {
            let sight = pass.take_sight();
            pass.complete(handled(app, head, body, sight).await)
        }
        Entry::Tokens(auth) => token(app, &auth, &head, body).await,
        Entry::Refused(answer) => {
            body::throw_away(&head.headers, body).await;
            answer
        }
    };
    app.clock.wait(answer.delay).await;
    let answer = namespace.into_iter().fold(answer, Namespace::sign);
    let answer = app.settings.warnings.put_on(answer);
    answer.finish(&method)
}

/// The answer to a request for a token.
async fn token(app: &App, auth: &Auth, head: &Parts, body: Body) -> Answer {
    let bounds = Bounds {
        limit: auth::BODY_LIMIT,
        reads_excess: app.settings.reads_excess,
    };
    let (form, flaw) = body::read(&head.headers, body, bounds).await;
    app.clock.tick();
    auth::issue(app, auth, head, flaw.is_none().then_some(&form)).await
}

/// The answer to a request that was let in.
async fn handled(app: &Arc<App>, head: Parts, body: Body, sight: Sight) -> Answer {
    let route = Route::parse(head.uri.path());
    let call = Call {
        method: head.method,
        path: head.uri.path().to_owned(),
        sight,
        headers: head.headers,
        query: Query::read(head.uri.query().unwrap_or_default()),
        body: Bytes::new(),
        staged: None,
        flaw: None,
    };
    let call = intake::receive(app, &route, call, body).await;
    app.clock.tick();
    let kind = Kind::of(&route);
    let mut answer = answer(app, route, call).await;
    answer.notes.kind = Some(kind);
    answer
}

/// The answer, made where nobody else waits if it may have to wait for a disk.
async fn answer(app: &Arc<App>, route: Route, call: Call) -> Answer {
    let has_to_wait = app.store.waits()
        && (app.has_layers() || !app.gate.is_open() || !is_at_hand(app, &route, &call.method));
    if !has_to_wait {
        return app.pass(0, &route, &call);
    }
    let app = Arc::clone(app);
    match spawn_blocking(move || app.pass(0, &route, &call)).await {
        Ok(answer) => answer,
        Err(failed) => std::panic::resume_unwind(failed.into_panic()),
    }
}

/// Whether the store has what is asked for in memory.
fn is_at_hand(app: &App, route: &Route, method: &Method) -> bool {
    if !matches!(*method, Method::GET | Method::HEAD) {
        return false;
    }
    let (name, content) = match route {
        Route::Base | Route::Extensions | Route::Unknown => return true,
        Route::Catalog | Route::Uploads { .. } | Route::Session { .. } => return false,
        Route::Tags { name } | Route::Referrers { name, .. } => (name, None),
        Route::Blob { name, .. } if method == Method::HEAD => (name, None),
        Route::Blob { name, digest } => (name, Some(digest)),
        Route::Manifest { name, reference } => (name, Some(reference)),
    };
    let content = content.map(|it| it.parse::<Reference>());
    match (name.parse(), content.transpose()) {
        (Ok(name), Ok(content)) => app.store.is_at_hand(&name, content.as_ref()),
        // It is refused, whatever is there.
        _ => true,
    }
}

/// Puts the host where HTTP/1.1 has it, for whoever looks there (RFC 9113, section 8.3.1).
fn name_host(uri: &Uri, headers: &mut HeaderMap) {
    let host = uri.authority().map(|it| HeaderValue::from_str(it.as_str()));
    if let Some(Ok(host)) = host {
        headers.entry(header::HOST).or_insert(host);
    }
}

impl From<Answer> for Response {
    fn from(answer: Answer) -> Self {
        let body = match answer.file {
            Some(part) => Body::new(Reading::new(part)),
            None if answer.is_streamed => Body::new(Streamed(Some(answer.body))),
            None => Body::from(answer.body),
        };
        let length = body.size_hint().exact();
        let mut response = Self::new(body);
        *response.status_mut() = answer.status;
        *response.headers_mut() = answer.headers;
        if let Some(length) = length {
            let headers = response.headers_mut();
            headers
                .entry(header::CONTENT_LENGTH)
                .or_insert(length.into());
        }
        response
    }
}

/// A body that does not tell its length, so that it goes out in chunks.
struct Streamed(Option<Bytes>);

impl HttpBody for Streamed {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let rest = self.0.take().filter(|rest| !rest.is_empty());
        Poll::Ready(rest.map(|rest| Ok(Frame::data(rest))))
    }
}
