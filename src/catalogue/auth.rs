//! AUTH: who comes, and how they show it.

use super::Area;
use super::Asked;
use super::Heading;
use super::Keyword;
use super::Requirement;

/// Logins and tokens.
pub static AREA: Area = Area {
    alias: "AUTH",
    title: "Logins and tokens",
    rows: &[
        &CHALLENGE_SENT,
        &CHALLENGE_REALM_SENT,
        &CHALLENGE_SERVICE_SENT,
        &CHALLENGE_SCOPE_SENT,
        &CHALLENGE_SCOPE_MATCHED,
        &MOUNT_SOURCE_ANSWERED,
        &WRONG_PASSWORD_REFUSED,
        &MALFORMED_CREDENTIALS_REFUSED,
        &TOKEN_SENT,
        &TOKEN_NAMES_MATCHED,
        &TOKEN_LIFETIME_SENT,
        &TOKEN_LIFETIME_SUFFICIENT,
        &TOKEN_ISSUE_TIME_SENT,
        &GRANTED_SCOPE_ACCEPTED,
        &SEVERAL_SCOPES_GRANTED,
        &PARTIAL_SCOPE_GRANTED,
        &UNPERMITTED_SCOPE_WITHHELD,
        &REFRESH_TOKEN_ACCEPTED,
        &ANONYMOUS_TOKEN_ANSWERED,
        &UNPERMITTED_REQUEST_REFUSED,
    ],
};

/// What a 401 says.
pub static CHALLENGE_SENT: Requirement = Requirement {
    id: "challenge-sent",
    alias: "AUTH-01",
    asked: Asked::always(Keyword::Promised),
    heading: Heading::rfc(9110, "section-11.6.1"),
    sentence: "A 401 says in WWW-Authenticate, with at least one challenge that can be read, \
               what would have to be shown.",
};

/// Where tokens are to be had.
pub static CHALLENGE_REALM_SENT: Requirement = Requirement {
    id: "challenge-realm-sent",
    alias: "AUTH-02",
    asked: Asked::always(Keyword::Promised),
    heading: Heading::docker("spec/auth/token", "how-to-authenticate"),
    sentence: "A challenge for a token has a realm that is an absolute URL of http or https, \
               and of https where the registry itself speaks TLS.",
};

/// For whom tokens are to be had.
pub static CHALLENGE_SERVICE_SENT: Requirement = Requirement {
    id: "challenge-service-sent",
    alias: "AUTH-03",
    asked: Asked::always(Keyword::Advised),
    heading: Heading::docker("spec/auth/token", "how-to-authenticate"),
    sentence: "A challenge for a token names the service that the token is for.",
};

/// What a token has to permit.
pub static CHALLENGE_SCOPE_SENT: Requirement = Requirement {
    id: "challenge-scope-sent",
    alias: "AUTH-04",
    asked: Asked::always(Keyword::Advised),
    heading: Heading::docker("spec/auth/token", "how-to-authenticate"),
    sentence: "A challenge for a token to a request for something in a repository names a \
               scope.",
};

/// The scope of a challenge fits.
pub static CHALLENGE_SCOPE_MATCHED: Requirement = Requirement {
    id: "challenge-scope-matched",
    alias: "AUTH-05",
    asked: Asked::always(Keyword::Promised),
    heading: Heading::docker("spec/auth/scope", "resource-provider-use"),
    sentence: "The scope that a challenge names is of the repository that was asked for, and \
               has the action that the request needs: pull for reading, push for uploads and \
               manifests, and more than pull for deleting.",
};

/// Whoever mounts is told what that needs.
pub static MOUNT_SOURCE_ANSWERED: Requirement = Requirement {
    id: "mount-source-answered",
    alias: "AUTH-06",
    asked: Asked::always(Keyword::Advised),
    heading: Heading::docker("spec/auth/scope", "resource-provider-use"),
    sentence: "A mount by a token for the challenge that it was answered with is done, or \
               becomes an ordinary upload, or is answered with a challenge that names pull on \
               the source.",
};

/// A password that is not the user's.
pub static WRONG_PASSWORD_REFUSED: Requirement = Requirement {
    id: "wrong-password-refused",
    alias: "AUTH-07",
    asked: Asked::always(Keyword::Promised),
    heading: Heading::rfc(9110, "section-15.5.2"),
    sentence: "A login by a wrong password is refused with 401 (or 403, or 429), by the \
               registry as by its token service.",
};

/// An Authorization that says nothing.
pub static MALFORMED_CREDENTIALS_REFUSED: Requirement = Requirement {
    id: "malformed-credentials-refused",
    alias: "AUTH-08",
    asked: Asked::always(Keyword::Promised),
    heading: Heading::rfc(9110, "section-11.6.2"),
    sentence: "A request whose Authorization cannot be read, or is of a scheme that nobody \
               knows, is refused with a client error where a login is needed.",
};

