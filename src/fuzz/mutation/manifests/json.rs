//! Texts that are no JSON, or JSON that few would write.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;

use super::super::Mutation;
use super::super::Stance;
use super::super::manifest;
use super::edited;
use super::is_oci;
use super::rewritten;
use crate::catalogue::manifest_push::MALFORMED_MANIFEST_REFUSED;
use crate::fuzz::draft::Draft;

const REFUSED: Stance = Stance::Refused(&MALFORMED_MANIFEST_REFUSED);

/// The rows.
pub(in super::super) const ROWS: &[Mutation] = &[
    manifest(
        "json-empty",
        "a manifest without any byte",
        REFUSED,
        |draft, _| is_oci(draft) && rewritten(draft, |_| Vec::new()),
    ),
    manifest(
        "json-no-object",
        "a manifest that is JSON, but no object",
        REFUSED,
        |draft, dice| {
            let form = dice.below(9);
            is_oci(draft)
                && rewritten(draft, |text| match form {
                    0 => b"null".to_vec(),
                    1 => b"[]".to_vec(),
                    2 => b"0".to_vec(),
                    3 => b"\"\"".to_vec(),
                    4 => b"true".to_vec(),
                    5 => [b"[", &text[..], b"]"].concat(),
                    6 => Value::from(String::from_utf8_lossy(&text))
                        .to_string()
                        .into_bytes(),
                    7 => b"1e400".to_vec(),
                    _ => b"[[[[]]]]".to_vec(),
                })
        },
    ),
    manifest(
        "json-none",
        "a manifest that is no JSON at all",
        REFUSED,
        |draft, dice| {
            let form = dice.below(7);
            is_oci(draft)
                && draft.text.is_none()
                && rewritten(draft, |text| match form {
                    0 => b"not a manifest".to_vec(),
                    1 => text[..text.len().saturating_sub(1)].to_vec(),
                    2 => text[..text.len() / 2].to_vec(),
                    3 => b"{".to_vec(),
                    4 => b"<html></html>".to_vec(),
                    5 => b"schemaVersion: 2\n".to_vec(),
                    _ => vec![0; 64],
                })
        },
    ),
    manifest(
        "json-compressed",
        "a manifest that is compressed, and does not say so",
        REFUSED,
        |draft, _| is_oci(draft) && rewritten(draft, |text| compressed(&text)),
    ),
    manifest(
        "json-two-documents",
        "two manifests in one",
        REFUSED,
        |draft, dice| {
            let between = dice.pick(&["", "\n", "\u{1e}", ","]);
            is_oci(draft)
                && draft.text.is_none()
                && rewritten(draft, |text| {
                    [&text[..], between.as_bytes(), &text[..]].concat()
                })
        },
    ),
    manifest(
        "json-trailing-bytes",
        "a manifest with bytes behind it",
        REFUSED,
        |draft, dice| {
            let after = dice.pick(&["}", "x", "\0", "null", "// comment", ";", "\u{1a}"]);
            is_oci(draft)
                && draft.text.is_none()
                && rewritten(draft, |text| [&text[..], after.as_bytes()].concat())
        },
    ),
    manifest(
        "json-leading-bytes",
        "a manifest with bytes in front of it",
        REFUSED,
        |draft, dice| {
            let before = dice.pick(&["x", "\0", ")]}',\n", "null", "//\n", "{"]);
            is_oci(draft)
                && draft.text.is_none()
                && rewritten(draft, |text| [before.as_bytes(), &text[..]].concat())
        },
    ),
    manifest(
        "json-white-space",
        "a manifest with white space that means nothing",
        Stance::Same,
        |draft, dice| {
            if draft.text.is_some() {
                return false;
            }
            let form = dice.below(4);
            rewritten(draft, |text| match form {
                0 => [&text[..], b"\n"].concat(),
                1 => [b" \t\r\n", &text[..]].concat(),
                2 => [&text[..], &b" ".repeat(5000)[..]].concat(),
                _ => indented(&text),
            })
        },
    ),
    manifest(
        "json-order",
        "a manifest whose members are in another order",
        Stance::Same,
        |draft, dice| {
            let turn = dice.below(3);
            edited(draft, |draft| match turn {
                0 => draft.members.reverse(),
                1 if !draft.members.is_empty() => draft.members.rotate_left(1),
                _ => draft.members.sort(),
            })
        },
    ),
    manifest(
        "json-escaped",
        "a manifest with letters written as escapes",
        Stance::Same,
        |draft, dice| {
            if draft.text.is_some() {
                return false;
            }
            let (from, to) = [
                ("\"schemaVersion\"", "\"schema\\u0056ersion\""),
                ("/", "\\/"),
                ("\"mediaType\"", "\"\\u006dediaType\""),
                ("\"digest\"", "\"dig\\u0065st\""),
                ("sha256:", "sha256\\u003a"),
            ][dice.below(5)];
            rewritten(draft, |text| {
                String::from_utf8_lossy(&text)
                    .replace(from, to)
                    .into_bytes()
            })
        },
    ),
    manifest(
        "json-byte-order-mark",
        "a manifest behind a byte order mark",
        Stance::Either,
        |draft, _| rewritten(draft, |text| [b"\xef\xbb\xbf", &text[..]].concat()),
    ),
    manifest(
        "json-utf-16",
        "a manifest in UTF-16 or UTF-32",
        Stance::Either,
        |draft, dice| {
            let form = dice.below(5);
            rewritten(draft, |text| wide(&text, form))
        },
    ),
    manifest(
        "json-bad-utf-8",
        "a manifest with bytes that are no UTF-8",
        Stance::Either,
        |draft, dice| {
            let odd: &[u8] = [
                &b"\xff"[..],
                b"\xc0\xaf",
                b"\xed\xa0\x80",
                b"\xf5\x80\x80\x80",
                b"\xc3",
            ][dice.below(5)];
            with_member(draft, &[b"\"org.example.odd\":\"a", odd, b"\""].concat())
        },
    ),
    manifest(
        "json-lone-surrogate",
        "a manifest with half of a character",
        Stance::Either,
        |draft, dice| {
            let half = dice.pick(&["\\ud800", "\\udc00", "\\ud800\\ud800", "\\udfff\\ud83d"]);
            let member = match dice.below(2) {
                0 => format!("\"org.example.odd\":\"{half}\""),
                _ => format!("\"{half}\":\"a\""),
            };
            with_member(draft, member.as_bytes())
        },
    ),
    manifest(
        "json-nul",
        "a manifest with a NUL in a text",
        Stance::Either,
        |draft, dice| {
            let member: &[u8] = [
                &b"\"annotations\":{\"a\":\"b\\u0000c\"}"[..],
                b"\"annotations\":{\"a\\u0000b\":\"c\"}",
                b"\"artifactType\":\"a/b\\u0000\"",
                b"\"layers\\u0000\":[]",
            ][dice.below(4)];
            with_member(draft, member)
        },
    ),
    manifest(
        "json-control-character",
        "a manifest with a control character that is not escaped",
        Stance::Either,
        |draft, dice| {
            let odd: &[u8] = [&b"\x00"[..], b"\n", b"\x1b", b"\x7f"][dice.below(4)];
            with_member(draft, &[b"\"org.example.odd\":\"a", odd, b"\""].concat())
        },
    ),
    manifest(
        "json-key-twice",
        "a manifest with a member twice, and two values",
        Stance::Either,
        |draft, dice| {
            let (name, other) = TWICE[dice.below(TWICE.len())];
            let is_first = dice.below(2) == 1;
            edited(draft, |draft| {
                if draft.member(name).is_none() {
                    draft.add_text(name, "null");
                }
                let at = if is_first { 0 } else { draft.members.len() };
                draft
                    .members
                    .insert(at, (name.to_owned(), other.to_owned()));
            })
        },
    ),
    manifest(
        "json-key-case",
        "a manifest with a member in another case",
        Stance::Either,
        |draft, dice| {
            let place = dice.below(draft.members.len());
            let keeps = dice.below(2) == 1;
            edited(draft, |draft| {
                let Some((name, value)) = draft.members.get(place).cloned() else {
                    return;
                };
                let upper = name.to_uppercase();
                if keeps {
                    draft.members.push((upper, value));
                } else {
                    draft.members[place].0 = upper;
                }
            })
        },
    ),
    manifest(
        "json-key-folded",
        "a manifest with a member whose letters only fold to those of the right one",
        Stance::Either,
        |draft, dice| {
            let name = dice.pick(&[
                "layer\u{17f}",
                "\u{17f}ubject",
                "\u{17f}chemaVersion",
                "dige\u{17f}t",
            ]);
            edited(draft, |draft| draft.add_text(name, "[]"))
        },
    ),
    manifest(
        "json-lenient",
        "a manifest in JSON as lenient parsers take it",
        Stance::Either,
        |draft, dice| {
            let members: &[&[u8]] = &[
                b"",
                b"/* comment */ \"a\":1",
                b"a:1",
                b"'a':1",
                b"\"a\":NaN",
                b"\"a\":0x10",
                b"\"a\":01",
                b"\"a\":+1",
                b"\"a\":.5",
                b"\"a\":Infinity",
                b"\"a\":True",
                b"\"a\":[1,]",
                b"\"a\" 1",
            ];
            with_member(draft, members[dice.below(members.len())])
        },
    ),
    manifest(
        "json-empty-object",
        "a manifest without members",
        Stance::Either,
        |draft, _| edited(draft, |draft| draft.members.clear()),
    ),
    manifest(
        "json-unknown-member",
        "a manifest with a member that does not exist",
        Stance::Either,
        |draft, dice| {
            let members: &[&[u8]] = &[
                b"\"org.example.unknown\":{\"a\":[1,null,true]}",
                b"\"\":1",
                b"\"__proto__\":{\"a\":1}",
                b"\"$ref\":\"#\"",
                b"\"org.example.big\":123456789012345678901234567890.5e10",
                b"\"org.example.huge\":1e999999999",
                b"\"org.example.zero\":-0",
            ];
            with_member(draft, members[dice.below(members.len())])
        },
    ),
];

