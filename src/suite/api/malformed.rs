//! Malformed requests: a client's mistake is a 4xx, and nothing breaks.
//!
//! Each list of mistakes ends with a plain question, which has to be answered as well. What is sent
//! goes out to the letter; nothing here can be stored.

use crate::catalogue::errors::CLIENT_MISTAKE_REFUSED;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::http::Failure;
use crate::http::Method;
use crate::oci::Algorithm;
use crate::trial::Asking;
use crate::trial::Trial;
use crate::trial::excerpt;
use crate::verdict::Outcome;
use crate::verdict::Stop;

pub(crate) static SECTION: Section = Section {
    id: "api/malformed",
    title: "Malformed requests",
    anchor: "api",
    checks: &[
        Check {
            name: "odd-path",
            title: "paths that name nothing are answered below 500",
            run: |trial| all_get(trial, paths(trial)),
            ..MISTAKE
        },
        Check {
            name: "odd-query",
            title: "queries that mean nothing are answered below 500",
            run: |trial| all_get(trial, queries(trial)),
            ..MISTAKE
        },
        Check {
            name: "bad-encoding",
            title: "percent-encodings that mean nothing are answered below 500",
            run: |trial| all_get(trial, encodings(trial)),
            ..MISTAKE
        },
        Check {
            name: "long-name",
            title: "names, tags and digests of up to 8 KiB are answered below 500",
            run: long_names,
            ..MISTAKE
        },
        Check {
            name: "odd-header",
            title: "headers that mean nothing are answered below 500",
            needs: &[Feature::Blob],
            run: odd_headers,
            ..MISTAKE
        },
        Check {
            name: "odd-method",
            title: "methods that a route does not have are answered below 500, or with 501",
            needs: &[Feature::Push],
            run: odd_methods,
            ..MISTAKE
        },
        Check {
            name: "bad-framing",
            title: "a push with a length that is no number is answered below 500, or with 501",
            needs: &[Feature::Push],
            run: bad_framing,
            ..MISTAKE
        },
        Check {
            name: "no-framing",
            title: "a push without any length is answered below 500",
            needs: &[Feature::Push],
            run: no_framing,
            ..MISTAKE
        },
    ],
};

const MISTAKE: Check = Check {
    covers: &[&CLIENT_MISTAKE_REFUSED],
    ..Check::BASE
};

fn paths(trial: &Trial<'_>) -> Vec<String> {
    let endings = [
        "",
        "/",
        "/manifests",
        "/manifests/",
        "/blobs",
        "/blobs/",
        "/blobs/uploads",
        "/blobs/uploads/a/b",
        "/tags",
        "/tags/",
        "/tags/list/",
        "/tags/list/a",
        "/referrers",
        "/referrers/",
        "/nothing/here",
        "//manifests/a",
        "/./manifests/a",
        "/../manifests/a",
    ];
    let inside = endings.map(|ending| format!("/v2/{}{ending}", trial.repository().name()));
    let outside = ["/v2//", "/v2/_", "/v2/manifests/a", "/v2/tags/list"];
    inside
        .into_iter()
        .chain(outside.map(str::to_owned))
        .collect()
}

fn queries(trial: &Trial<'_>) -> Vec<String> {
    let digest = trial.absent_digest(Algorithm::Sha256);
    let of_tags = [
        "n=-1",
        "n=a",
        "n=1e3",
        "n=99999999999999999999999",
        "n=&last=",
        "n=1&n=a",
        "n=%zz",
        "n[]=1",
        "last=%00",
        "last=%ff",
        "&&=&==",
    ];
    let of_tags = of_tags.map(|query| format!("tags/list?{query}"));
    let others = [
        format!("referrers/{digest}?artifactType=%zz&artifactType="),
        format!("blobs/{digest}?{}", "a".repeat(2000)),
        "manifests/latest?ns=%00%ff".to_owned(),
    ];
    let all = of_tags.into_iter().chain(others);
    all.map(|rest| trial.repository().path(&rest)).collect()
}

fn encodings(trial: &Trial<'_>) -> Vec<String> {
    const BAD: [&str; 10] = [
        "%",
        "%2",
        "%zz",
        "%00",
        "%0d%0aa",
        "%ff%fe",
        "%c0%af",
        "%252f",
        "%2e%2e%2fa",
        "a%20b",
    ];
    let places = |bad| {
        [
            format!("manifests/{bad}"),
            format!("blobs/{bad}"),
            format!("{bad}/tags/list"),
        ]
    };
    let all = BAD.into_iter().flat_map(places);
    all.map(|rest| trial.repository().path(&rest)).collect()
}

/// A request, and what to call it.
type Mistake<'t> = (String, Asking<'t>);

/// GETs of these paths.
fn all_get(trial: &Trial<'_>, paths: Vec<String>) -> Outcome {
    let mistakes = paths.into_iter().map(|path| {
        let asking = trial.ask(Method::GET, &path);
        (format!("GET {path}"), asking)
    });
    all_answered(trial, mistakes.collect())
}

fn long_names(trial: &Trial<'_>) -> Outcome {
    let places = |len: usize| {
        [
            ("name", format!("{}/tags/list", "n".repeat(len))),
            ("nested name", format!("{}tags/list", "n/".repeat(len / 2))),
            ("tag", format!("manifests/{}", "t".repeat(len))),
            ("digest", format!("blobs/sha256:{}", "0".repeat(len))),
        ]
        .map(|(kind, rest)| {
            let asking = trial.repository().ask(Method::GET, &rest);
            (format!("GET with a {kind} of {len} characters"), asking)
        })
    };
    let mistakes = [300, 1024, 4096, 8192].into_iter().flat_map(places);
    all_answered(trial, mistakes.collect())
}

