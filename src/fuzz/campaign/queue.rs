//! Results in the order of their numbers, in whatever order they come.

use std::collections::BTreeMap;

/// What came too early, until its turn.
pub(super) struct InOrder<T, F> {
    waiting: BTreeMap<u64, T>,
    next: u64,
    /// Whether a number belongs to the order at all.
    counts: F,
}

impl<T, F: Fn(u64) -> bool> InOrder<T, F> {
    pub(super) fn new(counts: F) -> Self {
        Self {
            waiting: BTreeMap::new(),
            next: 0,
            counts,
        }
    }

    pub(super) fn put(&mut self, number: u64, what: T) {
        self.waiting.insert(number, what);
    }

    /// The next one, if it is there.
    pub(super) fn take(&mut self) -> Option<T> {
        if self.waiting.is_empty() {
            return None;
        }
        while !(self.counts)(self.next) {
            self.next += 1;
        }
        let what = self.waiting.remove(&self.next)?;
        self.next += 1;
        Some(what)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_early_waits_for_its_turn() {
        let mut queue = InOrder::new(|number| number % 2 == 1);
        queue.put(3, "three");
        assert_eq!(queue.take(), None);
        queue.put(1, "one");
        assert_eq!(queue.take(), Some("one"));
        assert_eq!(queue.take(), Some("three"));
        assert_eq!(queue.take(), None);
    }
}
