//! The grammar of `WWW-Authenticate` (RFC 9110, sections 5.6 and 11.6.1): a list of challenges, each of
//! a scheme and then of a bare token or of parameters.
//!
//! Commas part parameters as they part challenges: what follows one is a parameter if it goes on
//! with `=`, and else a challenge. Elements of the list may be empty. The reader knows no scheme.

/// Who is asked to say who they are, and how.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Challenge {
    scheme: String,
    parameters: Vec<(String, String)>,
    /// Whether a token stands in the place of parameters.
    is_bare: bool,
}

/// What is left to read.
struct Rest<'a>(&'a [u8]);

impl Challenge {
    /// Whether it is of this scheme.
    pub(crate) fn is(&self, scheme: &str) -> bool {
        self.scheme.eq_ignore_ascii_case(scheme)
    }

    /// The first parameter of this name.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        let mut parameters = self.parameters.iter();
        let found = parameters.find(|(it, _)| it.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

/// The challenges of a header; `None` where it does not fit the grammar.
pub(crate) fn read(header: &[u8]) -> Option<Vec<Challenge>> {
    let mut rest = Rest(header);
    let mut challenges = Vec::new();
    loop {
        rest.skip(|byte| is_blank(byte) || byte == b',');
        if rest.0.is_empty() {
            return Some(challenges);
        }
        rest.element(&mut challenges)?;
        rest.skip(is_blank);
        if !rest.ends_element() {
            return None;
        }
    }
}

impl Rest<'_> {
    /// Reads a parameter of the last challenge, or the beginning of another.
    fn element(&mut self, challenges: &mut Vec<Challenge>) -> Option<()> {
        let word = self.token()?;
        let is_parted = !self.skip(is_blank).is_empty();
        if self.0.first() == Some(&b'=') {
            let last = challenges.last_mut().filter(|last| !last.is_bare)?;
            last.parameters.push((word, self.value()?));
            return Some(());
        }
        let mut challenge = Challenge {
            scheme: word,
            parameters: Vec::new(),
            is_bare: false,
        };
        if !self.ends_element() {
            is_parted.then_some(())?;
            challenge.is_bare = self.takes_token68();
            if !challenge.is_bare {
                let name = self.token()?;
                challenge.parameters.push((name, self.value()?));
            }
        }
        challenges.push(challenge);
        Some(())
    }

    /// A token that stands alone, such as Base64, if that is what comes.
    fn takes_token68(&mut self) -> bool {
        let before = self.0;
        let has_some = !self.skip(is_of_token68).is_empty();
        self.skip(|byte| byte == b'=');
        self.skip(is_blank);
        let is_there = has_some && self.ends_element();
        if !is_there {
            self.0 = before;
        }
        is_there
    }

    /// The value of a parameter, from before its `=` on.
    fn value(&mut self) -> Option<String> {
        self.skip(is_blank);
        self.0 = self.0.strip_prefix(b"=")?;
        self.skip(is_blank);
        match self.0.strip_prefix(b"\"") {
            Some(rest) => {
                self.0 = rest;
                self.quoted()
            }
            None => self.token(),
        }
    }

    /// What is left of a quoted string, without its escapes. What is not UTF-8 becomes U+FFFD.
    fn quoted(&mut self) -> Option<String> {
        let mut text = Vec::new();
        loop {
            match self.next()? {
                b'"' => return Some(String::from_utf8_lossy(&text).into_owned()),
                b'\\' => text.push(self.next()?),
                byte => text.push(byte),
            }
        }
    }

    fn token(&mut self) -> Option<String> {
        let token = self.skip(is_of_token);
        let token = std::str::from_utf8(token).ok()?;
        (!token.is_empty()).then(|| token.to_owned())
    }

    fn ends_element(&self) -> bool {
        matches!(self.0.first(), None | Some(b','))
    }

    fn next(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }
}

impl<'a> Rest<'a> {
    /// Takes the bytes up to the first that is not such a one.
    fn skip(&mut self, is: impl Fn(u8) -> bool) -> &'a [u8] {
        let end = self.0.iter().position(|byte| !is(*byte));
        let (taken, rest) = self.0.split_at(end.unwrap_or(self.0.len()));
        self.0 = rest;
        taken
    }
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

fn is_of_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

fn is_of_token68(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a header says, a line for each challenge.
    fn said(header: &str) -> Option<Vec<String>> {
        let challenges = read(header.as_bytes())?;
        let line = |challenge: Challenge| {
            let parameters = challenge.parameters.iter();
            let pairs = parameters.map(|(name, value)| format!(" {name}:{value}"));
            let token = if challenge.is_bare { " token" } else { "" };
            format!("{}{}{token}", challenge.scheme, pairs.collect::<String>())
        };
        Some(challenges.into_iter().map(line).collect())
    }

    #[test]
    fn the_example_of_the_rfc_is_read() {
        let header =
            r#"Basic realm="simple", Newauth realm="apps", type=1, title="Login to \"apps\"""#;
        let told = [
            "Basic realm:simple",
            r#"Newauth realm:apps type:1 title:Login to "apps""#,
        ];
        assert_eq!(said(header).unwrap(), told);
    }

    #[test]
    fn every_form_that_the_grammar_has_is_read() {
        for (header, told) in [
            ("", &[][..]),
            (" , ,", &[]),
            ("Negotiate", &["Negotiate"]),
            ("Negotiate,NTLM", &["Negotiate", "NTLM"]),
            ("Negotiate dG9r/+==", &["Negotiate token"]),
            ("Negotiate dG9r , A b=c", &["Negotiate token", "A b:c"]),
            ("A b=c, Negotiate dG9rZW4=", &["A b:c", "Negotiate token"]),
            ("A   b=c", &["A b:c"]),
            ("A\tb=c", &["A b:c"]),
            ("  A b=c  ", &["A b:c"]),
            (",A b=c,,d=e,", &["A b:c d:e"]),
            ("A ,b=c", &["A b:c"]),
            ("A b = c , d\t=\t\"e\"", &["A b:c d:e"]),
            ("A b=\"\"", &["A b:"]),
            ("A b=\"c, D e=f\"", &["A b:c, D e=f"]),
            ("A b=", &["A token"]),
            ("A b==, C", &["A token", "C"]),
        ] {
            assert_eq!(
                said(header).as_deref(),
                Some(&told.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>()[..]),
                "{header:?}"
            );
        }
    }

    #[test]
    fn what_does_not_fit_the_grammar_is_not_read() {
        for header in [
            "\"",
            "=",
            "b=c",
            "A b=c d=e",
            "A b=c\"d\"",
            "A b c",
            "A \"b\"",
            "A b=\"c",
            "A b=\"c\\",
            "A b= , c=d",
            "A dG9r=, b=c",
            "A/b=c",
            "A b=\u{e9}",
            "A b=c;d=e",
            "A b=c, d=",
        ] {
            assert_eq!(said(header), None, "{header:?}");
        }
    }

    #[test]
    fn quoted_text_need_not_be_ascii() {
        assert_eq!(said("A b=\"Zürich\"").unwrap(), ["A b:Zürich"]);
        let latin = read(b"A b=\"Z\xfcrich\"").unwrap();
        assert_eq!(latin[0].parameter("B"), Some("Z\u{fffd}rich"));
    }

    #[test]
    fn the_first_of_two_parameters_counts() {
        let challenges = read(b"A b=c, B=d").unwrap();
        assert!(challenges[0].is("a"));
        assert_eq!(challenges[0].parameter("b"), Some("c"));
        assert_eq!(challenges[0].parameter("d"), None);
    }
}
