//! Pulling manifests: their bytes, done wrong (MGET).

use bytes::Bytes;
use serde_json::Value;

use super::Defect;
use super::Source;
use crate::catalogue::manifest_pull::MANIFEST_BY_DIGEST_FOUND;
use crate::catalogue::manifest_pull::MANIFEST_BY_TAG_FOUND;
use crate::catalogue::manifest_push::MANIFEST_BYTES_KEPT;
use crate::registry::answer::Answer;
use crate::registry::seams::Operation::GetManifest;
use crate::registry::seams::Operation::HeadManifest;
use crate::registry::seams::Operation::PutManifest;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "manifest-trailing-newline-trimmed",
        title: "a manifest is pulled without the white space at its end",
        breaches: &[&MANIFEST_BYTES_KEPT, &MANIFEST_BY_TAG_FOUND],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            pulled(visit, |body| {
                let kept = body.trim_ascii_end().len();
                (kept < body.len()).then(|| body[..kept].to_vec())
            })
        }),
    },
    Defect {
        name: "manifest-rewritten-large-only",
        title: "a manifest of more than 64 KiB is pulled without white space",
        breaches: &[&MANIFEST_BYTES_KEPT, &MANIFEST_BY_DIGEST_FOUND],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            pulled(visit, |body| (body.len() > 64 << 10).then(|| compact(body)))
        }),
    },
    Defect {
        name: "crlf-normalised",
        title: "a manifest whose lines end with CR and LF is pulled with LF alone",
        breaches: &[&MANIFEST_BYTES_KEPT, &MANIFEST_BY_TAG_FOUND],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            pulled(visit, |body| {
                let text = std::str::from_utf8(body).ok()?;
                text.contains("\r\n")
                    .then(|| text.replace("\r\n", "\n").into_bytes())
            })
        }),
    },
    Defect {
        name: "unicode-escapes-resolved",
        title: "the escapes in a manifest are pulled by tag as the characters that they stand for",
        breaches: &[&MANIFEST_BYTES_KEPT, &MANIFEST_BY_TAG_FOUND],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            if visit.is_by_digest() {
                return visit.pass();
            }
            pulled(visit, |body| std::str::from_utf8(body).ok().map(resolved))
        }),
    },
    Defect {
        name: "duplicate-keys-collapsed",
        title: "a manifest pushed by tag that has a key twice is written anew, with the last of them",
        breaches: &[&MANIFEST_BYTES_KEPT, &MANIFEST_BY_TAG_FOUND],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            pushed_by_tag(visit, |body| {
                let value: Value = serde_json::from_slice(body).ok()?;
                let colons =
                    outside_strings(body).filter(|(byte, is_outside)| *is_outside && *byte == b':');
                (colons.count() > members(&value)).then(|| value.to_string().into_bytes())
            })
        }),
    },
    Defect {
        name: "big-number-rounded",
        title: "an integer above 2 to the 53rd in a manifest pushed by tag is stored as a double",
        breaches: &[&MANIFEST_BYTES_KEPT, &MANIFEST_BY_TAG_FOUND],
        source: Source::Reader,
        seam: Seam::Layer(|visit| pushed_by_tag(visit, rounded)),
    },
    Defect {
        name: "manifest-cut-second-time",
        title: "the second GET on a manifest by its digest and every later one lose the last byte",
        breaches: &[&MANIFEST_BY_DIGEST_FOUND],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let is_asked = visit.is(&[GetManifest]) && visit.is_by_digest() && answer.is(200);
            if is_asked && visit.memory.before(visit.key()) > 0 {
                let cut = answer.body.slice(..answer.body.len().saturating_sub(1));
                return answer.bytes(cut);
            }
            answer
        }),
    },
];

/// Pulls a manifest with other bytes, if there are any.
fn pulled(visit: &Visit<'_>, other: impl Fn(&Bytes) -> Option<Vec<u8>>) -> Answer {
    let answer = visit.pass();
    if !visit.is(&[GetManifest, HeadManifest]) || !answer.is(200) {
        return answer;
    }
    match other(&answer.body) {
        Some(body) => answer.bytes(body),
        None => answer,
    }
}

/// Stores other bytes than were pushed by tag, if there are any.
fn pushed_by_tag(visit: &Visit<'_>, other: impl Fn(&Bytes) -> Option<Vec<u8>>) -> Answer {
    if !visit.is(&[PutManifest]) || visit.is_by_digest() {
        return visit.pass();
    }
    match other(visit.body()) {
        Some(body) => visit.pass_body(body),
        None => visit.pass(),
    }
}

/// JSON without the white space between its tokens.
pub(super) fn compact(json: &[u8]) -> Vec<u8> {
    let is_kept = |(byte, is_outside): &(u8, bool)| !is_outside || !byte.is_ascii_whitespace();
    outside_strings(json)
        .filter(is_kept)
        .map(|(byte, _)| byte)
        .collect()
}

/// Each byte of some JSON, and whether it stands outside of strings.
fn outside_strings(json: &[u8]) -> impl Iterator<Item = (u8, bool)> {
    let (mut is_outside, mut is_escaped) = (true, false);
    json.iter().map(move |byte| {
        let was_outside = is_outside;
        if *byte == b'"' && !is_escaped {
            is_outside = !is_outside;
        }
        is_escaped = *byte == b'\\' && !is_escaped && !was_outside;
        (*byte, was_outside && is_outside)
    })
}

/// How many members the objects of a value have together.
fn members(value: &Value) -> usize {
    match value {
        Value::Object(object) => object.len() + object.values().map(members).sum::<usize>(),
        Value::Array(array) => array.iter().map(members).sum(),
        _ => 0,
    }
}

/// JSON whose integers above 2 to the 53rd are those of the nearest double.
fn rounded(json: &Bytes) -> Option<Vec<u8>> {
    let (mut written, mut digits) = (Vec::with_capacity(json.len()), Vec::new());
    for (byte, is_outside) in outside_strings(json) {
        if is_outside && byte.is_ascii_digit() {
            digits.push(byte);
        } else {
            written.extend(as_double(&digits));
            digits.clear();
            written.push(byte);
        }
    }
    written.extend(digits);
    (written != *json).then_some(written)
}

fn as_double(digits: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(digits);
    match text.parse::<u64>() {
        Ok(number) if number > 1 << 53 => match text.parse::<f64>() {
            Ok(double) => format!("{double:.0}").into_bytes(),
            Err(_) => digits.to_vec(),
        },
        _ => digits.to_vec(),
    }
}

/// JSON with the characters beyond ASCII for which an escape of four digits stands.
fn resolved(json: &str) -> Vec<u8> {
    let mut written = String::with_capacity(json.len());
    let mut rest = json;
    while let Some(at) = rest.find('\\') {
        written.push_str(&rest[..at]);
        rest = &rest[at..];
        let code = rest.strip_prefix("\\u").and_then(|it| it.get(..4));
        let code = code.and_then(|it| u32::from_str_radix(it, 16).ok());
        let character = code.and_then(char::from_u32).filter(|it| !it.is_ascii());
        // What is escaped otherwise is kept, and is no beginning of an escape.
        let len = character.map_or_else(
            || 1 + rest[1..].chars().next().map_or(0, char::len_utf8),
            |_| "\\u0000".len(),
        );
        match character {
            Some(character) => written.push(character),
            None => written.push_str(&rest[..len]),
        }
        rest = &rest[len..];
    }
    written.push_str(rest);
    written.into_bytes()
}
