//! Plans made of bytes, and bytes made of plans.
//!
//! Every part of a plan has a fixed place: a head with the content and the mutations, then one
//! window for each step, so that changing a byte changes one thing. Bytes that are missing are
//! zero, and zero means the most boring choice. The first steps build up what the later ones play
//! with; mutations fall on the last steps more often than on others. What a plan is about, its mood,
//! is in the bytes and not in the plan: a plan that is written has the mood in which all is possible.

mod content;
mod mood;
mod poison;
mod steps;

use arbitrary::Arbitrary;
use arbitrary::Unstructured;

use super::GENERATOR;
use super::Plan;
use super::Step;

use content::BLOB_WIDTH;
use content::DOC_WIDTH;
use mood::Mood;
use poison::MOST_MUTATIONS;
use poison::MUTATION_WIDTH;

/// How many bytes a step has.
pub const STEP_WIDTH: usize = 8;

/// Where things are in the head.
const BLOBS: usize = 16;
const DOCS: usize = BLOBS + Plan::MOST_BLOBS * BLOB_WIDTH;
const MUTATIONS: usize = DOCS + Plan::MOST_DOCS * DOC_WIDTH;
const HEAD: usize = MUTATIONS + MOST_MUTATIONS * MUTATION_WIDTH;

/// The most steps of a lane that runs beside others.
const MOST_BESIDE: usize = 5;

impl<'a> Arbitrary<'a> for Plan {
    fn arbitrary(bytes: &mut Unstructured<'a>) -> arbitrary::Result<Self> {
        let most = HEAD + (Self::MOST_STEPS + 3 * MOST_BESIDE) * STEP_WIDTH;
        let taken = bytes.len().min(most);
        Ok(Self::from_bytes(bytes.bytes(taken)?))
    }

    fn size_hint(_: usize) -> (usize, Option<usize>) {
        (0, None)
    }
}

impl Plan {
    /// The plan that these bytes are; any are one.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        let at = |index: usize| bytes.get(index).copied().unwrap_or_default();
        let mood = Mood::of(at(9));
        let blob =
            |index: usize| content::read_blob([0, 1].map(|byte| at(BLOBS + index * 2 + byte)));
        let doc = |index: usize| content::read_doc(window(&at, DOCS + index * DOC_WIDTH));
        let mut plan = Self {
            generator: GENERATOR,
            repositories: mood.repositories(at(0)),
            blobs: (0..mood.blobs(at(1))).map(blob).collect(),
            docs: (0..mood.docs(at(2))).map(doc).collect(),
            lanes: Vec::new(),
        };
        let mut place = HEAD;
        for length in lengths(&at) {
            let is_first = plan.lanes.is_empty();
            let mut lane = Vec::with_capacity(length);
            for index in 0..length {
                let builds = is_first && builds(index, length);
                let read = || steps::read_op(window(&at, place), (builds, mood));
                let stock = mood.stock(index, plan.repositories).filter(|_| builds);
                lane.push(Step::of(stock.unwrap_or_else(read)));
                place += STEP_WIDTH;
            }
            plan.lanes.push(lane);
        }
        for index in 0..poison::count(at(4)) {
            let place = MUTATIONS + index * MUTATION_WIDTH;
            poison::read(&mut plan, [0, 1, 2, 3].map(|byte| at(place + byte)));
        }
        plan
    }

    /// The plan that these bytes are, of those whose mutations take turns.
    pub fn from_bytes_in_turn(mut bytes: Vec<u8>, turn: u64) -> Self {
        let number = MUTATIONS + 1..MUTATIONS + 3;
        if let Some(place) = bytes.get_mut(number) {
            let named = poison::take_turns([place[0], place[1]], turn);
            place.copy_from_slice(&named);
        }
        Self::from_bytes(&bytes)
    }

    /// Bytes that are this plan; `None` where it is none that bytes can be.
    pub fn to_bytes(&self) -> Option<Vec<u8>> {
        let lanes: Vec<_> = self.lanes.iter().map(Vec::len).collect();
        let mut bytes = vec![0; HEAD];
        bytes[0] = find(|byte| Mood::Broad.repositories(byte) == self.repositories)?;
        bytes[1] = u8::try_from(self.blobs.len() - 1).ok()?;
        bytes[2] = u8::try_from(self.docs.len() - 1).ok()?;
        bytes[3] = find(|byte| lane_count(byte) == lanes.len())?;
        for (index, length) in lanes.iter().enumerate() {
            bytes[5 + index] = find(|byte| length_of(index, byte) == *length)?;
        }
        for (index, blob) in self.blobs.iter().enumerate() {
            let place = BLOBS + index * BLOB_WIDTH;
            bytes[place..place + BLOB_WIDTH].copy_from_slice(&content::write_blob(*blob)?);
        }
        for (index, doc) in self.docs.iter().enumerate() {
            let place = DOCS + index * DOC_WIDTH;
            bytes[place..place + DOC_WIDTH].copy_from_slice(&content::write_doc(doc)?);
        }
        let mutations = poison::write(self)?;
        bytes[4] = find(|byte| poison::count(byte) == mutations.len())?;
        for (index, mutation) in mutations.iter().enumerate() {
            let place = MUTATIONS + index * MUTATION_WIDTH;
            bytes[place..place + MUTATION_WIDTH].copy_from_slice(mutation);
        }
        for (lane, steps) in self.lanes.iter().enumerate() {
            for (index, step) in steps.iter().enumerate() {
                let builds = lane == 0 && builds(index, steps.len());
                bytes.extend(steps::write_op(step.op, builds)?);
            }
        }
        (Self::from_bytes(&bytes) == *self).then_some(bytes)
    }
}

/// Eight bytes from `place` on.
fn window(at: &impl Fn(usize) -> u8, place: usize) -> [u8; 8] {
    std::array::from_fn(|index| at(place + index))
}

/// The first byte that is read in this way.
fn find(is: impl Fn(u8) -> bool) -> Option<u8> {
    (0..=u8::MAX).find(|byte| is(*byte))
}

/// Most plans have one lane.
fn lane_count(byte: u8) -> usize {
    match byte {
        0..216 => 1,
        216..240 => 3,
        240.. => 4,
    }
}

fn lengths(at: &impl Fn(usize) -> u8) -> Vec<usize> {
    (0..lane_count(at(3)))
        .map(|lane| length_of(lane, at(5 + lane)))
        .collect()
}

/// How many steps the lane has.
fn length_of(lane: usize, byte: u8) -> usize {
    match lane {
        0 => usize::from(byte) % (Plan::MOST_STEPS - 3) + 4,
        _ => usize::from(byte) % MOST_BESIDE + 1,
    }
}
/// Whether the step is one of those that build up what others play with.
fn builds(index: usize, length: usize) -> bool {
    index * 3 < length
}
