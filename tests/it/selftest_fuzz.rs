//! `plimsoll selftest --fuzz`: the fuzzer finds defects that it is not told of, and can miss one.

use plimsoll::fuzz::false_alarms;
use plimsoll::fuzz::known;
use plimsoll::registry::Defect;
use plimsoll::registry::Variation;
use plimsoll::selftest::fuzz::Options;
use serde_json::Value;

use crate::support::Plimsoll;

/// Runs the selftest of the fuzzer with these arguments.
fn hunt(arguments: &[&str]) -> (i32, String) {
    let ended = Plimsoll::new().run(&[&["selftest", "--fuzz"], arguments].concat());
    (ended.code, ended.stdout)
}

#[test]
fn a_campaign_that_is_given_nothing_finds_a_deep_defect() {
    let arguments = ["--plans", "500", "--json"];
    let only = [
        "--only",
        "repeated-put-by-digest-emptied",
        "--only",
        "late-close-loses-blob",
    ];
    let (code, stdout) = hunt(&[&only[..], &arguments].concat());
    assert_eq!(code, 0, "{stdout}");
    let outcome: Value = serde_json::from_str(&stdout).expect("JSON");
    assert_eq!(
        (&outcome["found"], &outcome["defects"]),
        (&2.into(), &2.into())
    );
    let hunts = outcome["hunts"].as_array().expect("an array");
    for hunt in hunts {
        let found = &hunt["findings"][0];
        assert!(found["rule"].is_string(), "{hunt}");
        let case = found["case"].as_u64().expect("a number");
        assert_eq!(hunt["plans"], case + 1, "{hunt}");
    }
}

#[test]
fn a_registry_that_calls_what_a_manifest_names_is_found() {
    let only = [
        "--only",
        "layer-urls-fetched",
        "--only",
        "layer-urls-looked-at",
    ];
    let (code, stdout) = hunt(&[&only[..], &["--plans", "2000"]].concat());
    assert_eq!(code, 0, "{stdout}");
    for words in [
        ", canary (-): PUT",
        "with authorization",
        "while it is pushed",
    ] {
        assert!(stdout.contains(words), "{words}\n{stdout}");
    }
}

#[test]
fn a_defect_that_is_not_found_is_a_missed_threshold() {
    let (code, stdout) = hunt(&["--only", "fifth-session-evicts-first", "--plans", "3"]);
    assert_eq!(code, 7, "{stdout}");
    assert!(stdout.contains("NOT FOUND"), "{stdout}");
    assert!(
        stdout.contains("fifth-session-evicts-first is not found by 3 plans"),
        "{stdout}"
    );
    assert!(stdout.contains("deep defects: 0 of 1 found"), "{stdout}");
}

#[test]
fn nothing_is_found_in_what_is_sound() {
    let (code, stdout) = hunt(&["--only", "sound", "--plans", "300"]);
    assert_eq!(code, 0, "{stdout}");
    assert!(stdout.contains("300 plans, 0 false positives"), "{stdout}");
}

#[test]
fn a_hunt_of_nothing_is_no_pass() {
    let (code, stdout) = hunt(&["--only", "no-such-row"]);
    assert_eq!(code, 4, "{stdout}");
}

#[test]
fn a_deep_defect_is_listed_explained_and_served() {
    let ended = Plimsoll::new().run(&["explain", "list-as-long-as-asked"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(ended.stdout.contains("CVE-2023-2253"), "{}", ended.stdout);
    let command = "plimsoll selftest --fuzz --only list-as-long-as-asked";
    assert!(ended.stdout.contains(command), "{}", ended.stdout);
    let ended = Plimsoll::new().run(&["list", "defects", "--format", "json"]);
    let rows: Vec<Value> = serde_json::from_str(&ended.stdout).expect("JSON");
    let deep = rows.iter().filter(|row| row["deep"] == true).count();
    assert!(deep >= 40, "{deep} deep defects");
}

#[test]
fn every_known_plan_shows_its_defect_and_nothing_in_what_is_sound() {
    let missed = plimsoll::selftest::fuzz::known_plans(&Options::default());
    let missed: Vec<_> = missed.iter().map(ToString::to_string).collect();
    assert_eq!(missed, [""; 0]);
    let names: Vec<_> = known().iter().map(|row| row.name.as_str()).collect();
    let without: Vec<_> = Defect::deep()
        .map(|defect| defect.name)
        .filter(|name| !names.contains(name))
        .collect();
    assert_eq!(without, [""; 0], "each deep defect has a known plan");
}

#[test]
fn no_false_alarm_is_raised_again() {
    let missed = plimsoll::selftest::fuzz::false_alarms_again(&Options::default());
    let missed: Vec<_> = missed.iter().map(ToString::to_string).collect();
    assert_eq!(missed, [""; 0]);
    let is_of_variation = |name: &str| {
        let (name, _) = name.split_once('/').expect("a variation and what is wrong");
        Variation::all().any(|variation| variation.name == name)
    };
    for row in false_alarms() {
        assert!(is_of_variation(&row.name), "{}", row.name);
    }
}

#[test]
fn what_a_campaign_leaves_unused_is_a_missed_threshold() {
    // So few plans cannot use everything; from 20,000 on they have to.
    let arguments = ["--only", "sound", "--plans", "30", "--json"];
    let (code, stdout) = hunt(&arguments);
    assert_eq!(code, 0, "{stdout}");
    let outcome: Value = serde_json::from_str(&stdout).expect("JSON");
    let unused = outcome["unused"].as_array().expect("an array");
    assert!(unused.len() > 100, "{stdout}");
    let names: Vec<_> = unused.iter().filter_map(Value::as_str).collect();
    assert!(names.contains(&"session-query-stripped"), "{names:?}");
    assert!(!names.contains(&"put-manifest"), "{names:?}");
}
