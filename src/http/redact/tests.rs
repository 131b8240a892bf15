//! What is hidden, and what stays.

use serde_json::Value;

use super::*;

fn text(text: &str) -> String {
    Redactor::default().text(text)
}

#[test]
fn signatures_and_tokens_in_a_url_are_hidden() {
    assert_eq!(
        text("https://s3.test/b?X-Amz-Signature=abc&x=1&sig=d%2F#f"),
        "https://s3.test/b?X-Amz-Signature=<redacted>&x=1&sig=<redacted>#f"
    );
    assert_eq!(
        text("</v2/?last=a&token=t>; rel=\"next\""),
        "</v2/?last=a&token=<redacted>>; rel=\"next\""
    );
    assert_eq!(
        text("/v2/a/blobs/uploads/1?_state=xyz"),
        "/v2/a/blobs/uploads/1?_state=xyz"
    );
}

#[test]
fn user_information_is_hidden() {
    assert_eq!(
        text("http://me:pw@r.test/a@b"),
        "http://<redacted>@r.test/a@b"
    );
    assert_eq!(text("http://r.test/a@b"), "http://r.test/a@b");
}

#[test]
fn credentials_in_headers_keep_their_scheme_only() {
    let mut headers = HeaderMap::new();
    headers.append(
        header::AUTHORIZATION,
        HeaderValue::from_static("Bearer abc"),
    );
    headers.append(header::AUTHORIZATION, HeaderValue::from_static("abc def"));
    headers.append(header::SET_COOKIE, HeaderValue::from_static("s=1"));
    headers.append("x-key", HeaderValue::from_static("k"));
    let shown = Redactor::new(vec![HeaderName::from_static("x-key")]).headers(&headers);
    let values: Vec<_> = shown
        .values()
        .map(|value| value.to_str().unwrap())
        .collect();
    assert_eq!(
        values,
        [
            "Bearer <redacted>",
            "<redacted>",
            "<redacted>",
            "<redacted>"
        ]
    );
}

#[test]
fn exact_bytes_lose_their_secrets_and_nothing_else() {
    let bytes = b"GET /?token=t HTTP/1.1\r\nAuthorization : Bearer abc\r\nA: b\r\n\r\nCookie: x";
    let shown = Redactor::default().wire(&Bytes::from_static(bytes));
    let wanted =
        "GET /?token=<redacted> HTTP/1.1\r\nAuthorization : <redacted>\r\nA: b\r\n\r\nCookie: x";
    assert_eq!(shown, wanted);
}

#[test]
fn a_secret_that_a_server_repeats_is_hidden() {
    let mut redactor = Redactor::default();
    redactor.hide("hunter2");
    redactor.hide("hunter2-and-more");
    let body = Bytes::from_static(b"\xffyou sent hunter2-and-more, hunter2");
    assert_eq!(
        redactor.bytes(&body),
        &b"\xffyou sent <redacted>, <redacted>"[..]
    );
    assert_eq!(redactor.text("x hunter2"), "x <redacted>");
}

#[test]
fn tokens_in_an_answer_are_hidden() {
    let body = Bytes::from_static(b"{\"token\":\"abc\",\"expires_in\":60}");
    let shown = tokens(200, body);
    let wanted = serde_json::json!({"token": REDACTED, "expires_in": 60});
    assert_eq!(serde_json::from_slice::<Value>(&shown).unwrap(), wanted);
    assert_eq!(tokens(200, Bytes::from_static(b"abc")), REDACTED);
    assert_eq!(tokens(403, Bytes::from_static(b"denied")), "denied");
}

#[test]
fn a_form_loses_its_refresh_token() {
    let body = Bytes::from_static(b"refresh_token=abc&service=s");
    assert_eq!(form(&body), "refresh_token=<redacted>&service=s");
}
