//! Words that every report for people uses: plurals, lists, times and the order of levels.

use crate::catalogue::Level;

/// `1 check`, `2 checks`.
pub(super) fn count(number: usize, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        _ => format!("{number} {noun}s"),
    }
}

/// `a`, `a and b`, `a, b and c`.
pub(super) fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// A time as people say it, from milliseconds: `840 ms`, `14.2 s`, `2 min 5 s`.
pub(super) fn time(milliseconds: u64) -> String {
    let seconds = milliseconds / 1000;
    match seconds {
        0 => format!("{milliseconds} ms"),
        1..60 => format!("{seconds}.{} s", milliseconds % 1000 / 100),
        _ => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}

/// Where a level stands, heaviest first; what is no level comes last.
pub(super) fn weight(level: &str) -> usize {
    Level::ALL
        .iter()
        .position(|known| known.to_string() == level)
        .unwrap_or(Level::ALL.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_is_singular() {
        assert_eq!(count(0, "check"), "0 checks");
        assert_eq!(count(1, "check"), "1 check");
        assert_eq!(count(2, "check"), "2 checks");
    }

    #[test]
    fn a_list_ends_with_and() {
        let items = ["a", "b", "c"].map(str::to_owned);
        assert_eq!(list(&items[..0]), "");
        assert_eq!(list(&items[..1]), "a");
        assert_eq!(list(&items[..2]), "a and b");
        assert_eq!(list(&items), "a, b and c");
    }

    #[test]
    fn a_time_has_the_unit_that_fits() {
        assert_eq!(time(999), "999 ms");
        assert_eq!(time(14_230), "14.2 s");
        assert_eq!(time(125_000), "2 min 5 s");
    }

    #[test]
    fn heavier_levels_come_first_and_unknown_ones_last() {
        let mut levels = ["none", "may", "should", "must", "expected"];
        levels.sort_by_key(|level| weight(level));
        assert_eq!(levels, ["must", "expected", "should", "may", "none"]);
    }
}
