//! Filling in what the command line leaves open.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::PathBuf;

use clap::Arg;
use clap::ArgMatches;
use clap::Command;
use clap::error::ErrorKind;
use clap::parser::ValueSource;

use super::Around;
use super::Asked;
use super::FILE;
use super::Setting;
use super::Source;
use super::Value;
use super::arguments;
use super::built_in;
use super::file;
use super::file::FileSettings;
use crate::cli::CliError;
use crate::run::Override;

/// The largest file that is read, in bytes.
const MOST: u64 = 1 << 20;

/// What holds a run back, or makes it fail.
const RESTRAINTS: &[&str] = &["read-only", "baseline", "edition", "max-p95", "min-held"];

/// A command line of which nothing is open any more.
#[derive(Debug)]
pub(in crate::cli) struct Filled {
    /// What the user gave.
    given: Vec<OsString>,
    pub(in crate::cli) arguments: Vec<OsString>,
    /// The settings that were filled in.
    pub(in crate::cli) settings: Vec<Setting>,
    pub(in crate::cli) overrides: Vec<Override>,
    /// The registries that are asked.
    pub(in crate::cli) asked: Asked,
    /// The settings that would be filled in, and are for other registries.
    pub(in crate::cli) left_out: Vec<Setting>,
}

/// Fills in what valid `arguments` (the program's name first) leave open. `matches` is what clap
/// makes of them.
pub(in crate::cli) fn filled(
    program: &Command,
    arguments: Vec<OsString>,
    matches: &ArgMatches,
    source: &Source,
    around: Around,
) -> Result<Filled, CliError> {
    let mut filled = Filled {
        given: arguments.clone(),
        arguments,
        settings: Vec::new(),
        overrides: Vec::new(),
        asked: Asked::default(),
        left_out: Vec::new(),
    };
    let Some((name, given)) = matches.subcommand() else {
        return Ok(filled);
    };
    let verb = arguments::verbs(program).find(|verb| verb.get_name() == name);
    let Some(verb) = verb else {
        return Ok(filled);
    };
    let profile = source.profile.as_deref();
    let found = match source.text()? {
        Some((path, text)) => file::read((&path, &text), program, verb, profile)?,
        None => FileSettings {
            is_built_in: profile.is_some(),
            ..FileSettings::default()
        },
    };
    let built_in = profile.filter(|_| found.is_built_in);
    let built_in = built_in.map(|name| built_in::of(name, verb));
    filled.overrides = found.overrides;
    let built_in = built_in.into_iter().flatten();
    let settings = around
        .above
        .into_iter()
        .chain(built_in)
        .chain(found.settings);
    let settings: Vec<Setting> = settings.chain(around.below).collect();
    filled.asked = Asked::of(verb, given, &settings);
    for setting in settings {
        refuse_to_lose(verb, given, &setting)?;
        filled.take(verb, given, setting);
    }
    filled.arguments = with(program, &filled.arguments, verb, &filled.settings);
    Ok(filled)
}

impl Filled {
    /// Takes a setting that is still open, unless it is for other registries than those that are asked.
    fn take(&mut self, verb: &Command, given: &ArgMatches, setting: Setting) {
        if !is_open(verb, given, &setting) || self.has(&setting.key) {
            return;
        }
        if !setting.home.takes(&self.asked) {
            if is_on(&setting) {
                self.left_out.push(setting);
            }
        } else if !self.conflicts(verb, &setting) {
            self.settings.push(setting);
        }
    }

    /// The setting that clap refuses, where it takes the command line without it.
    pub(in crate::cli) fn culprit(&self, program: &Command, verb: &str) -> Option<CliError> {
        let verb = arguments::verbs(program).find(|it| it.get_name() == verb)?;
        self.settings.iter().find_map(|setting| {
            let one = std::slice::from_ref(setting);
            let arguments = with(program, &self.given, verb, one);
            let error = program.clone().try_get_matches_from(arguments).err()?;
            if error.kind() == ErrorKind::MissingRequiredArgument {
                // It stands on another setting, which it has not got here.
                return None;
            }
            let said = error.render().to_string();
            let said = said.split("\n\n").next().unwrap_or_default();
            let said = said.trim_start_matches("error: ").trim();
            Some(CliError::Usage(format!("{}: {said}", setting.origin)))
        })
    }

    fn has(&self, key: &str) -> bool {
        self.settings.iter().any(|it| it.key == key)
    }

    /// Whether what is filled in already cannot stand beside it.
    fn conflicts(&self, verb: &Command, setting: &Setting) -> bool {
        let others = rivals(verb, &setting.key);
        self.settings
            .iter()
            .any(|it| is_on(it) && others.contains(&it.key.as_str()))
    }
}

