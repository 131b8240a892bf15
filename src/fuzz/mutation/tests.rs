//! The table is one table.

use std::collections::BTreeSet;

use super::*;

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
fn every_kind_of_request_can_be_changed() {
    for kind in Kind::ALL.into_iter().filter(|kind| *kind != Kind::Raw) {
        assert!(!suitable(kind).is_empty(), "{kind:?}");
    }
}
