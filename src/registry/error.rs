//! What the registry refuses: one table of cases, with status, code and message.

use std::fmt::Display;
use std::io;
use std::sync::Arc;

use http::StatusCode;
use http::header;

use super::answer::Answer;
use super::operations::Fault;
use super::store::StoreError;
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
    StoreNameTooLong,
    StoreFull,
    StoreReadOnly,
    StoreFailed,
}

/// The code of a case. One to which no code of the specification fits has one of the registry's
/// own if a client should know of it, or none, and its answer no body.
enum Code {
    None,
    Of(ErrorCode),
    Own(&'static str),
}

/// A row of the table of cases.
struct Row(Case, u16, Code, &'static str);

#[rustfmt::skip]
static ROWS: [Row; 27] = [
    Row(Case::NameInvalid, 400, Code::Of(ErrorCode::NameInvalid), "this is no repository name"),
    Row(Case::NameUnknown, 404, Code::Of(ErrorCode::NameUnknown), "there is no such repository"),
    Row(Case::BlobUnknown, 404, Code::Of(ErrorCode::BlobUnknown), "the repository holds no such blob"),
    Row(Case::RangeUnsatisfiable, 416, Code::None, "the blob ends before the range begins"),
    Row(Case::DigestInvalid, 400, Code::Of(ErrorCode::DigestInvalid), "this is no digest that the registry can check"),
    Row(Case::DigestMissing, 400, Code::Of(ErrorCode::DigestInvalid), "the parameter `digest` is missing"),
    Row(Case::DigestMismatch, 400, Code::Of(ErrorCode::DigestInvalid), "the content has another digest"),
    Row(Case::UploadUnknown, 404, Code::Of(ErrorCode::BlobUploadUnknown), "there is no such upload session in this repository"),
    Row(Case::ContentRangeInvalid, 400, Code::Of(ErrorCode::BlobUploadInvalid), "Content-Range has the form first-last"),
    Row(Case::ChunkOutOfOrder, 416, Code::Of(ErrorCode::BlobUploadInvalid), "the chunk does not begin where the upload stands"),
    Row(Case::ChunkLength, 400, Code::Of(ErrorCode::SizeInvalid), "the chunk is not as long as its Content-Range"),
    Row(Case::ChunkTooSmall, 400, Code::Of(ErrorCode::SizeInvalid), "the chunk before this was smaller than the minimum, so it had to be the last"),
    Row(Case::BodyCut, 400, Code::Of(ErrorCode::SizeInvalid), "the body ended before its announced length"),
    Row(Case::TooLarge, 413, Code::Of(ErrorCode::SizeInvalid), "the content is larger than the registry takes"),
    Row(Case::TagInvalid, 400, Code::Of(ErrorCode::ManifestInvalid), "a manifest cannot be pushed under this tag"),
    Row(Case::ManifestInvalid, 400, Code::Of(ErrorCode::ManifestInvalid), "this is no manifest that the registry takes"),
    Row(Case::ManifestUnknown, 404, Code::Of(ErrorCode::ManifestUnknown), "the repository holds no such manifest"),
    Row(Case::ReferenceUnknown, 404, Code::Of(ErrorCode::ManifestBlobUnknown), "the manifest refers to a blob that the repository does not hold"),
    Row(Case::Precondition, 412, Code::None, "the tag does not point where If-Match or If-None-Match wants it"),
    Row(Case::MethodUnsupported, 405, Code::Of(ErrorCode::Unsupported), "this cannot be done here"),
    Row(Case::PathUnknown, 404, Code::Of(ErrorCode::Unsupported), "there is nothing at this path"),
    Row(Case::Unauthorized, 401, Code::Of(ErrorCode::Unauthorized), "it is not known who asks, or whether they may"),
    Row(Case::Denied, 403, Code::Of(ErrorCode::Denied), "the user may not do this to the repository"),
    Row(Case::StoreNameTooLong, 400, Code::Of(ErrorCode::NameInvalid), "no folder can have a name this long"),
    Row(Case::StoreFull, 507, Code::Own("STORAGE_FULL"), "there is no room left, and nothing was stored"),
    Row(Case::StoreReadOnly, 503, Code::Own("STORAGE_READ_ONLY"), "the registry cannot write where it keeps its content, and nothing was stored"),
    Row(Case::StoreFailed, 500, Code::Own("STORAGE_FAILED"), "the registry cannot read or write what it keeps"),
];

/// A refused request: the case, and what is particular to it.
#[derive(Debug)]
pub(crate) struct Refusal {
    case: Case,
    detail: Option<String>,
    headers: Vec<(HeaderName, String)>,
    /// How the store failed, if that is why.
    fault: Option<Arc<Fault>>,
    /// Who had logged in.
    user: Option<String>,
}

/// What is wrong with a body, or with the store that it went to.
#[derive(Debug, Clone)]
pub(crate) struct Flaw {
    pub(crate) case: Case,
    /// How the store failed, if it did.
    fault: Option<Arc<Fault>>,
}

impl From<Case> for Refusal {
    fn from(case: Case) -> Self {
        Flaw::from(case).into()
    }
}

impl From<Flaw> for Refusal {
    fn from(flaw: Flaw) -> Self {
        Self {
            case: flaw.case,
            detail: None,
            headers: Vec::new(),
            fault: flaw.fault,
            user: None,
        }
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Flaw::from(error).into()
    }
}

impl From<io::Error> for Refusal {
    fn from(error: io::Error) -> Self {
        StoreError::from(error).into()
    }
}

impl From<Case> for Flaw {
    fn from(case: Case) -> Self {
        Self { case, fault: None }
    }
}

impl From<StoreError> for Flaw {
    /// What the system says is for the log, not for the client.
    fn from(error: StoreError) -> Self {
        let case = match error {
            StoreError::Full => Case::StoreFull,
            StoreError::ReadOnly => Case::StoreReadOnly,
            StoreError::NameTooLong => Case::StoreNameTooLong,
            StoreError::Failed(_) => Case::StoreFailed,
        };
        Self {
            case,
            fault: Fault::of(&error).map(Arc::new),
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

    /// The same, to this user.
    pub(crate) fn to(mut self, user: Option<&str>) -> Self {
        self.user = user.map(str::to_owned);
        self
    }

    /// The answer that says it.
    pub(crate) fn into_answer(self) -> Answer {
        let row = ROWS.iter().find(|row| row.0 == self.case);
        let Row(_, status, code, message) = row.expect("every case has a row, as a test shows");
        let status = StatusCode::from_u16(*status).expect("the table holds statuses of HTTP");
        let mut answer = Answer::new(status);
        answer.notes.fault = self.fault;
        answer.notes.user = self.user;
        for (name, value) in self.headers {
            answer = answer.header(name, &value);
        }
        let name = match code {
            Code::None => return answer,
            Code::Of(code) => code.name(),
            Code::Own(name) => name,
        };
        answer.notes.code = Some(name);
        let body = ErrorBody::named(name, *message, self.detail.map(Into::into));
        answer.body("application/json", body.to_json())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_case_has_a_row_and_blames_the_client_unless_the_store_fails() {
        for (index, Row(case, status, ..)) in ROWS.iter().enumerate() {
            assert_eq!(*case as usize, index);
            let is_ours = index >= Case::StoreFull as usize;
            assert_eq!((500..600).contains(status), is_ours, "{case:?}");
            assert_eq!((400..500).contains(status), !is_ours, "{case:?}");
        }
        assert_eq!(ROWS.len(), Case::StoreFailed as usize + 1);
    }

    #[test]
    fn a_long_detail_is_cut() {
        let refusal = Refusal::because(Case::ManifestInvalid, "ä".repeat(10_000));
        assert!(refusal.into_answer().body.len() < 1_000);
    }
}
