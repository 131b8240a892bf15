//! What many changes of requests have in common: taking paths and queries apart. Nothing here
//! panics, whatever was changed before; what cannot be taken apart is not changed.

use crate::fuzz::dice::Dice;
use crate::fuzz::wire::WireRequest;

/// A name that nobody uses: what a change aims at where it leaves the plan's own repositories.
pub(super) const NOWHERE: &str = "plimsoll-nowhere";

/// What parts a repository's name from the rest of a path.
const ROUTES: &[&str] = &["/manifests/", "/blobs/", "/tags/", "/referrers/"];

/// The path as text, where it is.
pub(super) fn path(request: &WireRequest) -> Option<String> {
    String::from_utf8(request.path().to_vec()).ok()
}

/// Puts another path in its place. Whether it is another.
pub(super) fn repath(request: &mut WireRequest, path: impl Into<Vec<u8>>) -> bool {
    let path = path.into();
    let is_changed = request.path() != path;
    request.set_path(path);
    is_changed
}

/// A path below `/v2/`: the repository's name, and what follows it and a slash.
pub(super) fn parts(request: &WireRequest) -> Option<(String, String)> {
    let path = path(request)?;
    let inner = path.strip_prefix("/v2/")?;
    let at = ROUTES.iter().filter_map(|route| inner.rfind(route)).max()?;
    Some((inner[..at].to_owned(), inner[at + 1..].to_owned()))
}

/// Changes the name of the repository in the path.
pub(super) fn rename(request: &mut WireRequest, to: impl FnOnce(&str) -> String) -> bool {
    let Some((name, rest)) = parts(request) else {
        return false;
    };
    let name = to(&name);
    repath(request, format!("/v2/{name}/{rest}"))
}

/// The tag or digest at the end of the path.
pub(super) fn reference(request: &WireRequest) -> Option<String> {
    let (_, rest) = parts(request)?;
    let (route, reference) = rest.split_once('/')?;
    let is_one = route != "tags" && !reference.starts_with("uploads");
    is_one.then(|| reference.to_owned())
}

/// Changes the tag or digest at the end of the path.
pub(super) fn refer(request: &mut WireRequest, to: impl FnOnce(&str) -> String) -> bool {
    let (Some(before), Some(path)) = (reference(request), path(request)) else {
        return false;
    };
    let start = path.len() - before.len();
    repath(request, format!("{}{}", &path[..start], to(&before)))
}

/// Changes the id of a session: the last segment of the path, where that is not empty.
pub(super) fn reseat(request: &mut WireRequest, to: impl FnOnce(&str) -> String) -> bool {
    let Some(path) = path(request) else {
        return false;
    };
    match path.rsplit_once('/') {
        Some((before, id)) if !id.is_empty() => repath(request, format!("{before}/{}", to(id))),
        _ => false,
    }
}

/// The parameters of the query, as they stand there.
pub(super) fn parameters(request: &WireRequest) -> Vec<String> {
    let query = request.query().unwrap_or_default();
    let query = String::from_utf8_lossy(query);
    let all = query.split('&').filter(|part| !part.is_empty());
    all.map(str::to_owned).collect()
}

/// Puts other parameters in their place. Whether the query is another.
pub(super) fn requery(request: &mut WireRequest, parameters: &[String]) -> bool {
    let query = parameters.join("&");
    let is_changed = request.query().unwrap_or_default() != query.as_bytes();
    request.set_query((!query.is_empty()).then_some(query.as_bytes()));
    is_changed
}

/// The value of a parameter.
pub(super) fn parameter(request: &WireRequest, name: &str) -> Option<String> {
    let all = parameters(request);
    all.iter()
        .find_map(|it| Some(it.strip_prefix(name)?.strip_prefix('=')?.to_owned()))
}

/// Puts this value in the place of the parameter's, or behind the others.
pub(super) fn set_parameter(request: &mut WireRequest, name: &str, value: &str) -> bool {
    let mut all = parameters(request);
    let part = format!("{name}={value}");
    match all.iter_mut().find(|it| is_named(it, name)) {
        Some(it) => *it = part,
        None => all.push(part),
    }
    requery(request, &all)
}

