//! Registries that hang, break off or never stop: plimsoll comes to an end all the same, and says
//! what it saw.

use std::io::Write as _;
use std::net::TcpStream;
use std::process::Command;
use std::process::Stdio;
use std::time::Duration;

use crate::support::Plimsoll;
use crate::support::left_behind;
use crate::support::registry;
use crate::support::server;

/// A registry whose `/v2/` is sound, and which does `rest` with everything else.
fn sound_at_first(rest: impl Fn(&mut TcpStream) + Send + Sync + 'static) -> String {
    server(move |head, stream| {
        if head.starts_with("GET /v2/ ") {
            let _ = write!(
                stream,
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{{}}"
            );
        } else {
            rest(stream);
        }
    })
}

/// Runs the checks of one section and returns how each ended.
fn verdicts(url: &str, only: &str) -> (i32, Vec<(String, String)>) {
    let plimsoll = Plimsoll::new();
    let ended = plimsoll.run(&[
        "check",
        url,
        "--only",
        only,
        "--timeout",
        "300ms",
        "--retries",
        "0",
    ]);
    let checks = plimsoll.record().checks.into_iter();
    let put = checks.filter(|check| check.verdict != "skipped");
    let verdicts = put
        .map(|check| (check.verdict, check.reason.unwrap_or_default()))
        .collect();
    (ended.code, verdicts)
}

fn every_check_is_an_error_that_says(url: &str, word: &str) {
    let (code, verdicts) = verdicts(url, "pull/blobs/unknown-blob");
    assert_eq!(code, 1, "what cannot be asked gates");
    assert!(!verdicts.is_empty());
    for (verdict, reason) in verdicts {
        assert_eq!(verdict, "error", "{reason}");
        assert!(reason.contains(word), "{reason}");
    }
}

#[test]
fn a_registry_that_hangs_is_an_error_and_the_run_ends() {
    let url = sound_at_first(|_| std::thread::sleep(Duration::from_secs(3)));
    every_check_is_an_error_that_says(&url, "no complete answer within 300ms");
}

#[test]
fn a_registry_that_cuts_connections_is_an_error() {
    let url = sound_at_first(|_| {});
    every_check_is_an_error_that_says(&url, "connection was lost");
}

#[test]
fn a_registry_that_speaks_garbage_is_an_error() {
    let url = sound_at_first(|stream| {
        let _ = stream.write_all(b"\x00\xff\x1b[31m garbage\r\n\r\n");
    });
    let (code, verdicts) = verdicts(&url, "pull/blobs/unknown-blob");
    assert_eq!(code, 1);
    assert!(
        verdicts.iter().all(|(verdict, _)| verdict == "error"),
        "{verdicts:?}"
    );
}

#[test]
fn a_body_of_four_gibibytes_is_not_read_to_its_end() {
    let url = sound_at_first(|stream| {
        let _ = stream.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 4294967296\r\n\r\n");
        let chunk = vec![b'x'; 1 << 20];
        while stream.write_all(&chunk).is_ok() {}
    });
    let plimsoll = Plimsoll::new();
    let only = "pull/blobs/unknown-blob";
    let ended = plimsoll.run(&["check", &url, "--only", only, "--timeout", "20s"]);
    assert_eq!(ended.code, 1, "{}", ended.stderr);
    let record = plimsoll.record();
    let check = record
        .checks
        .iter()
        .find(|check| check.verdict == "error")
        .expect("an error");
    assert!(
        check
            .reason
            .as_deref()
            .unwrap_or_default()
            .contains("longer than"),
        "{check:?}"
    );
}

#[test]
fn an_interrupt_writes_what_is_known_and_marks_it_incomplete() {
    let url = sound_at_first(|_| std::thread::sleep(Duration::from_secs(20)));
    let plimsoll = Plimsoll::new();
    let mut command = plimsoll.command(&["check", &url, "--only", "pull/*", "--timeout", "60s"]);
    let child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    std::thread::sleep(Duration::from_millis(1500));
    let killed = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(killed.success());
    let ended = crate::support::ended(&child.wait_with_output().unwrap());
    assert_eq!(ended.code, 130, "{}\n{}", ended.stdout, ended.stderr);
    let record = plimsoll.record();
    assert!(!record.complete);
    assert_eq!(record.ended_by.as_deref(), Some("interrupted"));
}

#[test]
fn an_interrupted_run_deletes_what_it_pushed() {
    let running = registry();
    let plimsoll = Plimsoll::new();
    let url = running.url();
    let arguments = ["check", &url, "--rate", "300/s", "--exchanges", "all"];
    let child = plimsoll
        .command(&arguments)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    std::thread::sleep(Duration::from_millis(2500));
    let killed = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(killed.success());
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(130));
    let record = plimsoll.record();
    assert!(!record.complete);
    let exchanges: Vec<_> = record
        .checks
        .iter()
        .flat_map(|check| &check.exchanges)
        .collect();
    let statuses = left_behind(&url, &exchanges);
    assert!(
        !statuses.is_empty(),
        "something was pushed: {:?}",
        record.summary
    );
    assert!(statuses.iter().all(|status| *status == 404), "{statuses:?}");
}

#[test]
fn a_deadline_ends_the_run() {
    let url = sound_at_first(|_| std::thread::sleep(Duration::from_secs(20)));
    let plimsoll = Plimsoll::new();
    let ended = plimsoll.run(&["check", &url, "--only", "pull/*", "--deadline", "500ms"]);
    assert_eq!(ended.code, 124, "{}", ended.stderr);
    assert!(!plimsoll.record().complete);
}
