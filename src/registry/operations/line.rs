//! A line of the log as it is written: for people and `grep`, or as JSON.
//!
//! Nothing that is put into one can end it, or speak to a terminal: whatever is not printable ASCII is
//! escaped, in both forms.

use std::fmt::Display;
use std::fmt::Write;
use std::time::Duration;
use std::time::SystemTime;

use super::log::LogForm;

/// How many characters of a text are written.
const LONGEST: usize = 512;

/// A line in the making.
pub(super) struct Line {
    form: LogForm,
    text: String,
}

impl Line {
    /// Begins a line about `event` at this time.
    pub(super) fn new(form: LogForm, time: SystemTime, event: &str) -> Self {
        let time = humantime::format_rfc3339_millis(time);
        let text = match form {
            LogForm::Text => format!("{time} {event}"),
            LogForm::Json => format!(r#"{{"time":"{time}","event":"{event}""#),
        };
        Self { form, text }
    }

    /// Adds a text, cut if it is long.
    pub(super) fn text(mut self, name: &str, value: &str) -> Self {
        let value = shortened(value);
        self.name(name);
        match self.form {
            LogForm::Text if is_plain(&value) => self.text.push_str(&value),
            LogForm::Text => self.quoted(&value, escape_for_people),
            LogForm::Json => self.quoted(&value, escape_for_json),
        }
        self
    }

    /// The same, if there is one.
    pub(super) fn maybe(self, name: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.text(name, value),
            None => self,
        }
    }

    /// Adds a number.
    pub(super) fn number(mut self, name: &str, value: impl Display) -> Self {
        self.name(name);
        self.push(format_args!("{value}"));
        self
    }

    /// Adds a time in milliseconds.
    pub(super) fn millis(self, name: &str, value: Duration) -> Self {
        let micros = value.as_micros();
        self.number(name, format_args!("{}.{:03}", micros / 1000, micros % 1000))
    }

    /// The line, without its end.
    pub(super) fn done(mut self) -> String {
        if self.form == LogForm::Json {
            self.text.push('}');
        }
        self.text
    }

    fn name(&mut self, name: &str) {
        match self.form {
            LogForm::Text => self.push(format_args!(" {name}=")),
            LogForm::Json => self.push(format_args!(r#","{name}":"#)),
        }
    }

    fn quoted(&mut self, value: &str, escape: fn(char, &mut String)) {
        self.text.push('"');
        for character in value.chars() {
            match character {
                '"' | '\\' => self.text.extend(['\\', character]),
                ' '..='~' => self.text.push(character),
                other => escape(other, &mut self.text),
            }
        }
        self.text.push('"');
    }

    fn push(&mut self, text: std::fmt::Arguments<'_>) {
        write!(self.text, "{text}").expect("a string takes everything");
    }
}

/// Whether a text can stand without quotes.
fn is_plain(value: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_graphic() && !b"\"\\=".contains(&byte);
    !value.is_empty() && value.bytes().all(is_plain)
}

fn escape_for_people(character: char, text: &mut String) {
    text.extend(character.escape_unicode());
}

fn escape_for_json(character: char, text: &mut String) {
    for unit in character.encode_utf16(&mut [0; 2]) {
        write!(text, "\\u{unit:04x}").expect("a string takes everything");
    }
}

fn shortened(value: &str) -> String {
    match value.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}...", &value[..end]),
        None => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use proptest::prelude::*;

    use super::*;

    fn line(form: LogForm) -> Line {
        Line::new(form, UNIX_EPOCH + Duration::from_millis(1_500), "request")
    }

    #[test]
    fn a_line_says_when_and_what_and_then_names_and_values() {
        let filled = |line: Line| {
            let line = line.text("path", "/v2/").text("agent", "a \"b\"\\");
            let line = line.maybe("user", None).text("empty", "");
            line.number("status", 200)
                .millis("ms", Duration::from_micros(12_034))
                .done()
        };
        assert_eq!(
            filled(line(LogForm::Text)),
            r#"1970-01-01T00:00:01.500Z request path=/v2/ agent="a \"b\"\\" empty="" status=200 ms=12.034"#
        );
        assert_eq!(
            filled(line(LogForm::Json)),
            r#"{"time":"1970-01-01T00:00:01.500Z","event":"request","path":"/v2/","agent":"a \"b\"\\","empty":"","status":200,"ms":12.034}"#
        );
    }

    #[test]
    fn what_speaks_to_a_terminal_or_ends_a_line_is_escaped() {
        let value = "\u{1b}[2J\n\r\u{9b}\u{202e}ä";
        let text = line(LogForm::Text).text("path", value).done();
        let end = r#" path="\u{1b}[2J\u{a}\u{d}\u{9b}\u{202e}\u{e4}""#;
        assert!(text.ends_with(end), "{text}");
        let json = line(LogForm::Json).text("path", value).done();
        let end = r#""path":"\u001b[2J\u000a\u000d\u009b\u202e\u00e4"}"#;
        assert!(json.ends_with(end), "{json}");
    }

    #[test]
    fn a_long_text_is_cut() {
        let text = line(LogForm::Text)
            .text("path", &"ä".repeat(100_000))
            .done();
        assert!(text.len() < 10 * LONGEST);
        assert!(text.ends_with("...\""));
    }

    proptest! {
        #[test]
        fn a_line_of_json_says_what_was_put_in(value in any::<String>(), other in ".{0,600}") {
            let written = line(LogForm::Json).text("a", &value).text("b", &other).done();
            prop_assert!(written.bytes().all(|byte| (b' '..=b'~').contains(&byte)));
            let read: serde_json::Value = serde_json::from_str(&written).unwrap();
            prop_assert_eq!(&read["a"], &shortened(&value));
            prop_assert_eq!(&read["b"], &shortened(&other));
        }

        #[test]
        fn a_line_of_text_is_one_of_printable_ascii(value in any::<String>()) {
            let written = line(LogForm::Text).text("a", &value).done();
            prop_assert!(written.bytes().all(|byte| (b' '..=b'~').contains(&byte)));
        }
    }
}
