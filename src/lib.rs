//! plimsoll: conformance tests and fuzzing for OCI registries.
//!
//! The modules, each of which uses only those above it:

pub mod catalogue;
pub mod http;
pub mod oci;
pub mod verdict;
pub mod trial;
pub mod check;
pub mod registry;
pub mod suite;
pub mod run;
pub mod report;
pub mod libtest;
