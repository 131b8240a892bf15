//! Who is let in: who asks, what the request needs, and whether it may be.

use http::header::WWW_AUTHENTICATE;
use http::request::Parts;

use super::Auth;
use super::Scheme;
use super::action::Action;
use super::action::Actions;
use super::challenge;
use super::challenge::Wrong;
use super::claims::Invalid;
use super::claims::Token;
use super::header::Shown;
use super::mount;
use super::pass::Pass;
use super::scope;
use super::scope::Need;
use super::scope::Scopes;
use crate::http::HeaderMap;
use crate::oci::RepositoryName;
use crate::registry::app::App;
use crate::registry::error::Case;
use crate::registry::error::Refusal;
use crate::registry::query::Query;
use crate::registry::route::Route;

/// Where requests come to be let in.
pub(super) struct Door<'a> {
    pub(super) app: &'a App,
    pub(super) auth: &'a Auth,
    /// Where tokens are to be had.
    pub(super) realm: String,
    /// What time it is, in seconds of Unix.
    pub(super) now: u64,
}

/// Who asks.
pub(super) enum Caller {
    /// Somebody who has shown nothing.
    Nobody,
    /// A user with the right password.
    User(String),
    /// The holder of a good token.
    Holder(Token),
}

impl Caller {
    /// The user, if it is one.
    pub(super) fn user(&self) -> Option<&str> {
        match self {
            Self::Nobody => None,
            Self::User(name) => Some(name),
            Self::Holder(token) => token.user.as_deref(),
        }
    }
}

/// What a request is about.
struct Asked {
    route: Route,
    query: Query,
    needed: Need,
    mount: Option<mount::Asked>,
    wanted: Scopes,
}

impl Asked {
    fn read(head: &Parts) -> Self {
        let route = Route::parse(head.uri.path());
        let query = Query::read(head.uri.query().unwrap_or_default());
        let needed = scope::needed(&route, &head.method);
        let mount = mount::asked(&route, &head.method, &query);
        Self {
            wanted: wanted(&needed, mount.as_ref()),
            route,
            query,
            needed,
            mount,
        }
    }
}

impl<'a> Door<'a> {
    /// The door to which this request comes.
    pub(super) fn of(app: &'a App, auth: &'a Auth, head: &Parts) -> Self {
        Self {
            app,
            auth,
            realm: auth.realm_for(app, head),
            now: super::now(app),
        }
    }

    /// Lets a request in, or says why not. A mount is bound to what the caller may pull.
    pub(super) async fn admit(&self, head: &mut Parts) -> Result<Pass, Refusal> {
        let asked = Asked::read(head);
        let caller = self.caller(&head.headers, &asked.wanted).await?;
        self.admit_caller(&caller, &asked, head)
    }

    /// Lets a request of this user in, or says why not, whatever it shows.
    pub(super) fn admit_user(&self, user: &str, head: &mut Parts) -> Result<Pass, Refusal> {
        let caller = Caller::User(user.to_owned());
        self.admit_caller(&caller, &Asked::read(head), head)
    }

    fn admit_caller(
        &self,
        caller: &Caller,
        asked: &Asked,
        head: &mut Parts,
    ) -> Result<Pass, Refusal> {
        let Asked { needed, wanted, .. } = asked;
        let judged = self.judge(caller, needed, wanted).and_then(|()| {
            if let Some(mount) = &asked.mount {
                self.bind(caller, mount, wanted, head)?;
            }
            self.pass(caller, &asked.route, &asked.query, wanted)
        });
        judged.map_err(|refusal| refusal.to(caller.user()))
    }

    /// Whether the caller may do what is needed.
    fn judge(&self, caller: &Caller, needed: &Need, wanted: &Scopes) -> Result<(), Refusal> {
        match needed {
            Need::Right(name, action) => self.check(caller, name, *action, wanted),
            Need::Catalog => self.check_catalog(caller, wanted),
            Need::Login => self.check_login(caller),
        }
    }

    /// What the caller takes along, unless they go on with an upload that is not theirs.
    fn pass(
        &self,
        caller: &Caller,
        route: &Route,
        query: &Query,
        wanted: &Scopes,
    ) -> Result<Pass, Refusal> {
        let pass = Pass::new(self, caller, route);
        if let Route::Session { id, .. } = route
            && !pass.is_of_session(id, query)
        {
            return Err(match caller {
                // Whoever opened it may only have forgotten to say so.
                Caller::Nobody => self.unauthorized(wanted, None, "the upload is somebody's"),
                _ => Case::UploadUnknown.into(),
            });
        }
        Ok(pass)
    }

    /// What `caller` may do to a repository, with what was shown.
    pub(super) fn actions(&self, caller: &Caller, name: &RepositoryName) -> Actions {
        let allowed = self.auth.rights.of(caller.user(), name.as_str());
        match caller {
            Caller::Holder(token) => allowed & token.scopes.of(name),
            Caller::Nobody | Caller::User(_) => allowed,
        }
    }