/// What a token service answers.
pub static TOKEN_SENT: Requirement = Requirement {
    id: "token-sent",
    alias: "AUTH-09",
    asked: Asked::always(Keyword::Promised),
    heading: Heading::docker("spec/auth/token", "token-response-fields"),
    sentence: "A token service answers whoever may log in with a JSON object in which token or \
               access_token is a text that an Authorization header can carry.",
};

/// A token under both names.
pub static TOKEN_NAMES_MATCHED: Requirement = Requirement {
    id: "token-names-matched",
    alias: "AUTH-10",
    asked: Asked::always(Keyword::Advised),
    heading: Heading::docker("spec/auth/token", "token-response-fields"),
    sentence: "Where a token service answers with both token and access_token, they are the \
               same.",
};

/// How long a token is good for.
pub static TOKEN_LIFETIME_SENT: Requirement = Requirement {
    id: "token-lifetime-sent",
    alias: "AUTH-11",
    asked: Asked::always(Keyword::Promised),
    heading: Heading::docker("spec/auth/token", "token-response-fields"),
    sentence: "Where a token service says how long a token is good for, expires_in is a number \
               of seconds that is not negative.",
};

/// Long enough for older clients.
pub static TOKEN_LIFETIME_SUFFICIENT: Requirement = Requirement {
    id: "token-lifetime-sufficient",
    alias: "AUTH-12",
    asked: Asked::always(Keyword::Advised),
    heading: Heading::docker("spec/auth/token", "token-response-fields"),
    sentence: "A token is good for at least 60 seconds, on which older clients count.",
};

/// When a token was issued.
pub static TOKEN_ISSUE_TIME_SENT: Requirement = Requirement {
    id: "token-issue-time-sent",
    alias: "AUTH-13",
    asked: Asked::always(Keyword::Promised),
    heading: Heading::docker("spec/auth/token", "token-response-fields"),
    sentence: "Where a token service says when a token was issued, issued_at is a time as in \
               RFC 3339.",
};

/// A token is good for what it was given for.
pub static GRANTED_SCOPE_ACCEPTED: Requirement = Requirement {
    id: "granted-scope-accepted",
    alias: "AUTH-14",
    asked: Asked::always(Keyword::Promised),
    heading: Heading::docker("spec/auth/token", "using-the-bearer-token"),
    sentence: "A token that was asked for with a scope that the account has a right to permits \
               what the scope says.",
};

/// More than one scope at a time.
pub static SEVERAL_SCOPES_GRANTED: Requirement = Requirement {
    id: "several-scopes-granted",
    alias: "AUTH-15",
    asked: Asked::always(Keyword::Promised),
    heading: Heading::docker("spec/auth/token", "query-parameters"),
    sentence: "A token that was asked for with several scopes, each a parameter of its own, \
               permits all of them to whom they are allowed.",
};

/// What is allowed of what was asked for.
pub static PARTIAL_SCOPE_GRANTED: Requirement = Requirement {
    id: "partial-scope-granted",
    alias: "AUTH-16",
    asked: Asked::always(Keyword::Advised),
    heading: Heading::docker("spec/auth/jwt", "getting-a-bearer-token"),
    sentence: "Asked for a scope that is allowed and one that is not, a token service gives a \
               token for the first.",
};

/// No token permits what its account may not.
pub static UNPERMITTED_SCOPE_WITHHELD: Requirement = Requirement {
    id: "unpermitted-scope-withheld",
    alias: "AUTH-17",
    asked: Asked::always(Keyword::Promised),
    heading: Heading::docker("spec/auth/jwt", "getting-a-bearer-token"),
    sentence: "A token that was asked for with a scope that the account has no right to, or \
               without any login, does not permit it.",
};

/// A refresh token is good for tokens.
pub static REFRESH_TOKEN_ACCEPTED: Requirement = Requirement {
    id: "refresh-token-accepted",
    alias: "AUTH-18",
    asked: Asked::always(Keyword::Promised),
    heading: Heading::docker("spec/auth/oauth", "getting-a-token"),
    sentence: "A refresh token that a token service gives on demand is taken for a token that \
               permits what the account may.",
};

/// Who asks for a token without a login.
pub static ANONYMOUS_TOKEN_ANSWERED: Requirement = Requirement {
    id: "anonymous-token-answered",
    alias: "AUTH-19",
    asked: Asked::always(Keyword::Promised),
    heading: Heading::docker("spec/auth/jwt", "getting-a-bearer-token"),
    sentence: "Whoever asks for a token without a login gets one, or a client error.",
};

/// Known, and not allowed.
pub static UNPERMITTED_REQUEST_REFUSED: Requirement = Requirement {
    id: "unpermitted-request-refused",
    alias: "AUTH-20",
    asked: Asked::always(Keyword::Promised),
    heading: Heading::rfc(9110, "section-15.5.4"),
    sentence: "A request of an account that may not make it is refused with 401, 403 or 404.",
};
