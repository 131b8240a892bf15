//! Defects that only a registry shows that knows its users: who comes, and what they may do. One theme,
//! one file.
//!
//! They are told to a registry with two users; [`guarded`](crate::registry::guarded) has them.

mod challenges;
mod forms;
mod mounts;
mod users;

use super::Defect;
use super::Source;

/// The files of the table.
pub(super) static THEMES: &[&[Defect]] = &[
    challenges::DEFECTS,
    users::DEFECTS,
    mounts::DEFECTS,
    forms::DEFECTS,
];
