//! Whether two records say the same of a registry: every check, its verdict, and the requirement
//! that it breaks.
//!
//! `cargo run --example same_verdicts -- OLD/results.json NEW/results.json [UNSTEADY]` prints what
//! differs, and fails if anything does. Each line of the file UNSTEADY begins with the id of a check
//! whose verdict is known to change from run to run; these are left out.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::path::Path;

use plimsoll::report::json;

type Verdicts = BTreeMap<String, String>;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let paths: Vec<_> = std::env::args().skip(1).collect();
    let (old, new, unsteady) = match paths.as_slice() {
        [old, new] => (old, new, String::new()),
        [old, new, unsteady] => (old, new, std::fs::read_to_string(unsteady)?),
        _ => return Err("give two results files, and at will a list of unsteady checks".into()),
    };
    let (old, new) = (verdicts(Path::new(old))?, verdicts(Path::new(new))?);
    let unsteady: BTreeSet<_> = unsteady
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    let ids: BTreeSet<_> = old
        .keys()
        .chain(new.keys())
        .filter(|id| !unsteady.contains(id.as_str()))
        .collect();
    let mut differences = 0;
    for id in ids {
        let (before, after) = (old.get(id), new.get(id));
        if before != after {
            differences += 1;
            let word =
                |verdict: Option<&String>| verdict.map_or("not there", String::as_str).to_owned();
            println!("{id}: {} before, {} now", word(before), word(after));
        }
    }
    if differences > 0 {
        return Err(format!("{differences} of {} checks differ", new.len()).into());
    }
    println!("{} checks, the same verdicts", new.len());
    Ok(())
}

/// The verdicts of a record, each with the requirement that is broken.
fn verdicts(path: &Path) -> Result<Verdicts, Box<dyn std::error::Error>> {
    let record = json::read(&std::fs::read(path)?)?;
    let verdict = |check: &plimsoll::run::CheckEntry| match &check.violated {
        Some(requirement) => format!("{} ({requirement})", check.verdict),
        None => check.verdict.clone(),
    };
    Ok(record
        .checks
        .iter()
        .map(|check| (check.id.clone(), verdict(check)))
        .collect())
}
