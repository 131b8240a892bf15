//! A corpus: a folder of plans that each did something that no plan before them did.

use std::fs;
use std::io;
use std::path::Path;
use std::path::PathBuf;

use super::fnv;
use super::plan::GENERATOR;
use super::plan::Plan;

/// The most plans that are read.
const MOST: usize = 20_000;
/// The longest file that is read, in bytes.
const LONGEST: u64 = 1 << 20;

/// Plans to begin with, in an order that does not depend on the folder.
#[derive(Debug, Clone, Default)]
pub struct Corpus {
    /// The plans.
    pub plans: Vec<Plan>,
}

/// Why a corpus cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BadCorpus {
    /// The folder or a file cannot be read or written.
    #[error("the corpus `{path}` cannot be {deed}: {source}", path = path.display())]
    Unusable {
        /// The folder or file.
        path: PathBuf,
        /// What was tried.
        deed: &'static str,
        /// The system's words.
        source: io::Error,
    },
    /// A file is no plan.
    #[error(
        "`{path}` in the corpus is no plan: {reason}; remove it, or give another --corpus",
        path = path.display()
    )]
    NoPlan {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
}

impl Corpus {
    /// Reads every `*.json` of a folder, which is made if it is not there.
    pub fn read(folder: &Path) -> Result<Self, BadCorpus> {
        fs::create_dir_all(folder).map_err(|source| unusable(folder, "made", source))?;
        let entries = fs::read_dir(folder).map_err(|source| unusable(folder, "read", source))?;
        let mut paths = Vec::new();
        for entry in entries {
            let path = entry
                .map_err(|source| unusable(folder, "read", source))?
                .path();
            if path.extension().is_some_and(|it| it == "json") {
                paths.push(path);
            }
        }
        paths.sort();
        paths.truncate(MOST);
        let plans = paths.iter().map(|path| read_plan(path));
        Ok(Self {
            plans: plans.collect::<Result<_, _>>()?,
        })
    }

    /// What tells this corpus from others.
    pub fn hash(&self) -> String {
        let texts: Vec<_> = self.plans.iter().map(text).collect();
        format!("{:016x}", fnv::of_words(texts.iter().map(String::as_str)))
    }

    /// Writes a plan into a folder, whole or not at all, under a name that is made of it.
    pub fn save(folder: &Path, plan: &Plan) -> Result<(), BadCorpus> {
        let text = text(plan);
        let hash = fnv::of_words([text.as_str()]);
        let path = folder.join(format!("{hash:016x}.json"));
        let partial = folder.join(format!(".{hash:016x}.partial"));
        let written = fs::write(&partial, text + "\n").and_then(|()| fs::rename(&partial, &path));
        if written.is_err() {
            // It is of no use; that it may not be there is no second error.
            let _ = fs::remove_file(&partial);
        }
        written.map_err(|source| unusable(&path, "written", source))
    }
}

/// Reads one plan.
fn read_plan(path: &Path) -> Result<Plan, BadCorpus> {
    let no_plan = |reason: String| BadCorpus::NoPlan {
        path: path.to_owned(),
        reason,
    };
    let length = fs::metadata(path)
        .map_err(|source| unusable(path, "read", source))?
        .len();
    if length > LONGEST {
        return Err(no_plan(format!("it has {length} bytes")));
    }
    let text = fs::read(path).map_err(|source| unusable(path, "read", source))?;
    let plan: Plan = serde_json::from_slice(&text).map_err(|error| no_plan(error.to_string()))?;
    if plan.generator > GENERATOR {
        return Err(no_plan("it is of a later version of plimsoll".to_owned()));
    }
    if !plan.is_sound() {
        return Err(no_plan(
            "it has no content, or more than a plan may have".to_owned(),
        ));
    }
    Ok(plan)
}

fn text(plan: &Plan) -> String {
    serde_json::to_string(plan).expect("a plan has only what JSON has")
}

fn unusable(path: &Path, deed: &'static str, source: io::Error) -> BadCorpus {
    BadCorpus::Unusable {
        path: path.to_owned(),
        deed,
        source,
    }
}
