//! The fuzz targets on the stable toolchain: every seed, and every input that once failed.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::time::Duration;
use std::time::Instant;

use plimsoll::targets;
use plimsoll::targets::TARGETS;

const SEEDS: &str = "fuzz/seeds";
const REGRESSIONS: &str = "fixtures/regressions";

/// A seed is repeated up to this length, in bytes: less than what is refused for its length.
const LONG: usize = 60 << 10;

/// What is linear takes a small part of this for a long input.
const SOON: Duration = Duration::from_secs(5);

fn path(relative: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(relative)
}

/// The names in a folder; none where there is no folder.
fn names(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let names = entries.map(|entry| entry.expect("a folder can be read").file_name());
    names
        .map(|name| name.into_string().expect("names are text"))
        .collect()
}

/// The inputs below a folder, with the target of each and the path.
fn inputs(root: &str) -> Vec<(String, PathBuf)> {
    let mut inputs = Vec::new();
    for target in names(&path(root)) {
        let folder = path(root).join(&target);
        for name in names(&folder) {
            inputs.push((target.clone(), folder.join(name)));
        }
    }
    inputs
}

#[test]
fn what_is_seeded_and_what_once_failed_holds() {
    let inputs = [inputs(SEEDS), inputs(REGRESSIONS)].concat();
    assert!(inputs.len() > TARGETS.len());
    let fails = |(target, path): &(String, PathBuf)| {
        let input = fs::read(path).unwrap();
        std::panic::catch_unwind(|| targets::run(target, &input)).is_err()
    };
    let failing: Vec<PathBuf> = inputs
        .into_iter()
        .filter(fails)
        .map(|(_, path)| path)
        .collect();
    assert_eq!(failing, Vec::<PathBuf>::new(), "the panics stand above");
}

#[test]
fn a_long_input_takes_no_longer_than_its_length_explains() {
    // A long check asks the registry, or an answer is edited, many times: that is bounded there.
    let is_reader = |target: &String| !["check", "watch"].contains(&target.as_str());
    for (target, path) in inputs(SEEDS) {
        let seed = fs::read(&path).unwrap();
        if is_reader(&target) {
            // A report says its text in dozens of places.
            let longest = if target == "report" { LONG / 8 } else { LONG };
            let long = seed.repeat(longest / seed.len().max(1));
            let began = Instant::now();
            targets::run(&target, &long);
            assert!(began.elapsed() < SOON, "{}", path.display());
        }
    }
}

#[test]
fn every_target_has_a_shim_a_seed_and_a_binary() {
    let manifest = fs::read_to_string(path("fuzz/Cargo.toml")).unwrap();
    for target in TARGETS {
        let shim = format!("fuzz/fuzz_targets/{}.rs", target.name);
        let shim = fs::read_to_string(path(&shim)).unwrap_or_else(|_| panic!("there is no {shim}"));
        assert!(shim.contains(&format!("targets::run(\"{}\", ", target.name)));
        assert!(manifest.contains(&format!("\nname = \"{}\"\n", target.name)));
        assert!(!names(&path(SEEDS).join(target.name)).is_empty());
    }
    assert_eq!(manifest.matches("[[bin]]").count(), TARGETS.len());
}

#[test]
fn every_folder_of_inputs_and_every_shim_has_a_target() {
    let shims = names(&path("fuzz/fuzz_targets"));
    let shims = shims
        .iter()
        .map(|name| name.trim_end_matches(".rs").to_owned());
    let folders = [SEEDS, REGRESSIONS].map(|root| names(&path(root)));
    for name in folders.into_iter().flatten().chain(shims) {
        assert!(targets::find(&name).is_some(), "there is no target {name}");
    }
}
