//! The error codes of the specification.

use std::fmt;
use std::str::FromStr;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_stands_in_its_own_row_and_reads_back_as_it_is_written() {
        for (index, code) in ErrorCode::all().enumerate() {
            assert_eq!(code as usize, index);
            assert_eq!(code.to_string().parse(), Ok(code));
        }
        assert!("BLOB".parse::<ErrorCode>().is_err());
    }
}
