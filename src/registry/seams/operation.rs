//! What a request is for, in one word, so that a row can say in which requests it differs.

use super::super::call::Call;
use super::super::route::Route;
use crate::http::Method;

/// What a request is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    /// GET or HEAD on the base.
    Base,
    /// GET on a blob.
    GetBlob,
    /// HEAD on a blob.
    HeadBlob,
    /// DELETE on a blob.
    DeleteBlob,
    /// POST that opens an upload session.
    OpenUpload,
    /// POST with a digest.
    SinglePost,
    /// POST with a blob to mount.
    Mount,
    /// PATCH on a session.
    Chunk,
    /// PUT on a session.
    CloseUpload,
    /// GET on a session.
    UploadStatus,
    /// DELETE on a session.
    CancelUpload,
    /// GET on a manifest.
    GetManifest,
    /// HEAD on a manifest.
    HeadManifest,
    /// PUT of a manifest.
    PutManifest,
    /// DELETE on a manifest, by digest.
    DeleteManifest,
    /// DELETE on a tag.
    DeleteTag,
    /// GET on the list of tags.
    Tags,
    /// GET on the list of referrers.
    Referrers,
    /// GET on the list of extensions.
    Extensions,
    /// Anything else.
    Other,
}

impl Operation {
    /// What a call of this route is for.
    pub(crate) fn of(route: &Route, call: &Call) -> Self {
        let has = |name| call.query.first(name).is_some();
        match (route, call.method.as_str()) {
            (Route::Base, "GET" | "HEAD") => Self::Base,
            (Route::Blob { .. }, "GET") => Self::GetBlob,
            (Route::Blob { .. }, "HEAD") => Self::HeadBlob,
            (Route::Blob { .. }, "DELETE") => Self::DeleteBlob,
            (Route::Uploads { .. }, "POST") if has("mount") => Self::Mount,
            (Route::Uploads { .. }, "POST") if has("digest") => Self::SinglePost,
            (Route::Uploads { .. }, "POST") => Self::OpenUpload,
            (Route::Session { .. }, "PATCH") => Self::Chunk,
            (Route::Session { .. }, "PUT") => Self::CloseUpload,
            (Route::Session { .. }, "GET") => Self::UploadStatus,
            (Route::Session { .. }, "DELETE") => Self::CancelUpload,
            (Route::Manifest { .. }, "GET") => Self::GetManifest,
            (Route::Manifest { .. }, "HEAD") => Self::HeadManifest,
            (Route::Manifest { .. }, "PUT") => Self::PutManifest,
            (Route::Manifest { reference, .. }, "DELETE") if reference.contains(':') => {
                Self::DeleteManifest
            }
            (Route::Manifest { .. }, "DELETE") => Self::DeleteTag,
            (Route::Tags { .. }, "GET") => Self::Tags,
            (Route::Referrers { .. }, "GET") => Self::Referrers,
            (Route::Extensions, _) if call.method == Method::GET => Self::Extensions,
            _ => Self::Other,
        }
    }
}
