//! Policy: what a target said that it does not do holds over every form of path and method.

use super::Judge;
use super::Rule;
use crate::fuzz::model::Nature;

pub(super) static RULE: Rule = Rule {
    id: "policy",
    title: "What the registry does not offer cannot be done by any form of request",
    why: "Who has switched deletes off relies on it. A form of path or method that does it \
          nevertheless goes round the policy (CVE-2026-41888).",
    judge: Judge::Model(|_, broken| broken.nature == Nature::Policy),
};
