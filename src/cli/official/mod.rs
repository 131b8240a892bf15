//! Settings of the official suite, so that its users change the program and nothing else: its
//! variables, newer and older, and its YAML file. `docs/migrating.md` lists them.
//!
//! What each means is a row of `variables`; `settle` puts together what the rows say, and the result
//! are settings like those of `plimsoll.toml`. Nothing behind this module knows the suite.

mod built;
mod effect;
mod filter;
mod settle;
#[cfg(test)]
mod tests;
mod unknown;
mod variables;
mod words;
mod yaml;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;
use std::path::PathBuf;

use super::CliError;
use super::settings::Around;
use super::settings::Home;
use super::settings::Origin;
use crate::http::Secret;
use crate::run::Override;
use effect::Effect;
use variables::Age;

/// The verbs that its settings are for.
const VERBS: &[&str] = &["check", "probe"];

/// The file that is read where no variable names one.
const FILE: &str = "oci-conformance.yaml";

/// The variable that names another.
const CONFIGURATION: &str = "OCI_CONFIGURATION";

/// What the program is run in: the variables that may be the suite's, and the folder with its file.
#[derive(Debug, Clone, Default)]
pub(super) struct Surroundings {
    variables: BTreeMap<String, OsString>,
    folder: Option<PathBuf>,
}

/// What the suite's settings come to.
#[derive(Debug, Default)]
pub(super) struct Official {
    pub(super) settings: Around,
    /// What is left out, and why.
    pub(super) overrides: Vec<Override>,
    /// A password, which is in no flag.
    pub(super) password: Option<Password>,
    /// What to say about it before the run.
    pub(super) notes: Vec<String>,
}

/// A password, and whose it is, if that is said beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Password {
    pub(super) username: Option<String>,
    pub(super) secret: Secret,
    pub(super) origin: Origin,
    /// The registry that it is for.
    pub(super) home: Home,
}

/// Who says something: what counts more stands first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Newer,
    Yaml,
    Older,
    Default,
}

/// Something that is meant, and who says it.
#[derive(Debug, Clone)]
struct Meant {
    effect: Effect,
    rank: Rank,
    origin: Origin,
}

impl Surroundings {
    /// Those of this process.
    pub(super) fn of_process() -> Self {
        let of_suite = std::env::vars_os().filter_map(|(name, value)| {
            let name = name.into_string().ok()?;
            name.starts_with("OCI_").then_some((name, value))
        });
        Self {
            variables: of_suite.collect(),
            folder: Some(PathBuf::new()),
        }
    }

    #[cfg(test)]
    pub(super) fn of(variables: &[(&str, &str)], folder: Option<&Path>) -> Self {
        let pairs = variables.iter();
        Self {
            variables: pairs
                .map(|(name, value)| ((*name).to_owned(), OsString::from(value)))
                .collect(),
            folder: folder.map(Path::to_owned),
        }
    }

    /// What a variable says; an empty one says nothing, as in the suite.
    fn text(&self, name: &str) -> Result<Option<&str>, CliError> {
        let value = self.variables.get(name).filter(|value| !value.is_empty());
        value
            .map(|value| {
                value.to_str().ok_or_else(|| {
                    CliError::Usage(format!("${name} is no UTF-8, and cannot be used"))
                })
            })
            .transpose()
    }

    /// The YAML file, if there is one to read.
    fn file(&self) -> Result<Option<PathBuf>, CliError> {
        if let Some(path) = self.text(CONFIGURATION)? {
            return Ok(Some(PathBuf::from(path)));
        }
        let usual = self.folder.as_ref().map(|folder| folder.join(FILE));
        Ok(usual.filter(|path| path.is_file()))
    }
}

/// The names of its variables.
pub(super) fn names<'n>() -> impl Iterator<Item = &'n str> {
    variables::all().map(|row| row.name)
}

/// What a variable means here, if it is one of the suite's.
pub(super) fn explain(name: &str) -> Option<String> {
    let row = variables::named(name)?;
    let key = match row.key {
        "" => String::new(),
        key => format!("  in its YAML file `{key}`\n"),
    };
    Some(format!(
        "{name}\n\n  a variable of the official suite\n{key}  {}\n",
        row.means
    ))
}

/// What the suite's settings come to for a verb; nothing where none is there.
pub(super) fn read(verb: &str, around: &Surroundings) -> Result<Official, CliError> {
    if !VERBS.contains(&verb) {
        return Ok(Official::default());
    }
    let mut meant = of_environment(around)?;
    let file = around.file()?;
    let is_set = variables::all().any(|row| matches!(around.text(row.name), Ok(Some(_))));
    if !is_set && file.is_none() {
        return Ok(Official::default());
    }
    unknown::refuse(around.variables.keys().map(String::as_str))?;
    if let Some(path) = &file {
        meant.extend(of_file(path)?);
    }
    Ok(settle::settled(meant, file.as_deref()))
}

fn of_environment(around: &Surroundings) -> Result<Vec<Meant>, CliError> {
    let mut meant = Vec::new();
    for row in variables::all() {
        if let Some(text) = around.text(row.name)? {
            let rank = match row.age {
                Age::Newer => Rank::Newer,
                Age::Older => Rank::Older,
            };
            let origin = Origin::Variable { name: row.name };
            meant.extend(understood(row, text, rank, &origin)?);
        }
    }
    Ok(meant)
}

fn of_file(path: &Path) -> Result<Vec<Meant>, CliError> {
    let mut meant = Vec::new();
    for entry in yaml::read(path)? {
        let row = variables::all().find(|row| row.key == entry.key);
        let origin = Origin::Yaml {
            path: path.to_owned(),
            key: entry.key,
        };
        if let Some(row) = row {
            meant.extend(understood(row, &entry.text, Rank::Yaml, &origin)?);
        }
    }
    Ok(meant)
}

/// What a text of a row says. The text itself is not repeated: it may be a secret.
fn understood(
    row: &variables::Variable,
    text: &str,
    rank: Rank,
    origin: &Origin,
) -> Result<Vec<Meant>, CliError> {
    let effects = row
        .read(text)
        .map_err(|wrong| CliError::Usage(format!("{origin} cannot be used: {wrong}")))?;
    let meant = effects.into_iter().map(|effect| Meant {
        effect,
        rank,
        origin: origin.clone(),
    });
    Ok(meant.collect())
}
