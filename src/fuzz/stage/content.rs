//! The bytes of blobs.

use bytes::Bytes;

use crate::fuzz::dice::Dice;
use crate::fuzz::meaning::Text;
use crate::fuzz::plan::Blob;
use crate::oci::Algorithm;

/// A blob with its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Content {
    pub(crate) bytes: Bytes,
    pub(crate) digest: Text,
}

impl Content {
    /// The blob at this place of a plan, salted unless every case shares it.
    pub(crate) fn of(blob: Blob, index: usize, salt: u64) -> Self {
        let salt = if blob.shared { 0 } else { salt };
        let mut dice = Dice::new(salt ^ (index as u64).wrapping_mul(0xa076_1d64_78bd_642f));
        let bytes = dice.bytes(usize::try_from(blob.size).unwrap_or(0));
        Self {
            digest: digest(&bytes),
            bytes: bytes.into(),
        }
    }
}

/// The SHA-256 of these bytes.
pub(crate) fn digest(bytes: &[u8]) -> Text {
    Algorithm::Sha256.digest(bytes).to_string().into()
}
