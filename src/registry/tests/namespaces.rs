//! Pulls in the name of another registry, and warnings.

use super::Client;
use super::Settings;
use crate::http::HeaderName;
use crate::registry::Warnings;

const NAMESPACE: &str = "oci-namespace";

fn mirror() -> Client {
    let client = Client::of(Settings {
        namespaces: vec!["r.example:5000=mirror/r".parse().unwrap()],
        ..Settings::default()
    });
    client.push_index("a", "here");
    client.push_index("mirror/r/a", "there");
    client
}

#[test]
fn a_pull_in_the_name_of_a_known_registry_is_answered_in_its_name() {
    let client = mirror();
    let found = client.get("/v2/a/manifests/there?ns=r.example:5000");
    assert_eq!(
        (found.status, found.header(NAMESPACE)),
        (200, Some("r.example:5000"))
    );
    let missing = client.head("/v2/a/manifests/here?ns=r.example%3A5000");
    assert_eq!(
        (missing.status, missing.header(NAMESPACE)),
        (404, Some("r.example:5000"))
    );
}

#[test]
fn any_other_request_is_answered_as_without() {
    let client = mirror();
    for path in [
        "/v2/a/manifests/here",
        "/v2/a/manifests/here?ns=other.example",
        "/v2/a/manifests/here?ns=",
        "/v2/a/tags/list?ns=r.example:5000",
        "/v2/?ns=r.example:5000",
    ] {
        let answer = client.get(path);
        assert_eq!(
            (answer.status, answer.header(NAMESPACE)),
            (200, None),
            "{path}"
        );
    }
    let deleted = client.delete("/v2/a/manifests/here?ns=r.example:5000");
    assert_eq!((deleted.status, deleted.header(NAMESPACE)), (202, None));
}

#[test]
fn every_answer_carries_the_warnings() {
    let client = Client::of(Settings {
        warnings: Warnings::new(&["one", "two, and three"]).unwrap(),
        ..Settings::default()
    });
    for path in ["/v2/", "/v2/a/tags/list", "/x"] {
        let answer = client.get(path);
        let name = HeaderName::from_static("warning");
        let said: Vec<_> = answer.headers.get_all(name).iter().collect();
        assert_eq!(
            said,
            [r#"299 - "one""#, r#"299 - "two, and three""#],
            "{path}"
        );
    }
}
