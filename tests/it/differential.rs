//! Two registries side by side: where they differ stands first, where they do not there is nothing,
//! and neither is a verdict.

use std::fs;

use plimsoll::registry::Defect;
use plimsoll::registry::Registry;
use plimsoll::registry::Running;
use serde_json::Value;

use crate::support::Ended;
use crate::support::Plimsoll;
use crate::support::registry;

/// A registry that answers 200 where a blob is not there.
const DEFECT: &str = "absent-blob-empty";

fn wrong() -> Running {
    let row = Defect::named(DEFECT).expect("a defect");
    Registry::builder()
        .defect(row)
        .spawn()
        .expect("a free port on loopback")
}

/// Compares these, or this and the reference registry.
fn compared(urls: &[&str], more: &[&str]) -> (Ended, Value) {
    let plimsoll = Plimsoll::new();
    let arguments = ["fuzz", "--seed", "1", "--jobs", "2", "--differential"];
    let ended = plimsoll.run(&[&arguments[..], urls, more].concat());
    let text = fs::read(plimsoll.out().join("results.json")).unwrap_or_default();
    let results = serde_json::from_slice(&text).unwrap_or_default();
    (ended, results)
}

#[test]
fn what_one_takes_and_the_other_refuses_stands_first() {
    let (sound, wrong) = (registry(), wrong());
    let (ended, results) = compared(&[&sound.url(), &wrong.url()], &["--plans", "60"]);
    assert_eq!(ended.code, 0, "{}\n{}", ended.stdout, ended.stderr);
    assert_eq!(results["kind"], "differential");
    assert_eq!(results["complete"], true);
    assert_eq!(results["targets"][1], wrong.url());
    let first = &results["groups"][0];
    assert_eq!(first["rank"], "taken", "{first}");
    assert_eq!(first["shown_again"], true, "{first}");
    let answers = first["answers"].to_string();
    assert!(
        answers.contains("\"404") && answers.contains("\"200"),
        "{answers}"
    );
    let groups = results["groups"].as_array().unwrap();
    let of_blobs = |group: &Value| group["route"].as_str().unwrap().contains("/blobs/");
    assert!(groups.iter().all(of_blobs), "{groups:?}");
    assert!(ended.stdout.contains("taken"), "{}", ended.stdout);
}

#[test]
fn one_registry_twice_is_no_difference_at_all() {
    let (one, other) = (registry(), registry());
    for urls in [[one.url(), other.url()], [one.url(), one.url()]] {
        let urls = urls.each_ref().map(String::as_str);
        let (ended, results) = compared(&urls, &["--plans", "120"]);
        assert_eq!(ended.code, 0, "{}\n{}", ended.stdout, ended.stderr);
        assert_eq!(results["groups"], Value::Array(Vec::new()));
        assert_eq!(results["alike"], 120);
        assert!(results["answers"][1].as_u64() > Some(120), "{results}");
    }
}

#[test]
fn one_registry_is_compared_with_the_reference_registry() {
    let sound = registry();
    let (ended, results) = compared(&[&sound.url()], &["--plans", "40", "--defect", DEFECT]);
    assert_eq!(ended.code, 0, "{}\n{}", ended.stdout, ended.stderr);
    assert_eq!(results["groups"][0]["rank"], "taken", "{results}");
}

#[test]
fn what_cannot_be_compared_is_no_agreement() {
    let sound = registry();
    let url = sound.url();
    let says = |urls: &[&str], more: &[&str], code: i32, words: &str| {
        let (ended, _) = compared(urls, more);
        assert_eq!(ended.code, code, "{}\n{}", ended.stdout, ended.stderr);
        let text = ended.stdout + &ended.stderr;
        assert!(text.contains(words), "{words}: {text}");
    };
    says(
        &[&url, "127.0.0.1:1", "--retries", "0"],
        &[],
        3,
        "nobody listens",
    );
    says(
        &[&url, "registry.invalid"],
        &[],
        2,
        "--i-may-test-this-target",
    );
    says(&[&url, &url], &["--defect", DEFECT], 2, "leave out the URL");
    says(&[&url, &url], &["--token", "t"], 2, "one registry");
    says(&[&url, &url], &["--rules", "fault"], 2, "--rules");
    says(&[&url, &url, &url], &[], 2, "one registry or two");
    says(&[&url], &["--plans", "0"], 4, "nothing ran");
}
