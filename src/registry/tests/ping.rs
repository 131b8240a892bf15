//! The base of the API.

use super::Client;

#[test]
fn the_base_says_that_the_api_is_there() {
    let client = Client::new();
    for path in ["/v2/", "/v2"] {
        let answer = client.get(path);
        assert_eq!(answer.status, 200);
        let version = answer.header("docker-distribution-api-version");
        assert_eq!(version, Some("registry/2.0"));
    }
    let answer = client.head("/v2/");
    assert_eq!((answer.status, answer.body.len()), (200, 0));
}

#[test]
fn other_methods_on_the_base_are_refused() {
    let answer = Client::new().put("/v2/", "");
    assert_eq!(answer.status, 405);
    assert_eq!(answer.header("allow"), Some("GET, HEAD"));
}
