//! The known plans against the defects that they stand for, and against the sound registry; and those
//! that were false alarms against what they were raised by.

use super::Missed;
use super::Options;
use super::hunt::Target;
use crate::catalogue::Version;
use crate::fuzz::Known;
use crate::fuzz::false_alarms;
use crate::fuzz::known;
use crate::registry::Defect;
use crate::registry::Variation;
use crate::selftest::Subject;

/// How often a plan is played that has to show something.
const TRIES: usize = 3;
/// So too where requests have to meet for it.
const RACES: usize = 300;

/// Plays every known plan that the options take. Where it is that of a deep defect it has to show
/// that, and none may show anything in the sound registry.
pub fn known_plans(options: &Options) -> Vec<Missed> {
    let sound = Target::of(&Subject::Sound(Version::V1_2), Version::V1_2);
    let rows = known().iter().filter(|row| options.takes(&row.name));
    rows.filter_map(|row| examined(row, &sound)).collect()
}

/// Plays every plan that was a false alarm to the variation that it is named after, in which it may
/// show nothing any more.
pub fn false_alarms_again(options: &Options) -> Vec<Missed> {
    let rows = false_alarms().iter().filter_map(|row| {
        let (name, _) = row.name.split_once('/')?;
        let variation = Variation::all().find(|it| it.name == name)?;
        options.takes(name).then_some((row, variation))
    });
    let raised = rows.flat_map(|(row, variation)| {
        let target = Target::of(&Subject::Variation(variation, Version::V1_2), Version::V1_2);
        let shown = target.broken_by(&row.plan, "again");
        shown.into_iter().map(|what| Missed::KnownInLawful {
            plan: row.name.clone(),
            what,
        })
    });
    raised.collect()
}

fn examined(row: &Known, sound: &Target) -> Option<Missed> {
    let played = |target: &Target, attempt: usize| {
        target.broken_by(&row.plan, &format!("{}/{attempt}", row.name))
    };
    if let Some(what) = played(sound, 0).into_iter().next() {
        return Some(Missed::KnownInSound {
            plan: row.name.clone(),
            what,
        });
    }
    let defect = Defect::deep().find(|defect| defect.name == row.name)?;
    let target = Target::of(&Subject::Defect(defect), Version::V1_2);
    let tries = if row.plan.lanes.len() > 1 {
        RACES
    } else {
        TRIES
    };
    let is_shown = (0..tries).any(|attempt| !played(&target, attempt).is_empty());
    (!is_shown).then(|| Missed::KnownUnshown {
        plan: row.name.clone(),
    })
}
