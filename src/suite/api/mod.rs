//! The API as a whole: is it there, and what may things in it be called.

pub(super) mod errors;
pub(super) mod malformed;
pub(super) mod names;
pub(super) mod support;
pub(super) mod tags;
