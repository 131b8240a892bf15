//! What makes a run fail beyond verdict and level: baseline, edition, thresholds.

use crate::report::words;
use crate::run::BaselineEntry;
use crate::run::Record;
use crate::run::ThresholdEntry;

use super::page::DIM;
use super::page::GREEN;
use super::page::PLAIN;
use super::page::Page;
use super::page::RED;
use super::page::Span;

/// How many checks are named.
const NAMED: usize = 10;

/// Writes it, where there is any of it.
pub(super) fn write(page: &mut Page, record: &Record) {
    let has_any =
        record.baseline.is_some() || record.edition.is_some() || !record.thresholds.is_empty();
    if !has_any {
        return;
    }
    if let Some(baseline) = &record.baseline {
        write_baseline(page, baseline);
    }
    if let Some(edition) = record.edition {
        let text = format!("Only checks of edition {edition} gate.");
        page.text(0, &Span::new(DIM, &text));
    }
    for threshold in &record.thresholds {
        write_threshold(page, threshold);
    }
    page.blank();
}

fn write_baseline(page: &mut Page, baseline: &BaselineEntry) {
    let BaselineEntry {
        old, new, fixed, ..
    } = baseline;
    let regressions = words::count(baseline.regressions.len(), "regression");
    let text = format!(
        "Against the baseline of {} (plimsoll {}): {regressions}, {} fixed; {old} failed before and {new} were not put \
         then, which do not gate.",
        baseline.started,
        baseline.tool,
        fixed.len()
    );
    page.text(0, &Span::cut(PLAIN, &text, 400));
    for (word, style, ids) in [
        ("regression", RED, &baseline.regressions),
        ("fixed", GREEN, fixed),
    ] {
        for id in ids.iter().take(NAMED) {
            page.line_of(&[
                Span::new(style, &format!("  {word:<12}")),
                Span::cut(PLAIN, id, 100),
            ]);
        }
        if let Some(more) = ids.len().checked_sub(NAMED).filter(|more| *more > 0) {
            page.text(2, &Span::new(DIM, &format!("and {more} more")));
        }
    }
}

fn write_threshold(page: &mut Page, threshold: &ThresholdEntry) {
    let (word, style) = if threshold.met {
        ("met", GREEN)
    } else {
        ("MISSED", RED)
    };
    let text = format!(
        "threshold {} {}: {} ",
        threshold.name, threshold.limit, threshold.actual
    );
    page.line_of(&[Span::cut(PLAIN, &text, 200), Span::new(style, word)]);
}
