//! What clap knows of a verb's flags, in the words of this module.

use clap::Arg;
use clap::ArgAction;
use clap::Command;

/// Arguments that say where settings come from, or are none. What is run as a command comes from the
/// command line alone: a file that lies in the current folder may be anybody's.
const NO_SETTINGS: &[&str] = &["help", "version", "config", "profile", "restart-cmd"];

/// Verbs that are about the command line itself.
const NO_VERBS: &[&str] = &["config", "completions", "man"];

/// The verbs whose flags can be settings: all but those that have verbs of their own, and that which
/// shows settings.
pub(super) fn verbs(program: &Command) -> impl Iterator<Item = &Command> {
    let verbs = program.get_subcommands();
    let is_settable =
        |verb: &&Command| !verb.has_subcommands() && !NO_VERBS.contains(&verb.get_name());
    verbs.filter(is_settable)
}

/// The arguments of a verb that can be settings.
pub(super) fn settable(verb: &Command) -> impl Iterator<Item = &Arg> {
    verb.get_arguments().filter(|it| key(it).is_some())
}

/// The key of an argument: its long name, or `url`.
pub(super) fn key(argument: &Arg) -> Option<&str> {
    let long = argument.get_long();
    let named = long.filter(|name| !NO_SETTINGS.contains(name));
    let is_url = long.is_none() && argument.get_id() == "url" && !takes_many(argument);
    named.or(is_url.then_some("url"))
}

/// The argument of a verb that has this key.
pub(super) fn of_key<'a>(verb: &'a Command, wanted: &str) -> Option<&'a Arg> {
    settable(verb).find(|it| key(it) == Some(wanted))
}

/// Whether it is given or not, and has no value.
pub(super) fn is_switch(argument: &Arg) -> bool {
    matches!(argument.get_action(), ArgAction::SetTrue)
}

/// Whether it takes several values.
pub(super) fn takes_many(argument: &Arg) -> bool {
    matches!(argument.get_action(), ArgAction::Append)
        || argument.get_value_delimiter().is_some()
        || values_at_once(argument) > 1
}

/// How many values may follow one mention of it.
pub(super) fn values_at_once(argument: &Arg) -> usize {
    argument
        .get_num_args()
        .map_or(1, |range| range.max_values())
}
