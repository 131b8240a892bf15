//! The settings of the official suite: one table, one row per variable, in four files. What a row
//! means is also what `docs/migrating.md` says of it.

mod api;
mod content;
mod older;
mod run;

use super::effect::Effect;
use super::effect::Part;
use super::words;
use super::words::Said;

/// A setting of the official suite.
#[derive(Debug)]
pub(in crate::cli) struct Variable {
    /// Its name in the environment.
    pub(in crate::cli) name: &'static str,
    /// Its key in the YAML file; empty where it has none.
    pub(in crate::cli) key: &'static str,
    pub(super) age: Age,
    /// What it comes to here, in a sentence.
    pub(in crate::cli) means: &'static str,
    pub(super) reads: Reads,
}

/// Which generation of the suite has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Age {
    /// It counts more than the YAML file.
    Newer,
    /// It counts less than the YAML file.
    Older,
}

/// How its text becomes something that is meant.
#[derive(Debug)]
pub(super) enum Reads {
    /// It switches a part on or off.
    Part(Part),
    /// It says something else.
    Text(fn(&str) -> Said),
}

/// Every row, newer ones first.
pub(in crate::cli) fn all() -> impl Iterator<Item = &'static Variable> {
    let files = [run::ROWS, api::ROWS, content::ROWS, older::ROWS];
    files.into_iter().flatten()
}

/// The row of a name.
pub(super) fn named(name: &str) -> Option<&'static Variable> {
    all().find(|row| row.name == name)
}

impl Variable {
    /// A row that switches a part on or off.
    const fn part(name: &'static str, key: &'static str, means: &'static str, part: Part) -> Self {
        Self {
            name,
            key,
            age: Age::Newer,
            means,
            reads: Reads::Part(part),
        }
    }

    /// A row of the suite as it is.
    const fn newer(
        name: &'static str,
        key: &'static str,
        means: &'static str,
        read: fn(&str) -> Said,
    ) -> Self {
        Self {
            name,
            key,
            age: Age::Newer,
            means,
            reads: Reads::Text(read),
        }
    }

    /// A row of the suite as it was, which had no file.
    const fn older(name: &'static str, means: &'static str, read: fn(&str) -> Said) -> Self {
        Self {
            age: Age::Older,
            ..Self::newer(name, "", means, read)
        }
    }

    /// What a text says.
    pub(super) fn read(&self, text: &str) -> Said {
        match self.reads {
            Reads::Part(_) => {
                let on = words::boolean(text)?;
                Ok(vec![Effect::Part(self.name, on)])
            }
            Reads::Text(read) => read(text),
        }
    }

    /// What switching it on and off comes to, if it can be switched.
    pub(super) fn switched(&self) -> Option<&Part> {
        match &self.reads {
            Reads::Part(part) => Some(part),
            Reads::Text(_) => None,
        }
    }
}
