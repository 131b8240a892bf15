//! Putting together what the suite's settings say.

use std::path::Path;

use super::Meant;
use super::Official;
use super::Password;
use super::Rank;
use super::built::Built;
use super::built::Source;
use super::built::required_by;
use super::effect::Effect;
use super::effect::Kind;
use super::effect::Place;
use super::effect::Talk;
use super::effect::Tls;
use super::effect::Workflow;
use crate::cli::settings::Home;
use crate::cli::settings::Origin;
use crate::report;

/// What the suite does where nobody says anything.
const REGISTRY: &str = "localhost:5000";
const REPOSITORIES: [&str; 2] = ["conformance/repo1", "conformance/repo2"];

/// The reports that the suite writes, by our names, and the record.
const REPORTS: &[&str] = &["json", "yaml", "junit", "html"];

/// What all that is meant comes to.
pub(super) fn settled(mut meant: Vec<Meant>, file: Option<&Path>) -> Official {
    meant.sort_by_key(|it| it.rank);
    let mut table = Table::default();
    for it in meant {
        table.take(it);
    }
    let mut built = Built::default();
    table.place(&mut built);
    table.selection(&mut built);
    table.reports(&mut built, file.is_some());
    let mut notes = vec![table.in_effect(file)];
    notes.extend(table.remarks());
    built.official(table.password(), notes)
}

/// What is meant, each thing once.
#[derive(Debug, Default)]
struct Table {
    meant: Vec<Meant>,
    /// Every variable and key that was read, in the order in which they count.
    names: Vec<String>,
    has_newer: bool,
}

impl Table {
    fn take(&mut self, it: Meant) {
        let name = match &it.origin {
            Origin::Variable { name } => (*name).to_owned(),
            origin => origin.to_string(),
        };
        if it.rank != Rank::Yaml && !self.names.contains(&name) {
            self.names.push(name);
        }
        self.has_newer |= it.rank == Rank::Newer;
        if !self
            .meant
            .iter()
            .any(|other| other.effect.rivals(&it.effect))
        {
            self.meant.push(it);
        }
    }

    /// Of the effects that `wanted` takes, the first, and who says it.
    fn find<T>(&self, wanted: impl Fn(&Effect) -> Option<T>) -> Option<(T, Source)> {
        let mut found = self.meant.iter();
        found.find_map(|it| Some((wanted(&it.effect)?, Source::of(it))))
    }

    /// Where the registry is, and where in it to work.
    fn place(&self, built: &mut Built) {
        let registry = self.find(|effect| match effect {
            Effect::Registry(host) => Some(host.clone()),
            _ => None,
        });
        let (host, mut source) = registry.unwrap_or((REGISTRY.to_owned(), Source::default()));
        let tls = self.find(|effect| match effect {
            Effect::Tls(tls) => Some(*tls),
            _ => None,
        });
        let mut scheme = "https";
        if let Some((tls, who)) = tls {
            if tls == Tls::Insecure {
                built.switch("insecure", &who);
            }
            if tls == Tls::Disabled {
                scheme = "http";
            }
            // It says how to reach the registry, and counts no more than who says which that is.
            source.join_below(who);
        }
        built.at(format!("{scheme}://{host}"), &source);
        self.repositories(built);
        if let Some((name, source)) = self.username() {
            built.words("username", vec![name], &source);
        }
        let spec = self.find(|effect| match effect {
            Effect::Spec(spec) => Some(*spec),
            _ => None,
        });
        if let Some((spec, source)) = spec {
            built.words("spec", vec![spec.to_owned()], &source);
        }
    }

    /// Two repositories, or the first alone where nothing is pushed.
    fn repositories(&self, built: &mut Built) {
        let mut all = Source::default();
        let mut name_of = |place: Place, otherwise: &str| {
            let found = self.find(|effect| match effect {
                Effect::Repository(other, name) if *other == place => Some(name.clone()),
                _ => None,
            });
            let (name, source) = found.unwrap_or((otherwise.to_owned(), Source::default()));
            all.join(source);
            name
        };
        let mut names = vec![name_of(Place::First, REPOSITORIES[0])];
        let read_only = self.read_only();
        if read_only.is_none() {
            names.push(name_of(Place::Second, REPOSITORIES[1]));
        }
        built.words("repo", names, &all);
        let Some(source) = read_only else { return };
        built.switch("read-only", &source);
        for kind in [Kind::Tag, Kind::Manifest, Kind::Blob] {
            if let Some((given, source)) = self.given(kind)
                && let Some(first) = given.into_iter().next()
            {
                built.words(kind.flag(), vec![first], &source);
            }
        }
    }

    fn given(&self, kind: Kind) -> Option<(Vec<String>, Source)> {
        self.find(|effect| match effect {
            Effect::Given(other, names) if *other == kind => Some(names.clone()),
            _ => None,
        })
    }

    fn username(&self) -> Option<(String, Source)> {
        self.find(|effect| match effect {
            Effect::Username(name) => Some(name.clone()),
            _ => None,
        })
    }

    fn password(&self) -> Option<Password> {
        let (secret, source) = self.find(|effect| match effect {
            Effect::Password(secret) => Some(secret.clone()),
            _ => None,
        })?;
        let username = self.username().map(|(name, _)| name);
        Some(Password {
            username,
            secret,
            origin: source.origin(),
            home: Home::Any,
        })
    }

