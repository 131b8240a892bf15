//! Making connections: TCP, through a proxy if need be, and TLS over it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rustls::ClientConfig;
use rustls_pki_types::ServerName;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use url::Url;

use super::super::Failure;
use super::super::Proxies;
use super::super::fault;
use super::super::fault::Stage;
use super::super::origin::Origin;
use super::super::resolve;
use super::super::transport::Stream;
use super::answer;
use super::input::Input;

/// How long one of several addresses is tried before the next one.
const NEXT_ADDRESS: Duration = Duration::from_secs(3);

/// A connection to an origin.
pub(crate) type Connection = Box<dyn Stream>;

/// Makes connections.
pub(crate) struct Dialer {
    tls: TlsConnector,
    proxies: Proxies,
}

impl Dialer {
    /// A dialer with this TLS configuration and these proxies.
    pub(crate) fn new(tls: Arc<ClientConfig>, proxies: Proxies) -> Self {
        Self {
            tls: TlsConnector::from(tls),
            proxies,
        }
    }

    /// Connects to `origin`.
    pub(crate) async fn dial(&self, origin: &Origin) -> Result<Connection, Failure> {
        let stream = match self.proxies.on_the_way_to(origin) {
            Some(proxy) => through(proxy, origin).await?,
            None => connect(origin).await?,
        };
        if !origin.https {
            return Ok(Box::new(stream));
        }
        let name = ServerName::try_from(origin.host.clone()).map_err(|error| Failure::Tls {
            address: origin.host_and_port(),
            reason: error.to_string(),
        })?;
        let stream = self.tls.connect(name, stream).await;
        Ok(Box::new(stream.map_err(|error| {
            fault::failure(&error, Stage::Connecting, origin)
        })?))
    }
}

async fn connect(origin: &Origin) -> Result<TcpStream, Failure> {
    let failed = |error| fault::failure(&error, Stage::Connecting, &plain(origin));
    let addresses = resolve::addresses(&origin.host, origin.port)
        .await
        .map_err(|error| fault::failure(&error, Stage::Connecting, origin))?;
    let (last, others) = addresses
        .split_last()
        .expect("the resolver returns no empty list");
    for address in others {
        if let Ok(Ok(stream)) = tokio::time::timeout(NEXT_ADDRESS, open(*address)).await {
            return Ok(stream);
        }
    }
    open(*last).await.map_err(failed)
}

/// The origin without TLS, of which nothing is known before TCP stands.
fn plain(origin: &Origin) -> Origin {
    Origin {
        https: false,
        ..origin.clone()
    }
}

async fn open(address: SocketAddr) -> std::io::Result<TcpStream> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// A tunnel through an HTTP proxy (RFC 9110, section 9.3.6).
async fn through(proxy: &str, origin: &Origin) -> Result<TcpStream, Failure> {
    let failed = |reason: String| Failure::Refused {
        address: origin.host_and_port(),
        reason,
    };
    let url = Url::parse(proxy).map_err(|error| failed(format!("the proxy's URL: {error}")))?;
    if url.scheme() != "http" {
        let reason = format!(
            "exact bytes go through http proxies only, not {}",
            url.scheme()
        );
        return Err(failed(reason));
    }
    let relay = Origin {
        https: false,
        host: url
            .host_str()
            .unwrap_or_default()
            .trim_matches(['[', ']'])
            .to_owned(),
        port: url.port_or_known_default().unwrap_or(80),
    };
    let mut stream = connect(&relay).await?;
    let request = tunnel(&url, origin);
    let written = stream.write_all(request.as_bytes()).await;
    written.map_err(|error| failed(format!("the proxy: {error}")))?;
    let status = answer::final_head(&mut Input::new(&mut stream))
        .await?
        .status;
    match status {
        200..300 => Ok(stream),
        _ => Err(failed(format!(
            "the proxy {} answered {status}",
            relay.host_and_port()
        ))),
    }
}

fn tunnel(proxy: &Url, origin: &Origin) -> String {
    let target = origin.host_and_port();
    let login = match (proxy.username(), proxy.password()) {
        ("", None) => String::new(),
        (user, password) => {
            let plain = format!(
                "{}:{}",
                decoded(user),
                decoded(password.unwrap_or_default())
            );
            format!("proxy-authorization: Basic {}\r\n", STANDARD.encode(plain))
        }
    };
    format!("CONNECT {target} HTTP/1.1\r\nhost: {target}\r\n{login}\r\n")
}

/// Undoes the percent-encoding of a URL's user information.
fn decoded(text: &str) -> String {
    let form = format!("x={}", text.replace('+', "%2B"));
    let pair = url::form_urlencoded::parse(form.as_bytes()).next();
    pair.map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxys_password_goes_to_the_proxy_alone() {
        let proxy = Url::parse("http://me:p%40%20w+@proxy.test:3128").unwrap();
        let said = tunnel(&proxy, &Origin::of("https://[2001:db8::1]").unwrap());
        assert!(
            said.starts_with("CONNECT [2001:db8::1]:443 HTTP/1.1\r\n"),
            "{said}"
        );
        let login = STANDARD.encode("me:p@ w+");
        assert!(
            said.contains(&format!("proxy-authorization: Basic {login}\r\n")),
            "{said}"
        );
    }
}
