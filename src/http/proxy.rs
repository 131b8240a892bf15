//! Which proxy a request goes through. The values come from the caller; no variable is read here.

use std::net::IpAddr;

use url::Url;

use super::ClientError;
use super::origin::Origin;
use super::redact::Redactor;

/// The proxies to go through, in the words of the variables that usually hold them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proxies {
    /// The proxy's URL for https targets (`HTTPS_PROXY`).
    pub https: Option<String>,
    /// The proxy's URL for http targets (`HTTP_PROXY`).
    pub http: Option<String>,
    /// Hosts that are reached directly (`NO_PROXY`): names with their subdomains, addresses, CIDR
    /// blocks, each with an optional port, or `*`; separated by commas.
    pub none: String,
}

impl Proxies {
    /// Whether all of them can be used.
    pub(crate) fn check(&self) -> Result<(), ClientError> {
        let given = [&self.https, &self.http]
            .into_iter()
            .flatten()
            .filter(|url| !url.is_empty());
        given
            .map(String::as_str)
            .find_map(unusable)
            .map_or(Ok(()), Err)
    }

    /// The URL of the proxy on the way to `origin`; `None` where the way is direct, as it always is
    /// to loopback.
    pub(crate) fn on_the_way_to(&self, origin: &Origin) -> Option<&str> {
        let proxy = if origin.https {
            &self.https
        } else {
            &self.http
        };
        let proxy = proxy.as_deref().filter(|url| !url.is_empty())?;
        let direct = origin.is_loopback()
            || self
                .none
                .split(',')
                .map(str::trim)
                .any(|entry| names(entry, origin));
        (!direct).then_some(proxy)
    }
}

/// The proxy's URL without its password, where it cannot be used, and why.
fn unusable(proxy: &str) -> Option<ClientError> {
    let shown = |url: &str| Redactor::default().text(url);
    let reason = match Url::parse(proxy) {
        Err(error) => error.to_string(),
        Ok(url) if !matches!(url.scheme(), "http" | "https") => {
            format!(
                "its scheme is `{}`; http and https are understood",
                url.scheme()
            )
        }
        Ok(url) if url.host().is_none() => "it names no host".to_owned(),
        Ok(_) => return None,
    };
    Some(ClientError::Proxy {
        url: shown(proxy),
        reason,
    })
}

/// Whether an entry of `NO_PROXY` names this origin.
fn names(entry: &str, origin: &Origin) -> bool {
    match entry {
        "" => false,
        "*" => true,
        _ => match host_of(entry, origin.port) {
            None => false,
            Some(host) => match origin.host.parse::<IpAddr>() {
                Ok(address) => covers(host, address),
                Err(_) => is_domain_of(host, &origin.host),
            },
        },
    }
}

/// The entry without its port; `None` where the port is another one.
fn host_of(entry: &str, port: u16) -> Option<&str> {
    if let Some(rest) = entry.strip_prefix('[') {
        let (host, rest) = rest.split_once(']')?;
        return (rest.is_empty() || rest.strip_prefix(':')?.parse() == Ok(port)).then_some(host);
    }
    match entry.split_once(':') {
        Some((_, rest)) if rest.contains(':') => Some(entry),
        Some((host, digits)) => (digits.parse() == Ok(port)).then_some(host),
        None => Some(entry),
    }
}

fn is_domain_of(domain: &str, host: &str) -> bool {
    let domain = domain
        .trim_start_matches("*.")
        .trim_start_matches('.')
        .to_ascii_lowercase();
    !domain.is_empty()
        && (host == domain
            || host
                .strip_suffix(&domain)
                .is_some_and(|front| front.ends_with('.')))
}

/// Whether an address or a CIDR block (RFC 4632) holds the address.
fn covers(block: &str, address: IpAddr) -> bool {
    let Some((base, bits)) = block.split_once('/') else {
        return block.parse() == Ok(address);
    };
    match (base.parse(), bits.parse::<u32>(), address) {
        (Ok(IpAddr::V4(base)), Ok(bits @ 0..=32), IpAddr::V4(address)) => {
            (u64::from(base.to_bits() ^ address.to_bits()) >> (32 - bits)) == 0
        }
        (Ok(IpAddr::V6(base)), Ok(bits @ 0..=128), IpAddr::V6(address)) => {
            (base.to_bits() ^ address.to_bits())
                .checked_shr(128 - bits)
                .unwrap_or(0)
                == 0
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxied(none: &str, url: &str) -> bool {
        let proxies = Proxies {
            https: Some("http://proxy.test:3128".to_owned()),
            http: Some("http://proxy.test:3128".to_owned()),
            none: none.to_owned(),
        };
        proxies.on_the_way_to(&Origin::of(url).unwrap()).is_some()
    }

    #[test]
    fn hosts_go_through_the_proxy_unless_excepted() {
        assert!(proxied("", "https://registry.test"));
        assert!(proxied("other.test, stry.test", "https://registry.test"));
        assert!(!proxied(
            "other.test, registry.test",
            "https://registry.test"
        ));
        assert!(!proxied(".test", "https://registry.test"));
        assert!(!proxied("*", "https://registry.test"));
    }

    #[test]
    fn exceptions_may_name_a_port() {
        assert!(!proxied("registry.test:5000", "http://registry.test:5000"));
        assert!(proxied("registry.test:5000", "http://registry.test:5001"));
    }

    #[test]
    fn exceptions_may_be_blocks_of_addresses() {
        assert!(!proxied("10.0.0.0/8", "http://10.1.2.3"));
        assert!(proxied("10.0.0.0/8", "http://11.1.2.3"));
        assert!(!proxied("fd00::/8", "http://[fd00::1]"));
        assert!(proxied("fd00::/8", "http://[fe00::1]"));
        assert!(!proxied("0.0.0.0/0", "http://192.0.2.1"));
        assert!(!proxied("::/0", "http://[2001:db8::1]"));
    }

    #[test]
    fn a_proxy_that_cannot_be_used_is_refused_without_its_password() {
        for url in ["proxy.test:3128", "socks5://me:pw@proxy.test", "http://"] {
            let proxies = Proxies {
                http: Some(url.to_owned()),
                ..Proxies::default()
            };
            let error = proxies.check().unwrap_err().to_string();
            assert!(!error.contains("pw"), "{error}");
        }
        let proxies = Proxies {
            https: Some("http://me:pw@p.test".to_owned()),
            ..Proxies::default()
        };
        assert_eq!(proxies.check(), Ok(()));
    }

    #[test]
    fn loopback_is_reached_directly() {
        for url in [
            "http://localhost:5000",
            "http://127.0.0.1",
            "https://[::1]",
            "http://a.localhost",
        ] {
            assert!(!proxied("", url), "{url}");
        }
    }
}
