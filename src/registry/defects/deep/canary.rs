//! Servers that a request names, and that are called for it: on this machine alone, so that nobody
//! else is harmed.

use std::io::Read;
use std::io::Write;
use std::net::SocketAddr;
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

use http::header::AUTHORIZATION;
use serde_json::Value;

use super::Defect;
use super::Source;
use crate::http::HeaderName;
use crate::registry::seams::Operation::Mount;
use crate::registry::seams::Operation::PutManifest;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

/// How long a server may take.
const PATIENCE: Duration = Duration::from_millis(500);

/// How much of an answer is read.
const LONGEST: u64 = 4 << 10;

/// How long after a push what it names is fetched.
const LATER: Duration = Duration::from_millis(100);

const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "layer-urls-fetched",
        title: "the `urls` of a pushed manifest are fetched, with the credentials of who pushes",
        breaches: &[],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            visit.pushed(|answer| {
                fetch(visit, call);
                answer
            })
        }),
    },
    Defect {
        name: "layer-urls-fetched-later",
        title: "the `urls` of a pushed manifest are fetched with credentials, some time after the push",
        breaches: &[],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            visit.pushed(|answer| {
                fetch(visit, |host, path, credentials| {
                    let (host, path) = (host.to_owned(), path.to_owned());
                    let credentials = credentials.map(str::to_owned);
                    // Nobody waits for it.
                    let _ = thread::Builder::new().spawn(move || {
                        thread::sleep(LATER);
                        call(&host, &path, credentials.as_deref());
                    });
                });
                answer
            })
        }),
    },
    Defect {
        name: "layer-urls-looked-at",
        title: "the `urls` of a pushed manifest are fetched before it is taken",
        breaches: &[],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            if visit.is(&[PutManifest]) {
                fetch(visit, |host, path, _| call(host, path, None));
            }
            visit.pass()
        }),
    },
    Defect {
        name: "mount-source-fetched",
        title: "a mount from a name that begins with a host asks that host, with credentials",
        breaches: &[],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            if let Some((host, name)) = visit.query("from").and_then(|from| from.split_once('/'))
                && visit.is(&[Mount])
            {
                let digest = visit.query("mount").unwrap_or_default();
                let path = format!("v2/{name}/blobs/{digest}");
                call(host, &path, Some(&credentials(visit)));
            }
            visit.pass()
        }),
    },
    Defect {
        name: "forwarded-host-asked-for-token",
        title: "a token is asked for, with credentials, where X-Forwarded-Host says",
        breaches: &[],
        source: Source::Cve("CVE-2026-33540"),
        seam: Seam::Layer(|visit| {
            if let Some(host) = visit.header(&FORWARDED_HOST) {
                let scope = format!("token?scope=repository:{}:pull", visit.name());
                call(&host, &scope, Some(&credentials(visit)));
            }
            visit.pass()
        }),
    },
    Defect {
        name: "challenge-of-mount-source-met",
        title: "a mount from a name that begins with a host asks that host, and meets its challenge \
                with the registry's own credentials",
        breaches: &[],
        source: Source::Cve("CVE-2026-33540"),
        seam: Seam::Layer(|visit| {
            if let Some((host, name)) = visit.query("from").and_then(|from| from.split_once('/'))
                && visit.is(&[Mount])
            {
                let path = format!("{name}/blobs");
                if let Some((host, path)) = challenged(host, &path, &call(host, &path, None)) {
                    call(&host, &path, Some(OWN));
                }
            }
            visit.pass()
        }),
    },
];

/// The credentials of the registry.
const OWN: &str = "Basic cmVnaXN0cnk6c2VjcmV0";

/// Where to go with credentials, host and path, after an answer of this host that asks for them: where
/// a token is to be had, or there again.
fn challenged(host: &str, path: &str, answer: &str) -> Option<(String, String)> {
    let challenge = answer.split("\r\n").find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("www-authenticate")
            .then_some(value)
    })?;
    let Some((_, realm)) = challenge.split_once("realm=\"http://") else {
        return Some((host.to_owned(), path.to_owned()));
    };
    let (host, path) = realm.split('"').next()?.split_once('/')?;
    Some((host.to_owned(), path.to_owned()))
}

/// Calls each server that a pushed manifest names: with host, path and credentials.
pub(in crate::registry::defects) fn fetch<T>(
    visit: &Visit<'_>,
    call: impl Fn(&str, &str, Option<&str>) -> T,
) {
    for url in urls(&visit.manifest()) {
        let parts = url.strip_prefix("http://");
        if let Some((host, path)) = parts.and_then(|rest| rest.split_once('/')) {
            call(host, path, Some(&credentials(visit)));
        }
    }
}

/// The URLs at which a manifest says that its content is.
fn urls(manifest: &Value) -> Vec<String> {
    let lists = ["layers", "manifests"].map(|name| manifest[name].as_array());
    let descriptors = lists.into_iter().flatten().flatten();
    let all = descriptors.chain([&manifest["config"]]);
    all.filter_map(|descriptor| descriptor["urls"].as_array())
        .flatten()
        .filter_map(|url| Some(url.as_str()?.to_owned()))
        .collect()
}

/// Those of the client; failing that, some of the registry's own.
pub(in crate::registry::defects) fn credentials(visit: &Visit<'_>) -> String {
    let own = visit.header(&AUTHORIZATION);
    own.unwrap_or_else(|| OWN.to_owned())
}

/// Asks a server on this machine. What it says, as far as that comes.
pub(in crate::registry::defects) fn call(
    host: &str,
    path: &str,
    credentials: Option<&str>,
) -> String {
    let nothing = String::new;
    let Ok(address) = host.parse::<SocketAddr>() else {
        return nothing();
    };
    if !address.ip().is_loopback() || path.contains(|c: char| c.is_ascii_control() || c == ' ') {
        return nothing();
    }
    let credentials = credentials.map_or(String::new(), |it| format!("authorization: {it}\r\n"));
    let request = format!("GET /{path} HTTP/1.1\r\nhost: {host}\r\n{credentials}\r\n");
    let Ok(mut stream) = TcpStream::connect_timeout(&address, PATIENCE) else {
        return nothing();
    };
    // Whatever comes back, it goes on.
    let _ = stream.set_read_timeout(Some(PATIENCE));
    let _ = stream.write_all(request.as_bytes());
    let mut answer = Vec::new();
    let _ = stream.take(LONGEST).read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}
