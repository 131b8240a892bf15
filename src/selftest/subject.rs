//! A registry under examination: the reference registry with rows of its tables switched on.

use crate::catalogue::Version;
use crate::registry::Builder;
use crate::registry::Defect;
use crate::registry::Registry;
use crate::registry::Time;
use crate::registry::Variation;
use crate::registry::guarded::guarded;
use crate::suite::SECTIONS;

use super::Examined;
use super::Options;

/// A registry under examination.
#[derive(Debug, Clone)]
pub enum Subject {
    /// As it is.
    Sound(Version),
    /// As it is, with two users, who log in by token or else by password.
    Guarded(Version, bool),
    /// Wrong in one way, in the version in which that weighs heaviest.
    Defect(&'static Defect),
    /// Lawfully different in one way.
    Variation(&'static Variation, Version),
    /// Wrong in two unrelated ways.
    Pair(&'static Defect, &'static Defect),
}

impl Subject {
    /// Those that the options take, pairs apart.
    pub(super) fn selected(options: &Options) -> Vec<Self> {
        let sound = Version::ALL.into_iter().map(Self::Sound);
        let guarded = [true, false].map(|by_token| Self::Guarded(Version::default(), by_token));
        let sound = sound.chain(guarded);
        let defects = Defect::all()
            .filter(|row| options.defects && options.takes(row.name))
            .map(Self::Defect);
        let variations = Variation::all()
            .filter(|row| options.variations && options.takes(row.name))
            .flat_map(|row| {
                let versions = [Version::V1_1, Version::V1_2, Version::V1_0];
                let lawful = versions.into_iter().filter(|it| row.is_lawful_in(*it));
                let count = if options.all_versions { 3 } else { 1 };
                lawful
                    .take(count)
                    .map(move |version| Self::Variation(row, version))
            });
        sound.chain(defects).chain(variations).collect()
    }

    /// Pairs of defects that have one cause each, not the same, in the same version.
    pub(super) fn pairs(examined: &[Examined], options: &Options) -> Vec<Self> {
        let single: Vec<_> = examined
            .iter()
            .filter_map(|it| match (&it.subject, it.causes.as_slice()) {
                (Self::Defect(row), [cause])
                    if !row.needs_socket() && !row.is_guarded() && !it.blocks_much() =>
                {
                    Some((*row, cause.as_str()))
                }
                _ => None,
            })
            .collect();
        let mut stream = options.seed.stream("pairs");
        let mut pairs = Vec::new();
        // Bounded, since there may not be that many.
        for _ in 0..options.pairs * 20 {
            if pairs.len() == options.pairs || single.len() < 2 {
                break;
            }
            let (left, right) = (
                single[stream.below(single.len())],
                single[stream.below(single.len())],
            );
            if is_unrelated(left, right) {
                pairs.push(Self::Pair(left.0, right.0));
            }
        }
        pairs
    }

    /// The name in reports.
    pub fn name(&self) -> String {
        match self {
            Self::Sound(version) => format!("sound@{version}"),
            Self::Guarded(version, true) => format!("sound with tokens@{version}"),
            Self::Guarded(version, false) => format!("sound with passwords@{version}"),
            Self::Defect(row) => row.name.to_owned(),
            Self::Variation(row, version) => format!("{}@{version}", row.name),
            Self::Pair(left, right) => format!("{} + {}", left.name, right.name),
        }
    }

    /// The version of the specification in which it is examined.
    pub fn version(&self) -> Version {
        match self {
            Self::Sound(version) | Self::Guarded(version, _) | Self::Variation(_, version) => {
                *version
            }
            Self::Defect(row) | Self::Pair(row, _) => row.version(),
        }
    }

    /// Whether it has two users.
    pub(super) fn is_guarded(&self) -> bool {
        match self {
            Self::Guarded(..) => true,
            Self::Defect(row) => row.is_guarded(),
            Self::Variation(row, _) => row.is_guarded(),
            Self::Sound(_) | Self::Pair(..) => false,
        }
    }

    /// Whether it shows only over a socket.
    pub(super) fn needs_socket(&self) -> bool {
        match self {
            Self::Variation(row, _) => row.needs_socket,
            Self::Defect(row) => row.needs_socket(),
            Self::Sound(_) | Self::Guarded(..) | Self::Pair(..) => false,
        }
    }

    /// Whether checks that move much are put to it: to lawful registries, and where a defect breaches
    /// something that such a check covers. They take a third of the time of a run.
    pub(super) fn is_worth_heavy_checks(&self) -> bool {
        let breached = |row: &Defect| {
            let checks = SECTIONS.iter().flat_map(|section| section.checks);
            checks
                .filter(|check| check.heavy)
                .any(|check| check.covers.iter().any(|it| row.breaches.contains(it)))
        };
        match self {
            Self::Sound(_) => true,
            Self::Guarded(..) => false,
            Self::Variation(_, version) => *version == Version::default(),
            Self::Defect(row) => breached(row),
            Self::Pair(left, right) => breached(left) || breached(right),
        }
    }

    /// The registry of a version of the specification, still without a way to it.
    pub(super) fn registry(&self, version: Version) -> Builder {
        let time = if self.needs_socket() {
            Time::Machine
        } else {
            Time::Stepped
        };
        let sound = Registry::builder().spec(version).time(time);
        match self {
            Self::Sound(_) => sound,
            Self::Guarded(_, by_token) => sound.auth(guarded(*by_token)),
            Self::Defect(row) if row.is_guarded() => sound.auth(guarded(true)).defect(row),
            Self::Defect(row) => sound.defect(row),
            Self::Variation(row, _) if row.is_guarded() => sound.auth(guarded(true)).variation(row),
            Self::Variation(row, _) => sound.variation(row),
            Self::Pair(left, right) => sound.defect(left).defect(right),
        }
    }
}

/// Whether two defects have nothing to do with one another: other requirements, other parts of the
/// API, other causes.
fn is_unrelated(left: (&Defect, &str), right: (&Defect, &str)) -> bool {
    let area = |defect: &Defect| defect.breaches[0].heading.url(Version::default());
    // A name begins with what it is about.
    let subject = |defect: &Defect| defect.name.split('-').next();
    left.1 != right.1
        && subject(left.0) != subject(right.0)
        && area(left.0) != area(right.0)
        && left.0.version() == right.0.version()
        && !left
            .0
            .breaches
            .iter()
            .any(|row| right.0.breaches.contains(row))
}
