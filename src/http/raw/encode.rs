//! From a request to the bytes of HTTP/1.1 (RFC 9112).

use bytes::Bytes;
use http::HeaderMap;
use http::header;

use super::super::Framing;
use super::super::Request;
use super::super::Seat;
use super::super::network::expects_body;
use super::super::origin::Address;
use super::answer::Answer;

/// Up to this many bytes of a body are written, and recorded, together with the head.
const TOGETHER: usize = 64 << 10;

/// How much of a body goes into one chunk.
const CHUNK: usize = 16 << 10;

/// The bytes of one request.
pub(crate) struct Message {
    head: Bytes,
    /// What follows the head unchanged, where it is long.
    body: Bytes,
    /// Where it meets others before its last byte goes out.
    pub(crate) meeting: Option<Seat>,
    /// Whether our side of the connection is closed after it.
    pub(crate) closes: bool,
    /// Whether the connection may serve another request afterwards.
    keeps: bool,
}

impl Message {
    /// A message of exactly these bytes, after which the connection is not used again.
    pub(crate) fn exactly(bytes: Bytes) -> Self {
        Self {
            head: bytes,
            body: Bytes::new(),
            meeting: None,
            closes: false,
            keeps: false,
        }
    }

    /// What is written, in order.
    pub(crate) fn parts(&self) -> [&Bytes; 2] {
        [&self.head, &self.body]
    }

    /// What is written, in order, until only the last byte is left; and that.
    pub(crate) fn but_for_the_last_byte(&self) -> ([&[u8]; 2], &[u8]) {
        let (first, second) = (&self.head[..], &self.body[..]);
        match (
            second.split_last_chunk::<1>(),
            first.split_last_chunk::<1>(),
        ) {
            (Some((rest, last)), _) => ([first, rest], last),
            (None, Some((rest, last))) => ([rest, &[]], last),
            (None, None) => ([&[], &[]], &[]),
        }
    }

    /// What is recorded: everything, but for a long body that the request shows anyway.
    pub(crate) fn wire(&self) -> Bytes {
        self.head.clone()
    }

    /// The answer to this message: the connection is reusable only if both sides keep it.
    pub(crate) fn judge(&self, answer: Answer) -> Answer {
        if self.keeps { answer } else { answer.last() }
    }
}

/// The bytes of `request`.
pub(crate) fn request(request: &Request, address: &Address) -> Message {
    let mut head = head(request, address);
    let mut body = Bytes::new();
    match request.framing {
        Framing::Chunked => chunks(&request.body, &mut head),
        _ if request.body.len() <= TOGETHER => head.extend_from_slice(&request.body),
        _ => body = request.body.clone(),
    }
    let closes = matches!(request.framing, Framing::Announced(_));
    let keeps = !closes
        && !request.headers.contains_key(header::CONNECTION)
        && !frames_itself(&request.headers);
    Message {
        head: head.into(),
        body,
        meeting: request.meeting.clone(),
        closes,
        keeps,
    }
}

fn head(request: &Request, address: &Address) -> Vec<u8> {
    let mut head = format!("{} {} HTTP/1.1\r\n", request.method, address.target).into_bytes();
    if !request.headers.contains_key(header::HOST) {
        line(&mut head, "host", address.authority.as_bytes());
    }
    for (name, value) in &request.headers {
        line(&mut head, name.as_str(), value.as_bytes());
    }
    if !frames_itself(&request.headers) {
        frame(&mut head, request);
    }
    head.extend_from_slice(b"\r\n");
    head
}

/// Whether the caller tells the body's length in words of its own.
fn frames_itself(headers: &HeaderMap) -> bool {
    headers.contains_key(header::CONTENT_LENGTH) || headers.contains_key(header::TRANSFER_ENCODING)
}

fn frame(head: &mut Vec<u8>, request: &Request) {
    let length = request.body.len();
    match request.framing {
        Framing::Chunked => line(head, "transfer-encoding", b"chunked"),
        Framing::Announced(length) => length_line(head, length),
        Framing::Length if length > 0 || expects_body(&request.method) => {
            length_line(head, length as u64);
        }
        Framing::Length => {}
    }
}

fn length_line(head: &mut Vec<u8>, length: u64) {
    line(head, "content-length", length.to_string().as_bytes());
}

fn line(head: &mut Vec<u8>, name: &str, value: &[u8]) {
    for part in [name.as_bytes(), b": ", value, b"\r\n"] {
        head.extend_from_slice(part);
    }
}

fn chunks(body: &[u8], into: &mut Vec<u8>) {
    for chunk in body.chunks(CHUNK) {
        into.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
        into.extend_from_slice(chunk);
        into.extend_from_slice(b"\r\n");
    }
    into.extend_from_slice(b"0\r\n\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::Method;

    fn text(asked: &Request) -> String {
        let message = request(asked, &Address::parse(&asked.url).unwrap());
        let bytes = message.parts().map(|part| part.to_vec()).concat();
        String::from_utf8(bytes).unwrap()
    }

    fn to(method: Method) -> Request {
        Request::new(method, "http://r.test:5000/v2/../%2e/?a=|")
    }

    #[test]
    fn a_bare_get_is_a_request_line_and_a_host() {
        let said = text(&to(Method::GET));
        assert_eq!(
            said,
            "GET /v2/../%2e/?a=| HTTP/1.1\r\nhost: r.test:5000\r\n\r\n"
        );
    }

    #[test]
    fn an_empty_upload_tells_its_length() {
        for method in [Method::POST, Method::PUT, Method::PATCH] {
            assert!(text(&to(method)).ends_with("\r\ncontent-length: 0\r\n\r\n"));
        }
        assert!(!text(&to(Method::DELETE)).contains("content-length"));
    }

    #[test]
    fn a_chunked_body_ends_with_an_empty_chunk() {
        let mut asked = to(Method::PATCH).body("hello");
        asked.framing = Framing::Chunked;
        let said = text(&asked);
        assert!(said.ends_with("transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"));
        assert!(!said.contains("content-length"));
    }

    #[test]
    fn an_announced_length_is_not_the_real_one() {
        let mut asked = to(Method::PUT).body("hello");
        asked.framing = Framing::Announced(10);
        assert!(text(&asked).ends_with("content-length: 10\r\n\r\nhello"));
    }

    #[test]
    fn a_length_in_the_callers_words_is_left_alone() {
        let asked = to(Method::PUT)
            .header(header::CONTENT_LENGTH, http::HeaderValue::from_static("x"))
            .body("hello");
        let said = text(&asked);
        assert!(said.ends_with("content-length: x\r\n\r\nhello"), "{said}");
        assert_eq!(said.matches("content-length").count(), 1);
    }
}
