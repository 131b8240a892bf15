//! What two registries answered differently: for a terminal, as JSON, and a file for each group.

use std::path::Path;

use serde::Serialize;

use crate::catalogue::Version;
use crate::fuzz::Tool;
use crate::fuzz::differential::Comparison;
use crate::fuzz::differential::Ended;
use crate::fuzz::differential::Group;
use crate::fuzz::differential::Rank;
use crate::report::ReportError;
use crate::report::TerminalOptions;
use crate::report::Verbosity;
use crate::report::files;
use crate::report::terminal::page::BOLD;
use crate::report::terminal::page::DIM;
use crate::report::terminal::page::GREEN;
use crate::report::terminal::page::PLAIN;
use crate::report::terminal::page::Page;
use crate::report::terminal::page::RED;
use crate::report::terminal::page::Span;
use crate::report::terminal::page::YELLOW;
use crate::report::words;

use super::SCHEMA;
use super::steps;

/// The name of the file.
const JSON: &str = "results.json";

/// What tells it from other records.
pub const KIND: &str = "differential";

/// The folder for groups, in the folder of the reports.
pub const DIFFERENCES: &str = "differences";

/// How many groups are shown with their steps, and in a line; all with `--verbose`.
const MOST_WITH_STEPS: usize = 10;
const MOST_IN_LINES: usize = 40;

/// What a comparison came to.
#[derive(Debug, Clone, Serialize)]
pub struct DifferentialRecord {
    /// The version of its form.
    pub schema: u32,
    /// [`KIND`].
    pub kind: String,
    /// Who ran it.
    pub tool: Tool,
    /// Whether it came to its end.
    pub complete: bool,
    /// What ended it before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_by: Option<String>,
    /// The two registries.
    pub targets: [String; 2],
    /// The version of the specification that plans were made for.
    #[serde(serialize_with = "super::spec")]
    pub spec: Version,
    /// What the names of repositories begin with.
    pub namespace: String,
    /// What tells them from those of other runs.
    pub run_id: String,
    /// Which part of the plans, of how many.
    pub shard: String,
    /// When it began.
    pub started: String,
    /// How long it took.
    pub duration_ms: u64,
    /// How many requests were sent to each, those for minimising included.
    pub requests: [u64; 2],
    /// What differs.
    #[serde(flatten)]
    pub comparison: Comparison,
}

impl DifferentialRecord {
    /// The version of the form that is written.
    pub const SCHEMA: u32 = SCHEMA;
}

/// The record for a terminal. Nothing of what the targets sent is in it unescaped.
pub fn terminal(record: &DifferentialRecord, options: &TerminalOptions) -> String {
    let mut page = Page::new(options.width, options.colour);
    if options.verbosity != Verbosity::Quiet {
        header(&mut page, record);
        let groups = &record.comparison.groups;
        let is_verbose = options.verbosity == Verbosity::Verbose;
        let bound = |most: usize| if is_verbose { groups.len() } else { most };
        table(&mut page, groups, bound(MOST_IN_LINES));
        let shown = groups.iter().take(bound(MOST_WITH_STEPS));
        for (index, group) in shown.enumerate() {
            self::group(&mut page, index + 1, group);
        }
    }
    verdict(&mut page, record);
    page.finish()
}

/// Makes sure that reports can be written there.
pub fn prepare(dir: &Path) -> Result<(), ReportError> {
    files::prepare_files(dir, &[JSON])?;
    files::prepare_files(&dir.join(DIFFERENCES), &["difference.json"])
}

/// Writes the record, and each group into a file of its own.
pub fn write_all(dir: &Path, record: &DifferentialRecord) -> Result<(), ReportError> {
    let written = files::write_one(dir, JSON, json(record)).map(drop);
    let folder = dir.join(DIFFERENCES);
    let groups = record.comparison.groups.iter();
    let groups = groups.map(|group| {
        let name = format!("{}.json", group.id);
        files::write_one(&folder, &name, json(group)).map(drop)
    });
    groups.fold(written, Result::and)
}

fn json(value: &impl Serialize) -> Result<Vec<u8>, ReportError> {
    crate::report::json::pretty("json", value)
}

