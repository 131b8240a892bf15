//! The bytes of a plan's mutations.
//!
//! More often than not the mutation is chosen first, from the whole table, and then a step that it
//! suits: so each gets its turn, however rare the requests are that it can change. Otherwise the step
//! is chosen first: so those that suit every step get theirs.

use super::find;
use crate::fuzz::mutation;
use crate::fuzz::mutation::Mutation;
use crate::fuzz::plan::Applied;
use crate::fuzz::plan::Kind;
use crate::fuzz::plan::Plan;

/// How many bytes a mutation has in the head.
pub(super) const MUTATION_WIDTH: usize = 4;
/// The most mutations of a plan that comes from bytes.
pub(super) const MOST_MUTATIONS: usize = 3;

/// How many mutations a plan has: one plan of three has none, half of them have one.
pub(super) fn count(byte: u8) -> usize {
    match byte {
        0..85 => 0,
        85..213 => 1,
        213..240 => 2,
        240.. => MOST_MUTATIONS,
    }
}

/// Numbers below this name a mutation of the whole table; the others one that suits the step.
const OF_STEP: u16 = 0xb000;

/// Has the first mutation be the `turn`-th of the table, where the bytes name one of the table at
/// all: so that each has its turn, and not each by luck.
pub(super) fn take_turns([high, low]: [u8; 2], turn: u64) -> [u8; 2] {
    if u16::from_be_bytes([high, low]) >= OF_STEP {
        return [high, low];
    }
    let count = mutation::all().count().max(1) as u64;
    u16::try_from(turn % count)
        .unwrap_or_default()
        .to_be_bytes()
}

/// Adds the mutation that these bytes name to one of the steps that it suits. Where it suits none,
/// and where they name the step first, it is one that suits the step.
pub(super) fn read(plan: &mut Plan, [at, high, low, dice]: [u8; MUTATION_WIDTH]) {
    let number = u16::from_be_bytes([high, low]);
    let all: Vec<_> = mutation::all().collect();
    let named = number_of(number, &all).filter(|_| number < OF_STEP);
    let suited = named.map_or_else(Vec::new, |mutation| suited(plan, mutation));
    let named = named.filter(|_| !suited.is_empty());
    let places = match named {
        Some(_) => suited,
        None => (0..plan.steps()).collect(),
    };
    let Some(place) = places.get(from_back(at, places.len())) else {
        return;
    };
    let Some(step) = plan.lanes.iter_mut().flatten().nth(*place) else {
        return;
    };
    let of_step = || number_of(number, mutation::suitable(step.op.kind()));
    let applied = named
        .or_else(of_step)
        .map(|mutation| Applied { mutation, dice });
    step.mutations.extend(applied);
}

/// The bytes of each mutation of a plan.
pub(super) fn write(plan: &Plan) -> Option<Vec<[u8; MUTATION_WIDTH]>> {
    let steps = plan.lanes.iter().flatten().enumerate();
    let applied = steps.flat_map(|(place, step)| step.mutations.iter().map(move |it| (place, it)));
    let bytes = applied.map(|(place, applied)| {
        let number = mutation::all().position(|it| it == applied.mutation)?;
        let [high, low] = u16::try_from(number).ok()?.to_be_bytes();
        let places = suited(plan, applied.mutation);
        let rank = places.iter().position(|it| *it == place)?;
        let at = find(|byte| from_back(byte, places.len()) == rank)?;
        Some([at, high, low, applied.dice])
    });
    bytes.collect()
}

/// The places of the steps that a mutation suits, all lanes in a row. What is wrong with a chunk
/// often shows only behind another: then the later ones stand here twice more.
fn suited(plan: &Plan, mutation: &Mutation) -> Vec<usize> {
    let steps = plan.lanes.iter().flatten().enumerate();
    let suited = steps.filter(|(_, step)| mutation.suits.contains(&step.op.kind()));
    let mut places: Vec<_> = suited.map(|(place, _)| place).collect();
    if mutation.suits == [Kind::Patch] {
        let later: Vec<_> = places.iter().copied().skip(1).collect();
        places.extend(later.repeat(2));
    }
    places
}

/// The one that a number stands for.
fn number_of(number: u16, of: &[&'static Mutation]) -> Option<&'static Mutation> {
    of.get(usize::from(number) % of.len().max(1)).copied()
}

/// A place among so many: often one of the last.
fn from_back(byte: u8, places: usize) -> usize {
    let back = match byte {
        0..160 => usize::from(byte) % 6,
        160.. => usize::from(byte - 160),
    };
    places.saturating_sub(1 + back % places.max(1))
}
