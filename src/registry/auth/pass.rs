//! What somebody who was let in takes along: whose uploads they may go on with, and what has to be
//! put onto the answer.
//!
//! Whose an upload is stands in its Location, signed, so that nothing has to be remembered.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::StatusCode;
use http::header::LOCATION;
use http::header::WWW_AUTHENTICATE;

use super::Scheme;
use super::door::Caller;
use super::door::Door;
use super::key::Key;
use super::scope::Scopes;
use super::sight::Sight;
use crate::http::HeaderValue;
use crate::registry::answer::Answer;
use crate::registry::percent;
use crate::registry::query::Query;
use crate::registry::route::Route;

/// The parameter that says whose an upload is.
const OWNER: &str = "_owner";

/// That a request was let in.
pub(crate) struct Pass {
    key: Key,
    /// Who came; empty if they did not say.
    user: String,
    /// In which repository they upload, if they do.
    uploads_to: Option<String>,
    /// What an answer says to those who could show more.
    challenge: Option<String>,
    sight: Sight,
}

impl Pass {
    pub(super) fn new(door: &Door<'_>, caller: &Caller, route: &Route) -> Self {
        let is_bare_base = *route == Route::Base && matches!(caller, Caller::Nobody);
        let is_told = is_bare_base && door.auth.scheme == Scheme::Basic;
        Self {
            key: door.auth.key.derived("uploads"),
            user: caller.user().unwrap_or_default().to_owned(),
            uploads_to: match route {
                Route::Uploads { name } | Route::Session { name, .. } => Some(name.clone()),
                _ => None,
            },
            challenge: is_told.then(|| door.challenge(&Scopes::default(), None)),
            sight: match route {
                Route::Catalog => Sight::of(&door.auth.rights, caller.user()),
                _ => Sight::default(),
            },
        }
    }

    /// Of which repositories the caller may know, where that matters; once.
    pub(crate) fn take_sight(&mut self) -> Sight {
        std::mem::take(&mut self.sight)
    }

    /// Whether a session is the caller's, or nobody's.
    pub(super) fn is_of_session(&self, id: &str, query: &Query) -> bool {
        let name = self.uploads_to.as_deref().unwrap_or_default();
        let Some(owner) = query.first(OWNER) else {
            return false;
        };
        let Ok(owner) = URL_SAFE_NO_PAD.decode(owner) else {
            return false;
        };
        let is = |user| self.key.signed_texts(&[user, name, id], &owner);
        is(&self.user) || is("")
    }

    /// The answer with what has to be on it, and who asked.
    pub(crate) fn complete(self, mut answer: Answer) -> Answer {
        if let Some(challenge) = &self.challenge {
            answer = answer.header(WWW_AUTHENTICATE, challenge);
        }
        let goes_on = [
            StatusCode::ACCEPTED,
            StatusCode::NO_CONTENT,
            StatusCode::RANGE_NOT_SATISFIABLE,
        ];
        if let (Some(name), true) = (&self.uploads_to, goes_on.contains(&answer.status)) {
            let location = answer.headers.get(LOCATION).and_then(|it| it.to_str().ok());
            let owned = location.and_then(|it| self.owned(name, it));
            if let Some(owned) = owned {
                answer.headers.insert(LOCATION, owned);
            }
        }
        answer.notes.user = Some(self.user).filter(|user| !user.is_empty());
        answer
    }

    /// The Location of a session, with whose it is. An upload that was opened without a login stays
    /// nobody's: it says so until somebody goes on with it.
    fn owned(&self, name: &str, location: &str) -> Option<HeaderValue> {
        let path = location.split('?').next()?;
        let id = percent::decode(path.rsplit('/').next()?)?;
        let owner = self.key.sign_texts(&[&self.user, name, &id]);
        let owner = URL_SAFE_NO_PAD.encode(owner);
        let mark = if location.contains('?') { '&' } else { '?' };
        HeaderValue::try_from(format!("{location}{mark}{OWNER}={owner}")).ok()
    }
}
