//! What is for one registry does not go to another, whoever names either.

use std::ffi::OsString;
use std::fs;

use crate::cli::Beside;
use crate::cli::Refusal;
use crate::cli::filled;
use crate::cli::official::Surroundings;

use super::program;

type Pairs<'a> = &'a [(&'a str, &'a str)];

/// The words that a command line is filled in with, and what is said beside it.
fn run(file: &str, variables: Pairs<'_>, given: &[&str]) -> (Vec<String>, Beside) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("p.toml");
    fs::write(&path, file).unwrap();
    let mut all: Vec<OsString> = vec!["plimsoll".into(), "--config".into(), path.into()];
    all.extend(given.iter().map(OsString::from));
    let surroundings = Surroundings::of(variables, None);
    match filled(&program(), all, &surroundings) {
        Ok((filled, _, beside)) => {
            let words = filled.arguments.into_iter();
            let words = words.map(|word| word.into_string().unwrap());
            (words.collect(), beside)
        }
        Err(Refusal::BySettings(error)) => panic!("{given:?}: {error}"),
        Err(Refusal::ByClap(error)) => panic!("{given:?}: {error}"),
    }
}

/// Which of these flags are filled in, and whether a warning names the others.
fn kept(file: &str, variables: Pairs<'_>, given: &[&str], flags: &[&str]) -> Vec<String> {
    let (words, beside) = run(file, variables, given);
    let is_kept = |flag: &str| {
        words
            .iter()
            .any(|word| word.starts_with(&format!("--{flag}")))
    };
    let warnings = beside.warnings.join("\n");
    for flag in flags.iter().filter(|flag| !is_kept(flag)) {
        let name = format!("`{flag}`");
        assert!(
            warnings.contains(&name),
            "{flag} goes without a word: {warnings}"
        );
    }
    let kept = flags.iter().filter(|flag| is_kept(flag));
    kept.map(|flag| (*flag).to_owned()).collect()
}

const BOTH: &[&str] = &["username", "insecure"];
const ALL: &[&str] = &[
    "username",
    "password-stdin",
    "header",
    "client-cert",
    "client-key",
    "ca-cert",
    "insecure",
];

#[test]
fn what_the_file_has_for_its_registry_goes_to_no_other() {
    let file = "url = 'a.example'\nusername = 'me'\npassword-stdin = true\nheader = 'X: y'\nclient-cert = 'c'\n\
                client-key = 'k'\nca-cert = 'ca'\ninsecure = true\n";
    assert_eq!(kept(file, &[], &["check"], ALL), ALL);
    for url in ["a.example", "https://A.example:443/"] {
        assert_eq!(kept(file, &[], &["check", url], ALL), ALL, "{url}");
    }
    for url in ["b.example", "http://a.example", "a.example:444"] {
        assert_eq!(kept(file, &[], &["check", url], ALL), [""; 0], "{url}");
    }
    for verb in ["probe", "fuzz"] {
        assert_eq!(kept(file, &[], &[verb], BOTH), BOTH);
        assert_eq!(kept(file, &[], &[verb, "b.example"], BOTH), [""; 0]);
    }
}

#[test]
fn a_token_and_leave_to_test_are_for_one_registry_too() {
    let file = "url = 'a.example'\ntoken = 'x'\ni-may-test-this-target = true\n";
    let flags = &["token", "i-may-test-this-target"];
    assert_eq!(kept(file, &[], &["fuzz"], flags), flags);
    assert_eq!(kept(file, &[], &["fuzz", "b.example"], flags), [""; 0]);
}

#[test]
fn verbs_that_ask_several_take_what_is_for_all_of_them() {
    let file = "url = 'a.example'\nusername = 'me'\ninsecure = true\n";
    for (given, is_home) in [
        (&["compare", "a.example", "b.example"][..], false),
        (&["compare", "a.example", "a.example:443"], true),
        (&["fuzz", "--differential", "b.example"], false),
        (&["fuzz", "--differential", "a.example"], true),
        (&["replay", "Cargo.toml", "a.example"], true),
        (&["replay", "Cargo.toml", "b.example"], false),
        // It goes to whom the file names, which is not looked into here.
        (&["replay", "Cargo.toml"], false),
    ] {
        let kept = kept(file, &[], given, BOTH);
        assert_eq!(kept.is_empty(), !is_home, "{given:?} has {kept:?}");
    }
}

#[test]
fn a_file_that_names_no_registry_is_for_whichever_is_asked() {
    let file = "username = 'me'\ninsecure = true\n";
    assert_eq!(kept(file, &[], &["check", "b.example"], BOTH), BOTH);
    let official = [("OCI_REGISTRY", "r.example")];
    assert_eq!(kept(file, &official, &["check"], BOTH), BOTH);
}

