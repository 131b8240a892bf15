//! Differential: two targets answer one plan alike.

use super::Judge;
use super::Rule;

pub(super) static RULE: Rule = Rule {
    id: "differential",
    title: "Two registries answer the same plan alike",
    why: "Where they do not, one of them may be wrong. It ranks what to look at and is no verdict: \
          registries share libraries, and a vote of them is biased.",
    judge: Judge::Beside,
};
