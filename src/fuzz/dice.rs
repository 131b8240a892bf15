//! Small numbers that look random and follow from one number: the parameters of a mutation, and the
//! bytes of a blob.
//!
//! A campaign's choices do not come from here but from the bytes of its cases.

/// A stream of numbers that follows from its seed (`SplitMix64`).
#[derive(Debug, Clone)]
pub struct Dice {
    state: u64,
    is_boring: bool,
}

impl Dice {
    /// The stream of this seed. Of seed 0, every choice is the first, which is the most boring.
    pub fn new(seed: u64) -> Self {
        Self {
            state: seed,
            is_boring: seed == 0,
        }
    }

    /// The next number.
    pub fn roll(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`; 0 where that is 0.
    pub fn below(&mut self, bound: usize) -> usize {
        let bound = bound.max(1) as u64;
        let rolled = usize::try_from(self.roll() % bound).unwrap_or(0);
        if self.is_boring { 0 } else { rolled }
    }

    /// One of these, of which there must be one at least.
    pub fn pick<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[self.below(of.len())]
    }

    /// This many bytes.
    pub fn bytes(&mut self, count: usize) -> Vec<u8> {
        let words = std::iter::repeat_with(|| self.roll().to_le_bytes());
        words
            .take(count.div_ceil(8))
            .flatten()
            .take(count)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_choice_of_seed_0_is_the_first_and_other_seeds_come_to_all() {
        let mut boring = Dice::new(0);
        assert!((1..100).all(|bound| boring.below(bound) == 0));
        let rolled: std::collections::BTreeSet<_> =
            (1..256).map(|seed| Dice::new(seed).below(20)).collect();
        assert_eq!(rolled.len(), 20);
    }
}
