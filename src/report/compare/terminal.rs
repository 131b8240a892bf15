//! What a person sees at the end of `plimsoll compare`: differences first.

use anstyle::Style;

use crate::report::TerminalOptions;
use crate::report::clean;
use crate::report::terminal::page::BOLD;
use crate::report::terminal::page::DIM;
use crate::report::terminal::page::GREEN;
use crate::report::terminal::page::PLAIN;
use crate::report::terminal::page::Page;
use crate::report::terminal::page::RED;
use crate::report::terminal::page::Span;
use crate::report::words;
use crate::run::Comparison;
use crate::run::Identity;
use crate::run::Line;

use super::differing;
use super::judgement;

/// How wide a column is.
const COLUMN: usize = 13;

/// How many lines of a kind are shown.
const MOST: usize = 40;

/// The comparison for a terminal. Nothing of what a target sent is in it unescaped.
pub fn terminal(comparison: &Comparison, options: &TerminalOptions) -> String {
    let mut page = Page::new(options.width, options.colour);
    targets(&mut page, comparison);
    matrix(&mut page, "category", comparison.categories.iter());
    matrix(
        &mut page,
        "features that differ",
        differing(&comparison.features),
    );
    matrix(
        &mut page,
        "requirements that differ",
        differing(&comparison.requirements),
    );
    alone(&mut page, comparison);
    if let Some(found) = &comparison.identity {
        identity(&mut page, found);
    }
    verdict(&mut page, comparison);
    page.finish()
}

fn targets(page: &mut Page, comparison: &Comparison) {
    for (at, target) in comparison.targets.iter().enumerate() {
        let software = target.software.as_deref().map(|it| format!(", {it}"));
        let at_url = format!("{}  {}", target.name, target.url);
        let text = format!(
            "{}{}: {} pass, {} fail, {}",
            if target.name == target.url {
                &target.url
            } else {
                &at_url
            },
            software.unwrap_or_default(),
            target.pass,
            target.fail,
            words::count(target.causes, "cause"),
        );
        let label = format!("[{}] ", at + 1);
        page.paragraph(0, &Span::new(BOLD, &label), &Span::cut(PLAIN, &text, 300));
    }
    page.blank();
}

fn matrix<'l>(page: &mut Page, title: &str, lines: impl Iterator<Item = &'l Line>) {
    let lines: Vec<&Line> = lines.collect();
    let Some(first) = lines.first() else {
        return;
    };
    let heads = (1..=first.states.len()).map(|at| format!("{:<COLUMN$}", format!("[{at}]")));
    let head = format!("{}{title}", heads.collect::<String>());
    page.line(0, &Span::new(BOLD, &head));
    for line in lines.iter().take(MOST) {
        let states = line.states.iter().map(|state| {
            let cut = clean::line(state, COLUMN - 1);
            Span::new(style(state), &format!("{cut:<COLUMN$}"))
        });
        let level = line.level.as_ref().map(|level| format!(" ({level})"));
        let name = format!("{}{}", line.id, level.unwrap_or_default());
        let spans: Vec<_> = states.chain([Span::cut(PLAIN, &name, 100)]).collect();
        page.line_of(&spans);
    }
    if let Some(more) = lines.len().checked_sub(MOST).filter(|more| *more > 0) {
        page.text(
            2,
            &Span::new(DIM, &format!("and {more} more, in the files")),
        );
    }
    page.blank();
}

fn style(state: &str) -> Style {
    match state {
        "held" | "conformant" | "supported" => GREEN,
        "violated" => RED,
        _ => DIM,
    }
}

fn alone(page: &mut Page, comparison: &Comparison) {
    let mut some = false;
    for (target, ids) in comparison.targets.iter().zip(&comparison.alone) {
        if ids.is_empty() {
            continue;
        }
        some = true;
        let label = format!("{} alone breaks  ", target.name);
        let ids: Vec<_> = ids.iter().take(MOST).cloned().collect();
        page.paragraph(
            0,
            &Span::cut(PLAIN, &label, 60),
            &Span::cut(PLAIN, &words::list(&ids), 2000),
        );
    }
    if some {
        page.blank();
    }
}

fn identity(page: &mut Page, found: &Identity) {
    let documents = words::count(found.documents, "document");
    let copies = words::count(found.copies, "copy").replace("copys", "copies");
    let (style, text) = if found.is_broken() {
        (RED, "NOT the same everywhere")
    } else {
        (GREEN, "called the same everywhere")
    };
    page.line_of(&[
        Span::new(
            BOLD,
            &format!("identity: {documents}, {copies} from one to another: "),
        ),
        Span::new(style, text),
    ]);
    for line in found.lines.iter().take(MOST) {
        let style = if line.breaks { RED } else { DIM };
        let label = format!("  {}, {}  ", line.document, line.what);
        page.paragraph(
            2,
            &Span::new(style, &label),
            &Span::cut(PLAIN, &line.values.join(" | "), 400),
        );
    }
    page.blank();
}

fn verdict(page: &mut Page, comparison: &Comparison) {
    let (is_good, text) = judgement(comparison);
    let (word, style) = if is_good {
        ("passed", GREEN)
    } else {
        ("FAILED", RED)
    };
    let label = format!("{word}: ");
    page.paragraph(0, &Span::new(style, &label), &Span::cut(PLAIN, &text, 400));
}
