//! What the registry says to whoever asks it anything: the header `Warning` (section "Warnings").

use super::answer::Answer;
use crate::http::HeaderValue;

/// The most bytes that all warnings of an answer have together.
const LIMIT: usize = 4096;

/// Texts that are said on every answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Warnings(Vec<HeaderValue>);

/// Why texts cannot be said.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadWarning {
    /// One has characters that a header cannot have.
    #[error(
        "the warning {0:?} cannot be sent: a header is one line of ASCII; leave out what is not"
    )]
    Characters(String),
    /// One says nothing.
    #[error("a warning is empty, and would only confuse; write a text or leave it out")]
    Empty,
    /// They are too long.
    #[error(
        "the warnings have {0} bytes as they are sent, and an answer may have {LIMIT} of them; shorten them"
    )]
    Long(usize),
}

impl Warnings {
    /// These texts, each in a header of its own.
    pub fn new(texts: &[impl AsRef<str>]) -> Result<Self, BadWarning> {
        let values = texts.iter().map(|text| value(text.as_ref()));
        let values = values.collect::<Result<Vec<_>, _>>()?;
        let length = values.iter().map(HeaderValue::len).sum();
        if length > LIMIT {
            return Err(BadWarning::Long(length));
        }
        Ok(Self(values))
    }

    /// The answer with them.
    pub(crate) fn put_on(&self, mut answer: Answer) -> Answer {
        for value in &self.0 {
            answer.headers.append(http::header::WARNING, value.clone());
        }
        answer
    }
}

/// The text with the code and the agent that the specification asks for, as a quoted string
/// (RFC 9110, section 5.6.4).
fn value(text: &str) -> Result<HeaderValue, BadWarning> {
    if text.trim().is_empty() {
        return Err(BadWarning::Empty);
    }
    let quoted = text.replace('\\', "\\\\").replace('"', "\\\"");
    let is_line = text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    let value = HeaderValue::try_from(format!("299 - \"{quoted}\""));
    match value {
        Ok(value) if is_line => Ok(value),
        _ => Err(BadWarning::Characters(text.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_quoted() {
        let warnings = Warnings::new(&["this tag is old", r#"say "push" \ not"#]).unwrap();
        assert_eq!(warnings.0[0], r#"299 - "this tag is old""#);
        assert_eq!(warnings.0[1], r#"299 - "say \"push\" \\ not""#);
    }

    #[test]
    fn what_cannot_be_sent_is_refused() {
        for text in ["a\r\nX: y", "ä", "\u{7f}"] {
            let refused = Warnings::new(&[text]);
            assert_eq!(refused, Err(BadWarning::Characters(text.to_owned())));
        }
        assert_eq!(Warnings::new(&[" "]), Err(BadWarning::Empty));
        let long = "x".repeat(2_050);
        assert!(Warnings::new(&[&long]).is_ok());
        assert_eq!(
            Warnings::new(&[&long, &long]),
            Err(BadWarning::Long(2 * (2_050 + 8)))
        );
    }
}
