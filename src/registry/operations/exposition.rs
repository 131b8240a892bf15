//! What was counted, in the text format 0.0.4 of Prometheus.

use std::fmt::Display;
use std::fmt::Write;

use super::Operations;
use super::kind::Kind;
use super::log::Log;
use super::metrics::BUCKETS;
use super::metrics::Counter;
use super::metrics::Histogram;
use super::notes::FaultKind;

/// The media type of the format.
pub(super) const MEDIA_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Everything that was counted.
pub(super) fn page(operations: &Operations) -> String {
    let mut page = Page::default();
    build(&mut page);
    requests(&mut page, operations);
    let metrics = &operations.metrics;
    durations(&mut page, &metrics.durations);
    let name = "plimsoll_http_received_bytes_total";
    let help = "Bytes of the bodies of requests that are over.";
    by_kind(&mut page, name, help, &metrics.received);
    let name = "plimsoll_http_sent_bytes_total";
    let help = "Bytes of the bodies of answers, as they were handed to connections.";
    by_kind(&mut page, name, help, &metrics.sent);
    failures(&mut page, operations);
    page.0
}

fn build(page: &mut Page) {
    let name = "plimsoll_build_info";
    page.family(name, "gauge", "Which build of plimsoll it is; always 1.");
    page.sample(name, &[("version", env!("CARGO_PKG_VERSION"))], 1);
}

fn requests(page: &mut Page, operations: &Operations) {
    let name = "plimsoll_http_requests_total";
    let help = "Requests that are over, by method, kind of path and status; none where there was no answer.";
    page.family(name, "counter", help);
    for (verb, kind, status, count) in operations.metrics.requests() {
        let labels = [
            ("method", verb.name()),
            ("route", kind.name()),
            ("status", &status),
        ];
        page.sample(name, &labels, count);
    }
    let name = "plimsoll_http_requests_under_way";
    page.family(name, "gauge", "Requests that are not over.");
    page.sample(name, &[], operations.metrics.under_way());
}

fn durations(page: &mut Page, durations: &[Histogram; Kind::ALL.len()]) {
    let name = "plimsoll_http_request_duration_seconds";
    let help = "How long requests took, from their headers to the end of the answer.";
    page.family(name, "histogram", help);
    for (kind, histogram) in Kind::ALL.into_iter().zip(durations) {
        let route = ("route", kind.name());
        let ends = BUCKETS.iter().map(|(end, _)| *end).chain(["+Inf"]);
        let counts = histogram.cumulative();
        for (end, count) in ends.zip(counts) {
            page.sample(&format!("{name}_bucket"), &[route, ("le", end)], count);
        }
        let sum = histogram.sum();
        let sum = format!("{}.{:09}", sum.as_secs(), sum.subsec_nanos());
        page.sample(&format!("{name}_sum"), &[route], sum);
        page.sample(&format!("{name}_count"), &[route], counts[BUCKETS.len()]);
    }
}

fn by_kind(page: &mut Page, name: &str, help: &str, counters: &[Counter; Kind::ALL.len()]) {
    page.family(name, "counter", help);
    for (kind, counter) in Kind::ALL.into_iter().zip(counters) {
        page.sample(name, &[("route", kind.name())], counter.get());
    }
}

fn failures(page: &mut Page, operations: &Operations) {
    let name = "plimsoll_store_errors_total";
    let help = "How often the place where content is kept could not do what it was asked to.";
    page.family(name, "counter", help);
    for (kind, counter) in FaultKind::ALL.into_iter().zip(&operations.metrics.faults) {
        page.sample(name, &[("kind", kind.name())], counter.get());
    }
    let name = "plimsoll_tls_handshake_failures_total";
    let help = "Connections that ended before both sides agreed on TLS.";
    page.family(name, "counter", help);
    page.sample(name, &[], operations.metrics.handshakes.get());
    let name = "plimsoll_log_lines_lost_total";
    let help = "Lines of the log that nobody took in time.";
    page.family(name, "counter", help);
    page.sample(name, &[], operations.log.as_ref().map_or(0, Log::lost));
}

/// A page in the making.
#[derive(Default)]
pub(super) struct Page(pub(super) String);

impl Page {
    /// Begins a family. Its samples follow.
    pub(super) fn family(&mut self, name: &str, kind: &str, help: &str) {
        let help = help.replace('\\', "\\\\").replace('\n', "\\n");
        self.line(format_args!("# HELP {name} {help}"));
        self.line(format_args!("# TYPE {name} {kind}"));
    }

    pub(super) fn sample(&mut self, name: &str, labels: &[(&str, &str)], value: impl Display) {
        let labels: Vec<_> = labels
            .iter()
            .map(|(name, value)| format!("{name}=\"{}\"", escaped(value)))
            .collect();
        if labels.is_empty() {
            self.line(format_args!("{name} {value}"));
        } else {
            self.line(format_args!("{name}{{{}}} {value}", labels.join(",")));
        }
    }

    fn line(&mut self, line: std::fmt::Arguments<'_>) {
        writeln!(self.0, "{line}").expect("a string takes everything");
    }
}

/// The value of a label as it is written between quotes.
fn escaped(value: &str) -> String {
    let value = value.replace('\\', "\\\\").replace('"', "\\\"");
    value.replace('\n', "\\n")
}
