//! Profiles that are there without a file. One of the same name in the file counts in their place.

use clap::Command;

use super::Home;
use super::Origin;
use super::Setting;
use super::Value;
use super::arguments;

/// Their names, with the groups of workflows that each asks for.
const BUILT_IN: &[(&str, &[&str])] = &[
    ("oci", &["specification"]),
    ("docker", &["specification", "docker"]),
    ("all", &["specification", "beyond", "docker"]),
];

/// The key of what they say.
const KEY: &str = "groups";

/// Whether this is the name of one.
pub(super) fn is_one(name: &str) -> bool {
    BUILT_IN.iter().any(|(known, _)| *known == name)
}

/// What the profile of this name says that `verb` takes.
pub(super) fn of(name: &str, verb: &Command) -> Option<Setting> {
    let (profile, groups) = BUILT_IN.iter().find(|(known, _)| *known == name)?;
    arguments::of_key(verb, KEY)?;
    Some(Setting {
        key: KEY.to_owned(),
        value: Value::Words(groups.iter().map(ToString::to_string).collect()),
        origin: Origin::BuiltIn { profile },
        home: Home::Any,
    })
}

/// The names of all of them, as people read them.
pub(super) fn names() -> String {
    let names = BUILT_IN.iter().map(|(name, _)| format!("`{name}`"));
    names.collect::<Vec<_>>().join(", ")
}
