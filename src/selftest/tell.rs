//! The outcome of a selftest in words and as JSON.

use std::fmt;
use std::fmt::Write as _;

use serde_json::Value;
use serde_json::json;

use crate::registry::Defect;
use crate::registry::Source;

use super::Examined;
use super::Outcome;
use super::Subject;
use super::Threshold;

/// How many checks a line of the matrix names.
const NAMED: usize = 3;

/// The matrix, what is missed, and the figures. Without the matrix where `is_quiet`.
pub fn text(outcome: &Outcome, is_quiet: bool) -> String {
    let mut text = String::new();
    if !is_quiet {
        for examined in &outcome.examined {
            let _ = writeln!(text, "{}", line(examined));
        }
        text.push('\n');
    }
    for missed in &outcome.missed {
        let _ = writeln!(text, "missed: {missed}");
    }
    if !outcome.missed.is_empty() {
        text.push('\n');
    }
    text.push_str(&figures(outcome));
    text
}

/// One examination in one line.
fn line(examined: &Examined) -> String {
    let name = examined.subject.name();
    match &examined.subject {
        Subject::Sound(_) | Subject::Guarded(..) | Subject::Variation(..) => {
            format!("{name:44} {} alarms", examined.alarms.len())
        }
        Subject::Pair(..) => format!("{name:44} causes: {}", examined.causes.join(", ")),
        Subject::Defect(row) => {
            let caught = examined.caught_by();
            let mut checks: Vec<_> = caught
                .iter()
                .take(NAMED)
                .map(|it| it.check.clone())
                .collect();
            if caught.len() > NAMED {
                checks.push(format!("and {} more", caught.len() - NAMED));
            }
            format!(
                "{name:44} {} failing, {} causes; {}: {}",
                examined.failing(),
                examined.causes.len(),
                row.breaches[0].alias,
                if checks.is_empty() {
                    "NOT FOUND".to_owned()
                } else {
                    checks.join(", ")
                }
            )
        }
    }
}

/// Whether a defect is one of a kind.
type IsOne = fn(&Defect) -> bool;

fn figures(outcome: &Outcome) -> String {
    let mut text = String::new();
    let sources: [(&str, IsOne); 4] = [
        ("defects", |_| true),
        ("from public trackers", |row| {
            matches!(row.source, Source::Tracker(_))
        }),
        ("from a reader who had not seen the checks", |row| {
            row.source == Source::Reader
        }),
        ("our own", |row| row.source == Source::Ours),
    ];
    for (label, is_one) in sources {
        let (found, all) = found_of(outcome, is_one);
        let _ = writeln!(text, "{label}: {found} of {all} found");
    }
    let lawful = outcome
        .examined
        .iter()
        .filter(|it| matches!(it.subject, Subject::Sound(_) | Subject::Variation(..)));
    let _ = writeln!(text, "lawful registries: {}", lawful.count());
    if !outcome.idle_checks.is_empty() {
        let _ = writeln!(
            text,
            "checks that no defect fails: {}",
            outcome.idle_checks.join(", ")
        );
    }
    if !outcome.idle_demands.is_empty() {
        let count = outcome.idle_demands.len();
        let _ = writeln!(
            text,
            "demands that no defect breaks: {count} (--json names them)"
        );
    }
    let (mixed, pairs) = super::outcome::mixed_pairs(&outcome.examined);
    let _ = writeln!(
        text,
        "pairs of defects with two causes: {} of {pairs}",
        pairs - mixed
    );
    let _ = writeln!(
        text,
        "causes of a defect, median: {}",
        outcome.median_of_causes()
    );
    let _ = writeln!(
        text,
        "{} thresholds missed, in {:.1} s",
        outcome.missed.len(),
        outcome.took.as_secs_f64()
    );
    text
}

/// How many of the examined defects of a kind were found, and how many there are.
fn found_of(outcome: &Outcome, is_one: IsOne) -> (usize, usize) {
    let mut counts = (0, 0);
    for examined in &outcome.examined {
        if let Subject::Defect(row) = &examined.subject
            && is_one(row)
        {
            counts.0 += usize::from(!examined.caught_by().is_empty());
            counts.1 += 1;
        }
    }
    counts
}

/// The matrix as JSON: one object for each examination.
pub fn json(outcome: &Outcome) -> Value {
    let examined = outcome.examined.iter().map(|it| {
        let found = it.found.iter().map(|found| {
            json!({"check": found.check, "verdict": found.verdict, "violated": found.broken})
        });
        let alarms = it.alarms.iter().map(|alarm| {
            json!({"check": alarm.check, "verdict": alarm.verdict, "requirement": alarm.requirement, "words": alarm.words})
        });
        json!({
            "subject": it.subject.name(),
            "spec": it.subject.version().to_string(),
            "found": found.collect::<Vec<_>>(),
            "alarms": alarms.collect::<Vec<_>>(),
            "causes": it.causes,
            "ms": u64::try_from(it.took.as_millis()).unwrap_or(u64::MAX),
        })
    });
    json!({
        "examined": examined.collect::<Vec<_>>(),
        "idle_checks": outcome.idle_checks,
        "idle_demands": outcome.idle_demands.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "missed": outcome.missed.iter().map(ToString::to_string).collect::<Vec<_>>(),
    })
}

impl fmt::Display for Threshold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NothingExamined => f.write_str(
                "no defect or variation has such a name; `plimsoll list defects` shows them",
            ),
            Self::Alarmed { subject, alarm } => write!(
                f,
                "{subject} is lawful, and {} says {} ({}): {}",
                alarm.check, alarm.verdict, alarm.requirement, alarm.words
            ),
            Self::Unwarned {
                subject,
                requirement,
            } => write!(f, "{subject} gives up {requirement}, and nothing warns"),
            Self::Unfound {
                defect,
                breaches,
                instead,
            } => {
                write!(
                    f,
                    "{defect} breaches {}, and no check finds it",
                    breaches.join(", ")
                )?;
                if !instead.is_empty() {
                    let instead: Vec<_> = instead.iter().map(String::as_str).collect();
                    write!(f, "; broken instead: {}", instead.join(", "))?;
                }
                Ok(())
            }
            Self::IdleChecks(ids) => write!(
                f,
                "more checks than before are failed by no defect: {}",
                ids.join(", ")
            ),
            Self::IdleDemands(places) => {
                let places: Vec<_> = places.iter().map(ToString::to_string).collect();
                let places = places.join(", ");
                write!(
                    f,
                    "more demands than before are broken by no defect: {places}"
                )
            }
            Self::ScatteredCauses(median) => {
                write!(f, "half of the defects have {median} causes or more")
            }
            Self::MixedCauses { pair, causes } => {
                write!(
                    f,
                    "{pair} are two faults, and the causes are: {}",
                    causes.join(", ")
                )
            }
        }
    }
}
