//! Model: an answer is one of those that the specification allows in this state.

use super::Judge;
use super::Rule;

pub(super) static RULE: Rule = Rule {
    id: "model",
    title: "Every answer is one of those that the specification allows in the state that all \
            answers before it leave",
    why: "The requirement that it names is of the distribution specification.",
    judge: Judge::Model(|_, _| true),
};
