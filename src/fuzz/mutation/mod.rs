//! The mutations: the ways in which a step is made to differ from what a well-behaved client would
//! send. One family, one file; one way, one row.
//!
//! A mutation changes one layer: what a step aims at, the manifest that it pushes, its request, or
//! the bytes of that. It says how the registry may take it: most leave that open, since what the
//! specification does not say is no violation, whatever the answer.

mod edit;
mod raw;

mod bodies;
mod canary;
mod conditions;
mod faults;
mod framing;
mod heads;
mod listings;
mod manifests;
mod mounts;
mod names;
mod paths;
mod queries;
mod ranges;
mod references;
mod sessions;
mod transfer;
mod uploads;

#[cfg(test)]
mod tests;

pub(super) use canary::URLS as CANARY_URLS;
pub use raw::RAW;
pub use raw::RawRequest;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;
use serde::Deserializer;
use serde::Serializer;
use serde::de::Error;

use super::dice::Dice;
use super::draft::Draft;
use super::plan::Kind;
use super::plan::Op;
use super::wire::WireRequest;
use crate::catalogue::Requirement;

/// A way in which a step differs from what a well-behaved client would send.
#[derive(Debug)]
pub struct Mutation {
    /// The name; kebab-case, stable, never reused.
    pub name: &'static str,
    /// What is odd, as a noun phrase.
    pub title: &'static str,
    /// The kinds of requests that it can change.
    pub suits: &'static [Kind],
    /// How the registry may take it.
    pub stance: Stance,
    /// The change.
    pub change: Change,
    /// Whether it names a listener of ours; where there is none, it is left out.
    pub names_canary: bool,
}

/// How the registry may take a changed request.
#[derive(Debug, Clone, Copy)]
pub enum Stance {
    /// It has to refuse it with a 4xx, for this requirement.
    Refused(&'static Requirement),
    /// It has to take it as if it were not changed; where the aim was, as what it then asks for.
    Same,
    /// It may refuse it or take it.
    Either,
}

/// A change of one layer. A change that has nothing to change says `false`, and the step goes out
/// without it.
#[derive(Debug, Clone, Copy)]
pub enum Change {
    /// Of what the step aims at.
    Aim(fn(&mut Op, &mut Dice) -> bool),
    /// Of the manifest that it pushes, and of the type under which it does.
    Manifest(fn(&mut Draft, &mut Dice) -> bool),
    /// Of the request.
    Request(fn(&mut WireRequest, &mut Dice) -> bool),
    /// Of the bytes of the request. Whatever they then say, a connection carries one answer.
    Bytes(fn(&mut Vec<u8>, &mut Dice) -> bool),
    /// So too, and the request may not be whole: the connection is closed behind it, so that nobody
    /// waits for the rest.
    Unfinished(fn(&mut Vec<u8>, &mut Dice) -> bool),
}

/// Mutations are the same if they have the same name; names are unique, as a test shows.
impl PartialEq for Mutation {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Mutation {}

/// A row that changes what a step aims at.
const fn aim(
    name: &'static str,
    title: &'static str,
    suits: &'static [Kind],
    stance: Stance,
    change: fn(&mut Op, &mut Dice) -> bool,
) -> Mutation {
    row(name, title, suits, stance, Change::Aim(change))
}

/// A row that changes the manifest that a step pushes.
const fn manifest(
    name: &'static str,
    title: &'static str,
    stance: Stance,
    change: fn(&mut Draft, &mut Dice) -> bool,
) -> Mutation {
    let suits = &[Kind::PutManifest];
    row(name, title, suits, stance, Change::Manifest(change))
}

/// A row that changes the request.
const fn request(
    name: &'static str,
    title: &'static str,
    suits: &'static [Kind],
    stance: Stance,
    change: fn(&mut WireRequest, &mut Dice) -> bool,
) -> Mutation {
    row(name, title, suits, stance, Change::Request(change))
}

/// A row that changes the bytes of the request.
const fn bytes(
    name: &'static str,
    title: &'static str,
    suits: &'static [Kind],
    stance: Stance,
    change: fn(&mut Vec<u8>, &mut Dice) -> bool,
) -> Mutation {
    row(name, title, suits, stance, Change::Bytes(change))
}

/// A row that changes the bytes of the request.
const fn unfinished(
    name: &'static str,
    title: &'static str,
    suits: &'static [Kind],
    stance: Stance,
    change: fn(&mut Vec<u8>, &mut Dice) -> bool,
) -> Mutation {
    row(name, title, suits, stance, Change::Unfinished(change))
}

const fn row(
    name: &'static str,
    title: &'static str,
    suits: &'static [Kind],
    stance: Stance,
    change: Change,
) -> Mutation {
    Mutation {
        name,
        title,
        suits,
        stance,
        change,
        names_canary: false,
    }
}

/// Every family, in the order of the list of inputs that they are from. New rows go to the end of
/// theirs, and new families to the end of all.
static FAMILIES: &[&[Mutation]] = &[
    ranges::ROWS,
    sessions::ROWS,
    names::ROWS,
    listings::ROWS,
    manifests::json::ROWS,
    heads::ROWS,
    queries::ROWS,
    transfer::ROWS,
    uploads::ROWS,
    references::ROWS,
    manifests::fields::ROWS,
    manifests::descriptors::ROWS,
    manifests::subjects::ROWS,
    manifests::limits::ROWS,
    conditions::ROWS,
    bodies::ROWS,
    mounts::ROWS,
    paths::ROWS,
    framing::ROWS,
    faults::ROWS,
    canary::ROWS,
];

/// Every mutation.
pub fn all() -> impl Iterator<Item = &'static Mutation> {
    FAMILIES.iter().copied().flatten()
}

/// The mutation of this name.
pub(super) fn named(name: &str) -> Option<&'static Mutation> {
    all().find(|mutation| mutation.name == name)
}

/// The mutations that can change a request of this kind, in the order of the table.
pub(super) fn suitable(kind: Kind) -> &'static [&'static Mutation] {
    static SUITABLE: LazyLock<BTreeMap<Kind, Vec<&'static Mutation>>> = LazyLock::new(|| {
        let suits = |kind| all().filter(move |mutation| mutation.suits.contains(&kind));
        Kind::ALL.map(|kind| (kind, suits(kind).collect())).into()
    });
    &SUITABLE[&kind]
}

/// Mutations in files: by name.
pub(super) mod by_name {
    use super::{Deserialize, Deserializer, Error, Mutation, Serializer, named};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes fields so")]
    pub(in crate::fuzz) fn serialize<S: Serializer>(
        mutation: &&'static Mutation,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        to.serialize_str(mutation.name)
    }

    pub(in crate::fuzz) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<&'static Mutation, D::Error> {
        let name = String::deserialize(from)?;
        named(&name).ok_or_else(|| D::Error::custom(format!("there is no mutation `{name}`")))
    }
}
