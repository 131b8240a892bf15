//! From the words of the command line to findings and registries.

use std::path::Path;
use std::path::PathBuf;

use crate::catalogue::Version;
use crate::fuzz::Finding;
use crate::registry::InProcess;
use crate::report::fuzz as report;

use super::Args;
use super::CliError;
use crate::cli::fuzz::lower::refuse_differences;
use crate::cli::fuzz::lower::refuse_without_leave;
use crate::cli::target::Target;

/// What is put to whom.
#[derive(Debug)]
pub(super) struct Lowered {
    pub(super) findings: Vec<(PathBuf, Finding)>,
    /// The registries that were named; none for those in the findings.
    targets: Vec<Asked>,
    /// Whether the reference registry stands for whatever the findings name.
    is_embedded: bool,
}

/// A registry to put a finding to.
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

    /// The registries that a finding is put to.
    pub(super) fn targets_of(&self, finding: &Finding) -> Vec<Asked> {
        if !self.targets.is_empty() {
            return self.targets.clone();
        }
        // It was parsed before, when it was lowered.
        own_target(finding, self.is_embedded).into_iter().collect()
    }
}

/// Lowers the flags. Nothing is sent yet.
pub(super) fn lower(args: &Args) -> Result<Lowered, CliError> {
    let (files, targets) = sorted(&args.what)?;
    let mut findings = Vec::new();
    for file in files {
        let finding = Finding::read(&file)
            .map_err(|error| CliError::Usage(report::harmless(&error.to_string())))?;
        version(&file, &finding)?;
        findings.push((file, finding));
    }
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
        findings,
        targets: targets.into_iter().map(Asked::Target).collect(),
        is_embedded: args.differences.is_some(),
    };
    lowered.refuse_targets(args)?;
    Ok(lowered)
}

impl Lowered {
    fn refuse_targets(&self, args: &Args) -> Result<(), CliError> {
        let own = self.findings.iter().map(|(path, finding)| {
            let bad = || bad_target(path, finding);
            own_target(finding, self.is_embedded).ok_or_else(bad)
        });
        let asked: Vec<Asked> = if self.targets.is_empty() {
            own.collect::<Result<_, _>>()?
        } else {
            self.targets.clone()
        };
        asked.iter().try_for_each(|asked| match asked {
            Asked::Embedded => Ok(()),
            Asked::Target(target) => refuse_without_leave(target, args.i_may_test_this_target),
        })
    }
}

/// The registry that a finding is put to where none was named.
fn own_target(finding: &Finding, is_embedded: bool) -> Option<Asked> {
    if is_embedded || finding.target == InProcess::URL {
        return Some(Asked::Embedded);
    }
    finding.target.parse().ok().map(Asked::Target)
}

fn bad_target(path: &Path, finding: &Finding) -> CliError {
    CliError::Usage(format!(
        "`{}` names {:?} as its registry, which is no address; give a URL",
        path.display(),
        finding.target.chars().take(100).collect::<String>()
    ))
}

fn version(path: &Path, finding: &Finding) -> Result<Version, CliError> {
    finding.spec.parse().map_err(|_| {
        CliError::Usage(format!(
            "`{}` is no finding of plimsoll: there is no version {:?} of the specification",
            path.display(),
            finding.spec.chars().take(20).collect::<String>()
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
        } else if path.is_dir() {
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
    CliError::Usage("give the file of a finding, or a folder of findings".to_owned())
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
