//! Content address: what has a digest is what the digest says.

use super::Flaw;
use super::Judge;
use super::Rule;
use super::Scene;
use crate::catalogue::Requirement;
use crate::catalogue::blob_pull;
use crate::catalogue::existence;
use crate::catalogue::manifest_pull;
use crate::catalogue::manifest_push;
use crate::fuzz::meaning::Meaning;
use crate::fuzz::meaning::Reference;
use crate::fuzz::meaning::Verb;
use crate::fuzz::seen::Seen;
use crate::http::Response;
use crate::oci::Digest;

pub(super) static RULE: Rule = Rule {
    id: "content-address",
    title: "What is pulled by a digest hashes to it, and what is pushed under one as well",
    why: "Two registries that disagree on what a digest names are why the protocol addresses by \
          content at all: a client that trusts the digest must get those bytes or none.",
    judge: Judge::Answer(judge),
};

fn judge(scene: &Scene<'_>) -> Option<Flaw> {
    let seen = scene.seen;
    let response = seen.response()?;
    if response.status != 200 && response.status != 201 {
        return None;
    }
    let (requirement, detail) = body_unlike_path(seen, response)
        .or_else(|| header_unlike_body(seen, response))
        .or_else(|| header_unlike_push(seen, response))
        .or_else(|| two_types(scene, response))?;
    Some(Flaw {
        at: scene.before.len(),
        requirement: Some(requirement),
        expected: "content and digest that belong together".to_owned(),
        detail,
    })
}

type Found = Option<(&'static Requirement, &'static str)>;

/// The body of a GET by digest.
fn body_unlike_path(seen: &Seen, response: &Response) -> Found {
    let digest: Digest = asked_digest(seen)?.parse().ok()?;
    let is_whole = response.status == 200 && !response.headers.contains_key("content-encoding");
    if !is_whole || seen.planned.strays || digest.matches(&response.body) {
        return None;
    }
    let requirement = match seen.meaning() {
        Meaning::Blob { .. } => &blob_pull::BLOB_FOUND,
        _ => &manifest_pull::MANIFEST_BY_DIGEST_FOUND,
    };
    Some((
        requirement,
        "the body does not hash to the digest in the path",
    ))
}

/// The digest by which a GET asks.
fn asked_digest(seen: &Seen) -> Option<&str> {
    if seen.planned.request.method != "GET" || seen.planned.bytes.is_some() {
        return None;
    }
    match seen.meaning() {
        Meaning::Blob {
            verb: Verb::Get,
            digest,
            ..
        }
        | Meaning::Manifest {
            verb: Verb::Get,
            reference: Reference::Digest(digest),
            ..
        } => Some(digest),
        _ => None,
    }
}

/// The digest in the header of an answer that has the content in its body.
fn header_unlike_body(seen: &Seen, response: &Response) -> Found {
    let is_get = matches!(
        seen.meaning(),
        Meaning::Blob {
            verb: Verb::Get,
            ..
        } | Meaning::Manifest {
            verb: Verb::Get,
            ..
        }
    );
    if !is_get || seen.planned.bytes.is_some() || seen.planned.request.method != "GET" {
        return None;
    }
    let digest: Digest = response.header("docker-content-digest")?.parse().ok()?;
    let is_whole = response.status == 200 && !response.headers.contains_key("content-encoding");
    if !is_whole || digest.matches(&response.body) {
        return None;
    }
    let requirement = match seen.meaning() {
        Meaning::Blob { .. } => &blob_pull::BLOB_DIGEST_HEADER_MATCHED,
        _ => &manifest_pull::MANIFEST_DIGEST_HEADER_MATCHED,
    };
    Some((
        requirement,
        "the body does not hash to the digest in the header",
    ))
}

/// The digest in the header of an answer to a push, and to HEAD by digest.
fn header_unlike_push(seen: &Seen, response: &Response) -> Found {
    if seen.planned.is_bent {
        return None;
    }
    let told = response.header("docker-content-digest")?;
    match seen.meaning() {
        Meaning::PutManifest {
            reference: Reference::Digest(digest),
            ..
        } if told != &**digest => Some((
            &manifest_push::PUSHED_DIGEST_HEADER_SENT,
            "the answer to a push names another digest",
        )),
        Meaning::Blob {
            verb: Verb::Head,
            digest,
            ..
        } if told.starts_with("sha256:") && told != &**digest => Some((
            &existence::BLOB_EXISTENCE_CONFIRMED,
            "the answer to HEAD names another digest",
        )),
        _ => None,
    }
}

/// A digest that was served under another type before.
fn two_types(scene: &Scene<'_>, response: &Response) -> Found {
    let own = media_type(response)?;
    let digest = served_manifest(scene.seen)?;
    let repository = scene.seen.meaning().repository();
    let differs = scene.before.iter().any(|seen| {
        let is_same = seen.meaning().repository() == repository
            && served_manifest(seen).is_some_and(|it| it == digest);
        let before = seen.response().and_then(media_type);
        is_same && before.is_some_and(|it| !it.eq_ignore_ascii_case(own))
    });
    differs.then_some((
        &manifest_pull::MANIFEST_TYPE_SENT,
        "one digest was served under two media types",
    ))
}

/// The digest of the manifest that an answer serves, or tells of.
fn served_manifest(seen: &Seen) -> Option<Digest> {
    let Meaning::Manifest {
        verb: Verb::Get | Verb::Head,
        reference,
        ..
    } = seen.meaning()
    else {
        return None;
    };
    let response = seen.response().filter(|it| it.status == 200)?;
    if seen.planned.is_bent || seen.planned.bytes.is_some() {
        return None;
    }
    let told = match reference {
        Reference::Digest(digest) => digest,
        Reference::Tag(_) => response.header("docker-content-digest")?,
    };
    told.parse().ok()
}

fn media_type(response: &Response) -> Option<&str> {
    response
        .header("content-type")?
        .split(';')
        .next()
        .map(str::trim)
}
