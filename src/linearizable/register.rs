//! A register that holds a value or none, and what can be done to it.

/// What was done to a register, and what the answer was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action<V> {
    /// It holds this value now, whatever it held.
    Write(V),
    /// This is what it holds.
    Read(Option<V>),
    /// It holds nothing now. `found` says whether it did, if the answer tells.
    Delete {
        /// Whether it held anything.
        found: Option<bool>,
    },
    /// It holds nothing now if it held this value, and what it did otherwise.
    Remove {
        /// The value.
        value: V,
        /// Whether the answer says that it cannot have held the value.
        is_denied: bool,
    },
    /// It holds this value now if the condition was met, and what it did otherwise.
    WriteIf {
        /// The condition.
        condition: Condition<V>,
        /// The value.
        value: V,
        /// Whether the condition was met.
        is_done: bool,
    },
}

/// What must hold of a register for it to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition<V> {
    /// It holds this value (`If-Match` with an entity tag; RFC 9110, section 13.1.1).
    Holds(V),
    /// It holds some value (`If-Match: *`).
    HoldsAny,
    /// It holds none (`If-None-Match: *`; section 13.1.2).
    HoldsNone,
}

impl<V: Clone + PartialEq> Action<V> {
    /// Whether a register that held `state` would answer so.
    pub(super) fn is_right(&self, state: Option<&V>) -> bool {
        match self {
            Self::Write(_) => true,
            Self::Read(seen) => seen.as_ref() == state,
            Self::Delete { found } => found.is_none_or(|found| found == state.is_some()),
            Self::Remove { value, is_denied } => !is_denied || state != Some(value),
            Self::WriteIf {
                condition, is_done, ..
            } => condition.is_met(state) == *is_done,
        }
    }

    /// What a register that held `state` holds after this, whatever was answered.
    pub(super) fn done(&self, state: Option<&V>) -> Option<V> {
        match self {
            Self::Write(value) => Some(value.clone()),
            Self::Delete { .. } => None,
            Self::Remove { value, .. } if state == Some(value) => None,
            Self::WriteIf {
                condition, value, ..
            } if condition.is_met(state) => Some(value.clone()),
            Self::Read(_) | Self::Remove { .. } | Self::WriteIf { .. } => state.cloned(),
        }
    }
}

impl<V: PartialEq> Condition<V> {
    fn is_met(&self, state: Option<&V>) -> bool {
        match self {
            Self::Holds(value) => state == Some(value),
            Self::HoldsAny => state.is_some(),
            Self::HoldsNone => state.is_none(),
        }
    }
}
