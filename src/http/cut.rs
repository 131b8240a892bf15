//! The beginnings of what is long, for the record: what is left out is measured and hashed.

use bytes::Bytes;
use http::HeaderMap;
use http::HeaderValue;
use sha2::Digest;
use sha2::Sha256;

use super::Whole;

/// How much of a body the record holds, in bytes.
pub(crate) const BODY: usize = 4 << 10;

/// How much of the values of an answer's headers the record holds, in bytes; of each one beyond
/// that, the first [`VALUE`].
pub(crate) const HEADERS: usize = 8 << 10;

/// How much of a header's value is held in any case, in bytes.
const VALUE: usize = 64;

/// Leaves the beginning of a body, and says what the whole was where that was longer.
pub(crate) fn body(body: &mut Bytes) -> Option<Whole> {
    if body.len() <= BODY {
        return None;
    }
    let digest = Sha256::digest(&**body);
    let whole = Whole {
        length: body.len(),
        sha256: hexadecimal(&digest),
    };
    // A slice would keep the whole alive.
    *body = Bytes::copy_from_slice(&body[..BODY]);
    Some(whole)
}

fn hexadecimal(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(u32::from(value), 16).expect("it is below 16");
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.map(digit).collect()
}

/// Leaves the beginnings of headers that are very long, each with a word on what is missing.
pub(crate) fn headers(headers: &mut HeaderMap) {
    let mut room = HEADERS;
    for value in headers.values_mut() {
        let kept = value.len().min(room.max(VALUE));
        room = room.saturating_sub(kept);
        if kept == value.len() {
            continue;
        }
        let missing = value.len() - kept;
        let mut shown = value.as_bytes()[..kept].to_vec();
        shown.extend_from_slice(format!("... ({missing} bytes left out)").as_bytes());
        // The beginning of a value is one, and so is that with plain words behind it.
        if let Ok(shown) = HeaderValue::from_bytes(&shown) {
            *value = shown;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_body_is_cut_hashed_and_let_go() {
        let mut short = Bytes::from_static(b"abc");
        assert_eq!(body(&mut short), None);
        let mut long = Bytes::from(vec![b'a'; BODY + 1]);
        let whole = body(&mut long).unwrap();
        assert_eq!((whole.length, long.len()), (BODY + 1, BODY));
        assert_eq!(
            whole.sha256,
            "4e369b5618643c3abddd027b650bfa54810be3b418028a7c9d82299a59d008e8"
        );
    }

    #[test]
    fn long_headers_are_cut_and_the_others_stay() {
        let mut map = HeaderMap::new();
        map.append("short", HeaderValue::from_static("x"));
        map.append(
            "long",
            HeaderValue::from_bytes(&vec![b'y'; 60_000]).unwrap(),
        );
        map.append("late", HeaderValue::from_static("z"));
        headers(&mut map);
        assert_eq!(map["short"], "x");
        assert_eq!(map["late"], "z");
        let long = map["long"].to_str().unwrap();
        assert!(long.len() < HEADERS + 64);
        assert!(long.ends_with(" bytes left out)"), "{long}");
    }
}
