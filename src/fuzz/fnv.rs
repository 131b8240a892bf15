//! A hash that is the same on every machine and in every version: that of Fowler, Noll and Vo.

use std::hash::Hasher;

/// The hash under way (FNV-1a, 64 bits).
#[derive(Debug, Clone)]
pub(crate) struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for Fnv {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

/// The hash of these words.
pub(crate) fn of_words<'w>(words: impl IntoIterator<Item = &'w str>) -> u64 {
    let mut hash = Fnv::default();
    for word in words {
        hash.write(word.as_bytes());
        hash.write(&[0xff]);
    }
    hash.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_published_hash() {
        let mut hash = Fnv::default();
        hash.write(b"foobar");
        assert_eq!(hash.finish(), 0x8594_4171_f739_67e8);
    }
}
