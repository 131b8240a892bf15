//! The search for an order: from one begin or end of an operation to the next, with all
//! configurations in which the register may be.

use std::collections::HashSet;
use std::hash::Hash;

use super::Operation;

/// How many operations may be under way at once: one bit for each.
const MOST_OPEN: usize = 64;

/// How many configurations are looked at before an end. Clients that are answered need a few
/// hundred; each that is not doubles them.
const MOST_CONFIGURATIONS: usize = 1 << 18;

/// Why no order was found.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unexplained<V: std::fmt::Debug> {
    /// There is none.
    #[error(
        "the history is not linearizable: no order explains the answer to operation {operation}. Before \
         it the register held one of {states:?}; operations {beside:?} were under way with it"
    )]
    NoOrder {
        /// The first operation, by its place in the history, up to whose end there is none.
        operation: usize,
        /// The operations that were under way when it ended, and whose answers were still to come.
        beside: Vec<usize>,
        /// What the register can have held before that, without these.
        states: Vec<Option<V>>,
    },
    /// There may be one.
    #[error(
        "whether the history is linearizable was not found out, since too much is under way at once at \
         operation {operation}: have fewer clients, or shorter histories"
    )]
    TooMuch {
        /// The operation, by its place in the history, at which the search ended.
        operation: usize,
    },
}

/// What a register holds when some of the operations that are under way have been done to it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Configuration<V> {
    state: Option<V>,
    /// One bit for each slot of an operation that was done.
    done: u64,
}

/// What is under way: an operation for each slot, by its place in the history.
type Open = [Option<usize>; MOST_OPEN];

/// Looks for an order of operations on a register that held `initial` before all of them.
pub fn check<V>(initial: Option<V>, history: &[Operation<V>]) -> Result<(), Unexplained<V>>
where
    V: Clone + Eq + Hash + Ord + std::fmt::Debug,
{
    let mut configurations = HashSet::from([Configuration {
        state: initial,
        done: 0,
    }]);
    let mut open: Open = [None; MOST_OPEN];
    for (operation, is_begin) in events(history) {
        if is_begin {
            let free = open.iter_mut().find(|slot| slot.is_none());
            *free.ok_or(Unexplained::TooMuch { operation })? = Some(operation);
            continue;
        }
        let slot = open.iter().position(|it| *it == Some(operation));
        let slot = slot.expect("an operation begins before it ends");
        let before = configurations;
        configurations =
            done_by(&before, slot, &open, history).ok_or(Unexplained::TooMuch { operation })?;
        open[slot] = None;
        if configurations.is_empty() {
            return Err(no_order(operation, &before, &open));
        }
    }
    Ok(())
}

/// The operations in the order in which they begin and end, and whether it is a begin. What begins at
/// the moment at which another ends is taken to be beside it.
fn events<V>(history: &[Operation<V>]) -> Vec<(usize, bool)> {
    let mut events = Vec::new();
    for (place, operation) in history.iter().enumerate() {
        events.push((operation.begin, false, place));
        if let Some(end) = operation.end {
            events.push((end.max(operation.begin), true, place));
        }
    }
    events.sort_unstable();
    let events = events.into_iter();
    events.map(|(_, is_end, place)| (place, !is_end)).collect()
}

/// Every configuration in which the operation of `slot` was done, by itself or after others that are
/// under way. `None` if there are too many.
fn done_by<V: Clone + Eq + Hash>(
    before: &HashSet<Configuration<V>>,
    slot: usize,
    open: &Open,
    history: &[Operation<V>],
) -> Option<HashSet<Configuration<V>>> {
    let mut after = HashSet::new();
    let mut seen = before.clone();
    let mut waiting: Vec<Configuration<V>> = before.iter().cloned().collect();
    while let Some(mut configuration) = waiting.pop() {
        if configuration.done & bit(slot) != 0 {
            configuration.done &= !bit(slot);
            after.insert(configuration);
            continue;
        }
        for next in successors(&configuration, open, history) {
            if !seen.contains(&next) {
                seen.insert(next.clone());
                waiting.push(next);
            }
        }
        if seen.len() > MOST_CONFIGURATIONS {
            return None;
        }
    }
    Some(after)
}

/// The configurations with one more operation done.
fn successors<'a, V: Clone + PartialEq>(
    configuration: &'a Configuration<V>,
    open: &'a Open,
    history: &'a [Operation<V>],
) -> impl Iterator<Item = Configuration<V>> {
    let slots = open.iter().enumerate();
    let slots = slots.filter(|(slot, _)| configuration.done & bit(*slot) == 0);
    slots.filter_map(|(slot, place)| {
        let operation = &history[(*place)?];
        let held = configuration.state.as_ref();
        if operation.end.is_some() && !operation.action.is_right(held) {
            return None;
        }
        let state = operation.action.done(held);
        let done = configuration.done | bit(slot);
        Some(Configuration { state, done })
    })
}

fn bit(slot: usize) -> u64 {
    1 << slot
}

fn no_order<V: Clone + Ord + std::fmt::Debug>(
    operation: usize,
    before: &HashSet<Configuration<V>>,
    open: &Open,
) -> Unexplained<V> {
    let mut states: Vec<_> = before.iter().map(|it| it.state.clone()).collect();
    states.sort_unstable();
    states.dedup();
    Unexplained::NoOrder {
        operation,
        beside: open.iter().flatten().copied().collect(),
        states,
    }
}
