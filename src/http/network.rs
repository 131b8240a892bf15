//! Requests over the network: through reqwest where it sends what was asked for, through the raw
//! transport where it would not.
//!
//! reqwest rewrites URLs, always sends `Accept`, and gives every body its true length. Whatever
//! those habits would change is said byte by byte instead. Over TLS reqwest speaks HTTP/2 to a server
//! that picks it; the raw transport speaks HTTP/1.1 alone.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use bytes::BytesMut;
use http::HeaderValue;
use http::Method;
use http::header;
use reqwest::redirect::Policy;

use super::ClientError;
use super::ClientSettings;
use super::Failure;
use super::Framing;
use super::Protocol;
use super::Request;
use super::Response;
use super::fault;
use super::fault::Loss;
use super::fault::Stage;
use super::fresh;
use super::fresh::Watch;
use super::origin::Origin;
use super::raw::Raw;
use super::resolve::Resolver;
use super::room;
use super::tls;
use super::trip::Trip;

/// How many idle connections to one host are kept: as many as there may be jobs.
pub(crate) const IDLE_CONNECTIONS: usize = 64;

/// How long an idle connection is kept. Shorter than the shortest common server setting (5 s), so
/// that we seldom send into a connection that is being closed.
pub(crate) const IDLE_FOR: Duration = Duration::from_secs(2);

/// The most headers an answer may have.
pub(crate) const MAX_HEADERS: usize = 200;

/// The most bytes that the headers of an answer may have over HTTP/2, which counts 32 more for each:
/// what the raw transport takes. hyper would refuse more than a quarter of it.
pub(crate) const MAX_HEADER_LIST: u32 = 64 << 10;

/// How much of one answer is taken over HTTP/2 before it is read, in bytes.
const STREAM_WINDOW: u32 = 1 << 20;

/// The same of all answers on a connection together: as much as there can be, since answers that wait
/// for room would otherwise keep those from coming that have it.
const CONNECTION_WINDOW: u32 = (1 << 31) - 1;

/// Why nobody is sent to such an address by what a target says.
const LINK_LOCAL: &str = "an address of the local link is only asked where it is the target's own";

/// Both ways to the network.
pub(crate) struct Network {
    reqwest: reqwest::Client,
    /// The same, making a connection for each request.
    unpooled: reqwest::Client,
    raw: Raw,
    /// The target's host.
    home: Option<String>,
}

impl Network {
    /// Prepares both; nothing is sent yet.
    pub(crate) fn new(settings: &ClientSettings) -> Result<Self, ClientError> {
        settings.proxies.check()?;
        let tls = tls::configuration(settings)?;
        let either = tls::with_http2(tls.clone());
        Ok(Self {
            reqwest: reqwest_client(settings, either.clone(), IDLE_CONNECTIONS)?,
            unpooled: reqwest_client(settings, either, 0)?,
            raw: Raw::new(Arc::new(tls), settings.proxies.clone()),
            home: settings
                .target
                .as_deref()
                .and_then(|target| Some(Origin::of(target).ok()?.host)),
        })
    }

    /// Sends a request, on a connection made for it if it is to be `fresh`, and reads the answer.
    pub(crate) async fn send(&self, request: &Request, fresh: bool) -> Trip {
        let origin = match Origin::of(&request.url) {
            Ok(origin) => origin,
            Err(failure) => return Trip::failed(failure),
        };
        if origin.is_link_local() && self.home.as_ref().is_some_and(|home| *home != origin.host) {
            return Trip::failed(Failure::BadUrl {
                url: request.url.clone(),
                reason: LINK_LOCAL.to_owned(),
            });
        }
        if is_sayable(request) {
            self.ask(request, &origin, fresh).await
        } else {
            self.raw.send(request, fresh).await
        }
    }

    /// Sends these bytes to the origin of `url` and reads one answer.
    pub(crate) async fn send_raw(&self, url: &str, bytes: &Bytes, limit: usize) -> Trip {
        self.raw.send_bytes(url, bytes, limit).await
    }

    /// Sends these bytes to the origin of `url`, closes our side of the connection if it `closes`,
    /// and reads one answer.
    pub(crate) async fn send_exact(
        &self,
        url: &str,
        bytes: &Bytes,
        limit: usize,
        closes: bool,
    ) -> Trip {
        self.raw.send_exact(url, bytes, limit, closes).await
    }

