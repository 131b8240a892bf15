//! Warnings and rate limits, done wrong (WARN, RATE).

use http::header::RETRY_AFTER;
use http::header::WARNING;

use super::Defect;
use super::Source;
use crate::catalogue::rate_limit::RATE_LIMIT_CODE_SENT;
use crate::catalogue::rate_limit::RETRY_AFTER_SENT;
use crate::catalogue::rate_limit::RETRY_AFTER_WELL_FORMED;
use crate::catalogue::warnings::WARNING_AGENT_OMITTED;
use crate::catalogue::warnings::WARNING_CODE_FIXED;
use crate::catalogue::warnings::WARNING_DATE_OMITTED;
use crate::catalogue::warnings::WARNING_SIZE_LIMITED;
use crate::http::Method;
use crate::oci::ErrorCode;
use crate::registry::answer::Answer;
use crate::registry::seams::Operation;
use crate::registry::seams::Operation::CloseUpload;
use crate::registry::seams::Operation::GetBlob;
use crate::registry::seams::Operation::GetManifest;
use crate::registry::seams::Operation::HeadManifest;
use crate::registry::seams::Operation::OpenUpload;
use crate::registry::seams::Operation::PutManifest;
use crate::registry::seams::Operation::Tags;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "warning-code-199-on-delete",
        title: "the answers to DELETE carry a Warning of the code 199",
        breaches: &[&WARNING_CODE_FIXED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if visit.call.method == Method::DELETE {
                return answer.with(WARNING, r#"199 - "content goes soon""#);
            }
            answer
        }),
    },
    Defect {
        name: "warning-second-header-bad",
        title: "HEAD on a manifest has two Warnings, the second of them of the code 214",
        breaches: &[&WARNING_CODE_FIXED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            warned(
                visit,
                &[HeadManifest],
                &[r#"299 - "old""#, r#"214 - "changed""#],
            )
        }),
    },
    Defect {
        name: "warning-bare-text",
        title: "GET on a manifest has a Warning that is a text alone",
        breaches: &[&WARNING_CODE_FIXED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| warned(visit, &[GetManifest], &["this tag is old"])),
    },
    Defect {
        name: "warning-agent-host",
        title: "the answer to a PUT of a manifest has a Warning that names a host",
        breaches: &[&WARNING_AGENT_OMITTED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            warned(
                visit,
                &[PutManifest],
                &[r#"299 registry.example "nearly full""#],
            )
        }),
    },
    Defect {
        name: "warning-agent-left-out",
        title: "GET on a blob has a Warning without an agent",
        breaches: &[&WARNING_AGENT_OMITTED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| warned(visit, &[GetBlob], &[r#"299 "slow""#])),
    },
    Defect {
        name: "warning-with-date",
        title: "GET on a manifest by a tag has a Warning with a date",
        breaches: &[&WARNING_DATE_OMITTED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            if visit.is_by_digest() {
                return visit.pass();
            }
            let warning = r#"299 - "old" "Tue, 15 Nov 1994 08:12:31 GMT""#;
            warned(visit, &[GetManifest], &[warning])
        }),
    },
    Defect {
        name: "warning-date-in-list",
        title: "a tag list has two Warnings in one header, the second of them with a date",
        breaches: &[&WARNING_DATE_OMITTED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let warnings = r#"299 - "old", 299 - "slow" "Tue, 15 Nov 1994 08:12:31 GMT""#;
            warned(visit, &[Tags], &[warnings])
        }),
    },
    Defect {
        name: "warnings-over-4096",
        title: "a tag list has five Warnings of a thousand bytes each",
        breaches: &[&WARNING_SIZE_LIMITED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let warning = format!(r#"299 - "{}""#, "w".repeat(992));
            warned(visit, &[Tags], &[warning.as_str(); 5])
        }),
    },
    Defect {
        name: "warning-of-4097",
        title: "the answer to a POST that opens an upload has a Warning of 4097 bytes",
        breaches: &[&WARNING_SIZE_LIMITED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let warning = format!(r#"299 - "{}""#, "w".repeat(4_097 - r#"299 - """#.len()));
            warned(visit, &[OpenUpload], &[warning.as_str()])
        }),
    },
    Defect {
        name: "rate-limit-no-retry-after",
        title: "every 97th request is answered 429 without Retry-After",
        breaches: &[&RETRY_AFTER_SENT],
        source: Source::Reader,
        seam: Seam::Layer(|visit| now_and_then(visit, limited)),
    },
    Defect {
        name: "rate-limit-without-hint",
        title: "opening a fifth upload of a repository while none is closed is answered 429 once, as \
                text and without Retry-After",
        breaches: &[&RETRY_AFTER_SENT],
        source: Source::Tracker("getnora-io/nora#895"),
        seam: Seam::Layer(rate_limit_without_hint),
    },
    Defect {
        name: "retry-after-fraction",
        title: "every 97th request is answered 429 with a Retry-After of half a second",
        breaches: &[&RETRY_AFTER_WELL_FORMED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| now_and_then(visit, || limited().with(RETRY_AFTER, "0.5s"))),
    },
    Defect {
        name: "retry-after-foreign-date",
        title: "every 97th request is answered 429 with a Retry-After in a form of date not HTTP's",
        breaches: &[&RETRY_AFTER_WELL_FORMED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            now_and_then(visit, || {
                limited().with(RETRY_AFTER, "1994-11-15T08:12:31Z")
            })
        }),
    },
    Defect {
        name: "rate-limit-code-denied",
        title: "every 97th request is answered 429 with the code DENIED",
        breaches: &[&RATE_LIMIT_CODE_SENT],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            now_and_then(visit, || {
                Answer::error(429, ErrorCode::Denied).with(RETRY_AFTER, "0")
            })
        }),
    },
];

/// The answer to one of these, with these Warnings.
fn warned(visit: &Visit<'_>, operations: &[Operation], warnings: &[&str]) -> Answer {
    let answer = visit.pass();
    if !visit.is(operations) {
        return answer;
    }
    let add = |answer: Answer, warning: &&str| answer.header(WARNING, warning);
    warnings.iter().fold(answer, add)
}

/// Answers every 97th of the requests that come here in another way.
fn now_and_then(visit: &Visit<'_>, answer: impl FnOnce() -> Answer) -> Answer {
    if visit.memory.before("requests") % 97 == 96 {
        return answer();
    }
    visit.pass()
}

fn limited() -> Answer {
    Answer::error(429, ErrorCode::TooManyRequests)
}

/// Refuses once, so that a client that asks again gets on.
fn rate_limit_without_hint(visit: &Visit<'_>) -> Answer {
    let key = |turn: u8| format!("{} {turn}", visit.name());
    let turn = |it: &u8| visit.memory.recall(&key(*it)).is_none();
    match (1..=5).find(turn) {
        Some(5) if visit.is(&[OpenUpload]) => {
            (1..=4).for_each(|it| drop(visit.memory.forget(&key(it))));
            Answer::of(429).body("text/plain", "too many uploads")
        }
        Some(turn) if visit.is(&[OpenUpload]) => {
            visit.memory.keep(key(turn), "open");
            visit.pass()
        }
        Some(turn @ 2..) if visit.is(&[CloseUpload]) => {
            visit.memory.forget(&key(turn - 1));
            visit.pass()
        }
        _ => visit.pass(),
    }
}
