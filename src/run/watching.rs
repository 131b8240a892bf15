//! The watches of a run: what they said of each exchange that went by, and how they end.
//!
//! Exchanges are judged as soon as a trial ends, since those of checks that pass are forgotten
//! then. Of what is broken only a few examples are kept. Which ones depends on the plan, not on the
//! threads: the first in the order of the record.

use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;

use url::Origin;
use url::Url;

use crate::catalogue::Level;
use crate::catalogue::Version;
use crate::check::Broken;
use crate::check::Feature;
use crate::check::Remark;
use crate::check::Watch;
use crate::http::Exchange;
use crate::http::Role;
use crate::trial::World;
use crate::trial::excerpt;
use crate::verdict::Verdict;
use crate::verdict::Violation;

use super::Case;
use super::Plan;
use super::examine::Ended;

/// How many examples are kept of what is broken, each broken in another way.
const EXAMPLES: usize = 3;

/// How many exchanges are kept of those that led up to an example.
const LED_UP: usize = 40;

/// What a watch that saw nothing of its business says.
const NOTHING_SEEN: &str = "no answer in this run called for it";

/// The watches of a run.
#[derive(Debug)]
pub(super) struct Watching {
    spec: Version,
    home: Option<Origin>,
    /// The ids of all cases, in the order of the plan.
    ids: Vec<String>,
    posts: Vec<Post>,
}

/// A watch, and what it has seen so far.
#[derive(Debug)]
struct Post {
    id: String,
    watch: Watch,
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    /// How many answers were its business.
    judged: usize,
    /// How many of them broke the requirement.
    broken: usize,
    /// The first of those, in the order of the record.
    examples: Vec<Example>,
}

#[derive(Debug)]
struct Example {
    place: Place,
    /// Where it was seen, in words.
    during: String,
    broken: Broken,
    /// It, after those that led up to it.
    exchanges: Vec<Exchange>,
}

/// The place of an exchange in the run: first the probes, then the cases in the order of the plan,
/// then cleaning up.
type Place = (Stage, usize, usize);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Probing,
    Checking,
    CleaningUp,
}

impl Watching {
    /// The watches of a plan, none of which has seen anything.
    pub(super) fn new(plan: &Plan, world: &World) -> Self {
        let post = |case: &Case| {
            Some(Post {
                id: case.id.clone(),
                watch: case.check.watch?,
                seen: Mutex::default(),
            })
        };
        Self {
            spec: world.spec,
            home: origin(&world.origin),
            ids: plan.cases.iter().map(|case| case.id.clone()).collect(),
            posts: plan.cases.iter().filter_map(post).collect(),
        }
    }

    /// Shows them the exchanges of a feature's probe.
    pub(super) fn see_probe(&self, feature: Feature, exchanges: &[Exchange]) {
        let during = format!("the probe of {feature}");
        self.see((Stage::Probing, feature as usize), &during, exchanges);
    }

    /// Shows them the exchanges of a case.
    pub(super) fn see_case(&self, case: &Case, exchanges: &[Exchange]) {
        let place = self.ids.iter().position(|id| *id == case.id);
        let place = (Stage::Checking, place.unwrap_or(self.ids.len()));
        self.see(place, &case.id, exchanges);
    }

    /// Shows them the exchanges by which the thing at this place of the list was deleted.
    pub(super) fn see_cleaning_up(&self, place: usize, exchanges: &[Exchange]) {
        self.see((Stage::CleaningUp, place), "cleaning up", exchanges);
    }

    /// How a watch ends that has seen this much.
    pub(super) fn end(&self, case: &Case) -> Ended {
        let post = self.posts.iter().find(|post| post.id == case.id);
        let post = post.expect("every watch of the plan has a post");
        post.lock().end(case, self.spec)
    }

    fn see(&self, (stage, turn): (Stage, usize), during: &str, exchanges: &[Exchange]) {
        for (index, exchange) in exchanges.iter().enumerate() {
            if !self.is_ours(exchange) {
                continue;
            }
            for post in &self.posts {
                let led_up = &exchanges[(index + 1).saturating_sub(LED_UP)..=index];
                let place = (stage, turn, index);
                match (post.watch)(exchange, self.spec) {
                    Remark::Silent => {}
                    Remark::Holds => post.lock().judged += 1,
                    Remark::Broken(broken) => post.lock().note(*broken, place, during, led_up),
                }
            }
        }
    }

