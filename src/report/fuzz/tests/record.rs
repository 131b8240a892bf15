//! The record of a campaign is read back whole, or refused.

use serde_json::json;

use super::*;

#[test]
fn the_record_of_a_campaign_is_not_taken_for_that_of_a_check() {
    let bytes = json(&record(vec![finding("model")])).unwrap();
    let value: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(value["kind"], "fuzz");
    assert_eq!(value["findings"][0]["rule"], "model");
    assert!(crate::report::json::read(&bytes).is_err());
}

#[test]
fn a_record_reads_back_whole_and_what_could_do_harm_is_refused() {
    let mut own = record(vec![finding("model")]);
    own.known = vec![known("0123456789abcdef")];
    own.outcome.seed = u64::MAX;
    let bytes = json(&own).unwrap();
    let again = read_record(&bytes).unwrap().unwrap();
    assert_eq!(
        String::from_utf8(json(&again).unwrap()).unwrap(),
        String::from_utf8(bytes.clone()).unwrap()
    );
    let changed = |pointer: &str, value: serde_json::Value| {
        let mut record: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        *record.pointer_mut(pointer).unwrap() = value;
        let text = serde_json::to_vec(&record).unwrap();
        read_record(&text).unwrap().unwrap_err().to_string()
    };
    for (pointer, value, words) in [
        ("/findings/0/signature", json!("../../x"), "no signature"),
        ("/findings/0/signature", json!(""), "no signature"),
        ("/findings/0/plan/repositories", json!(0), "the plan"),
        ("/findings/0/tool/generator", json!(99), "the plan"),
        ("/schema", json!(9), "schema 9"),
        ("/spec", json!("2.0"), "no version"),
        ("/plans", json!("many"), "invalid type"),
    ] {
        let error = changed(pointer, value);
        assert!(error.contains(words), "{pointer}: {error}");
    }
    assert!(read_record(b"{}").is_none());
}
