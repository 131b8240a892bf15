//! The bytes of a step: what is asked for, and of which slots.

use super::STEP_WIDTH;
use super::find;
use super::mood::Code;
use super::mood::Mood;
use crate::fuzz::plan::As;
use crate::fuzz::plan::Op;
use crate::fuzz::plan::Pick;
use crate::fuzz::plan::Target;

fn read_as(form: u8, slot: u8, mood: Mood) -> As {
    match form {
        0..150 => As::Tag(mood.tag(slot)),
        150..220 => As::Digest,
        220.. => As::Tagged(slot % 3 + 1),
    }
}

pub(super) fn read_op(bytes: [u8; STEP_WIDTH], (builds, mood): (bool, Mood)) -> Op {
    let [code, repository, a, b, c, ..] = bytes;
    let pick = Pick {
        slot: a,
        from: mood.pool(b),
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
    match mood.code(code, builds) {
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
            reference: read_as(b, c, mood),
        },
        Code::Patch => Op::Patch {
            upload: pick,
            part: mood.part(c),
            ranged: repository < 192,
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
pub(super) fn write_op(op: Op, builds: bool) -> Option<[u8; STEP_WIDTH]> {
    let operands = operands(op)?;
    let with = |code| {
        let mut bytes = operands;
        bytes[0] = code;
        bytes
    };
    find(|code| read_op(with(code), (builds, Mood::Broad)) == op).map(with)
}

/// The bytes of a step but for its code.
fn operands(op: Op) -> Option<[u8; STEP_WIDTH]> {
    let pool = |pick: Pick| find(|byte| Mood::Broad.pool(byte) == pick.from);
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
        } => picked(if ranged { 0 } else { 192 }, upload, part),
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