fn header(page: &mut Page, record: &DifferentialRecord) {
    let tool = format!("{} {}  ", record.tool.name, record.tool.version);
    let what = "two registries side by side";
    page.paragraph(0, &Span::new(BOLD, &tool), &Span::new(BOLD, what));
    let comparison = &record.comparison;
    let mut run = format!(
        "specification {}, seed {}, run {}, started {}",
        record.spec, comparison.seed, record.run_id, record.started
    );
    if record.shard != "0/1" {
        run.extend([", shard ", &record.shard]);
    }
    let plans = format!(
        "{} in {}; {} showed no difference",
        comparison.plans,
        words::time(record.duration_ms),
        comparison.alike
    );
    let side = |side: usize| {
        format!(
            "{}  ({} answers)",
            record.targets[side], comparison.answers[side]
        )
    };
    for (label, text) in [
        ("[1]    ", side(0)),
        ("[2]    ", side(1)),
        ("run    ", run),
        ("plans  ", plans),
    ] {
        page.paragraph(0, &Span::new(DIM, label), &Span::new(PLAIN, &text));
    }
    page.blank();
}

fn table(page: &mut Page, groups: &[Group], most: usize) {
    if groups.is_empty() {
        return;
    }
    let heads = format!(
        "{:>4}  {:<8} {:>5}  request and answers",
        "", "what", "plans"
    );
    page.line(0, &Span::new(BOLD, &heads));
    for (index, group) in groups.iter().take(most).enumerate() {
        let start = format!(
            "{:>4}. {:<8} {:>5}  ",
            index + 1,
            word(group.rank),
            group.count
        );
        page.line_of(&[
            Span::new(style(group.rank), &start),
            Span::cut(PLAIN, &told(group), 300),
        ]);
    }
    let rest = groups.len().saturating_sub(most);
    if rest > 0 {
        let text = format!("… and {rest} more: --verbose shows them, {JSON} has them");
        page.text(6, &Span::new(DIM, &text));
    }
    page.blank();
}

fn told(group: &Group) -> String {
    let mutations = if group.mutations.is_empty() {
        String::new()
    } else {
        format!("  [{}]", group.mutations.join(", "))
    };
    let [x, y] = &group.answers;
    format!("{}: {x} | {y}{mutations}", group.route)
}

fn group(page: &mut Page, number: usize, group: &Group) {
    page.paragraph(
        0,
        &Span::new(
            style(group.rank),
            &format!("{number}. {}  ", word(group.rank)),
        ),
        &Span::cut(BOLD, &told(group), 300),
    );
    let file = format!("{DIFFERENCES}/{}.json", group.id);
    for (label, text) in [
        ("[1] answers  ", group.answers[0].as_str()),
        ("[2] answers  ", &group.answers[1]),
        ("file         ", &file),
    ] {
        page.paragraph(3, &Span::new(DIM, label), &Span::new(PLAIN, text));
    }
    if group.shown_again == Some(false) {
        let text = "its plan did not show it a second time";
        page.text(3, &Span::new(YELLOW, text));
    }
    page.line(3, &Span::new(DIM, "steps:"));
    for step in steps::described(&group.plan) {
        page.line(5, &Span::new(PLAIN, &step));
    }
    page.blank();
}

fn word(rank: Rank) -> &'static str {
    match rank {
        Rank::Taken => "taken",
        Rank::Broken => "broken",
        Rank::Class => "class",
        Rank::Content => "content",
        Rank::Status => "status",
        Rank::Code => "code",
        Rank::Header => "header",
    }
}

fn style(rank: Rank) -> anstyle::Style {
    match rank {
        Rank::Taken | Rank::Broken => RED,
        Rank::Class | Rank::Content => YELLOW,
        Rank::Status | Rank::Code | Rank::Header => PLAIN,
    }
}

