//! Secrets in a text: in URLs, and in forms.

use super::REDACTED;
use super::names::is_secret_parameter;

/// Hides `user:password@` after each `://`.
pub(super) fn without_user_information(text: &str) -> String {
    let mut parts = text.split("://");
    let mut shown = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part
            .find(['/', '?', '#', ' ', '"', '>', ','])
            .unwrap_or(part.len());
        shown.push_str("://");
        match part[..end].rfind('@') {
            Some(at) => {
                shown.push_str(REDACTED);
                shown.push_str(&part[at..]);
            }
            None => shown.push_str(part),
        }
    }
    shown
}

/// Hides the values of secret parameters, in a URL's query or in a form.
pub(super) fn parameters(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['?', '&']) {
        shown.push_str(&rest[..=at]);
        rest = &rest[at + 1..];
        let end = rest.find(['?', '&', '#', '>', '"', '\'', '`', ' ', '\r', '\n']);
        let (pair, after) = rest.split_at(end.unwrap_or(rest.len()));
        match pair.split_once('=') {
            Some((name, _)) if is_secret_parameter(name) => {
                shown.push_str(name);
                shown.push('=');
                shown.push_str(REDACTED);
            }
            _ => shown.push_str(pair),
        }
        rest = after;
    }
    shown + rest
}
