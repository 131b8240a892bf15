//! Extensions.

use super::Client;
use super::codes;
use crate::catalogue::Version;

#[test]
fn the_list_of_extensions_is_empty() {
    let answer = Client::new().get("/v2/_oci/ext/discover");
    assert_eq!(answer.status, 200);
    assert_eq!(answer.body, r#"{"extensions":[]}"#);
}

#[test]
fn version_1_0_has_no_extensions() {
    let answer = Client::of_spec(Version::V1_0).get("/v2/_oci/ext/discover");
    assert_eq!(answer.status, 404);
}

#[test]
fn an_unknown_extension_is_not_found() {
    let answer = Client::new().get("/v2/_strange/ext/discover");
    assert_eq!(answer.status, 404);
    assert_eq!(codes(&answer), ["UNSUPPORTED"]);
}
