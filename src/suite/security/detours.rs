//! Other forms of a request that is refused without a login: no way of writing it gives the content.

use crate::catalogue::isolation::ANONYMOUS_DETOUR_REFUSED;
use crate::check::Check;
use crate::check::Section;
use crate::http::Method;
use crate::trial::Trial;
use crate::verdict::Outcome;
use crate::verdict::Stop;

use super::anonymous::GUARDED;
use super::answer_if_any;
use super::encoded;
use super::private::Look;
use super::private::Private;

pub(crate) const SECTION: Section = Section {
    id: "security/detours",
    title: "Other forms of what is refused",
    anchor: "",
    checks: &[
        Check {
            name: "paths",
            title: "content that wants a login wants one however its path is written",
            run: paths,
            ..DETOUR
        },
        Check {
            name: "headers",
            title: "content that wants a login wants one whatever headers say of path, method and address",
            run: headers,
            ..DETOUR
        },
        Check {
            name: "targets",
            title: "content that wants a login wants one by an absolute target, another host or HTTP/1.0",
            run: targets,
            ..DETOUR
        },
    ],
};

const DETOUR: Check = Check {
    covers: &[&ANONYMOUS_DETOUR_REFUSED],
    ..GUARDED
};

/// The forms of a path, by the repository's name and what follows it.
fn forms(name: &str, rest: &str) -> Vec<String> {
    let (first, others) = name.split_at(1);
    let (kind, last) = rest.split_once('/').unwrap_or((rest, ""));
    let (first, whole) = (encoded(first), encoded(last));
    let (slashes, slashes_upper) = (name.replace('/', "%2f"), name.replace('/', "%2F"));
    let upper = kind.to_uppercase();
    vec![
        format!("/v2/{name}/{rest}/"),
        format!("//v2/{name}/{rest}"),
        format!("/v2//{name}/{rest}"),
        format!("/v2/{name}//{rest}"),
        format!("/v2/{name}/{kind}//{last}"),
        format!("/./v2/{name}/{rest}"),
        format!("/v2/./{name}/{rest}"),
        format!("/v2/{name}/./{rest}"),
        format!("/v2/x/../{name}/{rest}"),
        format!("/v2/_catalog/../{name}/{rest}"),
        format!("/v2/x/%2e%2e/{name}/{rest}"),
        format!("/x/../v2/{name}/{rest}"),
        format!("/token/../v2/{name}/{rest}"),
        format!("/static/..%2fv2/{name}/{rest}"),
        format!("/v2/{first}{others}/{rest}"),
        format!("/v2/{name}/{kind}/{whole}"),
        format!("/v2/{slashes}/{rest}"),
        format!("/v2/{slashes_upper}/{rest}"),
        format!("/v2/{name}/{kind}%2f{last}"),
        format!("/v2%2f{name}/{rest}"),
        format!("/%76%32/{name}/{rest}"),
        format!("/V2/{name}/{rest}"),
        format!("/v2/{name}/{upper}/{last}"),
        format!("/v2;/{name}/{rest}"),
        format!("/v2;x=1/{name}/{rest}"),
        format!("/v2/{name};x=1/{rest}"),
        format!("/v2/{name}/{rest};x=1"),
        format!("/v2/{name}/{rest}.json"),
        format!("/v2/{name}/{rest}%20"),
        format!("/v2/{name}/{rest}%00"),
        format!("/v2/{name}/{rest}%3f"),
        format!("/v2/{name}/{rest}?/v2/"),
        format!("/v2/{name}/{rest}?_method=HEAD"),
        format!("/v2/{name}/{rest}?access_token=x"),
    ]
}

fn paths(trial: &Trial<'_>) -> Outcome {
    let private = Private::guarded(trial)?;
    let name = private.repository.name().as_str();
    for look in [private.by_tag(), private.by_layer()] {
        for path in forms(name, &look.rest) {
            let url = format!("{}{path}", trial.world().origin);
            // It is asked like a manifest, whatever it looks like.
            let asking = trial.ask_at(Method::GET, &url).anonymous();
            let given = answer_if_any(asking)?;
            let is_given = given.is_some_and(|answer| look.mark.is_in(&answer));
            judge(trial, is_given, &format!("GET {path}"))?;
        }
    }
    Ok(())
}

