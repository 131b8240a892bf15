//! Headers that lead elsewhere: `Link`, `WWW-Authenticate`, and the URLs of `Location`.

use http::HeaderMap;
use http::HeaderValue;
use http::header;
use url::Url;

use super::is_short;
use super::text;
use crate::http::challenge::Challenges;
use crate::http::challenge::Demand;
use crate::http::origin::Address;
use crate::http::origin::Origin;
use crate::oci::Link;
use crate::oci::next_target;

/// `Link`.
pub(super) fn link(data: &[u8]) {
    let Some(text) = text(data) else { return };
    let links = match Link::parse_all(text) {
        Ok(links) => links,
        Err(bad) => {
            is_short(&bad, text);
            assert!(next_target(text).is_err());
            return;
        }
    };
    assert!(links.len() <= Link::MAX_LINKS);
    assert!(links.iter().map(size).sum::<usize>() <= text.len());
    let written: Vec<String> = links.iter().map(Link::to_string).collect();
    let written = written.join(", ");
    if written.len() <= Link::MAX_LEN {
        assert_eq!(Link::parse_all(&written).as_ref(), Ok(&links), "{text:?}");
    }
    let leads_on = |link: &&Link| {
        let rel = link.parameters.iter().find(|(name, _)| name == "rel");
        let types = rel.map(|(_, value)| value.to_ascii_lowercase());
        types.is_some_and(|types| types.split_ascii_whitespace().any(|word| word == "next"))
    };
    let next = links.iter().find(leads_on).map(|link| link.target.clone());
    assert_eq!(next_target(text), Ok(next));
    if !text.contains(['>', '"']) {
        let alone = Link::next(text);
        assert_eq!(next_target(&alone.to_string()), Ok(Some(text.to_owned())));
    }
}

/// How many bytes are kept of a link.
fn size(link: &Link) -> usize {
    let parameters = link.parameters.iter();
    let kept: usize = parameters
        .map(|(name, value)| name.len() + value.len())
        .sum();
    link.target.len() + kept
}

/// What may stand before and after a demand, and whether it has a `Basic` challenge.
const BESIDE: &[(&str, &str, bool)] = &[
    ("", "", false),
    (", ", ",", false),
    ("", ", Basic realm=\"x\"", true),
    ("Basic realm=\"a, b\", ", "", true),
    ("Digest realm=\"\\\"\", qop=\"auth\" , ", "", false),
    ("Negotiate, ", "", false),
    ("Negotiate dG9r/+==, ", "", false),
    (",\t, ", " , ,", false),
    ("", ", NTLM", false),
];

/// `WWW-Authenticate`, one line per header. What a demand that was found says is then demanded
/// once more, alone and beside other challenges.
pub(super) fn challenge(data: &[u8]) {
    let lines = data.split(|byte| *byte == b'\n');
    let values: Vec<HeaderValue> = lines
        .filter_map(|line| HeaderValue::from_bytes(line).ok())
        .collect();
    let found = challenges(values.clone());
    let is_named = |scheme: &str| {
        let named = |value: &HeaderValue| {
            let text = String::from_utf8_lossy(value.as_bytes()).to_ascii_lowercase();
            text.contains(scheme)
        };
        values.iter().any(named)
    };
    assert!(!found.basic || is_named("basic"));
    let Some(demand) = found.bearer else { return };
    assert!(is_named("bearer"));
    let parts = [
        Some(&demand.realm),
        demand.service.as_ref(),
        demand.scope.as_ref(),
    ];
    let kept: usize = parts
        .into_iter()
        .flatten()
        .map(|it| it.chars().count())
        .sum();
    assert!(kept <= data.len());
    let demanded = bearer(&demand);
    for (before, after, basic) in BESIDE {
        is_found(&demand, &format!("{before}{demanded}{after}"), *basic);
    }
}

fn challenges(values: Vec<HeaderValue>) -> Challenges {
    let named = values
        .into_iter()
        .map(|value| (header::WWW_AUTHENTICATE, value));
    let mut headers = HeaderMap::new();
    for (name, value) in named {
        headers.append(name, value);
    }
    Challenges::of(&headers)
}

fn is_found(demand: &Demand, header: &str, basic: bool) {
    let value = HeaderValue::from_bytes(header.as_bytes()).expect("it came out of a header");
    let stranger = HeaderValue::from_bytes(b"\xff").expect("it may hold such bytes");
    let found = challenges(vec![stranger, value]);
    assert_eq!(found.bearer.as_ref(), Some(demand), "{header:?}");
    assert_eq!(found.basic, basic, "{header:?}");
}

/// The demand as a server would word it.
fn bearer(demand: &Demand) -> String {
    let quoted = |text: &str| text.replace('\\', "\\\\").replace('"', "\\\"");
    let parameter = |name: &str, value: &String| format!("{name}=\"{}\"", quoted(value));
    let service = demand.service.as_ref().map(|it| parameter("service", it));
    let scope = demand.scope.as_ref().map(|it| parameter("scope", it));
    let realm = parameter("realm", &demand.realm);
    let parameters: Vec<String> = [Some(realm), service, scope]
        .into_iter()
        .flatten()
        .collect();
    format!("Bearer {}", parameters.join(","))
}

/// URLs, which decide who is sent credentials.
pub(super) fn address(data: &[u8]) {
    let Some(text) = text(data) else { return };
    let Ok(address) = Address::parse(text) else {
        assert!(!is_plain_url(text), "{text:?}");
        return;
    };
    let Address {
        origin,
        authority,
        target,
    } = &address;
    let breaks_a_line = |c: char| c.is_ascii_control() || c == ' ';
    assert!(
        target.starts_with('/') && !target.contains(breaks_a_line),
        "{target:?}"
    );
    let is_host = |c: char| c.is_ascii_graphic() && !"@/?#\\".contains(c);
    assert!(
        !authority.is_empty() && authority.chars().all(is_host),
        "{authority:?}"
    );
    let scheme = if origin.https { "https" } else { "http" };
    let again = format!("{scheme}://{}{target}", origin.host_and_port());
    let again = Address::parse(&again).expect("its own parts make a URL");
    assert_eq!((&again.origin, &again.target), (origin, target), "{text:?}");
    assert_eq!(Origin::of(text).as_ref(), Ok(origin));
    // The client that does not send exact bytes reads URLs by the WHATWG's standard.
    if let Ok(url) = Url::parse(text) {
        let host = url.host_str().map(|host| host.trim_matches(['[', ']']));
        assert_eq!(host, Some(origin.host.as_str()), "{text:?}");
        assert_eq!(url.port_or_known_default(), Some(origin.port), "{text:?}");
    }
}

/// A URL about which nobody can be of two minds.
fn is_plain_url(text: &str) -> bool {
    let rest = ["http://", "https://"]
        .iter()
        .find_map(|scheme| text.strip_prefix(scheme));
    let is_plain = |c: char| c.is_ascii_graphic() && !"@\\".contains(c);
    let begins = rest.is_some_and(|rest| !rest.starts_with('/'));
    begins && text.chars().all(is_plain) && Url::parse(text).is_ok()
}
