//! The error codes of the specification, and the JSON body that carries them.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;
use serde_json::Value;

/// An error code of the specification's table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "`meaning` says it, once")]
pub enum ErrorCode {
    BlobUnknown,
    BlobUploadInvalid,
    BlobUploadUnknown,
    DigestInvalid,
    ManifestBlobUnknown,
    ManifestInvalid,
    ManifestUnknown,
    NameInvalid,
    NameUnknown,
    SizeInvalid,
    Unauthorized,
    Denied,
    Unsupported,
    TooManyRequests,
}

/// A row of the table of codes.
struct Row {
    code: ErrorCode,
    name: &'static str,
    meaning: &'static str,
}

const fn row(code: ErrorCode, name: &'static str, meaning: &'static str) -> Row {
    Row {
        code,
        name,
        meaning,
    }
}

/// The codes in the order of the specification: code-1 to code-14, as version 1.1 numbers them.
#[rustfmt::skip]
static ROWS: [Row; 14] = [
    row(ErrorCode::BlobUnknown, "BLOB_UNKNOWN", "the repository holds no such blob"),
    row(ErrorCode::BlobUploadInvalid, "BLOB_UPLOAD_INVALID", "the upload cannot go on like this"),
    row(ErrorCode::BlobUploadUnknown, "BLOB_UPLOAD_UNKNOWN", "there is no such upload session"),
    row(ErrorCode::DigestInvalid, "DIGEST_INVALID", "the digest is malformed, or is not that of the content"),
    row(ErrorCode::ManifestBlobUnknown, "MANIFEST_BLOB_UNKNOWN", "the manifest refers to content that is not there"),
    row(ErrorCode::ManifestInvalid, "MANIFEST_INVALID", "the manifest cannot be read, or not be taken as it is"),
    row(ErrorCode::ManifestUnknown, "MANIFEST_UNKNOWN", "the repository holds no such manifest"),
    row(ErrorCode::NameInvalid, "NAME_INVALID", "the repository name is outside the grammar"),
    row(ErrorCode::NameUnknown, "NAME_UNKNOWN", "there is no such repository"),
    row(ErrorCode::SizeInvalid, "SIZE_INVALID", "the content's length is not what was announced, or not allowed"),
    row(ErrorCode::Unauthorized, "UNAUTHORIZED", "credentials are needed"),
    row(ErrorCode::Denied, "DENIED", "these credentials do not allow it"),
    row(ErrorCode::Unsupported, "UNSUPPORTED", "the registry does not offer this operation"),
    row(ErrorCode::TooManyRequests, "TOOMANYREQUESTS", "the client asks too often"),
];

impl ErrorCode {
    /// Every code, in the order of the specification.
    pub fn all() -> impl Iterator<Item = Self> {
        ROWS.iter().map(|row| row.code)
    }

    /// The code as it is written (`BLOB_UNKNOWN`).
    pub fn name(self) -> &'static str {
        ROWS[self as usize].name
    }

    /// What it means, as a fragment of a sentence.
    pub fn meaning(self) -> &'static str {
        ROWS[self as usize].meaning
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// The text is no error code of the specification.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no error code of the specification")]
pub struct UnknownErrorCode(String);

impl FromStr for ErrorCode {
    type Err = UnknownErrorCode;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::all()
            .find(|code| code.name() == text)
            .ok_or_else(|| UnknownErrorCode(text.to_owned()))
    }
}

/// The most errors that are taken from one body.
const MOST: usize = 1_000;

/// The body of an error: a list of errors, in JSON.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ErrorBody {
    /// The errors.
    pub errors: Vec<ErrorEntry>,
}

/// One error of an error body. What is missing, or has the wrong type, is `None`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ErrorEntry {
    /// The code as it is written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// What to tell a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// What to tell a program: any JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<Value>,
}

