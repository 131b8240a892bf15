//! The inquiry: what was broken once is shown again, made short, and told from what is known.

use std::collections::BTreeSet;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use super::Campaign;
use super::Case;
use super::Inquired;
use super::Worth;
use super::flip;
use super::late;
use super::late::Late;
use super::outcome::Tally;
use crate::check::FeatureState;
use crate::fuzz::breach::Breach;
use crate::fuzz::finding;
use crate::fuzz::finding::Finding;
use crate::fuzz::finding::Reproduced;
use crate::fuzz::minimise;
use crate::fuzz::minimise::Bounds;
use crate::fuzz::minimise::Minimiser;
use crate::fuzz::plan::Plan;
use crate::fuzz::player::Patience;
use crate::fuzz::player::Played;
use crate::fuzz::player::Player;
use crate::fuzz::profile::Profile;
use crate::fuzz::seen::Seen;
use crate::http::Client;
use crate::http::Failure;
use crate::http::Method;
use crate::http::Request;
use crate::http::Transcript;

/// How often a breach is tried to be shown again, and how often it has to be.
const TRIES: u32 = 3;
const ENOUGH: u32 = 2;

/// How often a race is tried to be shown again before it has to be seen as often.
const RACES: u32 = 20;

/// The first attempt at a case of which calls of the canary came late: far behind those that were made when
/// it was played, so that their repositories are others.
const LATE: u64 = 1 << 32;

/// How long to wait for a call of the canary that came at once when it was seen first.
const PROMPT: Duration = Duration::from_millis(50);

/// How often, and how far apart, a target that does not answer is asked again.
const PATIENCE: (u32, Duration) = (5, Duration::from_millis(400));

/// Looks into breaches.
pub(super) struct Inquiry<'a> {
    campaign: &'a Campaign,
    client: &'a Client,
    patience: &'a Patience,
    /// Set by whoever wants the campaign to end: findings are then as short as they are.
    stop: &'a AtomicBool,
    worth: Worth,
    signatures: BTreeSet<String>,
    /// How often the case was played again: counted anew for each, so that what comes of it does not depend
    /// on what was found before.
    attempts: u64,
    is_gone: bool,
    /// What is known of the target, and how long to wait for calls of the canary.
    profile: Profile,
}

impl<'a> Inquiry<'a> {
    pub(super) fn new(
        campaign: &'a Campaign,
        (client, patience): (&'a Client, &'a Patience),
        stop: &'a AtomicBool,
    ) -> Self {
        Self {
            campaign,
            client,
            patience,
            stop,
            worth: Worth::default(),
            signatures: BTreeSet::new(),
            attempts: 0,
            is_gone: false,
            profile: campaign.profile.waiting(PROMPT),
        }
    }

    /// Whether the target has stopped to answer.
    pub(super) fn is_target_gone(&self) -> bool {
        self.is_gone
    }

    /// What a case shows that was not known.
    pub(super) fn look_into(&mut self, case: &Case, tally: &mut Tally) -> Vec<Finding> {
        self.attempts = 0;
        self.examine(case, tally)
    }

    fn examine(&mut self, case: &Case, tally: &mut Tally) -> Vec<Finding> {
        let mut findings = Vec::new();
        let rules = &self.campaign.rules;
        for breach in &case.played.breaches {
            if !rules.is_empty() && !rules.contains(&breach.rule) {
                continue;
            }
            *tally.outcome.groups.entry(breach.group()).or_default() += 1;
            if self.worth.takes(breach.kind(), &breach.mutations) {
                findings.extend(self.inquire(case, breach, tally));
            }
        }
        let is_refused = |played: &Played| {
            let last = played.seen.last();
            last.is_some_and(|seen| matches!(seen.outcome, Err(Failure::Refused { .. })))
        };
        if is_refused(&case.played) && !self.answers() {
            self.is_gone = true;
            findings.extend(self.death(case));
        }
        findings
    }

