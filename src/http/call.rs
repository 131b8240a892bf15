//! One call of a caller's: from the request that was asked for to the answer that counts, over
//! however many exchanges that takes.
//!
//! Each turn is the same: dress the request, send and record it, and see what the outcome asks for:
//! credentials, another URL, a pause, a fresh connection, or nothing more.

use std::time::Instant;
use std::time::SystemTime;

use http::header;

use super::Credentials;
use super::Failure;
use super::HeaderValue;
use super::Reply;
use super::Request;
use super::Response;
use super::Role;
use super::Transcript;
use super::auth::AtHand;
use super::auth::Wanted;
use super::auth::bearer;
use super::challenge::Challenges;
use super::challenge::Demand;
use super::client::Client;
use super::origin::Origin;
use super::redirect;
use super::retry::Retries;
use super::token;
use super::trip::Trip;

/// How often one call answers a challenge.
pub(crate) const MOST_CHALLENGES: usize = 2;

/// A call under way.
pub(crate) struct Call<'a> {
    client: &'a Client,
    transcript: &'a Transcript,
    /// What is asked for now, without what the client adds.
    request: Request,
    role: Role,
    /// Whether the call has been with the target's origin all the time.
    at_home: bool,
    retries: Retries,
    /// Whether a connection is made for each further exchange, as one that had been used before
    /// ended without an answer.
    fresh: bool,
    redirects: usize,
    challenges: usize,
    /// The `Authorization` to send, and the demand that it meets.
    authorization: Option<(HeaderValue, Option<Demand>)>,
    /// Demands for which a token was had in this very call.
    fetched: Vec<Demand>,
    first: Option<usize>,
}

/// An outcome, and where it stands in the transcript.
struct Passed {
    trip: Trip,
    index: usize,
}

impl<'a> Call<'a> {
    /// A call that has not begun.
    pub(crate) fn new(client: &'a Client, request: Request, transcript: &'a Transcript) -> Self {
        Self {
            client,
            transcript,
            request,
            role: Role::Asked,
            at_home: true,
            retries: client.retries(transcript),
            fresh: false,
            redirects: 0,
            challenges: 0,
            authorization: None,
            fetched: Vec::new(),
            first: None,
        }
    }

    /// Runs the call to its end.
    pub(crate) async fn run(mut self) -> Result<Reply, Failure> {
        let origin = Origin::of(&self.request.url)?;
        self.at_home = self.client.auth.is_for(&origin);
        if self.has_credentials() {
            self.authorize_ahead(&origin).await?;
        }
        loop {
            let passed = self.pass().await?;
            if !self.goes_on(&passed).await? {
                return self.reply(passed);
            }
        }
    }

    async fn pass(&mut self) -> Result<Passed, Failure> {
        let request = self.dressed();
        let (trip, index) = self
            .client
            .pass(self.role, &request, self.transcript, self.fresh)
            .await?;
        self.first.get_or_insert(index);
        Ok(Passed { trip, index })
    }

    fn reply(self, passed: Passed) -> Result<Reply, Failure> {
        Ok(Reply {
            response: passed.trip.outcome?,
            exchange: passed.index,
            first: self.first.unwrap_or(passed.index),
            url: self.request.url,
            trailing: passed.trip.trailing,
        })
    }

