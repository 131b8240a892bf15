//! What the fuzz targets run: one function per reader of ours, one for plans and one for stores, from
//! any bytes to assertions.
//!
//! A target asserts what holds of every input, not only that nothing panics: what is accepted fits
//! a grammar written apart from the reader (`grammar`), what was read and written reads back, and
//! nothing grows beyond its input. The shims in `fuzz/` hand libFuzzer's bytes over; the tests
//! replay seeds and what once failed.

mod answers;
mod bodies;
mod grammar;
mod headers;
mod judge;
mod page;
mod paths;
mod plan;
mod ranges;
mod reports;
mod script;
mod store;
mod words;
mod xml;

use std::fmt;

/// A reader of ours under fuzzing.
#[derive(Debug)]
pub struct Target {
    /// Its name, and that of its shim, its seeds and its regressions.
    pub name: &'static str,
    /// What it reads, and what holds of it.
    pub title: &'static str,
    /// Reads these bytes; panics if anything does not hold.
    pub run: fn(&[u8]),
}

/// Every target.
#[rustfmt::skip]
pub static TARGETS: &[Target] = &[
    Target { name: "name", title: "repository names are those of the grammar, and are kept as they are", run: words::name },
    Target { name: "reference", title: "references are tags and digests, told apart by the colon", run: words::reference },
    Target { name: "digest", title: "digests are those that we compute, and what is none says why", run: words::digest },
    Target { name: "content_range", title: "ranges of an upload are two offsets in their order", run: ranges::content_range },
    Target { name: "byte_range", title: "ranges of a download resolve to the bytes that were asked for", run: ranges::byte_range },
    Target { name: "link", title: "links read back as they are written, and the first next one leads on", run: headers::link },
    Target { name: "challenge", title: "a demand for a token is found wherever it stands", run: headers::challenge },
    Target { name: "address", title: "a URL goes to the host that everybody else sees in it", run: headers::address },
    Target { name: "route", title: "a path names the same however it is encoded", run: paths::route },
    Target { name: "query", title: "parameters are decoded once, and what cannot be is passed over", run: paths::query },
    Target { name: "answer", title: "an HTTP/1.1 answer is the same in whichever pieces it comes", run: answers::answer },
    Target { name: "manifest", title: "manifests say what another reader of JSON sees in them", run: bodies::manifest },
    Target { name: "descriptor", title: "descriptors read back as they are written", run: bodies::descriptor },
    Target { name: "error_body", title: "error bodies read back as they are written", run: bodies::error_body },
    Target { name: "record", title: "records read back as they are written, and can be reported", run: reports::record },
    Target { name: "report", title: "what a registry says changes no line of a report that is ours", run: reports::report },
    Target { name: "watch", title: "watches judge any answer, and the same answer alike", run: judge::watch },
    Target { name: "check", title: "checks come to an end, and without a bug, whatever is answered", run: judge::check },
    Target { name: "plan", title: "plans are their own bytes, and find nothing in the reference registry", run: plan::plan },
    Target { name: "store", title: "whatever is asked, both stores answer alike, and the one on disk also when it is opened anew", run: store::store },
];

/// The target of this name.
pub fn find(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}

/// Runs the target of this name.
///
/// # Panics
///
/// If there is none, and if anything does not hold.
pub fn run(name: &str, data: &[u8]) {
    let target = find(name).expect("a shim names a target of the table");
    (target.run)(data);
}

/// The input, where it is text.
fn text(data: &[u8]) -> Option<&str> {
    std::str::from_utf8(data).ok()
}

/// What is said of a bad text is not much longer than the text.
fn is_short(error: &impl fmt::Display, text: &str) {
    let said = error.to_string();
    assert!(said.len() <= 2 * text.len() + 300, "{said}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_there_once() {
        for (index, target) in TARGETS.iter().enumerate() {
            let same = TARGETS[index + 1..].iter().any(|it| it.name == target.name);
            assert!(!same, "{}", target.name);
        }
    }
}
