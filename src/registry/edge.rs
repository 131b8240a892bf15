//! From a request of axum to an answer, and back.

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;

use super::answer::Answer;
use super::app::App;
use super::body;
use super::call::Call;
use super::error::Refusal;
use super::handlers;
use super::query::Query;
use super::route::Route;

/// Answers `request`.
pub(crate) async fn respond(app: &App, request: Request) -> Answer {
    let (head, body) = request.into_parts();
    let route = Route::parse(head.uri.path());
    let limit = body_limit(app, &route);
    let method = head.method.clone();
    let answer = match body::read(&head.headers, body, limit).await {
        Ok(body) => {
            let call = Call {
                method: head.method,
                headers: head.headers,
                query: Query::read(head.uri.query().unwrap_or_default()),
                body,
            };
            handlers::answer(app, &route, &call)
        }
        Err(case) => Err(case.into()),
    };
    answer.unwrap_or_else(Refusal::into_answer).finish(&method)
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
        let mut response = Self::new(Body::from(answer.body));
        *response.status_mut() = answer.status;
        *response.headers_mut() = answer.headers;
        response
    }
}
