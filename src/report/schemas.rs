//! The forms that are promised, in `docs/*.schema.json`: what is written follows them, and they
//! refuse what is something else.

use serde_json::Value;
use serde_json::json;

use super::*;
use crate::run;
use crate::run::Comparison;
use crate::run::Diff;
use crate::run::Identity;
use crate::run::IdentityLine;

/// A form: its schema, documents that follow it, and what makes the first of them something else.
struct Form {
    schema: jsonschema::Validator,
    documents: Vec<Value>,
    strange: Vec<(&'static str, Value)>,
}

fn forms() -> [Form; 3] {
    [results(), comparison(), differences()]
}

fn results() -> Form {
    Form {
        schema: schema(include_str!("../../docs/results.schema.json")),
        documents: [fixtures::PASSING, fixtures::FAILING, fixtures::HOSTILE]
            .map(|bytes| written(FORMATS, &fixtures::record(bytes)))
            .to_vec(),
        strange: vec![
            ("/schema", json!(2)),
            ("/spec", json!("1.3")),
            ("/fail_on", json!("sometimes")),
            ("/complete", json!(false)),
            ("/checks/0/verdict", json!("fine")),
            ("/checks/0/level", json!("shall")),
            ("/checks/0/duration_ms", json!(-1)),
            ("/checks/0/title", json!(null)),
            ("/categories/0/state", json!("good")),
            ("/features/0/state", json!("maybe")),
        ],
    }
}

fn comparison() -> Form {
    let named = |bytes: &[u8], name: &str| (name.to_owned(), fixtures::record(bytes));
    let records = [
        named(fixtures::FAILING, "wrong"),
        named(fixtures::PASSING, "right"),
        named(fixtures::HOSTILE, "hostile"),
    ];
    let identity = Identity {
        documents: 14,
        copies: 28,
        lines: vec![IdentityLine {
            document: "image".to_owned(),
            what: "digest told when pushed".to_owned(),
            values: vec!["a".to_owned(), "b".to_owned(), "-".to_owned()],
            breaks: true,
        }],
    };
    let live: Comparison = run::compare(&records, Some(identity));
    let of_files = run::compare(&records[..2], None);
    Form {
        schema: schema(include_str!("../../docs/compare.schema.json")),
        documents: [live, of_files]
            .map(|it| written(compare::FORMATS, &it))
            .to_vec(),
        strange: vec![
            ("/schema", json!(2)),
            ("/kind", json!("diff")),
            ("/targets/0/gate", json!("maybe")),
            ("/targets/0/spec", json!("1.3")),
            ("/targets/0/fail", json!(-1)),
            ("/categories/0/states/0", json!("good")),
            ("/features/0/states/0", json!("held")),
            ("/requirements/0/level", json!("shall")),
            ("/requirements/0/states/0", json!("supported")),
            ("/alone/0", json!("one")),
            ("/identity/lines/0/breaks", json!("yes")),
        ],
    }
}

fn differences() -> Form {
    let new = fixtures::record(fixtures::FAILING);
    let mut old = new.clone();
    for check in &mut old.checks {
        check.verdict = "pass".to_owned();
        check.gates = false;
    }
    old.features[0].state = "unknown".to_owned();
    old.spec = "1.0".to_owned();
    old.checks.pop();
    let documents: [Diff; 2] = [run::diff(&old, &new), run::diff(&new, &old)];
    Form {
        schema: schema(include_str!("../../docs/diff.schema.json")),
        documents: documents.map(|it| written(diff::FORMATS, &it)).to_vec(),
        strange: vec![
            ("/schema", json!(2)),
            ("/kind", json!("compare")),
            ("/old/spec", json!("1.3")),
            ("/new/complete", json!("yes")),
            ("/new_failures/0/old", json!("fine")),
            ("/new_failures/0/level", json!("shall")),
            ("/features/0/new", json!("maybe")),
            ("/unchanged", json!(-1)),
        ],
    }
}

fn schema(text: &str) -> jsonschema::Validator {
    let schema: Value = serde_json::from_str(text).unwrap();
    jsonschema::meta::validate(&schema).unwrap();
    jsonschema::validator_for(&schema).unwrap()
}

/// What is written as JSON.
fn written<R>(formats: &[Format<R>], record: &R) -> Value {
    let format = formats.iter().find(|it| it.name == "json").unwrap();
    serde_json::from_slice(&format.files(record).unwrap().concat()).unwrap()
}

#[test]
fn what_is_written_follows_the_schema() {
    for form in forms() {
        for document in &form.documents {
            let errors = form.schema.iter_errors(document);
            let errors: Vec<_> = errors
                .map(|error| format!("{error} at {}", error.instance_path()))
                .collect();
            assert_eq!(errors, Vec::<String>::new());
        }
    }
}

#[test]
fn a_schema_refuses_what_is_something_else() {
    for form in forms() {
        for (pointer, value) in form.strange {
            let mut document = form.documents[0].clone();
            *document.pointer_mut(pointer).expect(pointer) = value;
            assert!(!form.schema.is_valid(&document), "{pointer} went through");
        }
    }
}

#[test]
fn a_schema_refuses_unknown_fields_in_every_object() {
    for form in forms() {
        let document = form.documents.iter().max_by_key(|it| it.to_string().len());
        let document = document.unwrap();
        let mut pointers = Vec::new();
        objects(document, String::new(), &mut pointers);
        assert!(pointers.len() > 10);
        for pointer in pointers {
            let mut changed = document.clone();
            changed.pointer_mut(&pointer).unwrap()["surprise"] = json!(1);
            let message = "an unknown field went through";
            assert!(!form.schema.is_valid(&changed), "{pointer:?}: {message}");
        }
    }
}

/// The JSON pointers of all objects in `value`.
fn objects(value: &Value, pointer: String, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                objects(field, format!("{pointer}/{name}"), found);
            }
            found.push(pointer);
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                objects(item, format!("{pointer}/{index}"), found);
            }
        }
        _ => {}
    }
}
