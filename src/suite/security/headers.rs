//! What a client says of hosts, and line breaks in what it sends: neither becomes part of what the
//! registry says.
//!
//! Only the hosts are judged that a proxy would name. `Host` itself is the client's own word for where it
//! came, which many a registry repeats to it.

use crate::catalogue::security::FORWARDED_HOST_UNREFLECTED;
use crate::catalogue::security::INJECTED_HEADER_OMITTED;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::http::Method;
use crate::trial::Asking;
use crate::trial::Trial;
use crate::verdict::Outcome;

use super::answer_if_any;

pub(crate) const SECTION: Section = Section {
    id: "security/headers",
    title: "What clients say, in what the registry says",
    anchor: "",
    checks: &[
        Check {
            name: "forwarded-host",
            title: "a host that a client names as a proxy would stands in no Location, Link or challenge",
            covers: &[&FORWARDED_HOST_UNREFLECTED],
            needs: &[Feature::Push],
            run: forwarded_host,
            ..Check::BASE
        },
        Check {
            name: "line-breaks",
            title: "a line break in what is sent is none among the headers of the answer",
            covers: &[&INJECTED_HEADER_OMITTED],
            needs: &[Feature::Push],
            run: line_breaks,
            ..Check::BASE
        },
    ],
};

/// A host that nobody has.
const HOST: &str = "elsewhere.plimsoll.invalid";

/// What leads a client on.
const LEADING: [&str; 3] = ["location", "link", "www-authenticate"];

fn forwarded_host(trial: &Trial<'_>) -> Outcome {
    let repository = trial.repository();
    for _ in 0..2 {
        let manifest = repository.new_image()?.manifest;
        repository.push_by_tag(&trial.tag(), &manifest)?;
    }
    let said = [
        ("x-forwarded-host", HOST.to_owned()),
        ("forwarded", format!("host={HOST};proto=http")),
        ("x-forwarded-server", HOST.to_owned()),
        ("x-host", HOST.to_owned()),
        ("x-original-host", HOST.to_owned()),
    ];
    for (name, value) in &said {
        let asked = [
            trial.ask(Method::GET, "/v2/").anonymous(),
            repository.post_upload(),
            repository.ask(Method::GET, "tags/list?n=1"),
        ];
        for asking in asked {
            is_not_repeated(asking.header(name, value), name)?;
        }
    }
    Ok(())
}

fn is_not_repeated(asking: Asking<'_>, name: &str) -> Outcome {
    let Some(answer) = answer_if_any(asking)? else {
        return Ok(());
    };
    let values = LEADING.map(|leading| answer.header_on_any_hop(leading).unwrap_or_default());
    let repeated = values.iter().find(|value| value.contains(HOST));
    answer.proves(&FORWARDED_HOST_UNREFLECTED).that(
        repeated.is_none(),
        "a host of the registry's own",
        &format!(
            "{} to {} with {name}",
            repeated.map_or("", |it| it),
            answer.question()
        ),
    )?;
    Ok(())
}

/// The header that would be there.
const INJECTED: &str = "plimsoll-injected";

fn line_breaks(trial: &Trial<'_>) -> Outcome {
    let name = trial.repository().name().to_string();
    let digest = trial.absent_digest(crate::oci::Algorithm::Sha256);
    for line_break in ["%0d%0a", "%0a", "%0d", "%e5%98%8a%e5%98%8d"] {
        let odd = format!("a{line_break}{INJECTED}:%201{line_break}{line_break}");
        let get = [
            format!("/v2/{odd}/tags/list"),
            format!("/v2/{odd}"),
            format!("/{odd}"),
            format!("/v2/{name}/manifests/{odd}"),
            format!("/v2/{name}/blobs/{odd}"),
            format!("/v2/{name}/blobs/uploads/{odd}"),
            format!("/v2/{name}/tags/list?n=1&last={odd}"),
            format!("/v2/{name}/referrers/{digest}?artifactType={odd}"),
            format!("/v2/{name}/manifests/absent?ns={odd}"),
            format!("/v2/_catalog?n=1&last={odd}"),
        ];
        let post = [
            format!("/v2/{name}/blobs/uploads/?mount={digest}&from={odd}"),
            format!("/v2/{name}/blobs/uploads/?digest={odd}"),
            format!("/v2/{name}/blobs/uploads/?digest-algorithm={odd}"),
        ];
        let get = get.into_iter().map(|path| (Method::GET, path));
        let post = post.into_iter().map(|path| (Method::POST, path));
        for (method, path) in get.chain(post) {
            is_not_injected(trial.ask(method, &path))?;
        }
    }
    Ok(())
}

fn is_not_injected(asking: Asking<'_>) -> Outcome {
    let Some(answer) = answer_if_any(asking)? else {
        return Ok(());
    };
    let is_there = answer.header_on_any_hop(INJECTED).is_some();
    answer.proves(&INJECTED_HEADER_OMITTED).that(
        !is_there,
        "no header that the client made",
        &format!("{INJECTED}: 1 to {}", answer.question()),
    )?;
    Ok(())
}
