//! `plimsoll serve` for those who run it: health, metrics and the log of the real program, and that the
//! documents say of them what is true.

use std::collections::BTreeSet;
use std::fs;
use std::fs::File;
use std::io::Read as _;
use std::io::Write as _;
use std::net::TcpListener;
use std::net::TcpStream;
use std::path::Path;
use std::path::PathBuf;
use std::process::Child;
use std::process::Command;
use std::process::ExitStatus;
use std::process::Stdio;
use std::time::Duration;
use std::time::Instant;

use crate::support::Plimsoll;
use crate::support::ended;

/// `alice` has the password `secret`.
const USERS: &str = "alice:$2b$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a\n";

/// The request of the lines that the documents show.
const REQUEST: &str = "GET /v2/library/nginx/manifests/latest HTTP/1.1\r\nHost: x\r\n\
    Authorization: Basic YWxpY2U6c2VjcmV0\r\nUser-Agent: docker/27.3.1\r\nConnection: close\r\n\r\n";

/// How long something may take that has to happen.
const PATIENCE: Duration = Duration::from_secs(60);

/// `plimsoll serve` with an address for those who run it.
struct Served {
    plimsoll: Plimsoll,
    child: Child,
}

impl Served {
    /// Starts it with these flags. What it says to stderr goes to a file, or else nobody reads it.
    fn start(flags: &[&str], is_heard: bool) -> Self {
        let plimsoll = Plimsoll::new();
        fs::write(plimsoll.out().join("users"), USERS).expect("it can be written");
        let common = "serve --addr 127.0.0.1:0 --ready-file ready --admin-addr 127.0.0.1:0 \
                      --admin-ready-file admin";
        let common: Vec<_> = common.split_whitespace().collect();
        let mut command = plimsoll.command(&[&common[..], flags].concat());
        command.current_dir(plimsoll.out());
        if is_heard {
            let said = File::create(plimsoll.out().join("said")).expect("it can be written");
            command.stderr(said);
        } else {
            command.stderr(Stdio::piped());
        }
        let mut child = command.spawn().expect("it starts");
        // The other end of the pipe is gone from now on.
        drop(child.stderr.take());
        let served = Self { plimsoll, child };
        served.address("ready");
        served
    }

