//! Whether shards are all there.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use super::Unmergeable;

/// How many of those that are missing are named.
const NAMED: usize = 10;

/// Shards of one run.
#[derive(Debug)]
pub struct Shards {
    /// Which part each record is; nothing where none of them is a part.
    parts: Vec<Option<u64>>,
    /// How many parts there are.
    of: u64,
}

impl Shards {
    /// The shards with these names, `i/n`, all of one `n`.
    pub fn of<'s>(names: impl Iterator<Item = Option<&'s str>>) -> Result<Self, Unmergeable> {
        let mut parts = Vec::new();
        let mut all: Option<Option<u64>> = None;
        for (place, name) in names.enumerate() {
            let parsed = name.map(|name| parse(name).ok_or(name)).transpose();
            let parsed = parsed.map_err(|name| Unmergeable::NoShard {
                place,
                name: name.to_owned(),
            })?;
            let of = parsed.map(|(_, of)| of);
            if *all.get_or_insert(of) != of {
                let words = |of: Option<u64>| of.map_or("none".to_owned(), |it| format!("of {it}"));
                return Err(Unmergeable::Differs {
                    place,
                    what: "shard",
                    here: words(of),
                    there: words(all.flatten()),
                });
            }
            parts.push(parsed.map(|(part, _)| part));
        }
        let of = all.flatten().unwrap_or(0);
        Ok(Self { parts, of })
    }

    /// Which shards are not there, if any is missing.
    pub fn missing(&self) -> Option<Unmergeable> {
        let present: BTreeSet<u64> = self.parts.iter().flatten().copied().collect();
        let of = self.of;
        let missing = of - present.len() as u64;
        if missing == 0 {
            return None;
        }
        let absent = (0..of).filter(|part| !present.contains(part)).take(NAMED);
        let names: Vec<_> = absent.map(|part| format!("{part}/{of}")).collect();
        Some(Unmergeable::Missing {
            more: missing - names.len() as u64,
            names: names.join(", "),
        })
    }

    /// The place of the record that counts for each shard, in the order of the shards: that of the highest
    /// rank, and of equals the last.
    pub fn counted<K: Ord>(&self, rank: impl Fn(usize) -> K) -> Vec<usize> {
        let mut best: BTreeMap<Option<u64>, usize> = BTreeMap::new();
        for (place, part) in self.parts.iter().enumerate() {
            let known = best.entry(*part).or_insert(place);
            if rank(place) >= rank(*known) {
                *known = place;
            }
        }
        best.into_values().collect()
    }

    /// The places of the records that are not whole, and for which no other makes up: a shard that
    /// was killed may have run again.
    pub fn not_whole(&self, is_whole: &[bool]) -> Vec<usize> {
        let mut whole: BTreeMap<u64, bool> = BTreeMap::new();
        for (part, is_whole) in self.parts.iter().zip(is_whole) {
            if let Some(part) = part {
                *whole.entry(*part).or_default() |= is_whole;
            }
        }
        let is_made_up = |part: &Option<u64>| part.is_some_and(|part| whole[&part]);
        let pairs = self.parts.iter().zip(is_whole).enumerate();
        pairs
            .filter(|(_, (part, is_whole))| !**is_whole && !is_made_up(part))
            .map(|(place, _)| place)
            .collect()
    }
}

/// `0/4`: which part, and of how many.
fn parse(name: &str) -> Option<(u64, u64)> {
    let (part, of) = name.split_once('/')?;
    let (part, of) = (part.parse().ok()?, of.parse().ok()?);
    (part < of).then_some((part, of))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(names: &[&str]) -> Result<Shards, String> {
        Shards::of(names.iter().map(|name| Some(*name))).map_err(|error| error.to_string())
    }

    fn missing(names: &[&str]) -> Option<String> {
        of(names).unwrap().missing().map(|it| it.to_string())
    }

    #[test]
    fn of_several_runs_of_one_shard_the_best_counts() {
        let shards = of(&["1/2", "0/2", "1/2", "1/2"]).unwrap();
        let ranks = [3, 0, 5, 4];
        assert_eq!(shards.counted(|place| ranks[place]), [1, 2]);
        assert_eq!(shards.counted(|_| 0), [1, 3], "of equals the last");
    }

    #[test]
    fn every_shard_has_to_be_there_and_may_be_there_twice() {
        assert_eq!(missing(&["1/2", "0/2"]), None);
        assert_eq!(missing(&["0/1"]), None);
        assert_eq!(missing(&["1/2", "0/2", "1/2"]), None);
        let none = Shards::of([None, None].into_iter()).unwrap();
        assert!(none.missing().is_none());
        let error = missing(&["1/4", "1/4"]).unwrap();
        assert!(error.contains("0/4, 2/4, 3/4"), "{error}");
        let error = missing(&["0/99999999999"]).unwrap();
        assert!(error.contains("and 99999999988 more"), "{error}");
    }

    #[test]
    fn shards_of_other_runs_and_no_shards_are_refused() {
        assert!(of(&["0/2", "1/3"]).unwrap_err().contains("shard"));
        let mixed = Shards::of([None, Some("0/1")].into_iter());
        assert!(mixed.unwrap_err().to_string().contains("none"));
        for name in ["", "1", "2/2", "-1/2", "0/0", "a/b"] {
            assert!(of(&[name]).unwrap_err().contains("is no shard"), "{name}");
        }
    }

    #[test]
    fn a_shard_that_ran_again_makes_up_for_one_that_was_killed() {
        let shards = of(&["0/2", "1/2", "1/2"]).unwrap();
        assert_eq!(shards.not_whole(&[true, false, true]), Vec::<usize>::new());
        assert_eq!(shards.not_whole(&[false, false, true]), [0]);
        let others = Shards::of([None, None].into_iter()).unwrap();
        assert_eq!(others.not_whole(&[true, false]), [1]);
    }
}
