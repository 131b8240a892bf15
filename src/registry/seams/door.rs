//! A request at the door, as a seam sees it: what was decided about it, and how that could have been
//! decided otherwise.

use http::request::Parts;
use serde_json::Value;
use serde_json::json;

use super::Plain;
use crate::http::Secret;
use crate::registry::answer::Answer;
use crate::registry::app::App;
use crate::registry::auth;
use crate::registry::auth::Entry;
use crate::registry::query::Query;
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

    /// The token that was shown, as it came.
    pub(crate) fn token(&self) -> Option<Secret> {
        auth::shown_token(&self.head)
    }

    /// The name and the password that were shown.
    pub(crate) fn password(&self) -> Option<(String, Secret)> {
        auth::shown_password(&self.head)
    }

    /// The user who the token that was shown says to be of.
    pub(crate) fn subject(&self) -> Option<String> {
        let (_, claims) = self.shown()?;
        claims["sub"].as_str().map(str::to_owned)
    }

    /// What the token that was shown says of the actions in the repository of the path.
    pub(crate) fn claimed(&self) -> Vec<String> {
        let access = self.shown().map(|(_, claims)| claims["access"].clone());
        let access = access.as_ref().and_then(Value::as_array).into_iter();
        let own = access.flatten().filter(|it| it["name"] == *self.name());
        let actions = own.filter_map(|it| it["actions"].as_array()).flatten();
        actions
            .filter_map(|it| it.as_str().map(str::to_owned))
            .collect()
    }

    /// The repository that the path names; empty where it names none.
    pub(crate) fn name(&self) -> &str {
        match &self.route {
            Route::Blob { name, .. }
            | Route::Uploads { name }
            | Route::Session { name, .. }
            | Route::Manifest { name, .. }
            | Route::Tags { name }
            | Route::Referrers { name, .. } => name,
            Route::Base | Route::Extensions | Route::Catalog | Route::Unknown => "",
        }
    }

    /// The query.
    pub(crate) fn query(&self) -> Query {
        Query::read(self.head.uri.query().unwrap_or_default())
    }

    /// What time it is, in seconds of Unix.
    pub(crate) fn now(&self) -> u64 {
        auth::now(self.app)
    }

    /// An answer with a token of this user's, or of nobody's, for these scopes, whatever is allowed.
    pub(crate) fn minted(&self, user: Option<&str>, scopes: &str, service: &str) -> Entry {
        let token = auth::minted(self.app, user, scopes, service);
        let body = json!({ "token": token, "expires_in": 300 });
        Entry::Refused(Answer::of(200).body("application/json", body.to_string()))
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
