//! A broken rule, and what tells it from others.

use super::fnv;
use super::rule::Flaw;
use super::rule::Rule;
use super::seen::Seen;
use super::seen::error_code;
use crate::catalogue::Requirement;

/// A rule that was broken in a play.
#[derive(Debug, Clone)]
pub(crate) struct Breach {
    pub(crate) rule: &'static Rule,
    pub(crate) requirement: Option<&'static Requirement>,
    /// The lane and the step; none where it was a question of the player's own.
    pub(crate) at: Option<(usize, usize)>,
    /// The place of the answer in the order in which the requests were sent.
    pub(crate) moment: u64,
    /// Method and path, as a person writes them.
    pub(crate) route: &'static str,
    pub(crate) expected: String,
    pub(crate) observed: String,
    pub(crate) detail: &'static str,
    /// The status, or what kind of failure it was.
    pub(crate) class: String,
    pub(crate) code: String,
    /// What was known of what the request was about.
    pub(crate) state: &'static str,
    /// The mutations of the request that shows it.
    pub(crate) mutations: Vec<&'static str>,
}

impl Breach {
    pub(crate) fn new(rule: &'static Rule, flaw: &Flaw, seen: &Seen, state: &'static str) -> Self {
        let class = match &seen.outcome {
            Ok(response) => response.status.to_string(),
            Err(failure) => failure.kind().to_owned(),
        };
        Self {
            rule,
            requirement: flaw.requirement,
            at: seen.at,
            moment: seen.span.0,
            route: seen.kind().route(),
            expected: flaw.expected.clone(),
            observed: seen.observed(),
            detail: flaw.detail,
            class,
            code: seen.response().and_then(error_code).unwrap_or_default(),
            state,
            mutations: seen.planned.mutations.clone(),
        }
    }

    /// What is broken, and where: breaches of one kind may have one cause.
    pub(crate) fn kind(&self) -> u64 {
        kind([
            self.rule.id,
            self.requirement.map_or("", |it| it.id),
            self.route,
            &self.class,
            &self.code,
            self.detail,
        ])
    }

    /// What tells it from other findings, given the mutations of its plan: the same for each run of
    /// the same fault. Neither names nor numbers are in it, nor what the answer says.
    pub(crate) fn signature(&self, mutations: &[&str]) -> String {
        let own = format!("{:016x}", self.kind());
        let words = [own.as_str(), self.state].into_iter();
        format!(
            "{:016x}",
            fnv::of_words(words.chain(mutations.iter().copied()))
        )
    }

    /// The group in which reports show it: rule, route and answer.
    pub(crate) fn group(&self) -> String {
        format!("{}: {} => {}", self.rule.id, self.route, self.class)
    }
}

/// What is broken, and where, of rule, requirement, route, class, error code and detail.
pub(crate) fn kind(of: [&str; 6]) -> u64 {
    fnv::of_words(of)
}
