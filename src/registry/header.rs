//! The headers that the specification adds to those of HTTP.

use crate::http::HeaderName;

/// The version of the API, on every answer of the base.
pub(crate) const API_VERSION: HeaderName =
    HeaderName::from_static("docker-distribution-api-version");
/// The version that it names.
pub(crate) const CURRENT_API: &str = "registry/2.0";
/// The least length of a chunk.
pub(crate) const CHUNK_MINIMUM: HeaderName = HeaderName::from_static("oci-chunk-min-length");
/// The digest of what was pulled or pushed.
pub(crate) const CONTENT_DIGEST: HeaderName = HeaderName::from_static("docker-content-digest");
/// The filters that made a list.
pub(crate) const FILTERS_APPLIED: HeaderName = HeaderName::from_static("oci-filters-applied");
/// In whose name a pull was answered.
pub(crate) const NAMESPACE: HeaderName = HeaderName::from_static("oci-namespace");
/// The digest of the subject of what was pushed.
pub(crate) const SUBJECT: HeaderName = HeaderName::from_static("oci-subject");
/// A tag that a parameter made.
pub(crate) const TAG: HeaderName = HeaderName::from_static("oci-tag");
/// The name of an upload session, as Docker's older protocol has it.
pub(crate) const UPLOAD_ID: HeaderName = HeaderName::from_static("docker-upload-uuid");
