//! Secrets in bytes, which need be no text.

use bytes::Bytes;

use super::REDACTED;

/// Where the body starts: after the first empty line.
pub(super) fn head_end(bytes: &[u8]) -> usize {
    let crlf = find(bytes, b"\r\n\r\n").map(|at| at + 4);
    let lf = find(bytes, b"\n\n").map(|at| at + 2);
    crlf.into_iter().chain(lf).min().unwrap_or(bytes.len())
}

/// Bytes, with a known value hidden.
pub(super) fn hide_in(bytes: Bytes, secret: &[u8]) -> Bytes {
    if find(&bytes, secret).is_none() {
        return bytes;
    }
    let mut shown = Vec::with_capacity(bytes.len());
    let mut rest = &bytes[..];
    while let Some(at) = find(rest, secret) {
        shown.extend_from_slice(&rest[..at]);
        shown.extend_from_slice(REDACTED.as_bytes());
        rest = &rest[at + secret.len()..];
    }
    shown.extend_from_slice(rest);
    shown.into()
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    memchr::memmem::find(bytes, wanted)
}
