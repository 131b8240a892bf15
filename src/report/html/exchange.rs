//! Exchanges and scripts for the page, within a bound: what is too much is left out, and said to be.

use serde::Serialize;

use crate::report::clean;
use crate::report::evidence;
use crate::report::words;
use crate::run::BodyEntry;
use crate::run::CheckEntry;
use crate::run::ExchangeEntry;

/// How many bytes a page may have that is not out of the common; evidence takes what is left of it.
const PAGE: usize = 430_000;
/// What is on it besides: the frame, and roughly each line, each check to look at, each requirement.
const FRAME: usize = 70_000;
const LINE: usize = 300;
const WHOLE: usize = 1_600;
const REQUIREMENT: usize = 340;
/// The most that all evidence takes, the most of one check, and what each should have at least.
const MOST: usize = 160_000;
const EACH: usize = 16_000;
const FAIR: usize = 1_500;
/// What a check gets in any case.
const LEAST: usize = 400;
/// The most of a body, and of a line of a head.
const BODY: usize = 8 << 10;
const HEAD_LINE: usize = 1 << 10;
/// What the markup around an exchange takes.
const AROUND: usize = 420;

/// A request and its response.
#[derive(Debug, Serialize)]
pub(super) struct Exchange {
    /// Its place, counted from 1.
    pub(super) number: usize,
    /// Whether it is the one that shows how the check ended.
    pub(super) shows: bool,
    /// In a line.
    pub(super) title: String,
    /// When, how long, in which HTTP.
    pub(super) timing: String,
    /// What was sent.
    pub(super) request: Pane,
    /// What came back.
    pub(super) response: Pane,
}

/// One side of an exchange.
#[derive(Debug, Serialize)]
pub(super) struct Pane {
    /// The line above the headers.
    pub(super) first: String,
    /// The headers.
    pub(super) headers: Vec<(String, String)>,
    /// The body, or its beginning.
    pub(super) body: Option<String>,
    /// What there is to say of the body.
    pub(super) note: Option<String>,
}

/// A shell script.
#[derive(Debug, Serialize)]
pub(super) struct Script {
    /// Its text, whole; nothing where it is too long for a page.
    pub(super) text: Option<String>,
    /// Its length, for people.
    pub(super) length: String,
}

/// What of a check's evidence is on the page.
#[derive(Debug, Default, Serialize)]
pub(super) struct Evidence {
    pub(super) exchanges: Vec<Exchange>,
    /// How many exchanges are left out.
    pub(super) left_out: usize,
    pub(super) script: Option<Script>,
}

/// The room that is left for evidence. What a check does not need is there for those after it.
#[derive(Debug)]
pub(super) struct Room {
    left: usize,
    checks: usize,
}

impl Room {
    /// For so many checks, or findings, of a page with so many lines and requirements.
    pub(super) fn new(checks: usize, lines: usize, requirements: usize) -> Self {
        let besides = FRAME + checks * WHOLE + lines * LINE + requirements * REQUIREMENT;
        let left = PAGE.saturating_sub(besides).max(checks * FAIR).min(MOST);
        Self { left, checks }
    }

    fn share(&mut self) -> usize {
        let share = (self.left / self.checks.max(1)).clamp(LEAST, EACH);
        self.checks = self.checks.saturating_sub(1);
        share
    }

    /// The evidence of a check: the script, the exchange that shows it, and those that came shortly
    /// before.
    pub(super) fn evidence(&mut self, check: &CheckEntry) -> Evidence {
        let shown = evidence::shown(check).and_then(|shown| {
            let same = |exchange: &ExchangeEntry| std::ptr::eq(exchange, shown);
            check.exchanges.iter().position(same)
        });
        let count = check.exchanges.len();
        let exchange = |index: usize, limit: usize| {
            of_check(index, &check.exchanges[index], Some(index) == shown, limit)
        };
        self.choose(count, shown, check.curl.as_deref(), exchange)
    }

    /// The same for what has exchanges that `exchange` makes, by index and the most of a body.
    pub(super) fn choose(
        &mut self,
        count: usize,
        shown: Option<usize>,
        script: Option<&str>,
        exchange: impl Fn(usize, usize) -> Exchange,
    ) -> Evidence {
        let mut room = self.share();
        let mut spent = 0;
        let mut pay = |size: usize| {
            spent += size;
            room = room.saturating_sub(size);
            room
        };
        let script = script.map(|text| Script::within(text, pay(0)));
        let left = pay(script.as_ref().map_or(0, Script::size));
        let mut chosen: Vec<_> = shown
            .map(|index| exchange(index, (left / 2).clamp(LEAST / 2, BODY)))
            .into_iter()
            .collect();
        let mut left = pay(chosen.iter().map(size).sum());
        for index in (0..shown.unwrap_or(count)).rev() {
            let candidate = exchange(index, BODY / 8);
            let size = size(&candidate);
            if size > left {
                break;
            }
            left = pay(size);
            chosen.push(candidate);
        }
        self.left = self.left.saturating_sub(spent);
        chosen.reverse();
        Evidence {
            left_out: count - chosen.len(),
            exchanges: chosen,
            script,
        }
    }
}