    async fn caller(&self, headers: &HeaderMap, wanted: &Scopes) -> Result<Caller, Refusal> {
        let invalid = |detail: &str| self.unauthorized(wanted, Some(Wrong::Invalid), detail);
        match (self.auth.scheme, Shown::read(headers)) {
            (_, Shown::Nothing) => Ok(Caller::Nobody),
            (Scheme::Basic, Shown::Password(name, password)) => {
                if self.auth.passwords.are_right(&name, &password).await {
                    Ok(Caller::User(name))
                } else {
                    Err(invalid("there is no such user, or the password is another"))
                }
            }
            (Scheme::Token, Shown::Token(token)) => {
                let token = Token::read(&self.auth.key, token.reveal(), self.now);
                let token = token.and_then(|token| self.of_somebody(token));
                let token = token.map_err(|reason| invalid(&reason.to_string()))?;
                Ok(Caller::Holder(token))
            }
            // Without an error: what was shown is nothing that is known here (RFC 6750, section 3.1).
            _ => Err(self.unauthorized(wanted, None, "`Authorization` is not what is asked for")),
        }
    }

    /// The token, if its user is still there.
    fn of_somebody(&self, token: Token) -> Result<Token, Invalid> {
        let users = self.auth.passwords.users();
        match &token.user {
            Some(user) if users.get(user).is_none() => Err(Invalid::User),
            _ => Ok(token),
        }
    }

    fn check(
        &self,
        caller: &Caller,
        name: &RepositoryName,
        action: Action,
        wanted: &Scopes,
    ) -> Result<(), Refusal> {
        if self.actions(caller, name).cover(Actions::only(action)) {
            return Ok(());
        }
        Err(match caller {
            Caller::Nobody => self.unauthorized(wanted, None, "nobody may do this without a login"),
            Caller::User(_) => Case::Denied.into(),
            Caller::Holder(_) => self.insufficient(wanted),
        })
    }

    /// Checks what needs no right. Who asks for the base without a token is told where to have one,
    /// since many a client looks for that there and nowhere else.
    fn check_login(&self, caller: &Caller) -> Result<(), Refusal> {
        let is_open = self.auth.scheme == Scheme::Basic && self.auth.rights.know_anonymous();
        match caller {
            Caller::Nobody if !is_open => {
                Err(self.unauthorized(&Scopes::default(), None, "a login is needed"))
            }
            _ => Ok(()),
        }
    }

    /// Checks whether repositories may be listed: whoever may do anything may list what they may pull.
    fn check_catalog(&self, caller: &Caller, wanted: &Scopes) -> Result<(), Refusal> {
        match caller {
            Caller::Holder(token) if !token.scopes.have_catalog() => Err(self.insufficient(wanted)),
            Caller::Nobody
                if self.auth.scheme == Scheme::Token || !self.auth.rights.know_anonymous() =>
            {
                Err(self.unauthorized(wanted, None, "nobody may do this without a login"))
            }
            _ => Ok(()),
        }
    }

    /// Sees to it that a mount takes from repositories only which the caller may pull from.
    fn bind(
        &self,
        caller: &Caller,
        mount: &mount::Asked,
        wanted: &Scopes,
        head: &mut Parts,
    ) -> Result<(), Refusal> {
        let pull = Actions::only(Action::Pull);
        let may_pull = |name: &RepositoryName| self.actions(caller, name).cover(pull);
        let source = match &mount.source {
            Some(source) if may_pull(source) => return Ok(()),
            Some(source) => {
                let rights = self.auth.rights.of(caller.user(), source.as_str());
                if matches!(caller, Caller::Holder(_)) && rights.cover(pull) {
                    return Err(self.insufficient(wanted));
                }
                None
            }
            None => mount::holder(self.app, mount, may_pull),
        };
        mount::rewrite(mount, source.as_ref(), head)
    }

    fn insufficient(&self, wanted: &Scopes) -> Refusal {
        let wrong = Some(Wrong::Insufficient);
        self.unauthorized(wanted, wrong, "the token does not permit this")
    }

    fn unauthorized(&self, wanted: &Scopes, wrong: Option<Wrong>, detail: &str) -> Refusal {
        let refusal = Refusal::because(Case::Unauthorized, detail);
        refusal.header(WWW_AUTHENTICATE, &self.challenge(wanted, wrong))
    }

    pub(super) fn challenge(&self, wanted: &Scopes, wrong: Option<Wrong>) -> String {
        match self.auth.scheme {
            Scheme::Basic => challenge::BASIC.to_owned(),
            Scheme::Token => challenge::bearer(&self.realm, wanted, wrong),
        }
    }
}

/// What a client should ask for: all that the request could make use of, and reading where it writes,
/// since many a client goes on with the token for its first request.
fn wanted(needed: &Need, mount: Option<&mount::Asked>) -> Scopes {
    let mut wanted = Scopes::default();
    match needed {
        Need::Right(name, Action::Push) => {
            wanted.add(
                name.clone(),
                [Action::Pull, Action::Push].into_iter().collect(),
            );
        }
        Need::Right(name, action) => wanted.add(name.clone(), Actions::only(*action)),
        Need::Catalog => wanted.add_catalog(),
        Need::Login => {}
    }
    if let Some(source) = mount.and_then(|mount| mount.source.as_ref()) {
        wanted.add(source.clone(), Actions::only(Action::Pull));
    }
    wanted
}
