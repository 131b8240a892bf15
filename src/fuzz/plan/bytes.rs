//! Plans made of bytes, and bytes made of plans.
//!
//! Every part of a plan has a fixed place: a head with the content and the mutations, then one
//! window for each step, so that changing a byte changes one thing. Bytes that are missing are
//! zero, and zero means the most boring choice. The first steps build up what the later ones play
//! with; mutations fall on the last steps more often than on others.

use arbitrary::Arbitrary;
use arbitrary::Unstructured;

use super::Applied;
use super::As;
use super::Blob;
use super::Doc;
use super::DocKind;
use super::GENERATOR;
use super::Op;
use super::Pick;
use super::Plan;
use super::Pool;
use super::Step;
use super::Subject;
use super::Target;
use crate::fuzz::mutation;

/// How many bytes a step has.
pub const STEP_WIDTH: usize = 8;

/// How many bytes a blob has in the head.
const BLOB_WIDTH: usize = 2;
/// How many bytes a manifest has in the head.
const DOC_WIDTH: usize = 8;
/// How many bytes a mutation has in the head.
const MUTATION_WIDTH: usize = 4;
/// The most mutations of a plan that comes from bytes.
const MOST_MUTATIONS: usize = 3;
/// The most parts that a manifest names.
const MOST_PARTS: usize = 3;

/// Where things are in the head.
const BLOBS: usize = 16;
const DOCS: usize = BLOBS + Plan::MOST_BLOBS * BLOB_WIDTH;
const MUTATIONS: usize = DOCS + Plan::MOST_DOCS * DOC_WIDTH;
const HEAD: usize = MUTATIONS + MOST_MUTATIONS * MUTATION_WIDTH;

/// The most steps of a lane that runs beside others.
const MOST_BESIDE: usize = 5;

