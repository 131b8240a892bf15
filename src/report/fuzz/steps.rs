//! The steps of a plan in words.

use crate::fuzz::Plan;
use crate::fuzz::RAW;
use crate::fuzz::Step;
use crate::fuzz::plan::As;
use crate::fuzz::plan::Op;
use crate::fuzz::plan::Pick;
use crate::fuzz::plan::Pool;
use crate::fuzz::plan::Target;

/// Each step of a plan in a line, with its number and its mutations.
pub fn described(plan: &Plan) -> Vec<String> {
    let mut lines = Vec::new();
    for (lane, steps) in plan.lanes.iter().enumerate() {
        let at_once = if lane > 0 {
            format!("lane {lane}, at once: ")
        } else {
            String::new()
        };
        lines.extend(
            steps
                .iter()
                .map(|step| format!("{at_once}{}", step_of(plan, step))),
        );
    }
    let numbered = lines.into_iter().enumerate();
    numbered
        .map(|(index, line)| format!("{}. {line}", index + 1))
        .collect()
}

fn step_of(plan: &Plan, step: &Step) -> String {
    let names: Vec<_> = step
        .mutations
        .iter()
        .map(|applied| applied.mutation.name)
        .collect();
    let op = op_of(plan, step.op);
    if names.is_empty() {
        op
    } else {
        format!("{op}  [{}]", names.join(", "))
    }
}

fn op_of(plan: &Plan, op: Op) -> String {
    match op {
        Op::Ping => "GET the base".to_owned(),
        Op::PutManifest {
            repository,
            doc,
            reference,
        } => {
            let to = self::repository(plan, repository);
            format!("push {} to {to} {}", document(plan, doc), under(reference))
        }
        Op::Get { target } => format!("GET {}", aim(plan, target)),
        Op::Head { target } => format!("HEAD {}", aim(plan, target)),
        Op::Delete { target } => format!("DELETE {}", aim(plan, target)),
        Op::Tags {
            repository,
            n,
            last,
        } => {
            let of = self::repository(plan, repository);
            format!("list the tags of {of}{}", page(n, last))
        }
        Op::Referrers {
            repository,
            subject,
            filter,
        } => {
            let within = self::repository(plan, repository);
            let subject = picked("manifest", subject);
            let filter = filter.checked_sub(1);
            let filter = filter.map_or(String::new(), |slot| format!(" of artifact type {slot}"));
            format!("list the referrers{filter} of {subject} in {within}")
        }
        Op::Catalog => "list the repositories".to_owned(),
        Op::Raw { request } => {
            let raw = &RAW[usize::from(request) % RAW.len()];
            format!("send {}  [{}]", raw.title, raw.name)
        }
        upload => upload_of(plan, upload),
    }
}

/// What is about a blob on its way.
fn upload_of(plan: &Plan, op: Op) -> String {
    let blob_to = |blob: u8, repository: u8| {
        let blob = usize::from(blob) % plan.blobs.len().max(1);
        format!("blob {blob} to {}", self::repository(plan, repository))
    };
    match op {
        Op::StartUpload { repository, blob } => {
            format!("open a session to push {}", blob_to(blob, repository))
        }
        Op::Monolithic { repository, blob } => {
            format!("push {} by POST and PUT", blob_to(blob, repository))
        }
        Op::SinglePost { repository, blob } => {
            format!("push {} by one POST", blob_to(blob, repository))
        }
        Op::Patch {
            upload,
            part,
            ranged,
        } => patch(upload, part, ranged),
        Op::Finish { upload, empty } => {
            let with = if empty { "without" } else { "with" };
            let session = picked("session", upload);
            format!("PUT to close {session}, {with} the rest of its blob")
        }
        Op::Mount {
            repository,
            blob,
            from,
            named,
        } => {
            let blob = picked("blob", blob);
            let to = self::repository(plan, repository);
            let from = self::repository(plan, from);
            let unnamed = if named { "" } else { " without naming it" };
            format!("mount {blob} in {from}{unnamed}, to {to}")
        }
        Op::UploadStatus { upload } => format!("GET {}", picked("session", upload)),
        Op::Cancel { upload } => format!("DELETE {}", picked("session", upload)),
        other => other.kind().name().to_owned(),
    }
}

/// `a`, `b` or `c`, as the last part of its name.
fn repository(plan: &Plan, slot: u8) -> &'static str {
    let letters = ["a", "b", "c"];
    letters[usize::from(slot % plan.repositories.clamp(1, 3))]
}

fn picked(what: &str, pick: Pick) -> String {
    match pick.from {
        Pool::Live => format!("{what} {} of those there", pick.slot),
        Pool::Known => format!("{what} {} of those known", pick.slot),
        Pool::Dangling => format!("a {what} that never was"),
    }
}

fn patch(upload: Pick, part: u8, ranged: bool) -> String {
    let part = match part {
        0 => "the rest of its blob".to_owned(),
        part => format!("{part}/256 of the rest of its blob"),
    };
    let ranged = if ranged { ", with Content-Range" } else { "" };
    format!("PATCH {} with {part}{ranged}", picked("session", upload))
}

fn document(plan: &Plan, slot: u8) -> String {
    let index = usize::from(slot) % plan.docs.len().max(1);
    let Some(doc) = plan.docs.get(index) else {
        return format!("manifest {index}");
    };
    let subject = if doc.subject.is_some() {
        " with a subject"
    } else {
        ""
    };
    format!("manifest {index} ({:?}{subject})", doc.kind)
}

fn under(reference: As) -> String {
    match reference {
        As::Tag(slot) => format!("under tag {slot}"),
        As::Digest => "by digest".to_owned(),
        As::Tagged(tags) => format!("by digest, with {} `tag` parameters", tags.clamp(1, 3)),
    }
}

fn aim(plan: &Plan, target: Target) -> String {
    let (what, repository) = match target {
        Target::Blob { repository, blob } => (picked("blob", blob), repository),
        Target::Manifest { repository, doc } => (picked("manifest", doc), repository),
        Target::Tag { repository, tag } => (picked("tag", tag), repository),
    };
    format!("{what} in {}", self::repository(plan, repository))
}

fn page(n: u8, last: u8) -> String {
    let n = n.checked_sub(1).map(|n| format!(", n={n}"));
    let last = last
        .checked_sub(1)
        .map(|slot| format!(", behind tag {slot}"));
    n.unwrap_or_default() + &last.unwrap_or_default()
}
