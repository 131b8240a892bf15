//! What a request needs, and the words in which it is asked for and granted:
//! `repository:NAME:pull,push`.

use std::collections::BTreeMap;
use std::fmt;

use super::action::Action;
use super::action::Actions;
use crate::http::Method;
use crate::oci::RepositoryName;
use crate::registry::route::Route;

/// The one type of resource in whose name something is granted.
pub(super) const REPOSITORY: &str = "repository";

/// Actions on repositories.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Scopes(BTreeMap<RepositoryName, Actions>);

/// What a request of this method on this route needs; `None` if it is about no repository, and only a
/// login is asked for.
pub(super) fn needed(route: &Route, method: &Method) -> Option<(RepositoryName, Action)> {
    let (name, action) = match (route, method.as_str()) {
        (Route::Base | Route::Extensions | Route::Unknown, _) => return None,
        (Route::Uploads { name } | Route::Session { name, .. }, _) => (name, Action::Push),
        (
            Route::Blob { name, .. }
            | Route::Manifest { name, .. }
            | Route::Tags { name }
            | Route::Referrers { name, .. },
            method,
        ) => match method {
            "GET" | "HEAD" => (name, Action::Pull),
            "DELETE" => (name, Action::Delete),
            _ => (name, Action::Push),
        },
    };
    // Under a name that cannot be there is nothing to protect, and the handlers say what is wrong with it.
    Some((name.parse().ok()?, action))
}

impl Scopes {
    /// Reads scopes with blanks between. What is no scope of a repository is passed over: nothing is
    /// granted for it.
    pub(super) fn read(text: &str) -> Self {
        let mut scopes = Self::default();
        for (name, actions) in text.split_ascii_whitespace().filter_map(scope) {
            scopes.add(name, actions);
        }
        scopes
    }

    pub(super) fn add(&mut self, name: RepositoryName, actions: Actions) {
        let all = self.0.entry(name).or_default();
        *all = *all | actions;
    }

    /// The actions on one repository.
    pub(super) fn of(&self, name: &RepositoryName) -> Actions {
        self.0.get(name).copied().unwrap_or_default()
    }

    /// Those of them that `rights` allow.
    pub(super) fn allowed(self, rights: impl Fn(&RepositoryName) -> Actions) -> Self {
        let each = self.0.into_iter();
        let each = each.map(|(name, asked)| {
            let allowed = asked & rights(&name);
            (name, allowed)
        });
        Self(each.filter(|(_, allowed)| !allowed.is_empty()).collect())
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&RepositoryName, Actions)> {
        self.0.iter().map(|(name, actions)| (name, *actions))
    }
}

/// With blanks between.
impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let each = self.iter();
        let each = each.map(|(name, actions)| format!("{REPOSITORY}:{name}:{actions}"));
        f.write_str(&each.collect::<Vec<_>>().join(" "))
    }
}

fn scope(text: &str) -> Option<(RepositoryName, Actions)> {
    let rest = text.strip_prefix(REPOSITORY)?.strip_prefix(':')?;
    // A name may have a port.
    let (name, actions) = rest.rsplit_once(':')?;
    Some((name.parse().ok()?, Actions::named(actions.split(','))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn need(method: &Method, path: &str) -> Option<String> {
        let (name, action) = needed(&Route::parse(path), method)?;
        Some(format!("{name} {}", action.name()))
    }

    #[test]
    fn each_request_needs_what_it_does() {
        for (method, path, wanted) in [
            (Method::GET, "/v2/a/b/manifests/x", "a/b pull"),
            (Method::HEAD, "/v2/a/blobs/sha256:0", "a pull"),
            (Method::GET, "/v2/a/tags/list", "a pull"),
            (Method::GET, "/v2/a/referrers/sha256:0", "a pull"),
            (Method::PUT, "/v2/a/manifests/x", "a push"),
            (Method::POST, "/v2/a/blobs/uploads/", "a push"),
            (Method::GET, "/v2/a/blobs/uploads/x", "a push"),
            (Method::DELETE, "/v2/a/blobs/uploads/x", "a push"),
            (Method::DELETE, "/v2/a/manifests/x", "a delete"),
            (Method::DELETE, "/v2/a/blobs/sha256:0", "a delete"),
            (Method::OPTIONS, "/v2/a/blobs/sha256:0", "a push"),
        ] {
            assert_eq!(
                need(&method, path).as_deref(),
                Some(wanted),
                "{method} {path}"
            );
        }
    }

    #[test]
    fn what_is_about_no_repository_needs_a_login() {
        for path in ["/v2/", "/v2/_oci/ext/discover", "/v2/A/tags/list", "/x"] {
            assert_eq!(need(&Method::GET, path), None, "{path}");
        }
    }

    #[test]
    fn scopes_are_read_and_added_up() {
        let text = "repository:b:push repository:a/b:pull,push,fly repository:b:pull \
                    registry:catalog:* repository(plugin):c:pull repository:C:pull repository:d \
                    repository:e:* x";
        assert_eq!(
            Scopes::read(text).to_string(),
            "repository:a/b:pull,push repository:b:pull,push repository:e:pull,push,delete"
        );
    }

    #[test]
    fn only_what_is_allowed_is_left() {
        let asked = Scopes::read("repository:a:pull,push repository:b:pull");
        let left = asked.allowed(|name| match name.as_str() {
            "a" => Actions::only(Action::Pull),
            _ => Actions::only(Action::Push),
        });
        assert_eq!(left.to_string(), "repository:a:pull");
    }
}
