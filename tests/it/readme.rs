//! The README says what is true: its commands are those that the gate runs, its flags and exit
//! codes exist.

use std::fs;
use std::path::Path;

use crate::support::Plimsoll;

fn text(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).expect(path)
}

/// The commands in the README's console blocks.
fn commands() -> Vec<String> {
    text("README.md")
        .lines()
        .filter_map(|line| line.strip_prefix("$ "))
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_gate_runs_the_readmes_commands() {
    let commands = commands();
    let gate = text(".ci/run");
    assert!(commands.contains(&"cargo test".to_owned()));
    assert!(
        gate.lines().any(|line| line == "cargo test"),
        ".ci/run calls the README's test command"
    );
    assert!(commands.contains(&"cargo run --release -- check".to_owned()));
    assert!(gate.contains("cargo run --release --quiet -- check --out"));
}

#[test]
fn every_flag_of_the_readme_exists() {
    let verbs: [&[&str]; 6] = [
        &["check"],
        &["serve"],
        &["fuzz"],
        &["replay"],
        &["report"],
        &["expect", "update"],
    ];
    let help = verbs
        .map(|verb| Plimsoll::new().run(&[verb, &["--help"]].concat()).stdout)
        .join("\n");
    let readme = text("README.md");
    let words = readme.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
    let flags: Vec<_> = words
        .filter(|word| word.starts_with("--") && word.len() > 3)
        .collect();
    assert!(flags.len() > 20, "{flags:?}");
    let others = ["--release", "--list", "--exact", "--format", "--bench"];
    for flag in flags.iter().filter(|flag| !others.contains(flag)) {
        assert!(
            help.contains(flag),
            "{flag} is in the README and in no --help"
        );
    }
}

#[test]
fn every_exit_code_of_the_readme_is_one_of_ours() {
    use plimsoll::cli::Exit;
    let table: Vec<u8> = text("README.md")
        .lines()
        .skip_while(|line| *line != "## Exit codes")
        .filter_map(|line| line.strip_prefix("| "))
        .filter_map(|line| line.split(" |").next())
        .flat_map(|codes| {
            codes
                .split(", ")
                .filter_map(|code| code.parse().ok())
                .collect::<Vec<_>>()
        })
        .collect();
    let mut ours: Vec<u8> = Exit::ALL.iter().map(|exit| exit.code()).collect();
    ours.sort_unstable();
    assert_eq!(table, ours);
}

#[test]
fn every_link_of_the_documents_leads_somewhere() {
    for document in [
        "README.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
    ] {
        for target in text(document)
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next())
        {
            let is_elsewhere = target.starts_with("http") || target.starts_with('#');
            let (file, heading) = target.split_once('#').unwrap_or((target, ""));
            let exists = Path::new(env!("CARGO_MANIFEST_DIR")).join(file).exists();
            assert!(is_elsewhere || exists, "{document} links to {target}");
            if exists && !heading.is_empty() {
                let anchors = text(file).lines().filter_map(anchor).collect::<Vec<_>>();
                let is_there = anchors.iter().any(|it| it == heading);
                assert!(is_there, "{document} links to {target}");
            }
        }
    }
}

/// The anchor of a heading, as those who show Markdown make it.
fn anchor(line: &str) -> Option<String> {
    let text = line.strip_prefix('#')?.trim_start_matches('#').trim();
    let kept = text
        .chars()
        .filter(|it| it.is_alphanumeric() || " -_".contains(*it));
    Some(kept.collect::<String>().to_lowercase().replace(' ', "-"))
}
