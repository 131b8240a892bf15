//! plimsoll: conformance tests and fuzzing for OCI registries.
//!
//! The modules in their order; each uses only those of the lines above its own:
//!
//! - [`catalogue`]: the requirements, [`oci`]: the words of the wire, [`http`]: the client
//! - [`linearizable`]: whether what was done to a register at once can be put into an order
//! - [`canary`]: a listener that a registry must not be led to
//! - [`verdict`]: how a check can end
//! - [`trial`]: one check's world: repositories, content, demands on answers
//! - [`check`]: what a check and a feature are
//! - [`suite`]: the checks, [`fuzz`]: plans and the rules that no answer may break, and
//!   [`registry`]: the reference registry, of which they know nothing
//! - [`run`]: features, plan, schedule, causes, the record
//! - [`report`]: from the record to bytes
//! - [`libtest`]: the suite as libtest-mimic trials, [`selftest`]: the suite against every defect, and
//!   [`targets`]: what the fuzz targets run
//! - [`cli`]: the command line

pub mod catalogue;
pub mod http;
pub mod oci;

pub mod canary;
pub mod linearizable;

pub mod verdict;

pub mod trial;

pub mod check;

pub mod fuzz;
pub mod registry;
pub mod suite;

pub mod run;

pub mod report;

pub mod libtest;
pub mod selftest;
pub mod targets;

pub mod cli;
