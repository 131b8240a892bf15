//! Each variable and key of the official suite, and what it comes to.

mod file;
mod parts;
mod place;
mod words;

use std::collections::BTreeSet;

use super::Official;
use super::Surroundings;
use super::filter;
use super::read;
use super::variables;
use crate::catalogue::Version;
use crate::cli::settings::Setting;
use crate::cli::settings::Value;
use crate::run::Filter;
use crate::run::Plan;
use crate::run::Selection;
use crate::suite;

/// Every variable of the suite, newer and older.
const NAMES: &str = "
    OCI_REGISTRY OCI_TLS OCI_REPO1 OCI_REPO2 OCI_USERNAME OCI_PASSWORD OCI_VERSION OCI_RESULTS_DIR
    OCI_CONFIGURATION OCI_LOG OCI_CACHE_AUTH OCI_FILTER_TEST
    OCI_API_PING OCI_API_PULL OCI_API_PUSH OCI_API_REFERRER
    OCI_API_BLOBS_ATOMIC OCI_API_BLOBS_DELETE OCI_API_BLOBS_DIGEST_HEADER OCI_API_BLOBS_MOUNT_ANONYMOUS
    OCI_API_BLOBS_UPLOAD_CANCEL OCI_API_MANIFESTS_ATOMIC OCI_API_MANIFESTS_DELETE
    OCI_API_MANIFESTS_DIGEST_HEADER OCI_API_MANIFESTS_TAG_PARAM
    OCI_API_TAGS_ATOMIC OCI_API_TAGS_DELETE OCI_API_TAGS_LIST
    OCI_DATA_IMAGE OCI_DATA_INDEX OCI_DATA_INDEX_LIST OCI_DATA_SPARSE OCI_DATA_ARTIFACT OCI_DATA_SUBJECT
    OCI_DATA_SUBJECT_MISSING OCI_DATA_ARTIFACT_LIST OCI_DATA_SUBJECT_LIST OCI_DATA_DATA_FIELD
    OCI_DATA_NONDISTRIBUTABLE OCI_DATA_CUSTOM_FIELDS OCI_DATA_NO_LAYERS OCI_DATA_EMPTY_BLOB OCI_DATA_SHA512
    OCI_RO_DATA_TAGS OCI_RO_DATA_MANIFESTS OCI_RO_DATA_BLOBS OCI_RO_DATA_REFERRERS
    OCI_ROOT_URL OCI_NAMESPACE OCI_CROSSMOUNT_NAMESPACE OCI_TEST_PULL OCI_TEST_PUSH
    OCI_TEST_CONTENT_DISCOVERY OCI_TEST_CONTENT_MANAGEMENT OCI_DEBUG OCI_TAG_NAME OCI_MANIFEST_DIGEST
    OCI_BLOB_DIGEST OCI_REPORT_DIR OCI_HIDE_SKIPPED_WORKFLOWS OCI_DELETE_MANIFEST_BEFORE_BLOBS
    OCI_AUTH_SCOPE OCI_TAG_LIST OCI_SKIP_EMPTY_LAYER_PUSH_TEST OCI_AUTOMATIC_CROSSMOUNT";

const DIGEST: &str = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// Variables, a word or more in the line of each setting that they come to, and keys that they say
/// nothing about.
type Row<'a> = (Pairs<'a>, &'a [&'a str], &'a [&'a str]);
type Pairs<'a> = &'a [(&'a str, &'a str)];

fn of(variables: Pairs<'_>) -> Result<Official, String> {
    read("check", &Surroundings::of(variables, None)).map_err(|error| error.to_string())
}

/// The settings as the command line would have them, those that count more than a file first.
fn lines(variables: Pairs<'_>) -> Vec<String> {
    let official = of(variables).unwrap();
    let (above, below) = (official.settings.above, official.settings.below);
    above.iter().chain(&below).map(line).collect()
}

