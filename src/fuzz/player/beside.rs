//! The lanes that run at once.

use std::sync::Barrier;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::thread;

use super::Bench;
use super::Game;
use super::closing;
use super::feature;
use crate::fuzz::breach::Breach;
use crate::fuzz::plan::Step;
use crate::fuzz::rule;
use crate::fuzz::rule::Scene;
use crate::fuzz::seen::Seen;
use crate::http::Seat;

/// Where the steps meet that have the same place in their lanes: before they begin, and where their
/// last requests go out.
struct Gate {
    begins: Barrier,
    seats: Mutex<Vec<Seat>>,
}

impl Game<'_> {
    /// Runs the other lanes at once. Each step waits for those that have the same place in the other
    /// lanes, so that they meet; over a network, all but the last byte of their requests is sent then.
    pub(super) fn run_beside(&self, lanes: &[Vec<Step>], bench: &mut Bench) {
        let seen = Mutex::new(Vec::new());
        let gates = gates(lanes);
        thread::scope(|scope| {
            for (lane, steps) in lanes.iter().enumerate() {
                let (seen, gates) = (&seen, &gates);
                scope.spawn(move || self.run_lane((lane + 1, steps), gates, seen));
            }
        });
        let mut seen = seen.into_inner().unwrap_or_else(PoisonError::into_inner);
        seen.sort_by_key(|seen| seen.span.0);
        for one in &seen {
            bench.features.insert(feature(one, "beside"));
            let scene = Scene {
                seen: one,
                before: &[],
            };
            for (rule, flaw) in rule::judge_answer(&scene) {
                bench.breaches.push(Breach::new(rule, &flaw, one, "beside"));
            }
        }
        bench.seen.extend(seen);
        // What the lanes left behind is read once more, for the order of what they did.
        let tags: Vec<_> = self.stage().pools().tags().to_vec();
        for meaning in closing::tags(&tags) {
            let planned = self.stage().probe(meaning);
            let one = self.send(planned, None);
            bench.seen.push(one);
        }
    }

    fn run_lane(&self, (lane, steps): (usize, &[Step]), gates: &[Gate], seen: &Mutex<Vec<Seen>>) {
        for ((index, step), gate) in steps.iter().enumerate().zip(gates) {
            gate.begins.wait();
            // Nobody waits for who has left it again, whatever became of the request.
            let seat = gate.seat();
            self.take(step, |planned, is_last| {
                let seat = seat.clone().filter(|_| is_last);
                let one = self.send_meeting(planned, Some((lane, index)), seat);
                let opened = one.opened;
                let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
                seen.push(one);
                opened
            });
        }
    }
}

impl Gate {
    fn seat(&self) -> Option<Seat> {
        let mut seats = self.seats.lock().unwrap_or_else(PoisonError::into_inner);
        seats.pop()
    }
}

/// For each place in the lanes, a gate for as many as have a step there.
fn gates(lanes: &[Vec<Step>]) -> Vec<Gate> {
    let longest = lanes.iter().map(Vec::len).max().unwrap_or(0);
    let count = |place: usize| lanes.iter().filter(|steps| steps.len() > place).count();
    let gate = |count: usize| Gate {
        begins: Barrier::new(count),
        seats: Mutex::new(Seat::at_a_meeting_of(count)),
    };
    (0..longest).map(|place| gate(count(place))).collect()
}
