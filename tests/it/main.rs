//! The integration tests: one binary, one file per subject.

mod action;
mod browser;
mod causes;
mod command_line;
mod differential;
mod encrypted;
mod examples;
mod expect;
mod fuzz;
mod gates;
mod hostile;
mod lawful;
mod module_order;
mod official;
mod page;
mod probe;
mod readme;
mod real_run;
mod report;
mod selftest;
mod selftest_fuzz;
mod suite_table;
mod sums;
mod support;
mod targets;
mod watches;
