//! What a record says becomes text and nothing else, as a reader of GitHub's Markdown sees it, and
//! nothing of weight is missing.

use comrak::Arena;
use comrak::Options;
use comrak::nodes::NodeValue;
use proptest::prelude::*;

use super::super::fixtures;
use super::escape::block;
use super::escape::prose;
use super::*;

/// What would be markup anywhere else.
pub(in crate::report) const HOSTILE: &str = "a | b `c` ``d`` ```\n~~~\n# e\n<script>alert(1)</script><!-- [f](http://g.invalid) \
    ![h](http://i.invalid) http://j.invalid www.k.invalid l@m.invalid @admin #1 </details> **n** \\";

fn text(record: &Record) -> String {
    parts(record).into_iter().map(|part| part.text).collect()
}

/// What a reader makes of a text.
#[derive(Debug, Default)]
pub(in crate::report) struct Seen {
    pub(in crate::report) links: Vec<String>,
    pub(in crate::report) html: Vec<String>,
    /// Text and code, without the blocks.
    pub(in crate::report) words: String,
    blocks: Vec<String>,
    headings: usize,
    tables: usize,
}

pub(in crate::report) fn read(text: &str) -> Seen {
    let mut options = Options::default();
    options.extension.table = true;
    options.extension.autolink = true;
    options.extension.strikethrough = true;
    options.extension.tasklist = true;
    options.extension.footnotes = true;
    let arena = Arena::new();
    let mut seen = Seen::default();
    for node in comrak::parse_document(&arena, text, &options).descendants() {
        match &node.data().value {
            NodeValue::Link(link) | NodeValue::Image(link) => seen.links.push(link.url.clone()),
            NodeValue::HtmlBlock(html) => seen.html.push(html.literal.clone()),
            NodeValue::HtmlInline(html) | NodeValue::Raw(html) => seen.html.push(html.clone()),
            NodeValue::Text(text) => seen.words += text,
            NodeValue::Code(code) => seen.words += &code.literal,
            NodeValue::CodeBlock(code) => seen.blocks.push(code.literal.clone()),
            NodeValue::Heading(_) => seen.headings += 1,
            NodeValue::Table(_) => seen.tables += 1,
            _ => {}
        }
    }
    seen
}

fn says(record: &Record, words: &str) {
    let text = text(record);
    let seen = read(&text);
    let words = super::super::clean::line(words, 500);
    let is_said =
        seen.words.contains(&words) || seen.blocks.iter().any(|block| block.contains(&words));
    assert!(is_said, "{words:?} is not said in\n{text}");
}

#[test]
fn a_record_says_its_verdict_and_everything_that_gates() {
    let record = fixtures::record(fixtures::FAILING);
    let text = text(&record);
    assert!(text.contains("**FAILED**: "), "{text}");
    for check in record.checks.iter().filter(|check| check.gates) {
        says(&record, &check.id);
    }
    let cause = record.causes.iter().find(|cause| cause.gates).unwrap();
    let check = record.checks.iter().find(|it| it.id == cause.checks[0]);
    let check = check.unwrap();
    for words in [
        check.expected.as_deref().unwrap(),
        check.actual.as_deref().unwrap(),
        check.curl.as_deref().unwrap().lines().next().unwrap(),
        "PUT with a sha512 digest answered 400",
        "checked by the storage backend",
    ] {
        says(&record, words);
    }
    let seen = read(&text);
    assert_eq!(seen.tables, 1);
    assert!(seen.links.contains(&record.requirements[6].section));
}

#[test]
fn a_sound_record_is_short() {
    let text = text(&fixtures::record(fixtures::PASSING));
    assert!(text.contains("**passed**: nothing gates"), "{text}");
    assert!(!text.contains("curl") && !text.contains("<details>"));
}

#[test]
fn an_incomplete_record_says_so_first() {
    let mut record = fixtures::record(fixtures::PASSING);
    record.complete = false;
    record.ended_by = Some("out of time".to_owned());
    assert!(text(&record).contains("**INCOMPLETE \\(out of time\\)**"));
}

