//! Locations of uploads, which are all that somebody needs to go on with one where nobody logs in.
//!
//! The rule is a careful one: a Location is said to be guessable only where, of four that were opened
//! one after the other, what tells them apart is one number each, in decimal or hexadecimal digits, and
//! the four numbers lie close together: as a count does, or a time in nanoseconds within minutes. Random
//! numbers of 64 bits or more never look like that, however they are written, and neither does anything
//! with a signature in it.

use crate::catalogue::security::SESSION_ID_UNGUESSABLE;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::trial::Trial;
use crate::verdict::Outcome;

/// How many sessions are opened.
const COUNT: usize = 4;

/// The most digits of what may be a count or a time; random numbers of 64 bits have as many.
const DIGITS: usize = 20;

/// How far apart counts and times may lie: in nanoseconds, almost two minutes.
const CLOSE: u128 = 100_000_000_000;

pub(crate) const SECTION: Section = Section {
    id: "security/sessions",
    title: "Locations that cannot be guessed",
    anchor: "",
    checks: &[Check {
        name: "ids",
        title: "Locations of uploads differ in more than a number that counts up or a time",
        covers: &[&SESSION_ID_UNGUESSABLE],
        needs: &[Feature::Push],
        run: ids,
        ..Check::BASE
    }],
};

fn ids(trial: &Trial<'_>) -> Outcome {
    let repository = trial.repository();
    let mut urls = Vec::new();
    for _ in 0..COUNT {
        urls.push(repository.open_session()?.url);
    }
    trial.judge(
        &SESSION_ID_UNGUESSABLE,
        !are_guessable(&urls),
        "Locations that differ in more than a number that counts up or a time",
        urls.join(", "),
    )
}

/// Whether what tells these apart is a number each, and the numbers lie close together.
fn are_guessable(urls: &[String]) -> bool {
    let Some(parts) = what_differs(urls) else {
        return false;
    };
    [10, 16].into_iter().any(|radix| {
        let numbers = parts.iter().map(|part| number(part, radix));
        let Some(numbers) = numbers.collect::<Option<Vec<_>>>() else {
            return false;
        };
        let (least, most) = (numbers.iter().min(), numbers.iter().max());
        least
            .zip(most)
            .is_some_and(|(least, most)| most - least < CLOSE)
    })
}

/// What is left of each without what all have in common at both ends; `None` where that is nothing at
/// all, which is another mistake.
fn what_differs(urls: &[String]) -> Option<Vec<String>> {
    let texts: Vec<&[u8]> = urls.iter().map(String::as_bytes).collect();
    let shortest = texts.iter().map(|text| text.len()).min()?;
    let first = *texts.first()?;
    let is_same = |at: usize| texts.iter().all(|text| text[at] == first[at]);
    let start = (0..shortest).take_while(|at| is_same(*at)).count();
    let from_end = |text: &[u8], at: usize| text[text.len() - 1 - at];
    let is_same = |at: usize| {
        texts
            .iter()
            .all(|it| from_end(it, at) == from_end(first, at))
    };
    let end = (0..shortest - start).take_while(|at| is_same(*at)).count();
    let part = |text: &&[u8]| {
        let part = String::from_utf8_lossy(&text[start..text.len() - end]);
        part.replace('-', "")
    };
    let parts: Vec<_> = texts.iter().map(part).collect();
    parts.iter().any(|part| !part.is_empty()).then_some(parts)
}

/// A number of few digits; nothing at all is the one before the first digit.
fn number(text: &str, radix: u32) -> Option<u128> {
    if text.is_empty() {
        return Some(0);
    }
    let is_number = text.len() <= DIGITS && text.chars().all(|it| it.is_digit(radix));
    is_number
        .then(|| u128::from_str_radix(text, radix).ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn urls(ids: &[&str]) -> Vec<String> {
        let url = |id: &&str| format!("http://r.test/v2/a/blobs/uploads/{id}?x=1");
        ids.iter().map(url).collect()
    }

    #[test]
    fn counts_and_times_can_be_guessed() {
        assert!(are_guessable(&urls(&["1", "2", "3", "4"])));
        assert!(are_guessable(&urls(&["8", "9", "10", "11"])));
        assert!(are_guessable(&urls(&["00fe", "00ff", "0100", "0102"])));
        let times = [
            "1767225600000000123",
            "1767225600100000456",
            "1767225601000000789",
            "1767225603000000000",
        ];
        assert!(are_guessable(&urls(&times)));
        // Of version 1, whose ends are those of the machine.
        let by_time = [
            "5e8a1c30-11f0-11f0-8de9-0242ac120002",
            "5e8a2a4a-11f0-11f0-8de9-0242ac120002",
            "5e8a2d38-11f0-11f0-8de9-0242ac120002",
            "5e8a2fc2-11f0-11f0-8de9-0242ac120002",
        ];
        assert!(are_guessable(&urls(&by_time)));
    }

    #[test]
    fn a_count_beside_a_signature_cannot() {
        let signed = ["1?s=qT-9", "2?s=Zz81", "3?s=0aXk", "4?s=m_Pq"];
        assert!(!are_guessable(&urls(&signed)));
        assert!(!are_guessable(&urls(&["a", "a", "a", "a"])));
    }

    proptest! {
        #[test]
        fn random_numbers_cannot(ids in prop::collection::vec(any::<u128>(), 4)) {
            let hex: Vec<_> = ids.iter().map(|id| format!("{id:032x}")).collect();
            let hex: Vec<_> = hex.iter().map(String::as_str).collect();
            prop_assert!(!are_guessable(&urls(&hex)));
            // A prefix of 48 bits that is a time, and 80 that are random.
            let mixed: Vec<_> = ids.iter().map(|id| format!("0197f3c2-{:024x}", id >> 32)).collect();
            let mixed: Vec<_> = mixed.iter().map(String::as_str).collect();
            prop_assert!(!are_guessable(&urls(&mixed)));
            let short: Vec<_> = ids.iter().map(|id| format!("{}", (id >> 64) as u64)).collect();
            let short: Vec<_> = short.iter().map(String::as_str).collect();
            prop_assert!(!are_guessable(&urls(&short)));
        }
    }
}
