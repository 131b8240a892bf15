//! The `Link` header by RFC 8288, which carries the next page of a list.

use std::fmt;

/// One link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The target as it is written: an absolute URL, or one relative to the request's.
    pub target: String,
    /// The parameters in their order, with names in lower case and values unquoted.
    pub parameters: Vec<(String, String)>,
}

/// Why a text is no `Link` header.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadLink {
    /// It breaks the grammar.
    #[error("the Link header breaks the grammar of RFC 8288 at byte {at}: {expected} is missing")]
    Form {
        /// Where, in bytes from the start.
        at: usize,
        /// What should stand there.
        expected: &'static str,
    },
    /// It is longer, or has more links, than anybody needs.
    #[error("the Link header is too long to be read")]
    TooLong,
}

impl Link {
    /// The longest header that is read, in bytes.
    pub const MAX_LEN: usize = 64 << 10;
    /// How many links are read from one header.
    pub const MAX_LINKS: usize = 64;

    /// A link to the next page.
    pub fn next(target: impl Into<String>) -> Self {
        Self {
            target: target.into(),
            parameters: vec![("rel".to_owned(), "next".to_owned())],
        }
    }

    /// Reads the links of one header.
    pub fn parse_all(header: &str) -> Result<Vec<Self>, BadLink> {
        if header.len() > Self::MAX_LEN {
            return Err(BadLink::TooLong);
        }
        let mut rest = Rest { header, at: 0 };
        let mut links = Vec::new();
        loop {
            rest.skip(is_space_or_comma);
            if rest.peek().is_none() {
                return Ok(links);
            }
            if links.len() == Self::MAX_LINKS {
                return Err(BadLink::TooLong);
            }
            links.push(rest.link()?);
        }
    }

    /// The value of the first parameter with this name, given in lower case.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        let found = self.parameters.iter().find(|(it, _)| it == name)?;
        Some(&found.1)
    }

    /// Whether one of its relation types is `relation`. Only the first `rel` counts
    /// (RFC 8288, section 3.3).
    pub fn is(&self, relation: &str) -> bool {
        self.parameter("rel").is_some_and(|types| {
            types
                .split_ascii_whitespace()
                .any(|it| it.eq_ignore_ascii_case(relation))
        })
    }
}

/// The target of the first link to a next page in a `Link` header, if there is one.
pub fn next_target(header: &str) -> Result<Option<String>, BadLink> {
    let links = Link::parse_all(header)?;
    let next = links.into_iter().find(|link| link.is("next"));
    Ok(next.map(|link| link.target))
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}>", self.target)?;
        for (name, value) in &self.parameters {
            write!(f, "; {name}=\"")?;
            for c in value.chars() {
                write!(f, "{}{c}", if matches!(c, '"' | '\\') { "\\" } else { "" })?;
            }
            f.write_str("\"")?;
        }
        Ok(())
    }
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t')
}

fn is_space_or_comma(c: char) -> bool {
    is_space(c) || c == ','
}

/// A `token` of RFC 9110, section 5.6.2, is made of these.
fn is_token(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c)
}

/// A header, and how far it has been read.
struct Rest<'a> {
    header: &'a str,
    at: usize,
}

impl<'a> Rest<'a> {
    fn text(&self) -> &'a str {
        &self.header[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.text().chars().next()
    }

