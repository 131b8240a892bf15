//! Whether there is a registry at all, before it is judged.
//!
//! This is about whom a run talks to, not about how well he answers: whatever speaks the API
//! somewhere is a registry, and its faults are violations.

use crate::http::Client;
use crate::http::Failure;
use crate::http::Method;
use crate::http::Reply;
use crate::http::Request;
use crate::http::Transcript;

/// Why a run cannot begin.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// Nobody answers.
    #[error("{origin} cannot be tested: {failure}; {remedy}")]
    Silent {
        /// The address.
        origin: String,
        /// What happened.
        failure: Failure,
        /// What to try.
        remedy: &'static str,
    },
    /// It wants credentials, and none were given.
    #[error(
        "{0} wants credentials; give --username and --password-stdin, or log in with your container client"
    )]
    WantsCredentials(String),
    /// It does not take the credentials that were given.
    #[error(
        "{0} refuses these credentials; check --username, the password, and what the account may do"
    )]
    RefusesCredentials(String),
    /// It speaks TLS, and was addressed without.
    #[error("{0} speaks TLS on this port; give the address with https://")]
    SpeaksTls(String),
    /// It speaks Docker's first protocol only.
    #[error("{0} speaks only version 1 of Docker's protocol, which plimsoll does not test")]
    VersionOne(String),
    /// It is no registry.
    #[error(
        "{origin} is no registry: neither /v2/ (which answered {ping}) nor an upload nor a tag list \
         answers as the API does; give the address of the registry itself, without a path"
    )]
    NoRegistry {
        /// The address.
        origin: String,
        /// What `/v2/` answered.
        ping: String,
    },
    /// It does not have what a read-only run is to pull.
    #[error(
        "the registry has no {what} in `{repository}` ({by}): nothing can be judged against it; give one that is there"
    )]
    Absent {
        /// The tag, manifest or blob.
        what: String,
        /// Where it was looked for.
        repository: String,
        /// The answers that say so.
        by: String,
    },
}

/// Asks whether a registry answers at `origin`.
pub fn preflight(client: &Client, origin: &str, has_credentials: bool) -> Result<(), Unfit> {
    let ping = ask(client, Method::GET, format!("{origin}/v2/"));
    let reply = match ping {
        Ok(reply) => reply,
        Err(failure) if is_final(&failure) => return Err(silent(origin, failure)),
        // It listens, but breaks off at /v2/: what it does elsewhere decides.
        Err(failure) => {
            return if speaks_elsewhere(client, origin) {
                Ok(())
            } else {
                Err(silent(origin, failure))
            };
        }
    };
    match reply.response.status {
        200 if !is_page(&reply) => Ok(()),
        401 | 403 if has_credentials => Err(Unfit::RefusesCredentials(origin.to_owned())),
        401 | 403 => Err(Unfit::WantsCredentials(origin.to_owned())),
        400 if text(&reply).contains("HTTP request to an HTTPS server") => {
            Err(Unfit::SpeaksTls(origin.to_owned()))
        }
        _ if speaks_elsewhere(client, origin) => Ok(()),
        _ if speaks_version_one(client, origin) => Err(Unfit::VersionOne(origin.to_owned())),
        status => {
            let ping = if is_page(&reply) {
                format!("{status} with a web page")
            } else {
                status.to_string()
            };
            Err(Unfit::NoRegistry {
                origin: origin.to_owned(),
                ping,
            })
        }
    }
}

fn ask(client: &Client, method: Method, url: String) -> Result<Reply, Failure> {
    let accept = crate::http::HeaderValue::from_static("*/*");
    let mut request =
        Request::new(method, url).header(crate::http::HeaderName::from_static("accept"), accept);
    request.read_limit = 1 << 20;
    client.send(request, &Transcript::default())
}

/// Whether no other question would be answered either.
fn is_final(failure: &Failure) -> bool {
    !matches!(
        failure,
        Failure::ConnectionLost { .. } | Failure::Malformed { .. } | Failure::TooLong { .. }
    )
}

/// Whether an upload or a tag list is answered as the API does.
fn speaks_elsewhere(client: &Client, origin: &str) -> bool {
    let upload = ask(
        client,
        Method::POST,
        format!("{origin}/v2/plimsoll/preflight/blobs/uploads/"),
    );
    let takes =
        |reply: &Reply| reply.response.status == 202 && reply.response.header("location").is_some();
    if upload
        .as_ref()
        .is_ok_and(|reply| takes(reply) || has_error_body(reply))
    {
        return true;
    }
    let tags = ask(
        client,
        Method::GET,
        format!("{origin}/v2/plimsoll/preflight/tags/list"),
    );
    tags.as_ref()
        .is_ok_and(|reply| has_error_body(reply) || is_tag_list(reply))
}

fn speaks_version_one(client: &Client, origin: &str) -> bool {
    ask(client, Method::GET, format!("{origin}/v1/_ping"))
        .is_ok_and(|reply| reply.response.status == 200 && !is_page(&reply))
}

fn has_error_body(reply: &Reply) -> bool {
    let is_code = |entry: &serde_json::Value| entry["code"].is_string();
    json(reply)["errors"]
        .as_array()
        .is_some_and(|errors| errors.iter().any(is_code))
}

fn is_tag_list(reply: &Reply) -> bool {
    let body = json(reply);
    body["name"].is_string() && (body["tags"].is_array() || body["tags"].is_null())
}

fn json(reply: &Reply) -> serde_json::Value {
    serde_json::from_slice(&reply.response.body).unwrap_or_default()
}

fn is_page(reply: &Reply) -> bool {
    reply
        .response
        .header("content-type")
        .is_some_and(|value| value.starts_with("text/html"))
}

fn text(reply: &Reply) -> String {
    String::from_utf8_lossy(&reply.response.body).into_owned()
}

fn silent(origin: &str, failure: Failure) -> Unfit {
    let remedy = match failure {
        Failure::Refused { .. } => "start the registry, or give --wait 60s to wait for it",
        Failure::NoAddress { .. } => "check the host name",
        Failure::Tls { .. } => {
            "for a certificate of your own give --ca-cert, to trust any give --insecure"
        }
        Failure::TimedOut { .. } => "check host and port, or give a longer --timeout",
        Failure::Token { .. } => "check --username, the password and the token service",
        _ => "check that a registry listens there",
    };
    Unfit::Silent {
        origin: origin.to_owned(),
        failure,
        remedy,
    }
}