/// Headers by which some servers take a request for another one.
fn overrides(path: &str) -> Vec<(&'static str, String)> {
    let is = |name, value: &str| (name, value.to_owned());
    vec![
        is("x-http-method-override", "HEAD"),
        is("x-http-method", "OPTIONS"),
        is("x-method-override", "GET"),
        is("x-original-url", "/v2/"),
        is("x-rewrite-url", "/v2/"),
        is("x-forwarded-for", "127.0.0.1"),
        is("x-real-ip", "127.0.0.1"),
        is("forwarded", "for=127.0.0.1;host=localhost;proto=https"),
        is("x-forwarded-host", "localhost"),
        is("x-forwarded-proto", "https"),
        is("x-forwarded-user", "admin"),
        is("x-remote-user", "admin"),
        is("x-forwarded-prefix", path),
        is("authorization", "Bearer"),
        is("authorization", "Bearer null"),
        is("authorization", "Basic"),
        is("authorization", "Basic Og=="),
        is("authorization", "Negotiate AAAA"),
        is("cookie", "session=admin"),
    ]
}

fn headers(trial: &Trial<'_>) -> Outcome {
    let private = Private::guarded(trial)?;
    for look in [private.by_tag(), private.by_layer()] {
        let path = private.repository.path(&look.rest);
        let plain = overrides(&path)
            .into_iter()
            .map(|header| (path.as_str(), header));
        // The one that is refused, in the clothes of one that may not be.
        let dressed = [
            ("/v2/", ("x-original-url", path.clone())),
            ("/v2/", ("x-rewrite-url", path.clone())),
            ("/", ("x-original-url", path.clone())),
        ];
        for (asked, (name, value)) in plain.chain(dressed) {
            let asking = trial.ask(Method::GET, asked).anonymous();
            let given = answer_if_any(asking.header(name, &value))?;
            let is_given = given.is_some_and(|answer| look.mark.is_in(&answer));
            judge(
                trial,
                is_given,
                &format!("GET {asked} with {name}: {value}"),
            )?;
        }
    }
    Ok(())
}

/// The heads of requests for a path, as bytes.
fn heads(host: &str, scheme: &str, path: &str) -> Vec<String> {
    let end = "accept: */*\r\nconnection: close\r\n\r\n";
    let line = |first: String, host: &str| format!("{first}\r\nhost: {host}\r\n{end}");
    vec![
        line(format!("GET {scheme}://{host}{path} HTTP/1.1"), host),
        line(format!("GET {scheme}://localhost{path} HTTP/1.1"), host),
        line(format!("GET http://[::1]{path} HTTP/1.1"), host),
        line(format!("GET {path} HTTP/1.0"), host),
        format!("GET {path} HTTP/1.0\r\n{end}"),
        line(format!("GET {path} HTTP/1.1"), "localhost"),
        line(format!("GET {path} HTTP/1.1"), "127.0.0.1"),
        line(format!("GET {path} HTTP/1.1"), "127.0.0.1:1"),
        line(format!("GET {path}#x HTTP/1.1"), host),
        line(format!("get {path} HTTP/1.1"), host),
        line(format!("QUERY {path} HTTP/1.1"), host),
        line(format!("PROPFIND {path} HTTP/1.1"), host),
    ]
}

fn targets(trial: &Trial<'_>) -> Outcome {
    let private = Private::guarded(trial)?;
    let origin = trial.world().origin.as_str();
    let (scheme, host) = origin.split_once("://").unwrap_or(("http", origin));
    for look in [private.by_tag(), private.by_layer()] {
        let path = private.repository.path(&look.rest);
        for head in heads(host, scheme, &path) {
            let is_given = is_given(trial, &look, &path, &head)?;
            let line = head.lines().next().unwrap_or_default();
            judge(trial, is_given, line)?;
        }
    }
    Ok(())
}

/// Whether these bytes are answered with what is looked for.
fn is_given(trial: &Trial<'_>, look: &Look, path: &str, head: &str) -> Result<bool, Stop> {
    let reply = trial.send_alone(path, head.to_owned());
    let Ok(reply) = reply else {
        // Who does not understand a request need not answer it.
        return Ok(false);
    };
    let answer = &reply.response;
    Ok(look
        .mark
        .is_in_raw(answer.status, &answer.headers, &answer.body))
}

/// Demands that the content was not given.
fn judge(trial: &Trial<'_>, is_given: bool, what: &str) -> Outcome {
    trial.judge(
        &ANONYMOUS_DETOUR_REFUSED,
        !is_given,
        "a refusal, as to the plain request",
        format!("the content to {what}"),
    )
}
