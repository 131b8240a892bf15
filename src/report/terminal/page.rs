//! Lines for a terminal: cleaned, wrapped, and coloured if wanted.
//!
//! Text gets onto a page only as a `Span`, and a span is clean; so nothing that the target said can
//! reach the terminal as it is. The page knows nothing of what it shows.

use anstyle::AnsiColor;
use anstyle::Style;

use crate::report::clean;

/// As it comes.
pub(in crate::report) const PLAIN: Style = Style::new();
/// What is to be read first.
pub(in crate::report) const BOLD: Style = Style::new().bold();
/// What is looked at only if it is needed.
pub(in crate::report) const DIM: Style = Style::new().dimmed();
/// What is wrong.
pub(in crate::report) const RED: Style = AnsiColor::Red.on_default().bold();
/// What is doubtful.
pub(in crate::report) const YELLOW: Style = AnsiColor::Yellow.on_default().bold();
/// What is right.
pub(in crate::report) const GREEN: Style = AnsiColor::Green.on_default().bold();

/// The narrowest page; a narrower terminal breaks the lines by itself.
const NARROWEST: usize = 40;
/// The most characters of a span.
const LONGEST: usize = 600;

/// A piece of clean text in one style.
#[derive(Debug, Clone)]
pub(in crate::report) struct Span {
    text: String,
    style: Style,
}

impl Span {
    /// Cleans the text and cuts it at a length that nothing of ours has.
    pub(in crate::report) fn new(style: Style, text: &str) -> Self {
        Self::cut(style, text, LONGEST)
    }

    /// Cleans the text and cuts it after `limit` characters.
    pub(in crate::report) fn cut(style: Style, text: &str, limit: usize) -> Self {
        Self {
            text: clean::line(text, limit),
            style,
        }
    }

    fn width(&self) -> usize {
        self.text.chars().count()
    }
}

/// What has been written so far.
#[derive(Debug)]
pub(in crate::report) struct Page {
    text: String,
    width: usize,
    colour: bool,
}

impl Page {
    /// An empty page of `width` characters.
    pub(in crate::report) fn new(width: usize, colour: bool) -> Self {
        Self {
            text: String::new(),
            width: width.max(NARROWEST),
            colour,
        }
    }

    /// How many characters a line has.
    pub(in crate::report) fn width(&self) -> usize {
        self.width
    }

    /// An empty line.
    pub(in crate::report) fn blank(&mut self) {
        self.text.push('\n');
    }

    /// One line, however long it is: what is to be copied must not be broken.
    pub(in crate::report) fn line(&mut self, indent: usize, span: &Span) {
        self.pad(indent);
        self.paint(span.style, &span.text);
        self.blank();
    }

    /// One line of several spans.
    pub(in crate::report) fn line_of(&mut self, spans: &[Span]) {
        for span in spans {
            self.paint(span.style, &span.text);
        }
        self.blank();
    }

    /// A label and a text that is wrapped and goes on below its own beginning.
    pub(in crate::report) fn paragraph(&mut self, indent: usize, label: &Span, text: &Span) {
        let margin = indent + label.width();
        let room = self.width.saturating_sub(margin).max(NARROWEST / 2);
        self.pad(indent);
        self.paint(label.style, &label.text);
        for (index, line) in wrap(&text.text, room).into_iter().enumerate() {
            if index > 0 {
                self.pad(margin);
            }
            self.paint(text.style, &line);
            self.blank();
        }
    }

    /// A text without a label, wrapped.
    pub(in crate::report) fn text(&mut self, indent: usize, text: &Span) {
        self.paragraph(indent, &Span::new(PLAIN, ""), text);
    }

    /// All that has been written.
    pub(in crate::report) fn finish(self) -> String {
        self.text
    }

    fn pad(&mut self, indent: usize) {
        self.text.extend(std::iter::repeat_n(' ', indent));
    }

    fn paint(&mut self, style: Style, text: &str) {
        if self.colour && style != PLAIN {
            self.text
                .extend([style.render().to_string().as_str(), text]);
            self.text.push_str(&style.render_reset().to_string());
        } else {
            self.text.push_str(text);
        }
    }
}

/// Lines of at most `room` characters, broken at spaces only: a word that is longer stays whole.
/// There is always a line.
fn wrap(text: &str, room: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let width = word.chars().count();
        if used > 0 && used + 1 + width > room {
            lines.push(String::new());
            used = 0;
        }
        let line = lines.last_mut().expect("there is always a line");
        if used > 0 {
            line.push(' ');
            used += 1;
        }
        line.push_str(word);
        used += width;
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_broken_at_spaces_and_long_words_stay_whole() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(
            wrap("a https://example.org/long b", 6),
            ["a", "https://example.org/long", "b"]
        );
        assert_eq!(wrap("", 7), [""]);
    }

    #[test]
    fn a_paragraph_goes_on_below_its_own_beginning() {
        let mut page = Page::new(40, false);
        let words = "word ".repeat(12);
        page.paragraph(2, &Span::new(PLAIN, "label "), &Span::new(PLAIN, &words));
        let text = page.finish();
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines.len(), 2);
        assert!(lines[0].starts_with("  label word"));
        assert!(lines[1].starts_with("        word"));
        assert!(lines.iter().all(|line| line.len() <= 40));
    }

    #[test]
    fn colours_are_there_only_if_wanted() {
        for (colour, expected) in [(false, "x\n"), (true, "\u{1b}[1mx\u{1b}[0m\n")] {
            let mut page = Page::new(80, colour);
            page.line(0, &Span::new(BOLD, "x"));
            assert_eq!(page.finish(), expected);
        }
    }
}
