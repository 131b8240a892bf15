//! `report.html`: a record as one page that opens from disk, asks nothing of any network, and can
//! be read without JavaScript.
//!
//! Here a record becomes a view, `*.html` says what of it goes where, `style.css` how it looks, and
//! `page.js` adds search, filters and copying. Text gets onto the page through `page` alone, which
//! cleans and escapes all of it.

mod causes;
mod checks;
mod compare;
mod exchange;
mod expectations;
mod fuzz;
mod mark;
mod overview;
mod page;
mod requirements;
mod run;

use crate::run::Record;

use super::ReportError;

pub use compare::render as compare;
pub use fuzz::render as fuzz;

/// The record as a page.
pub fn render(record: &Record) -> Result<Vec<u8>, ReportError> {
    page::filled("run.html", &run::Run::of(record))
}

#[cfg(test)]
mod tests;
