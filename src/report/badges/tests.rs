//! What badges say, and that it is what the run came to.

use serde_json::Value;

use super::super::fixtures;
use super::*;

fn said(record: &Record, name: &str) -> (String, String) {
    let files = render(record).unwrap();
    let place = NAMES.iter().position(|it| *it == format!("{name}.json"));
    let value: Value = serde_json::from_slice(&files[place.unwrap()]).unwrap();
    assert_eq!(value["schemaVersion"], 1);
    let svg = String::from_utf8(files[place.unwrap() + 1].clone()).unwrap();
    let message = value["message"].as_str().unwrap().to_owned();
    assert!(svg.contains(&format!(">{message}</text>")), "{svg}");
    (message, value["color"].as_str().unwrap().to_owned())
}

fn with(states: [&str; 4]) -> Record {
    let mut record = fixtures::record(fixtures::PASSING);
    for (row, state) in record.categories.iter_mut().zip(states) {
        state.clone_into(&mut row.state);
    }
    record
}

#[test]
fn a_category_is_what_the_record_says_and_nothing_good_without_it() {
    let record = fixtures::record(fixtures::FAILING);
    assert_eq!(
        said(&record, "pull"),
        ("violated".to_owned(), "red".to_owned())
    );
    assert_eq!(said(&record, "management").0, "untested");
    let mut record = with(["conformant", "unsupported", "sound", "<b>"]);
    assert_eq!(said(&record, "pull").1, "brightgreen");
    assert_eq!(said(&record, "push").1, "lightgrey");
    assert_eq!(said(&record, "discovery").0, "untested");
    assert_eq!(said(&record, "management").0, "untested");
    record.categories.clear();
    assert_eq!(said(&record, "pull").0, "untested");
}

#[test]
fn the_whole_is_conformant_only_where_all_of_it_is() {
    let sound = ["conformant"; 4];
    for (states, message, colour) in [
        (sound, "conformant", "brightgreen"),
        (
            ["conformant", "conformant", "unsupported", "unsupported"],
            "conformant, without discovery and management",
            "brightgreen",
        ),
        (
            ["conformant", "untested", "conformant", "conformant"],
            "only pull, discovery and management tested",
            "lightgrey",
        ),
        (["unsupported"; 4], "untested", "lightgrey"),
        (
            ["conformant", "conformant", "violated", "conformant"],
            "violated",
            "red",
        ),
    ] {
        let whole = said(&with(states), "conformance");
        assert_eq!(whole, (message.to_owned(), colour.to_owned()), "{states:?}");
    }
    let mut early = with(sound);
    early.complete = false;
    assert_eq!(said(&early, "conformance").0, "incomplete");
    let mut nothing = with(sound);
    nothing.checks.clear();
    assert_eq!(said(&nothing, "conformance").0, "untested");
    let mut gates = with(sound);
    gates.checks[0].gates = true;
    assert_eq!(said(&gates, "conformance").1, "red");
    let failing = said(&fixtures::record(fixtures::FAILING), "conformance");
    assert!(failing.0.starts_with("violated: ") && failing.0.ends_with(" causes"));
}

#[test]
fn a_picture_says_its_text_to_those_who_do_not_see_it_and_has_room_for_it() {
    let record = fixtures::record(fixtures::HOSTILE);
    for (name, bytes) in NAMES.iter().zip(render(&record).unwrap()) {
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.is_ascii(), "{name}");
        if text.starts_with("<svg") {
            assert!(text.contains("aria-label=\"OCI 1.1 ") && text.contains("<title>OCI 1.1 "));
            assert!(
                !text.contains("script") && text.ends_with("</svg>\n"),
                "{text}"
            );
        }
    }
    assert!(width("conformant") > width("violated"));
}
