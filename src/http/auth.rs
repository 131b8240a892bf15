//! Who sees which credentials, and the tokens at hand.
//!
//! The credentials are for one origin, the target's. Nothing here sends: [`token`](super::token)
//! words the requests to a token service, and the call sends them.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::time::Instant;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;

use super::ClientError;
use super::ClientSettings;
use super::Login;
use super::Secret;
use super::challenge::Challenges;
use super::challenge::Demand;
use super::origin::Origin;
use super::redact::Redactor;
use super::token::Token;

/// The most tokens, and purposes, that are remembered.
const REMEMBERED: usize = 4096;

/// The credentials of a run and what became of them.
pub(crate) struct Auth {
    login: Login,
    target: Option<Origin>,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    /// Whether the target ever asked who we are.
    challenged: bool,
    /// Whether the target takes passwords, so that the next one need not be asked for.
    basic: bool,
    /// Which demand was made of requests with this purpose.
    purposes: HashMap<String, Demand>,
    tokens: HashMap<Demand, Token>,
}

/// What a request can be given before anybody asks.
pub(crate) enum AtHand {
    /// Nothing.
    Nothing,
    /// This `Authorization`, with the demand that it meets if it is a token for one.
    Header(HeaderValue, Option<Demand>),
    /// A token that has to be had again.
    Expired(Demand),
}

impl Auth {
    /// The credentials of `settings`; those without a target to send them to are refused.
    pub(crate) fn new(settings: &ClientSettings) -> Result<Self, ClientError> {
        let target = settings.target.as_deref().map(Origin::of).transpose();
        let target = target.map_err(|failure| ClientError::Target(failure.to_string()))?;
        let secretive = settings.credentials != Login::Anonymous || !settings.headers.is_empty();
        if target.is_none() && secretive {
            return Err(ClientError::NoTarget);
        }
        if let Login::Token(token) = &settings.credentials
            && bearer(token).is_none()
        {
            return Err(ClientError::Unsendable("token"));
        }
        Ok(Self {
            login: settings.credentials.clone(),
            target,
            known: Mutex::default(),
        })
    }

    /// Who we are.
    pub(crate) fn login(&self) -> &Login {
        &self.login
    }

    /// The origin that the credentials are for; `None` where they are for none.
    pub(crate) fn target(&self) -> Option<&Origin> {
        self.target.as_ref()
    }

    /// Whether credentials may go to this origin.
    pub(crate) fn is_for(&self, origin: &Origin) -> bool {
        self.target.as_ref().is_none_or(|target| target == origin)
    }

    /// Remembers that the target asked who we are.
    pub(crate) fn note_challenge(&self) {
        self.lock().challenged = true;
    }

    /// Whether the target ever asked who we are.
    pub(crate) fn was_challenged(&self) -> bool {
        self.lock().challenged
    }

    /// What a request with this purpose can be given now.
    pub(crate) fn at_hand(&self, purpose: &str) -> AtHand {
        let known = self.lock();
        let header = match &self.login {
            Login::Token(token) => bearer(token),
            Login::Password { username, password } if known.basic => basic(username, password),
            _ => None,
        };
        if let Some(header) = header {
            return AtHand::Header(header, None);
        }
        let Some(demand) = known.purposes.get(purpose) else {
            return AtHand::Nothing;
        };
        let token = known
            .tokens
            .get(demand)
            .filter(|token| token.expires > Instant::now());
        match token.map(|token| bearer(&token.value)) {
            None => AtHand::Expired(demand.clone()),
            Some(None) => AtHand::Nothing,
            Some(Some(header)) => AtHand::Header(header, Some(demand.clone())),
        }
    }

    /// What a challenge wants, where the login can give it.
    pub(crate) fn answer_to(&self, challenges: Challenges) -> Wanted {
        match (challenges.bearer, &self.login) {
            (_, Login::Token(_)) => Wanted::Nothing,
            (Some(demand), _) => Wanted::Token(demand),
            (None, Login::Password { username, password }) if challenges.basic => {
                self.lock().basic = true;
                basic(username, password).map_or(Wanted::Nothing, Wanted::Password)
            }
            _ => Wanted::Nothing,
        }
    }

    /// A valid token for this demand.
    pub(crate) fn token(&self, demand: &Demand) -> Option<Token> {
        let known = self.lock();
        known
            .tokens
            .get(demand)
            .filter(|token| token.expires > Instant::now())
            .cloned()
    }

    /// Remembers that requests with this purpose meet this demand. Without words a purpose is
    /// nobody's in particular.
    pub(crate) fn note(&self, purpose: &str, demand: &Demand) {
        let mut known = self.lock();
        if purpose.is_empty() {
            return;
        }
        if known.purposes.len() >= REMEMBERED {
            known.purposes.clear();
        }
        known.purposes.insert(purpose.to_owned(), demand.clone());
    }

    /// Remembers a token.
    pub(crate) fn keep(&self, demand: &Demand, token: Token) {
        let mut known = self.lock();
        if known.tokens.len() >= REMEMBERED {
            known.tokens.clear();
        }
        known.tokens.insert(demand.clone(), token);
    }

    /// Forgets the token for this demand.
    pub(crate) fn forget(&self, demand: &Demand) {
        self.lock().tokens.remove(demand);
    }

    /// Forgets what is demanded of this purpose, so that the next request asks bare.
    pub(crate) fn forget_purpose(&self, purpose: &str) {
        self.lock().purposes.remove(purpose);
    }

    /// Tells `redactor` the secrets of the login.
    pub(crate) fn tell(&self, redactor: &mut Redactor) {
        match &self.login {
            Login::Anonymous => {}
            Login::Password { username, password } => {
                redactor.hide(&pair(username, password));
                redactor.hide(password.reveal());
            }
            Login::Token(secret) | Login::Identity(secret) => redactor.hide(secret.reveal()),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a challenge wants of us.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// Nothing that we have.
    Nothing,
    /// The password, in this `Authorization` and from now on.
    Password(HeaderValue),
    /// A token for this demand.
    Token(Demand),
}

/// `Authorization: Basic …` (RFC 7617).
pub(crate) fn basic(username: &str, password: &Secret) -> Option<HeaderValue> {
    HeaderValue::try_from(format!("Basic {}", pair(username, password))).ok()
}

/// `Authorization: Bearer …` (RFC 6750, section 2.1).
pub(crate) fn bearer(token: &Secret) -> Option<HeaderValue> {
    HeaderValue::try_from(format!("Bearer {}", token.reveal())).ok()
}

fn pair(username: &str, password: &Secret) -> String {
    STANDARD.encode(format!("{username}:{}", password.reveal()))
}
