//! What the forms of a comparison say, and what never gets into them.

use super::*;
use crate::report::TerminalOptions;
use crate::report::Verbosity;
use crate::report::fixtures;
use crate::report::markdown::tests::HOSTILE;
use crate::run::Identity;
use crate::run::IdentityLine;
use crate::run::compare;

/// Two records side by side, in which everything that can be is hostile.
fn hostile() -> Comparison {
    let mut records = Vec::new();
    for bytes in [fixtures::FAILING, fixtures::HOSTILE] {
        let mut record = fixtures::record(bytes);
        record.target.software = Some(HOSTILE.to_owned());
        record.requirements[0].state = HOSTILE.to_owned();
        record.requirements[1].id = HOSTILE.to_owned();
        record.requirements[1].level = HOSTILE.to_owned();
        records.push((HOSTILE.to_owned(), record));
    }
    let line = IdentityLine {
        document: "image".to_owned(),
        what: "digest told when pushed".to_owned(),
        values: vec![HOSTILE.to_owned(), "-".to_owned()],
        breaks: true,
    };
    let identity = Identity {
        documents: 14,
        copies: 28,
        lines: vec![line],
    };
    compare(&records, Some(identity))
}

#[test]
fn nothing_hostile_comes_through_anywhere() {
    let comparison = hostile();
    let markdown = String::from_utf8(markdown::render(&comparison).unwrap()).unwrap();
    let seen = crate::report::markdown::tests::read(&markdown);
    assert!(
        seen.html.is_empty() && seen.links.is_empty(),
        "{:?} {:?}",
        seen.html,
        seen.links
    );
    let page = String::from_utf8(crate::report::html::compare(&comparison).unwrap()).unwrap();
    assert!(
        !page.contains("<script>alert") && !page.contains("<img src"),
        "{page}"
    );
    let options = TerminalOptions {
        colour: false,
        width: 100,
        verbosity: Verbosity::Normal,
    };
    let text = terminal(&comparison, &options);
    assert!(
        text.chars().all(|it| it == '\n' || !it.is_control()),
        "{text:?}"
    );
}

#[test]
fn every_form_says_what_tells_the_registries_apart() {
    let records = [fixtures::PASSING, fixtures::FAILING].map(fixtures::record);
    let [right, wrong] = records;
    let wanted = wrong
        .requirements
        .iter()
        .filter(|it| it.state == "violated");
    let held = |id: &str| {
        right
            .requirements
            .iter()
            .any(|it| it.id == id && it.state == "held")
    };
    let wanted: Vec<_> = wanted
        .map(|it| it.id.clone())
        .filter(|id| held(id))
        .collect();
    assert!(!wanted.is_empty());
    let named = [("right".to_owned(), right), ("wrong".to_owned(), wrong)];
    let comparison = compare(&named, None);
    assert_eq!(comparison.alone[1], wanted);
    let options = TerminalOptions {
        colour: false,
        width: 140,
        verbosity: Verbosity::Normal,
    };
    for text in [
        terminal(&comparison, &options),
        String::from_utf8(markdown::render(&comparison).unwrap()).unwrap(),
        String::from_utf8(crate::report::html::compare(&comparison).unwrap()).unwrap(),
        String::from_utf8(json(&comparison).unwrap()).unwrap(),
    ] {
        for id in &wanted {
            assert!(text.contains(id.as_str()), "{id} is not in\n{text}");
        }
    }
}
