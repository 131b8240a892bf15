//! Where settings come from: the command line, the environment, `plimsoll.toml`, defaults, in this
//! order. `docs/configuration.md` describes the file.
//!
//! A setting is the long name of a flag and its values, so that every flag can stand in the file and
//! says there what it says on the command line. What the command line leaves open is filled in before
//! anything is run; nothing behind this module sees where a value came from.

mod arguments;
mod built_in;
mod file;
mod fill;
mod home;
pub(super) mod schema;
mod shown;

#[cfg(test)]
mod tests;

use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;

pub(super) use fill::Filled;
pub(super) use fill::filled;
pub(super) use home::Asked;
pub(super) use home::Home;
pub(super) use home::notes;
pub(super) use shown::Shown;
pub(super) use shown::shown;

/// The file that is read where none is named.
pub(super) const FILE: &str = "plimsoll.toml";

/// Which file, and which part of it.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Settings")]
pub(super) struct Source {
    /// Take what the command line leaves open from this file; `plimsoll.toml`, if it is there, unless
    /// given.
    #[arg(long, value_name = "FILE", env = "PLIMSOLL_CONFIG", global = true)]
    config: Option<PathBuf>,
    /// The profile of that file whose settings go before the others; or `oci`, which asks for what the
    /// distribution specification says and no more, `docker`, for that and what the older protocol says, or
    /// `all`.
    #[arg(long, value_name = "NAME", env = "PLIMSOLL_PROFILE", global = true)]
    profile: Option<String>,
}

impl Source {
    /// The flags that say the same.
    pub(super) fn as_arguments(&self) -> Vec<OsString> {
        let config = self
            .config
            .as_ref()
            .map(|path| path.clone().into_os_string());
        let profile = self.profile.as_ref().map(OsString::from);
        let flags = [("--config", config), ("--profile", profile)];
        let said = flags
            .into_iter()
            .filter_map(|(flag, value)| Some([flag.into(), value?]));
        said.flatten().collect()
    }
}

/// A value for a flag that the command line does not give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Setting {
    /// The long name of the flag, or `url`.
    pub(super) key: String,
    pub(super) value: Value,
    pub(super) origin: Origin,
    /// The registries that it is for.
    pub(super) home: Home,
}

/// What a setting says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    /// That a flag without a value is given, or is not.
    Switch(bool),
    /// One value, or several.
    Words(Vec<String>),
}

/// Where a setting comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Origin {
    /// A line of the file, and the profile in which it stands.
    Line {
        path: PathBuf,
        line: usize,
        profile: Option<String>,
    },
    /// A variable of the official suite.
    Variable { name: &'static str },
    /// A key of the official suite's YAML file.
    Yaml { path: PathBuf, key: String },
    /// A profile that is there without a file.
    BuiltIn { profile: &'static str },
    /// What the official suite does where nobody says anything.
    SuiteDefault,
    /// All of these together.
    Several(Vec<Origin>),
}

/// Settings from elsewhere than the file, by whether they count more or less than it.
#[derive(Debug, Default)]
pub(super) struct Around {
    pub(super) above: Vec<Setting>,
    /// What counts more stands first.
    pub(super) below: Vec<Setting>,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line {
                path,
                line,
                profile,
            } => {
                write!(f, "{}, line {line}", path.display())?;
                match profile {
                    Some(name) => write!(f, " (profile `{name}`)"),
                    None => Ok(()),
                }
            }
            Self::Variable { name } => write!(f, "${name}"),
            Self::Yaml { path, key } => write!(f, "{}, `{key}`", path.display()),
            Self::BuiltIn { profile } => write!(f, "the profile `{profile}`"),
            Self::SuiteDefault => f.write_str("default of the official suite"),
            Self::Several(origins) => {
                let all: Vec<_> = origins.iter().map(Self::to_string).collect();
                f.write_str(&all.join(", "))
            }
        }
    }
}
