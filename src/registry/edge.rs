//! From a request of axum to an answer, and back.

use std::convert::Infallible;
use std::pin::Pin;
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

use super::answer::Answer;
use super::app::App;
use super::auth;
use super::auth::Auth;
use super::auth::Entry;
use super::body;
use super::call::Call;
use super::query::Query;
use super::route::Route;
use crate::http::HeaderMap;
use crate::http::HeaderValue;

/// Answers `request`, if whoever sent it may have it answered.
pub(crate) async fn respond(app: &App, request: Request) -> Answer {
    let (mut head, body) = request.into_parts();
    if head.version == Version::HTTP_2 {
        name_host(&head.uri, &mut head.headers);
    }
    let method = head.method.clone();
    let answer = match auth::entry(app, &mut head).await {
        Entry::Open => handled(app, head, body).await,
        Entry::Admitted(pass) => pass.complete(handled(app, head, body).await),
        Entry::Tokens(auth) => token(app, &auth, &head, body).await,
        Entry::Refused(answer) => {
            // None of it is kept.
            body::read(&head.headers, body, 0, app.settings.reads_excess).await;
            answer
        }
    };
    app.clock.wait(answer.delay).await;
    answer.finish(&method)
}

/// The answer to a request for a token.
async fn token(app: &App, auth: &Auth, head: &Parts, body: Body) -> Answer {
    let reads_excess = app.settings.reads_excess;
    let (form, flaw) = body::read(&head.headers, body, auth::BODY_LIMIT, reads_excess).await;
    app.clock.tick();
    auth::issue(app, auth, head, flaw.is_none().then_some(&form)).await
}

/// The answer to a request that was let in.
async fn handled(app: &App, head: Parts, body: Body) -> Answer {
    let route = Route::parse(head.uri.path());
    let limit = body_limit(app, &route);
    let (body, flaw) = body::read(&head.headers, body, limit, app.settings.reads_excess).await;
    let call = Call {
        method: head.method,
        path: head.uri.path().to_owned(),
        headers: head.headers,
        query: Query::read(head.uri.query().unwrap_or_default()),
        body,
        flaw,
    };
    app.clock.tick();
    app.pass(0, &route, &call)
}

/// Puts the host where HTTP/1.1 has it, for whoever looks there (RFC 9113, section 8.3.1).
fn name_host(uri: &Uri, headers: &mut HeaderMap) {
    let host = uri.authority().map(|it| HeaderValue::from_str(it.as_str()));
    if let Some(Ok(host)) = host {
        headers.entry(header::HOST).or_insert(host);
    }
}

/// How long a body may be at `route`, in bytes.
fn body_limit(app: &App, route: &Route) -> usize {
    match route {
        Route::Uploads { .. } | Route::Session { .. } => app.settings.blob_limit,
        _ => app.settings.manifest_limit,
    }
}

impl From<Answer> for Response {
    fn from(answer: Answer) -> Self {
        let body = if answer.is_streamed {
            Body::new(Streamed(Some(answer.body)))
        } else {
            Body::from(answer.body)
        };
        let mut response = Self::new(body);
        *response.status_mut() = answer.status;
        *response.headers_mut() = answer.headers;
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
