//! Exchanges as a shell script that asks all of them again.
//!
//! Where a server answered with a `Location` to which a later request went, the script takes the
//! new `Location` along: the old one leads nowhere any more.

use url::Url;

use super::Exchange;
use super::Role;
use super::curl::quoted;

/// A script that sends these requests again, in their order. Requests for tokens, and those that
/// were asked again, are left out: what replaced them stands there.
pub fn script(exchanges: &[Exchange]) -> String {
    let asked: Vec<&Exchange> = exchanges
        .iter()
        .enumerate()
        .filter(|(index, exchange)| {
            exchange.role != Role::Token && !is_superseded(exchange, &exchanges[index + 1..])
        })
        .map(|(_, exchange)| exchange)
        .collect();
    let mut script = String::new();
    for (index, exchange) in asked.iter().enumerate() {
        let command = bound(exchange, &asked[..index]);
        let leads_on = asked[index + 1..]
            .iter()
            .any(|later| follows(later, exchange).is_some());
        script.push_str(&if leads_on {
            capturing(&command, exchange, index)
        } else {
            command
        });
        script.push('\n');
    }
    script
}

/// Whether the same request was sent once more right afterwards.
fn is_superseded(exchange: &Exchange, later: &[Exchange]) -> bool {
    let next = later.iter().find(|later| later.role != Role::Token);
    next.is_some_and(|next| {
        next.role == Role::Again
            && next.request.method == exchange.request.method
            && next.request.url == exchange.request.url
    })
}

/// The command, with the captured `Location` in the place of the URL that came from it.
fn bound(exchange: &Exchange, earlier: &[&Exchange]) -> String {
    let command = exchange.curl();
    let source = earlier
        .iter()
        .enumerate()
        .rev()
        .find_map(|(index, before)| Some((index, follows(exchange, before)?)));
    let url = quoted(&exchange.request.url);
    match (source, command.strip_suffix(&url)) {
        (Some((index, rest)), Some(head)) => {
            let rest = if rest.is_empty() {
                String::new()
            } else {
                quoted(rest)
            };
            format!("{head}\"${}\"{rest}", variable(index))
        }
        _ => command,
    }
}

/// What a request's URL adds to the `Location` of an earlier answer, if it came from there.
fn follows<'e>(later: &'e Exchange, before: &Exchange) -> Option<&'e str> {
    let rest = later.request.url.strip_prefix(&location(before)?)?;
    (rest.is_empty() || rest.starts_with(['?', '&'])).then_some(rest)
}

/// The `Location` of an answer, as an absolute URL.
fn location(exchange: &Exchange) -> Option<String> {
    let response = exchange.outcome.as_ref().ok()?;
    let base = Url::parse(&exchange.request.url).ok()?;
    Some(base.join(response.header("location")?).ok()?.to_string())
}

/// The command, showing its answer and keeping the `Location` in it.
fn capturing(command: &str, exchange: &Exchange, index: usize) -> String {
    let origin = Url::parse(&exchange.request.url).map(|url| url.origin().ascii_serialization());
    let origin = quoted(&origin.unwrap_or_default());
    let name = variable(index);
    format!(
        "{name}=$({command} | tee /dev/stderr | tr -d '\\r' | sed -n 's/^[Ll]ocation: *//p')\n\
         case ${name} in /*) {name}={origin}${name} ;; esac"
    )
}

/// The shell variable that holds the `Location` of the answer at this index.
fn variable(index: usize) -> String {
    format!("LOCATION_{}", index + 1)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use bytes::Bytes;
    use http::HeaderMap;
    use http::Method;

    use super::super::Framing;
    use super::super::Response;
    use super::super::Sent;
    use super::super::Transcript;
    use super::*;

    fn exchange(method: Method, url: &str, location: Option<&str>) -> Exchange {
        let mut headers = HeaderMap::new();
        if let Some(location) = location {
            headers.insert("location", location.parse().unwrap());
        }
        Exchange {
            role: Role::Asked,
            altered: false,
            whole: None,
            request: Sent {
                method,
                url: url.to_owned(),
                headers: HeaderMap::new(),
                body: Bytes::new(),
                framing: Framing::Length,
                recipe: String::new(),
                wire: None,
                exact: false,
            },
            outcome: Ok(Response {
                status: 202,
                headers,
                body: Bytes::new(),
            }),
            protocol: None,
            at: Duration::ZERO,
            took: Duration::ZERO,
        }
    }

    #[test]
    fn a_request_to_a_location_takes_the_new_one_along() {
        let transcript = Transcript::default();
        let opened = exchange(
            Method::POST,
            "http://x/v2/a/blobs/uploads/",
            Some("/v2/a/u/1?s=2"),
        );
        transcript.push(opened);
        transcript.push(exchange(
            Method::PUT,
            "http://x/v2/a/u/1?s=2&digest=d",
            None,
        ));
        let script = script(&transcript.take());
        let lines: Vec<_> = script.lines().collect();
        assert!(lines[0].starts_with("LOCATION_1=$(curl "), "{script}");
        assert_eq!(
            lines[1],
            "case $LOCATION_1 in /*) LOCATION_1=http://x$LOCATION_1 ;; esac"
        );
        assert!(lines[2].ends_with("\"$LOCATION_1\"'&digest=d'"), "{script}");
    }

    #[test]
    fn a_host_is_no_command() {
        let opened = exchange(Method::POST, "http://$(id).x/a", Some("/b"));
        let script = script(&[opened, exchange(Method::PUT, "http://$(id).x/b", None)]);
        assert!(
            script.contains("LOCATION_1='http://$(id).x'$LOCATION_1 ;;"),
            "{script}"
        );
    }

    #[test]
    fn a_location_that_nobody_follows_is_not_captured() {
        let opened = exchange(
            Method::POST,
            "http://x/v2/a/blobs/uploads/",
            Some("/v2/a/u/1"),
        );
        let other = exchange(Method::GET, "http://x/v2/a/u/10", None);
        let script = script(&[opened, other]);
        assert!(!script.contains("LOCATION_1"), "{script}");
    }
}