impl Script {
    fn within(text: &str, room: usize) -> Self {
        let fits = clean::html(text).len() <= room;
        Self {
            text: fits.then(|| text.to_owned()),
            length: bytes(text.len()),
        }
    }

    fn size(&self) -> usize {
        let text = self.text.as_deref();
        text.map_or(0, |text| clean::html(text).len())
    }
}

impl Pane {
    /// A pane whose texts are cut.
    pub(super) fn new(
        first: &str,
        headers: &[(String, String)],
        body: Option<&str>,
        note: Option<String>,
        limit: usize,
    ) -> Self {
        let line = |text: &str| clean::cut_html(text, HEAD_LINE.min(limit.max(200))).into_owned();
        Self {
            first: line(first),
            headers: headers
                .iter()
                .map(|(name, value)| (line(name), line(value)))
                .collect(),
            body: body.map(|text| clean::cut_html(text, limit).into_owned()),
            note: note.map(|note| line(&note)),
        }
    }

    fn size(&self) -> usize {
        let length = |text: &str| clean::html(text).len();
        let headers = self.headers.iter();
        length(&self.first)
            + headers
                .map(|(name, value)| length(name) + length(value) + 10)
                .sum::<usize>()
            + self.body.as_deref().map_or(0, length)
            + self.note.as_deref().map_or(0, length)
    }
}

fn size(exchange: &Exchange) -> usize {
    AROUND + exchange.request.size() + exchange.response.size()
}

fn of_check(index: usize, entry: &ExchangeEntry, shows: bool, limit: usize) -> Exchange {
    let request = &entry.request;
    let (body, note) = body_of(request.body.as_ref());
    let (body, note) = match &request.wire {
        Some(wire) => (Some(wire.clone()), Some("exactly these bytes".to_owned())),
        None => (body, note),
    };
    let headers: &[_] = if request.wire.is_some() {
        &[]
    } else {
        &request.headers
    };
    let first = format!("{} {}", request.method, request.url);
    let (answer, response) = match &entry.response {
        Some(response) => {
            let status = evidence::status(response.status);
            let (body, note) = body_of(response.body.as_ref());
            let pane = Pane::new(&status, &response.headers, body.as_deref(), note, limit);
            (status, pane)
        }
        None => no_answer(entry.failure.as_deref(), limit),
    };
    Exchange {
        number: index + 1,
        shows,
        title: title(&request.method, &request.url, &answer),
        timing: timing(entry),
        request: Pane::new(&first, headers, body.as_deref(), note, limit),
        response,
    }
}

/// What stands in the place of an answer.
pub(super) fn no_answer(failure: Option<&str>, limit: usize) -> (String, Pane) {
    let failure = failure.unwrap_or("there was no answer");
    let pane = Pane::new(failure, &[], None, None, limit);
    ("no answer".to_owned(), pane)
}

/// `PUT /v2/name/manifests/tag → 201 Created`, short enough for a heading.
pub(super) fn title(method: &str, url: &str, answer: &str) -> String {
    let path = url.split_once("://").map_or(url, |(_, rest)| {
        rest.find('/').map_or("/", |slash| &rest[slash..])
    });
    let path = shortened(path, 90);
    let method = shortened(method, 30);
    format!("{method} {path} → {answer}")
}

fn shortened(text: &str, most: usize) -> String {
    let mut short: String = text.chars().take(most).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

fn timing(entry: &ExchangeEntry) -> String {
    let role = match entry.role.as_str() {
        "redirect" => "following a redirect, ",
        "token" => "fetching a token, ",
        "again" => "asked again, ",
        _ => "",
    };
    let protocol = entry.protocol.as_deref().unwrap_or_default();
    let comma = if protocol.is_empty() { "" } else { ", " };
    format!(
        "{role}at {}, took {}{comma}{}",
        words::time(entry.at_ms),
        words::time(entry.took_ms),
        shortened(protocol, 20)
    )
}

/// The text of a body, and what there is to say of it.
fn body_of(body: Option<&BodyEntry>) -> (Option<String>, Option<String>) {
    let Some(body) = body else {
        return (None, None);
    };
    let length = bytes(body.length);
    match (&body.text, &body.base64) {
        (Some(text), _) if text.len() >= body.length => (Some(text.clone()), None),
        (Some(text), _) if !text.is_empty() => {
            let note = format!("begins so; {length}, sha256 {}", body.sha256);
            (Some(text.clone()), Some(note))
        }
        (_, Some(_)) => (
            None,
            Some(format!("{length}, no text; sha256 {}", body.sha256)),
        ),
        _ => (None, Some(format!("{length}; sha256 {}", body.sha256))),
    }
}

/// `80 bytes`, `9.0 kB`.
pub(super) fn bytes(number: usize) -> String {
    match number {
        0..1000 => words::count(number, "byte"),
        1000..1_000_000 => format!("{}.{} kB", number / 1000, number % 1000 / 100),
        _ => format!("{}.{} MB", number / 1_000_000, number % 1_000_000 / 100_000),
    }
}
