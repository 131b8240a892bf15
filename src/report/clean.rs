//! What the target said, made harmless for a terminal, for XML and for HTML.
//!
//! Everything in a record may come from a hostile target: control characters, terminal sequences,
//! characters that turn the direction of text or take no room, markup. Nothing here knows what the
//! text is about. The work is linear in the text.

use std::borrow::Cow;

/// How far a terminal sequence with text in it (a window title, a link) is looked for its end.
const LONGEST_SEQUENCE: usize = 256;

/// One line for a terminal, of at most `limit` characters: what does not print, line ends and
/// terminal sequences included, is shown as an escape such as `\n` or `\u{1b}`.
pub(super) fn line(text: &str, limit: usize) -> String {
    let mut clean = String::new();
    let mut room = limit;
    for character in text.chars() {
        let visible = visible(character);
        let width = visible.chars().count();
        if width > room {
            clean.push('…');
            break;
        }
        room -= width;
        clean.push_str(&visible);
    }
    clean
}

/// Text for an XML attribute, which the writer still has to escape: terminal sequences are
/// removed, characters that XML 1.0 does not allow are replaced by U+FFFD, and others that do not
/// print are shown as escapes. Line ends and tabs stay.
pub(super) fn xml(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for character in without_sequences(text).chars() {
        match character {
            '\n' | '\t' => clean.push(character),
            _ if character.is_control() || matches!(character, '\u{fffe}' | '\u{ffff}') => {
                clean.push('\u{fffd}');
            }
            _ => clean.push_str(&visible(character)),
        }
    }
    clean
}

/// Text for a CDATA section: as for `xml`, and `]]>` goes over two sections, because it would end
/// the first.
pub(super) fn cdata(text: &str) -> String {
    xml(text).replace("]]>", "]]]]><![CDATA[>")
}

/// Text for HTML, for elements as well as for attributes in double quotes: what does not print, terminal
/// sequences and characters that turn the direction of text included, is shown as an escape, and
/// markup is escaped. Line ends and tabs stay.
pub(super) fn html(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => clean.push_str("&amp;"),
            '<' => clean.push_str("&lt;"),
            '>' => clean.push_str("&gt;"),
            '"' => clean.push_str("&#34;"),
            '\n' | '\t' | ' '..='~' => clean.push(character),
            _ => clean.push_str(&visible(character)),
        }
    }
    clean
}

/// A JSON text on which no terminal acts when it is shown: the controls that JSON does not ask to be
/// escaped (U+007F to U+009F) are. The text means the same.
pub(super) fn json(text: Vec<u8>) -> Vec<u8> {
    let is_control = |place: usize| match text[place..] {
        [0x7f, ..] => Some((1, 0x7f)),
        [0xc2, second @ 0x80..=0x9f, ..] => Some((2, second)),
        _ => None,
    };
    if !(0..text.len()).any(|place| is_control(place).is_some()) {
        return text;
    }
    let mut clean = Vec::with_capacity(text.len());
    let mut place = 0;
    while place < text.len() {
        if let Some((length, code)) = is_control(place) {
            clean.extend_from_slice(format!("\\u{code:04x}").as_bytes());
            place += length;
        } else {
            clean.push(text[place]);
            place += 1;
        }
    }
    clean
}

/// At most `limit` bytes of `text`, with a word on what is missing.
pub(super) fn cut(text: &str, limit: usize) -> Cow<'_, str> {
    if text.len() <= limit {
        return Cow::Borrowed(text);
    }
    let end = (0..=limit)
        .rev()
        .find(|end| text.is_char_boundary(*end))
        .unwrap_or(0);
    let missing = text.len() - end;
    Cow::Owned(format!("{}… ({missing} bytes left out)", &text[..end]))
}

/// So much of `text` that it takes at most `limit` bytes as HTML, with a word on what is missing.
pub(super) fn cut_html(text: &str, limit: usize) -> Cow<'_, str> {
    let mut room = limit;
    for (place, character) in text.char_indices() {
        let width = html(character.encode_utf8(&mut [0; 4])).len();
        if width > room {
            return cut(text, place);
        }
        room -= width;
    }
    Cow::Borrowed(text)
}

fn visible(character: char) -> String {
    match character {
        // These print; Rust's own escapes are for string literals.
        '"' | '\'' | '\\' => character.to_string(),
        _ => character.escape_debug().to_string(),
    }
}

/// The text without terminal sequences (ECMA-48) that are complete. The escape character of one
/// that is not stays, so that a lone one cannot swallow what comes after it.
fn without_sequences(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(['\u{1b}', '\u{9b}']) {
        let (before, sequence) = rest.split_at(start);
        clean.push_str(before);
        let mut characters = sequence.chars();
        if let Some(length) = sequence_length(sequence) {
            rest = &sequence[length..];
        } else {
            clean.extend(characters.next());
            rest = characters.as_str();
        }
    }
    clean.push_str(rest);
    clean
}

/// How many bytes the terminal sequence at the beginning of `text` has.
fn sequence_length(text: &str) -> Option<usize> {
    if let Some(rest) = text.strip_prefix("\u{1b}[") {
        return control_length(rest).map(|length| 2 + length);
    }
    if let Some(rest) = text.strip_prefix('\u{9b}') {
        return control_length(rest).map(|length| '\u{9b}'.len_utf8() + length);
    }
    let rest = text.strip_prefix('\u{1b}')?;
    if rest.starts_with([']', 'P', 'X', '^', '_']) {
        return string_length(rest).map(|length| 1 + length);
    }
    let intermediates = rest
        .bytes()
        .take_while(|byte| (b' '..=b'/').contains(byte))
        .count();
    let last = rest.as_bytes().get(intermediates)?;
    (b'0'..=b'~')
        .contains(last)
        .then_some(1 + intermediates + 1)
}

