//! Settings in the making, with who says them.

use super::Meant;
use super::Official;
use super::Password;
use super::Rank;
use super::variables;
use crate::check::Feature;
use crate::cli::settings::Home;
use crate::cli::settings::Origin;
use crate::cli::settings::Setting;
use crate::cli::settings::Value;
use crate::run::Override;

/// A setting in the making: who says it, and what counts most among them.
pub(super) struct Source {
    pub(super) rank: Rank,
    pub(super) origins: Vec<Origin>,
}

impl Default for Source {
    fn default() -> Self {
        Self {
            rank: Rank::Default,
            origins: Vec::new(),
        }
    }
}

impl Source {
    pub(super) fn of(it: &Meant) -> Self {
        Self {
            rank: it.rank,
            origins: vec![it.origin.clone()],
        }
    }

    pub(super) fn join(&mut self, other: Self) {
        self.rank = self.rank.min(other.rank);
        self.join_below(other);
    }

    /// Joins who counts for no more than is said already.
    pub(super) fn join_below(&mut self, other: Self) {
        for origin in other.origins {
            if !self.origins.contains(&origin) {
                self.origins.push(origin);
            }
        }
    }

    pub(super) fn origin(&self) -> Origin {
        match self.origins.as_slice() {
            [] => Origin::SuiteDefault,
            [one] => one.clone(),
            several => Origin::Several(several.to_vec()),
        }
    }
}

/// The features that a part demands where it is on.
pub(super) fn required_by(name: &str) -> &'static [Feature] {
    let part = variables::named(name).and_then(|row| row.switched());
    part.map_or(&[], |part| part.require)
}

/// The settings in the making.
#[derive(Default)]
pub(super) struct Built {
    /// The registry, which all that is for one registry is for.
    url: Option<String>,
    settings: Vec<(String, Value, Source)>,
    overrides: Vec<Override>,
}

impl Built {
    /// Where the registry is.
    pub(super) fn at(&mut self, url: String, source: &Source) {
        self.words("url", vec![url.clone()], source);
        self.url = Some(url);
    }

    pub(super) fn switch(&mut self, key: &str, source: &Source) {
        self.put(key, Value::Switch(true), source);
    }

    pub(super) fn words(&mut self, key: &str, words: Vec<String>, source: &Source) {
        self.put(key, Value::Words(words), source);
    }

    /// A value, or more words of one that is there already.
    fn put(&mut self, key: &str, value: Value, source: &Source) {
        let mut source = Source {
            rank: source.rank,
            origins: source.origins.clone(),
        };
        let there = self.settings.iter_mut().find(|(other, ..)| other == key);
        match (there, value) {
            (Some((_, Value::Words(words), sources)), Value::Words(more)) => {
                for word in more {
                    if !words.contains(&word) {
                        words.push(word);
                    }
                }
                sources.join(source);
            }
            (Some(_), _) => {}
            (None, value) => {
                source.origins.dedup();
                self.settings.push((key.to_owned(), value, source));
            }
        }
    }

    pub(super) fn part(&mut self, name: &str, on: bool, source: &Source) {
        let Some(part) = variables::named(name).and_then(|row| row.switched()) else {
            return;
        };
        if on {
            return self.require(part.require, source);
        }
        for feature in part.without {
            self.words("without", vec![feature.to_string()], source);
        }
        self.skip(part.skip, &format!("{} is off", source.origin()));
    }

    pub(super) fn require(&mut self, features: &[Feature], source: &Source) {
        for feature in features {
            self.words("require", vec![feature.to_string()], source);
        }
    }

    pub(super) fn skip(&mut self, globs: &[&str], reason: &str) {
        let all = globs.iter().filter_map(|glob| {
            Some(Override {
                checks: glob.parse().ok()?,
                timeout: None,
                retries: None,
                skip: Some(reason.to_owned()),
            })
        });
        self.overrides.extend(all);
    }

    pub(super) fn official(mut self, password: Option<Password>, notes: Vec<String>) -> Official {
        self.settings.sort_by_key(|(_, _, source)| source.rank);
        let urls: Vec<String> = self.url.into_iter().collect();
        let mut official = Official {
            overrides: self.overrides,
            password: password.map(|password| Password {
                home: Home::of("username", &urls),
                ..password
            }),
            notes,
            ..Official::default()
        };
        for (key, value, source) in self.settings {
            let setting = Setting {
                home: Home::of(&key, &urls),
                key,
                value,
                origin: source.origin(),
            };
            let around = &mut official.settings;
            if source.rank == Rank::Newer {
                around.above.push(setting);
            } else {
                around.below.push(setting);
            }
        }
        official
    }
}