    /// Prepares the next turn, if the outcome asks for one.
    async fn goes_on(&mut self, passed: &Passed) -> Result<bool, Failure> {
        if passed.trip.stale {
            self.fresh = true;
            self.role = Role::Again;
            return Ok(true);
        }
        let outcome = &passed.trip.outcome;
        if let Some(pause) = self.retries.pause(outcome, SystemTime::now()) {
            self.client.let_pass(pause).await;
            self.role = Role::Again;
            return Ok(true);
        }
        let Ok(response) = outcome else {
            return Ok(false);
        };
        if response.status == 401 {
            return self.meets(response).await;
        }
        match redirect::location(response) {
            Some(location) if self.request.follow => {
                self.follow(response.status, location?)?;
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    fn follow(&mut self, status: u16, location: &str) -> Result<(), Failure> {
        self.redirects += 1;
        if self.redirects > redirect::MOST {
            let reason = format!("it is the one after {} others", redirect::MOST);
            return Err(Failure::Redirect {
                location: location.to_owned(),
                reason,
            });
        }
        let next = redirect::follow(&self.request, status, location)?;
        self.at_home &= Origin::of(&next.url)? == Origin::of(&self.request.url)?;
        self.request = next;
        self.role = Role::Redirect;
        Ok(())
    }

    /// The request as it goes out: with what the client adds.
    fn dressed(&self) -> Request {
        let settings = &self.client.settings;
        let mut request = self.request.clone();
        let headers = &mut request.headers;
        if self.at_home {
            for (name, value) in &settings.headers {
                let withheld = self.request.credentials == Credentials::Withheld
                    && matches!(*name, header::AUTHORIZATION | header::COOKIE);
                if !withheld && !self.request.headers.contains_key(name) {
                    headers.append(name.clone(), value.clone());
                }
            }
        }
        if let Some((value, _)) = self
            .authorization
            .as_ref()
            .filter(|_| self.has_credentials())
        {
            headers.insert(header::AUTHORIZATION, value.clone());
        }
        if !headers.contains_key(header::USER_AGENT) {
            headers.insert(header::USER_AGENT, self.client.user_agent.clone());
        }
        request
    }

    /// Whether the run's credentials may go along now.
    fn has_credentials(&self) -> bool {
        self.at_home
            && self.request.credentials == Credentials::OfTheRun
            && !self.request.headers.contains_key(header::AUTHORIZATION)
            && !self
                .client
                .settings
                .headers
                .contains_key(header::AUTHORIZATION)
    }

    /// Takes what is at hand, so that the target need not ask.
    async fn authorize_ahead(&mut self, origin: &Origin) -> Result<(), Failure> {
        match self.client.auth.at_hand(&self.request.purpose) {
            AtHand::Nothing => {}
            AtHand::Header(value, demand) => self.authorization = Some((value, demand)),
            AtHand::Expired(demand) => {
                if !self.obtain(demand, origin).await? {
                    self.client.auth.forget_purpose(&self.request.purpose);
                }
            }
        }
        Ok(())
    }

    /// Meets a challenge; `false` where the 401 has to stand.
    async fn meets(&mut self, response: &Response) -> Result<bool, Failure> {
        if self.at_home && response.headers.contains_key(header::WWW_AUTHENTICATE) {
            self.client.auth.note_challenge();
        }
        if !self.has_credentials() {
            return Ok(false);
        }
        let wanted = self
            .client
            .auth
            .answer_to(Challenges::of(&response.headers));
        self.challenges += 1;
        if self.challenges > MOST_CHALLENGES {
            return Ok(false);
        }
        let met = match wanted {
            Wanted::Nothing => false,
            // It was refused already.
            Wanted::Password(_) if matches!(self.authorization, Some((_, None))) => false,
            Wanted::Password(value) => {
                self.authorization = Some((value, None));
                true
            }
            Wanted::Token(demand) => self.meets_demand(demand).await?,
        };
        self.role = Role::Again;
        Ok(met)
    }

    async fn meets_demand(&mut self, demand: Demand) -> Result<bool, Failure> {
        let sent = self
            .authorization
            .as_ref()
            .and_then(|(_, demand)| demand.as_ref());
        if sent == Some(&demand) {
            if self.fetched.contains(&demand) {
                return Ok(false);
            }
            self.client.auth.forget(&demand);
        }
        let origin = Origin::of(&self.request.url)?;
        self.obtain(demand, &origin).await
    }

    /// Finds or fetches a token; `false` where the service refuses one.
    async fn obtain(&mut self, demand: Demand, origin: &Origin) -> Result<bool, Failure> {
        let auth = &self.client.auth;
        let token = match auth.token(&demand) {
            Some(token) => token,
            None => match self.fetch(&demand, origin).await? {
                Some(token) => token,
                None => return Ok(false),
            },
        };
        auth.note(&self.request.purpose, &demand);
        self.authorization = bearer(&token.value).map(|value| (value, Some(demand)));
        Ok(self.authorization.is_some())
    }

    /// Asks the token service. Its refusal is `None`: what then counts is the target's 401.
    async fn fetch(
        &mut self,
        demand: &Demand,
        origin: &Origin,
    ) -> Result<Option<token::Token>, Failure> {
        let Ok(mut request) = token::request(demand, self.client.auth.login(), origin) else {
            return Ok(None);
        };
        request
            .headers
            .insert(header::USER_AGENT, self.client.user_agent.clone());
        let failed = |reason: String| Failure::Token { reason };
        let (answer, index) = self.client.ask_service(&request, self.transcript).await?;
        self.first.get_or_insert(index);
        let response = answer.map_err(|failure| failed(failure.to_string()))?;
        match response.status {
            200..300 => {
                let token = token::read(&response, Instant::now()).map_err(failed)?;
                self.client.auth.keep(demand, token.clone());
                self.fetched.push(demand.clone());
                Ok(Some(token))
            }
            400..500 => Ok(None),
            status => Err(failed(format!("the token service answered {status}"))),
        }
    }
}
