//! Which registry a setting is for. What says who asks, whom to trust and what may be done was written
//! with one registry in mind, and goes to no other because that one is asked instead.

use std::fmt;
use std::path::Path;

use clap::ArgMatches;
use clap::Command;
use clap::parser::ValueSource;

use super::Setting;
use super::Value;
use super::arguments;
use crate::cli::target::Target;

/// The settings that are for one registry.
const BOUND: &[&str] = &[
    "username",
    "username2",
    "password-stdin",
    "token",
    "header",
    "client-cert",
    "client-key",
    "ca-cert",
    "insecure",
    "i-may-test-this-target",
];

/// The flag that takes the place of a URL.
const DIFFERENTIAL: &str = "differential";

/// The registries that a setting is for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::cli) enum Home {
    /// Whichever is asked.
    #[default]
    Any,
    /// These alone, as they were named.
    At(Vec<String>),
}

/// The registries that a command line asks, as they are named.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::cli) struct Asked(Vec<String>);

impl Home {
    /// That of a setting which stands beside the names of these registries, if it is for one at all.
    pub(in crate::cli) fn of(key: &str, urls: &[String]) -> Self {
        if urls.is_empty() || !BOUND.contains(&key) {
            return Self::Any;
        }
        Self::At(urls.to_vec())
    }

    /// Whether it takes in all that are asked. Where none is named, nobody knows whom the verb finds.
    pub(in crate::cli) fn takes(&self, asked: &Asked) -> bool {
        let Self::At(homes) = self else {
            return true;
        };
        let is_home = |url: &String| homes.iter().any(|home| is_same(home, url));
        !asked.0.is_empty() && asked.0.iter().all(is_home)
    }
}

impl fmt::Display for Home {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("any registry"),
            Self::At(urls) => f.write_str(&shown(urls)),
        }
    }
}

impl Asked {
    /// Those that the command line, the environment or the first of these settings names. A file among
    /// them is no registry.
    pub(super) fn of(verb: &Command, given: &ArgMatches, settings: &[Setting]) -> Self {
        let differential = named(verb, given, settings, DIFFERENTIAL);
        if !differential.is_empty() {
            return Self(differential);
        }
        if arguments::of_key(verb, "url").is_some() {
            return Self(named(verb, given, settings, "url"));
        }
        let positionals = verb.get_positionals();
        let words = positionals.flat_map(|it| raw(given, it.get_id().as_str()));
        Self(words.filter(|word| !Path::new(word).exists()).collect())
    }
}

/// What a note says of settings that are left out, one for each home.
pub(in crate::cli) fn notes(left_out: &[(String, Home)], asked: &Asked) -> Vec<String> {
    let mut homes: Vec<&Home> = Vec::new();
    for (_, home) in left_out {
        if !homes.contains(&home) {
            homes.push(home);
        }
    }
    let notes = homes.into_iter().map(|home| {
        let of_home = left_out.iter().filter(|(_, other)| other == home);
        let names: Vec<&str> = of_home.map(|(name, _)| name.as_str()).collect();
        note(&names, home, asked)
    });
    notes.collect()
}

fn note(names: &[&str], home: &Home, asked: &Asked) -> String {
    let instead = match asked.0.as_slice() {
        [] => "as no registry is named here".to_owned(),
        urls => format!("as {} is asked", shown(urls)),
    };
    let (verb, left) = match names {
        [_] => ("is", "is left out"),
        _ => ("are", "are left out"),
    };
    format!(
        "{} {verb} for {home}, and {left}, {instead}; say on the command line what is for that one, too",
        names.join(", "),
    )
}

/// What a key names: on the command line, in the environment, or in the first setting that has it.
fn named(verb: &Command, given: &ArgMatches, settings: &[Setting], key: &str) -> Vec<String> {
    let Some(argument) = arguments::of_key(verb, key) else {
        return Vec::new();
    };
    let said = raw(given, argument.get_id().as_str());
    if !said.is_empty() {
        return said;
    }
    let setting = settings.iter().find(|it| it.key == key);
    match setting.map(|it| &it.value) {
        Some(Value::Words(words)) => words.clone(),
        _ => Vec::new(),
    }
}

/// The words that the command line or the environment has for an argument.
fn raw(given: &ArgMatches, id: &str) -> Vec<String> {
    if given.value_source(id) == Some(ValueSource::DefaultValue) {
        return Vec::new();
    }
    let words = given.try_get_raw(id).ok().flatten().into_iter().flatten();
    words
        .map(|word| word.to_string_lossy().into_owned())
        .collect()
}

fn is_same(home: &str, url: &str) -> bool {
    match (home.parse::<Target>(), url.parse::<Target>()) {
        (Ok(home), Ok(target)) => target.may_have_what_is_for(&home),
        _ => false,
    }
}

/// Addresses for people. What is no address is not repeated: there may be a password in it.
fn shown(urls: &[String]) -> String {
    let all = urls.iter().map(|url| match url.parse::<Target>() {
        Ok(target) => target.origin,
        Err(_) => "an address that is none".to_owned(),
    });
    all.collect::<Vec<_>>().join(" and ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn home(urls: &[&str]) -> Home {
        let urls: Vec<_> = urls.iter().map(|url| (*url).to_owned()).collect();
        Home::of("token", &urls)
    }

    fn asked(urls: &[&str]) -> Asked {
        Asked(urls.iter().map(|url| (*url).to_owned()).collect())
    }

    #[test]
    fn what_is_for_one_registry_goes_to_the_same_host_and_port_alone() {
        for (at, to, goes) in [
            ("https://r.example", "https://r.example:443/", true),
            ("r.example", "https://R.example", true),
            ("r.example", "https://s.example", false),
            ("r.example", "https://r.example:444", false),
            ("r.example", "https://r.example.evil.example", false),
            ("http://r.example:5000", "https://r.example:5000", true),
            // A password that was to go under TLS does not go without, but for this machine.
            ("https://r.example:5000", "http://r.example:5000", false),
            ("https://localhost:5000", "http://localhost:5000", true),
            ("http://r.example", "https://r.example", false),
            ("https://r.example", "no address", false),
            ("no address", "no address", false),
        ] {
            assert_eq!(home(&[at]).takes(&asked(&[to])), goes, "{at} to {to}");
        }
    }

    #[test]
    fn all_that_are_asked_have_to_be_at_home() {
        let two = home(&["a.example", "b.example"]);
        assert!(two.takes(&asked(&["b.example", "a.example"])));
        assert!(!two.takes(&asked(&["a.example", "c.example"])));
        assert!(!two.takes(&asked(&[])));
        assert!(home(&[]).takes(&asked(&["c.example"])));
        assert_eq!(Home::of("jobs", &["a.example".to_owned()]), Home::Any);
    }

    #[test]
    fn a_note_repeats_no_address_with_a_password() {
        let left_out = [(
            "`token`".to_owned(),
            home(&["https://me:hunter2@a.example"]),
        )];
        let notes = notes(&left_out, &asked(&["b.example"]));
        assert_eq!(notes.len(), 1);
        assert!(!notes[0].contains("hunter2"), "{notes:?}");
        assert!(notes[0].contains("https://b.example is asked"), "{notes:?}");
    }
}
