//! The reference registry behind a login: that the whole suite passes there, and what `serve` says of
//! files that are no use.

use std::io::Write as _;
use std::process::Stdio;

use crate::encrypted::Served;
use crate::encrypted::file;
use crate::support::Ended;
use crate::support::Plimsoll;
use crate::support::ended;

/// `alice` and `bob` have the password `secret`, hashed by a C library.
const USERS: &str = "# who\n\
    alice:$2b$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a\n\
    bob:$2y$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a\n";

const RIGHTS: &str = "[[allow]]\nusers = [\"alice\"]\nrepositories = [\"alice/**\"]\n\
    actions = [\"pull\", \"push\", \"delete\"]\n\n\
    [[allow]]\nusers = [\"bob\"]\nrepositories = [\"bob/**\"]\n\
    actions = [\"pull\", \"push\", \"delete\"]\n";

/// A check as `user`, with this password.
fn check(plimsoll: &Plimsoll, url: &str, user: &str, password: &str, flags: &[&str]) -> Ended {
    let login = ["check", url, "--username", user, "--password-stdin"];
    let mut command = plimsoll.command(&[&login[..], flags].concat());
    let command = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin.write_all(password.as_bytes()).expect("it is read");
    drop(stdin);
    ended(&child.wait_with_output().expect("it ends"))
}

/// That nothing was wrong, and something was asked.
fn assert_sound(plimsoll: &Plimsoll, ended: &Ended, what: &str) {
    assert_eq!(ended.code, 0, "{what}: {}\n{}", ended.stdout, ended.stderr);
    let record = plimsoll.record();
    for verdict in ["fail", "warn", "blocked", "flaky", "error"] {
        assert_eq!(record.summary[verdict], 0, "{what}: {}", ended.stdout);
    }
    assert!(record.summary["pass"] > 100, "{what}: {}", ended.stdout);
}

#[test]
fn the_whole_suite_passes_behind_a_login_by_password_and_by_token() {
    let plimsoll = Plimsoll::new();
    let users = file(&plimsoll, "users", USERS);
    let rights = file(&plimsoll, "rights.toml", RIGHTS);
    for scheme in ["basic", "token"] {
        let guarded = ["--htpasswd", &users, "--auth", scheme, "--rights", &rights];
        let served = Served::start(&plimsoll, &guarded);
        let spec = ["--spec", "1.2", "--namespace", "alice/here"];
        let ended = check(&plimsoll, &served.url, "alice", "secret", &spec);
        assert_sound(&plimsoll, &ended, scheme);
        drop(served);

        let authority = plimsoll.out().join("authority.pem");
        let authority = authority.to_str().expect("UTF-8");
        let open = ["--htpasswd", &users, "--auth", scheme];
        let more = ["--anonymous", "pull", "--tls-self-signed", "--tls-ca-file"];
        let served = Served::start(&plimsoll, &[&open[..], &more, &[authority]].concat());
        // The rest of the suite is asked the same over TLS in the tests of that.
        let trusting = ["--ca-cert", authority, "--only", "p*/*"];
        let ended = check(&plimsoll, &served.url, "alice", "secret", &trusting);
        assert_sound(&plimsoll, &ended, scheme);
    }
}

#[test]
fn who_has_no_right_or_no_password_cannot_check() {
    let plimsoll = Plimsoll::new();
    let users = file(&plimsoll, "users", USERS);
    let rights = file(&plimsoll, "rights.toml", RIGHTS);
    for scheme in ["basic", "token"] {
        let guarded = ["--htpasswd", &users, "--auth", scheme, "--rights", &rights];
        let served = Served::start(&plimsoll, &guarded);
        let only = ["--only", "push/*", "--namespace", "alice/here"];
        // Who is let in and may do nothing meets with a registry that lacks everything.
        for (user, password, code) in [
            ("bob", "secret", 4),
            ("alice", "wrong", 3),
            ("eve", "secret", 3),
        ] {
            let ended = check(&plimsoll, &served.url, user, password, &only);
            assert_eq!(ended.code, code, "{scheme} {user}: {}", ended.stdout);
            assert!(!ended.stderr.contains(password), "{}", ended.stderr);
        }
    }
}

#[test]
fn files_that_are_no_use_are_said_to_be_before_it_listens() {
    let plimsoll = Plimsoll::new();
    file(&plimsoll, "users", USERS);
    file(&plimsoll, "apr", "# old\nalice:$apr1$x$y\n");
    file(&plimsoll, "rights", RIGHTS);
    file(
        &plimsoll,
        "typo",
        &RIGHTS.replace("repositories", "repository"),
    );
    file(&plimsoll, "stranger", &RIGHTS.replace("\"bob\"", "\"bop\""));
    file(&plimsoll, "key", "short\n");
    let users = ["--htpasswd", "users"];
    let cases: [(&[&str], &str); 9] = [
        (&["--auth", "token"], "--auth is given without --htpasswd"),
        (&["--rights", "rights"], "--rights is given without"),
        (
            &["--htpasswd", "nothing"],
            "--htpasswd nothing cannot be read",
        ),
        (&["--htpasswd", "apr"], "--htpasswd apr, line 2: "),
        (
            &["--rights", "typo", users[0], users[1]],
            "line 3: `repository` is no key",
        ),
        (
            &["--rights", "stranger", users[0], users[1]],
            "did you mean `bob`?",
        ),
        (
            &["--token-key", "key", users[0], users[1]],
            "the key has 5 bytes",
        ),
        (
            &["--token-lifetime", "1m", users[0], users[1]],
            "give --auth token too",
        ),
        (
            &[
                "--rights",
                "rights",
                "--anonymous",
                "pull",
                users[0],
                users[1],
            ],
            "cannot be used with",
        ),
    ];
    for (flags, said) in cases {
        let common = ["serve", "--addr", "127.0.0.1:0", "--ready-file", "ready"];
        let mut command = plimsoll.command(&[&common[..], flags].concat());
        let output = command.current_dir(plimsoll.out()).output();
        let ended = ended(&output.expect("it starts"));
        assert_eq!(ended.code, 2, "{flags:?}: {}", ended.stderr);
        assert!(ended.stderr.contains(said), "{flags:?}: {}", ended.stderr);
        assert!(!plimsoll.out().join("ready").exists(), "{flags:?}");
    }
}
