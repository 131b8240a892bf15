//! Forms of a URL that are not those of the specification, but near them.
//!
//! What they mean is left to the registry. It may take them for the plain form or refuse them, but
//! no client's slash is a server's error, and what is given by digest is what the digest says.

use crate::catalogue::Requirement;
use crate::catalogue::blob_pull::BLOB_DIGEST_HEADER_MATCHED;
use crate::catalogue::blob_pull::BLOB_FOUND;
use crate::catalogue::errors::CLIENT_MISTAKE_REFUSED;
use crate::catalogue::manifest_pull::MANIFEST_BY_DIGEST_FOUND;
use crate::catalogue::manifest_pull::MANIFEST_BY_TAG_FOUND;
use crate::catalogue::manifest_pull::MANIFEST_DIGEST_HEADER_MATCHED;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::http::Method;
use crate::suite::pull::digest_header_matched;
use crate::suite::refusable;
use crate::trial::Axis;
use crate::trial::Trial;
use crate::verdict::Outcome;

pub(crate) static SECTION: Section = Section {
    id: "api/urls",
    title: "Forms of a URL",
    anchor: "api",
    checks: &[
        Check {
            name: "base-without-slash",
            title: "GET on /v2 is answered like /v2/ or refused, without a server error",
            covers: &[&CLIENT_MISTAKE_REFUSED],
            run: |trial| {
                for path in ["/v2", "/v2?", "//v2/", "/v2//"] {
                    refusable(trial, trial.ask(Method::GET, path))?;
                }
                Ok(())
            },
            ..Check::BASE
        },
        Check {
            name: "trailing-slash",
            title: "a slash at the end of a URL makes no server error and no other content",
            run: |trial| {
                near(trial, |name, rest| format!("/v2/{name}/{rest}/"))?;
                let list = trial.repository().ask(Method::GET, "tags/list/");
                refusable(trial, list)?;
                Ok(())
            },
            ..NEAR
        },
        Check {
            name: "doubled-slash",
            title: "a doubled slash in a URL makes no server error and no other content",
            run: |trial| {
                near(trial, |name, rest| format!("//v2/{name}/{rest}"))?;
                near(trial, |name, rest| format!("/v2//{name}/{rest}"))?;
                near(trial, |name, rest| format!("/v2/{name}//{rest}"))?;
                near(trial, |name, rest| {
                    format!("/v2/{name}/{}", rest.replace('/', "//"))
                })
            },
            ..NEAR
        },
        Check {
            name: "dot-segments",
            title: "a segment of dots in a URL makes no server error and no other content",
            run: |trial| {
                near(trial, |name, rest| format!("/v2/{name}/./{rest}"))?;
                near(trial, |name, rest| format!("/v2/{name}/blobs/../{rest}"))?;
                near(trial, |name, rest| {
                    format!("/v2/{name}/%2e%2e/{name}/{rest}")
                })?;
                near(trial, |name, rest| {
                    format!("/v2/{name}/../../v2/{name}/{rest}")
                })?;
                near(trial, |name, _| format!("/v2/{name}/manifests/..%2f..%2fx"))
            },
            ..NEAR
        },
        Check {
            name: "unknown-query",
            title: "a query parameter that a pull does not have is passed over or refused, and changes nothing",
            covers: &[
                &MANIFEST_BY_TAG_FOUND,
                &MANIFEST_BY_DIGEST_FOUND,
                &BLOB_FOUND,
                &CLIENT_MISTAKE_REFUSED,
            ],
            run: unknown_query,
            ..NEAR
        },
    ],
};

/// What the checks of forms that are near the plain one have in common.
const NEAR: Check = Check {
    covers: &[
        &MANIFEST_DIGEST_HEADER_MATCHED,
        &BLOB_DIGEST_HEADER_MATCHED,
        &CLIENT_MISTAKE_REFUSED,
    ],
    needs: &[Feature::Tag, Feature::Blob],
    axes: &[Axis::Kind],
    ..Check::BASE
};

/// Queries of parameters that no pull has, some of them malformed.
const QUERIES: &[&str] = &[
    "",
    "plimsoll=1",
    "ns=registry.example",
    "a=b&a=c&&=",
    "x=%zz",
    "n=0&last=a",
];

/// Asks for a manifest and a blob in another form of their URLs, made of the repository's name and
/// what follows it.
fn near(trial: &Trial<'_>, form: impl Fn(&str, &str) -> String) -> Outcome {
    let (tag, manifest) = trial.known_tag()?;
    let blob = trial.known_blob(512)?;
    let repository = trial.repository();
    for (rest, row) in [
        (format!("manifests/{tag}"), &MANIFEST_DIGEST_HEADER_MATCHED),
        (
            format!("manifests/{}", manifest.digest),
            &MANIFEST_DIGEST_HEADER_MATCHED,
        ),
        (
            format!("blobs/{}", blob.digest),
            &BLOB_DIGEST_HEADER_MATCHED,
        ),
    ] {
        let path = form(repository.name().as_str(), &rest);
        let url = format!("{}{path}", trial.world().origin);
        let answer = refusable(trial, repository.ask_at(Method::GET, &url))?;
        // A page of the server's own has no digest, and is none of the API's business.
        if let Some(answer) = answer.filter(|answer| answer.status() == 200) {
            digest_header_matched(&answer, row, answer.bytes())?;
        }
    }
    Ok(())
}

fn unknown_query(trial: &Trial<'_>) -> Outcome {
    let (tag, manifest) = trial.known_tag()?;
    let blob = trial.known_blob(512)?;
    let rows: [(String, &'static Requirement, _); 3] = [
        (
            format!("manifests/{tag}"),
            &MANIFEST_BY_TAG_FOUND,
            &manifest.bytes,
        ),
        (
            format!("manifests/{}", manifest.digest),
            &MANIFEST_BY_DIGEST_FOUND,
            &manifest.bytes,
        ),
        (format!("blobs/{}", blob.digest), &BLOB_FOUND, &blob.bytes),
    ];
    for (path, row, content) in &rows {
        for query in QUERIES {
            let asking = trial.repository().ask(Method::GET, path).raw_query(query);
            let answer = refusable(trial, asking)?;
            if let Some(answer) = answer.filter(crate::trial::Answer::is_success) {
                answer.proves(row).status(&[200])?.body(content)?;
            }
        }
    }
    Ok(())
}
