//! What a person sees at the end of `plimsoll probe`.

use anstyle::Style;

use crate::run::Survey;
use crate::run::SurveyRow;
use crate::run::SurveyState;

use super::TerminalOptions;
use super::terminal::page::BOLD;
use super::terminal::page::DIM;
use super::terminal::page::GREEN;
use super::terminal::page::PLAIN;
use super::terminal::page::Page;
use super::terminal::page::Span;
use super::terminal::page::YELLOW;

/// The most characters of an answer.
const LONGEST: usize = 300;

/// The table for a terminal. Nothing of what the target sent is in it unescaped.
pub fn survey(survey: &Survey, options: &TerminalOptions) -> String {
    let mut page = Page::new(options.width, options.colour);
    page.paragraph(0, &Span::new(PLAIN, ""), &Span::new(BOLD, &survey.url));
    let widest = survey.rows.iter().map(|row| row.name.chars().count()).max();
    let mut topic = "";
    for row in &survey.rows {
        if row.topic != topic {
            topic = row.topic;
            page.blank();
            page.line(0, &Span::new(BOLD, topic));
        }
        write_row(&mut page, row, widest.unwrap_or_default());
    }
    page.blank();
    page.finish()
}

fn write_row(page: &mut Page, row: &SurveyRow, width: usize) {
    let (style, word) = word(row.state);
    let label = format!("{word:<8}{:<width$}  ", row.name);
    page.paragraph(
        2,
        &Span::new(style, &label),
        &Span::cut(PLAIN, &row.answer, LONGEST),
    );
}

fn word(state: SurveyState) -> (Style, &'static str) {
    match state {
        SurveyState::Yes => (GREEN, "yes"),
        SurveyState::No => (DIM, "no"),
        SurveyState::Unknown => (DIM, "unknown"),
        SurveyState::Told => (PLAIN, ""),
        SurveyState::Odd => (YELLOW, "look"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Verbosity;

    #[test]
    fn rows_stand_below_their_topics_and_nothing_hostile_comes_through() {
        let row = |topic, name: &str, state, answer: &str| SurveyRow {
            topic,
            name: name.to_owned(),
            state,
            answer: answer.to_owned(),
        };
        let survey = Survey {
            url: "http://r.test".to_owned(),
            spec: "1.1".to_owned(),
            rows: vec![
                row(
                    "registry",
                    "answers",
                    SurveyState::Yes,
                    "GET /v2/ answered 200",
                ),
                row(
                    "registry",
                    "software",
                    SurveyState::Told,
                    "evil\u{1b}[31m\nfeatures",
                ),
                row("features", "mount", SurveyState::No, "405"),
            ],
        };
        let options = TerminalOptions {
            colour: false,
            width: 80,
            verbosity: Verbosity::Normal,
        };
        let shown = super::survey(&survey, &options);
        let lines: Vec<_> = shown.lines().map(str::trim_end).collect();
        assert_eq!(
            lines,
            [
                "http://r.test",
                "",
                "registry",
                "  yes     answers   GET /v2/ answered 200",
                "          software  evil\\u{1b}[31m\\nfeatures",
                "",
                "features",
                "  no      mount     405",
                "",
            ]
        );
    }
}
