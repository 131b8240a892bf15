//! The examples do what they say.

use std::path::PathBuf;
use std::process::Command;

use crate::support::ended;
use crate::support::registry;

/// An example's program, which `cargo test` has built beside ours.
fn example(name: &str) -> Command {
    let folder = PathBuf::from(env!("CARGO_BIN_EXE_plimsoll"));
    let folder = folder
        .parent()
        .expect("programs lie in a folder")
        .join("examples");
    Command::new(folder.join(name))
}

#[test]
fn the_suite_embeds_into_a_registrys_own_tests() {
    let listed = ended(&example("embedded").arg("--list").output().unwrap());
    assert_eq!(listed.code, 0, "{}", listed.stderr);
    assert!(listed.stdout.contains("push/chunked/"), "{}", listed.stdout);
    let run = ended(&example("embedded").arg("pull/").output().unwrap());
    assert_eq!(run.code, 0, "{}", run.stdout);
    assert!(run.stdout.contains("test result: ok"), "{}", run.stdout);
}

#[test]
fn a_vendor_adds_a_section_of_its_own() {
    let running = registry();
    let run = ended(&example("own_check").arg(running.url()).output().unwrap());
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(
        run.stdout.contains("example/ping/says-its-version"),
        "{}",
        run.stdout
    );
    let nothing = ended(
        &example("own_check")
            .arg("http://127.0.0.1:9")
            .output()
            .unwrap(),
    );
    assert_ne!(nothing.code, 0, "nobody is no pass");
}

#[test]
fn a_client_is_tested_against_registries_of_every_kind() {
    let run = ended(&example("fixture").output().unwrap());
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.contains("4 tests passed"), "{}", run.stdout);
}

#[test]
fn two_records_are_compared_verdict_by_verdict() {
    let fixtures = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/records");
    let path = |name: &str| format!("{fixtures}/{name}.json");
    let compare = |old: &str, new: &str| {
        let mut command = example("same_verdicts");
        ended(&command.args([path(old), path(new)]).output().unwrap())
    };
    assert_eq!(compare("passing", "passing").code, 0);
    let differ = compare("passing", "failing");
    assert_ne!(differ.code, 0);
    assert!(differ.stdout.contains(" before, "), "{}", differ.stdout);
}
