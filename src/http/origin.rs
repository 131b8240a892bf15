//! A URL taken apart without being rewritten, and the origin that decides who may see credentials.

use std::net::IpAddr;

use url::Host;

use super::Failure;

/// Scheme, host and port: two URLs of one origin are answered by one server (RFC 6454, section 4).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Origin {
    /// Whether TLS is spoken.
    pub(crate) https: bool,
    /// The host in lower-case ASCII; an IPv6 address without its brackets.
    pub(crate) host: String,
    /// The port, the scheme's own where the URL names none.
    pub(crate) port: u16,
}

impl Origin {
    /// The origin of an absolute URL.
    pub(crate) fn of(url: &str) -> Result<Self, Failure> {
        Ok(Address::parse(url)?.origin)
    }

    /// Whether the host is this machine.
    pub(crate) fn is_loopback(&self) -> bool {
        self.host == "localhost"
            || self.host.ends_with(".localhost")
            || self
                .host
                .parse::<IpAddr>()
                .is_ok_and(|address| address.is_loopback())
    }

    /// Whether the host is an address of the local link, at which machines in clouds are told their
    /// credentials (169.254.169.254, for one).
    pub(crate) fn is_link_local(&self) -> bool {
        match self.host.parse::<IpAddr>() {
            Ok(IpAddr::V4(address)) => address.is_link_local(),
            Ok(IpAddr::V6(address)) => {
                let inner = address.to_ipv4_mapped();
                address.is_unicast_link_local()
                    || inner.is_some_and(|address| address.is_link_local())
            }
            Err(_) => false,
        }
    }

    /// Host and port as an address to show or to connect to.
    pub(crate) fn host_and_port(&self) -> String {
        if self.host.contains(':') {
            format!("[{}]:{}", self.host, self.port)
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }
}

/// An absolute URL in its parts, each as the caller wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Address {
    /// Where to connect to.
    pub(crate) origin: Origin,
    /// What the `Host` header says.
    pub(crate) authority: String,
    /// What the request line asks for: path and query, `/` where there is neither.
    pub(crate) target: String,
}

impl Address {
    /// Takes `url` apart.
    ///
    /// Only what would break the request line is refused: control characters and blanks, which
    /// raw requests can send. User information is refused too, so that nobody can smuggle
    /// credentials into a `Location`.
    pub(crate) fn parse(url: &str) -> Result<Self, Failure> {
        split(url).map_err(|reason| Failure::BadUrl {
            url: url.to_owned(),
            reason,
        })
    }
}

fn split(url: &str) -> Result<Address, String> {
    let (https, rest) = scheme(url)?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, rest) = rest.split_at(end);
    if authority.contains('@') {
        return Err("user information in a URL is not used; give credentials apart".to_owned());
    }
    let (name, port) = host_and_port(authority)?;
    let port = match port {
        "" if https => 443,
        "" => 80,
        digits => digits
            .parse()
            .map_err(|_| format!("`{digits}` is no port"))?,
    };
    let host = match Host::parse(name).map_err(|error| error.to_string())? {
        Host::Domain(name) => name,
        Host::Ipv4(address) => address.to_string(),
        Host::Ipv6(address) => address.to_string(),
    };
    let origin = Origin { https, host, port };
    let authority = if authority.is_ascii() {
        authority.to_owned()
    } else {
        origin.host_and_port()
    };
    Ok(Address {
        origin,
        authority,
        target: target(rest)?,
    })
}

fn scheme(url: &str) -> Result<(bool, &str), String> {
    let (scheme, rest) = url.split_once("://").ok_or("it is no absolute URL")?;
    if scheme.eq_ignore_ascii_case("https") {
        Ok((true, rest))
    } else if scheme.eq_ignore_ascii_case("http") {
        Ok((false, rest))
    } else {
        Err(format!("the scheme `{scheme}` is neither http nor https"))
    }
}

fn host_and_port(authority: &str) -> Result<(&str, &str), String> {
    let split = match authority.rfind(']') {
        Some(bracket) => bracket + 1,
        None => authority.find(':').unwrap_or(authority.len()),
    };
    let (host, port) = authority.split_at(split);
    match port.strip_prefix(':') {
        Some(port) => Ok((host, port)),
        None if port.is_empty() => Ok((host, "")),
        None => Err(format!("`{authority}` is no host")),
    }
}

fn target(rest: &str) -> Result<String, String> {
    let rest = rest.split('#').next().unwrap_or_default();
    if let Some(bad) = rest.chars().find(|c| c.is_ascii_control() || *c == ' ') {
        return Err(format!("{bad:?} cannot stand in a request line"));
    }
    Ok(if rest.starts_with('/') {
        rest.to_owned()
    } else {
        format!("/{rest}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn path_and_query_are_kept_to_the_letter() {
        let address = Address::parse("http://Registry.test:80/v2/../%2e%2E/a//b?x=|&y#f").unwrap();
        assert_eq!(address.target, "/v2/../%2e%2E/a//b?x=|&y");
        assert_eq!(address.authority, "Registry.test:80");
        assert_eq!(address.origin.host, "registry.test");
    }

    #[test]
    fn ports_come_from_the_scheme_unless_given() {
        assert_eq!(Origin::of("https://a").unwrap().port, 443);
        assert_eq!(Origin::of("http://a/").unwrap().port, 80);
        assert_eq!(
            Origin::of("https://a").unwrap(),
            Origin::of("HTTPS://A:443/x").unwrap()
        );
    }

    #[test]
    fn addresses_in_brackets_are_hosts() {
        let address = Address::parse("http://[::1]:5000/v2/").unwrap();
        assert_eq!(address.origin.host, "::1");
        assert_eq!(address.origin.host_and_port(), "[::1]:5000");
        assert!(address.origin.is_loopback());
    }

    #[test]
    fn an_empty_path_asks_for_the_root() {
        assert_eq!(Address::parse("http://a?x=1").unwrap().target, "/?x=1");
        assert_eq!(Address::parse("http://a").unwrap().target, "/");
    }

    #[test]
    fn what_would_break_a_request_line_is_refused() {
        for url in [
            "ftp://a/",
            "/v2/",
            "http://",
            "http://a:x/",
            "http://a:70000/",
            "http://a/b c",
            "http://a/\r\nX: y",
            "http://user:pw@a/",
            "http://[::1/",
            "http://[::1]x/",
        ] {
            assert!(Address::parse(url).is_err(), "{url}");
        }
    }
}
