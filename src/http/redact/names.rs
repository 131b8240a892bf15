//! Names by which something is known to be secret, wherever it comes from.

use http::HeaderName;
use http::header;

/// Headers whose values are secret.
pub(super) const SECRET_HEADERS: [HeaderName; 4] = [
    header::AUTHORIZATION,
    header::PROXY_AUTHORIZATION,
    header::COOKIE,
    header::SET_COOKIE,
];

/// Parameters of URLs and forms whose values are secret: tokens, and the signatures of URLs that
/// storage services hand out.
const SECRET_PARAMETERS: [&str; 15] = [
    "access_token",
    "refresh_token",
    "id_token",
    "token",
    "password",
    "client_secret",
    "sig",
    "signature",
    "x-amz-signature",
    "x-amz-credential",
    "x-amz-security-token",
    "x-goog-signature",
    "x-goog-credential",
    "awsaccesskeyid",
    "q-signature",
];

/// Fields of a token service's answer whose values are secret.
pub(super) const SECRET_FIELDS: [&str; 4] = ["token", "access_token", "refresh_token", "id_token"];

/// Whether a header of this name holds something that is nowhere else but there. The value of any
/// other header, such as `https`, may stand in many places and be no secret.
pub(super) fn sounds_secret(name: &HeaderName) -> bool {
    const WORDS: [&str; 9] = [
        "auth",
        "token",
        "key",
        "secret",
        "cookie",
        "passw",
        "sign",
        "session",
        "credential",
    ];
    WORDS.iter().any(|word| name.as_str().contains(word))
}

/// Whether a parameter of this name has a secret value.
pub(super) fn is_secret_parameter(name: &str) -> bool {
    SECRET_PARAMETERS
        .iter()
        .any(|secret| name.eq_ignore_ascii_case(secret))
}
