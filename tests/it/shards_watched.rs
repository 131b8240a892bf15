//! `plimsoll report --watch`: shards shown together while they run.

use std::fs;
use std::io::BufRead as _;
use std::io::BufReader;
use std::path::PathBuf;
use std::process::Child;
use std::process::Command;
use std::process::Stdio;

use serde_json::Value;
use serde_json::json;

use crate::support::Ended;
use crate::support::Plimsoll;
use crate::support::ended;

/// A defect that every plan meets that pushes anything.
const DEFECT: &str = "post-upload-answers-200";

/// A folder of shards, and who shows it.
struct Watched {
    plimsoll: Plimsoll,
}

impl Watched {
    fn new() -> Self {
        Self {
            plimsoll: Plimsoll::new(),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.plimsoll.out().join("shards").join(name)
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, bytes).expect("a file");
    }

    fn arguments<'a>(folder: &'a str, more: &[&'a str]) -> Vec<&'a str> {
        [&["report", "--watch", folder], more].concat()
    }

    /// What it shows at once, and how it ends.
    fn once(&self) -> (i32, String) {
        let folder = self.path("").display().to_string();
        let ended = self.plimsoll.run(&Self::arguments(&folder, &["--once"]));
        (ended.code, format!("{}{}", ended.stdout, ended.stderr))
    }

    /// It shows it from now on.
    fn start(&self) -> Watcher {
        let folder = self.path("").display().to_string();
        let mut command = self.plimsoll.command(&Self::arguments(&folder, &[]));
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        Watcher(Some(command.spawn().expect("the program starts")))
    }

    fn shows(&self, code: i32, words: &[&str]) {
        let (ended, said) = self.once();
        assert_eq!(ended, code, "{said}");
        for word in words {
            assert!(said.contains(word), "`{word}` is not in\n{said}");
        }
    }
}

/// Who shows it, gone with this.
struct Watcher(Option<Child>);

impl Watcher {
    fn child(&mut self) -> &mut Child {
        self.0.as_mut().expect("it runs")
    }

