//! The flags of `plimsoll serve` that say who may do what, and the files that they name.

use std::path::Path;
use std::path::PathBuf;
use std::time::Duration;

use clap::ValueEnum;
use url::Url;

use crate::registry::Action;
use crate::registry::Auth;
use crate::registry::Rights;
use crate::registry::Users;

use super::CliError;

/// Who may do what.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Who may do what")]
pub(super) struct Guards {
    /// Let in the users of this file, as `htpasswd -B` writes it (bcrypt alone), and no others.
    #[arg(long, value_name = "FILE")]
    htpasswd: Option<PathBuf>,
    /// What users show: their password with every request, or a token that the registry gives them for
    /// it at `/token` [default: basic].
    #[arg(long, value_enum, value_name = "SCHEME")]
    auth: Option<Scheme>,
    /// What is allowed without a login, in every repository [default: none].
    #[arg(long, value_enum, value_name = "ACTIONS", conflicts_with = "rights")]
    anonymous: Option<Anonymous>,
    /// Give rights on repositories by this file (TOML), and no others; without it, whoever has logged
    /// in may do everything.
    #[arg(long, value_name = "FILE")]
    rights: Option<PathBuf>,
    /// How long a token is good for [default: 5m].
    #[arg(long, value_name = "DURATION", value_parser = lifetime)]
    token_lifetime: Option<Duration>,
    /// Sign with the bytes of this file, 32 random ones or more, so that tokens and uploads outlive a
    /// restart; otherwise a key is made at the start.
    #[arg(long, value_name = "FILE")]
    token_key: Option<PathBuf>,
    /// Send clients to this URL for tokens, which has to lead to `/token` here; otherwise to the host
    /// by which they came.
    #[arg(long, value_name = "URL")]
    token_realm: Option<Url>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Scheme {
    Basic,
    Token,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Anonymous {
    None,
    Pull,
    Push,
}

impl Anonymous {
    fn actions(self) -> &'static [Action] {
        match self {
            Self::None => &[],
            Self::Pull => &[Action::Pull],
            Self::Push => &[Action::Pull, Action::Push],
        }
    }
}

fn lifetime(text: &str) -> Result<Duration, String> {
    let lifetime = humantime::parse_duration(text).map_err(|error| error.to_string())?;
    if lifetime < Duration::from_secs(1) {
        return Err("a token has to be good for a second at least".to_owned());
    }
    Ok(lifetime)
}

/// Who may do what, by the flags; `None` if everybody may do everything.
pub(super) fn auth(args: &Guards) -> Result<Option<Auth>, CliError> {
    let Some(path) = &args.htpasswd else {
        return match without_users(args) {
            None => Ok(None),
            Some(flag) => Err(CliError::Usage(format!(
                "{flag} is given without --htpasswd, and nobody could log in; give the file of users too"
            ))),
        };
    };
    let users = Users::htpasswd(&text("--htpasswd", path)?)
        .map_err(|bad| flawed("--htpasswd", path, &bad))?;
    let auth = match args.auth {
        Some(Scheme::Token) => token(args, users.clone())?,
        _ => basic(args, users.clone())?,
    };
    let auth = match &args.rights {
        Some(path) => {
            let rights = Rights::read(&text("--rights", path)?, &users);
            auth.rights(rights.map_err(|bad| flawed("--rights", path, &bad))?)
        }
        None => auth.anonymous(args.anonymous.unwrap_or(Anonymous::None).actions()),
    };
    Ok(Some(auth))
}

/// A flag that is of no use without users.
fn without_users(args: &Guards) -> Option<&'static str> {
    let flags = [
        ("--auth", args.auth.is_some()),
        ("--anonymous", args.anonymous.is_some()),
        ("--rights", args.rights.is_some()),
        ("--token-lifetime", args.token_lifetime.is_some()),
        ("--token-key", args.token_key.is_some()),
        ("--token-realm", args.token_realm.is_some()),
    ];
    let given = flags.into_iter().find(|(_, is_given)| *is_given);
    given.map(|(flag, _)| flag)
}

fn token(args: &Guards, users: Users) -> Result<Auth, CliError> {
    let mut auth = signing(args, Auth::token(users))?;
    if let Some(lifetime) = args.token_lifetime {
        auth = auth.lifetime(lifetime);
    }
    if let Some(url) = &args.token_realm {
        auth = auth.realm(url.as_str());
    }
    Ok(auth)
}

fn basic(args: &Guards, users: Users) -> Result<Auth, CliError> {
    let flags = [
        ("--token-lifetime", args.token_lifetime.is_some()),
        ("--token-realm", args.token_realm.is_some()),
    ];
    if let Some((flag, _)) = flags.into_iter().find(|(_, is_given)| *is_given) {
        return Err(CliError::Usage(format!(
            "{flag} is given, and no token is; give --auth token too, or leave it out"
        )));
    }
    signing(args, Auth::basic(users))
}

fn signing(args: &Guards, auth: Auth) -> Result<Auth, CliError> {
    let Some(path) = &args.token_key else {
        return Ok(auth);
    };
    let key = std::fs::read(path).map_err(|error| unreadable("--token-key", path, &error))?;
    // An editor's line ending is no part of a key.
    let auth = auth.key(key.trim_ascii_end());
    auth.map_err(|weak| CliError::Usage(format!("--token-key {}: {weak}", path.display())))
}

fn text(flag: &str, path: &Path) -> Result<String, CliError> {
    std::fs::read_to_string(path).map_err(|error| unreadable(flag, path, &error))
}

fn unreadable(flag: &str, path: &Path, error: &std::io::Error) -> CliError {
    CliError::Usage(format!(
        "{flag} {} cannot be read ({error}), so nobody knows who may do what; give a file that is there and \
         may be read",
        path.display()
    ))
}

fn flawed(flag: &str, path: &Path, bad: &dyn std::error::Error) -> CliError {
    CliError::Usage(format!("{flag} {}, {bad}", path.display()))
}
