//! How to reach a registry: the flags that every verb with a URL has.

use std::io::Read as _;
use std::path::Path;
use std::path::PathBuf;
use std::time::Duration;

use crate::http::ClientSettings;
use crate::http::HeaderMap;
use crate::http::HeaderName;
use crate::http::HeaderValue;
use crate::http::Identity;
use crate::http::Login;
use crate::http::Proxies;
use crate::http::Secret;
use crate::http::docker_login;

use super::CliError;
use super::official::Password;
use super::target::Target;

/// How to reach a registry.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Connection")]
pub(super) struct Connection {
    /// User name; the password comes from standard input, `PLIMSOLL_PASSWORD` or Docker's
    /// configuration.
    #[arg(long, env = "PLIMSOLL_USERNAME", value_name = "NAME")]
    username: Option<String>,
    /// Read the password from standard input.
    #[arg(long, requires = "username")]
    password_stdin: bool,
    /// Send this Bearer token instead of asking for one.
    #[arg(
        long,
        env = "PLIMSOLL_TOKEN",
        value_name = "TOKEN",
        hide_env_values = true,
        conflicts_with = "username"
    )]
    token: Option<String>,
    /// Use no credentials, not even those of Docker's configuration.
    #[arg(long, conflicts_with_all = ["username", "token"])]
    anonymous: bool,
    /// Trust this certificate authority too (PEM; may be repeated).
    #[arg(long, value_name = "FILE")]
    ca_cert: Vec<PathBuf>,
    /// Show this client certificate (PEM).
    #[arg(long, value_name = "FILE", requires = "client_key")]
    client_cert: Option<PathBuf>,
    /// The key of the client certificate (PEM).
    #[arg(long, value_name = "FILE", requires = "client_cert")]
    client_key: Option<PathBuf>,
    /// Accept any TLS certificate.
    #[arg(long)]
    insecure: bool,
    /// Send this header with every request to the registry (may be repeated).
    #[arg(long, value_name = "NAME: VALUE")]
    header: Vec<String>,
    /// How long one request may take.
    #[arg(long, value_name = "DURATION", default_value = "30s", value_parser = humantime::parse_duration)]
    timeout: Duration,
    /// How often a refused connection, a 429 or a 503 is asked again; no other answer ever is.
    #[arg(long, value_name = "N", default_value_t = 3)]
    retries: u32,
    /// At most so many requests per second.
    #[arg(long, value_name = "N[/s]", value_parser = rate)]
    pub(super) rate: Option<f64>,
    /// Wait up to so long for the registry to answer at all.
    #[arg(long, value_name = "DURATION", value_parser = humantime::parse_duration)]
    pub(super) wait: Option<Duration>,
    /// What settings of the official suite say: in no flag, so that it is nowhere shown.
    #[arg(skip)]
    password: Option<Password>,
}

impl Connection {
    /// Whether it says who asks: what is meant for one registry, and not for others.
    pub(super) fn names_user(&self) -> bool {
        self.username.is_some() || self.token.is_some() || !self.header.is_empty()
    }

    /// Takes a password that stands in no flag.
    pub(super) fn take(&mut self, password: Option<Password>) {
        self.password = password;
    }

    /// The client's settings for this registry. Reads the password from standard input if told to.
    pub(super) fn settings(&self, target: &Target) -> Result<ClientSettings, CliError> {
        Ok(ClientSettings {
            timeout: self.timeout,
            retries: self.retries,
            rate: self.rate,
            ca_certs: self
                .ca_cert
                .iter()
                .map(|path| read(path))
                .collect::<Result<_, _>>()?,
            identity: self.identity()?,
            insecure: self.insecure,
            headers: self.headers()?,
            credentials: self.login(target)?,
            proxies: proxies(),
            ..ClientSettings::new(target.origin.clone())
        })
    }

    fn identity(&self) -> Result<Option<Identity>, CliError> {
        let (Some(certificate), Some(key)) = (&self.client_cert, &self.client_key) else {
            return Ok(None);
        };
        let key = String::from_utf8(read(key)?)
            .map_err(|_| CliError::Usage(format!("{} is no PEM file", key.display())))?;
        Ok(Some(Identity {
            certificate: read(certificate)?,
            key: Secret::new(key),
        }))
    }

