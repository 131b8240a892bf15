//! `plimsoll.toml`, read: settings for all verbs, tables for one verb each, profiles with the same
//! again, and overrides for some checks.
//!
//! It is written by people, so that what is wrong is said with its line and with what to do.

mod overrides;

use std::path::Path;

use clap::Command;
use toml_edit::Document;
use toml_edit::Item;
use toml_edit::Table;
use toml_edit::TableLike;

use super::Home;
use super::Origin;
use super::Setting;
use super::Value;
use super::arguments;
use super::built_in;
use crate::cli::CliError;
use crate::run::Override;

/// The tables that are no verb's.
const PROFILE: &str = "profile";
const OVERRIDE: &str = "override";

/// The key that names a registry.
const URL: &str = "url";

/// How much a key has to be like another to be taken for it.
const LIKE: f64 = 0.75;

/// What a file says for one verb under one profile.
#[derive(Debug, Default, PartialEq)]
pub(super) struct FileSettings {
    /// What counts more stands first.
    pub(super) settings: Vec<Setting>,
    /// What counts more stands first.
    pub(super) overrides: Vec<Override>,
    /// Whether the profile is one that is there without a file.
    pub(super) is_built_in: bool,
}

/// The settings of a table, and the registry that it names.
#[derive(Debug, Default)]
struct Part {
    settings: Vec<Setting>,
    url: Option<String>,
}

/// A level of the file: its top, or a profile.
#[derive(Debug, Default)]
struct Level {
    /// What is for the verb alone.
    own: Part,
    shared: Part,
    overrides: Vec<Override>,
}

/// Reads the text of a file. All of it is looked at, also what is for other verbs and profiles.
pub(super) fn read(
    (path, text): (&Path, &str),
    program: &Command,
    verb: &Command,
    profile: Option<&str>,
) -> Result<FileSettings, CliError> {
    let document = Document::parse(text).map_err(|error| {
        // Not its own words: they show the line, and there may be a token in it.
        let at = error.span().map_or(0, |span| span.start);
        CliError::Usage(format!(
            "{}, line {}: this is not TOML, so that no setting is known: {}",
            path.display(),
            line(text, at),
            error.message()
        ))
    })?;
    let reader = Reader {
        path,
        text,
        program,
        verb,
    };
    let root = document.as_table();
    let mut own = None;
    for (name, item, at) in reader.profiles(root)? {
        let table = item.as_table_like().ok_or_else(|| {
            reader.error(
                at,
                &format!(
                    "`profile.{name}` is no table; write `[profile.{name}]` and its settings below"
                ),
            )
        })?;
        let found = reader.level(table, Some(name))?;
        if Some(name) == profile {
            own = Some(found);
        }
    }
    let base = reader.level(root, None)?;
    let is_built_in = own.is_none() && profile.is_some_and(built_in::is_one);
    let own = match (profile, own) {
        (None, _) => Level::default(),
        (Some(_), Some(own)) => own,
        (Some(_), None) if is_built_in => Level::default(),
        (Some(name), None) => return Err(reader.no_profile(root, name)),
    };
    let mut urls = Vec::new();
    collect_urls(root, &mut urls);
    Ok(FileSettings {
        is_built_in,
        overrides: own.overrides.into_iter().chain(base.overrides).collect(),
        settings: at_home([own.own, own.shared, base.own, base.shared], &urls),
    })
}

/// The settings, each with the registry that it is for: that of its own table or of the next that counts
/// less. Where these name none, it is one of those that the file names elsewhere.
fn at_home(parts: [Part; 4], elsewhere: &[String]) -> Vec<Setting> {
    let named = parts.iter().map(|part| part.url.clone());
    let named: Vec<Option<String>> = named.collect();
    let mut all = Vec::new();
    for (at, part) in parts.into_iter().enumerate() {
        let nearest = named.iter().skip(at).flatten().next();
        let urls = nearest.map_or(elsewhere, std::slice::from_ref);
        all.extend(part.settings.into_iter().map(|setting| Setting {
            home: Home::of(&setting.key, urls),
            ..setting
        }));
    }
    all
}

