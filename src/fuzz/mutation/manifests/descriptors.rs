//! Descriptors that say what is not so of the content that they name.

use serde_json::Value;
use serde_json::json;

use super::super::Mutation;
use super::super::Stance;
use super::super::edit;
use super::super::manifest;
use super::described;
use super::edited;
use crate::fuzz::draft::Draft;

const IMAGE: &str = "application/vnd.oci.image.manifest.v1+json";

/// The rows.
pub(in super::super) const ROWS: &[Mutation] = &[
    manifest(
        "size-unlike",
        "a descriptor with another size than the content has",
        Stance::Either,
        |draft, dice| {
            let by: i64 = [1, -1, 1000][dice.below(3)];
            described(draft, |it| {
                let size = it.get("size").and_then(Value::as_i64).unwrap_or(0);
                it.insert("size".to_owned(), size.saturating_add(by).max(0).into());
            })
        },
    ),
    manifest(
        "size-odd",
        "a descriptor with a size that is none, or that no number holds",
        Stance::Either,
        |draft, dice| {
            let values = &[
                "-1",
                "0",
                "1.5",
                "\"5\"",
                "null",
                "9223372036854775807",
                "9223372036854775808",
                "18446744073709551616",
                "1e400",
                "1e3",
                "-9223372036854775809",
                "true",
                "[]",
                "NaN",
            ];
            spliced(draft, "size", dice.pick(values))
        },
    ),
    manifest(
        "size-absent",
        "a descriptor without a size",
        Stance::Either,
        |draft, _| without(draft, "size"),
    ),
    manifest(
        "descriptor-digest-odd",
        "a descriptor with a digest that is none",
        Stance::Either,
        |draft, dice| {
            let digest = match dice.below(4) {
                0 => edit::malformed_digest(dice),
                1 => String::new(),
                2 => "a".repeat(300),
                _ => "sha256:\u{0}".to_owned(),
            };
            with(draft, "digest", json!(digest))
        },
    ),
    manifest(
        "descriptor-digest-traversal",
        "a descriptor whose digest leads out of where content is kept",
        Stance::Either,
        |draft, dice| {
            let up = dice.pick(&[
                "../../",
                "sha256:../../",
                "sha256:..%2f",
                "sha256/../../",
                "file:///",
                "..\\",
            ]);
            with(draft, "digest", json!(format!("{up}{}", edit::NOWHERE)))
        },
    ),
    manifest(
        "descriptor-digest-of-another-algorithm",
        "a descriptor with a digest of an algorithm that may be unknown",
        Stance::Either,
        |draft, dice| {
            let digest = edit::other_digest(dice);
            with(draft, "digest", json!(digest))
        },
    ),
    manifest(
        "descriptor-digest-no-text",
        "a descriptor with a digest that is no text, or none at all",
        Stance::Either,
        |draft, dice| {
            let value = match dice.below(4) {
                0 => return without(draft, "digest"),
                1 => Value::Null,
                2 => json!(0),
                _ => json!(["sha256:a"]),
            };
            with(draft, "digest", value)
        },
    ),
    manifest(
        "descriptor-unknown-content",
        "a descriptor of content that nobody has",
        Stance::Either,
        |draft, _| {
            with(
                draft,
                "digest",
                json!(format!("sha256:{}", "ab".repeat(32))),
            )
        },
    ),
    manifest(
        "descriptor-type-odd",
        "a descriptor with a media type that is none, or unknown",
        Stance::Either,
        |draft, dice| {
            let values = [
                json!("application/vnd.example.unknown"),
                json!(""),
                json!("a"),
                Value::Null,
                json!(0),
                json!("application/vnd.oci.empty.v1+json"),
                json!("application/vnd.oci.image.layer.nondistributable.v1.tar+gzip"),
                json!("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip"),
                json!(IMAGE),
                json!("a".repeat(300)),
            ];
            with(draft, "mediaType", values[dice.below(values.len())].clone())
        },
    ),
    manifest(
        "descriptor-type-absent",
        "a descriptor without a media type",
        Stance::Either,
        |draft, _| without(draft, "mediaType"),
    ),
    manifest(
        "urls",
        "a descriptor of content that lies elsewhere",
        Stance::Either,
        |draft, dice| {
            let values = [
                json!(["https://plimsoll.invalid/layer"]),
                json!([]),
                json!(["http://plimsoll.invalid/", "https://plimsoll.invalid/"]),
                json!(["file:///plimsoll-nowhere"]),
                json!(["http://user:secret@plimsoll.invalid/"]),
                json!(["javascript:1"]),
                json!([""]),
                json!("https://plimsoll.invalid/"),
                json!([null]),
                json!({}),
            ];
            with(draft, "urls", values[dice.below(values.len())].clone())
        },
    ),
    manifest(
        "data",
        "a descriptor with content in it that is not the content it names",
        Stance::Either,
        |draft, dice| {
            let values = [
                json!("e30="),
                json!(""),
                json!("e30"),
                json!("not base64!"),
                json!(0),
                Value::Null,
                json!("QUFBQQ==QUFBQQ=="),
                json!("e30=\n"),
                json!("A".repeat(40_000)),
            ];
            with(draft, "data", values[dice.below(values.len())].clone())
        },
    ),
    manifest(
        "platform-odd",
        "a descriptor with a platform that is none",
        Stance::Either,
        |draft, dice| {
            let values = [
                json!({}),
                Value::Null,
                json!("linux/amd64"),
                json!([]),
                json!({"os": 0, "architecture": null}),
                json!({"os": "", "architecture": ""}),
                json!({"os": "linux", "architecture": "amd64", "os.features": "a"}),
                json!({"os": "../..", "architecture": "\u{0}"}),
            ];
            with(draft, "platform", values[dice.below(values.len())].clone())
        },
    ),
    manifest(
        "descriptor-annotations-odd",
        "a descriptor with annotations that are none",
        Stance::Either,
        |draft, dice| {
            let values = [
                json!({"a": 1}),
                Value::Null,
                json!([]),
                json!("a"),
                json!({"a": null}),
            ];
            with(
                draft,
                "annotations",
                values[dice.below(values.len())].clone(),
            )
        },
    ),
    manifest(
        "descriptor-key-twice",
        "a descriptor with a member twice, and two values",
        Stance::Either,
        |draft, dice| {
            let (name, value) = [
                ("digest", "\"sha256:short\""),
                ("size", "1"),
                ("mediaType", "\"a/b\""),
                ("digest", "null"),
            ][dice.below(4)];
            doubled(draft, name, value)
        },
    ),
    manifest(
        "descriptor-repeated",
        "a list that names the same content twice",
        Stance::Either,
        |draft, dice| {
            let count = [1, 10, 100][dice.below(3)];
            edited(draft, |draft| {
                for name in ["layers", "manifests"] {
                    let Some(Value::Array(mut list)) = draft.value(name) else {
                        continue;
                    };
                    let first = list.first().cloned();
                    list.extend(first.into_iter().cycle().take(count));
                    draft.set(name, &Value::Array(list));
                }
            })
        },
    ),
    manifest(
        "config-as-layer",
        "an image whose configuration is a layer as well",
        Stance::Either,
        |draft, _| {
            edited(draft, |draft| {
                if let (Some(config), Some(Value::Array(mut layers))) =
                    (draft.value("config"), draft.value("layers"))
                {
                    layers.push(config);
                    draft.set("layers", &Value::Array(layers));
                }
            })
        },
    ),
    manifest(
        "index-of-blobs",
        "an index that names a blob, or an image with a manifest as a layer",
        Stance::Either,
        |draft, dice| {
            let types = [
                "application/vnd.oci.image.layer.v1.tar",
                "application/vnd.oci.image.config.v1+json",
            ];
            let media_type = if draft.member("manifests").is_some() {
                types[dice.below(2)]
            } else {
                IMAGE
            };
            described(draft, |it| {
                it.insert("mediaType".to_owned(), json!(media_type));
            })
        },
    ),
];

