//! A browser without a window, Debian's `chromium`, led over the `WebDriver` protocol of its
//! `chromedriver`: a handful of JSON documents over HTTP. The page under test stays as it is.

use std::fs;
use std::io::BufRead as _;
use std::io::BufReader;
use std::io::Read as _;
use std::io::Write as _;
use std::net::TcpStream;
use std::path::Path;
use std::process::Child;
use std::process::Command;
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use serde_json::json;

/// Set in the gate: a browser that is not there is a failure then, and no reason to leave out.
const NEEDED: &str = "PLIMSOLL_NEED_CHROMIUM";

/// How long the browser may take for an answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// A browser with one window.
pub(crate) struct Browser {
    driver: Child,
    port: u16,
    session: String,
}

/// How the window is.
#[derive(Clone, Copy)]
pub(crate) struct Window {
    pub(crate) width: u32,
    pub(crate) is_dark: bool,
}

impl Window {
    pub(crate) const DESKTOP: Self = Self {
        width: 1280,
        is_dark: false,
    };
    pub(crate) const PHONE: Self = Self {
        width: 390,
        is_dark: false,
    };

    pub(crate) const fn dark(self) -> Self {
        Self {
            is_dark: true,
            ..self
        }
    }
}

impl Browser {
    /// The browser, if there is one on this machine.
    pub(crate) fn find() -> Option<Self> {
        let Some((driver, port)) = started() else {
            assert!(
                std::env::var_os(NEEDED).is_none(),
                "there is no chromedriver, and {NEEDED} asks for one: install chromium and chromium-driver"
            );
            eprintln!(
                "LEFT OUT: report.html was not looked at in a browser, because there is no chromedriver; \
                 install Debian's chromium and chromium-driver"
            );
            return None;
        };
        let mut browser = Self {
            driver,
            port,
            session: String::new(),
        };
        let arguments = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
        ];
        let wanted = json!({"capabilities": {"alwaysMatch": {
            "browserName": "chrome",
            "goog:chromeOptions": {"args": arguments},
            "goog:loggingPrefs": {"browser": "ALL"},
            "unhandledPromptBehavior": "ignore",
        }}});
        let opened = browser.ask("POST", "/session", Some(&wanted));
        let session = opened["sessionId"].as_str().expect("a session");
        session.clone_into(&mut browser.session);
        Some(browser)
    }

    /// Makes the window another.
    pub(crate) fn resize(&self, window: Window) {
        let scheme = if window.is_dark { "dark" } else { "light" };
        self.devtools(
            "Emulation.setDeviceMetricsOverride",
            &json!({"width": window.width, "height": 900, "deviceScaleFactor": 1, "mobile": window.width < 500}),
        );
        self.devtools(
            "Emulation.setEmulatedMedia",
            &json!({"features": [
                {"name": "prefers-color-scheme", "value": scheme},
                {"name": "prefers-reduced-motion", "value": "reduce"},
            ]}),
        );
    }

    /// Lets no script of a page run; those of [`Self::run`] still do.
    pub(crate) fn without_scripts(&self) {
        let is_off = json!({"value": true});
        self.devtools("Emulation.setScriptExecutionDisabled", &is_off);
    }

    /// Opens a file, at a place in it.
    pub(crate) fn open(&self, file: &Path, place: &str) {
        // Going to another place of the same page would not load it.
        self.tell("/url", &json!({"url": "about:blank"}));
        let url = format!("file://{}{place}", file.display());
        self.tell("/url", &json!({"url": url}));
    }

    /// What a script with a `return` gives.
    pub(crate) fn run(&self, script: &str) -> Value {
        self.tell("/execute/sync", &json!({"script": script, "args": []}))
    }

    /// What a script gives to the function that it has as `done`.
    pub(crate) fn wait(&self, script: &str) -> Value {
        let script = format!("const done = arguments[0]; {script}");
        self.tell("/execute/async", &json!({"script": script, "args": []}))
    }

    /// Presses keys, one after the other.
    pub(crate) fn press(&self, keys: &str) {
        let strokes: Vec<_> = keys
            .chars()
            .flat_map(|key| {
                ["keyDown", "keyUp"].map(|kind| json!({"type": kind, "value": key.to_string()}))
            })
            .collect();
        let actions = json!({"actions": [{"type": "key", "id": "keyboard", "actions": strokes}]});
        self.tell("/actions", &actions);
    }

    /// Clicks on the first element of a selector, where it can be seen.
    pub(crate) fn click(&self, selector: &str) {
        let found = self.tell(
            "/element",
            &json!({"using": "css selector", "value": selector}),
        );
        let id = found.as_object().and_then(|it| it.values().next());
        let id = id
            .and_then(Value::as_str)
            .unwrap_or_else(|| panic!("{selector}: {found}"));
        self.tell(&format!("/element/{id}/click"), &json!({}));
    }

    /// What the browser had to complain about since it was last asked.
    pub(crate) fn complaints(&self) -> Vec<Value> {
        let log = self.tell("/se/log", &json!({"type": "browser"}));
        log.as_array().expect("a log").clone()
    }

    /// The text of a dialog that a page has opened.
    pub(crate) fn dialog(&self) -> Option<String> {
        let path = format!("/session/{}/alert/text", self.session);
        let answer = self.exchange("GET", &path, None);
        answer["value"].as_str().map(str::to_owned)
    }

    /// A command of the developers' tools.
    pub(crate) fn devtools(&self, command: &str, parameters: &Value) -> Value {
        self.tell(
            "/goog/cdp/execute",
            &json!({"cmd": command, "params": parameters}),
        )
    }

    fn tell(&self, path: &str, body: &Value) -> Value {
        self.ask(
            "POST",
            &format!("/session/{}{path}", self.session),
            Some(body),
        )
    }

    fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> Value {
        let answer = self.exchange(method, path, body);
        assert!(
            answer["value"].get("error").is_none(),
            "{path}: {}",
            answer["value"]
        );
        answer["value"].clone()
    }

    fn exchange(&self, method: &str, path: &str, body: Option<&Value>) -> Value {
        let body = body.map(Value::to_string).unwrap_or_default();
        let mut stream =
            TcpStream::connect(("127.0.0.1", self.port)).expect("chromedriver listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n",
            self.port,
            body.len()
        );
        stream
            .write_all(head.as_bytes())
            .expect("chromedriver reads");
        stream
            .write_all(body.as_bytes())
            .expect("chromedriver reads");
        let answer = answer(BufReader::new(stream));
        serde_json::from_slice(&answer).expect("chromedriver answers in JSON")
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if !self.session.is_empty() && !std::thread::panicking() {
            self.exchange("DELETE", &format!("/session/{}", self.session), None);
        }
        // It may have ended already; its browser ends with it.
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// The driver and its port; none where there is none. Of several that are started at once, one may
/// find the port taken that it had picked.
fn started() -> Option<(Child, u16)> {
    for _ in 0..10 {
        let driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let mut driver = driver.ok()?;
        if let Some(port) = port(&mut driver) {
            return Some((driver, port));
        }
        let _ = driver.wait();
    }
    panic!("chromedriver finds no port");
}

/// The port that it says it listens on; none where it ends instead.
fn port(driver: &mut Child) -> Option<u16> {
    let output = driver.stdout.take().expect("it is piped");
    let mut lines = BufReader::new(output).lines();
    let port = lines.find_map(|line| {
        let line = line.expect("chromedriver says where it listens");
        let (_, port) = line.split_once("started successfully on port ")?;
        port.trim_end_matches('.').parse().ok()
    });
    // What else it has to say must not fill the pipe.
    std::thread::spawn(move || lines.for_each(drop));
    port
}

/// The body of an answer.
fn answer(mut stream: BufReader<TcpStream>) -> Vec<u8> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).expect("chromedriver answers");
        if line.trim().is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().expect("a number");
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).expect("the whole answer");
    body
}

/// A file that the browser can open.
pub(crate) fn file(folder: &Path, bytes: &[u8]) -> std::path::PathBuf {
    let path = folder.join("report.html");
    fs::write(&path, bytes).expect("a file");
    path
}
