//! Of which repositories somebody may know that they are there.

use super::action::Action;
use super::action::Actions;
use super::rights::Rights;
use crate::oci::RepositoryName;

/// Of which repositories somebody may know: of all, unless rights say something else.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sight(Option<Limit>);

#[derive(Debug, Clone)]
struct Limit {
    rights: Rights,
    user: Option<String>,
}

impl Sight {
    /// Of those from which `user` may pull; `None` has not logged in.
    pub(super) fn of(rights: &Rights, user: Option<&str>) -> Self {
        Self(Some(Limit {
            rights: rights.clone(),
            user: user.map(str::to_owned),
        }))
    }

    /// Whether this repository is one of them.
    pub(crate) fn sees(&self, name: &RepositoryName) -> bool {
        let pull = Actions::only(Action::Pull);
        let limit = self.0.as_ref();
        limit.is_none_or(|it| {
            let allowed = it.rights.of(it.user.as_deref(), name.as_str());
            allowed.cover(pull)
        })
    }
}
