//! A module uses only modules before it, and the judge never meets the judged.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

/// The modules in their order; those of one line do not use one another.
const ORDER: &[&[&str]] = &[
    &["catalogue", "oci", "http"],
    &["linearizable", "canary"],
    &["verdict"],
    &["trial"],
    &["check"],
    &["suite", "registry", "fuzz"],
    &["run"],
    &["report"],
    &["libtest", "selftest", "targets"],
    &["cli"],
];

fn rank(module: &str) -> Option<usize> {
    ORDER.iter().position(|line| line.contains(&module))
}

fn source_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("src can be read") {
        let path = entry.expect("src can be read").path();
        if path.is_dir() {
            source_files(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

/// The top-level modules that a text names in `crate::…` paths.
fn used(text: &str) -> BTreeSet<String> {
    let code = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    code.flat_map(|line| {
        line.split("crate::")
            .skip(1)
            .map(str::to_owned)
            .collect::<Vec<_>>()
    })
    .map(|rest| {
        rest.chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect()
    })
    .collect()
}

/// Every use of one top-level module by another, as (user, used, file).
fn uses() -> Vec<(String, String, String)> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    source_files(&src, &mut files);
    let mut uses = Vec::new();
    for file in files {
        let relative = file
            .strip_prefix(&src)
            .expect("found under src")
            .display()
            .to_string();
        let owner = relative
            .split(['/', '.'])
            .next()
            .unwrap_or_default()
            .to_owned();
        if owner == "lib" || owner == "main" {
            continue;
        }
        for used in used(&fs::read_to_string(&file).expect("src can be read")) {
            if used != owner {
                uses.push((owner.clone(), used, relative.clone()));
            }
        }
    }
    uses
}

#[test]
fn a_module_uses_only_modules_before_it() {
    let uses = uses();
    assert!(
        uses.len() > 100,
        "the test reads the sources: it found {} uses",
        uses.len()
    );
    for (user, used, file) in &uses {
        let Some(place) = rank(used) else {
            assert!(
                rank(user).is_some(),
                "{file}: the module {user} has no place in the order"
            );
            panic!("{file} uses crate::{used}, which has no place in the order");
        };
        assert!(
            rank(user).is_some_and(|own| place < own),
            "{file}: {user} must not use {used}"
        );
    }
}

#[test]
fn every_module_has_a_place_in_the_order() {
    let lib = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).unwrap();
    let modules: Vec<_> = lib
        .lines()
        .filter_map(|line| line.trim_start_matches("pub ").strip_prefix("mod "))
        .map(|name| name.trim_end_matches(';'))
        .collect();
    assert!(!modules.is_empty());
    let ranks: Vec<_> = modules.iter().map(|name| rank(name).expect(name)).collect();
    assert!(ranks.is_sorted(), "lib.rs lists the modules in their order");
}

#[test]
fn the_judge_and_the_judged_never_meet() {
    for (user, used, file) in uses() {
        let judges = ["suite", "fuzz", "trial", "check", "run", "report"];
        assert!(
            !(judges.contains(&user.as_str()) && used == "registry"),
            "{file}"
        );
        let others = ["suite", "fuzz", "trial", "check", "verdict", "run"];
        assert!(
            !(user == "registry" && others.contains(&used.as_str())),
            "{file}"
        );
    }
}
