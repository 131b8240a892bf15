//! The token service as a caller asks it: for scopes of the caller's choice, and as anybody.
//!
//! The rules of where a login may go are those of [`token`](super::token). What comes back is taken
//! apart at once, so that no token stands in anything that a caller could show by mistake.

use std::time::SystemTime;

use http::header;
use serde_json::Map;
use serde_json::Value;

use super::Failure;
use super::Login;
use super::Request;
use super::Response;
use super::Role;
use super::Secret;
use super::Transcript;
use super::auth::bearer;
use super::challenge::Demand;
use super::client::Client;
use super::redact::REDACTED;
use super::token;

/// The members of an answer that are secret.
const SECRETS: [&str; 4] = ["token", "access_token", "refresh_token", "id_token"];

/// What a token service is asked.
#[derive(Debug, Clone)]
pub struct TokenRequest {
    /// Where it is: the realm of a challenge.
    pub realm: String,
    /// For whom the token is to be.
    pub service: Option<String>,
    /// What it is to permit, one scope each.
    pub scopes: Vec<String>,
    /// As whom it is asked for.
    pub login: Login,
    /// Whether a refresh token is wanted as well.
    pub is_offline: bool,
}

/// What a token service answered.
#[derive(Debug, Clone)]
pub struct TokenReply {
    /// The status.
    pub status: u16,
    /// Its exchange's index in the transcript.
    pub exchange: usize,
    /// Whether the login went along: not to a stranger without TLS.
    pub is_logged_in: bool,
    /// The members of the JSON object that is its body, without what is secret.
    fields: Option<Map<String, Value>>,
    secrets: Vec<(&'static str, Secret)>,
}

impl TokenReply {
    /// Whether the body is a JSON object.
    pub fn is_object(&self) -> bool {
        self.fields.is_some()
    }

    /// A member of the body. In the place of a secret stands something else.
    pub fn field(&self, name: &str) -> Option<&Value> {
        self.fields.as_ref()?.get(name)
    }

    /// A member of the body that is secret, if it is a text that is not empty.
    pub fn secret(&self, name: &str) -> Option<&Secret> {
        let mut secrets = self.secrets.iter();
        secrets
            .find(|(known, _)| *known == name)
            .map(|(_, secret)| secret)
    }

    /// The token, by either of its names, if a header can carry it.
    pub fn token(&self) -> Option<&Secret> {
        let token = self.secret("token").or_else(|| self.secret("access_token"));
        token.filter(|token| bearer(token).is_some())
    }

    fn of(response: &Response, exchange: usize, is_logged_in: bool) -> Self {
        let mut fields: Option<Map<_, _>> = serde_json::from_slice(&response.body).ok();
        let mut secrets = Vec::new();
        for name in SECRETS {
            let Some(value) = fields.as_mut().and_then(|it| it.get_mut(name)) else {
                continue;
            };
            if let Value::String(text) = value {
                if !text.is_empty() {
                    secrets.push((name, Secret::new(std::mem::take(text))));
                }
                *value = REDACTED.into();
            }
        }
        Self {
            status: response.status,
            exchange,
            is_logged_in,
            fields,
            secrets,
        }
    }
}

impl Client {
    /// As whom it asks.
    pub fn login(&self) -> &Login {
        self.auth.login()
    }

    /// Asks a token service, which answers what it likes. Fails where there is no answer, or where none
    /// may be asked for: at a realm that is no URL, or one without TLS where the target has it. The
    /// token is neither kept nor used for anything else.
    pub fn token(
        &self,
        asked: &TokenRequest,
        transcript: &Transcript,
    ) -> Result<TokenReply, Failure> {
        let request = self.token_request(asked)?;
        let is_logged_in =
            request.headers.contains_key(header::AUTHORIZATION) || !request.body.is_empty();
        let redactor = self.redactor(&request);
        let (answer, exchange) = self
            .block_on(self.ask_service(&request, transcript))
            .map_err(|failure| redactor.failure(failure))?;
        let answer = answer.map_err(|failure| redactor.failure(failure))?;
        Ok(TokenReply::of(&answer, exchange, is_logged_in))
    }

