//! Exchanges as commands for a POSIX shell, to be run by hand.
//!
//! What is sent is quoted to the letter. Secrets stand as variables: `$TOKEN`, `$USER` and
//! `$PASSWORD`, `$SECRET`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderName;
use http::HeaderValue;
use http::Method;
use http::header;

use super::Exchange;
use super::Framing;
use super::Sent;
use super::network::expects_body;
use super::origin::Address;
use super::redact::REDACTED;

/// The longest text that is quoted, in bytes.
const LONGEST_TEXT: usize = 16 << 10;

/// The longest other body that is written out, in bytes.
const LONGEST_BINARY: usize = 4 << 10;

/// How many seconds curl waits for an answer that may not come before it has hung up.
const PATIENCE: &str = "5";

/// From this size on curl asks before it sends, unless told not to.
const ASKS_FIRST: usize = 1 << 20;

impl Exchange {
    /// A command that sends this request again: curl, or a plain connection where the bytes are
    /// none that curl would send.
    pub fn curl(&self) -> String {
        if self.request.exact {
            plain(&self.request)
        } else {
            curl(&self.request)
        }
    }
}

/// How the body gets into the command.
enum Upload {
    None,
    /// As an argument.
    Inline(String),
    /// From what this command prints.
    Piped(String),
    /// From a file that the reader has to make.
    File,
}

fn curl(sent: &Sent) -> String {
    let upload = upload(sent);
    let mut words = vec!["curl".to_owned(), "-sS".to_owned()];
    words.extend(method(&sent.method));
    words.push("--path-as-is".to_owned());
    // What the raw transport says cannot always be said over HTTP/2, which curl offers by itself.
    if sent.wire.is_some() && sent.url.starts_with("https:") {
        words.push("--http1.1".to_owned());
    }
    if sent.url.contains(['[', ']', '{', '}']) {
        words.push("-g".to_owned());
    }
    if let Framing::Announced(length) = sent.framing
        && length > sent.body.len() as u64
    {
        words.extend(["--max-time".to_owned(), PATIENCE.to_owned()]);
    }
    for (name, value) in &sent.headers {
        words.extend(header_words(name, value));
    }
    words.extend(
        implied(sent)
            .into_iter()
            .flat_map(|line| ["-H".to_owned(), quoted(&line)]),
    );
    let mut before = String::new();
    match upload {
        Upload::None => {}
        Upload::Inline(text) => words.extend(["--data-raw".to_owned(), quoted(&text)]),
        Upload::Piped(command) => {
            before = format!("{command} | ");
            words.extend(["--data-binary".to_owned(), "@-".to_owned()]);
        }
        Upload::File => {
            before = format!("# body.bin: the {} bytes of the body\n", sent.body.len());
            words.extend(["--data-binary".to_owned(), "@body.bin".to_owned()]);
        }
    }
    words.push(quoted(&sent.url));
    format!("{before}{}", words.join(" "))
}

fn method(method: &Method) -> Vec<String> {
    match *method {
        Method::HEAD => vec!["-I".to_owned()],
        _ => vec!["-i".to_owned(), "-X".to_owned(), quoted(method.as_str())],
    }
}

fn header_words(name: &HeaderName, value: &HeaderValue) -> Vec<String> {
    let text = String::from_utf8_lossy(value.as_bytes());
    let flag = |value: String| vec!["-H".to_owned(), value];
    match text.strip_suffix(REDACTED) {
        _ if *name == header::USER_AGENT => Vec::new(),
        Some("Bearer ") => flag("\"Authorization: Bearer $TOKEN\"".to_owned()),
        Some("Basic ") => vec!["-u".to_owned(), "\"$USER:$PASSWORD\"".to_owned()],
        Some("") => flag(format!("{}\"$SECRET\"", quoted(&format!("{name}: ")))),
        _ if text.is_empty() => flag(quoted(&format!("{name};"))),
        _ => flag(quoted(&format!("{name}: {text}"))),
    }
}

/// Lines that keep curl from adding headers of its own, or that the transport added.
fn implied(sent: &Sent) -> Vec<String> {
    let has = |name: HeaderName| sent.headers.contains_key(name);
    let mut lines = Vec::new();
    if !has(header::ACCEPT) {
        lines.push("Accept:".to_owned());
    }
    if !sent.body.is_empty() && !has(header::CONTENT_TYPE) {
        lines.push("Content-Type:".to_owned());
    }
    if sent.body.len() >= ASKS_FIRST && !has(header::EXPECT) {
        lines.push("Expect:".to_owned());
    }
    if has(header::CONTENT_LENGTH) || has(header::TRANSFER_ENCODING) {
        return lines;
    }
    match sent.framing {
        Framing::Chunked => lines.push("Transfer-Encoding: chunked".to_owned()),
        Framing::Announced(length) => lines.push(format!("Content-Length: {length}")),
        Framing::Length if sent.body.is_empty() && expects_body(&sent.method) => {
            lines.push("Content-Length: 0".to_owned());
        }
        Framing::Length => {}
    }
    lines
}

fn upload(sent: &Sent) -> Upload {
    if sent.body.is_empty() || sent.method == Method::HEAD {
        return Upload::None;
    }
    if !sent.recipe.is_empty() {
        return Upload::Piped(sent.recipe.clone());
    }
    match std::str::from_utf8(&sent.body) {
        Ok(text) if text.len() <= LONGEST_TEXT && is_printable(text) => {
            Upload::Inline(text.to_owned())
        }
        _ if sent.body.len() <= LONGEST_BINARY => Upload::Piped(format!(
            "printf '%s' {} | base64 -d",
            STANDARD.encode(&sent.body)
        )),
        _ => Upload::File,
    }
}

/// Whether a terminal shows the text as it is. Carriage returns do not survive copying.
fn is_printable(text: &str) -> bool {
    !text
        .chars()
        .any(|c| c.is_control() && c != '\n' && c != '\t')
}

/// Exact bytes, into a connection.
fn plain(sent: &Sent) -> String {
    let wire = sent.wire.as_deref().unwrap_or_default();
    let Ok(address) = Address::parse(&sent.url) else {
        return format!(
            "# nothing was sent to {}",
            sent.url.replace(['\r', '\n'], " ")
        );
    };
    let (host, port) = (quoted(&address.origin.host), address.origin.port);
    let connection = if address.origin.https {
        let there = quoted(&address.origin.host_and_port());
        format!("openssl s_client -quiet -connect {there} -servername {host}")
    } else {
        format!("nc {host} {port}")
    };
    if wire.len() <= LONGEST_TEXT {
        return format!("printf '{}' | {connection}", printf(wire));
    }
    format!(
        "# request.bin: the {} bytes of the request\n{connection} < request.bin",
        wire.len()
    )
}

/// A format for `printf` that prints these bytes.
fn printf(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| printf_byte(*byte)).collect()
}

fn printf_byte(byte: u8) -> String {
    match byte {
        b'\r' => "\\r".to_owned(),
        b'\n' => "\\n".to_owned(),
        b'%' => "%%".to_owned(),
        b'\\' => "\\\\".to_owned(),
        b' '..=b'~' if byte != b'\'' => char::from(byte).to_string(),
        other => format!("\\{other:03o}"),
    }
}

/// One word for the shell, which takes nothing in it for its own.
pub(super) fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@%+=,".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', "'\\''"))
}
