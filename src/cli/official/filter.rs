//! The names of the official suite's tests, and the checks that ask the same: for its filter, and
//! for `docs/migrating.md`.

mod artifacts;
mod blobs;
mod forms;
mod images;
mod refusals;
mod whole;

use std::collections::BTreeSet;

use crate::cli::check::nearest;

/// What all names of the suite begin with.
const ROOT: &str = "OCI Conformance Test";

/// A test of the official suite.
#[derive(Debug)]
pub(in crate::cli) struct Test {
    /// Its name, behind what all begin with. Those below it ask for the same or less.
    pub(in crate::cli) name: &'static str,
    /// The checks that ask at least the same, as `--only` takes them.
    pub(in crate::cli) checks: &'static [&'static str],
}

impl Test {
    const fn new(name: &'static str, checks: &'static [&'static str]) -> Self {
        Self { name, checks }
    }
}

/// Every test that the tables tell apart.
pub(in crate::cli) fn tests() -> impl Iterator<Item = &'static Test> {
    let files = [
        whole::TESTS,
        blobs::TESTS,
        images::TESTS,
        artifacts::TESTS,
        forms::TESTS,
        refusals::TESTS,
    ];
    files.into_iter().flatten()
}

/// What a filter takes: as in the suite, all tests whose names begin with it. `None` is all there
/// are. A name that is finer than the table is taken for the one above it.
pub(super) fn globs(text: &str) -> Result<Option<Vec<&'static str>>, String> {
    if ROOT.starts_with(text) {
        return Ok(None);
    }
    let path = text
        .strip_prefix(ROOT)
        .and_then(|rest| rest.strip_prefix('/'));
    let path = path.ok_or_else(|| unknown(text))?;
    let within: Vec<_> = tests().filter(|test| test.name.starts_with(path)).collect();
    if !within.is_empty() {
        return Ok((!path.is_empty()).then(|| union(&within)));
    }
    let is_above = |test: &&Test| {
        path.strip_prefix(test.name)
            .is_some_and(|rest| rest.starts_with('/'))
    };
    let above = tests().filter(is_above);
    let above = above.max_by_key(|test| test.name.len());
    above
        .map(|test| Some(test.checks.to_vec()))
        .ok_or_else(|| unknown(path))
}

fn union(tests: &[&Test]) -> Vec<&'static str> {
    let mut all: Vec<&str> = Vec::new();
    for glob in tests.iter().flat_map(|test| test.checks) {
        if !all.contains(glob) {
            all.push(glob);
        }
    }
    all
}

fn unknown(path: &str) -> String {
    let names: BTreeSet<&str> = tests().map(|test| test.name).collect();
    let nearest = nearest(path, &names);
    let hint = match nearest.first() {
        Some(name) => format!("did you mean `{ROOT}/{name}`?"),
        None => format!("its names begin with `{ROOT}/`"),
    };
    format!("no test of the suite has a name that begins so, and nothing would be asked; {hint}")
}