impl Source {
    /// The file and its text; none where none was named and the usual one is not there.
    fn text(&self) -> Result<Option<(PathBuf, String)>, CliError> {
        let path = self.config.clone().unwrap_or_else(|| PathBuf::from(FILE));
        let has_own = |profile: &str| !built_in::is_one(profile);
        let is_named = self.config.is_some() || self.profile.as_deref().is_some_and(has_own);
        let trouble = |error: &dyn std::fmt::Display| {
            CliError::Usage(format!(
                "the settings in {} cannot be read: {error}; name another file with --config, or leave out --config and \
                 --profile (the profiles {} are there without a file)",
                path.display(),
                built_in::names()
            ))
        };
        match fs::metadata(&path) {
            Ok(found) if found.len() > MOST => Err(trouble(&"it has more than 1 MiB")),
            Ok(_) => {
                let text = fs::read_to_string(&path).map_err(|error| trouble(&error))?;
                Ok(Some((path, text)))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound && !is_named => Ok(None),
            Err(error) => Err(trouble(&error)),
        }
    }
}

/// Whether neither the command line nor the environment says it, or something that goes against it.
fn is_open(verb: &Command, given: &ArgMatches, setting: &Setting) -> bool {
    let mut rivals = rivals(verb, &setting.key).into_iter();
    !is_said(verb, given, &setting.key) && !rivals.any(|key| is_said(verb, given, key))
}

/// Whether the command line or the environment says it.
fn is_said(verb: &Command, given: &ArgMatches, key: &str) -> bool {
    let says = |argument: &Arg| {
        let source = given.value_source(argument.get_id().as_str());
        matches!(
            source,
            Some(ValueSource::CommandLine | ValueSource::EnvVariable)
        )
    };
    arguments::of_key(verb, key).is_some_and(says)
}

/// What holds a run back, or makes it fail, is not left out in silence because of another flag.
fn refuse_to_lose(verb: &Command, given: &ArgMatches, setting: &Setting) -> Result<(), CliError> {
    if !RESTRAINTS.contains(&setting.key.as_str()) || !is_on(setting) {
        return Ok(());
    }
    let rivals = rivals(verb, &setting.key);
    match rivals.into_iter().find(|key| is_said(verb, given, key)) {
        None => Ok(()),
        Some(rival) => Err(CliError::Usage(format!(
            "{}: `{}` cannot stand beside --{rival}, and would be lost without a word; leave --{rival} out, or give another \
             --config or --profile",
            setting.origin, setting.key
        ))),
    }
}

/// The keys that cannot stand beside this one.
fn rivals<'v>(verb: &'v Command, key: &str) -> Vec<&'v str> {
    let Some(argument) = arguments::of_key(verb, key) else {
        return Vec::new();
    };
    let goes_against = |one: &Arg, other: &Arg| {
        let rivals = verb.get_arg_conflicts_with(one);
        rivals.iter().any(|rival| rival.get_id() == other.get_id())
    };
    arguments::settable(verb)
        .filter(|other| goes_against(argument, other) || goes_against(other, argument))
        .filter_map(arguments::key)
        .collect()
}

fn is_on(setting: &Setting) -> bool {
    setting.value != Value::Switch(false)
}

/// The arguments with the settings behind the verb, before everything that the user gave it.
fn with(
    program: &Command,
    given: &[OsString],
    verb: &Command,
    settings: &[Setting],
) -> Vec<OsString> {
    let place = place_behind(program, given, verb.get_name());
    let (before, after) = given.split_at(place);
    let url = settings.iter().filter(|it| it.key == "url");
    let flags = settings.iter().filter(|it| it.key != "url");
    let words = url.chain(flags).flat_map(|setting| words(verb, setting));
    let before = before.iter().cloned();
    before
        .chain(words.map(OsString::from))
        .chain(after.iter().cloned())
        .collect()
}

/// The place behind the verb, which is the first word that is neither the program's name nor a flag nor
/// a flag's value.
fn place_behind(program: &Command, given: &[OsString], verb: &str) -> usize {
    let mut is_value = true;
    for (at, word) in given.iter().enumerate() {
        if !is_value && word == verb {
            return at + 1;
        }
        is_value = !is_value && awaits_value(program, &word.to_string_lossy());
    }
    given.len()
}

/// Whether a word is a flag of the program itself whose value comes next.
fn awaits_value(program: &Command, word: &str) -> bool {
    let is_it = |argument: &&Arg| {
        let long = argument.get_long();
        long.is_some_and(|long| word.strip_prefix("--") == Some(long))
    };
    let flag = program.get_arguments().find(is_it);
    flag.is_some_and(|argument| argument.get_action().takes_values())
}

/// A setting as the command line has it.
fn words(verb: &Command, setting: &Setting) -> Vec<String> {
    let key = &setting.key;
    let Some(argument) = arguments::of_key(verb, key) else {
        return Vec::new();
    };
    match &setting.value {
        Value::Switch(true) => vec![format!("--{key}")],
        Value::Switch(false) => Vec::new(),
        Value::Words(words) if argument.is_positional() => words.clone(),
        Value::Words(words) if arguments::values_at_once(argument) > 1 => {
            std::iter::once(format!("--{key}"))
                .chain(words.iter().cloned())
                .collect()
        }
        Value::Words(words) => match argument.get_value_delimiter() {
            Some(delimiter) => vec![format!("--{key}={}", words.join(&delimiter.to_string()))],
            None => words.iter().map(|word| format!("--{key}={word}")).collect(),
        },
    }
}