/// Members that stand there once, and second values for them.
const TWICE: &[(&str, &str)] = &[
    ("schemaVersion", "2"),
    ("mediaType", "\"application/vnd.oci.image.index.v1+json\""),
    ("schemaVersion", "1"),
    ("config", "{}"),
    ("layers", "[]"),
    ("manifests", "[]"),
    ("subject", "null"),
    ("artifactType", "\"application/vnd.example.other\""),
    ("annotations", "{\"a\":\"b\"}"),
    ("layers", "null"),
];

/// Puts the text of one more member behind the others.
fn with_member(draft: &mut Draft, member: &[u8]) -> bool {
    draft.text.is_none()
        && rewritten(draft, |mut text| {
            text.pop();
            if !text.ends_with(b"{") {
                text.push(b',');
            }
            text.extend(member);
            text.push(b'}');
            text
        })
}

/// The text indented, where it is JSON that says the same then.
fn indented(text: &[u8]) -> Vec<u8> {
    let indented = String::from_utf8_lossy(text).replace(",\"", ",\r\n\t\"");
    let same = |other: &str| {
        let before: Result<Value, _> = serde_json::from_slice(text);
        let after: Result<Value, _> = serde_json::from_str(other);
        matches!((before, after), (Ok(before), Ok(after)) if before == after)
    };
    if same(&indented) {
        indented.into_bytes()
    } else {
        text.to_vec()
    }
}

/// The text in units of two or four bytes, with or without a mark of their order.
fn wide(text: &[u8], form: usize) -> Vec<u8> {
    let text = String::from_utf8_lossy(text);
    let marked = format!("\u{feff}{text}");
    match form {
        0 => marked.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        1 => marked.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        2 => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        3 => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        _ => marked
            .chars()
            .flat_map(|c| u32::from(c).to_le_bytes())
            .collect(),
    }
}

fn compressed(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    let written = encoder.write_all(text);
    let finished = encoder.finish();
    written.and(finished).unwrap_or_default()
}