    fn ended(mut self) -> Ended {
        let child = self.0.take().expect("it runs");
        ended(&child.wait_with_output().expect("it ends"))
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        if let Some(child) = &mut self.0 {
            drop(child.kill());
            drop(child.wait());
        }
    }
}

fn status(part: u64, state: &str) -> Value {
    json!({
        "schema": 1, "kind": "fuzz", "run_id": "r", "shard": format!("{part}/3"),
        "target": "http://registry.invalid", "seed": 1, "state": state, "beat": 4,
        "elapsed_ms": 10_000, "plans": 500, "plans_at_most": 3000, "requests": 9000,
        "findings": 1, "groups": {"fault: PUT => 500": 4},
    })
}

fn results(part: u64) -> Value {
    json!({
        "kind": "fuzz", "schema": 1, "run_id": "r", "shard": format!("{part}/3"),
        "complete": false, "ended_by": "out of\u{1b}[2J time", "duration_ms": 20_000, "plans": 700,
        "findings": [found("b0")],
    })
}

fn found(signature: &str) -> Value {
    json!({
        "signature": signature, "group": "model: \u{202e}GET => 200", "rule": "model",
        "detail": "d",
    })
}

#[test]
fn what_is_there_so_far_is_shown_and_what_is_half_written_is_not() {
    let watched = Watched::new();
    watched.shows(0, &["no shard has begun"]);
    watched.write(
        "shard-0/status.json",
        status(0, "playing").to_string().as_bytes(),
    );
    watched.write(
        "shard-0/findings/b0.json",
        found("b0").to_string().as_bytes(),
    );
    watched.write("shard-0/findings/.b1.partial", b"{");
    watched.write("shard-0/findings/b1.json", b"{\"signature\": ");
    watched.write("shard-0/results.json", b"{\"kind\": \"fuzz\", \"sch");
    watched.write(
        "shard-1/status.json",
        &status(1, "playing").to_string().as_bytes()[..40],
    );
    watched.write("shard-2/results.json", results(2).to_string().as_bytes());
    fs::create_dir(watched.path("shard-3")).expect("a folder");
    watched.shows(
        0,
        &[
            "0/3  playing",
            "?  begun, says nothing yet",
            "2/3  ended: out of\\u{1b}[2J time",
            "model: \\u{202e}GET => 200: 1 finding in 2 shards",
            "1 ended before, 3 running, 1 not there yet; 1200 of 3000 played, 50.0/s; 1 found",
        ],
    );
    let (_, said) = watched.once();
    assert!(
        !said.contains('\u{1b}') && !said.contains('\u{202e}'),
        "{said:?}"
    );
    // A shard that runs again is not over, whatever it came to before.
    let mut again = status(2, "probing");
    again["run_id"] = json!("again");
    watched.write("shard-2/status.json", again.to_string().as_bytes());
    watched.shows(0, &["2/3  probing"]);
    again["state"] = json!("over");
    watched.write("shard-2/status.json", again.to_string().as_bytes());
    watched.shows(0, &["2/3  ended"]);
    watched.write("file", b"");
    let file = watched.path("file").display().to_string();
    let ended = watched.plimsoll.run(&Watched::arguments(&file, &[]));
    assert_eq!(ended.code, 2);
    assert!(ended.stderr.contains("give the folder"), "{}", ended.stderr);
}

#[test]
fn shards_that_run_are_watched_to_their_end_which_is_that_of_the_whole() {
    let watched = Watched::new();
    let shards: Vec<_> = (0..2)
        .map(|part| {
            let out = watched.path(&format!("shard-{part}"));
            let shard = format!("{part}/2");
            let to = out.display().to_string();
            let what = ["fuzz", "--plans", "60", "--seed", "3", "--shard", &shard];
            let place = ["--run-id", "r", "--defect", DEFECT, "--out", &to];
            let told = ["--report", "json", "--quiet"];
            let all = [&what[..], &place, &told].concat();
            let mut command = watched.plimsoll.command(&all);
            command.stdout(Stdio::null()).stderr(Stdio::null());
            (out, command.spawn().expect("the program starts"))
        })
        .collect();
    let shower = watched.start();
    for (out, mut shard) in shards {
        assert_eq!(shard.wait().expect("it ends").code(), Some(6));
        let status = fs::read_to_string(out.join("status.json")).expect("a status");
        let status: Value = serde_json::from_str(&status).expect("JSON");
        let results = fs::read_to_string(out.join("results.json")).expect("results");
        let results: Value = serde_json::from_str(&results).expect("JSON");
        assert_eq!(status["state"], "over");
        for field in [
            "plans",
            "groups",
            "shard",
            "run_id",
            "seed",
            "target",
            "plans_at_most",
        ] {
            assert_eq!(status[field], results[field], "{field}");
        }
    }
    let told = shower.ended();
    assert_eq!(told.code, 6, "{}{}", told.stdout, told.stderr);
    assert!(told.stdout.contains("in 60 plans"), "{}", told.stdout);
    assert!(told.stderr.contains("shards: 2 done"), "{}", told.stderr);
    watched.shows(6, &["2 done; 60", "in 60 plans"]);
}

#[test]
fn shards_of_checks_are_seen_when_their_results_come() {
    let watched = Watched::new();
    let out = watched.path("shard-0").display().to_string();
    let only = [
        "--only",
        "pull/blobs/*",
        "--shard",
        "0/2",
        "--seed",
        "1",
        "--report",
        "json",
    ];
    let arguments = [&["check", "--out", &out, "--quiet"], &only[..]].concat();
    assert_eq!(watched.plimsoll.run(&arguments).code, 0);
    fs::create_dir(watched.path("shard-1")).expect("a folder");
    watched.shows(0, &["0/2  done", "1 done, 1 running, 1 not there yet"]);
}

#[test]
fn a_signal_ends_it() {
    let watched = Watched::new();
    watched.write(
        "shard-0/status.json",
        status(0, "playing").to_string().as_bytes(),
    );
    for (signal, code) in [("-INT", 130), ("-TERM", 143)] {
        let mut shower = watched.start();
        let child = shower.child();
        let stderr = child.stderr.take().expect("it is piped");
        let mut line = String::new();
        let mut reader = BufReader::new(stderr);
        reader.read_line(&mut line).expect("a line");
        assert!(line.starts_with("shards: 1 running"), "{line}");
        let pid = child.id().to_string();
        let sent = Command::new("kill").args([signal, &pid]).status();
        assert!(sent.expect("kill is there").success());
        assert_eq!(child.wait().expect("it ends").code(), Some(code));
    }
}