fn line(setting: &Setting) -> String {
    match &setting.value {
        Value::Switch(on) => format!("{} {on}", setting.key),
        Value::Words(words) => format!("{} {}", setting.key, words.join(" ")),
    }
}

fn left_out(variables: Pairs<'_>) -> Vec<String> {
    let official = of(variables).unwrap();
    let globs = official.overrides.iter();
    globs.map(|it| it.checks.as_str().to_owned()).collect()
}

/// Whether each row comes to its lines, and to none of its keys.
fn come_to(rows: &[Row<'_>]) {
    for (variables, wanted, absent) in rows {
        let lines = lines(variables);
        for wanted in *wanted {
            assert!(
                lines.iter().any(|it| it == wanted),
                "{variables:?} lacks {wanted} in {lines:#?}"
            );
        }
        for absent in *absent {
            assert!(
                !lines.iter().any(|it| it.split(' ').next() == Some(absent)),
                "{variables:?} has {absent} in {lines:#?}"
            );
        }
    }
}

#[test]
fn every_variable_of_the_suite_has_one_row_and_no_other_has() {
    let wanted: BTreeSet<&str> = NAMES.split_whitespace().collect();
    let there: Vec<&str> = variables::all().map(|row| row.name).collect();
    assert_eq!(there.iter().copied().collect::<BTreeSet<_>>(), wanted);
    assert_eq!(there.len(), wanted.len(), "a name has two rows");
    let keys: Vec<&str> = variables::all()
        .map(|row| row.key)
        .filter(|it| !it.is_empty())
        .collect();
    assert_eq!(keys.len(), keys.iter().collect::<BTreeSet<_>>().len());
    for row in variables::all() {
        assert!(
            row.means.ends_with('.'),
            "{} is no sentence: {}",
            row.name,
            row.means
        );
    }
}

#[test]
fn every_glob_of_the_tables_takes_a_check() {
    let parts = variables::all().filter_map(|row| Some((row.name, row.switched()?.skip)));
    let tests = filter::tests().map(|test| (test.name, test.checks));
    for (name, globs) in parts.chain(tests) {
        for glob in globs {
            let filter: Filter = glob.parse().unwrap();
            let selection = Selection {
                only: vec![filter],
                ..Selection::default()
            };
            let plan = Plan::new(suite::SECTIONS, &selection, Version::V1_2);
            assert!(!plan.cases.is_empty(), "{name}: `{glob}` takes nothing");
        }
    }
}

#[test]
fn without_a_variable_or_a_file_nothing_is_in_effect() {
    for variables in [
        &[][..],
        &[
            ("OCI_REGION", "eu"),
            ("OCI_CLI_USER", "me"),
            ("OCI_WHATEVER", "x"),
        ],
        &[("OCI_REGISTRY", "")],
    ] {
        assert_eq!(lines(variables), [""; 0]);
        assert!(of(variables).unwrap().notes.is_empty());
    }
    let around = Surroundings::of(&[("OCI_REGISTRY", "localhost:5")], None);
    let other = read("fuzz", &around).unwrap();
    assert!(other.settings.above.is_empty() && other.notes.is_empty());
}

#[test]
fn the_guide_has_every_row_as_it_stands_here() {
    let guide = include_str!("../../../docs/migrating.md");
    let settings = variables::all().map(|row| {
        let key = match row.key {
            "" => String::new(),
            key => format!("`{key}`"),
        };
        format!("| `{}` | {key} | {} |", row.name, row.means)
    });
    let tests = filter::tests().map(|test| {
        let checks: Vec<_> = test.checks.iter().map(|glob| format!("`{glob}`")).collect();
        format!("| `{}` | {} |", test.name, checks.join(" "))
    });
    let missing: Vec<_> = settings
        .chain(tests)
        .filter(|row| !guide.lines().any(|line| line == row))
        .collect();
    assert!(
        missing.is_empty(),
        "docs/migrating.md lacks\n{}",
        missing.join("\n")
    );
}