fn with(draft: &mut Draft, name: &str, value: Value) -> bool {
    described(draft, |it| {
        it.insert(name.to_owned(), value);
    })
}

fn without(draft: &mut Draft, name: &str) -> bool {
    described(draft, |it| {
        it.remove(name);
    })
}

/// Writes this text, which may be no JSON, as the value of a member of the first descriptor.
fn spliced(draft: &mut Draft, name: &str, text: &str) -> bool {
    const MARK: &str = "plimsoll-mark";
    edited(draft, |draft| {
        draft.change_descriptor(|it| {
            it.insert(name.to_owned(), MARK.into());
        });
        let mark = format!("\"{MARK}\"");
        for (_, value) in &mut draft.members {
            if value.contains(&mark) {
                *value = value.replacen(&mark, text, 1);
            }
        }
    })
}

/// Appends a member to the first descriptor that may stand there already.
fn doubled(draft: &mut Draft, name: &str, text: &str) -> bool {
    const MARK: &str = "plimsoll-mark";
    edited(draft, |draft| {
        draft.change_descriptor(|it| {
            it.insert(MARK.to_owned(), Value::Null);
        });
        let mark = format!("\"{MARK}\":null");
        for (_, value) in &mut draft.members {
            if value.contains(&mark) {
                *value = value.replacen(&mark, &format!("\"{name}\":{text}"), 1);
            }
        }
    })
}