    async fn ask(&self, request: &Request, origin: &Origin, fresh: bool) -> Trip {
        let client = if fresh { &self.unpooled } else { &self.reqwest };
        let (answer, is_fresh) = fresh::watched(outgoing(client, request).send()).await;
        match answer {
            Ok(answer) => Trip {
                protocol: Protocol::of(answer.version()),
                ..Trip::of(whole(answer, request.read_limit, origin).await)
            },
            Err(error) => {
                let failure = unanswered(&error, origin);
                let is_lost = matches!(failure, Failure::ConnectionLost { .. });
                let may_be_stale = match fault::loss(&error) {
                    Loss::Connection => !is_fresh,
                    // Whoever made it, others' requests were on it.
                    Loss::SharedConnection => !fresh,
                    Loss::Stream => false,
                };
                Trip {
                    stale: is_lost && may_be_stale,
                    ..Trip::failed(failure)
                }
            }
        }
    }
}

fn outgoing(client: &reqwest::Client, request: &Request) -> reqwest::RequestBuilder {
    let outgoing = client
        .request(request.method.clone(), &request.url)
        .headers(request.headers.clone());
    if !request.body.is_empty() {
        outgoing.body(request.body.clone())
    } else if expects_body(&request.method) {
        outgoing.header(header::CONTENT_LENGTH, HeaderValue::from_static("0"))
    } else {
        outgoing
    }
}

/// Why there is not even the head of an answer.
fn unanswered(error: &reqwest::Error, origin: &Origin) -> Failure {
    let stage = if error.is_connect() {
        Stage::Connecting
    } else {
        Stage::Talking
    };
    fault::failure(error, stage, origin)
}

/// The answer with its body.
async fn whole(
    answer: reqwest::Response,
    limit: usize,
    origin: &Origin,
) -> Result<Response, Failure> {
    let status = answer.status().as_u16();
    let headers = answer.headers().clone();
    if answer
        .content_length()
        .is_some_and(|length| length > limit as u64)
    {
        return Err(Failure::TooLong { limit });
    }
    let body = read(answer, limit, origin).await?;
    Ok(Response {
        status,
        headers,
        body,
    })
}

fn reqwest_client(
    settings: &ClientSettings,
    tls: rustls::ClientConfig,
    idle_connections: usize,
) -> Result<reqwest::Client, ClientError> {
    let proxies = settings.proxies.clone();
    let proxy = reqwest::Proxy::custom(move |url| {
        let origin = Origin::of(url.as_str()).ok()?;
        url::Url::parse(proxies.on_the_way_to(&origin)?).ok()
    });
    reqwest::Client::builder()
        .redirect(Policy::none())
        .retry(reqwest::retry::never())
        .no_proxy()
        .proxy(proxy)
        .tls_backend_preconfigured(tls)
        .http1_max_headers(MAX_HEADERS)
        .http2_max_header_list_size(MAX_HEADER_LIST)
        .http2_initial_stream_window_size(STREAM_WINDOW)
        .http2_initial_connection_window_size(CONNECTION_WINDOW)
        .tcp_nodelay(true)
        .pool_max_idle_per_host(idle_connections)
        .pool_idle_timeout(IDLE_FOR)
        .referer(false)
        .dns_resolver(Resolver)
        .connector_layer(Watch)
        .build()
        .map_err(|error| ClientError::Tls(error.to_string()))
}

/// Whether a request with this method says `Content-Length: 0` when it has no body (RFC 9110,
/// section 8.6).
pub(crate) fn expects_body(method: &Method) -> bool {
    matches!(*method, Method::POST | Method::PUT | Method::PATCH)
}

/// Whether reqwest sends exactly what the request says.
fn is_sayable(request: &Request) -> bool {
    let ours = [
        header::HOST,
        header::CONTENT_LENGTH,
        header::TRANSFER_ENCODING,
        header::CONNECTION,
        header::TE,
        header::UPGRADE,
        header::EXPECT,
    ];
    request.meeting.is_none()
        && request.framing == Framing::Length
        && request.method != Method::CONNECT
        && request.headers.contains_key(header::ACCEPT)
        && !ours.iter().any(|name| request.headers.contains_key(name))
        && url::Url::parse(&request.url).is_ok_and(|url| url.as_str() == request.url)
        && http::Uri::try_from(&request.url).is_ok()
}

async fn read(
    mut answer: reqwest::Response,
    limit: usize,
    origin: &Origin,
) -> Result<Bytes, Failure> {
    let mut body = BytesMut::new();
    loop {
        match answer.chunk().await {
            Ok(None) => return Ok(body.freeze()),
            Ok(Some(chunk)) if body.len() + chunk.len() > limit => {
                return Err(Failure::TooLong { limit });
            }
            Ok(Some(chunk)) => room::extend(&mut body, &chunk).await,
            Err(error) => return Err(fault::failure(&error, Stage::Talking, origin)),
        }
    }
}