    fn skip(&mut self, is_skipped: impl Fn(char) -> bool) -> &'a str {
        let text = self.text();
        let end = text.find(|c| !is_skipped(c)).unwrap_or(text.len());
        self.at += end;
        &text[..end]
    }

    /// Skips spaces and then `expected`, if it stands there.
    fn takes(&mut self, expected: char) -> bool {
        self.skip(is_space);
        let found = self.peek() == Some(expected);
        self.at += if found { expected.len_utf8() } else { 0 };
        found
    }

    fn bad(&self, expected: &'static str) -> BadLink {
        BadLink::Form {
            at: self.at,
            expected,
        }
    }

    fn link(&mut self) -> Result<Link, BadLink> {
        if !self.takes('<') {
            return Err(self.bad("`<`"));
        }
        let target = self.skip(|c| c != '>').to_owned();
        if !self.takes('>') {
            return Err(self.bad("`>`"));
        }
        let mut parameters = Vec::new();
        while self.takes(';') {
            self.skip(is_space);
            let name = self.skip(is_token).to_ascii_lowercase();
            if name.is_empty() {
                // RFC 8288, appendix B.2 reads on over a semicolon that nothing follows.
                continue;
            }
            let value = if self.takes('=') {
                self.value()?
            } else {
                String::new()
            };
            parameters.push((name, value));
        }
        match self.peek() {
            None | Some(',') => Ok(Link { target, parameters }),
            Some(_) => Err(self.bad("`;` or `,`")),
        }
    }

    fn value(&mut self) -> Result<String, BadLink> {
        if self.takes('"') {
            return self.quoted();
        }
        let is_bare = |c: char| !is_space_or_comma(c) && !matches!(c, ';' | '"');
        Ok(self.skip(is_bare).to_owned())
    }

    /// The rest of a quoted string, behind its opening quote.
    fn quoted(&mut self) -> Result<String, BadLink> {
        let mut value = String::new();
        let mut is_escaped = false;
        for c in self.text().chars() {
            self.at += c.len_utf8();
            match c {
                '"' if !is_escaped => return Ok(value),
                '\\' if !is_escaped => is_escaped = true,
                _ => {
                    is_escaped = false;
                    value.push(c);
                }
            }
        }
        Err(self.bad("a closing quote"))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_examples_of_the_rfc_hold() {
        // RFC 8288, section 3.5.
        let links = Link::parse_all(
            r#"<http://example.com/TheBook/chapter2>; rel="previous"; title="previous chapter""#,
        );
        let link = links.unwrap().remove(0);
        assert!(link.is("previous"));
        assert_eq!(link.parameter("title"), Some("previous chapter"));
        let links = Link::parse_all(
            "</TheBook/chapter2>; rel=\"previous\"; title*=UTF-8'de'letztes%20Kapitel, \
             </TheBook/chapter4>; rel=\"next\"; title*=UTF-8'de'n%c3%a4chstes%20Kapitel",
        );
        assert_eq!(links.unwrap().len(), 2);
        let two = r#"<http://example.org/>; rel="start http://example.net/relation/other""#;
        assert!(Link::parse_all(two).unwrap()[0].is("start"));
    }

    #[test]
    fn the_next_page_is_found_however_it_is_written() {
        for header in [
            "</x>; rel=\"next\"",
            "</x>;rel=next",
            "</x> ; REL = \"last NEXT\"",
            "</a>; rel=prev, </x>; a=\"b,c;d\\\"e\"; rel=next; rel=prev",
            ",, </x>;; rel=next;",
        ] {
            assert_eq!(next_target(header), Ok(Some("/x".to_owned())), "{header}");
        }
        assert_eq!(next_target("</x>; rel=prev; rel=next"), Ok(None));
        assert_eq!(next_target(""), Ok(None));
    }

    #[test]
    fn a_target_may_hold_commas_and_semicolons() {
        let target = "/v2/a/tags/list?last=a,b;c&n=2";
        assert_eq!(
            next_target(&Link::next(target).to_string()),
            Ok(Some(target.to_owned()))
        );
    }

    #[test]
    fn other_forms_are_refused() {
        for header in [
            "/x; rel=next",
            "</x",
            "</x> rel=next",
            "</x>; rel=\"next",
            "x",
        ] {
            assert!(
                matches!(Link::parse_all(header), Err(BadLink::Form { .. })),
                "{header}"
            );
        }
        let long = "<a>,".repeat(Link::MAX_LINKS + 1);
        assert_eq!(Link::parse_all(&long), Err(BadLink::TooLong));
        let long = " ".repeat(Link::MAX_LEN + 1);
        assert_eq!(Link::parse_all(&long), Err(BadLink::TooLong));
    }

    proptest! {
        #[test]
        fn a_link_reads_back_as_it_is_written(
            target in "[^<>]{0,20}",
            name in "[a-z]{1,5}",
            value in ".{0,10}"
        ) {
            let link = Link { target, parameters: vec![(name, value)] };
            prop_assert_eq!(Link::parse_all(&link.to_string()), Ok(vec![link]));
        }

        #[test]
        fn arbitrary_text_is_read_without_panic(text in "[<>;,=\"\\\\a-z \\PC]{0,40}") {
            let _ = Link::parse_all(&text);
        }
    }
}
