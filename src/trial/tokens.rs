//! Logins as checks drive them: what a challenge asks for, tokens for scopes of a check's choice, and
//! requests that show what a check says.

use serde_json::Value;

use crate::catalogue::Requirement;
use crate::catalogue::auth::CHALLENGE_REALM_SENT;
use crate::catalogue::auth::GRANTED_SCOPE_ACCEPTED;
use crate::catalogue::auth::TOKEN_SENT;
use crate::http::HeaderName;
use crate::http::HeaderValue;
use crate::http::Login;
use crate::http::Method;
use crate::http::Secret;
use crate::http::TokenReply;
use crate::http::TokenRequest;
use crate::http::challenge::Challenge;
use crate::http::challenge::read;
use crate::verdict::Fault;
use crate::verdict::Outcome;
use crate::verdict::Stop;
use crate::verdict::Violation;

use super::Answer;
use super::Asking;
use super::Repository;
use super::Trial;

/// As whom a token is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asker {
    /// The run's own account.
    First,
    /// The run's own account, with a password that is not its own.
    WrongPassword,
    /// The second account.
    Second,
    /// Nobody.
    Nobody,
}

/// The token service to which a registry sends its clients.
#[derive(Debug, Clone)]
pub struct TokenService<'t> {
    trial: &'t Trial<'t>,
    realm: String,
    /// For whom its tokens are; `None` where the registry does not say.
    pub service: Option<String>,
}

/// What a token service answered.
#[derive(Debug)]
pub struct TokenAnswer<'t> {
    trial: &'t Trial<'t>,
    /// What it said.
    pub reply: TokenReply,
}

impl Answer<'_> {
    /// The challenges of its `WWW-Authenticate`; `None` where that does not fit the grammar.
    pub(crate) fn challenges(&self) -> Option<Vec<Challenge>> {
        let values = self.header_values("www-authenticate");
        let read = values.iter().map(|value| read(value.as_bytes()));
        Some(
            read.collect::<Option<Vec<_>>>()?
                .into_iter()
                .flatten()
                .collect(),
        )
    }

    /// A parameter of its challenge for a token.
    pub(crate) fn bearer(&self, parameter: &str) -> Option<String> {
        let challenges = self.challenges()?;
        let bearer = challenges.iter().find(|it| it.is("bearer"))?;
        bearer.parameter(parameter).map(str::to_owned)
    }
}

impl Trial<'_> {
    /// The token service that the registry names at its base; only for checks that need
    /// [`Feature::Tokens`](crate::check::Feature).
    pub fn token_service(&self) -> Result<TokenService<'_>, Stop> {
        let answer = self.ask(Method::GET, "/v2/").anonymous().send()?;
        let realm = answer.bearer("realm").unwrap_or_default();
        let is_url = realm.starts_with("https://")
            || (realm.starts_with("http://") && !self.world().origin.starts_with("https://"));
        answer.prepares(&CHALLENGE_REALM_SENT).that(
            is_url,
            "a challenge with a realm at which a token can be asked for",
            "none",
        )?;
        Ok(TokenService {
            trial: self,
            realm,
            service: answer.bearer("service"),
        })
    }

    /// The run's name with a password that is not its own; skipped where the run has neither.
    pub fn wrong_password(&self) -> Result<(String, Secret), Stop> {
        match self.world().client.login() {
            Login::Password { username, password } => {
                let other = Secret::new(format!("{}-not", password.reveal()));
                Ok((username.clone(), other))
            }
            _ => Err(no_password()),
        }
    }

    fn login_of(&self, asker: Asker) -> Result<Login, Stop> {
        let world = self.world();
        let login = match asker {
            Asker::Nobody => return Ok(Login::Anonymous),
            Asker::WrongPassword => {
                let (username, password) = self.wrong_password()?;
                return Ok(Login::Password { username, password });
            }
            Asker::First => world.client.login(),
            Asker::Second => match &world.second {
                Some(second) => second.client.login(),
                None => return Err(Stop::Skipped("only with --username2".to_owned())),
            },
        };
        match login {
            Login::Password { .. } | Login::Identity(_) => Ok(login.clone()),
            Login::Anonymous | Login::Token(_) => Err(no_password()),
        }
    }
}

fn no_password() -> Stop {
    Stop::Skipped("only with a login by name and password".to_owned())
}

