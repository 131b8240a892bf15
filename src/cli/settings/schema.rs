//! The JSON Schema of `plimsoll.toml`, made of the flags themselves. `docs/plimsoll.schema.json` is
//! what it says, and a test says so.

use clap::Arg;
use clap::Command;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use super::arguments;

/// The schema.
pub(in crate::cli) fn schema(program: &Command) -> Value {
    let mut top = level(program);
    top.insert(
        "profile".to_owned(),
        json!({
            "type": "object",
            "description": "Settings that go before the others where --profile names them.",
            "additionalProperties": object(level(program)),
        }),
    );
    let mut schema = object(top);
    schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    schema["title"] = json!("plimsoll.toml");
    schema
}

/// What stands at the top, and again in each profile.
fn level(program: &Command) -> Map<String, Value> {
    let mut level = Map::new();
    for verb in arguments::verbs(program) {
        level.extend(properties(verb));
    }
    for verb in arguments::verbs(program) {
        let mut table = object(properties(verb));
        table["description"] = json!(format!(
            "Settings for `plimsoll {}` alone.",
            verb.get_name()
        ));
        let name = verb.get_name().to_owned();
        // A flag may be called as a verb is.
        let either = match level.remove(&name) {
            Some(flag) => json!({"anyOf": [flag, table]}),
            None => table,
        };
        level.insert(name, either);
    }
    level.insert("override".to_owned(), overrides());
    level
}

fn properties(verb: &Command) -> Map<String, Value> {
    let rows = arguments::settable(verb)
        .filter_map(|argument| Some((arguments::key(argument)?.to_owned(), property(argument))));
    rows.collect()
}

fn property(argument: &Arg) -> Value {
    let one = json!(["string", "number"]);
    let mut property = if arguments::is_switch(argument) {
        json!({"type": "boolean"})
    } else if arguments::takes_many(argument) {
        json!({"type": ["string", "number", "array"], "items": {"type": one}})
    } else {
        json!({"type": one})
    };
    if let Some(help) = argument.get_help() {
        property["description"] = json!(help.to_string());
    }
    property
}

fn overrides() -> Value {
    let mut one = object(Map::from_iter([
        (
            "checks".to_owned(),
            json!({"type": "string", "description": "Which checks: a glob, a section, or a requirement's id."}),
        ),
        (
            "timeout".to_owned(),
            json!({"type": "string", "description": "How long one request of theirs may take, such as 60s."}),
        ),
        (
            "retries".to_owned(),
            json!({"type": "integer", "minimum": 0, "description": "How often a refused connection, a 429 or a 503 is asked again."}),
        ),
        (
            "skip".to_owned(),
            json!({"type": "string", "description": "Why they are left out."}),
        ),
    ]));
    one["required"] = json!(["checks"]);
    json!({"type": "array", "description": "What holds for some checks alone.", "items": one})
}

fn object(properties: Map<String, Value>) -> Value {
    let properties = Value::Object(properties);
    json!({"type": "object", "properties": properties, "additionalProperties": false})
}
