//! Zstandard frames that store instead of compress: all that a layer of that type needs, without
//! a compressor. It does not know what it stores.

/// How much a block holds at most (RFC 8878, section 3.1.1.2).
const MAX_BLOCK: usize = 128 * 1024;

/// One frame that holds `bytes` as they are (RFC 8878, section 3.1.1).
///
/// # Panics
///
/// If there are 4 GiB or more.
pub(super) fn stored(bytes: &[u8]) -> Vec<u8> {
    /// Magic number, then a frame of one segment whose size takes four bytes, without checksum.
    const START: [u8; 5] = [0x28, 0xb5, 0x2f, 0xfd, 0b1010_0000];
    let size = u32::try_from(bytes.len()).expect("what is stored has less than 4 GiB");
    let mut frame = START.to_vec();
    frame.extend_from_slice(&size.to_le_bytes());
    let mut rest = bytes;
    loop {
        let (block, after) = rest.split_at(rest.len().min(MAX_BLOCK));
        frame.extend_from_slice(&block_header(block.len(), after.is_empty()));
        frame.extend_from_slice(block);
        rest = after;
        if rest.is_empty() {
            return frame;
        }
    }
}

/// Whether it is the last, two zero bits for "stored", the size (RFC 8878, section 3.1.1.2).
fn block_header(len: usize, is_last: bool) -> [u8; 3] {
    let len = u32::try_from(len).expect("a block has at most 128 KiB");
    let [first, second, third, _] = ((len << 3) | u32::from(is_last)).to_le_bytes();
    [first, second, third]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_frame_has_one_block() {
        assert_eq!(stored(b"abc"), b"\x28\xb5\x2f\xfd\xa0\x03\0\0\0\x19\0\0abc");
        assert_eq!(stored(b""), b"\x28\xb5\x2f\xfd\xa0\0\0\0\0\x01\0\0");
    }

    #[test]
    fn a_long_frame_marks_its_last_block_only() {
        let frame = stored(&vec![b'x'; MAX_BLOCK + 1]);
        assert_eq!(frame.len(), 9 + 3 + MAX_BLOCK + 3 + 1);
        assert_eq!(frame[9..12], [0, 0, 0x10]);
        assert_eq!(frame[9 + 3 + MAX_BLOCK..][..3], [0x09, 0, 0]);
    }
}
