//! From the words of the command line to findings and registries.

use std::path::Path;
use std::path::PathBuf;

use crate::catalogue::Version;
use crate::fuzz::Finding;
use crate::registry::InProcess;
use crate::report::fuzz as report;
use crate::run::Record;

use super::Args;
use super::CliError;
use crate::cli::fuzz::lower::refuse_differences;
use crate::cli::fuzz::lower::refuse_without_leave;
use crate::cli::results;
use crate::cli::results::Results;
use crate::cli::target::Target;
use crate::report::fuzz::FuzzRecord;

/// What is put to whom.
#[derive(Debug)]
pub(super) struct Lowered {
    pub(super) items: Vec<Item>,
    /// The registries that were named; none for those in the findings.
    targets: Vec<Asked>,
    /// Whether the reference registry stands for whatever the findings name.
    is_embedded: bool,
}

/// What is put.
#[derive(Debug)]
pub(super) enum Item {
    /// The plan of a finding, and its file.
    Finding(PathBuf, Box<Finding>),
    /// The checks that failed in a results file.
    Failed(PathBuf, Box<Record>),
}

impl Item {
    fn path(&self) -> &Path {
        let (Self::Finding(path, _) | Self::Failed(path, _)) = self;
        path
    }

    /// The registry in which it was found.
    fn target(&self) -> &str {
        match self {
            Self::Finding(_, finding) => &finding.target,
            Self::Failed(_, record) => &record.target.url,
        }
    }

    /// The version of the specification by which it was found.
    fn spec(&self) -> &str {
        match self {
            Self::Finding(_, finding) => &finding.spec,
            Self::Failed(_, record) => &record.spec,
        }
    }
}

/// A registry to put it to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Asked {
    /// The reference registry in this process.
    Embedded,
    /// Another one.
    Target(Target),
}

impl Asked {
    /// How it is called in reports, and by whoever remembers it.
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Embedded => InProcess::URL,
            Self::Target(target) => &target.origin,
        }
    }
}

impl Lowered {
    /// The registries that every finding is put to; none where each has its own.
    pub(super) fn columns(&self) -> Vec<String> {
        let targets = self.targets.iter();
        targets.map(|target| target.name().to_owned()).collect()
    }

    /// The registries that one of the items is put to.
    pub(super) fn targets_of(&self, item: &Item) -> Vec<Asked> {
        if !self.targets.is_empty() {
            return self.targets.clone();
        }
        // It was parsed before, when it was lowered.
        own_target(item, self.is_embedded).into_iter().collect()
    }
}

/// Lowers the flags. Nothing is sent yet.
pub(super) fn lower(args: &Args) -> Result<Lowered, CliError> {
    let (files, targets) = sorted(&args.what)?;
    let mut items = Vec::new();
    for file in files {
        items.extend(read(file)?);
    }
    if items.is_empty() {
        let text = "there is no finding in these results, so nothing ran";
        return Err(CliError::NothingSelected(text.to_owned()));
    }
    items.iter().try_for_each(|item| version(item).map(drop))?;
    if targets.len() > 1 && args.connection.names_user() {
        return Err(CliError::Usage(
            "--username, --token and --header are for one registry, and would go to all: give one URL, or log in \
             with your container client"
                .to_owned(),
        ));
    }
    if !targets.is_empty() {
        refuse_differences(&args.differences)?;
    }
    let lowered = Lowered {
        items,
        targets: targets.into_iter().map(Asked::Target).collect(),
        is_embedded: args.differences.is_some(),
    };
    lowered.refuse_targets(args)?;
    Ok(lowered)
}

impl Lowered {
    /// Findings are put only where that is allowed; checks harm nobody.
    fn refuse_targets(&self, args: &Args) -> Result<(), CliError> {
        for item in &self.items {
            let own = || own_target(item, self.is_embedded).ok_or_else(|| bad_target(item));
            let asked = if self.targets.is_empty() {
                vec![own()?]
            } else {
                self.targets.clone()
            };
            for asked in asked {
                if let (Item::Finding(..), Asked::Target(target)) = (item, asked) {
                    refuse_without_leave(&target, args.i_may_test_this_target)?;
                }
            }
        }
        Ok(())
    }
}

