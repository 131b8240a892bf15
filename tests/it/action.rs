//! The steps of `action.yml`, run as the scripts that they are.

use std::fs;
use std::path::Path;
use std::process::Command;

use plimsoll::registry::Defect;
use plimsoll::registry::Registry;
use plimsoll::registry::Running;
use serde_json::Value;

use crate::support::Ended;
use crate::support::ended;
use crate::support::registry;

/// The steps of the action.
fn steps() -> Vec<Value> {
    let text = include_str!("../../action.yml");
    let action: Value = yaml_serde::from_str(text).expect("YAML");
    assert_eq!(action["runs"]["using"], "composite");
    action["runs"]["steps"].as_array().expect("steps").clone()
}

fn script(id: &str) -> String {
    let steps = steps();
    let step = steps.iter().find(|step| step["id"] == id).expect(id);
    assert_eq!(step["shell"], "bash");
    step["run"].as_str().expect("a script").to_owned()
}

/// Runs a step as the runner does; what it puts out goes to `folder/output`.
fn step(id: &str, folder: &Path, variables: &[(&str, &str)]) -> Ended {
    let mut command = Command::new("bash");
    command.args([
        "--noprofile",
        "--norc",
        "-eo",
        "pipefail",
        "-c",
        &script(id),
    ]);
    for (name, _) in std::env::vars()
        .filter(|(name, _)| name.starts_with("OCI_") || name.starts_with("PLIMSOLL_"))
    {
        command.env_remove(name);
    }
    command
        .current_dir(folder)
        .env("GITHUB_ACTIONS", "true")
        .env("GITHUB_OUTPUT", folder.join("output"))
        .env("GITHUB_STEP_SUMMARY", folder.join("summary"))
        .env("DOCKER_CONFIG", folder)
        .envs(variables.iter().copied());
    ended(&command.output().expect("bash"))
}

fn check(folder: &Path, url: &str, args: &str, more: &[(&str, &str)]) -> Ended {
    let program = env!("CARGO_BIN_EXE_plimsoll");
    let inputs = [
        ("PROGRAM", program),
        ("URL", url),
        ("ARGS", args),
        ("OUT", "reports"),
    ];
    step("check", folder, &[&inputs[..], more].concat())
}

fn wrong() -> Running {
    let row = Defect::named("absent-blob-empty").expect("a defect");
    Registry::builder().defect(row).spawn().expect("a port")
}

fn text(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).unwrap_or_default()
}

#[test]
fn the_action_ends_as_plimsoll_does_and_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let (sound, wrong) = (registry(), wrong());
    let only = "--only pull/blobs/unknown-blob --only pull/blobs/known-blob";
    let passed = check(folder.path(), &sound.url(), only, &[]);
    assert_eq!(passed.code, 0, "{}", passed.stderr);
    assert!(text(folder.path(), "output").contains("exit-code=0"));
    let failed = check(folder.path(), &wrong.url(), only, &[]);
    assert_eq!(failed.code, 1, "{}", failed.stderr);
    assert!(text(folder.path(), "output").contains("exit-code=1"));
    assert!(
        failed.stdout.contains("::error title="),
        "{}",
        failed.stdout
    );
    assert!(text(folder.path(), "summary").contains("FAILED"));
    for name in ["results.json", "junit.xml", "report.html", "summary.md"] {
        assert!(folder.path().join("reports").join(name).exists(), "{name}");
    }
}

#[test]
fn the_action_needs_nothing_but_the_variables_of_the_official_suite() {
    let folder = tempfile::tempdir().expect("a folder");
    let sound = registry();
    let host = sound
        .url()
        .trim_start_matches("http://")
        .trim_end_matches('/')
        .to_owned();
    let variables = [("OCI_REGISTRY", host.as_str()), ("OCI_TLS", "disabled")];
    let ended = check(
        folder.path(),
        "",
        "--only pull/blobs/known-blob",
        &variables,
    );
    assert_eq!(ended.code, 0, "{}{}", ended.stdout, ended.stderr);
    assert!(text(folder.path(), "reports/results.json").contains(&host));
}

#[test]
fn the_action_checks_nothing_where_no_registry_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let ended = check(folder.path(), "", "", &[]);
    assert_eq!(ended.code, 2, "{}{}", ended.stdout, ended.stderr);
    assert!(
        ended
            .stdout
            .contains("::error title=plimsoll::No registry is named")
    );
    assert!(text(folder.path(), "output").contains("exit-code=2"));
    assert!(!folder.path().join("reports").exists());
}

#[test]
fn a_program_that_is_there_is_not_built() {
    let folder = tempfile::tempdir().expect("a folder");
    let ended = step(
        "build",
        folder.path(),
        &[("PROGRAM", "/opt/plimsoll"), ("SOURCE", "/nowhere")],
    );
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert_eq!(text(folder.path(), "output"), "program=/opt/plimsoll\n");
}

#[test]
fn every_input_that_a_step_names_is_one_and_is_described() {
    let action: Value = yaml_serde::from_str(include_str!("../../action.yml")).expect("YAML");
    let inputs = action["inputs"].as_object().expect("inputs");
    for (name, input) in inputs {
        assert!(input["description"].is_string(), "{name}");
        let guide = include_str!("../../docs/ci.md");
        assert!(
            guide.contains(&format!("| `{name}` |")),
            "{name} is not in docs/ci.md"
        );
    }
    for step in steps() {
        for value in step["env"].as_object().expect("env").values() {
            let value = value.as_str().expect("a text");
            if let Some(name) = value.strip_prefix("${{ inputs.") {
                assert!(inputs.contains_key(name.trim_end_matches(" }}")), "{value}");
            }
        }
    }
}