fn verdict(page: &mut Page, record: &DifferentialRecord) {
    let comparison = &record.comparison;
    let ended = match (&record.ended_by, comparison.ended) {
        (Some(reason), _) => format!(", and it was ended before its end: {reason}"),
        (None, Ended::TargetLost(side)) => {
            format!(", and [{}] does not answer any more", side + 1)
        }
        (None, Ended::Stopped) => ", and it was stopped".to_owned(),
        (None, Ended::Completed | Ended::OutOfTime) => String::new(),
    };
    let left_out = match comparison.left_out {
        0 => String::new(),
        count => format!(", {count} differences of further groups left out"),
    };
    let plans = words::count(
        usize::try_from(comparison.plans).unwrap_or(usize::MAX),
        "plan",
    );
    let (style, text) = match comparison.groups.len() {
        _ if comparison.plans == 0 || comparison.answers.contains(&0) => (
            RED,
            "nothing ran: no plan was played to an answer on both".to_owned(),
        ),
        0 => (GREEN, format!("no difference in {plans}")),
        groups => {
            let groups = words::count(groups, "kind");
            (
                BOLD,
                format!(
                    "{groups} of differences in {plans}; which of the two is right, if one is, they do not say"
                ),
            )
        }
    };
    page.text(0, &Span::new(style, &format!("{text}{left_out}{ended}")));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fuzz::Plan;

    fn group(rank: Rank, answer: &str) -> Group {
        Group {
            id: "0123".to_owned(),
            rank,
            route: "GET /v2/",
            mutations: vec!["host-odd".to_owned()],
            answers: [answer.to_owned(), "404".to_owned()],
            count: 3,
            case: 1,
            shown_again: Some(false),
            plan: Plan::from_bytes(&[]),
        }
    }

    fn record(groups: Vec<Group>) -> DifferentialRecord {
        DifferentialRecord {
            schema: DifferentialRecord::SCHEMA,
            kind: KIND.to_owned(),
            tool: Tool::this(),
            complete: true,
            ended_by: None,
            targets: ["http://one.test", "http://other.test"].map(str::to_owned),
            spec: Version::default(),
            namespace: "f/r".to_owned(),
            run_id: "r".to_owned(),
            shard: "0/1".to_owned(),
            started: "2026-01-01T00:00:00.000Z".to_owned(),
            duration_ms: 10,
            requests: [20, 20],
            comparison: Comparison {
                seed: 1,
                ended: Ended::Completed,
                plans: 5,
                answers: [9, 9],
                alike: 2,
                left_out: 0,
                groups,
            },
        }
    }

    fn shown(record: &DifferentialRecord) -> String {
        let options = TerminalOptions {
            colour: false,
            width: 100,
            verbosity: Verbosity::Normal,
        };
        terminal(record, &options)
    }

    #[test]
    fn the_table_says_what_each_answered_and_gives_no_verdict() {
        let text = shown(&record(vec![group(Rank::Taken, "201")]));
        for words in [
            "http://other.test",
            "   1. taken        3  GET /v2/: 201 | 404  [host-odd]",
            "did not show it a second time",
            "differences/0123.json",
            "1 kind of differences in 5 plans",
        ] {
            assert!(text.contains(words), "{words}\n{text}");
        }
        assert!(shown(&record(Vec::new())).contains("no difference in 5 plans"));
    }

    #[test]
    fn nothing_of_an_answer_reaches_the_terminal_as_it_is() {
        let text = shown(&record(vec![group(Rank::Code, "404 \u{1b}[31m\u{202e}")]));
        assert!(
            !text.contains('\u{1b}') && !text.contains('\u{202e}'),
            "{text}"
        );
    }

    #[test]
    fn what_was_not_answered_is_no_agreement() {
        let mut record = record(Vec::new());
        record.comparison.answers[1] = 0;
        assert!(shown(&record).contains("nothing ran"));
    }

    #[test]
    fn every_group_has_a_file_and_the_record_its_kind() {
        let folder = tempfile::tempdir().unwrap();
        prepare(folder.path()).unwrap();
        write_all(folder.path(), &record(vec![group(Rank::Header, "200")])).unwrap();
        let read = |name: &str| -> serde_json::Value {
            serde_json::from_slice(&std::fs::read(folder.path().join(name)).unwrap()).unwrap()
        };
        assert_eq!(read("results.json")["kind"], "differential");
        assert_eq!(read("results.json")["groups"][0]["rank"], "header");
        assert_eq!(read("differences/0123.json")["answers"][0], "200");
    }
}