    /// Whether the registry itself answered, and was meant to: a token service is none, even at the
    /// same address, and what another host answers after a redirect is not the registry's.
    fn is_ours(&self, exchange: &Exchange) -> bool {
        exchange.outcome.is_ok()
            && exchange.role != Role::Token
            && origin(&exchange.request.url) == self.home
    }
}

impl Post {
    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seen {
    fn note(&mut self, broken: Broken, place: Place, during: &str, led_up: &[Exchange]) {
        self.judged += 1;
        self.broken += 1;
        self.keep(broken, place, during, led_up);
    }

    /// Keeps it as an example if it comes before those there are. What is broken in the same way is
    /// one example.
    fn keep(&mut self, broken: Broken, place: Place, during: &str, led_up: &[Exchange]) {
        let same = self
            .examples
            .iter()
            .position(|example| example.broken == broken);
        let rival = same.or((self.examples.len() == EXAMPLES).then_some(EXAMPLES - 1));
        if rival.is_some_and(|rival| self.examples[rival].place <= place) {
            return;
        }
        if let Some(rival) = rival {
            self.examples.remove(rival);
        }
        self.examples.push(Example {
            place,
            during: during.to_owned(),
            broken,
            exchanges: led_up.iter().map(shortened).collect(),
        });
        self.examples.sort_by_key(|example| example.place);
    }

    fn end(&self, case: &Case, spec: Version) -> Ended {
        let bare = |verdict, reason| Ended::without_asking(case.clone(), verdict, reason);
        let (Some(first), Some(requirement)) = (self.examples.first(), case.check.covers.first())
        else {
            return match self.judged {
                0 => bare(Verdict::Skipped, NOTHING_SEEN.to_owned()),
                _ => bare(Verdict::Pass, String::new()),
            };
        };
        let verdict = match requirement.level(spec) {
            Some(Level::Must | Level::Expected) => Verdict::Fail,
            Some(Level::Should) => Verdict::Warn,
            Some(Level::May) | None => return bare(Verdict::Pass, String::new()),
        };
        Ended {
            violation: Some(Violation {
                requirement,
                expected: first.broken.expected.clone(),
                actual: self.in_words(),
                fault: first.broken.fault.clone(),
                exchange: first.exchanges.len().checked_sub(1),
            }),
            exchanges: self.evidence(),
            ..bare(verdict, String::new())
        }
    }

    /// How often it is broken, and what the examples show.
    fn in_words(&self) -> String {
        let answers = if self.judged == 1 {
            "answer"
        } else {
            "answers"
        };
        let examples: Vec<_> = self.examples.iter().map(Example::in_words).collect();
        format!(
            "in {} of {} {answers}; first: {}",
            self.broken,
            self.judged,
            examples.join("; also: ")
        )
    }

    /// All that led up to the first example, and the other examples themselves.
    fn evidence(&self) -> Vec<Exchange> {
        let (first, others) = self.examples.split_at(1.min(self.examples.len()));
        let led_up = first.iter().flat_map(|example| &example.exchanges);
        let alone = others.iter().filter_map(|example| example.exchanges.last());
        led_up.chain(alone).cloned().collect()
    }
}

impl Example {
    /// `404 with … to GET /v2/a/tags/list (discovery/tags/all-tags)`
    fn in_words(&self) -> String {
        let asked = self.exchanges.last().map(|exchange| &exchange.request);
        let question = asked.map_or(String::new(), |asked| {
            let after_scheme = asked.url.split_once("://").map_or("", |(_, rest)| rest);
            let path = after_scheme.find('/').map(|at| &after_scheme[at..]);
            excerpt(&format!("{} {}", asked.method, path.unwrap_or("/")))
        });
        format!("{} to {question} ({})", self.broken.actual, self.during)
    }
}

/// So much of an exchange as the record shows: it is kept until the end of the run.
fn shortened(exchange: &Exchange) -> Exchange {
    let mut short = exchange.clone();
    short.shorten();
    short
}

fn origin(url: &str) -> Option<Origin> {
    Url::parse(url).ok().map(|url| url.origin())
}
