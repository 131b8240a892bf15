//! What tells records apart.

use std::sync::Arc;

use super::*;
use crate::http::Client;
use crate::http::ClientSettings;
use crate::run::Control;
use crate::run::Settings;
use crate::trial::content::Seed;

/// A record in which these requirements have these states.
fn record(states: &[(&str, &str)]) -> Record {
    let text = include_str!("../../../fixtures/records/passing.json");
    let mut record: Record = serde_json::from_str(text).expect("a record");
    let template = record.requirements[0].clone();
    record.requirements = states
        .iter()
        .map(|(id, state)| crate::run::RequirementEntry {
            id: (*id).to_owned(),
            state: (*state).to_owned(),
            level: if id.starts_with('s') {
                "should"
            } else {
                "must"
            }
            .to_owned(),
            ..template.clone()
        })
        .collect();
    record
}

fn compared(records: &[&[(&str, &str)]]) -> Comparison {
    let named = records.iter().enumerate();
    let records: Vec<_> = named
        .map(|(at, states)| (format!("r{at}"), record(states)))
        .collect();
    compare(&records, None)
}

#[test]
fn differences_stand_first_and_the_heaviest_of_them_on_top() {
    let found = compared(&[
        &[
            ("a", "held"),
            ("s-b", "held"),
            ("c", "held"),
            ("d", "untested"),
        ],
        &[
            ("a", "held"),
            ("s-b", "violated"),
            ("c", "violated"),
            ("d", "held"),
            ("e", "held"),
        ],
    ]);
    let told: Vec<_> = found
        .requirements
        .iter()
        .map(|it| (it.id.as_str(), it.differs))
        .collect();
    assert_eq!(
        told,
        [
            ("c", true),
            ("s-b", true),
            ("a", false),
            ("d", false),
            ("e", false)
        ]
    );
    assert_eq!(found.requirements[4].states, ["-", "held"]);
}

#[test]
fn what_one_alone_breaks_is_what_all_others_hold() {
    let found = compared(&[
        &[
            ("a", "violated"),
            ("b", "violated"),
            ("c", "violated"),
            ("d", "held"),
        ],
        &[
            ("a", "held"),
            ("b", "violated"),
            ("c", "untested"),
            ("d", "held"),
        ],
        &[
            ("a", "held"),
            ("b", "held"),
            ("c", "held"),
            ("d", "violated"),
        ],
    ]);
    assert_eq!(
        found.alone,
        [vec!["a".to_owned()], vec![], vec!["d".to_owned()]]
    );
}

#[test]
fn a_comparison_is_violated_where_a_record_is() {
    let fine = [("a", "held")];
    assert!(!compared(&[&fine, &fine]).is_violated());
    let mut broken = record(&fine);
    broken.checks[0].gates = true;
    let records = [("r".to_owned(), record(&fine)), ("s".to_owned(), broken)];
    let found = compare(&records, None);
    assert!(found.is_violated());
    assert_eq!(
        [&found.targets[0].gate, &found.targets[1].gate],
        ["passed", "violated"]
    );
}

#[test]
fn registries_that_cannot_be_asked_agree_on_nothing_and_break_nothing() {
    let nobody = || {
        let client = Client::over_network(ClientSettings {
            retries: 0,
            ..ClientSettings::new("http://127.0.0.1:1")
        });
        let mut settings = Settings::of(Arc::new(client.expect("a client")), "http://127.0.0.1:1");
        settings.seed = Seed::from(1);
        settings
    };
    let found = identity(&[nobody(), nobody()], &Control::default());
    assert_eq!(found.copies, 0);
    assert!(found.documents > 10 && !found.is_broken(), "{found:?}");
    assert_eq!(identity(&[], &Control::default()).documents, 0);
}
