//! The rules: what no answer may do, whatever was asked. One rule, one file.
//!
//! A rule looks at one answer, at a whole play, or hears from the model. It says nothing of plans,
//! and does not know how a finding is written.

mod canary;
mod content_address;
mod differential;
mod fault;
mod growth;
mod isolation;
mod leak;
mod linear;
mod metamorphic;
mod model;
mod no_effect;
mod policy;

use super::model::Broken;
use super::seen::Seen;
use crate::canary::Call;
use crate::catalogue::Requirement;

/// Something that no answer may do.
#[derive(Debug)]
pub struct Rule {
    /// The name; kebab-case, stable, never reused.
    pub id: &'static str,
    /// What a sound registry does, as one sentence without a full stop.
    pub title: &'static str,
    /// Why that matters, and where it is from.
    pub why: &'static str,
    /// How it is judged.
    pub(crate) judge: Judge,
}

/// How a rule is judged.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Judge {
    /// By each answer.
    Answer(fn(&Scene<'_>) -> Option<Flaw>),
    /// By everything that was seen.
    Play(fn(&Play<'_>) -> Vec<Flaw>),
    /// By the model: what it finds broken is this rule's if that says so. The first one that does
    /// has it.
    Model(fn(&Scene<'_>, &Broken) -> bool),
    /// By each call of the canary.
    Call(fn(&Heard<'_>) -> Option<&'static str>),
    /// By something beside the plays, which says how.
    Beside,
}

/// An answer among those before it.
pub(crate) struct Scene<'a> {
    pub(crate) seen: &'a Seen,
    pub(crate) before: &'a [Seen],
}

/// A whole play.
pub(crate) struct Play<'a> {
    /// The answers, in the order in which the requests were sent.
    pub(crate) seen: &'a [Seen],
    /// How many of them are of the part that ran alone, before others ran at once.
    pub(crate) alone: usize,
}

/// A call of the canary.
pub(crate) struct Heard<'a> {
    pub(crate) call: &'a Call,
    /// The request that names the canary.
    pub(crate) seen: &'a Seen,
    /// Whether the call came before its answer.
    pub(crate) is_in_time: bool,
}

/// A rule that is broken.
#[derive(Debug, Clone)]
pub(crate) struct Flaw {
    /// The place of the answer that shows it among those seen.
    pub(crate) at: usize,
    /// The requirement behind it, where it is one of the catalogue.
    pub(crate) requirement: Option<&'static Requirement>,
    /// What was allowed.
    pub(crate) expected: String,
    /// What came instead, in words without names and numbers.
    pub(crate) detail: &'static str,
}

impl Rule {
    /// Whether a campaign judges by it.
    pub fn is_judged(&self) -> bool {
        !matches!(self.judge, Judge::Beside)
    }
}

impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Rule {}

/// Every rule, by value: the first is worth the most. What the model finds goes to the first that
/// takes it, and the model's own takes all.
pub static RULES: &[&Rule] = &[
    &fault::RULE,
    &content_address::RULE,
    &policy::RULE,
    &isolation::RULE,
    &no_effect::RULE,
    &model::RULE,
    &metamorphic::RULE,
    &linear::RULE,
    &growth::RULE,
    &leak::RULE,
    &canary::RULE,
    &differential::RULE,
];

/// The rule of this name.
pub fn named(id: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.id == id)
}

/// What an answer breaks by itself.
pub(crate) fn judge_answer(scene: &Scene<'_>) -> Vec<(&'static Rule, Flaw)> {
    let flaws = RULES.iter().filter_map(|rule| match rule.judge {
        Judge::Answer(judge) => Some((*rule, judge(scene)?)),
        _ => None,
    });
    flaws.collect()
}

/// What a play breaks as a whole.
pub(crate) fn judge_play(play: &Play<'_>) -> Vec<(&'static Rule, Flaw)> {
    let flaws = RULES.iter().flat_map(|rule| match rule.judge {
        Judge::Play(judge) => judge(play).into_iter().map(|flaw| (*rule, flaw)).collect(),
        _ => Vec::new(),
    });
    flaws.collect()
}

/// What a call of the canary breaks, after the request at this place of those seen; in words
/// without names and numbers.
pub(crate) fn judge_call(heard: &Heard<'_>, at: usize) -> Vec<(&'static Rule, Flaw)> {
    let flaws = RULES.iter().filter_map(|rule| match rule.judge {
        Judge::Call(judge) => {
            let detail = judge(heard)?;
            let flaw = Flaw {
                at,
                requirement: None,
                expected: rule.title.to_owned(),
                detail,
            };
            Some((*rule, flaw))
        }
        _ => None,
    });
    flaws.collect()
}

/// The rule that has what the model finds broken.
pub(crate) fn blamed(scene: &Scene<'_>, broken: Broken) -> (&'static Rule, Flaw) {
    let rule = RULES.iter().copied().find(|rule| match rule.judge {
        Judge::Model(is_its) => is_its(scene, &broken),
        _ => false,
    });
    let flaw = Flaw {
        at: scene.before.len(),
        requirement: Some(broken.requirement),
        expected: broken.expected,
        detail: broken.detail,
    };
    (rule.unwrap_or(&model::RULE), flaw)
}
