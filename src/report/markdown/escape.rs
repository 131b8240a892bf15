//! Text made harmless for GitHub's Markdown.
//!
//! What a target or a file says stands in code alone: there is no HTML in code, no link, nobody who
//! is mentioned, and nothing ends it but a run of as many backticks as it began with.

use crate::report::clean;

/// The most characters of a piece of code in a line.
const LONGEST_SPAN: usize = 500;
/// The most characters of a line of a block, and the most lines; a block that is cut says so.
const LONGEST_LINE: usize = 2000;
const MOST_LINES: usize = 60;

/// Code in a line. It does not go into tables, where a bar would end the cell.
pub(in crate::report) fn code(text: &str) -> String {
    let text = clean::line(text, LONGEST_SPAN);
    if text.trim().is_empty() {
        return "*nothing*".to_owned();
    }
    let fence = "`".repeat(longest_run(&text) + 1);
    // One space at each side is taken off again, where both are there.
    let is_loose = |c: char| c == '`' || c == ' ';
    let pad = if text.starts_with(is_loose) || text.ends_with(is_loose) {
        " "
    } else {
        ""
    };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// A word of a fixed set, such as a level or a verdict; as code where it is none.
pub(in crate::report) fn word(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
    if !text.is_empty() && text.len() <= 40 && text.chars().all(is_plain) {
        text.to_owned()
    } else {
        code(text)
    }
}

/// Words of our own: nothing in them is taken for markup.
pub(in crate::report) fn prose(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in clean::line(text, LONGEST_SPAN).chars() {
        if "\\`*_{}[]<>()#+!|~&@".contains(character) {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

/// A sentence of ours that may have a word of somebody else in it: without dots and signs nothing
/// becomes a link, nor anybody mentioned.
pub(in crate::report) fn said(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || " ,;:()'-".contains(c);
    let is_digit = |at: Option<usize>| {
        let byte = at.and_then(|at| text.as_bytes().get(at));
        byte.is_some_and(u8::is_ascii_digit)
    };
    // A number of a version is no address.
    let between_digits = |at: usize| is_digit(at.checked_sub(1)) && is_digit(at.checked_add(1));
    let is_plain = |(at, c): (usize, char)| is_plain(c) || (c == '.' && between_digits(at));
    if text.char_indices().all(is_plain) {
        prose(text)
    } else {
        code(text)
    }
}

/// A block of code; a language is a word of our own.
pub(in crate::report) fn block<'a>(
    language: &str,
    lines: impl IntoIterator<Item = &'a str>,
) -> String {
    let mut lines: Vec<_> = lines
        .into_iter()
        .map(|line| clean::line(line, LONGEST_LINE))
        .collect();
    let missing = lines.len().saturating_sub(MOST_LINES);
    if missing > 0 {
        lines.truncate(MOST_LINES);
        lines.push(format!(
            "# … and {missing} more lines: the whole is in the record"
        ));
    }
    let longest = lines.iter().map(|line| longest_run(line)).max();
    let fence = "`".repeat(longest.unwrap_or(0).max(2) + 1);
    format!("{fence}{language}\n{}\n{fence}\n", lines.join("\n"))
}

/// A link where the address is a plain one; code where it is not.
pub(in crate::report) fn link(words: &str, address: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._~:/?#=&%+,".contains(c);
    let is_web = address.starts_with("https://") || address.starts_with("http://");
    if is_web && address.len() <= 400 && address.chars().all(is_plain) {
        format!("[{}](<{address}>)", prose(words))
    } else {
        format!("{} {}", prose(words), code(address))
    }
}

/// How many backticks stand together at most.
fn longest_run(text: &str) -> usize {
    let runs = text.split(|c| c != '`').map(str::len);
    runs.max().unwrap_or(0)
}