fn odd_headers(trial: &Trial<'_>) -> Outcome {
    let blob = trial.known_blob(512)?;
    let headers = [
        ("accept", ";;;,q=1.5,*/"),
        ("accept-encoding", ";q=a,,"),
        ("content-type", "///"),
        ("content-range", "bytes 0-"),
        ("if-match", "\""),
        ("if-modified-since", "yesterday"),
        ("if-range", ","),
        ("range", "bytes=a-,,"),
        ("range", "bytes=99999999999999999999-99999999999999999999"),
    ];
    let rests = [format!("blobs/{}", blob.digest), "tags/list".to_owned()];
    let with = |rest: &String, (name, value): (&str, &str)| {
        let asking = trial.repository().ask(Method::GET, rest);
        let what = format!("GET {rest} with {name}: {value}");
        (what, asking.header(name, value))
    };
    let mistakes = rests
        .iter()
        .flat_map(|rest| headers.map(|header| with(rest, header)));
    all_answered(trial, mistakes.collect())
}

fn odd_methods(trial: &Trial<'_>) -> Outcome {
    let digest = trial.absent_digest(Algorithm::Sha256);
    let (blob, referrers) = (format!("blobs/{digest}"), format!("referrers/{digest}"));
    let mistakes = [
        ("POST", "manifests/latest"),
        ("PATCH", "manifests/latest"),
        ("BREW", "manifests/latest"),
        ("POST", &blob),
        ("PUT", &blob),
        ("PATCH", &blob),
        ("PUT", "blobs/uploads/"),
        ("DELETE", "blobs/uploads/"),
        ("HEAD", "blobs/uploads/"),
        ("POST", "tags/list"),
        ("PUT", "tags/list"),
        ("DELETE", "tags/list"),
        ("OPTIONS", "tags/list"),
        ("POST", &referrers),
        ("DELETE", &referrers),
    ];
    let mistakes = mistakes.map(|(method, rest)| {
        let verb = Method::from_bytes(method.as_bytes()).expect("these are tokens");
        (
            format!("{method} {rest}"),
            trial.repository().ask(verb, rest),
        )
    });
    all_answered(trial, mistakes.into())
}

fn bad_framing(trial: &Trial<'_>) -> Outcome {
    let headers = [
        ("content-length", "a"),
        ("content-length", "-1"),
        ("content-length", "2, 3"),
        ("content-length", "99999999999999999999999"),
        ("transfer-encoding", "nonsense"),
    ];
    let mistakes = headers.map(|(name, value)| {
        let rest = format!("manifests/{}", trial.tag());
        let asking = trial.repository().ask(Method::PUT, &rest);
        let what = format!("PUT of a manifest with {name}: {value}");
        (what, asking.header(name, value))
    });
    all_answered(trial, mistakes.into())
}

/// Without a length there is no body (RFC 9112, section 6.3).
fn no_framing(trial: &Trial<'_>) -> Outcome {
    let origin = trial.world().origin.as_str();
    let host = origin.split_once("://").map_or(origin, |(_, host)| host);
    let path = trial
        .repository()
        .path(&format!("manifests/{}", trial.tag()));
    let bytes = format!("PUT {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
    let reply = trial.send_exactly(&path, bytes);
    let fault = fault(reply.map(|reply| reply.response.status))?;
    judge(trial, fault, "PUT of a manifest without any length")?;
    all_answered(trial, Vec::new())
}

/// Proves that these mistakes are answered and not blamed on the server, which is still there
/// afterwards. The first that is not is shown; all are asked, and judged with every other answer.
fn all_answered<'t>(trial: &'t Trial<'_>, mistakes: Vec<Mistake<'t>>) -> Outcome {
    let plain = (
        "GET /v2/ after all that".to_owned(),
        trial.ask(Method::GET, "/v2/"),
    );
    let mut is_shown = false;
    for (what, asking) in mistakes.into_iter().chain([plain]) {
        let fault = answer(asking)?;
        if !is_shown {
            is_shown = fault.is_some();
            judge(trial, fault, &what)?;
        }
    }
    Ok(())
}

/// What is wrong with the answer to a mistake.
fn answer(asking: Asking<'_>) -> Result<Option<String>, Stop> {
    // A kept connection may have been closed for the mistake before this one.
    let answer = match asking.clone().attempt() {
        Err(Failure::ConnectionLost { .. }) => asking.attempt(),
        other => other,
    };
    fault(answer.map(|answer| answer.status()))
}

fn fault(status: Result<u16, Failure>) -> Result<Option<String>, Stop> {
    match status {
        Ok(status) if status < 500 || matches!(status, 501 | 503) => Ok(None),
        Ok(status) => Ok(Some(status.to_string())),
        Err(failure @ Failure::ConnectionLost { .. }) => Ok(Some(failure.to_string())),
        Err(Failure::NoConnection) => Err(Stop::Skipped(Failure::NoConnection.to_string())),
        Err(failure) => Err(Stop::Trouble(failure)),
    }
}

fn judge(trial: &Trial<'_>, fault: Option<String>, what: &str) -> Outcome {
    trial.judge(
        &CLIENT_MISTAKE_REFUSED,
        fault.is_none(),
        "a status below 500, or 501 or 503",
        format!("{} to {}", fault.unwrap_or_default(), excerpt(what)),
    )
}