/// The sizes of blobs, from the most to the least usual.
const SIZES: [u32; 8] = [64, 1, 200, 0, 1000, 17, 5000, 70_000];

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
        let count = |index: usize, most: usize| usize::from(at(index)) % most + 1;
        let blob = |index: usize| read_blob([0, 1].map(|byte| at(BLOBS + index * 2 + byte)));
        let doc = |index: usize| read_doc(window(&at, DOCS + index * DOC_WIDTH));
        let mut plan = Self {
            generator: GENERATOR,
            repositories: read_repositories(at(0)),
            blobs: (0..count(1, Self::MOST_BLOBS)).map(blob).collect(),
            docs: (0..count(2, Self::MOST_DOCS)).map(doc).collect(),
            lanes: Vec::new(),
        };
        let mut place = HEAD;
        for length in lengths(&at) {
            let is_first = plan.lanes.is_empty();
            let mut lane = Vec::with_capacity(length);
            for index in 0..length {
                let builds = is_first && builds(index, length);
                lane.push(Step::of(read_op(window(&at, place), builds)));
                place += STEP_WIDTH;
            }
            plan.lanes.push(lane);
        }
        for index in 0..mutation_count(at(4)) {
            let place = MUTATIONS + index * MUTATION_WIDTH;
            plan.mutate([0, 1, 2, 3].map(|byte| at(place + byte)));
        }
        plan
    }

    /// Bytes that are this plan; `None` where it is none that bytes can be.
    pub fn to_bytes(&self) -> Option<Vec<u8>> {
        let lanes: Vec<_> = self.lanes.iter().map(Vec::len).collect();
        let mut bytes = vec![0; HEAD];
        bytes[0] = find(|byte| read_repositories(byte) == self.repositories)?;
        bytes[1] = u8::try_from(self.blobs.len() - 1).ok()?;
        bytes[2] = u8::try_from(self.docs.len() - 1).ok()?;
        bytes[3] = find(|byte| lane_count(byte) == lanes.len())?;
        for (index, length) in lanes.iter().enumerate() {
            bytes[5 + index] = find(|byte| length_of(index, byte) == *length)?;
        }
        for (index, blob) in self.blobs.iter().enumerate() {
            let place = BLOBS + index * BLOB_WIDTH;
            bytes[place..place + BLOB_WIDTH].copy_from_slice(&write_blob(*blob)?);
        }
        for (index, doc) in self.docs.iter().enumerate() {
            let place = DOCS + index * DOC_WIDTH;
            bytes[place..place + DOC_WIDTH].copy_from_slice(&write_doc(doc)?);
        }
        self.write_mutations(&mut bytes)?;
        for (lane, steps) in self.lanes.iter().enumerate() {
            for (index, step) in steps.iter().enumerate() {
                let builds = lane == 0 && builds(index, steps.len());
                bytes.extend(write_op(step.op, builds)?);
            }
        }
        (Self::from_bytes(&bytes) == *self).then_some(bytes)
    }

    /// Adds a mutation to the step that these bytes name, if any suits it.
    fn mutate(&mut self, [at, high, low, dice]: [u8; MUTATION_WIDTH]) {
        let steps = self.steps();
        let place = mutated_step(at, steps);
        let Some(step) = self.lanes.iter_mut().flatten().nth(place) else {
            return;
        };
        let suitable = mutation::suitable(step.op.kind());
        let number = usize::from(u16::from_be_bytes([high, low]));
        if let Some(mutation) = suitable.get(number % suitable.len().max(1)) {
            step.mutations.push(Applied { mutation, dice });
        }
    }

    fn write_mutations(&self, bytes: &mut [u8]) -> Option<()> {
        let steps = self.steps();
        let flat = self.lanes.iter().flatten().enumerate();
        let all: Vec<_> = flat
            .flat_map(|(place, step)| step.mutations.iter().map(move |it| (place, step, it)))
            .collect();
        bytes[4] = find(|byte| mutation_count(byte) == all.len())?;
        for (index, (step_at, step, applied)) in all.into_iter().enumerate() {
            let suitable = mutation::suitable(step.op.kind());
            let number = suitable.iter().position(|it| *it == applied.mutation)?;
            let [high, low] = u16::try_from(number).ok()?.to_be_bytes();
            let at = find(|byte| mutated_step(byte, steps) == step_at)?;
            let place = MUTATIONS + index * MUTATION_WIDTH;
            bytes[place..place + MUTATION_WIDTH].copy_from_slice(&[at, high, low, applied.dice]);
        }
        Some(())
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

fn read_repositories(byte: u8) -> u8 {
    byte % Plan::MOST_REPOSITORIES + 1
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

/// Two plans of five have no mutation, less than half have one.
fn mutation_count(byte: u8) -> usize {
    match byte {
        0..102 => 0,
        102..217 => 1,
        217..240 => 2,
        240.. => MOST_MUTATIONS,
    }
}

/// The step on which a mutation falls: often one of the last.
fn mutated_step(byte: u8, steps: usize) -> usize {
    let back = match byte {
        0..160 => usize::from(byte) % 6,
        160.. => usize::from(byte - 160),
    };
    steps.saturating_sub(1 + back % steps.max(1))
}

/// Whether the step is one of those that build up what others play with.
fn builds(index: usize, length: usize) -> bool {
    index * 3 < length
}

fn read_blob([size, shared]: [u8; 2]) -> Blob {
    // The large ones are rare: they cost time.
    let place = match size {
        0..60 => 0,
        60..252 => usize::from(size) % (SIZES.len() - 1),
        252.. => SIZES.len() - 1,
    };
    Blob {
        size: SIZES[place],
        shared: shared >= 240,
    }
}

fn write_blob(blob: Blob) -> Option<[u8; 2]> {
    let size = find(|byte| read_blob([byte, 0]).size == blob.size)?;
    Some([size, if blob.shared { 240 } else { 0 }])
}

fn read_kind(byte: u8) -> DocKind {
    let place = match byte {
        0..120 => 0,
        120..180 => 1,
        180..210 => 2,
        210.. => usize::from(byte) % DocKind::ALL.len(),
    };
    DocKind::ALL[place]
}

fn read_subject([form, slot]: [u8; 2]) -> Option<Subject> {
    match form {
        0..150 => None,
        150..235 => Some(Subject::Held(slot)),
        235.. => Some(Subject::Absent),
    }
}

fn read_doc(bytes: [u8; DOC_WIDTH]) -> Doc {
    let [kind, parts, a, b, c, form, slot, rest] = bytes;
    let count = usize::from(parts) % (MOST_PARTS + 1);
    Doc {
        kind: read_kind(kind),
        parts: [a, b, c][..count].to_vec(),
        subject: read_subject([form, slot]),
        artifact_type: rest & 3,
        annotations: rest >> 6,
    }
}

fn write_doc(doc: &Doc) -> Option<[u8; DOC_WIDTH]> {
    let part = |index: usize| doc.parts.get(index).copied().unwrap_or_default();
    let slot = match doc.subject {
        Some(Subject::Held(slot)) => slot,
        _ => 0,
    };
    Some([
        find(|byte| read_kind(byte) == doc.kind)?,
        u8::try_from(doc.parts.len()).ok()?,
        part(0),
        part(1),
        part(2),
        find(|byte| read_subject([byte, slot]) == doc.subject)?,
        slot,
        doc.artifact_type & 3 | doc.annotations << 6,
    ])
}

/// What the first byte of a step stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Code {
    Monolithic,
    PutManifest,
    SinglePost,
    StartUpload,
    Patch,
    Finish,
    Mount,
    UploadStatus,
    Cancel,
    GetManifest,
    GetTag,
    GetBlob,
    HeadManifest,
    HeadTag,
    HeadBlob,
    DeleteManifest,
    DeleteTag,
    DeleteBlob,
    Tags,
    Referrers,
    Catalog,
    Ping,
    Raw,
}

/// How often each comes among steps that build up, out of 256.
const BUILDING: &[(Code, u8)] = &[
    (Code::Monolithic, 110),
    (Code::PutManifest, 60),
    (Code::SinglePost, 16),
    (Code::StartUpload, 45),
    (Code::Patch, 15),
    (Code::Mount, 10),
];

/// How often each comes among the others.
const PLAYING: &[(Code, u8)] = &[
    (Code::PutManifest, 42),
    (Code::Monolithic, 12),
    (Code::StartUpload, 14),
    (Code::Patch, 32),
    (Code::Finish, 26),
    (Code::SinglePost, 6),
    (Code::Mount, 12),
    (Code::UploadStatus, 8),
    (Code::Cancel, 6),
    (Code::GetManifest, 10),
    (Code::GetTag, 14),
    (Code::GetBlob, 14),
    (Code::HeadManifest, 4),
    (Code::HeadTag, 4),
    (Code::HeadBlob, 4),
    (Code::DeleteManifest, 8),
    (Code::DeleteTag, 7),
    (Code::DeleteBlob, 7),
    (Code::Tags, 10),
    (Code::Referrers, 12),
    (Code::Catalog, 1),
    (Code::Ping, 1),
    (Code::Raw, 2),
];

fn read_code(byte: u8, builds: bool) -> Code {
    let table = if builds { BUILDING } else { PLAYING };
    let mut rest = byte;
    for (code, share) in table {
        match rest.checked_sub(*share) {
            None => return *code,
            Some(less) => rest = less,
        }
    }
    table[0].0
}

fn read_pool(byte: u8) -> Pool {
    match byte {
        0..205 => Pool::Live,
        205..238 => Pool::Known,
        238.. => Pool::Dangling,
    }
}

fn read_as(form: u8, slot: u8) -> As {
    match form {
        0..150 => As::Tag(slot),
        150..220 => As::Digest,
        220.. => As::Tagged(slot % 3 + 1),
    }
}

fn read_op(bytes: [u8; STEP_WIDTH], builds: bool) -> Op {
    let [code, repository, a, b, c, ..] = bytes;
    let pick = Pick {
        slot: a,
        from: read_pool(b),
    };
    let blob = Target::Blob {
        repository,
        blob: pick,
    };
    let manifest = Target::Manifest {
        repository,
        doc: pick,
    };
    let tag = Target::Tag {
        repository,
        tag: pick,
    };
    match read_code(code, builds) {
        Code::Monolithic => Op::Monolithic {
            repository,
            blob: a,
        },
        Code::SinglePost => Op::SinglePost {
            repository,
            blob: a,
        },
        Code::StartUpload => Op::StartUpload {
            repository,
            blob: a,
        },
        Code::PutManifest => Op::PutManifest {
            repository,
            doc: a,
            reference: read_as(b, c),
        },
        Code::Patch => Op::Patch {
            upload: pick,
            part: c,
            ranged: repository < 128,
        },
        Code::Finish => Op::Finish {
            upload: pick,
            empty: repository >= 220,
        },
        Code::Mount => Op::Mount {
            repository,
            blob: pick,
            from: c,
            named: bytes[5] < 220,
        },
        Code::UploadStatus => Op::UploadStatus { upload: pick },
        Code::Cancel => Op::Cancel { upload: pick },
        Code::GetManifest => Op::Get { target: manifest },
        Code::GetTag => Op::Get { target: tag },
        Code::GetBlob => Op::Get { target: blob },
        Code::HeadManifest => Op::Head { target: manifest },
        Code::HeadTag => Op::Head { target: tag },
        Code::HeadBlob => Op::Head { target: blob },
        Code::DeleteManifest => Op::Delete { target: manifest },
        Code::DeleteTag => Op::Delete { target: tag },
        Code::DeleteBlob => Op::Delete { target: blob },
        Code::Tags => Op::Tags {
            repository,
            n: a % 8,
            last: b % 8,
        },
        Code::Referrers => Op::Referrers {
            repository,
            subject: pick,
            filter: c % 4,
        },
        Code::Catalog => Op::Catalog,
        Code::Ping => Op::Ping,
        Code::Raw => Op::Raw { request: a },
    }
}

/// The bytes of a step. Its code is the first one that is read as this operation.
fn write_op(op: Op, builds: bool) -> Option<[u8; STEP_WIDTH]> {
    let operands = operands(op)?;
    let with = |code| {
        let mut bytes = operands;
        bytes[0] = code;
        bytes
    };
    find(|code| read_op(with(code), builds) == op).map(with)
}

/// The bytes of a step but for its code.
fn operands(op: Op) -> Option<[u8; STEP_WIDTH]> {
    let pool = |pick: Pick| find(|byte| read_pool(byte) == pick.from);
    let picked = |repository: u8, pick: Pick, more: u8| {
        Some([0, repository, pick.slot, pool(pick)?, more, 0, 0, 0])
    };
    match op {
        Op::Ping | Op::Catalog => Some([0; STEP_WIDTH]),
        Op::StartUpload { repository, blob }
        | Op::Monolithic { repository, blob }
        | Op::SinglePost { repository, blob } => Some([0, repository, blob, 0, 0, 0, 0, 0]),
        Op::Patch {
            upload,
            part,
            ranged,
        } => picked(if ranged { 0 } else { 128 }, upload, part),
        Op::Finish { upload, empty } => picked(if empty { 220 } else { 0 }, upload, 0),
        Op::Mount {
            repository,
            blob,
            from,
            named,
        } => {
            let mut bytes = picked(repository, blob, from)?;
            bytes[5] = if named { 0 } else { 220 };
            Some(bytes)
        }
        Op::UploadStatus { upload } | Op::Cancel { upload } => picked(0, upload, 0),
        Op::PutManifest {
            repository,
            doc,
            reference,
        } => {
            let (form, slot) = match reference {
                As::Tag(slot) => (0, slot),
                As::Digest => (150, 0),
                As::Tagged(count) => (220, count.checked_sub(1)?),
            };
            Some([0, repository, doc, form, slot, 0, 0, 0])
        }
        Op::Get { target } | Op::Head { target } | Op::Delete { target } => match target {
            Target::Blob { repository, blob } => picked(repository, blob, 0),
            Target::Manifest { repository, doc } => picked(repository, doc, 0),
            Target::Tag { repository, tag } => picked(repository, tag, 0),
        },
        Op::Tags {
            repository,
            n,
            last,
        } => Some([0, repository, n, last, 0, 0, 0, 0]),
        Op::Referrers {
            repository,
            subject,
            filter,
        } => picked(repository, subject, filter),
        Op::Raw { request } => Some([0, 0, request, 0, 0, 0, 0, 0]),
    }
}