    /// Shows a breach again, makes its plan short, and writes it down, if nothing like it is known.
    fn inquire(&mut self, case: &Case, breach: &Breach, tally: &mut Tally) -> Option<Finding> {
        let finding = self.shortest(case, breach, tally);
        tally.inquired(Inquired {
            case: case.index,
            kind: breach.kind(),
            mutations: breach.mutations.iter().map(|it| (*it).to_owned()).collect(),
            signature: finding.as_ref().map(|it| it.signature.clone()),
        });
        finding.filter(|it| self.signatures.insert(it.signature.clone()))
    }

    fn shortest(&mut self, case: &Case, breach: &Breach, tally: &mut Tally) -> Option<Finding> {
        let campaign = self.campaign;
        let kind = breach.kind();
        let (plan, tries) = self.shown_again(case, breach, tally);
        let plan = plan.filter(|_| !self.is_explained(case, breach));
        let Some(plan) = plan else {
            tally.outcome.unreproduced += 1;
            return None;
        };
        // Where no answer ever lagged behind, none is waited for.
        let mut profile = self.profile.clone();
        if tally.outcome.stale == 0 {
            profile.settle = Duration::ZERO;
        }
        let player = Player {
            client: self.client,
            profile: &profile,
            patience: self.patience,
        };
        let mut attempts = self.attempts;
        let mut attempt = |plan: &Plan| {
            attempts += 1;
            let shown = player.play(plan, campaign.place(plan, case.index, attempts));
            (minimise::shows(&shown, kind).is_some(), shown.requests)
        };
        let bounds = Bounds {
            requests: campaign.budget,
            deadline: campaign.deadline,
            stop: self.stop,
        };
        let minimiser = Minimiser::new(&mut attempt, plan.clone(), bounds);
        let shortest = minimiser.run(breach.at);
        self.attempts = attempts;
        // What a short plan shows once by luck, the long one shows still.
        let again = [shortest, plan].into_iter().find_map(|plan| {
            let (shown, reproduced) = self.played_again(&plan, case.index, kind, tries);
            Some((plan, shown?, reproduced))
        });
        let Some((plan, shown, reproduced)) = again else {
            tally.outcome.unreproduced += 1;
            return None;
        };
        let breach = minimise::shows(&shown, kind)?;
        let signature = breach.signature(&plan.mutations());
        Some(self.written(case.index, &plan, breach, signature, &shown, reproduced))
    }

    /// Whether the target has changed what it offers, so that it is no breach any more.
    fn is_explained(&mut self, case: &Case, breach: &Breach) -> bool {
        let profile = self.profile.clone();
        flip::explains(breach, &profile, |plan| self.play(plan, case.index))
    }

    /// The plan, or its control twin where that shows the breach as well, if it does so often
    /// enough; and how often it takes.
    fn shown_again(
        &mut self,
        case: &Case,
        breach: &Breach,
        tally: &mut Tally,
    ) -> (Option<Plan>, u32) {
        let is_race = case.plan.lanes.len() > 1;
        let tries = if is_race { RACES } else { TRIES };
        let twin = case.plan.control_twin();
        let is_its_own_twin = twin == case.plan;
        for plan in [&twin, &case.plan]
            .into_iter()
            .skip(usize::from(is_its_own_twin))
        {
            let mut shown = 0;
            for _ in 0..tries {
                let played = self.play(plan, case.index);
                tally.outcome.requests += played.requests;
                shown += u32::from(minimise::shows(&played, breach.kind()).is_some());
                if shown >= ENOUGH {
                    return (Some(plan.clone()), tries);
                }
            }
        }
        (None, tries)
    }

    /// The last play of a plan that shows the breach, and how often it does.
    fn played_again(
        &mut self,
        plan: &Plan,
        index: u64,
        kind: u64,
        tries: u32,
    ) -> (Option<Played>, Reproduced) {
        let mut last = None;
        let mut times = 0;
        for _ in 0..tries {
            let played = self.play(plan, index);
            if minimise::shows(&played, kind).is_some() {
                times += 1;
                last = Some(played);
            }
        }
        (last, Reproduced { times, of: tries })
    }

