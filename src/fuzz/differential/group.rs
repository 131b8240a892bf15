//! Groups of differences: those that are alike, how often they came, and the shortest plan that
//! shows one.

use std::collections::BTreeMap;

use serde::Serialize;

use super::compare::Difference;
use crate::fuzz::fnv;
use crate::fuzz::plan::Plan;
use crate::fuzz::player::Played;

/// The most groups that are kept; what comes then is counted alone.
const MOST: usize = 2000;

/// How much a difference is worth a look, the most first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rank {
    /// One takes what the other refuses: 2xx and 4xx.
    Taken,
    /// One breaks: a 5xx, or no answer.
    Broken,
    /// The classes differ otherwise, such as 2xx and 3xx.
    Class,
    /// Content, or a list, is another.
    Content,
    /// The status is another of the same class.
    Status,
    /// The error code is another.
    Code,
    /// A header is there or not, or has another value.
    Header,
}

/// Differences that are alike.
#[derive(Debug, Clone, Serialize)]
pub struct Group {
    /// What tells it from others.
    pub id: String,
    /// How much it is worth a look.
    pub rank: Rank,
    /// The request: method and path.
    pub route: &'static str,
    /// The mutations of the request.
    pub mutations: Vec<String>,
    /// What each answered.
    pub answers: [String; 2],
    /// How many plans show it.
    pub count: u64,
    /// The case of its plan.
    pub case: u64,
    /// Whether the plan showed it again; none where that was not tried.
    pub shown_again: Option<bool>,
    /// The shortest plan that is known to show it.
    pub plan: Plan,
}

/// How a comparison ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ended {
    /// All plans were played.
    Completed,
    /// Its time was over.
    OutOfTime,
    /// It was told to.
    Stopped,
    /// The first or second of the two does not answer any more.
    TargetLost(usize),
}

/// What a comparison came to.
#[derive(Debug, Clone, Serialize)]
pub struct Comparison {
    /// What its cases follow from.
    pub seed: u64,
    /// How it ended.
    pub ended: Ended,
    /// How many plans were played on both sides.
    pub plans: u64,
    /// How many answers came from each side.
    pub answers: [u64; 2],
    /// How many plans showed no difference.
    pub alike: u64,
    /// How many differences were not kept, because there were too many groups.
    pub left_out: u64,
    /// The groups, those that are worth the most first and, of these, the rarest.
    pub groups: Vec<Group>,
}

/// Groups in the making. What they come to does not depend on the order of the plans.
#[derive(Debug, Default)]
pub(super) struct Groups {
    by_id: BTreeMap<String, Group>,
    plans: u64,
    answers: [u64; 2],
    alike: u64,
    left_out: u64,
}

impl Group {
    /// Whether a difference is of this group.
    pub(super) fn is_of(&self, difference: &Difference) -> bool {
        self.id == id(difference)
    }

    /// Whether a difference is the same, of a request without mutations.
    pub(super) fn is_unmutated(&self, difference: &Difference) -> bool {
        difference.mutations.is_empty() && self.unmutated_id() == id(difference)
    }

    /// The same of a plan without mutations.
    pub(super) fn unmutated(self, plan: Plan) -> Self {
        Self {
            id: self.unmutated_id(),
            mutations: Vec::new(),
            plan,
            ..self
        }
    }

    fn unmutated_id(&self) -> String {
        named(self.rank, self.route, &self.answers, &[])
    }

    fn of(difference: &Difference, plan: Plan, case: u64) -> Self {
        let mutations = difference.mutations.iter();
        Self {
            id: id(difference),
            rank: difference.rank,
            route: difference.route,
            mutations: mutations.map(|it| (*it).to_owned()).collect(),
            answers: difference.answers.clone(),
            count: 0,
            case,
            shown_again: None,
            plan,
        }
    }
}

impl Groups {
    pub(super) fn plans(&self) -> u64 {
        self.plans
    }

    pub(super) fn len(&self) -> usize {
        self.by_id.len()
    }

    /// Adds what a plan showed.
    pub(super) fn add(
        &mut self,
        plan: &Plan,
        case: u64,
        mut differences: Vec<Difference>,
        played: &[Played; 2],
    ) {
        self.plans += 1;
        for (sum, played) in self.answers.iter_mut().zip(played) {
            let answered = played.seen.iter().filter(|seen| seen.outcome.is_ok());
            *sum += answered.count() as u64;
        }
        self.alike += u64::from(differences.is_empty());
        // A plan that shows one twice counts once.
        differences.sort_by_key(|it| (id(it), it.at.is_none(), it.at));
        differences.dedup_by_key(|it| id(it));
        for difference in &differences {
            self.add_one(difference, upto(plan, difference), case);
        }
    }

    pub(super) fn add_one(&mut self, difference: &Difference, plan: Plan, case: u64) {
        let id = id(difference);
        if self.by_id.len() >= MOST && !self.by_id.contains_key(&id) {
            self.left_out += 1;
            return;
        }
        let length = |plan: &Plan, case: u64| (plan.steps(), case);
        let is_shorter = |group: &Group| length(&plan, case) < length(&group.plan, group.case);
        let count = self.by_id.get(&id).map_or(0, |group| group.count) + 1;
        if self.by_id.get(&id).is_none_or(is_shorter) {
            self.by_id
                .insert(id.clone(), Group::of(difference, plan, case));
        }
        if let Some(group) = self.by_id.get_mut(&id) {
            group.count = count;
        }
    }

    /// The groups by rank.
    pub(super) fn ranked(self, seed: u64) -> Comparison {
        Comparison {
            seed,
            ended: Ended::Completed,
            plans: self.plans,
            answers: self.answers,
            alike: self.alike,
            left_out: self.left_out,
            groups: in_order(self.by_id),
        }
    }
}

/// A plan up to the step that shows a difference.
fn upto(plan: &Plan, difference: &Difference) -> Plan {
    let mut plan = plan.clone();
    if let (Some((0, step)), Some(lane)) = (difference.at, plan.lanes.first_mut()) {
        lane.truncate(step + 1);
    }
    plan
}

/// Groups that are of one thing after all become one, with the shorter plan.
pub(super) fn folded(groups: Vec<Group>) -> Vec<Group> {
    let mut by_id: BTreeMap<String, Group> = BTreeMap::new();
    for group in groups {
        let Some(known) = by_id.get_mut(&group.id) else {
            by_id.insert(group.id.clone(), group);
            continue;
        };
        let count = known.count + group.count;
        let length = |it: &Group| (it.shown_again != Some(true), it.plan.steps());
        if length(&group) < length(known) {
            *known = group;
        }
        known.count = count;
    }
    in_order(by_id)
}

fn in_order(by_id: BTreeMap<String, Group>) -> Vec<Group> {
    let mut groups: Vec<_> = by_id.into_values().collect();
    groups.sort_by(|a, b| {
        let key = |it: &Group| (it.rank, it.count, it.mutations.len(), it.id.clone());
        key(a).cmp(&key(b))
    });
    groups
}

/// What tells the group of a difference from others.
fn id(difference: &Difference) -> String {
    let Difference {
        rank,
        route,
        mutations,
        answers,
        ..
    } = difference;
    named(*rank, route, answers, mutations)
}

fn named(rank: Rank, route: &str, [x, y]: &[String; 2], mutations: &[&str]) -> String {
    let rank = format!("{rank:?}");
    let words = [rank.as_str(), route, x, y].into_iter();
    let words = words.chain(mutations.iter().copied());
    format!("{:016x}", fnv::of_words(words))
}
