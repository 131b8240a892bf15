//! Warnings: the form of every Warning header.

use crate::catalogue::Version;
use crate::catalogue::warnings::WARNING_AGENT_OMITTED;
use crate::catalogue::warnings::WARNING_ALLOWED;
use crate::catalogue::warnings::WARNING_CODE_FIXED;
use crate::catalogue::warnings::WARNING_DATE_OMITTED;
use crate::catalogue::warnings::WARNING_SIZE_LIMITED;
use crate::check::Check;
use crate::check::Remark;
use crate::check::Section;
use crate::http::Exchange;

pub(crate) static SECTION: Section = Section {
    id: "answers/warnings",
    title: "Warnings, in every answer",
    anchor: "warnings",
    checks: &[
        Check {
            name: "warning",
            title: "any answer may carry Warning headers",
            covers: &[&WARNING_ALLOWED],
            watch: Some(allowed),
            ..Check::BASE
        },
        Check {
            name: "code",
            title: "every warning has the code 299",
            covers: &[&WARNING_CODE_FIXED],
            watch: Some(|exchange, _| {
                each(exchange, "the code 299", |warning| warning.code == "299")
            }),
            ..Check::BASE
        },
        Check {
            name: "agent",
            title: "every warning has a hyphen for its agent",
            covers: &[&WARNING_AGENT_OMITTED],
            watch: Some(|exchange, _| {
                each(exchange, "a hyphen for the agent", |warning| {
                    warning.agent == "-"
                })
            }),
            ..Check::BASE
        },
        Check {
            name: "date",
            title: "no warning has a date",
            covers: &[&WARNING_DATE_OMITTED],
            watch: Some(|exchange, _| {
                each(exchange, "nothing after the text", |warning| {
                    warning.after_text.is_empty()
                })
            }),
            ..Check::BASE
        },
        Check {
            name: "size",
            title: "the warnings of an answer have 4096 bytes or fewer together",
            covers: &[&WARNING_SIZE_LIMITED],
            watch: Some(size_limited),
            ..Check::BASE
        },
    ],
};

/// How many bytes all warnings of an answer may have.
const MOST: usize = 4096;

/// One warning: `299 - "text"`, and what may stand behind it. What is missing is empty.
#[derive(Debug, PartialEq, Eq)]
struct Warning<'h> {
    code: &'h str,
    agent: &'h str,
    after_text: &'h str,
}

impl<'h> Warning<'h> {
    fn of(text: &'h str) -> Self {
        let (code, rest) = word(text);
        let (agent, rest) = word(rest);
        Self {
            code,
            agent,
            after_text: after_quoted(rest),
        }
    }
}

fn allowed(exchange: &Exchange, _: Version) -> Remark {
    match headers(exchange).as_slice() {
        [] => Remark::Silent,
        _ => Remark::Holds,
    }
}

fn each(exchange: &Exchange, expected: &str, sound: fn(&Warning<'_>) -> bool) -> Remark {
    let headers = headers(exchange);
    if headers.is_empty() {
        return Remark::Silent;
    }
    let mut all = headers.iter().flat_map(|header| members(header));
    let bad = all.find(|text| !sound(&Warning::of(text)));
    let actual = format!("Warning: {}", bad.unwrap_or_default());
    Remark::that(bad.is_none(), expected, &actual)
}

/// Only the values are counted, since the text leaves open what else would be.
fn size_limited(exchange: &Exchange, _: Version) -> Remark {
    let headers = headers(exchange);
    if headers.is_empty() {
        return Remark::Silent;
    }
    let size: usize = headers.iter().map(String::len).sum();
    Remark::that(
        size <= MOST,
        &format!("warnings of at most {MOST} bytes together"),
        &format!("warnings of {size} bytes"),
    )
}

fn headers(exchange: &Exchange) -> Vec<String> {
    let Ok(response) = &exchange.outcome else {
        return Vec::new();
    };
    let values = response.headers.get_all("warning").iter();
    values
        .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
        .collect()
}

/// The warnings in one header: they are parted by commas that are not quoted.
fn members(header: &str) -> Vec<&str> {
    let (mut members, mut rest) = (Vec::new(), header);
    loop {
        let end = unquoted_comma(rest).unwrap_or(rest.len());
        members.push(rest[..end].trim());
        match rest.get(end + 1..) {
            Some(more) => rest = more,
            None => break,
        }
    }
    members.retain(|member| !member.is_empty());
    members
}

fn unquoted_comma(text: &str) -> Option<usize> {
    let (mut is_quoted, mut is_escaped) = (false, false);
    text.bytes().position(|byte| {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_quoted => is_escaped = true,
            b'"' => is_quoted = !is_quoted,
            b',' => return !is_quoted,
            _ => {}
        }
        false
    })
}

/// The first word of a text, and the rest.
fn word(text: &str) -> (&str, &str) {
    let (word, rest) = text.split_once([' ', '\t']).unwrap_or((text, ""));
    (word, rest.trim_start())
}

/// What follows a quoted text; nothing where the text is not quoted, which has no end.
fn after_quoted(text: &str) -> &str {
    let Some(inside) = text.strip_prefix('"') else {
        return "";
    };
    let mut is_escaped = false;
    let end = inside.bytes().position(|byte| {
        let ends = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        ends
    });
    end.map_or("", |end| inside[end + 1..].trim())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn warning(text: &str) -> (&str, &str, &str) {
        let warning = Warning::of(text);
        (warning.code, warning.agent, warning.after_text)
    }

    #[test]
    fn a_warning_is_taken_apart() {
        assert_eq!(warning(r#"299 - "soon gone""#), ("299", "-", ""));
        assert_eq!(warning(r#"299 - "a \" b""#), ("299", "-", ""));
        assert_eq!(
            warning(r#"199 agent "text" "Sun, 06 Nov 1994 08:49:37 GMT""#),
            ("199", "agent", r#""Sun, 06 Nov 1994 08:49:37 GMT""#)
        );
        assert_eq!(warning("299"), ("299", "", ""));
        assert_eq!(warning("299 - text without quotes"), ("299", "-", ""));
    }

    #[test]
    fn one_header_may_hold_several() {
        let header = r#"299 - "a, \", b", 199 - "c","#;
        assert_eq!(members(header), [r#"299 - "a, \", b""#, r#"199 - "c""#]);
    }

    proptest! {
        #[test]
        fn any_header_is_read_without_panic(text in "([ -~]|ä){0,40}") {
            let _: Vec<_> = members(&text).into_iter().map(warning).collect();
        }
    }
}
