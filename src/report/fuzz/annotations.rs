//! Annotations of a campaign, as GitHub Actions reads them.

use crate::fuzz::Finding;
use crate::report::ReportError;
use crate::report::annotations::Annotation;
use crate::report::annotations::Kind;
use crate::report::annotations::out_of_date;
use crate::report::annotations::written;

use super::FuzzRecord;
use super::markdown::no_success;
use super::terminal::requirement;

/// The record as commands of GitHub Actions.
pub(super) fn render(record: &FuzzRecord) -> Result<Vec<u8>, ReportError> {
    let trouble = no_success(record);
    let mut all: Vec<_> = trouble
        .map(|text| Annotation::new(Kind::Error, "the campaign", [text]))
        .into_iter()
        .collect();
    all.extend(record.unknown().map(of_finding));
    all.extend(out_of_date(record.expectations.as_ref()));
    all.extend(record.known.iter().map(|known| {
        let text = format!("{} ({}): {}", known.glob, known.signature, known.reason);
        Annotation::new(Kind::Notice, "known finding", [text])
    }));
    Ok(written(&all).into_bytes())
}

fn of_finding(finding: &Finding) -> Annotation {
    let title = format!("finding: {}", finding.group);
    let mut lines = vec![finding.detail.clone()];
    if let Some((name, row)) = requirement(finding) {
        lines.push(format!("{name}: {}", row.sentence));
    }
    lines.push(format!("Expected: {}", finding.expected));
    lines.push(format!("Actual: {}", finding.observed));
    lines.push(format!(
        "plimsoll replay {}/{}.json",
        super::FINDINGS,
        finding.signature
    ));
    Annotation::new(Kind::Error, &title, lines)
}
