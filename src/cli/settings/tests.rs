//! What a file of settings makes of a command line, and what it says where it is wrong.

mod home;

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use clap::CommandFactory;
use clap::Parser;

use super::file;
use super::file::FileSettings;
use super::schema::schema;
use crate::cli::Cli;
use crate::cli::Refusal;
use crate::cli::filled;
use crate::cli::official::Surroundings;

fn program() -> clap::Command {
    let mut program = Cli::command();
    program.build();
    program
}

fn read(text: &str, profile: Option<&str>) -> Result<FileSettings, String> {
    let program = program();
    let verb = program.find_subcommand("check").unwrap();
    let file = PathBuf::from("p.toml");
    file::read((&file, text), &program, verb, profile).map_err(|error| error.to_string())
}

/// The command line of a check that a file makes of another.
fn line(text: &str, given: &[&str]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("p.toml");
    fs::write(&path, text).unwrap();
    let mut all: Vec<OsString> = vec!["plimsoll".into(), "--config".into(), path.into()];
    all.extend(given.iter().map(OsString::from));
    let Ok((filled, ..)) = filled(&program(), all, &Surroundings::default()) else {
        panic!("{given:?} is refused");
    };
    let words = filled.arguments.into_iter().skip(3);
    words.map(|word| word.into_string().unwrap()).collect()
}

#[test]
fn every_form_of_a_flag_can_stand_in_the_file() {
    let text = "url = 'localhost:5'\nonly = ['push/*', 'pull/*']\njobs = 3\nheavy = true\nkeep = false\n\
                report = ['json', 'junit']\nsettle = '4s'\n";
    assert_eq!(
        line(text, &["check", "--level", "must"]),
        [
            "check",
            "localhost:5",
            "--only=push/*",
            "--only=pull/*",
            "--jobs=3",
            "--heavy",
            "--report=json,junit",
            "--settle=4s",
            "--level",
            "must",
        ]
    );
}

#[test]
fn a_value_that_is_called_as_a_verb_is_not_taken_for_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("check");
    fs::write(&path, "jobs = 3\n[profile.check]\nheavy = true\n").unwrap();
    let config = format!("--config={}", path.display());
    for given in [
        &["--profile", "check", &config, "check"][..],
        &[&config, "--profile=check", "check"],
        &[
            "--config",
            path.to_str().unwrap(),
            "--profile",
            "check",
            "check",
        ],
    ] {
        // The program may be called so, too.
        let all = std::iter::once("check").chain(given.iter().copied());
        let all = all.map(OsString::from).collect();
        let Ok((filled, ..)) = filled(&program(), all, &Surroundings::default()) else {
            panic!("{given:?} is refused");
        };
        let words: Vec<_> = filled.arguments.iter().rev().take(3).rev().collect();
        assert_eq!(words, ["check", "--heavy", "--jobs=3"], "{given:?}");
    }
}

#[test]
fn a_number_with_a_point_stays_as_it_was_written() {
    for (text, words) in [
        ("spec = 1.0\n", "--spec=1.0"),
        ("spec = 1.10\n", "--spec=1.10"),
        ("only = [1.0, 2]\n", "--only=1.0 --only=2"),
        ("rate = 1_000.5\n", "--rate=1000.5"),
        ("rate = 20\n", "--rate=20"),
    ] {
        assert_eq!(line(text, &["check"])[1..].join(" "), words, "{text}");
    }
}

#[test]
fn what_stands_nearer_counts_more() {
    let text = "jobs = 1\nsettle = '1s'\n[check]\njobs = 2\nfail-on = 'must'\n[fuzz]\njobs = 9\n\
                [profile.ci]\njobs = 3\n[profile.ci.check]\njobs = 4\n";
    let check = |given: &[&str]| line(text, given);
    assert_eq!(
        check(&["check"]),
        ["check", "--jobs=2", "--fail-on=must", "--settle=1s"]
    );
    assert_eq!(
        check(&["check", "--profile", "ci"]),
        [
            "check",
            "--jobs=4",
            "--fail-on=must",
            "--settle=1s",
            "--profile",
            "ci"
        ]
    );
    assert_eq!(
        check(&["check", "--jobs", "5", "--fail-on=never"]),
        ["check", "--settle=1s", "--jobs", "5", "--fail-on=never"]
    );
    assert_eq!(check(&["fuzz"]), ["fuzz", "--jobs=9", "--settle=1s"]);
    assert_eq!(check(&["list"]), ["list"]);
}

#[test]
fn what_goes_against_the_command_line_is_left_out() {
    let text = "namespace = 'team'\n[profile.fixed]\nrepo = ['a', 'b']\n";
    let given = ["check", "--repo", "a", "--repo", "b"];
    assert_eq!(line(text, &given), given);
    let given = ["check", "--profile", "fixed"];
    assert_eq!(
        line(text, &given),
        ["check", "--repo=a", "--repo=b", "--profile", "fixed"]
    );
}

#[test]
fn overrides_are_read_and_the_later_one_counts() {
    let text = "[[override]]\nchecks = 'push/*'\ntimeout = '60s'\n[[override]]\nchecks = 'push/chunked/*'\n\
                retries = 7\nskip = 'not this month'\n";
    let found = read(text, None).unwrap().overrides;
    assert_eq!(found.len(), 2);
    assert_eq!(found[0].checks.as_str(), "push/chunked/*");
    assert_eq!(found[0].retries, Some(7));
    assert_eq!(found[0].skip.as_deref(), Some("not this month"));
    assert_eq!(found[1].timeout, Some(Duration::from_secs(60)));
}

