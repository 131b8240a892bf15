//! Pulled content: what the headers beside it say.
//!
//! Whether the headers are there at all is asked where content is pulled, since a redirect may have
//! carried them.

use crate::catalogue::Version;
use crate::catalogue::blob_pull::BLOB_DIGEST_HEADER_MATCHED;
use crate::catalogue::manifest_pull::MANIFEST_DIGEST_HEADER_MATCHED;
use crate::catalogue::manifest_pull::MANIFEST_TYPE_PARAMETERS_OMITTED;
use crate::catalogue::manifest_pull::MANIFEST_TYPE_SENT;
use crate::check::Check;
use crate::check::Remark;
use crate::check::Section;
use crate::http::Exchange;
use crate::oci::BadDigest;
use crate::oci::Digest;
use crate::oci::Endpoint;
use crate::suite::pull::types::is_token;
use crate::verdict::Fault;

use super::body;
use super::pulled;

pub(crate) static SECTION: Section = Section {
    id: "answers/content",
    title: "Pulled content, in every answer",
    anchor: "pulling-manifests",
    checks: &[
        Check {
            name: "manifest-type",
            title: "the 200 to a GET on a manifest names a media type in Content-Type",
            covers: &[&MANIFEST_TYPE_SENT],
            watch: Some(type_sent),
            ..Check::BASE
        },
        Check {
            name: "manifest-type-parameters",
            title: "the Content-Type of a pulled manifest has no parameters",
            covers: &[&MANIFEST_TYPE_PARAMETERS_OMITTED],
            watch: Some(parameters_omitted),
            ..Check::BASE
        },
        Check {
            name: "manifest-digest",
            title: "Docker-Content-Digest on a pulled manifest is a digest of the body",
            covers: &[&MANIFEST_DIGEST_HEADER_MATCHED],
            watch: Some(|exchange, _| digest_matched(exchange, Endpoint::Manifest)),
            ..Check::BASE
        },
        Check {
            name: "blob-digest",
            title: "Docker-Content-Digest on a pulled blob is a digest of the body",
            covers: &[&BLOB_DIGEST_HEADER_MATCHED],
            watch: Some(|exchange, _| digest_matched(exchange, Endpoint::Blob)),
            ..Check::BASE
        },
    ],
};

fn type_sent(exchange: &Exchange, _: Version) -> Remark {
    let Some(response) = pulled(exchange, Endpoint::Manifest) else {
        return Remark::Silent;
    };
    let sent = response.header("content-type").unwrap_or_default();
    Remark::that(
        is_media_type(sent),
        "a Content-Type that names a media type",
        &format!("200 with Content-Type: {sent:?}"),
    )
    .at(Fault::Header("content-type".to_owned()))
}

/// What is no media type has no parameters that could be told from the rest.
fn parameters_omitted(exchange: &Exchange, _: Version) -> Remark {
    let sent = pulled(exchange, Endpoint::Manifest)
        .and_then(|response| response.header("content-type"))
        .filter(|sent| is_media_type(sent));
    let Some(sent) = sent else {
        return Remark::Silent;
    };
    Remark::that(
        !sent.contains(';'),
        "a Content-Type without parameters",
        &format!("200 with Content-Type: {sent:?}"),
    )
    .at(Fault::Header("content-type".to_owned()))
}

/// Whether a text is a media type, with parameters or without (RFC 9110, section 8.3.1).
fn is_media_type(text: &str) -> bool {
    let essence = text.split(';').next().unwrap_or_default();
    essence
        .trim()
        .split_once('/')
        .is_some_and(|(kind, subtype)| is_token(kind) && is_token(subtype))
}

fn digest_matched(exchange: &Exchange, asked: Endpoint) -> Remark {
    let response = pulled(exchange, asked);
    let body = response.and_then(|response| body(exchange, response));
    let header = response.and_then(|response| response.headers.get("docker-content-digest"));
    let (Some(body), Some(header)) = (body, header) else {
        return Remark::Silent;
    };
    let header = String::from_utf8_lossy(header.as_bytes());
    let holds = match header.parse::<Digest>() {
        Ok(digest) => digest.matches(body),
        // A digest that plimsoll cannot compute may well be right.
        Err(BadDigest::Algorithm(_)) => return Remark::Silent,
        Err(_) => false,
    };
    Remark::that(
        holds,
        "a digest of the body in Docker-Content-Digest",
        &format!(
            "200 with {} bytes and Docker-Content-Digest: {header}",
            body.len()
        ),
    )
    .at(Fault::Header("docker-content-digest".to_owned()))
}
