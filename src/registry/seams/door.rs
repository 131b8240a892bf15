//! A request at the door, as a seam sees it: what was decided about it, and how that could have been
//! decided otherwise.

use http::request::Parts;
use serde_json::Value;

use super::Plain;
use crate::registry::app::App;
use crate::registry::auth;
use crate::registry::auth::Entry;
use crate::registry::route::Route;

/// What a seam does at the door. The request is as it came; what was decided may have changed it since.
pub(crate) type DoorSeam = fn(&Knock<'_>, &mut Parts, Entry) -> Entry;

/// A request at the door.
pub(crate) struct Knock<'a> {
    /// What its path names.
    pub(crate) route: Route,
    app: &'a App,
    /// As it came.
    head: Parts,
}

impl<'a> Knock<'a> {
    pub(crate) fn new(app: &'a App, head: &Parts) -> Self {
        Self {
            route: Route::parse(head.uri.path()),
            app,
            head: head.clone(),
        }
    }

    /// The request as it came.
    pub(crate) fn head(&self) -> &Parts {
        &self.head
    }

    /// What the registry holds.
    pub(crate) fn store(&self) -> Plain<'a> {
        Plain(self.app.store.as_ref())
    }

    /// Header and claims of the token that was shown, whoever signed it and whenever it ended.
    pub(crate) fn shown(&self) -> Option<(Value, Value)> {
        auth::unverified(&self.head)
    }

    /// What would have been decided had this user come with the right password; `head` becomes what
    /// then goes on.
    pub(crate) fn decided_for(&self, user: &str, head: &mut Parts) -> Entry {
        *head = self.head.clone();
        auth::entry_of(self.app, user, head)
    }

    /// What would have been decided had nobody asked who comes; `head` becomes what then goes on.
    pub(crate) fn let_in(&self, head: &mut Parts) -> Entry {
        *head = self.head.clone();
        Entry::Open
    }
}