    fn headers(&self) -> Result<HeaderMap, CliError> {
        let mut headers = HeaderMap::new();
        for line in &self.header {
            let bad = || {
                CliError::Usage("--header takes `Name: value`, in printable characters".to_owned())
            };
            let (name, value) = line.split_once(':').ok_or_else(bad)?;
            let name = HeaderName::try_from(name.trim()).map_err(|_| bad())?;
            headers.append(
                name,
                HeaderValue::try_from(value.trim()).map_err(|_| bad())?,
            );
        }
        Ok(headers)
    }

    fn login(&self, target: &Target) -> Result<Login, CliError> {
        if self.anonymous {
            return Ok(Login::Anonymous);
        }
        if let Some(token) = &self.token {
            return Ok(Login::Token(Secret::new(token)));
        }
        let Some(username) = &self.username else {
            return match self.password {
                Some(_) => Err(CliError::Usage(
                    "there is a password, and no user whose it is; give OCI_USERNAME or --username"
                        .to_owned(),
                )),
                None => from_docker(target),
            };
        };
        let username = username.clone();
        if self.password_stdin {
            return Ok(Login::Password {
                username,
                password: password_from_stdin()?,
            });
        }
        if let Ok(password) = std::env::var("PLIMSOLL_PASSWORD") {
            return Ok(Login::Password {
                username,
                password: Secret::new(password),
            });
        }
        if let Some(secret) = self.password_of(&username) {
            return Ok(Login::Password {
                username,
                password: secret,
            });
        }
        match from_docker(target)? {
            Login::Password {
                username: known,
                password,
            } if known == username => Ok(Login::Password { username, password }),
            _ => Err(CliError::Usage(format!(
                "there is no password for {username}; give --password-stdin or PLIMSOLL_PASSWORD"
            ))),
        }
    }

    /// The password beside the flags, if it is not somebody else's.
    fn password_of(&self, username: &str) -> Option<Secret> {
        let password = self.password.as_ref()?;
        let is_theirs = password.username.as_deref().is_none_or(|it| it == username);
        is_theirs.then(|| password.secret.clone())
    }
}

fn from_docker(target: &Target) -> Result<Login, CliError> {
    docker_login(&target.host).map_err(|error| {
        CliError::Usage(format!(
            "the credentials in Docker's configuration cannot be read: {error}; \
             give --username, or --anonymous to do without"
        ))
    })
}

fn password_from_stdin() -> Result<Secret, CliError> {
    let mut text = String::new();
    let read = std::io::stdin().take(64 << 10).read_to_string(&mut text);
    let password = text.trim_end_matches(['\r', '\n']);
    match read {
        Ok(_) if !password.is_empty() => Ok(Secret::new(password)),
        Ok(_) => Err(CliError::Usage(
            "--password-stdin found standard input empty".to_owned(),
        )),
        Err(error) => Err(CliError::Usage(format!(
            "standard input cannot be read: {error}"
        ))),
    }
}

fn read(path: &Path) -> Result<Vec<u8>, CliError> {
    std::fs::read(path)
        .map_err(|error| CliError::Usage(format!("{} cannot be read: {error}", path.display())))
}

/// The proxies that the environment names, by the usual variables in both spellings.
fn proxies() -> Proxies {
    let variable = |name: &str| {
        let lower = std::env::var(name.to_lowercase());
        lower
            .or_else(|_| std::env::var(name))
            .ok()
            .filter(|value| !value.is_empty())
    };
    Proxies {
        https: variable("HTTPS_PROXY"),
        http: variable("HTTP_PROXY"),
        none: variable("NO_PROXY").unwrap_or_default(),
    }
}

/// `20` or `20/s`.
fn rate(text: &str) -> Result<f64, String> {
    let number = text.trim_end_matches("/s").parse::<f64>();
    match number {
        Ok(rate) if rate.is_finite() && rate > 0.0 => Ok(rate),
        _ => Err("give a number of requests per second, such as 20 or 20/s".to_owned()),
    }
}
