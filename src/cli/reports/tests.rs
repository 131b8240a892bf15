//! What `--report` takes, and the summary of a step.

use std::fs;

use super::step::LONGEST_SUMMARY;
use super::*;
use crate::report::FORMATS;
use crate::report::Part;
use crate::run::Record;

const DEFAULT: [&str; 2] = ["json", "junit"];

fn github(summary: Option<PathBuf>) -> Github {
    Github {
        is_there: true,
        summary,
    }
}

fn reports(names: &[&str], github: Github) -> Result<Reports<Record>, CliError> {
    let names: Vec<_> = names.iter().map(|name| (*name).to_owned()).collect();
    Reports::new(&names, &DEFAULT, FORMATS, Path::new("out"), github)
}

fn names(reports: &Reports<Record>) -> Vec<&str> {
    reports.formats.iter().map(|format| format.name).collect()
}

#[test]
fn annotations_are_chosen_by_themselves_on_github_alone() {
    let here = reports(&[], Github::default()).unwrap();
    assert_eq!(names(&here), DEFAULT);
    let there = reports(&[], github(None)).unwrap();
    assert_eq!(names(&there), ["json", "junit", ANNOTATIONS]);
    assert_eq!(there.paths().len(), 2, "they are printed");
    let told = reports(&["json"], github(None)).unwrap();
    assert_eq!(names(&told), ["json"]);
    let written = reports(&[ANNOTATIONS], Github::default()).unwrap();
    assert_eq!(written.paths(), [Path::new("out/annotations.txt")]);
}

#[test]
fn what_is_no_format_or_there_twice_is_refused() {
    for (names, words) in [
        (
            &["pdf"][..],
            "`pdf` is no report format; there are json, junit, ",
        ),
        (&["json", "md", "json"], "names `json` twice"),
        (&["a\u{1b}[2J"], "\\u{1b}"),
    ] {
        let error = reports(names, Github::default()).unwrap_err();
        assert!(error.to_string().contains(words), "{error}");
        assert_eq!(error.exit(), Exit::Usage);
    }
}

#[test]
fn a_summary_of_a_step_in_the_place_of_a_report_is_refused() {
    let summary = Some(PathBuf::from("out/../out/summary.md"));
    fs::create_dir_all("target/of-reports/out").unwrap();
    let dir = Path::new("target/of-reports/out");
    let summary = summary.map(|it| Path::new("target/of-reports").join(it));
    let names = vec!["md".to_owned()];
    let new = Reports::<Record>::new(&names, &[], FORMATS, dir, github(summary.clone()));
    let error = new.unwrap_err().to_string();
    assert!(error.contains("two reports would go to"), "{error}");
    // Where nothing is added to it, it is in nobody's way.
    let names = vec!["json".to_owned()];
    Reports::<Record>::new(&names, &[], FORMATS, dir, github(summary)).unwrap();
}

fn part(text: String) -> Vec<Part> {
    vec![Part {
        about: "causes",
        text,
    }]
}

#[test]
fn a_summary_is_added_to_what_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("summary");
    append(&path, &part("one\n".to_owned())).unwrap();
    append(&path, &part("two".to_owned())).unwrap();
    append(&path, &part("three\n".to_owned())).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "one\n\ntwo\n\nthree\n");
}

#[test]
fn a_summary_never_grows_beyond_its_bound() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("summary");
    let bound = usize::try_from(LONGEST_SUMMARY).unwrap();
    let fill = |free: usize| fs::write(&path, "x".repeat(bound - free)).unwrap();
    fill(1000);
    append(&path, &part("q".repeat(998))).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().len(), LONGEST_SUMMARY);
    fill(1000);
    append(&path, &part("q".repeat(999))).unwrap();
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.len() <= bound && !text.contains('q'));
    assert!(text.contains("There was no room") && text.contains("causes: 1"));
    for free in [0, 1, 2, 3, 100] {
        fill(free);
        append(&path, &part("q".repeat(200))).unwrap();
        assert_eq!(
            fs::metadata(&path).unwrap().len(),
            LONGEST_SUMMARY - free as u64
        );
    }
}
