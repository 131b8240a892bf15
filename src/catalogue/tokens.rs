//! TOK: what a token must not be good for.

use super::Area;
use super::Asked;
use super::Heading;
use super::Keyword;
use super::Requirement;

/// Tokens of others, of old, and of nobody.
pub static AREA: Area = Area {
    alias: "TOK",
    title: "What tokens are not good for",
    rows: &[
        &PUSH_BY_PULL_TOKEN_REFUSED,
        &DELETE_BY_PULL_TOKEN_REFUSED,
        &FOREIGN_REPOSITORY_TOKEN_REFUSED,
        &EMPTY_TOKEN_REFUSED,
        &EXPIRED_TOKEN_REFUSED,
        &EXPIRED_TOKEN_CHALLENGED,
        &ALTERED_SIGNATURE_REFUSED,
        &ALTERED_CLAIMS_REFUSED,
        &UNSIGNED_TOKEN_REFUSED,
        &CONFUSED_ALGORITHM_REFUSED,
        &EMBEDDED_KEY_REFUSED,
        &NAMED_KEY_REFUSED,
        &NAMED_KEY_NOT_FETCHED,
        &FOREIGN_AUDIENCE_REFUSED,
        &QUERY_TOKEN_REFUSED,
        &GARBAGE_TOKEN_REFUSED,
        &REPEATED_CREDENTIALS_REFUSED,
    ],
};

/// Reading is not writing.
pub static PUSH_BY_PULL_TOKEN_REFUSED: Requirement = Requirement {
    id: "push-by-pull-token-refused",
    alias: "TOK-01",
    asked: Asked::always(Keyword::Promised),
    heading: Heading::docker("spec/auth/scope", "resource-provider-use"),
    sentence: "A token that permits pull is refused where something is pushed.",
};

/// Reading is not deleting.
pub static DELETE_BY_PULL_TOKEN_REFUSED: Requirement = Requirement {
    id: "delete-by-pull-token-refused",
    alias: "TOK-02",
    asked: Asked::always(Keyword::Promised),
    heading: Heading::docker("spec/auth/scope", "resource-provider-use"),
    sentence: "A token that permits pull is refused where something is deleted.",
};

/// One repository is not another.
pub static FOREIGN_REPOSITORY_TOKEN_REFUSED: Requirement = Requirement {
    id: "foreign-repository-token-refused",
    alias: "TOK-03",
    asked: Asked::always(Keyword::Promised),
    heading: Heading::docker("spec/auth/scope", "resource-name"),
    sentence: "A token for one repository is refused in another, for reading as for writing.",
};

/// A token for nothing.
pub static EMPTY_TOKEN_REFUSED: Requirement = Requirement {
    id: "empty-token-refused",
    alias: "TOK-04",
    asked: Asked::always(Keyword::Promised),
    heading: Heading::docker("spec/auth/scope", "resource-provider-use"),
    sentence: "A token that was asked for without a scope does not permit anything in a \
               repository that is not open to everybody.",
};

/// A token has its time.
pub static EXPIRED_TOKEN_REFUSED: Requirement = Requirement {
    id: "expired-token-refused",
    alias: "TOK-05",
    asked: Asked::always(Keyword::Promised),
    heading: Heading::docker("spec/auth/jwt", "verifying-the-token"),
    sentence: "A token whose time is over is refused.",
};

/// Whose time is over asks for another.
pub static EXPIRED_TOKEN_CHALLENGED: Requirement = Requirement {
    id: "expired-token-challenged",
    alias: "TOK-06",
    asked: Asked::always(Keyword::Rfc),
    heading: Heading::rfc(6750, "section-3.1"),
    sentence: "A token that is refused since its time is over is answered 401 with a challenge, \
               so that clients ask for another.",
};

/// A signature that is not one.
pub static ALTERED_SIGNATURE_REFUSED: Requirement = Requirement {
    id: "altered-signature-refused",
    alias: "TOK-07",
    asked: Asked::always(Keyword::Promised),
    heading: Heading::rfc(7515, "section-5.2"),
    sentence: "A token whose signature is altered, cut, or missing is refused.",
};

