//! What a request needs, and the words in which it is asked for and granted:
//! `repository:NAME:pull,push`.

use std::collections::BTreeMap;
use std::fmt;

use super::action::Action;
use super::action::Actions;
use crate::http::Method;
use crate::oci::RepositoryName;
use crate::registry::route::Route;

/// The type of a resource that is a repository.
pub(super) const REPOSITORY: &str = "repository";

/// The list of repositories, with its type, its name and the one thing that may be done to it.
pub(super) const CATALOG: [&str; 3] = ["registry", "catalog", "*"];

/// Actions on repositories, and whether these may be listed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Scopes {
    repositories: BTreeMap<RepositoryName, Actions>,
    has_catalog: bool,
}

/// What a request needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Need {
    /// That somebody logged in, if anybody has to.
    Login,
    /// The list of repositories.
    Catalog,
    /// A right.
    Right(RepositoryName, Action),
}

/// What a request of this method on this route needs.
pub(super) fn needed(route: &Route, method: &Method) -> Need {
    let (name, action) = match (route, method.as_str()) {
        (Route::Base | Route::Extensions | Route::Unknown, _) => return Need::Login,
        (Route::Catalog, _) => return Need::Catalog,
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
    match name.parse() {
        Ok(name) => Need::Right(name, action),
        // There is nothing to protect, and the handlers say what is wrong with the name.
        Err(_) => Need::Login,
    }
}

impl Scopes {
    /// Reads scopes with blanks between. What is no scope of a repository is passed over: nothing is
    /// granted for it.
    pub(super) fn read(text: &str) -> Self {
        let mut scopes = Self::default();
        for text in text.split_ascii_whitespace() {
            if text == CATALOG.join(":") {
                scopes.add_catalog();
            } else if let Some((name, actions)) = scope(text) {
                scopes.add(name, actions);
            }
        }
        scopes
    }

    pub(super) fn add(&mut self, name: RepositoryName, actions: Actions) {
        let all = self.repositories.entry(name).or_default();
        *all = *all | actions;
    }

    pub(super) fn add_catalog(&mut self) {
        self.has_catalog = true;
    }

    /// Whether repositories may be listed.
    pub(super) fn have_catalog(&self) -> bool {
        self.has_catalog
    }

    /// The actions on one repository.
    pub(super) fn of(&self, name: &RepositoryName) -> Actions {
        self.repositories.get(name).copied().unwrap_or_default()
    }

    /// Those of them that `rights` allow. Anybody may list what they may pull.
    pub(super) fn allowed(self, rights: impl Fn(&RepositoryName) -> Actions) -> Self {
        let each = self.repositories.into_iter();
        let each = each.map(|(name, asked)| {
            let allowed = asked & rights(&name);
            (name, allowed)
        });
        Self {
            repositories: each.filter(|(_, allowed)| !allowed.is_empty()).collect(),
            has_catalog: self.has_catalog,
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&RepositoryName, Actions)> {
        let each = self.repositories.iter();
        each.map(|(name, actions)| (name, *actions))
    }
}

/// With blanks between.
impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let each = self.iter();
        let each = each.map(|(name, actions)| format!("{REPOSITORY}:{name}:{actions}"));
        let catalog = self.has_catalog.then(|| CATALOG.join(":"));
        f.write_str(&each.chain(catalog).collect::<Vec<_>>().join(" "))
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

    fn need(method: &Method, path: &str) -> String {
        match needed(&Route::parse(path), method) {
            Need::Login => "a login".to_owned(),
            Need::Catalog => "the catalog".to_owned(),
            Need::Right(name, action) => format!("{name} {}", action.name()),
        }
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
            (Method::GET, "/v2/_catalog", "the catalog"),
        ] {
            assert_eq!(need(&method, path), wanted, "{method} {path}");
        }
    }

    #[test]
    fn what_is_about_no_repository_needs_a_login() {
        for path in ["/v2/", "/v2/_oci/ext/discover", "/v2/A/tags/list", "/x"] {
            assert_eq!(need(&Method::GET, path), "a login", "{path}");
        }
    }

    #[test]
    fn scopes_are_read_and_added_up() {
        let text = "repository:b:push repository:a/b:pull,push,fly repository:b:pull \
                    registry:catalog:* registry:catalog:pull repository(plugin):c:pull repository:C:pull repository:d \
                    repository:e:* x";
        assert_eq!(
            Scopes::read(text).to_string(),
            "repository:a/b:pull,push repository:b:pull,push repository:e:pull,push,delete \
             registry:catalog:*"
        );
    }

    #[test]
    fn only_what_is_allowed_is_left() {
        let asked = Scopes::read("registry:catalog:* repository:a:pull,push repository:b:pull");
        let left = asked.allowed(|name| match name.as_str() {
            "a" => Actions::only(Action::Pull),
            _ => Actions::only(Action::Push),
        });
        assert_eq!(left.to_string(), "repository:a:pull registry:catalog:*");
    }
}
