//! The table is one table, and every row of it does something.

mod samples;

use std::collections::BTreeSet;

use super::*;
use crate::catalogue::Level;
use crate::catalogue::Version;

#[test]
fn every_mutation_has_a_name_of_its_own_that_finds_it() {
    let names: BTreeSet<_> = all().map(|mutation| mutation.name).collect();
    assert_eq!(names.len(), all().count());
    for name in names {
        assert_eq!(named(name).map(|it| it.name), Some(name));
        let is_kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        assert!(name.chars().all(is_kebab), "`{name}`");
    }
}

#[test]
fn every_raw_request_has_a_name_of_its_own_and_can_hold_nothing_but_the_base() {
    let names: BTreeSet<_> = RAW.iter().map(|raw| raw.name).collect();
    assert_eq!(names.len(), RAW.len());
    for raw in RAW {
        let aims_elsewhere = ["/manifests", "/blobs", "/tags", "/referrers", "/_catalog"];
        assert!(
            !aims_elsewhere.iter().any(|it| raw.bytes.contains(it)),
            "{}",
            raw.name
        );
    }
}

#[test]
fn every_kind_of_request_can_be_changed() {
    for kind in Kind::ALL.into_iter().filter(|kind| *kind != Kind::Raw) {
        assert!(!suitable(kind).is_empty(), "{kind:?}");
    }
}

#[test]
fn every_title_is_a_noun_phrase_and_every_row_suits_something_once() {
    for mutation in all() {
        let (name, title) = (mutation.name, mutation.title);
        assert!(!title.ends_with('.') && !title.is_empty(), "{name}");
        let kinds: BTreeSet<_> = mutation.suits.iter().collect();
        assert!(
            !kinds.is_empty() && kinds.len() == mutation.suits.len(),
            "{name}"
        );
        let is_push = mutation.suits == [Kind::PutManifest];
        assert!(
            is_push || !matches!(mutation.change, Change::Manifest(_)),
            "{name}"
        );
    }
}

#[test]
fn what_has_to_be_refused_has_to_be_by_a_rule_that_makes_a_run_fail() {
    for mutation in all() {
        let Stance::Refused(requirement) = mutation.stance else {
            continue;
        };
        let weighs = |version| {
            let level = requirement.level(version);
            level.is_some_and(|level| level <= Level::Expected)
        };
        let is_heavy = Version::ALL.into_iter().any(weighs);
        assert!(is_heavy, "{}: {}", mutation.name, requirement.id);
        let refuses = ["4xx", "400", "404", "416", "stores nothing"]
            .iter()
            .any(|it| requirement.sentence.contains(it));
        assert!(refuses, "{}: {}", mutation.name, requirement.id);
    }
}

#[test]
fn every_mutation_changes_something_of_every_kind_that_it_suits() {
    let mut idle = Vec::new();
    for mutation in all() {
        for kind in mutation.suits {
            let samples = samples::of(*kind);
            let is_changed = |dice: u8| samples.iter().any(|it| it.applied(mutation, dice));
            if !(0..=u8::MAX).any(is_changed) {
                idle.push((mutation.name, *kind));
            }
        }
    }
    assert_eq!(idle, []);
}

#[test]
fn the_first_choice_of_every_mutation_changes_something() {
    for mutation in all() {
        let samples = mutation.suits.iter().flat_map(|kind| samples::of(*kind));
        let is_changed = samples.into_iter().any(|it| it.applied(mutation, 0));
        assert!(is_changed, "{}", mutation.name);
    }
}

#[test]
fn no_mutation_panics_on_what_another_has_made() {
    for (place, first) in all().enumerate() {
        let dice = u8::try_from(place % 10).unwrap();
        let kind = first.suits[place % first.suits.len()];
        for mut sample in samples::of(kind) {
            sample.apply(first, dice);
            for second in suitable(kind).iter().skip(place % 3).step_by(3) {
                sample.clone().apply(second, dice + 1);
            }
        }
    }
}

#[test]
fn what_a_change_leaves_alone_it_says_that_it_left_alone() {
    for mutation in all() {
        for kind in mutation.suits {
            for sample in samples::of(*kind) {
                for dice in 0..6 {
                    let mut changed = sample.clone();
                    let says = changed.apply(mutation, dice);
                    assert_eq!(
                        says,
                        changed != sample,
                        "{} {dice}: {kind:?}",
                        mutation.name
                    );
                }
            }
        }
    }
}

#[test]
fn no_choice_of_any_mutation_panics_or_leads_out_of_the_repository_but_to_nowhere() {
    let mut astray = BTreeSet::new();
    for mutation in all() {
        // What is no request has no path, and one kind is as good as another.
        let is_request = matches!(mutation.change, Change::Request(_));
        let kinds = if is_request {
            mutation.suits
        } else {
            &mutation.suits[..1]
        };
        for kind in kinds {
            let sample = &samples::of(*kind)[0];
            for dice in 0..=u8::MAX {
                let mut changed = sample.clone();
                changed.apply(mutation, dice);
                let path = changed.strayed(sample);
                let path = path.filter(|path| !samples::is_own(path, *kind));
                let path = path.filter(|path| !leads_to_neighbour(mutation, path));
                astray.extend(path.map(|path| (mutation.name, path)));
            }
        }
    }
    assert_eq!(astray, BTreeSet::new());
}

/// Whether it is about what one repository of a plan may do with a session of another.
fn leads_to_neighbour(mutation: &Mutation, path: &str) -> bool {
    let is_of_plan = path.starts_with("/v2/plimsoll/case-1/a/blobs/uploads/");
    is_of_plan && mutation.name.starts_with("session-") && mutation.name.ends_with("elsewhere")
}
