//! Known plans: each shows a fault that some registry has had. Every campaign begins with them, so
//! that what was found once is looked for first.
//!
//! They lie in `fixtures/plans.jsonl`, a line each: the name of the fault, and the plan. A name is that
//! of a deep defect of the reference registry, or of a registry and what is wrong with it.

use std::sync::LazyLock;

use serde::Deserialize;

use super::plan::Plan;

/// A plan that shows a fault.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Known {
    /// The name of the fault.
    pub name: String,
    /// The plan.
    pub plan: Plan,
}

static TEXT: &str = include_str!("../../fixtures/plans.jsonl");

/// Every known plan, in the order of the file.
pub fn known() -> &'static [Known] {
    static KNOWN: LazyLock<Vec<Known>> = LazyLock::new(|| {
        let rows = TEXT.lines().map(serde_json::from_str);
        rows.collect::<Result<_, _>>()
            .expect("a test reads every line")
    });
    &KNOWN
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_a_plan_and_has_a_name_of_its_own() {
        for (index, row) in known().iter().enumerate() {
            assert!(row.plan.is_sound(), "{}", row.name);
            let same = known()[index + 1..].iter().any(|it| it.name == row.name);
            assert!(!same, "{}", row.name);
        }
    }
}
