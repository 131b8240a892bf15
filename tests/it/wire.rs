//! A client for tests that put load on a registry: bytes over one connection, and nothing done about an
//! answer but reading it whole.

use std::io;
use std::io::BufRead as _;
use std::io::BufReader;
use std::io::Read as _;
use std::io::Write as _;
use std::net::SocketAddr;
use std::net::TcpStream;
use std::time::Duration;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// A connection that is used for one request after another.
pub(crate) struct Wire {
    address: SocketAddr,
    stream: BufReader<TcpStream>,
}

/// What was answered. A body that ends before its length is an error in its place.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    /// The value of a header, by its name in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        let (_, value) = headers.find(|(it, _)| it == name)?;
        Some(value)
    }
}

impl Wire {
    pub(crate) fn to(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).expect("the registry listens");
        stream.set_nodelay(true).expect("a socket");
        let patience = Some(PATIENCE);
        stream.set_read_timeout(patience).expect("a socket");
        let stream = BufReader::with_capacity(64 << 10, stream);
        Self { address, stream }
    }

    /// Sends a request, and reads the answer.
    pub(crate) fn ask(
        &mut self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Reply {
        let headers = headers.iter();
        let headers = headers.map(|(name, value)| format!("{name}: {value}\r\n"));
        let head = format!(
            "{method} {target} HTTP/1.1\r\nHost: {}\r\n{}Content-Length: {}\r\n\r\n",
            self.address,
            headers.collect::<String>(),
            body.len(),
        );
        let sent = [head.as_bytes(), body].concat();
        let sent = self.stream.get_mut().write_all(&sent);
        let reply = sent.and_then(|()| self.reply(method));
        reply.unwrap_or_else(|error| panic!("{method} {target}: {error}"))
    }

    pub(crate) fn get(&mut self, target: &str) -> Reply {
        self.ask("GET", target, &[], b"")
    }

    fn reply(&mut self, method: &str) -> io::Result<Reply> {
        let status = self.line()?;
        let status = status.split(' ').nth(1).and_then(|it| it.parse().ok());
        let mut reply = Reply {
            status: status.ok_or(io::ErrorKind::InvalidData)?,
            headers: Vec::new(),
            body: Vec::new(),
        };
        loop {
            let line = self.line()?;
            let Some((name, value)) = line.split_once(": ") else {
                break;
            };
            let header = (name.to_ascii_lowercase(), value.to_owned());
            reply.headers.push(header);
        }
        let length = reply
            .header("content-length")
            .and_then(|it| it.parse().ok());
        if method != "HEAD"
            && let Some(length) = length
        {
            reply.body.resize(length, 0);
            self.stream.read_exact(&mut reply.body)?;
        }
        Ok(reply)
    }

    fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        if self.stream.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(line.trim_end().to_owned())
    }
}
