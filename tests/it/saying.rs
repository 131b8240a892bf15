//! Records in which other texts stand, for the tests here and for those beside the page.

use serde::de::DeserializeOwned;
use serde_json::Value;

/// Texts by which a record holds together; all others are free.
const KEYS: &[&str] = &[
    "id",
    "verdict",
    "level",
    "state",
    "spec",
    "fail_on",
    "requirement",
    "requirements",
    "violated",
    "cause",
    "checks",
    "role",
    "ended",
    "also",
];

/// Whether a field of this name holds a text that may be any other.
pub(crate) fn is_prose(name: &str) -> bool {
    !KEYS.contains(&name)
}

/// A record in which `change` has had each text, with the name of its field.
pub(crate) fn rewritten<R: DeserializeOwned>(
    bytes: &[u8],
    change: &dyn Fn(&str, &mut String),
) -> R {
    let mut value = serde_json::from_slice(bytes).expect("JSON");
    rewrite(&mut value, "", change);
    serde_json::from_value(value).expect("it is a record still")
}

fn rewrite(value: &mut Value, name: &str, change: &dyn Fn(&str, &mut String)) {
    match value {
        Value::String(old) => change(name, old),
        Value::Array(items) => {
            for item in items {
                rewrite(item, name, change);
            }
        }
        Value::Object(fields) => {
            for (name, field) in fields {
                rewrite(field, name, change);
            }
        }
        _ => {}
    }
}
