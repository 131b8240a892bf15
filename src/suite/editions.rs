//! Editions: which checks there were when a user chose one, so that checks that came later gate
//! nobody who did not ask for them.
//!
//! A list is never changed after its release, but for ids in the newest one; ids are never reused.

/// The checks of one edition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edition {
    /// Its number, from 1 on.
    pub number: u32,
    /// `<section>/<check>` of each, in order, a line each.
    ids: &'static str,
}

/// Every edition, the newest last.
pub static EDITIONS: &[Edition] = &[Edition {
    number: 1,
    ids: include_str!("editions/1.txt"),
}];

impl Edition {
    /// The edition of this number.
    pub fn find(number: u32) -> Option<&'static Self> {
        EDITIONS.iter().find(|edition| edition.number == number)
    }

    /// Whether it has the check of this id, whichever variant of it that is.
    pub fn has(&self, id: &str) -> bool {
        let plain = id.split('@').next().unwrap_or(id);
        self.ids().any(|known| known == plain)
    }

    /// Its checks.
    pub fn ids(&self) -> impl Iterator<Item = &'static str> {
        self.ids.lines()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::suite::SECTIONS;

    fn today() -> BTreeSet<String> {
        let checks = SECTIONS.iter().flat_map(|section| {
            let named = |name| format!("{}/{name}", section.id);
            section.checks.iter().map(move |check| named(check.name))
        });
        checks.collect()
    }

    #[test]
    fn no_edition_has_a_check_that_there_is_not() {
        let today = today();
        for edition in EDITIONS {
            for id in edition.ids() {
                assert!(today.contains(id), "edition {}: {id}", edition.number);
            }
        }
    }

    #[test]
    fn the_newest_edition_has_every_check() {
        let newest = EDITIONS.last().expect("there is one");
        for id in today() {
            let file = newest.number;
            assert!(
                newest.has(&id),
                "write it into editions/{file}.txt, or make a new edition: {id}"
            );
        }
    }

    #[test]
    fn editions_are_numbered_in_order_and_variants_belong_to_their_check() {
        for (place, edition) in EDITIONS.iter().enumerate() {
            assert_eq!(edition.number as usize, place + 1);
        }
        let first = Edition::find(1).expect("there is a first");
        assert!(first.has("pull/blobs/known-blob@sha512"));
        assert!(!first.has("pull/blobs") && Edition::find(0).is_none());
    }
}
