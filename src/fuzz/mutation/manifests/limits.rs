//! Manifests that are long, deep, or have very many of something. The heavy ones are rare.

use serde_json::Value;
use serde_json::json;

use super::super::Mutation;
use super::super::Stance;
use super::super::manifest;
use super::edited;
use super::rewritten;
use crate::fuzz::dice::Dice;
use crate::fuzz::draft::Draft;
use crate::fuzz::draft::descriptor;

/// The rows.
pub(in super::super) const ROWS: &[Mutation] = &[
    manifest(
        "deep",
        "a manifest with very deep values",
        Stance::Either,
        |draft, dice| {
            let depth = heavy(dice, &[100, 1000, 10_000], 100_000);
            let (open, close) = [("[", "]"), ("{\"a\":", "}")][dice.below(2)];
            let inner = if open == "[" { "" } else { "1" };
            let text = format!("{}{inner}{}", open.repeat(depth), close.repeat(depth));
            edited(draft, |draft| draft.add_text("org.example.deep", text))
        },
    ),
    manifest(
        "deep-unclosed",
        "a manifest that opens very many lists and closes none",
        Stance::Either,
        |draft, dice| {
            let depth = heavy(dice, &[1000, 10_000], 100_000);
            let open: &[u8] = [&b"["[..], b"{\"a\":"][dice.below(2)];
            rewritten(draft, |_| open.repeat(depth))
        },
    ),
    manifest(
        "long-number",
        "a manifest with a number of very many digits",
        Stance::Either,
        |draft, dice| {
            let digits = heavy(dice, &[400, 20, 10_000], 1_000_000);
            let form = dice.below(3);
            let number = match form {
                0 => "9".repeat(digits),
                1 => format!("0.{}1", "0".repeat(digits)),
                _ => format!("1e{}", "9".repeat(digits.min(10_000))),
            };
            let name = ["org.example.number", "schemaVersion"][dice.below(2)];
            edited(draft, |draft| draft.set_text(name, number))
        },
    ),
    manifest(
        "long-text",
        "a manifest with a very long annotation",
        Stance::Either,
        |draft, dice| {
            let length = heavy(dice, &[5000, 40_000], 1 << 20);
            let letter = dice.pick(&["a", "\u{1f6a2}", "\\u0061", "\\\\"]);
            let text = letter.repeat(length / letter.len());
            let member = match dice.below(2) {
                0 => format!("{{\"a\":\"{text}\"}}"),
                _ => format!("{{\"{text}\":\"a\"}}"),
            };
            edited(draft, |draft| draft.set_text("annotations", member))
        },
    ),
    manifest(
        "long-type",
        "a manifest with a very long type",
        Stance::Either,
        |draft, dice| {
            let length = [256, 300, 40_000][dice.below(3)];
            let name = ["artifactType", "mediaType"][dice.below(2)];
            let value = format!("application/{}", "a".repeat(length));
            edited(draft, |draft| draft.set(name, &json!(value)))
        },
    ),
    manifest(
        "megabytes",
        "a manifest of 4 MiB, or one byte more or less",
        Stance::Either,
        |draft, dice| {
            let edge = heavy(dice, &[1 << 16], 4 << 20);
            let by = [0, 1, 2][dice.below(3)];
            padded(draft, edge - 1 + by)
        },
    ),
    manifest(
        "white-space-long",
        "a manifest with very much white space",
        Stance::Either,
        |draft, dice| {
            let length = heavy(dice, &[10_000, 60_000], 4 << 20);
            let space = [b" ", b"\n"][dice.below(2)];
            rewritten(draft, |text| {
                [&text[..], &space.repeat(length)[..]].concat()
            })
        },
    ),
    manifest(
        "many-layers",
        "a manifest with very many layers, or manifests",
        Stance::Either,
        |draft, dice| {
            let count = heavy(dice, &[100, 130, 400], 10_000);
            edited(draft, |draft| lengthen(draft, count))
        },
    ),
    manifest(
        "many-annotations",
        "a manifest with very many annotations",
        Stance::Either,
        |draft, dice| {
            let count = heavy(dice, &[100, 1000, 4000], 100_000);
            let all: Vec<_> = (0..count)
                .map(|index| format!("\"a{index}\":\"\""))
                .collect();
            edited(draft, |draft| {
                draft.set_text("annotations", format!("{{{}}}", all.join(",")));
            })
        },
    ),
    manifest(
        "many-members",
        "a manifest with very many members",
        Stance::Either,
        |draft, dice| {
            let count = heavy(dice, &[100, 1000, 4000], 50_000);
            let name = |index: usize| format!("a{index}");
            let is_same = dice.below(2) == 1;
            edited(draft, |draft| {
                let more =
                    (0..count).map(|index| (name(if is_same { 0 } else { index }), "0".to_owned()));
                draft.members.extend(more);
            })
        },
    ),
    manifest(
        "many-urls",
        "a descriptor with very many places to look for content",
        Stance::Either,
        |draft, dice| {
            let count = heavy(dice, &[100, 1000], 20_000);
            let urls = vec!["https://plimsoll.invalid/"; count];
            super::described(draft, |it| {
                it.insert("urls".to_owned(), json!(urls));
            })
        },
    ),
];

/// One of these numbers, or, once in sixteen times, the heavy one.
fn heavy(dice: &mut Dice, light: &[usize], heavy: usize) -> usize {
    if dice.below(16) == 15 {
        return heavy;
    }
    light[dice.below(light.len())]
}

/// Makes the text this long by white space in front of its last byte.
fn padded(draft: &mut Draft, length: usize) -> bool {
    rewritten(draft, |mut text| {
        let missing = length.saturating_sub(text.len());
        let last = text.pop();
        text.resize(text.len() + missing, b' ');
        text.extend(last);
        text
    })
}

/// Appends descriptors to the list that the manifest has: of what its first one names, or of what
/// nobody has.
fn lengthen(draft: &mut Draft, count: usize) {
    let name = if draft.member("manifests").is_some() {
        "manifests"
    } else {
        "layers"
    };
    let mut list = match draft.value(name) {
        Some(Value::Array(list)) => list,
        _ => Vec::new(),
    };
    if list.is_empty() {
        let digest = format!("sha256:{}", "ab".repeat(32));
        let absent = descriptor("application/vnd.oci.image.layer.v1.tar", &digest, 2);
        list.push(absent);
    }
    let more = format!(",{}", list[0]).repeat(count);
    let mut text = Value::Array(list).to_string();
    text.pop();
    draft.set_text(name, text + &more + "]");
}
