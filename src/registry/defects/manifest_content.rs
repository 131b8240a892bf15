//! Manifests that come back otherwise than they were pushed (MPUT): their bytes, and their types.

use std::fmt::Write;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use serde_json::Value;

use super::Defect;
use super::Source;
use crate::catalogue::manifest_pull::MANIFEST_TYPE_KEPT;
use crate::catalogue::manifest_push::MANIFEST_BYTES_KEPT;
use crate::catalogue::manifest_push::MISMATCHED_MANIFEST_TYPE_ANSWERED;
use crate::oci::Algorithm;
use crate::registry::answer::Answer;
use crate::registry::header::CONTENT_DIGEST;
use crate::registry::seams::Operation::GetManifest;
use crate::registry::seams::Operation::HeadManifest;
use crate::registry::seams::Operation::PutManifest;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "manifest-json-reformatted",
        title: "a manifest is stored without its white space, under a digest to match",
        breaches: &[&MANIFEST_BYTES_KEPT],
        source: Source::Tracker("opencontainers/distribution-spec#333"),
        seam: Seam::Layer(|visit| {
            let answer = rewritten(visit, |bytes| Some(without_white_space(bytes)));
            let is_pull = visit.is(&[GetManifest, HeadManifest]) && answer.is(200);
            let digest = Algorithm::Sha256.digest(&answer.body);
            answer.when(is_pull, |it| it.with(CONTENT_DIGEST, &digest))
        }),
    },
    Defect {
        name: "manifest-newline-trimmed",
        title: "a manifest comes back without the line break at its end",
        breaches: &[&MANIFEST_BYTES_KEPT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            rewritten(visit, |bytes| Some(bytes.strip_suffix(b"\n")?.to_vec()))
        }),
    },
    Defect {
        name: "manifest-escapes-decoded",
        title: "a manifest comes back with its escaped characters written out",
        breaches: &[&MANIFEST_BYTES_KEPT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            rewritten(visit, |bytes| {
                let text = std::str::from_utf8(bytes).ok()?;
                Some(with_escapes_decoded(text).into_bytes())
            })
        }),
    },
    Defect {
        name: "manifest-numbers-rounded",
        title: "a manifest comes back with its numbers of more than 17 digits rounded",
        breaches: &[&MANIFEST_BYTES_KEPT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            rewritten(visit, |bytes| {
                let text = std::str::from_utf8(bytes).ok()?;
                Some(outside_strings(text, with_numbers_rounded).into_bytes())
            })
        }),
    },
    Defect {
        name: "manifest-keys-merged",
        title: "a manifest with a property that stands there twice comes back with the last one only",
        breaches: &[&MANIFEST_BYTES_KEPT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| rewritten(visit, with_keys_merged)),
    },
    Defect {
        name: "content-type-of-first-push",
        title: "a manifest has the media type under which any repository got it first",
        breaches: &[&MANIFEST_TYPE_KEPT],
        source: Source::Reader,
        seam: Seam::Layer(first_type_stays),
    },
    Defect {
        name: "type-mismatch-inconsistent-by-ref",
        title: "a manifest whose Content-Type differs from its mediaType is taken, and pulled with the one by tag and with the other by digest",
        breaches: &[&MISMATCHED_MANIFEST_TYPE_ANSWERED],
        source: Source::Reader,
        seam: Seam::Layer(types_by_reference),
    },
    Defect {
        name: "mismatched-type-taken-lost",
        title: "a manifest whose Content-Type differs from its mediaType is answered 201 and not stored",
        breaches: &[&MISMATCHED_MANIFEST_TYPE_ANSWERED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| match mismatched_type(visit) {
            Some(_) => visit.manifest_created(&Algorithm::Sha256.digest(visit.body())),
            None => visit.pass(),
        }),
    },
    Defect {
        name: "mismatched-type-written-in",
        title: "the Content-Type of a push is written into the manifest if its mediaType is another",
        breaches: &[&MISMATCHED_MANIFEST_TYPE_ANSWERED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            taken_whatever_its_type(visit, |answer, pushed| {
                let pushed = pushed.to_owned();
                answer.json(|manifest| manifest["mediaType"] = pushed.into())
            })
        }),
    },
    Defect {
        name: "mismatched-type-forgotten",
        title: "a manifest whose Content-Type differs from its mediaType is pulled as application/json",
        breaches: &[&MISMATCHED_MANIFEST_TYPE_ANSWERED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            taken_whatever_its_type(visit, |answer, _| {
                answer.with(CONTENT_TYPE, "application/json")
            })
        }),
    },
];

/// The mediaType of a manifest that is pushed with another Content-Type.
fn mismatched_type(visit: &Visit<'_>) -> Option<String> {
    if !visit.is(&[PutManifest]) || visit.mismatched_digest().is_some() {
        return None;
    }
    let manifest = visit.manifest();
    let said = manifest["mediaType"].as_str()?;
    (said != visit.pushed_type()).then(|| said.to_owned())
}

