//! What is said to those who ask for a token.

use std::time::Duration;
use std::time::UNIX_EPOCH;

use http::StatusCode;
use http::header::ALLOW;
use http::header::CACHE_CONTROL;
use http::header::WWW_AUTHENTICATE;
use serde_json::json;

use crate::oci::ErrorCode;
use crate::registry::answer::Answer;
use crate::registry::auth::challenge;

/// A token that is given out.
pub(super) struct Issued {
    pub(super) user: Option<String>,
    pub(super) token: String,
    pub(super) scope: String,
    pub(super) refresh: Option<String>,
    pub(super) now: u64,
    pub(super) life: Duration,
}

/// Why none is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Failure {
    /// It was asked for in another way.
    Method,
    /// It is not clear what was asked for.
    Malformed(&'static str),
    /// It was asked for with what nothing is given for.
    Grant,
    /// Too much was asked for.
    Scope,
    /// Whoever asked is not who they say.
    Login(&'static str),
}

impl Issued {
    /// The answer, in the words of Docker's protocol and of OAuth 2.
    pub(super) fn into_answer(self) -> Answer {
        let issued = UNIX_EPOCH + Duration::from_secs(self.now);
        let mut body = json!({
            "token": self.token,
            "access_token": self.token,
            "token_type": "Bearer",
            "scope": self.scope,
            "expires_in": self.life.as_secs(),
            "issued_at": humantime::format_rfc3339_seconds(issued).to_string(),
        });
        if let Some(refresh) = self.refresh {
            body["refresh_token"] = refresh.into();
        }
        let mut answer = said(StatusCode::OK, &body);
        answer.notes.user = self.user;
        answer
    }
}

impl Failure {
    /// The answer, in the words of the registry and of OAuth 2.
    pub(super) fn into_answer(self) -> Answer {
        let (status, code, error, message) = match self {
            Self::Method => (
                StatusCode::METHOD_NOT_ALLOWED,
                ErrorCode::Unsupported,
                "invalid_request",
                "tokens are to be had by GET and POST",
            ),
            Self::Malformed(message) => bad("invalid_request", message),
            Self::Grant => bad(
                "unsupported_grant_type",
                "tokens are given for a password or a refresh token",
            ),
            Self::Scope => bad("invalid_scope", "no token has so many scopes"),
            Self::Login(message) => (
                StatusCode::UNAUTHORIZED,
                ErrorCode::Unauthorized,
                "invalid_grant",
                message,
            ),
        };
        let body = json!({
            "errors": [{"code": code.name(), "message": message}],
            "error": error,
            "error_description": message,
        });
        let mut answer = said(status, &body);
        answer.notes.code = Some(code.name());
        match self {
            Self::Method => answer.header(ALLOW, "GET, POST"),
            Self::Login(_) => answer.header(WWW_AUTHENTICATE, challenge::BASIC),
            _ => answer,
        }
    }
}

fn bad(
    error: &'static str,
    message: &'static str,
) -> (StatusCode, ErrorCode, &'static str, &'static str) {
    (
        StatusCode::BAD_REQUEST,
        ErrorCode::Unsupported,
        error,
        message,
    )
}

/// An answer that nobody keeps, since it may hold a secret.
fn said(status: StatusCode, body: &serde_json::Value) -> Answer {
    Answer::new(status)
        .header(CACHE_CONTROL, "no-store")
        .body("application/json", body.to_string())
}
