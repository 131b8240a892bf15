//! One record from those of several runs that share the work: shards, or a shard that was killed
//! and ran again.
//!
//! What a record says of the whole (gates, causes, requirements, workflows) is found out anew from
//! what it says of the checks, by the same functions that a run uses.

mod entries;
mod expected;
mod shards;
#[cfg(test)]
mod tests;
mod united;

use std::collections::BTreeSet;

use sha2::Digest as _;
use sha2::Sha256;

use crate::catalogue::categories::CLAIMED_CATEGORIES_IMPLEMENTED as CLAIMED;

use super::Record;

pub use shards::Shards;

/// Why a shard has skipped a check that another one puts: what it says of that check counts less than
/// anything that the other says.
pub const OF_ANOTHER_SHARD: &str = "it is of another shard";

/// Why records are not those of one run. Who knows their names says which is which.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unmergeable {
    /// There is none.
    #[error("there is nothing to merge; give the results of every shard")]
    Nothing,
    /// They are of different runs.
    #[error(
        "it is of another run: its {what} is `{here}`, and that of the first is `{there}`, so that nobody knows what the whole \
         came to; merge only what one run came to"
    )]
    Differs {
        /// The place of the record.
        place: usize,
        /// What differs.
        what: &'static str,
        /// What it is in this one.
        here: String,
        /// What it is in the first.
        there: String,
    },
    /// What it says of the whole can be found out only by the plimsoll that knows the checks.
    #[error(
        "it was written by plimsoll {found}, and this is {}; merge with the plimsoll that wrote it",
        env!("CARGO_PKG_VERSION")
    )]
    OtherVersion {
        /// The place of the record.
        place: usize,
        /// Who wrote it.
        found: String,
    },
    /// It says that it is a shard, and is none.
    #[error("`{name}` is no shard; one is called `0/4`, the first of four")]
    NoShard {
        /// The place of the record.
        place: usize,
        /// What it says.
        name: String,
    },
    /// A value that a record cannot have.
    #[error("its {what} is `{found}`, which no run has; give a results.json that plimsoll wrote")]
    Foreign {
        /// The place of the record.
        place: usize,
        /// Which value.
        what: &'static str,
        /// What it is.
        found: String,
    },
    /// Not all shards are there.
    #[error(
        "not all shards are there, missing: {names}{}, so that nobody knows what the whole came to; give the results of every \
         shard, or --partial to see what those came to that are there",
        if *more > 0 { format!(" and {more} more") } else { String::new() }
    )]
    Missing {
        /// Those that are missing, as far as they are named.
        names: String,
        /// How many more there are.
        more: u64,
    },
}

impl Unmergeable {
    /// The place of the record that it is about, if it is about one.
    pub fn place(&self) -> Option<usize> {
        match self {
            Self::Nothing | Self::Missing { .. } => None,
            Self::Differs { place, .. }
            | Self::OtherVersion { place, .. }
            | Self::NoShard { place, .. }
            | Self::Foreign { place, .. } => Some(*place),
        }
    }
}

/// What ended a run of which shards are missing.
pub const SHARDS_MISSING: &str = "shards missing";

/// One record from these, which have to be of one run, and all of its shards.
pub fn merge(records: &[Record]) -> Result<Record, Unmergeable> {
    let mut merging = Merging::default();
    for record in records {
        merging.add(record.clone())?;
    }
    merging.finish(false)
}

/// Records of shards on their way to one. Of each check one entry is kept, however many shards there are.
#[derive(Debug, Default)]
pub struct Merging {
    /// Each that is of the run, as far as it is about the whole, in the order in which they came.
    records: Vec<Record>,
    checks: entries::Checks,
    /// One file given twice counts once.
    known: BTreeSet<[u8; 32]>,
}

impl Merging {
    /// Adds a record, which has to be of the same run as those before it.
    pub fn add(&mut self, mut record: Record) -> Result<(), Unmergeable> {
        demand_same(
            self.records.len(),
            &record,
            self.records.first().unwrap_or(&record),
        )?;
        if self.known.insert(digest(&record)) {
            self.checks.add(std::mem::take(&mut record.checks));
        } else {
            record.requests = 0;
            record.checks.clear();
            record.baseline = None;
        }
        record.causes.clear();
        record.requirements.retain(|entry| entry.id == CLAIMED.id);
        self.records.push(record);
        Ok(())
    }

    /// The one record. Where `partial`, shards may be missing, and the record says that it is not whole.
    pub fn finish(self, partial: bool) -> Result<Record, Unmergeable> {
        let first = self.records.first().ok_or(Unmergeable::Nothing)?;
        let spec = known(&first.spec, "specification")?;
        let fail_on = match first.fail_on.as_str() {
            "never" => None,
            level => Some(known(level, "level that gates")?),
        };
        let names = self.records.iter().map(|record| record.shard.as_deref());
        let shards = Shards::of(names)?;
        let missing = shards.missing();
        if let Some(missing) = missing.as_ref().filter(|_| !partial) {
            return Err(missing.clone());
        }
        let is_whole: Vec<_> = self.records.iter().map(|record| record.complete).collect();
        let not_whole = shards.not_whole(&is_whole);
        let cut_short = not_whole.first().map(|place| &self.records[*place]);
        let ending = match (cut_short, missing) {
            (Some(record), _) => (false, record.ended_by.clone()),
            (None, Some(_)) => (false, Some(SHARDS_MISSING.to_owned())),
            (None, None) => (true, None),
        };
        Ok(united::united(
            &self.records,
            self.checks,
            ending,
            (spec, fail_on),
        ))
    }
}

/// What tells a record from all others.
fn digest(record: &Record) -> [u8; 32] {
    let bytes = serde_json::to_vec(record).expect("a record has only what JSON has");
    Sha256::digest(bytes).into()
}

fn demand_same(place: usize, record: &Record, first: &Record) -> Result<(), Unmergeable> {
    if record.tool.version != env!("CARGO_PKG_VERSION") {
        return Err(Unmergeable::OtherVersion {
            place,
            found: record.tool.version.clone(),
        });
    }
    let terms = |record: &Record| {
        [
            ("registry", record.target.url.clone()),
            ("specification", record.spec.clone()),
            ("seed", record.seed.to_string()),
            ("level that gates", record.fail_on.clone()),
            (
                "edition",
                record
                    .edition
                    .map_or("none".to_owned(), |it| it.to_string()),
            ),
            (
                "baseline",
                record
                    .baseline
                    .as_ref()
                    .map_or("none".to_owned(), |it| it.started.clone()),
            ),
            (
                "list of expectations",
                expected::written(record.expectations.as_ref()),
            ),
        ]
    };
    let pairs = terms(record).into_iter().zip(terms(first));
    let pairs = pairs.chain(of_terms(record).into_iter().zip(of_terms(first)));
    for ((what, here), (_, there)) in pairs {
        if here != there {
            return Err(Unmergeable::Differs {
                place,
                what,
                here,
                there,
            });
        }
    }
    Ok(())
}

/// What a record says of its terms that has to be said by all. One that was written before records
/// had terms says what one says that has none.
fn of_terms(record: &Record) -> Vec<(&'static str, String)> {
    let terms = record.terms.clone().unwrap_or_default();
    terms.alike(record.shard.is_some())
}

/// A word of the first record, which all have.
fn known<T: std::str::FromStr>(word: &str, what: &'static str) -> Result<T, Unmergeable> {
    word.parse().map_err(|_| Unmergeable::Foreign {
        place: 0,
        what,
        found: word.to_owned(),
    })
}