    fn play(&mut self, plan: &Plan, index: u64) -> Played {
        self.attempts += 1;
        let place = self.campaign.place(plan, index, self.attempts);
        let player = Player {
            client: self.client,
            profile: &self.profile,
            patience: self.patience,
        };
        player.play(plan, place)
    }

    /// What calls of the canary show that came when the play which led to them was over.
    pub(super) fn look_into_late(
        &mut self,
        late: &mut Late<'_>,
        tally: &mut Tally,
    ) -> Vec<Finding> {
        let prompt = self.profile.waiting(late::PATIENCE);
        let prompt = std::mem::replace(&mut self.profile, prompt);
        let mut findings = Vec::new();
        for (index, plan) in late.cases() {
            self.attempts = LATE;
            let played = self.play(&plan, index);
            tally.outcome.requests += played.requests;
            let case = Case {
                index,
                plan,
                played,
            };
            for call in &case.played.calls {
                *tally.outcome.canary.entry(call.clone()).or_default() += 1;
            }
            findings.extend(self.examine(&case, tally));
        }
        self.profile = prompt;
        findings
    }

    fn written(
        &self,
        case: u64,
        plan: &Plan,
        breach: &Breach,
        signature: String,
        played: &Played,
        reproduced: Reproduced,
    ) -> Finding {
        let profile = &self.campaign.profile;
        let level = breach.requirement.and_then(|it| it.level(profile.spec));
        // What follows the answer that shows it is left out, where each answer has one exchange.
        let is_one_to_one = played.seen.len() == played.exchanges.len();
        let shows = |seen: &Seen| seen.span.0 == breach.moment;
        let upto = match played.seen.iter().position(shows) {
            Some(at) if is_one_to_one => at + 1,
            _ => played.exchanges.len(),
        };
        let upto = &played.exchanges[..upto];
        let (exchanges, curl) = finding::recorded(upto);
        let features = profile.features.iter();
        let supported = features.filter(|(_, state)| matches!(state, FeatureState::Supported(_)));
        Finding {
            schema: finding::SCHEMA,
            tool: finding::Tool::this(),
            signature,
            group: breach.group(),
            rule: breach.rule.id.to_owned(),
            requirement: breach.requirement.map(|it| it.id.to_owned()),
            level: level.map(|level| level.to_string()),
            spec: profile.spec.to_string(),
            seed: self.campaign.seed,
            case,
            target: self.campaign.origin.clone(),
            route: breach.route.to_owned(),
            expected: breach.expected.clone(),
            observed: breach.observed.clone(),
            class: breach.class.clone(),
            code: breach.code.clone(),
            detail: breach.detail.to_owned(),
            state: breach.state.to_owned(),
            mutations: plan.mutations().into_iter().map(str::to_owned).collect(),
            reproduced,
            features: supported
                .map(|(feature, _)| feature.id().to_owned())
                .collect(),
            plan: plan.clone(),
            exchanges,
            curl,
        }
    }

    /// Whether the target answers anything.
    fn answers(&self) -> bool {
        let (times, pause) = PATIENCE;
        (0..times).any(|_| {
            let request = Request::new(Method::GET, format!("{}/v2/", self.campaign.origin));
            let answer = self.client.send(request, &Transcript::default());
            let is_there = !matches!(answer, Err(Failure::Refused { .. }));
            if !is_there {
                drop(self.client.pause(pause));
            }
            is_there
        })
    }

    /// The target died: the last plan is what there is to show.
    fn death(&self, case: &Case) -> Option<Finding> {
        let seen = case.played.seen.last()?;
        let flaw = crate::fuzz::rule::Flaw {
            at: 0,
            requirement: None,
            expected: "a target that goes on answering".to_owned(),
            detail: "the target stopped answering",
        };
        let rule = crate::fuzz::rule::named("fault")?;
        let breach = Breach::new(rule, &flaw, seen, "gone");
        let signature = breach.signature(&[]);
        let reproduced = Reproduced { times: 1, of: 1 };
        Some(self.written(
            case.index,
            &case.plan,
            &breach,
            signature,
            &case.played,
            reproduced,
        ))
    }
}
