//! What the registry refuses: one table of cases, with status, code and message.

use std::fmt::Display;

use http::StatusCode;
use http::header;

use super::answer::Answer;
use crate::http::HeaderName;
use crate::oci::ErrorBody;
use crate::oci::ErrorCode;

/// A case in which a request is refused, in the order of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Case {
    NameInvalid,
    NameUnknown,
    BlobUnknown,
    RangeUnsatisfiable,
    DigestInvalid,
    DigestMissing,
    DigestMismatch,
    UploadUnknown,
    ContentRangeInvalid,
    ChunkOutOfOrder,
    ChunkLength,
    ChunkTooSmall,
    BodyCut,
    TooLarge,
    TagInvalid,
    ManifestInvalid,
    ManifestUnknown,
    ReferenceUnknown,
    Precondition,
    MethodUnsupported,
    PathUnknown,
    Unauthorized,
    Denied,
}

/// A row of the table of cases. A case to which no code of the specification fits has none, and
/// its answer no body.
struct Row(Case, u16, Option<ErrorCode>, &'static str);

#[rustfmt::skip]
static ROWS: [Row; 23] = [
    Row(Case::NameInvalid, 400, Some(ErrorCode::NameInvalid), "this is no repository name"),
    Row(Case::NameUnknown, 404, Some(ErrorCode::NameUnknown), "there is no such repository"),
    Row(Case::BlobUnknown, 404, Some(ErrorCode::BlobUnknown), "the repository holds no such blob"),
    Row(Case::RangeUnsatisfiable, 416, None, "the blob ends before the range begins"),
    Row(Case::DigestInvalid, 400, Some(ErrorCode::DigestInvalid), "this is no digest that the registry can check"),
    Row(Case::DigestMissing, 400, Some(ErrorCode::DigestInvalid), "the parameter `digest` is missing"),
    Row(Case::DigestMismatch, 400, Some(ErrorCode::DigestInvalid), "the content has another digest"),
    Row(Case::UploadUnknown, 404, Some(ErrorCode::BlobUploadUnknown), "there is no such upload session in this repository"),
    Row(Case::ContentRangeInvalid, 400, Some(ErrorCode::BlobUploadInvalid), "Content-Range has the form first-last"),
    Row(Case::ChunkOutOfOrder, 416, Some(ErrorCode::BlobUploadInvalid), "the chunk does not begin where the upload stands"),
    Row(Case::ChunkLength, 400, Some(ErrorCode::SizeInvalid), "the chunk is not as long as its Content-Range"),
    Row(Case::ChunkTooSmall, 400, Some(ErrorCode::SizeInvalid), "the chunk before this was smaller than the minimum, so it had to be the last"),
    Row(Case::BodyCut, 400, Some(ErrorCode::SizeInvalid), "the body ended before its announced length"),
    Row(Case::TooLarge, 413, Some(ErrorCode::SizeInvalid), "the content is larger than the registry takes"),
    Row(Case::TagInvalid, 400, Some(ErrorCode::ManifestInvalid), "a manifest cannot be pushed under this tag"),
    Row(Case::ManifestInvalid, 400, Some(ErrorCode::ManifestInvalid), "this is no manifest that the registry takes"),
    Row(Case::ManifestUnknown, 404, Some(ErrorCode::ManifestUnknown), "the repository holds no such manifest"),
    Row(Case::ReferenceUnknown, 404, Some(ErrorCode::ManifestBlobUnknown), "the manifest refers to a blob that the repository does not hold"),
    Row(Case::Precondition, 412, None, "the tag does not point to what If-Match says"),
    Row(Case::MethodUnsupported, 405, Some(ErrorCode::Unsupported), "this cannot be done here"),
    Row(Case::PathUnknown, 404, Some(ErrorCode::Unsupported), "there is nothing at this path"),
    Row(Case::Unauthorized, 401, Some(ErrorCode::Unauthorized), "it is not known who asks, or whether they may"),
    Row(Case::Denied, 403, Some(ErrorCode::Denied), "the user may not do this to the repository"),
];

/// A refused request: the case, and what is particular to it.
#[derive(Debug)]
pub(crate) struct Refusal {
    case: Case,
    detail: Option<String>,
    headers: Vec<(HeaderName, String)>,
}

impl From<Case> for Refusal {
    fn from(case: Case) -> Self {
        Self {
            case,
            detail: None,
            headers: Vec::new(),
        }
    }
}

impl Refusal {
    /// How many characters of a detail are sent, since it may repeat what the client sent.
    const DETAIL_LEN: usize = 300;

    /// A refusal that says more than its case.
    pub(crate) fn because(case: Case, detail: impl Display) -> Self {
        let detail = detail.to_string().chars().take(Self::DETAIL_LEN).collect();
        Self {
            detail: Some(detail),
            ..Self::from(case)
        }
    }

    /// The refusal of a method, with those that are `allowed`.
    pub(crate) fn method(allowed: &str) -> Self {
        Self::from(Case::MethodUnsupported).header(header::ALLOW, allowed)
    }

    /// The same with this header.
    pub(crate) fn header(mut self, name: HeaderName, value: &(impl Display + ?Sized)) -> Self {
        self.headers.push((name, value.to_string()));
        self
    }

    /// The answer that says it.
    pub(crate) fn into_answer(self) -> Answer {
        let row = ROWS.iter().find(|row| row.0 == self.case);
        let Row(_, status, code, message) = row.expect("every case has a row, as a test shows");
        let status = StatusCode::from_u16(*status).expect("the table holds statuses of HTTP");
        let mut answer = Answer::new(status);
        for (name, value) in self.headers {
            answer = answer.header(name, &value);
        }
        match code {
            Some(code) => {
                let body = ErrorBody::of(*code, *message, self.detail.map(Into::into));
                answer.body("application/json", body.to_json())
            }
            None => answer,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_case_has_a_row_and_blames_the_client() {
        for (index, Row(case, status, ..)) in ROWS.iter().enumerate() {
            assert_eq!(*case as usize, index);
            assert!((400..500).contains(status), "{case:?}");
        }
        assert_eq!(ROWS.len(), Case::Denied as usize + 1);
    }

    #[test]
    fn a_long_detail_is_cut() {
        let refusal = Refusal::because(Case::ManifestInvalid, "ä".repeat(10_000));
        assert!(refusal.into_answer().body.len() < 1_000);
    }
}