    /// Whether nothing may be pushed, and who says so: the newer suite outright, the older by naming
    /// what to pull and asking for no workflow that pushes.
    fn read_only(&self) -> Option<Source> {
        let pushing = self.find(|effect| match effect {
            Effect::Pushing(on) => Some(*on),
            _ => None,
        });
        if let Some((on, source)) = pushing {
            return (!on).then_some(source);
        }
        let is_on = |workflow| self.is_on(workflow).is_none_or(|(on, _)| on);
        if is_on(Workflow::Push) || is_on(Workflow::Management) {
            return None;
        }
        let mut all = Source::default();
        for kind in [Kind::Tag, Kind::Manifest, Kind::Blob] {
            all.join(self.given(kind)?.1);
        }
        (all.rank == Rank::Older).then_some(all)
    }

    /// Whether a workflow is put, if anybody says anything about workflows: once one is on, those
    /// that are not named are off.
    fn is_on(&self, wanted: Workflow) -> Option<(bool, Source)> {
        let by_newer = wanted.newer().iter().any(|name| {
            let part = Effect::Part(name, true);
            self.meant.iter().any(|it| it.effect == part)
        });
        if by_newer {
            return None;
        }
        let said = self.find(|effect| match effect {
            Effect::Workflow(workflow, on) if *workflow == wanted => Some(*on),
            _ => None,
        });
        if said.is_some() {
            return said;
        }
        let another = self.find(|effect| matches!(effect, Effect::Workflow(_, true)).then_some(()));
        another.map(|((), source)| (false, source))
    }

    /// Which checks are put.
    fn selection(&self, built: &mut Built) {
        for it in &self.meant {
            match &it.effect {
                Effect::Part(name, on) => built.part(name, *on, &Source::of(it)),
                Effect::Require(feature) => built.require(&[*feature], &Source::of(it)),
                Effect::Only(globs) => {
                    let globs = globs.iter().map(|glob| (*glob).to_owned());
                    built.words("only", globs.collect(), &Source::of(it));
                }
                _ => {}
            }
        }
        for workflow in Workflow::ALL {
            if let Some((false, source)) = self.is_on(workflow) {
                let variable = workflow.variable();
                let names_it = source.origins == [Origin::Variable { name: variable }];
                let reason = if names_it {
                    format!("${variable} is off")
                } else {
                    format!("${variable} is not set, and {} is", source.origin())
                };
                built.skip(&[workflow.folder()], &reason);
            }
        }
    }

    /// Where reports go, and which.
    fn reports(&self, built: &mut Built, has_file: bool) {
        let out = self.find(|effect| match effect {
            Effect::Out(folder) => Some(folder.clone()),
            _ => None,
        });
        let is_newer = self.has_newer || has_file;
        let usual = if is_newer { "./results" } else { "." };
        let (folder, source) = out.unwrap_or((Some(usual.to_owned()), Source::default()));
        match folder {
            Some(folder) => {
                built.words("out", vec![folder], &source);
                let there = REPORTS.iter().filter(|name| report::find(name).is_some());
                let there = there.map(|name| (*name).to_owned()).collect();
                built.words("report", there, &Source::default());
            }
            None => built.words("report", vec!["none".to_owned()], &source),
        }
        let talk = self.find(|effect| match effect {
            Effect::Talk(talk) => Some(*talk),
            _ => None,
        });
        if let Some((talk, source)) = talk.filter(|(talk, _)| *talk != Talk::Little) {
            built.switch("verbose", &source);
            if talk == Talk::EveryExchange {
                built.words("exchanges", vec!["all".to_owned()], &source);
            }
        }
    }

    /// That the suite's settings are there, said once.
    fn in_effect(&self, file: Option<&Path>) -> String {
        let file = file.map(|path| path.display().to_string());
        let names: Vec<_> = file.into_iter().chain(self.names.iter().cloned()).collect();
        format!(
            "settings of the official suite are in effect ({}); `plimsoll config` shows what they come to, \
             docs/migrating.md what they mean",
            names.join(", ")
        )
    }

    /// What is said of some of them, since it is less than their users may think.
    fn remarks(&self) -> Vec<String> {
        let mut remarks = Vec::new();
        for kind in [Kind::Tag, Kind::Manifest, Kind::Blob] {
            let Some((given, source)) = self.given(kind) else {
                continue;
            };
            if self.read_only().is_none() {
                remarks.push(format!(
                    "{} is of no effect, as a run that pushes pulls what it pushed itself; OCI_API_PUSH=false makes it \
                     read only",
                    source.origin()
                ));
            } else if given.len() > 1 {
                remarks.push(format!(
                    "of {}, the first is pulled: a read-only run takes one --{}",
                    source.origin(),
                    kind.flag()
                ));
            }
        }
        remarks.extend(self.too_early());
        remarks
    }

    /// Parts that are on, and that only a later version of the specification has.
    fn too_early(&self) -> Vec<String> {
        let spec = self.find(|effect| match effect {
            Effect::Spec(spec) => Some(*spec),
            _ => None,
        });
        if matches!(spec, Some(("1.2", _))) {
            return Vec::new();
        }
        let early = self.meant.iter().filter(|it| match it.effect {
            Effect::Part(name, true) => !required_by(name).is_empty(),
            _ => false,
        });
        let told = early.map(|it| {
            format!(
                "{} asks for what only the draft has, which OCI_VERSION=dev checks",
                it.origin
            )
        });
        told.collect()
    }
}
