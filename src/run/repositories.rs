//! Where checks may work, and who may work there at the same time.

use std::sync::PoisonError;
use std::sync::RwLock;
use std::sync::RwLockReadGuard;
use std::sync::RwLockWriteGuard;

use crate::check::Wants;
use crate::oci::RepositoryName;

/// Where checks may work.
#[derive(Debug)]
pub enum Repositories {
    /// Each check gets new ones: `<namespace>/<run id>-<case>`.
    Fresh {
        /// The first part of every name.
        namespace: RepositoryName,
        /// What tells this run's repositories from those of every other run.
        run_id: String,
    },
    /// All checks share these two, which may hold anything already.
    Fixed {
        /// The two.
        names: Box<[RepositoryName; 2]>,
        /// What keeps this run's content apart from that of every other run.
        run_id: String,
        /// Held for reading by checks that want room, for writing by those that want quiet.
        lock: RwLock<()>,
    },
}

/// The right to work in two repositories, as long as it lives.
#[derive(Debug)]
pub(super) struct Lease<'r> {
    pub(super) names: [RepositoryName; 2],
    _turn: Turn<'r>,
}

/// Whose turn it is in shared repositories.
#[derive(Debug)]
#[expect(dead_code, reason = "guards are held for what their end does")]
enum Turn<'r> {
    Own,
    Shared(RwLockReadGuard<'r, ()>),
    Alone(RwLockWriteGuard<'r, ()>),
}

impl Repositories {
    /// New repositories under `plimsoll/`.
    pub fn fresh(run_id: &str) -> Self {
        let namespace = "plimsoll".parse().expect("one word is a name");
        Self::Fresh {
            namespace,
            run_id: run_id.to_owned(),
        }
    }

    /// These two and no others.
    pub fn fixed(names: [RepositoryName; 2], run_id: &str) -> Self {
        Self::Fixed {
            names: Box::new(names),
            run_id: run_id.to_owned(),
            lock: RwLock::default(),
        }
    }

    /// What tells this run from every other.
    pub fn run_id(&self) -> &str {
        match self {
            Self::Fresh { run_id, .. } | Self::Fixed { run_id, .. } => run_id,
        }
    }

    /// What content is salted with. In fresh repositories nothing: the same seed is the same
    /// content. In shared ones the run, so that nobody's leftovers are mistaken for ours.
    pub(super) fn salt(&self) -> &str {
        match self {
            Self::Fresh { .. } => "",
            Self::Fixed { run_id, .. } => run_id,
        }
    }

    /// Two repositories for a case, as soon as it may have them; `None` if this run has none to
    /// offer.
    pub(super) fn lease(&self, case: &str, wants: Wants) -> Option<Lease<'_>> {
        match self {
            Self::Fresh { namespace, run_id } => Some(Lease {
                names: ["a", "b"].map(|which| fresh_name(namespace, run_id, case, which)),
                _turn: Turn::Own,
            }),
            Self::Fixed { names, lock, .. } => {
                let turn = match wants {
                    Wants::Room => {
                        Turn::Shared(lock.read().unwrap_or_else(PoisonError::into_inner))
                    }
                    Wants::Quiet | Wants::Alone => {
                        Turn::Alone(lock.write().unwrap_or_else(PoisonError::into_inner))
                    }
                    Wants::Fresh => return None,
                };
                Some(Lease {
                    names: names.as_ref().clone(),
                    _turn: turn,
                })
            }
        }
    }
}

/// `<namespace>/<run id>-<case>-<which>`, with whatever the grammar of names does not take as a
/// dash.
fn fresh_name(namespace: &RepositoryName, run_id: &str, case: &str, which: &str) -> RepositoryName {
    let safe = |c: char| {
        if c.is_ascii_lowercase() || c.is_ascii_digit() {
            c
        } else {
            '-'
        }
    };
    let case: String = case.chars().map(safe).collect();
    format!("{namespace}/{run_id}-{case}-{which}")
        .parse()
        .expect("words of letters and digits joined by dashes are a name")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fresh() -> Repositories {
        Repositories::fresh("r1")
    }

    #[test]
    fn two_cases_never_share_a_fresh_repository() {
        let repositories = fresh();
        let one = repositories
            .lease("pull/blobs/known-blob", Wants::Room)
            .unwrap();
        let two = repositories
            .lease("pull/blobs/known-blob@sha512", Wants::Room)
            .unwrap();
        assert_eq!(
            one.names[0].to_string(),
            "plimsoll/r1-pull-blobs-known-blob-a"
        );
        assert!(one.names.iter().all(|name| !two.names.contains(name)));
    }

    #[test]
    fn fixed_repositories_refuse_checks_that_want_fresh_ones() {
        let names = ["a", "b"].map(|name| name.parse().unwrap());
        let repositories = Repositories::fixed(names, "r1");
        assert!(repositories.lease("x", Wants::Fresh).is_none());
        let _room = repositories.lease("x", Wants::Room).unwrap();
        let _more = repositories.lease("y", Wants::Room).unwrap();
        let Repositories::Fixed { lock, .. } = &repositories else {
            unreachable!()
        };
        assert!(
            lock.try_write().is_err(),
            "quiet must wait while others work"
        );
    }
}