/// Changes the value of a parameter that is there.
pub(super) fn change_parameter(
    request: &mut WireRequest,
    name: &str,
    to: impl FnOnce(&str) -> String,
) -> bool {
    let value = parameter(request, name);
    value.is_some_and(|value| set_parameter(request, name, &to(&value)))
}

/// Takes a parameter away. Whether it was there.
pub(super) fn drop_parameter(request: &mut WireRequest, name: &str) -> bool {
    let all = parameters(request);
    let rest: Vec<_> = all
        .iter()
        .filter(|it| !is_named(it, name))
        .cloned()
        .collect();
    rest.len() < all.len() && requery(request, &rest)
}

/// Appends a parameter.
pub(super) fn add_parameter(request: &mut WireRequest, part: &str) -> bool {
    request.add_query(part);
    true
}

fn is_named(part: &str, name: &str) -> bool {
    part.split('=').next() == Some(name)
}

/// Whether this is a digest of SHA-256.
pub(super) fn is_sha256(text: &str) -> bool {
    let is_hex = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
    text.strip_prefix("sha256:")
        .is_some_and(|hex| hex.len() == 64 && hex.chars().all(is_hex))
}

/// Another digest of the same form: its last digit is another.
pub(super) fn near(digest: &str) -> String {
    let last = if digest.ends_with('0') { '1' } else { '0' };
    let mut near = digest.to_owned();
    near.pop();
    near.push(last);
    near
}

/// A digest that breaks the grammar, or that of SHA-256.
pub(super) fn malformed_digest(dice: &mut Dice) -> String {
    let hex = "ab".repeat(32);
    match dice.below(10) {
        0 => format!("sha256:{}", &hex[1..]),
        1 => format!("sha256:{hex}0"),
        2 => format!("sha256:{}", hex.to_uppercase()),
        3 => format!("SHA256:{hex}"),
        4 => "sha256:".to_owned(),
        5 => "sha256:short".to_owned(),
        6 => format!("sha256:g{}", &hex[1..]),
        7 => format!(":{hex}"),
        8 => format!("sha256::{hex}"),
        _ => format!("sha256:{hex}%20"),
    }
}

/// A digest of an algorithm that a registry need not know.
pub(super) fn other_digest(dice: &mut Dice) -> String {
    match dice.below(7) {
        0 => format!("sha512:{}", "ab".repeat(64)),
        1 => format!("sha384:{}", "ab".repeat(48)),
        2 => format!("md5:{}", "ab".repeat(16)),
        3 => format!("sha1:{}", "ab".repeat(20)),
        4 => format!("blake3:{}", "ab".repeat(32)),
        5 => "sha256+b64:LCa0a2j_xo_5m0U8HTBBNBNCLXBkg7-g-YpeiGJm564".to_owned(),
        _ => "multihash+base58:QmRZxt2b1FVZPNqd8hsiykDL3TdBDeTSPX9Kv46HmX4Gx8".to_owned(),
    }
}

/// One character of the text percent-encoded, or all of them: those that mean the same either way.
pub(super) fn encoded(text: &str, dice: &mut Dice) -> String {
    let mut places: Vec<_> = text
        .char_indices()
        .filter(|(at, c)| c.is_ascii_alphanumeric() && !is_escaped(text, *at))
        .map(|(at, _)| at)
        .collect();
    if !places.is_empty() && dice.below(4) < 3 {
        places = vec![places[dice.below(places.len())]];
    }
    let is_lower = dice.below(2) == 1;
    let encode = |(at, c): (usize, char)| match (places.contains(&at), is_lower) {
        (false, _) => c.to_string(),
        (true, false) => format!("%{:02X}", u32::from(c)),
        (true, true) => format!("%{:02x}", u32::from(c)),
    };
    text.char_indices().map(encode).collect()
}

/// Whether the character belongs to a percent-encoding already.
fn is_escaped(text: &str, at: usize) -> bool {
    let before = &text.as_bytes()[at.saturating_sub(2)..at];
    before.contains(&b'%')
}
