//! The words of the wire: what the specification's texts look like, read and written.
//!
//! Everything here is a function of its input: no request is sent, no state is kept. Readers take
//! anything and bound what they build from it.

pub mod media_type;

mod byte_range;
mod content_range;
mod descriptor;
mod digest;
mod endpoint;
mod error_body;
mod error_code;
mod link;
mod manifest;
mod name;
mod reference;

pub use byte_range::AnsweredRange;
pub use byte_range::BadAnsweredRange;
pub use byte_range::BadRange;
pub use byte_range::ByteRange;
pub use byte_range::ByteRanges;
pub use byte_range::Resolved;
pub use byte_range::Span;
pub use content_range::BadContentRange;
pub use content_range::ContentRange;
pub use content_range::StoredRange;
pub use descriptor::Annotations;
pub use descriptor::Descriptor;
pub use digest::Algorithm;
pub use digest::BadDigest;
pub use digest::Digest;
pub use digest::Hasher;
pub use endpoint::Endpoint;
pub use error_body::BadErrorBody;
pub use error_body::ErrorBody;
pub use error_body::ErrorEntry;
pub use error_code::ErrorCode;
pub use error_code::UnknownErrorCode;
pub use link::BadLink;
pub use link::Link;
pub use link::next_target;
pub use manifest::BadManifest;
pub use manifest::Kind;
pub use manifest::Manifest;
pub use name::BadName;
pub use name::RepositoryName;
pub use reference::BadReference;
pub use reference::BadTag;
pub use reference::Reference;
pub use reference::Tag;
