//! Histories that are known to be good, and bad.

use proptest::collection::vec;
use proptest::prelude::any;
use proptest::prop_assert;
use proptest::prop_assert_eq;
use proptest::proptest;

use super::Action::Delete;
use super::Action::Read;
use super::Action::Remove;
use super::Action::Write;
use super::Action::WriteIf;
use super::*;

type Act = Action<u32>;

/// A history, each operation with its begin and end; an end of 0 is none.
fn history(operations: &[(u64, u64, Act)]) -> Vec<Operation<u32>> {
    let operations = operations.iter().map(|(begin, end, action)| Operation {
        begin: *begin,
        end: Some(*end).filter(|end| *end > 0),
        action: action.clone(),
    });
    operations.collect()
}

fn passes(operations: &[(u64, u64, Act)]) {
    assert_eq!(check(None, &history(operations)), Ok(()));
}

/// Fails at this operation.
fn fails(place: usize, operations: &[(u64, u64, Act)]) {
    match check(None, &history(operations)) {
        Err(Unexplained::NoOrder { operation, .. }) => assert_eq!(operation, place),
        other => panic!("{other:?}"),
    }
}

fn if_none(value: u32, is_done: bool) -> Act {
    WriteIf {
        condition: Condition::HoldsNone,
        value,
        is_done,
    }
}

fn if_holds(held: u32, value: u32, is_done: bool) -> Act {
    WriteIf {
        condition: Condition::Holds(held),
        value,
        is_done,
    }
}

fn remove(value: u32, is_denied: bool) -> Act {
    Remove { value, is_denied }
}

#[test]
fn one_after_another_is_good() {
    passes(&[
        (1, 2, Read(None)),
        (3, 4, Write(1)),
        (5, 6, Read(Some(1))),
        (7, 8, if_none(2, false)),
        (9, 10, if_holds(1, 2, true)),
        (11, 12, remove(1, false)),
        (13, 14, Read(Some(2))),
        (15, 16, remove(2, false)),
        (17, 18, remove(2, true)),
        (19, 20, Delete { found: Some(false) }),
        (21, 22, if_none(3, true)),
        (23, 24, Delete { found: Some(true) }),
        (25, 26, Read(None)),
    ]);
}

#[test]
fn beside_one_another_either_order_is_good() {
    passes(&[(1, 9, Write(1)), (2, 8, Write(2)), (10, 11, Read(Some(1)))]);
    passes(&[(1, 9, Write(1)), (2, 8, Write(2)), (10, 11, Read(Some(2)))]);
    // A read beside a write sees the old or the new, and a later one beside it no older one.
    passes(&[
        (1, 9, Write(1)),
        (2, 3, Read(None)),
        (4, 5, Read(Some(1))),
        (6, 7, Read(Some(1))),
    ]);
    // At the same moment is beside.
    passes(&[(1, 2, Write(1)), (2, 3, Read(None))]);
}

#[test]
fn a_stale_read_is_bad() {
    fails(
        2,
        &[
            (1, 2, Write(1)),
            (3, 4, Write(2)),
            (5, 6, Read(Some(1))),
            (7, 8, Read(Some(2))),
        ],
    );
}

#[test]
fn a_read_that_goes_back_beside_a_write_is_bad() {
    fails(
        2,
        &[(1, 9, Write(1)), (2, 3, Read(Some(1))), (4, 5, Read(None))],
    );
}

#[test]
fn a_lost_write_is_bad() {
    fails(1, &[(1, 2, Write(1)), (3, 4, Read(None))]);
    // One of two writes at once may win, and not neither.
    let both = [(1, 5, Write(1)), (2, 6, Write(2)), (7, 8, Read(None))];
    fails(2, &both);
}

#[test]
fn a_read_from_the_future_is_bad() {
    fails(0, &[(1, 2, Read(Some(1))), (3, 4, Write(1))]);
}

#[test]
fn a_delete_that_comes_back_is_bad() {
    fails(
        3,
        &[
            (1, 2, Write(1)),
            (3, 4, Delete { found: Some(true) }),
            (5, 6, Read(None)),
            (7, 8, Read(Some(1))),
        ],
    );
}

#[test]
fn two_that_found_what_was_there_once_are_bad() {
    let found = || Delete { found: Some(true) };
    fails(1, &[(1, 2, Write(1)), (3, 9, found()), (4, 8, found())]);
}

