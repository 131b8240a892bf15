//! What the reference registry reads of a URL: the route and the query.

use super::text;
use crate::oci::Endpoint;
use crate::registry::Route;
use crate::registry::percent;
use crate::registry::query::Query;

/// Paths.
pub(super) fn route(data: &[u8]) {
    let Some(path) = text(data) else { return };
    let route = Route::parse(path);
    let (name, last) = texts(&route);
    assert!(name.len() + last.len() <= path.len());
    assert!(!last.contains('/'), "{path:?}");
    if let Some(written) = written(&route, coded) {
        assert_eq!(Route::parse(&written), route, "{path:?}");
    }
    let decoded: Option<Vec<String>> = path.split('/').map(decoded).collect();
    if let Some(plain) = written(&route, str::to_owned) {
        let decoded = decoded
            .expect("what cannot be decoded names nothing")
            .join("/");
        let has_slash = matches!(route, Route::Base | Route::Uploads { .. });
        assert!(
            decoded == plain || has_slash && format!("{decoded}/") == plain,
            "{path:?}"
        );
    }
    assert_eq!(Route::parse(&escaped(path)), route, "{path:?}");
    if !path.contains(['%', '?', '#', ':']) {
        agrees(&route, Endpoint::of(path), path);
    }
}

/// The repository, and what is named in it.
fn texts(route: &Route) -> (&str, &str) {
    match route {
        Route::Blob { name, digest } | Route::Referrers { name, digest } => (name, digest),
        Route::Session { name, id } => (name, id),
        Route::Manifest { name, reference } => (name, reference),
        Route::Uploads { name } | Route::Tags { name } => (name, ""),
        Route::Base | Route::Extensions | Route::Catalog | Route::Unknown => ("", ""),
    }
}

/// A path that names the same, each segment in this code.
fn written(route: &Route, code: fn(&str) -> String) -> Option<String> {
    let rest = match route {
        Route::Base => return Some("/v2/".to_owned()),
        Route::Catalog => return Some(format!("/v2/{}", code("_catalog"))),
        Route::Blob { digest, .. } => format!("blobs/{}", code(digest)),
        Route::Uploads { .. } => "blobs/uploads/".to_owned(),
        Route::Session { id, .. } => format!("blobs/uploads/{}", code(id)),
        Route::Manifest { reference, .. } => format!("manifests/{}", code(reference)),
        Route::Tags { .. } => "tags/list".to_owned(),
        Route::Referrers { digest, .. } => format!("referrers/{}", code(digest)),
        Route::Extensions | Route::Unknown => return None,
    };
    let components: Vec<String> = texts(route).0.split('/').map(code).collect();
    Some(format!("/v2/{}/{rest}", components.join("/")))
}

/// Every byte but letters and digits as an escape.
fn coded(text: &str) -> String {
    let code = |byte: u8| match byte {
        byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        byte => format!("%{byte:02x}"),
    };
    text.bytes().map(code).collect()
}

/// The path with every byte of a segment as an escape, where there is none in it yet.
fn escaped(path: &str) -> String {
    let Some(rest) = path.strip_prefix("/v2/") else {
        return path.to_owned();
    };
    let segments = rest.split('/').map(|segment| {
        if segment.contains('%') {
            segment.to_owned()
        } else {
            segment.bytes().flat_map(escape).collect()
        }
    });
    format!("/v2/{}", segments.collect::<Vec<String>>().join("/"))
}

fn escape(byte: u8) -> [char; 3] {
    let digit = |value: u8| char::from(b"0123456789ABCDEF"[usize::from(value)]);
    ['%', digit(byte >> 4), digit(byte & 15)]
}

/// The registry and the suite see the same in a path.
fn agrees(route: &Route, endpoint: Endpoint, path: &str) {
    let wanted = match route {
        Route::Base => Endpoint::Base,
        Route::Blob { .. } => Endpoint::Blob,
        Route::Uploads { .. } => Endpoint::Uploads,
        Route::Session { .. } => Endpoint::Session,
        Route::Manifest { .. } => Endpoint::Manifest,
        Route::Tags { .. } => Endpoint::Tags,
        Route::Referrers { .. } => Endpoint::Referrers,
        Route::Extensions | Route::Catalog | Route::Unknown => return,
    };
    assert_eq!(endpoint, wanted, "{path:?}");
}

/// Queries, and the percent-encoding in them.
pub(super) fn query(data: &[u8]) {
    let Some(text) = text(data) else { return };
    let wanted = parameters(text);
    let query = Query::read(text);
    assert_eq!(query.raw(), text);
    for (name, _) in wanted.iter().take(16) {
        let named = wanted.iter().filter(|(it, _)| it == name);
        let values: Vec<&str> = named.map(|(_, value)| value.as_str()).collect();
        assert_eq!(query.all(name).collect::<Vec<_>>(), values, "{text:?}");
        assert_eq!(query.first(name), values.first().copied(), "{text:?}");
    }
    is_encoded_and_decoded(text);
}

/// An encoded text is one value, and decodes to itself.
fn is_encoded_and_decoded(text: &str) {
    let encoded = percent::encode(text);
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "%-._~:/".contains(c);
    assert!(encoded.chars().all(is_plain), "{encoded}");
    assert!(encoded.len() <= 3 * text.len());
    assert_eq!(percent::decode(&encoded).as_deref(), Some(text));
    let query = Query::read(&format!("a=b&c={encoded}"));
    assert_eq!(query.all("c").collect::<Vec<_>>(), [text]);
}

/// The parameters, decoded; without those that cannot be.
fn parameters(query: &str) -> Vec<(String, String)> {
    let parameters = query.split('&').map(|parameter| {
        let equals = parameter.find('=');
        let name = &parameter[..equals.unwrap_or(parameter.len())];
        let value = equals.map_or("", |at| &parameter[at + 1..]);
        Some((decoded(name)?, decoded(value)?))
    });
    parameters.flatten().collect()
}

/// The text decoded once: every piece behind a percent sign begins with two hexadecimal digits.
fn decoded(text: &str) -> Option<String> {
    let mut pieces = text.split('%');
    let mut bytes = pieces.next()?.as_bytes().to_vec();
    for piece in pieces {
        let is_hex = |digits: &&str| digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        let digits = piece.get(..2).filter(is_hex)?;
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        bytes.extend_from_slice(&piece.as_bytes()[2..]);
    }
    String::from_utf8(bytes).ok()
}