/// Reads a finding, or results: of a check, which is one item, or of a campaign, with its findings.
fn read(path: PathBuf) -> Result<Vec<Item>, CliError> {
    if results::are_in(&path) {
        return Ok(match results::read(&path)? {
            (path, Results::Checks(record)) => vec![Item::Failed(path, record)],
            (path, Results::Campaign(record)) => of_campaign(&path, *record),
        });
    }
    let finding = Finding::read(&path)
        .map_err(|error| CliError::Usage(report::harmless(&error.to_string())))?;
    Ok(vec![Item::Finding(path, Box::new(finding))])
}

/// The findings of a campaign, by the names of the files that it wrote.
fn of_campaign(path: &Path, record: FuzzRecord) -> Vec<Item> {
    let folder = path.with_file_name(report::FINDINGS);
    let findings = record.outcome.findings.into_iter();
    let items = findings.map(|finding| {
        let file = folder.join(format!("{}.json", finding.signature));
        Item::Finding(file, Box::new(finding))
    });
    items.collect()
}

/// The registry that an item is put to where none was named.
fn own_target(item: &Item, is_embedded: bool) -> Option<Asked> {
    if is_embedded || item.target() == InProcess::URL {
        return Some(Asked::Embedded);
    }
    item.target().parse().ok().map(Asked::Target)
}

fn bad_target(item: &Item) -> CliError {
    CliError::Usage(format!(
        "`{}` names {:?} as its registry, which is no address; give a URL",
        item.path().display(),
        item.target().chars().take(100).collect::<String>()
    ))
}

fn version(item: &Item) -> Result<Version, CliError> {
    item.spec().parse().map_err(|_| {
        CliError::Usage(format!(
            "`{}` is nothing of plimsoll's: there is no version {:?} of the specification",
            item.path().display(),
            item.spec().chars().take(20).collect::<String>()
        ))
    })
}

/// Files and registries apart. What is there is a file; so is what looks like one.
fn sorted(words: &[String]) -> Result<(Vec<PathBuf>, Vec<Target>), CliError> {
    let (mut files, mut targets) = (Vec::new(), Vec::new());
    for word in words {
        let path = Path::new(word);
        if word.contains("://") {
            targets.push(word.parse()?);
        } else if path.is_dir() && !results::are_in(path) {
            files.extend(findings_in(path)?);
        } else if path.exists() || word.contains('/') || is_json(path) {
            files.push(path.to_owned());
        } else {
            targets.push(word.parse()?);
        }
    }
    match files.as_slice() {
        [] if targets.is_empty() => Err(CliError::NothingSelected(
            "there is no finding (*.json) in these folders, so nothing ran".to_owned(),
        )),
        [] => Err(no_findings(words)),
        _ => Ok((files, targets)),
    }
}

fn no_findings(words: &[String]) -> CliError {
    if words.iter().any(|word| Path::new(word).is_dir()) {
        return CliError::NothingSelected(
            "there is no finding (*.json) in these folders, so nothing ran".to_owned(),
        );
    }
    CliError::Usage(
        "give the file of a finding, a folder of findings, or the results of a run".to_owned(),
    )
}

/// Every `*.json` of a folder, in the order of their names.
fn findings_in(folder: &Path) -> Result<Vec<PathBuf>, CliError> {
    let unreadable = |error: std::io::Error| {
        CliError::Usage(format!(
            "the folder `{}` cannot be read: {error}",
            folder.display()
        ))
    };
    let entries = std::fs::read_dir(folder).map_err(unreadable)?;
    let paths = entries.map(|entry| entry.map(|entry| entry.path()));
    let mut paths: Vec<_> = paths.collect::<Result<_, _>>().map_err(unreadable)?;
    paths.retain(|path: &PathBuf| is_json(path));
    paths.sort();
    Ok(paths)
}

fn is_json(path: &Path) -> bool {
    path.extension().is_some_and(|it| it == "json")
}