    fn token_request(&self, asked: &TokenRequest) -> Result<Request, Failure> {
        let failed = |reason: String| Failure::Token { reason };
        let Some(target) = self.auth.target() else {
            return Err(failed("the client has no target".to_owned()));
        };
        let demand = Demand {
            realm: asked.realm.clone(),
            service: asked.service.clone(),
            scope: Some(asked.scopes.join(" ")).filter(|text| !text.is_empty()),
        };
        let mut request = token::request(&demand, &asked.login, target).map_err(failed)?;
        if asked.is_offline {
            let separator = if request.url.contains('?') { '&' } else { '?' };
            request.url = format!(
                "{}{separator}offline_token=true&client_id=plimsoll",
                request.url
            );
        }
        let agent = self.user_agent.clone();
        request.headers.insert(header::USER_AGENT, agent);
        Ok(request)
    }

    /// Sends a request to a token service, as often as that asks to be asked again. The second value is
    /// the index of the exchange with what counts.
    pub(super) async fn ask_service(
        &self,
        request: &Request,
        transcript: &Transcript,
    ) -> Result<(Result<Response, Failure>, usize), Failure> {
        let mut retries = self.retries(transcript);
        let mut fresh = false;
        loop {
            let (trip, index) = self.pass(Role::Token, request, transcript, fresh).await?;
            if trip.stale {
                fresh = true;
                continue;
            }
            match retries.pause(&trip.outcome, SystemTime::now()) {
                Some(pause) => self.let_pass(pause).await,
                None => return Ok((trip.outcome, index)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::HeaderMap;

    use super::*;

    fn reply(body: &'static str) -> TokenReply {
        let response = Response {
            status: 200,
            headers: HeaderMap::new(),
            body: Bytes::from_static(body.as_bytes()),
        };
        TokenReply::of(&response, 0, true)
    }

    #[test]
    fn what_is_secret_is_taken_out_of_what_can_be_shown() {
        let reply = reply(r#"{"token":"abc","refresh_token":"def","expires_in":60}"#);
        assert_eq!(reply.token().unwrap().reveal(), "abc");
        assert_eq!(reply.secret("refresh_token").unwrap().reveal(), "def");
        assert_eq!(reply.field("expires_in"), Some(&Value::from(60)));
        let shown = format!("{reply:?}");
        assert!(!shown.contains("abc") && !shown.contains("def"), "{shown}");
    }

    #[test]
    fn a_token_is_a_text_that_a_header_can_carry() {
        assert!(
            reply(r#"{"access_token":"abc","token":""}"#)
                .token()
                .is_some()
        );
        for body in ["", "[]", "{}", r#"{"token":7}"#, r#"{"token":"a\nb"}"#] {
            assert!(reply(body).token().is_none(), "{body}");
        }
        assert!(reply("{}").is_object() && !reply("[]").is_object());
    }

    /// The request of a client of `r.test` that logs in, for a token at `realm`.
    fn asked(realm: &str, is_offline: bool) -> Result<Request, Failure> {
        let settings = crate::http::ClientSettings::new("http://r.test");
        let client = Client::over_network(settings).unwrap();
        client.token_request(&TokenRequest {
            realm: realm.to_owned(),
            service: Some("s".to_owned()),
            scopes: vec![
                "repository:a:pull".to_owned(),
                "repository:b:pull".to_owned(),
            ],
            login: Login::Password {
                username: "me".to_owned(),
                password: Secret::new("hunter2"),
            },
            is_offline,
        })
    }

    #[test]
    fn each_scope_is_asked_for_and_a_refresh_token_where_one_is_wanted() {
        let url =
            "http://r.test/t?service=s&scope=repository%3Aa%3Apull&scope=repository%3Ab%3Apull";
        assert_eq!(asked("http://r.test/t", false).unwrap().url, url);
        let wanted = format!("{url}&offline_token=true&client_id=plimsoll");
        assert_eq!(asked("http://r.test/t", true).unwrap().url, wanted);
    }

    #[test]
    fn a_login_goes_to_no_stranger_and_a_realm_is_a_url() {
        let has_login = |realm| {
            let asked = asked(realm, false).unwrap();
            asked.headers.contains_key(header::AUTHORIZATION)
        };
        assert!(has_login("https://auth.test/") && has_login("http://r.test:81/"));
        assert!(!has_login("http://auth.test/"));
        for realm in ["", "/token", "ftp://r.test/"] {
            let failure = asked(realm, false).unwrap_err();
            assert!(
                matches!(failure, Failure::Token { .. }),
                "{realm}: {failure}"
            );
        }
    }
}