/// Every registry that the file names.
fn collect_urls(table: &dyn TableLike, urls: &mut Vec<String>) {
    urls.extend(url_of(table));
    for (_, item) in table.iter() {
        if let Some(inner) = item.as_table_like() {
            collect_urls(inner, urls);
        }
    }
}

fn url_of(table: &dyn TableLike) -> Option<String> {
    let url = table.get(URL)?.as_str()?;
    Some(url.to_owned())
}

struct Reader<'a> {
    path: &'a Path,
    text: &'a str,
    program: &'a Command,
    verb: &'a Command,
}

impl Reader<'_> {
    /// A level of the file. The table of the verb counts more than what stands beside it.
    fn level(&self, table: &dyn TableLike, profile: Option<&str>) -> Result<Level, CliError> {
        let mut found = Level::default();
        found.shared.url = url_of(table);
        for (key, item) in table.iter() {
            let at = self.line_of(table, key);
            if key == PROFILE && profile.is_none() {
                continue;
            }
            if key == OVERRIDE {
                found.overrides = self.overrides(item, at)?;
            } else if let Some(verb) = self.verb_of_table(key, item) {
                let own = self.of_verb(verb, item, at, profile)?;
                if verb.get_name() == self.verb.get_name() {
                    found.own.settings = own;
                    found.own.url = item.as_table_like().and_then(url_of);
                }
            } else {
                let takes = arguments::verbs(self.program)
                    .find_map(|verb| arguments::of_key(verb, key))
                    .ok_or_else(|| self.unknown(at, key, &self.keys_of_top(profile)))?;
                let setting = self.setting(takes, (key, item), at, profile)?;
                if arguments::of_key(self.verb, key).is_some() {
                    found.shared.settings.push(setting);
                }
            }
        }
        Ok(found)
    }

    fn of_verb(
        &self,
        verb: &Command,
        item: &Item,
        at: usize,
        profile: Option<&str>,
    ) -> Result<Vec<Setting>, CliError> {
        let name = verb.get_name();
        let table = item.as_table_like().ok_or_else(|| {
            self.error(
                at,
                &format!("`{name}` is no table; write `[{name}]` and its settings below"),
            )
        })?;
        let settings = table.iter().map(|(key, item)| {
            let at = self.line_of(table, key);
            let argument = arguments::of_key(verb, key).ok_or_else(|| {
                let keys: Vec<_> = arguments::settable(verb)
                    .filter_map(arguments::key)
                    .collect();
                self.unknown(at, key, &keys)
            })?;
            self.setting(argument, (key, item), at, profile)
        });
        settings.collect()
    }

    fn setting(
        &self,
        argument: &clap::Arg,
        (key, item): (&str, &Item),
        line: usize,
        profile: Option<&str>,
    ) -> Result<Setting, CliError> {
        let value = if arguments::is_switch(argument) {
            let value = item.as_bool().map(Value::Switch);
            value.ok_or_else(|| {
                self.error(line, &format!("`{key}` is on or off; write true or false"))
            })?
        } else {
            Value::Words(self.words(argument, (key, item), line)?)
        };
        Ok(Setting {
            key: key.to_owned(),
            value,
            origin: Origin::Line {
                path: self.path.to_owned(),
                line,
                profile: profile.map(str::to_owned),
            },
            home: Home::Any,
        })
    }

    fn words(
        &self,
        argument: &clap::Arg,
        (key, item): (&str, &Item),
        line: usize,
    ) -> Result<Vec<String>, CliError> {
        if let Some(word) = self.word(item.as_value()) {
            return Ok(vec![word]);
        }
        let items = item.as_array().filter(|_| arguments::takes_many(argument));
        let words = items.and_then(|items| {
            let words = items.iter().map(|item| self.word(Some(item)));
            words.collect::<Option<Vec<_>>>()
        });
        words.ok_or_else(|| {
            let form = if arguments::takes_many(argument) {
                "a text, a number, or a list of them"
            } else {
                "one text or number"
            };
            self.error(
                line,
                &format!("`{key}` takes {form}, as the flag --{key} does"),
            )
        })
    }

    /// A single value as the command line has it. A number with a point stays as it was written: 1.0 is a
    /// version, and 1 is none.
    fn word(&self, value: Option<&toml_edit::Value>) -> Option<String> {
        let value = value?;
        let text = value.as_str().map(str::to_owned);
        let number = || value.as_integer().map(|number| number.to_string());
        text.or_else(number).or_else(|| {
            value.as_float()?;
            let written = self.text.get(value.span()?)?;
            Some(written.replace('_', ""))
        })
    }

    /// The profiles of the file, with their lines.
    fn profiles<'t>(&self, root: &'t Table) -> Result<Vec<(&'t str, &'t Item, usize)>, CliError> {
        let Some(item) = root.get(PROFILE) else {
            return Ok(Vec::new());
        };
        let table = item.as_table_like().ok_or_else(|| {
            self.error(
                self.line_of(root, PROFILE),
                "`profile` is no table; write `[profile.NAME]` and its settings below",
            )
        })?;
        Ok(table
            .iter()
            .map(|(name, item)| (name, item, self.line_of(table, name)))
            .collect())
    }

    fn no_profile(&self, root: &Table, wanted: &str) -> CliError {
        let table = root.get(PROFILE).and_then(Item::as_table_like);
        let names: Vec<_> = table
            .into_iter()
            .flat_map(TableLike::iter)
            .map(|(name, _)| format!("`{name}`"))
            .collect();
        let has = match names.as_slice() {
            [] => "has no profiles".to_owned(),
            names => format!("has {}", names.join(", ")),
        };
        CliError::Usage(format!(
            "there is no profile `{wanted}`, so that its settings are not known: {} {has}, and {} are always there; \
             name one of them, or write `[profile.{wanted}]`",
            self.path.display(),
            built_in::names()
        ))
    }

    /// The verb that a table is for. A flag that is called as a verb is no table.
    fn verb_of_table(&self, name: &str, item: &Item) -> Option<&Command> {
        let is_flag =
            arguments::verbs(self.program).any(|verb| arguments::of_key(verb, name).is_some());
        self.verb_named(name)
            .filter(|_| item.is_table_like() || !is_flag)
    }

    fn verb_named(&self, name: &str) -> Option<&Command> {
        arguments::verbs(self.program).find(|verb| verb.get_name() == name)
    }

    /// What may stand at the top of a level.
    fn keys_of_top(&self, profile: Option<&str>) -> Vec<&str> {
        let verbs = || arguments::verbs(self.program);
        let flags = verbs()
            .flat_map(arguments::settable)
            .filter_map(arguments::key);
        let tables = [OVERRIDE]
            .into_iter()
            .chain(profile.is_none().then_some(PROFILE));
        flags
            .chain(verbs().map(Command::get_name))
            .chain(tables)
            .collect()
    }

    fn unknown(&self, line: usize, key: &str, keys: &[&str]) -> CliError {
        let likeness = |other: &str| strsim::jaro_winkler(key, other);
        let nearest = keys
            .iter()
            .max_by(|a, b| likeness(a).total_cmp(&likeness(b)))
            .filter(|other| likeness(other) >= LIKE);
        let hint = match nearest {
            Some(other) => format!("did you mean `{other}`?"),
            None => "`plimsoll config` shows what there is".to_owned(),
        };
        self.error(
            line,
            &format!("`{key}` is no setting, and would be of no effect; {hint}"),
        )
    }

    fn error(&self, line: usize, what: &str) -> CliError {
        CliError::Usage(format!("{}, line {line}: {what}", self.path.display()))
    }

    fn line_of(&self, table: &dyn TableLike, key: &str) -> usize {
        let found = table.get_key_value(key);
        let span = found.and_then(|(key, item)| key.span().or_else(|| item.span()));
        span.map_or(1, |span| self.line(span.start))
    }

    fn line(&self, at: usize) -> usize {
        line(self.text, at)
    }
}

/// The line of a place in a text, counted from 1.
fn line(text: &str, at: usize) -> usize {
    let before = text.as_bytes().get(..at).unwrap_or_default();
    1 + memchr::memchr_iter(b'\n', before).count()
}