/// A record that has this text wherever a target or a file can put one.
fn spoilt(text: &str) -> Record {
    let mut record = fixtures::record(fixtures::FAILING);
    let said = || text.to_owned();
    record.target.url = said();
    record.target.software = Some(said());
    record.run_id = said();
    record.spec = said();
    record.tool.name = said();
    record.ended_by = Some(said());
    record.categories[0].state = said();
    for feature in &mut record.features {
        feature.id = said();
        feature.evidence = said();
        feature.state = said();
    }
    for entry in &mut record.requirements {
        entry.alias = said();
        entry.section = format!("https://github.com/{text}");
    }
    for cause in &mut record.causes {
        cause.title = said();
        cause.also = vec![said()];
        cause.level = said();
    }
    for check in &mut record.checks {
        check.title = said();
        check.expected = check.expected.as_ref().map(|_| said());
        check.actual = check.actual.as_ref().map(|_| said());
        check.reason = check.reason.as_ref().map(|_| said());
        check.curl = check.curl.as_ref().map(|_| said());
        if let Some(known) = &mut check.known {
            known.link = Some(format!("https://github.com/{text}"));
        }
        for exchange in &mut check.exchanges {
            exchange.request.url = said();
            if let Some(response) = &mut exchange.response {
                response.headers.push(("location".to_owned(), said()));
            }
        }
    }
    record
}

fn harms_nobody(record: &Record, marks: &[&str]) {
    let plain = read(&text(&fixtures::record(fixtures::FAILING)));
    let text = text(record);
    let seen = read(&text);
    assert_eq!((seen.tables, seen.headings), (1, plain.headings), "{text}");
    assert!(seen.links.is_empty(), "{:?} in\n{text}", seen.links);
    for html in &seen.html {
        for tag in html.lines().filter(|line| !line.is_empty()) {
            let ours = ["<details><summary>See it again</summary>", "</details>"];
            assert!(ours.contains(&tag), "{tag} in\n{text}");
        }
    }
    assert!(!text.chars().any(|c| c.is_control() && c != '\n'));
    for mark in marks {
        assert!(seen.words.contains(mark), "{mark} is not shown in\n{text}");
    }
}

#[test]
fn what_a_target_says_is_no_markup() {
    let mut record = spoilt(HOSTILE);
    harms_nobody(&record, &["@admin", "<script>", "www.k.invalid"]);
    record.complete = false;
    for reason in [
        "www.k.invalid",
        "a@b.invalid",
        "http://c.invalid",
        "@admin <b>",
    ] {
        record.ended_by = Some(reason.to_owned());
        harms_nobody(&record, &[reason]);
    }
}

#[test]
fn the_hostile_record_harms_nobody() {
    let record = fixtures::record(fixtures::HOSTILE);
    let text = text(&record);
    let seen = read(&text);
    assert!(
        seen.html.iter().all(|html| !html.contains("script")),
        "{text}"
    );
    assert!(!text.chars().any(|c| c.is_control() && c != '\n'));
    assert!(!text.contains('\u{202e}') && seen.words.contains("<script>"));
}

proptest! {
    #[test]
    fn no_code_is_more_than_code(text in "[`a |<>\\\\@\\[\\]~#*]{0,12}") {
        let seen = read(&code(&text));
        let shown = if text.trim().is_empty() { "nothing" } else { text.as_str() };
        prop_assert_eq!(seen.words.trim(), shown.trim());
        prop_assert!(seen.html.is_empty() && seen.links.is_empty());
    }

    #[test]
    fn no_block_ends_before_its_end(lines in prop::collection::vec("`{0,6}[~ a<]{0,2}", 0..5)) {
        let text = block("text", lines.iter().map(String::as_str));
        let seen = read(&text);
        prop_assert_eq!(seen.blocks.len(), 1);
        prop_assert_eq!(&seen.blocks[0], &format!("{}\n", lines.join("\n")));
    }

    #[test]
    fn our_words_are_shown_as_they_are(text in "[a-z`|<>\\\\@\\[\\]~#*(){}+!_&.]{1,12}") {
        let text = format!("a{text}");
        let seen = read(&prose(&text));
        prop_assert_eq!(seen.words, text);
    }
}

#[test]
fn every_sentence_of_the_catalogue_is_shown_as_it_is() {
    for row in crate::catalogue::requirements() {
        let seen = read(&prose(row.sentence));
        assert_eq!(seen.words, super::super::clean::line(row.sentence, 500));
    }
}

#[test]
fn what_there_is_room_for_is_shown_whole_and_the_rest_is_counted() {
    let record = fixtures::record(fixtures::FAILING);
    let parts = parts(&record);
    let whole = text(&record);
    assert_eq!(within(&parts, whole.len()), whole);
    for room in 0..whole.len() {
        let text = within(&parts, room);
        assert!(text.len() <= room, "{} of {room}", text.len());
        if text.is_empty() {
            assert!(room < 400, "nothing is said in {room} bytes");
            continue;
        }
        assert!(text.contains("There was no room"), "{text}");
        let opened = text.matches("<details>").count();
        assert_eq!(opened, text.matches("</details>").count());
    }
    let text = within(&parts, whole.len() - 1);
    assert!(
        text.contains("**FAILED**") && text.contains(": 1"),
        "{text}"
    );
}