/// Parameters and intermediates, then one final byte.
fn control_length(text: &str) -> Option<usize> {
    let parameters = text
        .bytes()
        .take_while(|byte| (b' '..=b'?').contains(byte))
        .count();
    let last = text.as_bytes().get(parameters)?;
    (b'@'..=b'~').contains(last).then_some(parameters + 1)
}

/// Text up to BEL or ESC `\`, on one line.
fn string_length(text: &str) -> Option<usize> {
    let bytes = &text.as_bytes()[..text.len().min(LONGEST_SEQUENCE)];
    let end = bytes
        .iter()
        .position(|byte| matches!(byte, 0x07 | 0x1b | b'\n'))?;
    match bytes[end..] {
        [0x07, ..] => Some(end + 1),
        [0x1b, b'\\', ..] => Some(end + 2),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_terminal_line_shows_what_does_not_print() {
        for (text, shown) in [
            (
                "plain ünïcode \"quoted\" it's \\",
                "plain ünïcode \"quoted\" it's \\",
            ),
            ("\u{1b}[31mred", r"\u{1b}[31mred"),
            ("a\r\nb\tc\0", r"a\r\nb\tc\0"),
            ("\u{202e}gnp", r"\u{202e}gnp"),
            ("\u{9b}2J\u{7f}", r"\u{9b}2J\u{7f}"),
            (
                "\u{200b}\u{feff}\u{2028}\u{e0041}",
                r"\u{200b}\u{feff}\u{2028}\u{e0041}",
            ),
        ] {
            assert_eq!(line(text, 100), shown);
        }
    }

    #[test]
    fn a_terminal_line_is_cut_with_a_mark_and_never_within_an_escape() {
        assert_eq!(line("abcdef", 6), "abcdef");
        assert_eq!(line("abcdefg", 6), "abcdef…");
        assert_eq!(line("abc\u{1b}[0m", 6), "abc…");
    }

    #[test]
    fn complete_terminal_sequences_are_removed_for_xml() {
        for text in [
            "a\u{1b}[1;31mb",
            "a\u{9b}31mb",
            "a\u{1b}]0;title\u{7}b",
            "a\u{1b}]8;;http://x\u{1b}\\b",
            "a\u{1b}(Bb",
            "a\u{1b}cb",
        ] {
            assert_eq!(xml(text), "ab", "{text:?}");
        }
    }

    #[test]
    fn a_sequence_without_an_end_swallows_nothing() {
        assert_eq!(xml("a\u{1b}]0;title\nkept"), "a\u{fffd}]0;title\nkept");
        assert_eq!(xml("a\u{1b}\u{1b}[1m[1m"), "a\u{fffd}[1m");
        assert_eq!(xml("a\u{1b}"), "a\u{fffd}");
    }

    #[test]
    fn characters_that_xml_does_not_allow_are_replaced() {
        assert_eq!(xml("\0\u{8}\u{b}\u{fffe}\u{ffff}\r"), "\u{fffd}".repeat(6));
        assert_eq!(xml("a\tb\nc"), "a\tb\nc");
        assert_eq!(xml("\u{202e}"), r"\u{202e}");
    }

    #[test]
    fn cdata_cannot_be_ended_by_its_text() {
        assert_eq!(cdata("a]]>b"), "a]]]]><![CDATA[>b");
        assert_eq!(cdata("]]\u{1b}[0m>"), "]]]]><![CDATA[>");
    }

    #[test]
    fn html_shows_what_does_not_print_and_cannot_leave_its_place() {
        for (text, shown) in [
            ("a\tb\nc \\ ü", "a\tb\nc \\ ü"),
            ("\u{1b}[31m\r\0\u{85}", r"\u{1b}[31m\r\0\u{85}"),
            (
                "\u{202e}\u{2066}\u{200b}\u{300}",
                r"\u{202e}\u{2066}\u{200b}\u{300}",
            ),
            ("</p><b a=\"'&", "&lt;/p&gt;&lt;b a=&#34;'&amp;"),
        ] {
            assert_eq!(html(text), shown);
        }
    }

    #[test]
    fn json_without_controls_means_the_same() {
        let text = "\u{80}\u{9b}2J\u{7f}\u{9f}\u{a0}ü\u{1b}\\";
        let clean = json(serde_json::to_vec(text).unwrap());
        let clean = String::from_utf8(clean).unwrap();
        assert!(!clean.chars().any(char::is_control), "{clean:?}");
        assert_eq!(serde_json::from_str::<String>(&clean).unwrap(), text);
    }

    #[test]
    fn text_is_cut_between_characters() {
        assert_eq!(cut("äöü", 6), "äöü");
        assert_eq!(cut("äöü", 3), "ä… (4 bytes left out)");
    }

    #[test]
    fn html_is_cut_by_what_it_takes_on_the_page() {
        assert_eq!(cut_html("a&b", 7), "a&b");
        assert_eq!(cut_html("a&b", 6), "a&… (1 bytes left out)");
        assert_eq!(cut_html("a&b", 5), "a… (2 bytes left out)");
    }

    proptest! {
        #[test]
        fn no_text_gets_a_control_character_through(text in any::<String>()) {
            prop_assert!(!line(&text, 1000).chars().any(char::is_control));
            let escaped = cdata(&text);
            prop_assert!(!escaped.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t')));
            let page = html(&text);
            prop_assert!(!page.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t')));
            prop_assert!(!page.contains(['<', '>', '"']));
            prop_assert!(!escaped.replace("]]]]><![CDATA[>", "").contains("]]>"));
        }
    }
}