#[test]
fn two_winners_are_bad() {
    // Which of the two is to blame is nobody's to say: it is the one that ends last.
    fails(0, &[(1, 9, if_none(1, true)), (2, 8, if_none(2, true))]);
    let raise = |value| if_holds(1, value, true);
    fails(2, &[(1, 2, Write(1)), (3, 8, raise(2)), (4, 9, raise(3))]);
    passes(&[(1, 9, if_none(1, true)), (2, 8, if_none(2, false))]);
}

#[test]
fn nobody_winning_is_bad() {
    fails(1, &[(1, 9, if_none(1, false)), (2, 8, if_none(2, false))]);
}

#[test]
fn what_was_not_answered_may_have_been_done_or_not() {
    for seen in [None, Some(1)] {
        passes(&[(1, 0, Write(1)), (5, 6, Read(seen))]);
    }
    passes(&[(1, 0, Write(1)), (5, 6, Read(None)), (7, 8, Read(Some(1)))]);
    fails(
        2,
        &[(1, 0, Write(1)), (5, 6, Read(Some(1))), (7, 8, Read(None))],
    );
    fails(1, &[(9, 0, Write(1)), (5, 6, Read(Some(1)))]);
}

#[test]
fn what_it_says_names_the_operations() {
    let bad = history(&[(1, 9, Write(2)), (2, 3, Write(1)), (4, 5, Read(None))]);
    let said = check(None, &bad).unwrap_err().to_string();
    assert!(said.contains("operation 2"), "{said}");
    assert!(said.contains("[Some(1)"), "{said}");
    assert!(said.contains("operations [0]"), "{said}");
}

#[test]
fn too_much_at_once_is_not_decided() {
    let many: Vec<_> = (0..65).map(|value| (1, 9, Write(value))).collect();
    let undecided = check(None, &history(&many)).unwrap_err();
    assert!(matches!(undecided, Unexplained::TooMuch { .. }));
    let unanswered: Vec<_> = (0..40)
        .map(|value| (1, 0, Write(value)))
        .chain([(2, 3, Read(Some(99)))])
        .collect();
    let undecided = check(None, &history(&unanswered)).unwrap_err();
    assert_eq!(undecided, Unexplained::TooMuch { operation: 40 });
}

/// An action by a number, answered as a register that holds `state` does.
fn sound(state: Option<u32>, kind: u8, value: u32) -> Act {
    let held = u32::from(kind / 8) % 4;
    match kind % 6 {
        0 => Write(value),
        1 => Read(state),
        2 => Delete {
            found: Some(state.is_some()),
        },
        3 => remove(held, state != Some(held)),
        4 => if_none(value, state.is_none()),
        _ => if_holds(held, value, state == Some(held)),
    }
}

/// Whether any order of all operations that keeps to their begins and ends explains them: by trying.
fn has_order(state: Option<u32>, left: &[Operation<u32>]) -> bool {
    let first_end = left.iter().filter_map(|it| it.end).min();
    left.is_empty()
        || (0..left.len()).any(|next| {
            let mut rest = left.to_vec();
            let operation = rest.remove(next);
            let may_be_next = first_end.is_none_or(|end| operation.begin <= end);
            let (action, held) = (&operation.action, state.as_ref());
            may_be_next && action.is_right(held) && has_order(action.done(held), &rest)
        })
}

proptest! {
    #[test]
    fn what_happened_in_some_order_is_good(
        steps in vec((any::<u8>(), 0..4_u32, 0..6_u64, 0..6_u64), 0..60),
    ) {
        let mut state = None;
        let mut history = Vec::new();
        for (moment, (kind, value, before, after)) in (10..).step_by(2).zip(steps) {
            let action = sound(state, kind, value);
            state = action.done(state.as_ref());
            history.push(Operation { begin: moment - before, end: Some(moment + after), action });
        }
        prop_assert_eq!(check(None, &history), Ok(()));
    }

    #[test]
    fn a_verdict_is_that_of_trying_every_order(
        steps in vec((any::<u8>(), 0..3_u32, 0..3_u32, 0..9_u64, 0..4_u64), 0..7),
    ) {
        let history: Vec<_> = steps
            .into_iter()
            .map(|(kind, value, state, begin, length)| Operation {
                begin,
                end: Some(begin + length),
                action: sound(Some(state).filter(|it| *it > 0), kind, value),
            })
            .collect();
        prop_assert!(check(None, &history).is_ok() == has_order(None, &history), "{:?}", history);
    }
}
