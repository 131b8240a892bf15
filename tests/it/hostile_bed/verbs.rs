//! The other verbs that speak to a registry, in a handful of the worst rows.

use super::BEHAVIOURS;
use super::Behaviour;
use super::Canary;
use super::MEMORY;
use super::OUT_OF_TIME;
use super::each;
use super::put;
use super::served;
use super::written;
use crate::support::Plimsoll;
use crate::support::registry;

/// The rows.
const WORST: [&str; 12] = [
    "body-endless-in-chunks",
    "body-as-long-as-is-read",
    "head-endless",
    "interim-endless",
    "nothing-but-time",
    "redirect-to-another-host",
    "redirect-to-itself",
    "location-at-another-host",
    "realm-of-its-own-that-challenges",
    "json-of-width",
    "errors-dirty",
    "other-answers-each-time",
];

/// A verb, with what stands before the URL and behind it, and how it may end.
struct Verb {
    line: fn(url: &str) -> Vec<String>,
    codes: &'static [i32],
    /// How much memory it may take, in KiB.
    memory: u64,
    /// Rows in which it takes longer than anybody here waits.
    without: &'static [&'static str],
}

/// How a campaign ends that has found something.
const FINDINGS: i32 = 6;

/// How much memory `compare` may take, which holds the runs of several registries, in KiB.
const COMPARE_MEMORY: u64 = 384 << 10;

/// How much memory a campaign may take, in KiB: it holds the answers of the plans that it plays at this
/// moment, each of at most 16 MiB.
const FUZZ_MEMORY: u64 = 768 << 10;

/// What all of them are told.
const COMMON: [&str; 7] = [
    "--timeout",
    "300ms",
    "--retries",
    "0",
    "--username",
    "alice",
    "--password-stdin",
];

static VERBS: [Verb; 3] = [
    Verb {
        line: |url| words(&["probe", url, "--json", "--deadline", "20s"]),
        codes: &[0, 3, OUT_OF_TIME],
        memory: MEMORY,
        without: &[],
    },
    Verb {
        line: |url| {
            let limits = ["--plans", "4", "--seed", "7"];
            words(&[&["fuzz", url][..], &limits].concat())
        },
        codes: &[0, 3, 4, FINDINGS],
        memory: FUZZ_MEMORY,
        // What is found is put again and again, each time for as long as a request may take.
        without: &[
            "interim-endless",
            "nothing-but-time",
            "body-as-long-as-is-read",
        ],
    },
    Verb {
        line: |url| {
            let results = path("fixtures/records/failing.json");
            words(&["replay", &results, url, "--settle", "0s"])
        },
        codes: &[0, 1, 2, 3, 4, OUT_OF_TIME],
        memory: MEMORY,
        without: &[],
    },
];

#[test]
fn whatever_a_server_does_every_verb_ends_says_so_and_gives_nothing_away() {
    each(
        BEHAVIOURS,
        |row| row.name,
        |row| {
            let is_bad = WORST.contains(&row.name);
            let verbs = VERBS
                .iter()
                .filter(|verb| is_bad && !verb.without.contains(&row.name));
            verbs.flat_map(|verb| tried(verb, row)).collect()
        },
    );
    assert!(
        WORST
            .iter()
            .all(|name| BEHAVIOURS.iter().any(|row| row.name == *name))
    );
}

#[test]
fn beside_a_hostile_registry_a_sound_one_is_compared_all_the_same() {
    let sound = registry();
    let url = sound.url();
    each(
        BEHAVIOURS,
        |row| row.name,
        |row| {
            if !WORST.contains(&row.name) {
                return Vec::new();
            }
            let canary = Canary::listen();
            let hostile = served(row, &canary);
            let plimsoll = Plimsoll::new();
            let out = plimsoll.out().to_str().expect("UTF-8");
            // Credentials are for one registry, and this verb speaks to several.
            let (common, _) = COMMON.split_at(4);
            let line = ["compare", &url, &hostile, "--only", "pull/blobs/*"];
            let line = [&line[..], common, &["--deadline", "30s", "--out", out]].concat();
            let bounds = (&[0, 1, 3, 4, OUT_OF_TIME][..], COMPARE_MEMORY);
            ended(&plimsoll, &line, bounds, row, &canary)
        },
    );
}

fn words(words: &[&str]) -> Vec<String> {
    let all = words.iter().chain(&COMMON);
    all.map(|word| (*word).to_owned()).collect()
}

fn path(inside: &str) -> String {
    format!("{}/{inside}", env!("CARGO_MANIFEST_DIR"))
}

fn tried(verb: &Verb, row: &'static Behaviour) -> Vec<String> {
    let canary = Canary::listen();
    let line = (verb.line)(&served(row, &canary));
    let line: Vec<_> = line.iter().map(String::as_str).collect();
    let bounds = (verb.codes, verb.memory);
    let complaints = ended(&Plimsoll::new(), &line, bounds, row, &canary);
    let named = complaints.into_iter();
    named.map(|it| format!("{}: {it}", line[0])).collect()
}

/// What is wrong with how a line ends.
fn ended(
    plimsoll: &Plimsoll,
    line: &[&str],
    (codes, most): (&[i32], u64),
    row: &Behaviour,
    canary: &Canary,
) -> Vec<String> {
    let (ended, memory) = put(plimsoll, line);
    let mut complaints = written::wrong_with(plimsoll.out());
    if !codes.contains(&ended.code) || ended.stderr.contains("panicked") {
        complaints.push(format!("it ended {}: {}", ended.code, ended.stderr));
    }
    if memory > most {
        complaints.push(format!("it took {memory} KiB of memory"));
    }
    complaints.extend(canary.told(row));
    complaints
}