#[test]
fn what_is_wrong_is_said_with_its_line_and_a_remedy() {
    for (text, parts) in [
        (
            "jobs = 1\njbos = 2\n",
            &["p.toml, line 2", "`jbos`", "did you mean `jobs`?"][..],
        ),
        (
            "[check]\n\nlevl = 'must'\n",
            &["line 3", "did you mean `level`?"],
        ),
        ("[chek]\njobs = 1\n", &["line 1", "did you mean `check`?"]),
        (
            "[profile.ci]\nspecc = '1.1'\n",
            &["line 2", "did you mean `spec`?"],
        ),
        ("[serve]\njobs = 1\n", &["line 2", "`jobs` is no setting"]),
        ("zzz = 1\n", &["line 1", "`plimsoll config` shows"]),
        ("heavy = 'yes'\n", &["line 1", "true or false"]),
        ("jobs = [1, 2]\n", &["line 1", "one text or number"]),
        ("only = [[1]]\n", &["line 1", "a list of them"]),
        ("check = 1\n", &["line 1", "[check]"]),
        ("profile = 1\n", &["line 1", "[profile.NAME]"]),
        ("[profile]\nci = 1\n", &["line 2", "[profile.ci]"]),
        ("override = 1\n", &["line 1", "[[override]]"]),
        (
            "[[override]]\nskip = 'x'\n",
            &["line 1", "give a glob in `checks`"],
        ),
        (
            "[[override]]\nchecks = '*'\n",
            &["line 1", "overrides nothing"],
        ),
        ("[[override]]\nchecks = '[*'\nskip = 'x'\n", &["line 2"]),
        (
            "[[override]]\nchecks = '*'\ntimeout = '1 fortnight'\n",
            &["line 3", "`timeout`"],
        ),
        (
            "[[override]]\nchecks = '*'\nretries = -1\n",
            &["line 3", "`retries`"],
        ),
        (
            "[[override]]\nchecks = '*'\nskip = ' '\n",
            &["line 3", "say why"],
        ),
        (
            "[[override]]\nchecks = '*'\nskipp = 'x'\n",
            &["line 3", "did you mean `skip`?"],
        ),
        ("jobs = \n", &["p.toml, line 1", "not TOML"]),
    ] {
        let error = read(text, None).unwrap_err();
        for part in parts {
            assert!(error.contains(part), "{text:?} gave {error}");
        }
    }
    let error = read("[profile.ci]\n", Some("cd")).unwrap_err();
    assert!(
        error.contains("no profile `cd`") && error.contains("has `ci`"),
        "{error}"
    );
}

#[test]
fn a_value_that_the_flag_does_not_take_is_said_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("p.toml");
    fs::write(&path, "settle = '1s'\n[check]\njobs = 'many'\n").unwrap();
    let given = [
        "plimsoll".into(),
        "--config".into(),
        path.into(),
        "check".into(),
    ];
    let refused = crate::cli::read(Vec::from(given), &Surroundings::default());
    let Err(Refusal::BySettings(error)) = refused else {
        panic!("it is taken");
    };
    let error = error.to_string();
    assert!(
        error.contains("p.toml, line 3") && error.contains("from 1 to 256"),
        "{error}"
    );
}

#[test]
fn a_file_that_is_named_has_to_be_there() {
    let given = ["plimsoll", "--config", "/nowhere/p.toml", "check"];
    let given = given.map(OsString::from).to_vec();
    let refused = filled(&program(), given, &Surroundings::default());
    let Err(Refusal::BySettings(error)) = refused else {
        panic!("it is taken");
    };
    assert!(error.to_string().contains("/nowhere/p.toml"), "{error}");
}

#[test]
fn the_schema_that_is_committed_is_that_of_the_flags() {
    let committed = include_str!("../../../docs/plimsoll.schema.json");
    let schema = schema(&program());
    assert_eq!(
        committed,
        format!("{schema:#}\n"),
        "write it anew: plimsoll config --schema > docs/plimsoll.schema.json"
    );
}

#[test]
fn the_schema_takes_what_the_reader_takes() {
    let validator = jsonschema::validator_for(&schema(&program())).unwrap();
    let is_valid = |text: &str| {
        let value: serde_json::Value = toml::from_str(text).unwrap();
        validator.is_valid(&value)
    };
    for text in [
        "jobs = 1\nonly = ['a']\n[check]\nheavy = true\n[profile.ci.fuzz]\ntime = '1m'\n",
        "[[override]]\nchecks = '*'\nskip = 'x'\n",
        "report = ['json']\n",
        "[report]\nout = 'there'\n",
    ] {
        assert!(is_valid(text) && read(text, None).is_ok(), "{text}");
    }
    for text in [
        "jbos = 1\n",
        "heavy = 'x'\n",
        "[[override]]\nskip = 'x'\n",
        "[profile.ci]\nx = 1\n",
    ] {
        assert!(!is_valid(text) && read(text, None).is_err(), "{text}");
    }
}

#[test]
fn the_program_is_well_formed() {
    program().debug_assert();
    assert!(Cli::try_parse_from(["plimsoll", "check"]).is_ok());
}