/// Claims that nobody signed.
pub static ALTERED_CLAIMS_REFUSED: Requirement = Requirement {
    id: "altered-claims-refused",
    alias: "TOK-08",
    asked: Asked::always(Keyword::Promised),
    heading: Heading::rfc(7515, "section-5.2"),
    sentence: "A token whose claims are others than those that were signed, such as its access, \
               its audience, its issuer or its end, is refused.",
};

/// A token that says that it is not signed.
pub static UNSIGNED_TOKEN_REFUSED: Requirement = Requirement {
    id: "unsigned-token-refused",
    alias: "TOK-09",
    asked: Asked::always(Keyword::Promised),
    heading: Heading::rfc(8725, "section-3.2"),
    sentence: "A token whose algorithm is none, in any case of letters, is refused with a \
               signature and without one.",
};

/// A public key is no secret.
pub static CONFUSED_ALGORITHM_REFUSED: Requirement = Requirement {
    id: "confused-algorithm-refused",
    alias: "TOK-10",
    asked: Asked::always(Keyword::Promised),
    heading: Heading::rfc(8725, "section-3.1"),
    sentence: "A token that says that it is signed by HMAC is refused where that is by what \
               everybody knows: nothing, the name of the key, or the public key.",
};

/// A key that comes with the token.
pub static EMBEDDED_KEY_REFUSED: Requirement = Requirement {
    id: "embedded-key-refused",
    alias: "TOK-11",
    asked: Asked::always(Keyword::Promised),
    heading: Heading::advisory("CVE-2025-24976"),
    sentence: "A token that is signed by a key which it brings along, in jwk or x5c, is \
               refused.",
};

/// A key that the token says where to find.
pub static NAMED_KEY_REFUSED: Requirement = Requirement {
    id: "named-key-refused",
    alias: "TOK-12",
    asked: Asked::always(Keyword::Promised),
    heading: Heading::rfc(8725, "section-3.10"),
    sentence: "A token that names a place where its key is to be had, in jku or x5u, is \
               refused.",
};

/// Nobody is sent for keys by those who need them.
pub static NAMED_KEY_NOT_FETCHED: Requirement = Requirement {
    id: "named-key-not-fetched",
    alias: "TOK-13",
    asked: Asked::always(Keyword::Promised),
    heading: Heading::rfc(8725, "section-3.10"),
    sentence: "A registry does not fetch a key from where a token that nobody has verified says \
               that it is.",
};

/// A token for another service.
pub static FOREIGN_AUDIENCE_REFUSED: Requirement = Requirement {
    id: "foreign-audience-refused",
    alias: "TOK-14",
    asked: Asked::always(Keyword::Promised),
    heading: Heading::docker("spec/auth/scope", "audience-resource-provider"),
    sentence: "A token that was given out for another service is refused.",
};

/// A token in a URL.
pub static QUERY_TOKEN_REFUSED: Requirement = Requirement {
    id: "query-token-refused",
    alias: "TOK-15",
    asked: Asked::always(Keyword::Advised),
    heading: Heading::rfc(6750, "section-2.3"),
    sentence: "A token in the query of a URL does not log anybody in.",
};

/// Texts that are no tokens.
pub static GARBAGE_TOKEN_REFUSED: Requirement = Requirement {
    id: "garbage-token-refused",
    alias: "TOK-16",
    asked: Asked::always(Keyword::Promised),
    heading: Heading::rfc(6750, "section-3.1"),
    sentence: "What is no token, however odd or long, is refused with a client error.",
};

/// Nobody comes as two.
pub static REPEATED_CREDENTIALS_REFUSED: Requirement = Requirement {
    id: "repeated-credentials-refused",
    alias: "TOK-17",
    asked: Asked::always(Keyword::Promised),
    heading: Heading::rfc(9110, "section-5.3"),
    sentence: "A request with two Authorization headers, neither of them any good, is refused \
               with a client error.",
};
