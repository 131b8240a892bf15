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

use crate::catalogue::Level;
use crate::catalogue::Version;
use crate::catalogue::categories::CLAIMED_CATEGORIES_IMPLEMENTED as CLAIMED;
use crate::suite::SECTIONS;

use super::Case;
use super::CheckEntry;
use super::Record;
use super::Target;
use super::TermsEntry;
use super::cause::Facts;
use super::cause::causes;
use super::cause::gates;
use super::gate;
use super::write_up;
use super::write_up::matrix;
use super::write_up::matrix::Basis;
use super::write_up::sums::State;

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
        "not all shards are there, missing: {names}{}; give the results of every shard",
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

/// One record from these, which have to be of one run.
pub fn merge(records: &[Record]) -> Result<Record, Unmergeable> {
    let first = records.first().ok_or(Unmergeable::Nothing)?;
    for (place, record) in records.iter().enumerate() {
        demand_same(place, record, first)?;
    }
    let spec = known(&first.spec, "specification")?;
    let fail_on = match first.fail_on.as_str() {
        "never" => None,
        level => Some(known(level, "level that gates")?),
    };
    let shards = Shards::of(records.iter().map(|record| record.shard.as_deref()))?;
    let is_whole: Vec<_> = records.iter().map(|record| record.complete).collect();
    let not_whole = shards.not_whole(&is_whole);
    let cut_short = not_whole.first().map(|place| &records[*place]);
    // One file given twice counts once.
    let mut those: Vec<&Record> = Vec::new();
    for record in records {
        if !those.contains(&record) {
            those.push(record);
        }
    }
    Ok(united(&those, cut_short, spec, fail_on))
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

fn united(
    records: &[&Record],
    cut_short: Option<&Record>,
    spec: Version,
    fail_on: Option<Level>,
) -> Record {
    let first = records[0];
    let cases = Case::all(SECTIONS);
    let mut checks = entries::checks(records, &cases);
    lift_marks(&mut checks, &cases, spec, fail_on);
    let facts: Vec<_> = checks
        .iter()
        .map(|it| Facts::of_entry(it, &cases))
        .collect();
    let gating: Vec<_> = facts
        .iter()
        .map(|it| gates(it, &facts, spec, fail_on))
        .collect();
    let (mut found, explained) = causes(&facts, spec, fail_on);
    for (check, (gates, cause)) in checks.iter_mut().zip(gating.into_iter().zip(explained)) {
        // What does not gate in its shard, for a baseline or an edition, does not here.
        check.gates = gates && check.excused.is_none();
        check.cause = cause;
    }
    gate::gate_causes(&mut found, &checks);
    let features = entries::features(records);
    let requirements = matrix::requirement_entries(&Basis {
        spec,
        sections: SECTIONS,
        checks: &checks,
        features: &entries::states(&features),
        claimed: claimed(records),
    });
    let ended_by = cut_short.and_then(|record| record.ended_by.clone());
    let is_bug = ended_by.as_deref() == Some("bug");
    Record {
        complete: cut_short.is_none(),
        target: Target {
            url: first.target.url.clone(),
            software: records.iter().find_map(|it| it.target.software.clone()),
        },
        shard: None,
        terms: TermsEntry::of_all(records.iter().map(|record| record.terms.as_ref())),
        run_id: run_ids(records),
        started: records
            .iter()
            .map(|it| &it.started)
            .min()
            .cloned()
            .unwrap_or_default(),
        duration_ms: records
            .iter()
            .map(|it| it.duration_ms)
            .max()
            .unwrap_or_default(),
        requests: records
            .iter()
            .fold(0, |sum, it| sum.saturating_add(it.requests)),
        summary: write_up::summary(&checks),
        categories: write_up::categories(&checks, cut_short.is_none() || is_bug),
        expectations: expected::came_of(first, &checks, &requirements),
        ended_by,
        features,
        requirements,
        causes: found,
        checks,
        schema: first.schema,
        tool: first.tool.clone(),
        spec: first.spec.clone(),
        fail_on: first.fail_on.clone(),
        seed: first.seed,
        // Shares of different runs do not add up to shares of one.
        latency: None,
        baseline: gate::united_baseline(records),
        edition: first.edition,
        thresholds: entries::thresholds(records),
    }
}

/// A blocked check of a shard is marked as known where it gates there. It does not gate any more
/// where the failure that blocks it is that of another shard, and needs no mark.
fn lift_marks(checks: &mut [CheckEntry], cases: &[Case], spec: Version, fail_on: Option<Level>) {
    let bare: Vec<_> = checks.iter().map(entries::unmarked).collect();
    let facts: Vec<_> = checks.iter().map(|it| Facts::of_entry(it, cases)).collect();
    let needs_mark =
        |entry: &CheckEntry| gates(&Facts::of_entry(entry, cases), &facts, spec, fail_on);
    let lifted = bare
        .into_iter()
        .map(|entry| entry.filter(|it| !needs_mark(it)));
    let lifted: Vec<_> = lifted.collect();
    drop(facts);
    for (check, entry) in checks.iter_mut().zip(lifted) {
        if let Some(entry) = entry {
            *check = entry;
        }
    }
}

/// Whether the features that the user says are there are there. Records do not say which these are,
/// but each says what it came to.
fn claimed(records: &[&Record]) -> State {
    let mut states = records.iter().filter_map(|record| {
        let mut entries = record.requirements.iter();
        entries.find(|entry| entry.id == CLAIMED.id)
    });
    if states.clone().any(|entry| entry.state == "held") {
        return ("held", None);
    }
    let reason = states.find_map(|entry| entry.reason.clone());
    ("untested", reason)
}

/// The run ids, each once.
fn run_ids(records: &[&Record]) -> String {
    let mut ids: Vec<&str> = Vec::new();
    for record in records {
        if !ids.contains(&record.run_id.as_str()) {
            ids.push(&record.run_id);
        }
    }
    ids.join("+")
}
