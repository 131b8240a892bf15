//! What errors tell of the server behind them: a watch over every answer of the run.
//!
//! It looks for what none of our requests contains, so that a registry may repeat to a client what that
//! sent; and for marks that no ordinary sentence has.

use crate::catalogue::Version;
use crate::catalogue::security::INTERNALS_HIDDEN;
use crate::check::Check;
use crate::check::Remark;
use crate::check::Section;
use crate::http::Exchange;
use crate::http::Method;

pub(crate) const SECTION: Section = Section {
    id: "security/errors",
    title: "What errors tell",
    anchor: "",
    checks: &[Check {
        name: "internals",
        title: "errors tell no files, lines of source, stack traces or database of the server",
        covers: &[&INTERNALS_HIDDEN],
        watch: Some(internals),
        ..Check::BASE
    }],
};

/// The most bytes of a body that are looked at.
const MOST: usize = 64 << 10;

/// What gives away a file, a stack or a database.
const MARKS: [&str; 20] = [
    "/var/lib/",
    "/var/run/",
    "/usr/local/",
    "/usr/lib/",
    "/docker/registry/v2/",
    "goroutine 1 [",
    "panic: ",
    "Traceback (most recent call last)",
    "\tat java.",
    "at java.lang.",
    "at org.springframework.",
    "SQLSTATE",
    "SQL syntax",
    "SqlException",
    "sqlite3.",
    "pq: ",
    "psycopg",
    "DriverName",
    "filesystem: ",
    "thread 'main' panicked",
];

/// How the names of source files end before the number of a line.
const SOURCES: [&str; 6] = [".go:", ".java:", ".py:", ".rb:", ".php:", ".cs:"];

fn internals(exchange: &Exchange, _: Version) -> Remark {
    let response = exchange.outcome.as_ref().ok();
    let error = response.filter(|it| it.status >= 400 && exchange.request.method != Method::HEAD);
    let Some(response) = error.filter(|it| !it.body.is_empty()) else {
        return Remark::Silent;
    };
    let end = response.body.len().min(MOST);
    let text = String::from_utf8_lossy(&response.body[..end]);
    let found = told(&text);
    Remark::that(
        found.is_none(),
        "an error that tells nothing of the server",
        &format!(
            "{} with `{}` in its body",
            response.status,
            found.unwrap_or_default()
        ),
    )
}

/// What a text tells of the server, if it does.
fn told(text: &str) -> Option<&'static str> {
    let mark = MARKS.into_iter().find(|mark| text.contains(mark));
    mark.or_else(|| SOURCES.into_iter().find(|source| names_line(text, source)))
}

/// Whether a line of a source file stands there: `handler.go:12`.
fn names_line(text: &str, source: &str) -> bool {
    text.match_indices(source).any(|(at, _)| {
        let is_name = text[..at].ends_with(|it: char| it.is_ascii_alphanumeric() || it == '_');
        let is_line = text[at + source.len()..].starts_with(|it: char| it.is_ascii_digit());
        is_name && is_line
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn traces_files_and_databases_are_seen() {
        for text in [
            "open /var/lib/registry/docker: no such file",
            "handlers/blob.go:127 +0x1",
            "ERROR: pq: duplicate key",
            r#"{"detail":{"DriverName":"filesystem"}}"#,
        ] {
            assert!(told(text).is_some(), "{text}");
        }
    }

    #[test]
    fn ordinary_errors_are_not() {
        for text in [
            r#"{"errors":[{"code":"NAME_INVALID","message":"invalid repository name"}]}"#,
            "sha256:00.go: is no digest",
            "../etc/passwd is no tag",
            "<html><title>404 Not Found</title></html>",
        ] {
            assert_eq!(told(text), None, "{text}");
        }
    }
}
