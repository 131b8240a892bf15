//! The address of a registry, as people give it.

use std::net::IpAddr;

use url::Url;

/// The address of a registry: scheme, host and port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    /// `http://host:port` or `https://host[:port]`.
    pub(super) origin: String,
    /// Whether it is on this machine.
    pub(super) is_loopback: bool,
    /// Host and port, as container clients name the registry in their configuration.
    pub(super) host: String,
}

/// Why a text is no address of a registry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadTarget {
    /// It is no URL.
    #[error(
        "`{text}` is no address of a registry ({reason}); give host:port, http://host:port or https://host"
    )]
    NoUrl {
        /// What was given.
        text: String,
        /// What is wrong.
        reason: String,
    },
    /// It has another scheme.
    #[error(
        "`{text}` begins with {scheme}://, and registries speak http or https; give one of these"
    )]
    Scheme {
        /// What was given.
        text: String,
        /// Its scheme.
        scheme: String,
    },
    /// It has a path.
    #[error("`{text}` has a path; give the registry alone, `{origin}`{hint}")]
    Path {
        /// What was given.
        text: String,
        /// The address in it.
        origin: String,
        /// What the path was probably meant to say.
        hint: String,
    },
    /// It has a user name or a password in it.
    #[error(
        "the address has credentials in it, which would end up in logs; give --username and --password-stdin"
    )]
    Credentials,
}

impl Target {
    /// Whether a secret that is meant for another address may go to this one: host and port are the
    /// same, and what was to go under TLS goes without on this machine alone.
    pub(super) fn may_have_what_is_for(&self, other: &Self) -> bool {
        let (Some(here), Some(there)) = (self.place(), other.place()) else {
            return false;
        };
        let is_laid_open = other.is_protected() && !self.is_protected();
        here == there && (!is_laid_open || self.is_loopback)
    }

    /// Host and port.
    fn place(&self) -> Option<(String, u16)> {
        let url = Url::parse(&self.origin).ok()?;
        Some((url.host_str()?.to_owned(), url.port_or_known_default()?))
    }

    fn is_protected(&self) -> bool {
        self.origin.starts_with("https://")
    }
}

impl std::str::FromStr for Target {
    type Err = BadTarget;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let url = parse(text)?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(BadTarget::Scheme {
                text: text.to_owned(),
                scheme: url.scheme().to_owned(),
            });
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(BadTarget::Credentials);
        }
        let origin = url.origin().ascii_serialization();
        if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
            let hint = hint(url.path());
            return Err(BadTarget::Path {
                text: text.to_owned(),
                origin,
                hint,
            });
        }
        let host = origin
            .split_once("://")
            .map_or("", |(_, host)| host)
            .to_owned();
        Ok(Self {
            origin,
            is_loopback: is_loopback(&url),
            host,
        })
    }
}

fn parse(text: &str) -> Result<Url, BadTarget> {
    let bad = |reason: String| BadTarget::NoUrl {
        text: text.to_owned(),
        reason,
    };
    let url = if text.contains("://") {
        Url::parse(text).map_err(|error| bad(error.to_string()))?
    } else {
        let plain =
            Url::parse(&format!("http://{text}")).map_err(|error| bad(error.to_string()))?;
        if is_loopback(&plain) {
            plain
        } else {
            Url::parse(&format!("https://{text}")).map_err(|error| bad(error.to_string()))?
        }
    };
    match url.host_str() {
        Some(host) if !host.is_empty() => Ok(url),
        _ => Err(bad("it has no host".to_owned())),
    }
}

/// What a path was probably meant to say.
fn hint(path: &str) -> String {
    match path.trim_matches('/') {
        "" => String::new(),
        "v2" => "; the /v2/ is understood".to_owned(),
        name => format!(
            ", and where checks may work with --namespace {}",
            name.trim_start_matches("v2/")
        ),
    }
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host
        .trim_start_matches('[')
        .trim_end_matches(']')
        .parse::<IpAddr>();
    host == "localhost" || host.ends_with(".localhost") || address.is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(text: &str) -> String {
        text.parse::<Target>().expect(text).origin
    }

    #[test]
    fn without_a_scheme_it_is_https_but_on_loopback_http() {
        assert_eq!(origin("registry.example"), "https://registry.example");
        assert_eq!(
            origin("registry.example:5000"),
            "https://registry.example:5000"
        );
        assert_eq!(origin("localhost:5000"), "http://localhost:5000");
        assert_eq!(origin("127.0.0.1:5000"), "http://127.0.0.1:5000");
        assert_eq!(origin("[::1]:5000"), "http://[::1]:5000");
        assert_eq!(origin("https://localhost:5000/"), "https://localhost:5000");
    }

    #[test]
    fn a_path_is_refused_with_what_to_give_instead() {
        let error = "http://localhost:5000/team/app"
            .parse::<Target>()
            .unwrap_err()
            .to_string();
        assert!(error.contains("`http://localhost:5000`"), "{error}");
        assert!(error.contains("--namespace team/app"), "{error}");
        let error = "localhost:5000/v2/"
            .parse::<Target>()
            .unwrap_err()
            .to_string();
        assert!(error.contains("understood"), "{error}");
    }

    #[test]
    fn other_schemes_credentials_and_nonsense_are_refused() {
        assert!(matches!(
            "ftp://x".parse::<Target>(),
            Err(BadTarget::Scheme { .. })
        ));
        assert!(matches!(
            "https://me:pw@x".parse::<Target>(),
            Err(BadTarget::Credentials)
        ));
        for text in ["", "http://", "a b", "host:port", "host:99999"] {
            assert!(
                matches!(text.parse::<Target>(), Err(BadTarget::NoUrl { .. })),
                "{text}"
            );
        }
    }

    #[test]
    fn only_this_machine_is_loopback() {
        assert!("127.8.8.8:5000".parse::<Target>().unwrap().is_loopback);
        assert!(!"10.0.0.1:5000".parse::<Target>().unwrap().is_loopback);
    }
}
