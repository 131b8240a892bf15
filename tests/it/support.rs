//! What several tests need: the program, a registry, and servers that answer what they are told.

use std::io::Read as _;
use std::io::Write as _;
use std::net::TcpListener;
use std::net::TcpStream;
use std::path::Path;
use std::process::Child;
use std::process::Command;
use std::process::Output;
use std::process::Stdio;
use std::thread;
use std::time::Duration;
use std::time::Instant;

use plimsoll::http::Client;
use plimsoll::http::ClientSettings;
use plimsoll::http::Method;
use plimsoll::http::Request;
use plimsoll::http::Transcript;
use plimsoll::registry::Registry;
use plimsoll::registry::Running;
use plimsoll::run::ExchangeEntry;
use plimsoll::run::Record;
use tempfile::TempDir;

/// The program, with a folder for its reports.
pub(crate) struct Plimsoll {
    folder: TempDir,
}

/// How a run of the program ended.
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Plimsoll {
    pub(crate) fn new() -> Self {
        Self {
            folder: TempDir::new().expect("a temporary folder"),
        }
    }

    /// Where reports go.
    pub(crate) fn out(&self) -> &Path {
        self.folder.path()
    }

    /// Runs the program; `check` and `fuzz` write to the folder.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ended {
        let mut command = self.command(arguments);
        ended(&command.output().expect("the program starts"))
    }

    /// The program with these arguments, not started yet.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_plimsoll"));
        let (before, after) = arguments.split_at(arguments.len().min(1));
        command.args(before);
        let has_folder = arguments.contains(&"--out");
        if (before == ["check"] || before == ["fuzz"]) && !has_folder {
            command.arg("--out").arg(self.out());
        }
        command.args(after);
        // What the machine has in its environment is none of the tests' business.
        forget_settings(&mut command);
        command
            .env("DOCKER_CONFIG", self.out())
            .env_remove("GITHUB_ACTIONS")
            .env_remove("GITHUB_STEP_SUMMARY");
        command
    }

    /// The record of the last run.
    pub(crate) fn record(&self) -> Record {
        let bytes = std::fs::read(self.out().join("results.json")).expect("results.json");
        plimsoll::report::json::read(&bytes).expect("the record reads back")
    }
}

/// How long a registry may take to listen.
const PATIENCE: Duration = Duration::from_secs(30);

/// A registry in a process of its own.
pub(crate) struct Served {
    child: Child,
    /// Where it listens, as host and port.
    pub(crate) address: String,
}

impl Served {
    /// `plimsoll serve` with these arguments, once it listens.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let plimsoll = Plimsoll::new();
        let ready = plimsoll.out().join("ready");
        let mut command = plimsoll.command(&["serve", "--addr", "127.0.0.1:0"]);
        command.args(arguments).arg("--ready-file").arg(&ready);
        command.stderr(Stdio::null());
        let mut served = Self {
            child: command.spawn().expect("the program starts"),
            address: String::new(),
        };
        let start = Instant::now();
        while served.address.is_empty() {
            assert!(start.elapsed() < PATIENCE, "the registry does not listen");
            thread::sleep(Duration::from_millis(5));
            let url = std::fs::read_to_string(&ready).unwrap_or_default();
            if let Some(address) = url.strip_suffix('\n') {
                served.address = address.replace("http://", "");
            }
        }
        served
    }

    pub(crate) fn kill(&mut self) {
        self.child.kill().expect("the process is there");
        self.child.wait().expect("the process ends");
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Takes settings of this machine's environment out, ours and the official suite's.
pub(crate) fn forget_settings(command: &mut Command) {
    let is_setting = |name: &str| name.starts_with("PLIMSOLL_") || name.starts_with("OCI_");
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(is_setting) {
            command.env_remove(name);
        }
    }
}

pub(crate) fn ended(output: &Output) -> Ended {
    Ended {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// The reference registry on a port of its own.
pub(crate) fn registry() -> Running {
    Registry::builder()
        .spawn()
        .expect("a free port on loopback")
}

/// What became of the manifests that these exchanges pushed: the status of a GET on each.
pub(crate) fn left_behind(url: &str, exchanges: &[&ExchangeEntry]) -> Vec<u16> {
    let client = Client::over_network(ClientSettings::new(url)).expect("a client");
    let pushed = exchanges.iter().filter(|exchange| {
        exchange.request.method == "PUT"
            && exchange.request.url.contains("/manifests/")
            && exchange
                .response
                .as_ref()
                .is_some_and(|response| response.status == 201)
    });
    let status = |url: &str| {
        let request = Request::new(Method::GET, url);
        let reply = client
            .send(request, &Transcript::default())
            .expect("an answer");
        reply.response.status
    };
    pushed
        .map(|exchange| status(&exchange.request.url))
        .collect()
}

/// A server that gives every connection to `answer`, until the test ends.
pub(crate) fn server(answer: impl Fn(&str, &mut TcpStream) + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port on loopback");
    let url = format!("http://{}", listener.local_addr().expect("it is bound"));
    let answer = std::sync::Arc::new(answer);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let answer = std::sync::Arc::clone(&answer);
            std::thread::spawn(move || converse(stream, &*answer));
        }
    });
    url
}

/// Reads one request, and has it answered. A body that nobody reads would cut the answer short.
fn converse(mut stream: TcpStream, answer: &dyn Fn(&str, &mut TcpStream)) {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && head.len() < 64 << 10 {
        match stream.read(&mut byte) {
            Ok(1) => head.push(byte[0]),
            _ => return,
        }
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length")
            .then(|| value.trim().parse().ok())?
    });
    let mut body = vec![0; length.unwrap_or(0).min(1 << 20)];
    if stream.read_exact(&mut body).is_ok() {
        answer(&head, &mut stream);
    }
}

/// Answers, and lets the connection end.
pub(crate) fn answer(stream: &mut TcpStream, status: &str, headers: &str, body: &str) {
    let length = body.len();
    let _ = write!(
        stream,
        "HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    );
}

/// A server that gives one answer to everything.
pub(crate) fn constant(status: &'static str, headers: &'static str, body: &'static str) -> String {
    server(move |_, stream| answer(stream, status, headers, body))
}
