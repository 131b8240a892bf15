//! Where all content comes from: a number, and the streams of random numbers that follow from it.

use std::fmt;
use std::num::IntErrorKind;
use std::str::FromStr;

use rand_chacha::ChaCha8Rng;
use rand_core::Rng as _;
use rand_core::SeedableRng as _;
use sha2::Digest as _;
use sha2::Sha256;

/// A number from which all content of a run follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Seed(pub u64);

impl Seed {
    /// The number.
    pub fn number(self) -> u64 {
        self.0
    }

    /// The stream of this seed and this label, which is independent of those of all others.
    pub fn stream(&self, label: &str) -> Stream {
        // The seed has a fixed width, so no other pair of seed and label gives these bytes.
        let key = Sha256::new()
            .chain_update(self.0.to_be_bytes())
            .chain_update(label)
            .finalize();
        Stream(ChaCha8Rng::from_seed(key.into()))
    }
}

impl From<u64> for Seed {
    fn from(number: u64) -> Self {
        Self(number)
    }
}

impl fmt::Display for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Why a text is no seed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadSeed {
    /// It is not written in decimal digits.
    #[error("`{0}` is not a seed: give decimal digits only")]
    NotDecimal(String),
    /// It has too many digits.
    #[error("`{0}` is too large for a seed: the largest is {max}", max = u64::MAX)]
    TooLarge(String),
}

impl FromStr for Seed {
    type Err = BadSeed;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // The standard library would take a sign.
        if !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(BadSeed::NotDecimal(text.to_owned()));
        }
        text.parse().map(Self).map_err(|error| match error.kind() {
            IntErrorKind::PosOverflow => BadSeed::TooLarge(text.to_owned()),
            _ => BadSeed::NotDecimal(text.to_owned()),
        })
    }
}

/// Random numbers that follow from a seed and a label.
#[derive(Debug, Clone)]
pub struct Stream(ChaCha8Rng);

impl Stream {
    /// Any number.
    pub fn u64(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A number below `bound`.
    ///
    /// # Panics
    ///
    /// If `bound` is 0.
    pub fn below(&mut self, bound: usize) -> usize {
        // The bias of the remainder is `bound / 2^64`, which nothing here can notice.
        let bound = u64::try_from(bound).expect("a usize has at most 64 bits");
        usize::try_from(self.u64() % bound).expect("it is below a usize")
    }

    /// A word of so many lower-case letters and digits.
    pub fn word(&mut self, len: usize) -> String {
        const DIGITS: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";
        (0..len)
            .map(|_| char::from(*self.pick(DIGITS.as_slice())))
            .collect()
    }

    /// So many bytes of any kind.
    pub fn bytes(&mut self, len: usize) -> Vec<u8> {
        let mut bytes = vec![0; len];
        self.0.fill_bytes(&mut bytes);
        bytes
    }

    /// One of `items`, each as likely as the others.
    ///
    /// # Panics
    ///
    /// If there are none.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }

    /// Puts `items` into any order, each as likely as the others (Fisher and Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_and_a_label_say_what_comes() {
        let word = |seed: u64, label: &str| Seed(seed).stream(label).word(12);
        assert_eq!(word(1, "a"), word(1, "a"));
        assert_ne!(word(1, "a"), word(2, "a"));
        assert_ne!(word(1, "a"), word(1, "b"));
        assert_ne!(word(1, ""), word(1, "\0"));
    }

    #[test]
    fn the_first_word_of_a_seed_never_changes() {
        assert_eq!(Seed(1).stream("plimsoll").word(8), "r12f5qt2");
    }

    #[test]
    fn a_seed_reads_back_as_it_is_written() {
        for number in [0, 7, u64::MAX] {
            assert_eq!(Seed(number).to_string().parse(), Ok(Seed(number)));
        }
    }

    #[test]
    fn what_is_no_seed_says_why() {
        let bad = |text: &str| text.parse::<Seed>().expect_err(text);
        for text in ["", "+1", "-1", "0x10", " 1", "١"] {
            assert_eq!(bad(text), BadSeed::NotDecimal(text.to_owned()));
        }
        let large = "18446744073709551616";
        assert_eq!(bad(large), BadSeed::TooLarge(large.to_owned()));
    }

    #[test]
    fn numbers_below_a_bound_are_all_those_below_it() {
        let mut stream = Seed(1).stream("below");
        let mut seen = [0; 5];
        for _ in 0..1000 {
            seen[stream.below(5)] += 1;
        }
        assert!(seen.iter().all(|&times| times > 100), "{seen:?}");
    }

    #[test]
    fn shuffling_moves_items_and_loses_none() {
        let sorted: Vec<u32> = (0..50).collect();
        let mut shuffled = sorted.clone();
        Seed(1).stream("shuffle").shuffle(&mut shuffled);
        assert_ne!(shuffled, sorted);
        shuffled.sort_unstable();
        assert_eq!(shuffled, sorted);
        Seed(1).stream("shuffle").shuffle::<u32>(&mut []);
    }

    #[test]
    fn a_word_is_lower_case_base_36() {
        let word = Seed(1).stream("word").word(500);
        assert_eq!(word.len(), 500);
        assert!(
            word.bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        );
    }
}
