//! What a run says while it is under way.

use std::time::Duration;

use crate::check::Feature;
use crate::check::FeatureState;
use crate::verdict::Demanded;

use super::CheckEntry;

/// Something that happened.
#[derive(Debug)]
pub enum Event<'a> {
    /// It is known how many cases will be put.
    Planned {
        /// That many.
        cases: usize,
    },
    /// It is known what the registry has.
    Probed {
        /// Every feature that was asked for.
        features: &'a [(Feature, FeatureState)],
    },
    /// A case began.
    Started {
        /// Its id.
        id: &'a str,
    },
    /// A case ended.
    Ended {
        /// How.
        entry: &'a CheckEntry,
        /// How long it took.
        took: Duration,
        /// The demands that it made.
        demands: &'a [Demanded],
    },
    /// What the run pushed is being deleted.
    CleaningUp {
        /// How many things.
        things: usize,
    },
}

/// Someone who is told. Events come from several threads at once.
pub trait Observer: Sync {
    /// Takes notice of an event.
    fn on(&self, event: &Event<'_>);
}

/// Someone who does not care.
impl Observer for () {
    fn on(&self, _event: &Event<'_>) {}
}
