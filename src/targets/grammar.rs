//! The grammars once more, as the specification words them and in another way than the readers
//! have them: one pass, from left to right, that takes as much as it can.

/// A text, and what is left of it.
pub(super) struct Scan<'a>(pub(super) &'a str);

impl<'a> Scan<'a> {
    /// Takes `word`, if it stands there.
    pub(super) fn takes(&mut self, word: &str) -> bool {
        let rest = self.0.strip_prefix(word);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    /// Takes all characters of a kind.
    pub(super) fn all(&mut self, is_taken: impl Fn(char) -> bool) -> &'a str {
        let (taken, rest) = self
            .0
            .split_at(self.0.len() - self.0.trim_start_matches(is_taken).len());
        self.0 = rest;
        taken
    }

    /// Takes a decimal number, as its digits without leading zeros.
    pub(super) fn number(&mut self) -> Option<Number<'a>> {
        let digits = self.all(|c| c.is_ascii_digit());
        (!digits.is_empty()).then(|| Number::of(digits))
    }

    /// Whether nothing is left.
    pub(super) fn is_done(&self) -> bool {
        self.0.is_empty()
    }
}

/// A number of any size, which orders as numbers do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Number<'a> {
    length: usize,
    digits: &'a str,
}

impl<'a> Number<'a> {
    fn of(digits: &'a str) -> Self {
        let digits = digits.trim_start_matches('0');
        Self {
            length: digits.len(),
            digits,
        }
    }

    /// The number, or the largest one if it is larger.
    pub(super) fn saturated(self) -> u64 {
        let fits = self.length <= 20;
        let value = fits.then(|| {
            self.digits
                .bytes()
                .fold(0, |sum, byte| sum * 10 + u128::from(byte - b'0'))
        });
        value
            .and_then(|value| u64::try_from(value).ok())
            .unwrap_or(u64::MAX)
    }

    /// Whether it is a `u64`.
    pub(super) fn fits(self) -> bool {
        self <= Self::of("18446744073709551615")
    }
}

fn is_word(c: char) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit()
}

/// `[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*`
pub(super) fn is_name(text: &str) -> bool {
    let mut rest = Scan(text);
    loop {
        if rest.all(is_word).is_empty() {
            return false;
        }
        let goes_on = rest.takes("/")
            || rest.takes(".")
            || rest.takes("__")
            || rest.takes("_")
            || !rest.all(|c| c == '-').is_empty();
        if !goes_on {
            return rest.is_done();
        }
    }
}

/// `[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}`
pub(super) fn is_tag(text: &str) -> bool {
    let mut rest = Scan(text);
    let first = rest.all(|c| c.is_ascii_alphanumeric() || c == '_');
    rest.all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c));
    !first.is_empty() && rest.is_done() && text.len() < 129
}

/// `[a-z0-9]+([+._-][a-z0-9]+)*:[a-zA-Z0-9=_-]+`
pub(super) fn is_digest(text: &str) -> bool {
    let mut rest = Scan(text);
    loop {
        if rest.all(is_word).is_empty() {
            return false;
        }
        let goes_on = ["+", ".", "_", "-"].iter().any(|sign| rest.takes(sign));
        if !goes_on {
            break;
        }
    }
    let is_encoded = |c: char| c.is_ascii_alphanumeric() || "=_-".contains(c);
    rest.takes(":") && !rest.all(is_encoded).is_empty() && rest.is_done()
}

/// A digest of an algorithm that we compute.
pub(super) fn is_known_digest(text: &str) -> bool {
    let mut rest = Scan(text);
    let length = match () {
        () if rest.takes("sha256:") => 64,
        () if rest.takes("sha512:") => 128,
        () => return false,
    };
    let hex = rest.all(|c| c.is_ascii_digit() || ('a'..='f').contains(&c));
    hex.len() == length && rest.is_done()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_order_by_value() {
        let number = |digits: &'static str| Number::of(digits);
        assert!(number("9") < number("10") && number("007") == number("7"));
        assert!(number("18446744073709551615").fits() && !number("18446744073709551616").fits());
        assert_eq!(number("42").saturated(), 42);
        assert_eq!(number("99999999999999999999").saturated(), u64::MAX);
    }
}
