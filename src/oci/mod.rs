//! The words of the wire: what the specification's texts look like, read and written.

pub mod media_type;

mod digest;

pub use digest::Algorithm;
pub use digest::BadDigest;
pub use digest::Digest;
