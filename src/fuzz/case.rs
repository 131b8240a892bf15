//! Cases: case number `i` of a campaign is a function of the seed, of `i`, and of the corpus as it
//! stood at the start.

use rand_chacha::ChaCha8Rng;
use rand_core::Rng;
use rand_core::SeedableRng;

use super::corpus::Corpus;
use super::fnv;
use super::mutation;
use super::plan::Applied;
use super::plan::Plan;

/// How many bytes a plan of chance is made of: more than any takes.
const BYTES: usize = 512;

/// The plan of a case.
pub(crate) fn plan(seed: u64, index: u64, corpus: &Corpus) -> Plan {
    let mut chance = chance(seed, index);
    // With a corpus, half of the plans come from it.
    if corpus.plans.is_empty() || chance.next_u32().is_multiple_of(2) {
        return fresh(&mut chance, seed.wrapping_add(index));
    }
    let first = pick(&mut chance, &corpus.plans).clone();
    let other = pick(&mut chance, &corpus.plans);
    varied(&mut chance, first, other)
}

/// Whether a case belongs to shard `part` of `parts`, by hash.
pub(crate) fn is_of_shard(seed: u64, index: u64, part: u64, parts: u64) -> bool {
    let words = [format!("{seed}"), format!("{index}")];
    fnv::of_words(words.iter().map(String::as_str)) % parts.max(1) == part
}

/// What makes the content of a case different from that of all others.
pub(crate) fn salt(seed: u64, index: u64, attempt: u64) -> u64 {
    let words = [format!("{seed}"), format!("{index}"), format!("{attempt}")];
    fnv::of_words(words.iter().map(String::as_str))
}

/// The stream of chance of a case.
fn chance(seed: u64, index: u64) -> ChaCha8Rng {
    let mut key = [0; 32];
    key[..8].copy_from_slice(&seed.to_le_bytes());
    key[8..16].copy_from_slice(&index.to_le_bytes());
    ChaCha8Rng::from_seed(key)
}

fn fresh(chance: &mut impl Rng, turn: u64) -> Plan {
    let mut bytes = vec![0; BYTES];
    chance.fill_bytes(&mut bytes);
    Plan::from_bytes_in_turn(bytes, turn)
}

/// A plan of the corpus, changed in one way or two.
fn varied(chance: &mut impl Rng, mut plan: Plan, other: &Plan) -> Plan {
    for _ in 0..=chance.next_u32() % 2 {
        match chance.next_u32() % 5 {
            0 => splice(chance, &mut plan, other),
            1 => duplicate(chance, &mut plan),
            2 => extend(chance, &mut plan),
            3 => cut(chance, &mut plan),
            _ => poison(chance, &mut plan),
        }
    }
    plan
}

/// Puts the end of another plan behind the beginning of this one.
fn splice(chance: &mut impl Rng, plan: &mut Plan, other: &Plan) {
    let at = below(chance, plan.lanes[0].len() + 1);
    let from = below(chance, other.lanes[0].len() + 1);
    plan.lanes[0].truncate(at);
    plan.lanes[0].extend_from_slice(&other.lanes[0][from..]);
    plan.lanes[0].truncate(Plan::MOST_STEPS);
}

/// Takes a step once more, later.
fn duplicate(chance: &mut impl Rng, plan: &mut Plan) {
    let lane = &mut plan.lanes[0];
    if lane.is_empty() || lane.len() >= Plan::MOST_STEPS {
        return;
    }
    let step = lane[below(chance, lane.len())].clone();
    let at = below(chance, lane.len() + 1);
    lane.insert(at, step);
}

/// Goes on with steps of a fresh plan.
fn extend(chance: &mut impl Rng, plan: &mut Plan) {
    let turn = chance.next_u64();
    let more = fresh(chance, turn);
    plan.lanes[0].extend(more.lanes[0].iter().rev().take(4).rev().cloned());
    plan.lanes[0].truncate(Plan::MOST_STEPS);
}

fn cut(chance: &mut impl Rng, plan: &mut Plan) {
    let lane = &mut plan.lanes[0];
    if lane.len() > 1 {
        lane.remove(below(chance, lane.len()));
    }
}

/// Adds a mutation to one of the last steps.
fn poison(chance: &mut impl Rng, plan: &mut Plan) {
    let lane = &mut plan.lanes[0];
    let back = below(chance, lane.len().min(4));
    let Some(step) = lane.iter_mut().rev().nth(back) else {
        return;
    };
    let suitable = mutation::suitable(step.op.kind());
    if suitable.is_empty() || step.mutations.len() >= 2 {
        return;
    }
    let mutation = pick(chance, suitable);
    let dice = (chance.next_u32() & 0xff) as u8;
    step.mutations.push(Applied { mutation, dice });
}

fn below(chance: &mut impl Rng, bound: usize) -> usize {
    usize::try_from(chance.next_u64() % bound.max(1) as u64).unwrap_or(0)
}

fn pick<'p, T>(chance: &mut impl Rng, of: &'p [T]) -> &'p T {
    &of[below(chance, of.len())]
}
