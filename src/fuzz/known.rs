//! Known plans: each shows a fault that some registry has had. Every campaign begins with them, so
//! that what was found once is looked for first.
//!
//! They lie in `fixtures/plans.jsonl`, a line each: the name of the fault, and the plan. A name is that
//! of a deep defect of the reference registry, or of a registry and what is wrong with it.
//!
//! `fixtures/lawful.jsonl` has the others: plans by which something lawful was found at fault. A name is
//! that of a variation of the reference registry, and what was wrongly held against it.

use std::sync::LazyLock;

use serde::Deserialize;

use super::plan::Plan;

/// A plan that shows a fault, or once was taken to show one.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Known {
    /// The name of the fault.
    pub name: String,
    /// The plan.
    pub plan: Plan,
}

static FAULTS: &str = include_str!("../../fixtures/plans.jsonl");
static ALARMS: &str = include_str!("../../fixtures/lawful.jsonl");

/// Every known plan, in the order of the file.
pub fn known() -> &'static [Known] {
    static KNOWN: LazyLock<Vec<Known>> = LazyLock::new(|| read(FAULTS));
    &KNOWN
}

/// Every plan that was a false alarm, in the order of the file.
pub fn false_alarms() -> &'static [Known] {
    static KNOWN: LazyLock<Vec<Known>> = LazyLock::new(|| read(ALARMS));
    &KNOWN
}

fn read(text: &str) -> Vec<Known> {
    let rows = text.lines().map(serde_json::from_str);
    rows.collect::<Result<_, _>>()
        .expect("a test reads every line")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_a_plan_and_has_a_name_of_its_own() {
        for rows in [known(), false_alarms()] {
            assert!(!rows.is_empty());
            for (index, row) in rows.iter().enumerate() {
                assert!(row.plan.is_sound(), "{}", row.name);
                let same = rows[index + 1..].iter().any(|it| it.name == row.name);
                assert!(!same, "{}", row.name);
            }
        }
    }
}
