//! The API as a whole: is it there, and what may things in it be called.

pub(super) mod encoded_urls;
pub(super) mod errors;
pub(super) mod extensions;
pub(super) mod malformed;
pub(super) mod names;
pub(super) mod proxy;
pub(super) mod support;
pub(super) mod tags;
pub(super) mod urls;
