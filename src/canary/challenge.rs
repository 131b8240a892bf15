//! What the canary answers: that there is nothing, or that whoever asks has to say who they are, as
//! some give their credentials away only where they are asked for them.
//!
//! It follows from the path alone. A request that names a path of the canary says there how it is to
//! answer; where one could name no more than its host, it asks in both ways. Who gives credentials is
//! told that there is nothing, and where a token would be asked for there is no other to be sent to:
//! nobody is led round and round.

/// What stands in a path behind the number of the request, and what a caller is answered for it.
pub(crate) const MANNERS: [&str; 3] = ["none", "basic", "bearer"];

/// The last part of the address at which a token is to be asked for.
const TOKEN: &str = "token";

/// The most characters of a path that are said again.
const LONGEST: usize = 200;

const NOTHING: &str = "HTTP/1.1 404 Not Found\r\n";
const UNAUTHORIZED: &str = "HTTP/1.1 401 Unauthorized\r\n";
const BASIC: &str = "www-authenticate: Basic realm=\"canary\"\r\n";
const END: &str = "content-length: 0\r\nconnection: close\r\n\r\n";

/// The answer to whoever asks for a target and gives no credentials, at a canary of this address.
pub(super) fn answer(host: &str, target: &str) -> String {
    let path = target.split('?').next().unwrap_or_default();
    let path = path.trim_end_matches('/');
    let bearer = || format!("www-authenticate: Bearer {}\r\n", realm(host, path));
    if path.ends_with(&format!("/{TOKEN}")) {
        return [UNAUTHORIZED, BASIC, END].concat();
    }
    match manner(path) {
        Some("basic") => [UNAUTHORIZED, BASIC, END].concat(),
        Some("bearer") => [UNAUTHORIZED, &bearer(), END].concat(),
        Some(_) => nothing(),
        None => [UNAUTHORIZED, &bearer(), BASIC, END].concat(),
    }
}

/// The answer that says nothing.
pub(super) fn nothing() -> String {
    [NOTHING, END].concat()
}

/// The manner that a path names, if it does: behind the play and the number of the request.
fn manner(path: &str) -> Option<&str> {
    let mut parts = path.split('/').skip_while(|part| !is_play(part)).skip(1);
    parts.next()?.parse::<usize>().ok()?;
    let manner = parts.next().unwrap_or_default();
    Some(manner)
}

fn is_play(part: &str) -> bool {
    super::call::case_of(part).is_some()
}

/// The parameters of a challenge that sends for a token to the canary itself, below the same path.
fn realm(host: &str, path: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/-._~%:".contains(c);
    let is_said = path.len() <= LONGEST && path.chars().all(is_plain);
    let path = if is_said { path } else { "" };
    let name = path.trim_matches('/');
    format!(
        "realm=\"http://{host}{path}/{TOKEN}\",service=\"canary\",scope=\"repository:{name}:pull\""
    )
}
