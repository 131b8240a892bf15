//! The settings in effect, and where each comes from.

use clap::Arg;
use clap::ArgMatches;
use clap::Command;
use clap::parser::ValueSource;

use super::Filled;
use super::arguments;

/// Values that nobody is shown.
const SECRET: &[&str] = &["token", "header"];

/// A setting in effect.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::cli) struct Shown {
    pub(in crate::cli) key: String,
    /// As the command line has it; `-` where there is none.
    pub(in crate::cli) value: String,
    /// `command line`, a variable, a line of a file, `default` or `not set`.
    pub(in crate::cli) from: String,
}

/// The settings of a verb, in the order of its help. `matches` is what clap makes of the filled
/// command line.
pub(in crate::cli) fn shown(verb: &Command, matches: &ArgMatches, filled: &Filled) -> Vec<Shown> {
    let rows = arguments::settable(verb).filter_map(|argument| {
        let key = arguments::key(argument)?;
        Some(Shown {
            key: key.to_owned(),
            value: value(argument, matches, key),
            from: from(argument, matches, filled, key),
        })
    });
    rows.collect()
}

fn value(argument: &Arg, matches: &ArgMatches, key: &str) -> String {
    let id = argument.get_id().as_str();
    if arguments::is_switch(argument) {
        return matches.get_flag(id).to_string();
    }
    let words = matches.get_raw(id).into_iter().flatten();
    let words: Vec<_> = words.map(|word| word.to_string_lossy()).collect();
    match words.as_slice() {
        [] => "-".to_owned(),
        _ if SECRET.contains(&key) => "(not shown)".to_owned(),
        words => words.join(" "),
    }
}

fn from(argument: &Arg, matches: &ArgMatches, filled: &Filled, key: &str) -> String {
    if let Some(setting) = filled.settings.iter().find(|it| it.key == key) {
        return setting.origin.to_string();
    }
    match matches.value_source(argument.get_id().as_str()) {
        Some(ValueSource::CommandLine) => "command line".to_owned(),
        Some(ValueSource::EnvVariable) => {
            let variable = argument.get_env().unwrap_or_default();
            format!("${}", variable.to_string_lossy())
        }
        Some(_) => "default".to_owned(),
        None => "not set".to_owned(),
    }
}