    /// The host and port of the URL in this file, once it is there.
    fn address(&self, file: &str) -> String {
        let path = self.plimsoll.out().join(file);
        let start = Instant::now();
        loop {
            let url = fs::read_to_string(&path).unwrap_or_default();
            if let Some(address) = url.strip_suffix('\n') {
                return address.strip_prefix("http://").expect(address).to_owned();
            }
            assert!(start.elapsed() < PATIENCE, "it does not listen");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// What comes back for these bytes, up to the end of the connection.
    fn ask(&self, file: &str, bytes: &str) -> String {
        let mut stream = TcpStream::connect(self.address(file)).expect("it listens");
        stream.write_all(bytes.as_bytes()).expect("it is taken");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        answer
    }

    /// Ends it as a service manager does, and returns what it has said.
    fn end(mut self) -> (ExitStatus, String) {
        let id = self.child.id().to_string();
        let told = Command::new("kill").args(["-TERM", &id]).status();
        assert!(told.expect("kill runs").success());
        let status = self.child.wait().expect("it ends");
        let said = fs::read_to_string(self.plimsoll.out().join("said"));
        (status, said.unwrap_or_default())
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn document() -> String {
    let path: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/serve.md");
    fs::read_to_string(path).expect("docs/serve.md")
}

/// A metric's name, type and labels.
type Metric = (String, String, BTreeSet<String>);

/// The metrics that the documents list.
fn listed() -> BTreeSet<Metric> {
    let document = document();
    let rows = document
        .lines()
        .filter(|line| line.starts_with("| `plimsoll_"));
    rows.map(|row| {
        let cells: Vec<_> = row.split('|').map(str::trim).collect();
        let labels = cells[3]
            .split(", ")
            .map(|it| it.trim_matches('`').to_owned());
        let labels = labels.filter(|it| !it.is_empty()).collect();
        (
            cells[1].trim_matches('`').to_owned(),
            cells[2].to_owned(),
            labels,
        )
    })
    .collect()
}

/// The metrics of a page.
fn shown(page: &str) -> BTreeSet<Metric> {
    let types = page.lines().filter_map(|line| line.strip_prefix("# TYPE "));
    types
        .map(|line| {
            let (name, kind) = line.split_once(' ').expect(line);
            let samples = page.lines().filter(|line| line.starts_with(name));
            let labels =
                samples.filter_map(|line| Some(line.split_once('{')?.1.split_once('}')?.0));
            let labels = labels.flat_map(|labels| labels.split(','));
            let labels = labels.filter_map(|label| Some(label.split_once('=')?.0.to_owned()));
            let labels = labels.filter(|label| label != "le").collect();
            (name.to_owned(), kind.to_owned(), labels)
        })
        .collect()
}

/// A line without what is another each time.
fn redacted(line: &str) -> String {
    let is_other_each_time = ["id", "ms", "remote"];
    let separator = if line.starts_with('{') { ',' } else { ' ' };
    let parts = line.split(separator).enumerate().map(|(place, part)| {
        let name = part.split(['=', ':']).next().unwrap_or_default();
        if place == 0 {
            part.chars().filter(|c| !c.is_ascii_digit()).collect()
        } else if is_other_each_time.contains(&name.trim_matches('"')) {
            name.to_owned()
        } else {
            part.to_owned()
        }
    });
    parts.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_documents_list_the_metrics_that_there_are() {
    let served = Served::start(&[], true);
    served.ask("ready", REQUEST);
    let page = served.ask("admin", "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
    let metrics = shown(&page);
    assert!(metrics.len() > 5, "{page}");
    assert_eq!(metrics, listed());
    let health = served.ask("admin", "GET /health HTTP/1.1\r\nHost: x\r\n\r\n");
    let body = health.split("\r\n\r\n").nth(1).expect("a body");
    assert!(
        document().contains(&format!("/health\n{body}\n```")),
        "{health}"
    );
}

#[test]
fn the_documents_show_lines_of_the_log_as_they_are() {
    for form in ["text", "json"] {
        let served = Served::start(&["--log", form, "--htpasswd", "users"], true);
        served.ask("ready", REQUEST);
        let (status, said) = served.end();
        assert!(status.success(), "{said}");
        let line = said.lines().find(|line| line.contains("nginx"));
        let line = redacted(line.expect(&said));
        let shown = document();
        let mut lines = shown.lines().map(redacted);
        assert!(lines.any(|it| it == line), "{line}");
    }
}

#[test]
fn a_log_of_json_is_nothing_but_json_from_the_start_to_the_stop() {
    let served = Served::start(&["--log", "json"], true);
    served.ask("ready", REQUEST);
    let (status, said) = served.end();
    assert!(status.success(), "{said}");
    let lines: Vec<serde_json::Value> = said
        .lines()
        .map(|line| serde_json::from_str(line).expect(line))
        .collect();
    let events: Vec<_> = lines.iter().map(|line| line["event"].as_str()).collect();
    assert_eq!(events, [Some("start"), Some("request"), Some("stop")]);
}

#[test]
fn without_a_log_it_only_says_where_it_is() {
    let served = Served::start(&[], true);
    let (url, admin) = (served.address("ready"), served.address("admin"));
    served.ask("ready", REQUEST);
    let (_, said) = served.end();
    let lines: Vec<_> = said.lines().collect();
    let expected = [
        format!("plimsoll: a registry of version 1.2 listens on http://{url}"),
        format!("plimsoll: it tells how it is at http://{admin}/health and http://{admin}/metrics"),
    ];
    assert_eq!(lines, expected);
}

#[test]
fn a_registry_whose_log_nobody_reads_answers_all_the_same() {
    for form in ["text", "json", "none"] {
        let served = Served::start(&["--log", form], false);
        for _ in 0..3 {
            assert!(served.ask("ready", REQUEST).starts_with("HTTP/1.1 404 "));
        }
        let (status, _) = served.end();
        assert!(status.success(), "{form}: {status}");
    }
}

#[test]
fn what_is_no_use_is_said_to_be_before_it_listens() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port on loopback");
    let taken = taken.local_addr().expect("it is bound").to_string();
    let cases: [(&[&str], i32, &str); 4] = [
        (&["--admin-ready-file", "admin"], 2, "--admin-addr"),
        (
            &["--log", "loud"],
            2,
            "a log is `text` or `json`, or there is `none`",
        ),
        (&["--admin-addr", "nowhere"], 2, "--admin-addr"),
        (&["--admin-addr", &taken], 3, "give another --admin-addr"),
    ];
    for (flags, code, said) in cases {
        let plimsoll = Plimsoll::new();
        let common = ["serve", "--addr", "127.0.0.1:0", "--ready-file", "ready"];
        let mut command = plimsoll.command(&[&common[..], flags].concat());
        let output = command.current_dir(plimsoll.out()).output();
        let ended = ended(&output.expect("it starts"));
        assert_eq!(ended.code, code, "{flags:?}: {}", ended.stderr);
        assert!(ended.stderr.contains(said), "{flags:?}: {}", ended.stderr);
        assert!(!plimsoll.out().join("ready").exists(), "{flags:?}");
    }
}