/// Why some bytes are no error body.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadErrorBody {
    /// It is longer than is read.
    #[error("an error body of {0} bytes is too long to be read")]
    TooLong(usize),
    /// It is not JSON.
    #[error("it is not JSON: {0}")]
    Json(String),
    /// It is JSON, but no object with a list `errors`.
    #[error("it is no JSON object with a list `errors`")]
    NoErrors,
}

impl ErrorBody {
    /// The longest body that is read, in bytes.
    pub const MAX_LEN: usize = 1 << 20;

    /// A body with one error.
    pub fn of(code: ErrorCode, message: impl Into<String>, detail: Option<Value>) -> Self {
        Self::named(code.name(), message, detail)
    }

    /// A body with one error, whose code need not be one of the specification.
    pub fn named(code: &str, message: impl Into<String>, detail: Option<Value>) -> Self {
        let entry = ErrorEntry {
            code: Some(code.to_owned()),
            message: Some(message.into()),
            detail,
        };
        Self {
            errors: vec![entry],
        }
    }

    /// Reads `bytes`, and takes from each of the first thousand errors what is there.
    pub fn read(bytes: &[u8]) -> Result<Self, BadErrorBody> {
        if bytes.len() > Self::MAX_LEN {
            return Err(BadErrorBody::TooLong(bytes.len()));
        }
        let mut body: Value =
            serde_json::from_slice(bytes).map_err(|error| BadErrorBody::Json(error.to_string()))?;
        match body.get_mut("errors").map(Value::take) {
            Some(Value::Array(errors)) => Ok(Self {
                errors: errors.into_iter().take(MOST).map(ErrorEntry::of).collect(),
            }),
            _ => Err(BadErrorBody::NoErrors),
        }
    }

    /// The body in JSON.
    pub fn to_json(&self) -> String {
        serde_json::json!(self).to_string()
    }

    /// The codes that are there, as they are written.
    pub fn codes(&self) -> impl Iterator<Item = &str> {
        self.errors.iter().filter_map(|error| error.code.as_deref())
    }
}

impl ErrorEntry {
    fn of(mut value: Value) -> Self {
        let text = |key| Some(value.get(key)?.as_str()?.to_owned());
        Self {
            code: text("code"),
            message: text("message"),
            detail: value.get_mut("detail").map(Value::take),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_code_stands_in_its_own_row_and_reads_back_as_it_is_written() {
        for (index, code) in ErrorCode::all().enumerate() {
            assert_eq!(code as usize, index);
            assert_eq!(code.to_string().parse(), Ok(code));
        }
        assert!("BLOB".parse::<ErrorCode>().is_err());
    }

    #[test]
    fn a_body_reads_back_as_it_is_written() {
        let body = ErrorBody::of(ErrorCode::BlobUnknown, "gone", Some(json!({"a": [1]})));
        assert_eq!(ErrorBody::read(body.to_json().as_bytes()), Ok(body));
    }

    #[test]
    fn of_a_body_that_is_not_quite_right_what_is_there_is_read() {
        let body = ErrorBody::read(
            br#"{"errors":[{"code":"X","message":7},{"detail":null},"x"],"more":1}"#,
        );
        let body = body.unwrap();
        assert_eq!(body.errors.len(), 3);
        assert_eq!(body.codes().collect::<Vec<_>>(), ["X"]);
        assert_eq!(body.errors[0].message, None);
    }

    #[test]
    fn what_is_no_error_body_says_why() {
        assert!(matches!(
            ErrorBody::read(b"<html>"),
            Err(BadErrorBody::Json(_))
        ));
        for bytes in [&b"[]"[..], b"{}", br#"{"errors":{}}"#] {
            assert_eq!(ErrorBody::read(bytes), Err(BadErrorBody::NoErrors));
        }
        let long = vec![b' '; ErrorBody::MAX_LEN + 1];
        assert_eq!(
            ErrorBody::read(&long),
            Err(BadErrorBody::TooLong(long.len()))
        );
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_are_read_without_panic(bytes: Vec<u8>) {
            let _ = ErrorBody::read(&bytes);
        }
    }
}