impl<'t> TokenService<'t> {
    /// Asks for a token that permits these scopes.
    pub fn ask(&self, asker: Asker, scopes: &[String]) -> Result<TokenAnswer<'t>, Stop> {
        self.put(self.trial.login_of(asker)?, scopes, false)
    }

    /// Asks for a refresh token as well.
    pub fn ask_offline(&self, asker: Asker, scopes: &[String]) -> Result<TokenAnswer<'t>, Stop> {
        match self.trial.login_of(asker)? {
            login @ Login::Password { .. } => self.put(login, scopes, true),
            _ => Err(no_password()),
        }
    }

    /// Asks for a token by a refresh token.
    pub fn refresh(&self, refresh: &Secret, scopes: &[String]) -> Result<TokenAnswer<'t>, Stop> {
        self.put(Login::Identity(refresh.clone()), scopes, false)
    }

    /// A token of the run's account that permits these scopes; blocked if there is none.
    pub fn granted(&self, scopes: &[String]) -> Result<Secret, Stop> {
        let answer = self.ask(Asker::First, scopes)?;
        match answer.reply.token() {
            Some(token) if answer.is_success() => Ok(token.clone()),
            _ => Err(Stop::Blocked(Box::new(answer.violation(
                &TOKEN_SENT,
                "200 and a token",
                &answer.said(),
            )))),
        }
    }

    fn put(
        &self,
        login: Login,
        scopes: &[String],
        is_offline: bool,
    ) -> Result<TokenAnswer<'t>, Stop> {
        let is_somebody = login != Login::Anonymous;
        let asked = TokenRequest {
            realm: self.realm.clone(),
            service: self.service.clone(),
            scopes: scopes.to_vec(),
            login,
            is_offline,
        };
        let trial = self.trial;
        let reply = trial.world().client.token(&asked, &trial.transcript)?;
        if is_somebody && !reply.is_logged_in {
            let reason =
                "the token service is elsewhere and without TLS, so that no login goes there";
            return Err(Stop::Skipped(reason.to_owned()));
        }
        Ok(TokenAnswer { trial, reply })
    }
}

impl TokenAnswer<'_> {
    /// Whether the status is 200 to 299.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.reply.status)
    }

    /// A member of the body that is no secret.
    pub fn field(&self, name: &str) -> Option<&Value> {
        self.reply.field(name)
    }

    /// The status and whether there is a token, for sentences.
    pub fn said(&self) -> String {
        let what = match (self.reply.is_object(), self.reply.token()) {
            (_, Some(_)) => "and a token",
            (true, None) => "and no token",
            (false, None) => "and no JSON object",
        };
        format!("{} {what}", self.reply.status)
    }

    /// A demand on it in the name of `requirement`.
    #[track_caller]
    pub fn proves(
        &self,
        requirement: &'static Requirement,
        holds: bool,
        expected: &str,
        actual: &str,
    ) -> Outcome {
        self.trial.note(requirement, holds);
        if holds {
            return Ok(());
        }
        let violation = self.violation(requirement, expected, actual);
        self.trial.report(violation)
    }

    fn violation(
        &self,
        requirement: &'static Requirement,
        expected: &str,
        actual: &str,
    ) -> Violation {
        Violation {
            requirement,
            expected: expected.to_owned(),
            actual: actual.to_owned(),
            fault: Fault::Content,
            exchange: Some(self.reply.exchange),
        }
    }
}

impl Repository<'_> {
    /// The scope of these actions in it: `repository:NAME:pull,push`.
    pub fn scope(&self, actions: &str) -> String {
        format!("repository:{}:{actions}", self.name())
    }
}

impl Asking<'_> {
    /// With this token, and none of the run's own.
    pub fn bearing(self, token: &Secret) -> Self {
        self.showing(&[format!("Bearer {}", token.reveal())])
    }

    /// With these values of `Authorization`, each in a header line of its own, and no login of the run's.
    ///
    /// # Panics
    ///
    /// On a value that HTTP does not allow.
    pub fn showing(mut self, values: &[String]) -> Self {
        let name = HeaderName::from_static("authorization");
        self.request.headers.remove(&name);
        for value in values {
            let value = HeaderValue::try_from(value).expect("checks show what HTTP allows");
            self.request.headers.append(name.clone(), value);
        }
        self.anonymous()
    }
}

/// Blocks unless an answer to a token that permits the request is what it is to be.
pub(crate) fn is_taken(answer: &Answer<'_>, statuses: &[u16]) -> Outcome {
    answer.prepares(&GRANTED_SCOPE_ACCEPTED).status(statuses)?;
    Ok(())
}