/// Takes a manifest by its mediaType, and changes what is pulled if its Content-Type was another.
fn taken_whatever_its_type(
    visit: &Visit<'_>,
    change: impl FnOnce(Answer, &str) -> Answer,
) -> Answer {
    if let Some(said) = mismatched_type(visit) {
        let answer = visit.pass_with(CONTENT_TYPE, &said);
        if let Some(digest) = answer.value(&CONTENT_DIGEST).filter(|_| answer.is(201)) {
            let key = format!("{} {digest}", visit.name());
            visit.memory.keep(key, visit.pushed_type());
        }
        return answer;
    }
    let answer = visit.pass();
    let digest = answer.value(&CONTENT_DIGEST).unwrap_or_default();
    let pushed = visit.memory.recall(&format!("{} {digest}", visit.name()));
    match pushed.filter(|_| visit.is(&[GetManifest, HeadManifest]) && answer.is(200)) {
        Some(pushed) => change(answer, &String::from_utf8_lossy(&pushed)),
        None => answer,
    }
}

/// Passes the request on, and changes the bytes of the manifest that is pulled.
fn rewritten(visit: &Visit<'_>, change: impl FnOnce(&[u8]) -> Option<Vec<u8>>) -> Answer {
    let answer = visit.pass();
    if !visit.is(&[GetManifest, HeadManifest]) || !answer.is(200) {
        return answer;
    }
    match change(&answer.body) {
        Some(bytes) => answer.bytes(bytes),
        None => answer,
    }
}

/// A JSON text without white space outside strings.
pub(super) fn without_white_space(bytes: &[u8]) -> Vec<u8> {
    let is_dropped = |c: char| matches!(c, ' ' | '\t' | '\r' | '\n');
    let compact = |text: &str| text.replace(is_dropped, "");
    match std::str::from_utf8(bytes) {
        Ok(text) => outside_strings(text, compact).into_bytes(),
        Err(_) => bytes.to_vec(),
    }
}

/// A JSON text with what stands outside strings changed.
fn outside_strings(text: &str, change: impl Fn(&str) -> String) -> String {
    let mut out = String::new();
    let (mut start, mut is_string, mut is_escaped) = (0, false, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' if is_string => is_escaped = true,
            '"' if is_string => {
                out.push_str(&text[start..=at]);
                (start, is_string) = (at + 1, false);
            }
            '"' => {
                out.push_str(&change(&text[start..at]));
                (start, is_string) = (at, true);
            }
            _ => {}
        }
    }
    out.push_str(&change(&text[start..]));
    out
}

fn with_numbers_rounded(text: &str) -> String {
    let mut out = String::new();
    for piece in text.split_inclusive(|c: char| !c.is_ascii_digit()) {
        let digits = piece.trim_end_matches(|c: char| !c.is_ascii_digit());
        match digits.parse::<f64>() {
            Ok(number) if digits.len() > 17 => {
                let _ = write!(out, "{number:.0}{}", &piece[digits.len()..]);
            }
            _ => out.push_str(piece),
        }
    }
    out
}

/// Escapes by number of characters that need none, written out.
fn with_escapes_decoded(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        out.push_str(before);
        let code = escape.strip_prefix("\\u").and_then(|it| it.get(..4));
        let code = code.and_then(|code| u32::from_str_radix(code, 16).ok());
        if let Some(c) = code
            .and_then(char::from_u32)
            .filter(|c| needs_no_escape(*c))
        {
            out.push(c);
            rest = &escape[6..];
        } else {
            let len = escape.chars().take(2).map(char::len_utf8).sum();
            out.push_str(&escape[..len]);
            rest = &escape[len..];
        }
    }
    out.push_str(rest);
    out
}

fn needs_no_escape(c: char) -> bool {
    !c.is_control() && !matches!(c, '"' | '\\')
}

/// A manifest read and written again, if that loses something besides white space.
fn with_keys_merged(bytes: &[u8]) -> Option<Vec<u8>> {
    let manifest: Value = serde_json::from_slice(bytes).ok()?;
    let again = manifest.to_string();
    let has_escapes = bytes.contains(&b'\\');
    let is_shorter = again.len() < without_white_space(bytes).len();
    (is_shorter && !has_escapes).then(|| again.into_bytes())
}

fn first_type_stays(visit: &Visit<'_>) -> Answer {
    let pushed = visit.pushed_type();
    let answer = visit.pushed(|answer| {
        let digest = answer.value(&CONTENT_DIGEST).unwrap_or_default();
        if visit.memory.recall(digest).is_none() {
            visit.memory.keep(digest, pushed);
        }
        answer
    });
    if !visit.is(&[GetManifest, HeadManifest]) || !answer.is(200) {
        return answer;
    }
    let digest = answer.value(&CONTENT_DIGEST).unwrap_or_default();
    match visit.memory.recall(digest) {
        Some(first) => answer.with(CONTENT_TYPE, &text(&first)),
        None => answer,
    }
}

fn types_by_reference(visit: &Visit<'_>) -> Answer {
    if visit.is(&[GetManifest, HeadManifest]) {
        let answer = visit.pass();
        let header = visit.memory.recall(&visit.key());
        return match header.filter(|_| answer.is(200)) {
            Some(header) => answer.with(CONTENT_TYPE, &text(&header)),
            None => answer,
        };
    }
    let (header, manifest) = (visit.pushed_type(), visit.manifest());
    match manifest["mediaType"].as_str() {
        Some(property) if property != header && !header.is_empty() => {
            let answer = visit.pass_with(CONTENT_TYPE, property);
            if answer.is(201) && !visit.is_by_digest() {
                visit.memory.keep(visit.key(), header);
            }
            answer
        }
        _ => visit.pushed(|answer| {
            visit.memory.forget(&visit.key());
            answer
        }),
    }
}

fn text(bytes: &Bytes) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
