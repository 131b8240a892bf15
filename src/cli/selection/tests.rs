//! What is said where a filter takes nothing.

use std::ffi::OsString;

use super::CliError;
use super::unmatched;
use crate::cli::Beside;
use crate::cli::Refusal;
use crate::cli::official::Surroundings;
use crate::cli::read;
use crate::run::Override;

fn warnings(flags: &[&str]) -> Result<Vec<String>, String> {
    let folder = tempfile::tempdir().unwrap();
    let none = folder.path().join("none.toml");
    std::fs::write(&none, "").unwrap();
    let mut given: Vec<OsString> = vec!["plimsoll".into(), "--config".into(), none.into()];
    given.extend(flags.iter().map(OsString::from));
    match read(given, &Surroundings::default()) {
        Ok((_, Beside { warnings, .. })) => Ok(warnings),
        Err(Refusal::BySettings(error)) => Err(error.to_string()),
        Err(Refusal::ByClap(error)) => panic!("{error}"),
    }
}

#[test]
fn a_misspelling_beside_others_is_refused_with_the_nearest() {
    for (flags, parts) in [
        (
            &["check", "--only", "pull/blobs", "--only", "pull/manifest"][..],
            &[
                "`--only pull/manifest`",
                "less would be asked",
                "pull/manifests",
            ][..],
        ),
        (
            &["check", "--skip", "pull/blbs"],
            &["`--skip pull/blbs`", "more would be asked", "pull/blobs"],
        ),
        (
            &[
                "compare",
                "a",
                "b",
                "--only",
                "blob-found",
                "--only",
                "blob-fund",
            ],
            &["`--only blob-fund`", "blob-found"],
        ),
    ] {
        let error = warnings(flags).unwrap_err();
        for part in parts {
            assert!(error.contains(part), "{flags:?} gave {error}");
        }
    }
}

#[test]
fn a_glob_beside_others_that_takes_nothing_is_told() {
    for (flags, part) in [
        (
            &["check", "--only", "pull/*", "--only", "pul/*"][..],
            "`--only pul/*`",
        ),
        (&["check", "--skip", "pul/*"], "`--skip pul/*`"),
        (
            &[
                "check",
                "--only",
                "pull/blobs",
                "--only",
                "push/tag-parameters/named-tags",
            ],
            "--spec 1.2",
        ),
    ] {
        let warnings = warnings(flags).unwrap();
        assert_eq!(warnings.len(), 1, "{warnings:?}");
        assert!(warnings[0].contains(part), "{warnings:?}");
    }
}

#[test]
fn what_takes_something_is_not_worth_a_word() {
    for flags in [
        &["check"][..],
        &[
            "check", "--only", "pull", "--only", "BGET-01", "--skip", "*index*",
        ],
        &["check", "--only", "pull/blobs/known-blob@sha512"],
        &[
            "check",
            "--spec",
            "1.2",
            "--only",
            "push/tag-parameters/named-tags",
        ],
        // Nothing is left, which has a sentence of its own.
        &["check", "--only", "no-such-check"],
        &["check", "--only", "push/tag-parameters/named-tags"],
        &["selftest", "--only", "no-such-defect"],
    ] {
        assert_eq!(warnings(flags).unwrap(), [""; 0], "{flags:?}");
    }
}

#[test]
fn an_override_that_takes_nothing_is_told_too() {
    let program = clap::Command::new("check")
        .args([clap::Arg::new("only").value_parser(clap::value_parser!(crate::run::Filter))]);
    let matches = program.try_get_matches_from(["check"]).unwrap();
    let of = |glob: &str| Override {
        checks: glob.parse().unwrap(),
        timeout: None,
        retries: Some(1),
        skip: None,
    };
    assert_eq!(unmatched(&matches, &[of("push/*")]).unwrap(), [""; 0]);
    let told = unmatched(&matches, &[of("push/*"), of("psh/*")]).unwrap();
    assert!(told[0].contains("the override of `psh/*`"), "{told:?}");
    let refused = unmatched(&matches, &[of("push/chuncked")]);
    assert!(matches!(refused, Err(CliError::Usage(text)) if text.contains("push/chunked")));
}