#[test]
fn a_setting_is_for_the_registry_of_its_table_or_of_the_next_that_counts_less() {
    let file = "url = 'a.example'\nusername = 'me'\n[profile.prod]\nurl = 'p.example'\ninsecure = true\n\
                [profile.other]\ninsecure = true\n[fuzz]\nurl = 'f.example'\n";
    for (given, wanted) in [
        (&["check"][..], &["username"][..]),
        (&["check", "--profile", "prod"], &["insecure"]),
        (&["check", "--profile", "other"], BOTH),
        (&["check", "--profile", "prod", "a.example"], &["username"]),
        (&["fuzz"], &[]),
    ] {
        let (words, _) = run(file, &[], given);
        let kept: Vec<_> = BOTH
            .iter()
            .filter(|flag| {
                words
                    .iter()
                    .any(|word| word.starts_with(&format!("--{flag}")))
            })
            .copied()
            .collect();
        assert_eq!(kept, wanted, "{given:?}");
    }
}

#[test]
fn where_its_own_tables_name_none_it_is_for_those_that_the_file_names_elsewhere() {
    let file = "username = 'me'\ninsecure = true\n[check]\nurl = 'a.example'\n[profile.p.fuzz]\nurl = 'f.example'\n";
    assert_eq!(kept(file, &[], &["check"], BOTH), BOTH);
    assert_eq!(kept(file, &[], &["probe", "f.example"], BOTH), BOTH);
    assert_eq!(kept(file, &[], &["probe", "b.example"], BOTH), [""; 0]);
}

#[test]
fn what_the_official_settings_have_is_for_their_registry() {
    let user = [
        ("OCI_USERNAME", "me"),
        ("OCI_PASSWORD", "p"),
        ("OCI_TLS", "insecure"),
    ];
    let theirs = [&user[..], &[("OCI_REGISTRY", "r.example")]].concat();
    let older = [&user[..], &[("OCI_ROOT_URL", "https://r.example")]].concat();
    let toml = "url = 't.example'\n";
    for (file, variables, given, is_home) in [
        ("", &theirs, &["check"][..], true),
        ("", &theirs, &["check", "r.example"], true),
        ("", &theirs, &["check", "b.example"], false),
        ("", &theirs, &["probe", "b.example"], false),
        // A newer variable counts more than the file, an older one less.
        (toml, &theirs, &["check"], true),
        (toml, &older, &["check"], false),
        ("", &older, &["check"], true),
        (toml, &user.to_vec(), &["check"], false),
        ("", &user.to_vec(), &["check"], true),
        (
            "",
            &user.to_vec(),
            &["check", "https://localhost:5000"],
            true,
        ),
        ("url = 'r.example:443'\n", &older, &["check"], true),
    ] {
        let kept = kept(file, variables, given, BOTH);
        let (_, beside) = run(file, variables, given);
        assert_eq!(
            kept,
            if is_home { BOTH } else { &[] },
            "{file:?} {variables:?} {given:?}"
        );
        assert_eq!(beside.password.is_some(), is_home, "{file:?} {given:?}");
        let is_told = beside.warnings.join("").contains("`password`");
        assert_eq!(is_told, !is_home, "{:?}", beside.warnings);
    }
}

#[test]
fn what_is_left_out_makes_room_for_what_counts_less() {
    let file = "url = 't.example'\nusername = 'of-file'\n";
    let (words, _) = run(file, &[("OCI_USERNAME", "official")], &["check"]);
    assert!(
        words.contains(&"--username=of-file".to_owned()),
        "{words:?}"
    );
}

#[test]
fn tls_of_the_official_settings_does_not_put_their_registry_above_the_files() {
    let (words, _) = run(
        "url = 't.example'\n",
        &[("OCI_TLS", "disabled")],
        &["check"],
    );
    assert!(words.contains(&"t.example".to_owned()), "{words:?}");
    let (words, _) = run("", &[("OCI_TLS", "disabled")], &["check"]);
    assert!(
        words.contains(&"http://localhost:5000".to_owned()),
        "{words:?}"
    );
}

#[test]
fn what_the_command_line_says_is_for_whom_it_names() {
    let file = "url = 'a.example'\nusername = 'me'\ninsecure = true\n";
    let given = ["check", "b.example", "--username", "me", "--insecure"];
    let (words, beside) = run(file, &[], &given);
    assert_eq!(words[3..], given);
    assert_eq!(beside.warnings, [""; 0]);
}
