//! Bytes and plans.

use proptest::prelude::*;

use super::*;

proptest! {
    #[test]
    fn a_plan_of_bytes_is_the_plan_of_its_own_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let plan = Plan::from_bytes(&bytes);
        let written = plan.to_bytes().expect("what came from bytes can be bytes");
        prop_assert_eq!(Plan::from_bytes(&written), plan);
    }

    #[test]
    fn a_plan_survives_being_written_as_json(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let plan = Plan::from_bytes(&bytes);
        let text = serde_json::to_string(&plan).unwrap();
        prop_assert_eq!(serde_json::from_str::<Plan>(&text).unwrap(), plan);
    }
}

#[test]
fn nothing_is_the_most_boring_plan() {
    let plan = Plan::from_bytes(&[]);
    assert!(plan.is_sound());
    assert_eq!(plan.steps(), 4);
    assert!(plan.mutations().is_empty());
    let is_push = |step: &Step| matches!(step.op, Op::Monolithic { .. } | Op::PutManifest { .. });
    assert!(plan.lanes[0].iter().all(is_push), "{plan:?}");
}

#[test]
fn the_control_twin_is_the_same_plan_without_mutations() {
    let bytes: Vec<u8> = (0..=255).rev().cycle().take(300).collect();
    let plan = Plan::from_bytes(&bytes);
    let twin = plan.control_twin();
    assert!(twin.mutations().is_empty());
    assert_eq!(twin.steps(), plan.steps());
}
