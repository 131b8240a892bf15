//! Names of repositories that break the grammar, or that look like something else. All of them lie
//! below the plan's own names, or are of nobody.

use super::Mutation;
use super::Stance;
use super::edit;
use super::request;
use crate::catalogue::names;
use crate::fuzz::plan::Kind;

/// The kinds of requests that name a repository. Lists are not among them, since they may say of a
/// repository that is not there that it has nothing.
const NAMED: &[Kind] = &[
    Kind::StartUpload,
    Kind::SinglePost,
    Kind::Mount,
    Kind::PutManifest,
    Kind::GetBlob,
    Kind::HeadBlob,
    Kind::DeleteBlob,
    Kind::GetManifest,
    Kind::HeadManifest,
    Kind::DeleteManifest,
];

/// The same with lists.
const ALL: &[Kind] = &[
    Kind::StartUpload,
    Kind::SinglePost,
    Kind::Mount,
    Kind::PutManifest,
    Kind::GetBlob,
    Kind::HeadBlob,
    Kind::DeleteBlob,
    Kind::GetManifest,
    Kind::HeadManifest,
    Kind::DeleteManifest,
    Kind::Tags,
    Kind::Referrers,
];

/// Those that change nothing.
const READ: &[Kind] = &[
    Kind::GetBlob,
    Kind::HeadBlob,
    Kind::GetManifest,
    Kind::HeadManifest,
    Kind::Tags,
    Kind::Referrers,
];

const REFUSED: Stance = Stance::Refused(&names::MALFORMED_REPOSITORY_NAME_REFUSED);

/// The rows.
pub(super) const ROWS: &[Mutation] = &[
    request(
        "name-upper-case",
        "a repository name with a capital letter",
        NAMED,
        REFUSED,
        |request, dice| {
            let component = dice.pick(&["UP", "Up", "uP", "u/P"]);
            edit::rename(request, |name| format!("{name}/{component}"))
        },
    ),
    request(
        "name-separators",
        "a repository name whose separators part nothing",
        NAMED,
        REFUSED,
        |request, dice| {
            let component = dice.pick(&[
                "a_", "a-", "a.", "_x", "-a", ".a", "a..b", "a._b", "a-_b", "a___b", "a.-b", "_",
            ]);
            edit::rename(request, |name| format!("{name}/{component}"))
        },
    ),
    request(
        "name-doubled-separators",
        "a repository name with `__`, or a run of `-`",
        ALL,
        Stance::Either,
        |request, dice| {
            let component = dice.pick(&["a__b", "a--b", "a-----b"]);
            edit::rename(request, |name| format!("{name}/{component}"))
        },
    ),
    request(
        "name-bytes",
        "a repository name with percent-encoded bytes that no name has",
        NAMED,
        REFUSED,
        |request, dice| {
            let odd = dice.pick(&[
                "%20a",
                "%00",
                "%0d%0ax:%20y",
                "%7f",
                "%ff",
                "%09a",
                "%40a",
                "%2ba",
            ]);
            edit::rename(request, |name| format!("{name}{odd}"))
        },
    ),
    request(
        "name-unicode",
        "a repository name with letters that are not of ASCII",
        NAMED,
        REFUSED,
        |request, dice| {
            let odd = dice.pick(&[
                "%c3%a9",
                "%ef%bd%81",
                "%f0%9f%9a%a2",
                "%e2%84%aa",
                "%d0%b0",
                "%e2%80%8b",
                "%cc%81",
            ]);
            edit::rename(request, |name| format!("{name}{odd}"))
        },
    ),
    request(
        "name-overlong",
        "a repository name with overlong forms of UTF-8",
        ALL,
        Stance::Either,
        |request, dice| {
            let odd = dice.pick(&["%c0%af", "%e0%80%af", "%c0%ae%c0%ae", "%f8%80%80%80%af"]);
            edit::rename(request, |name| format!("{name}{odd}x"))
        },
    ),
    request(
        "name-raw-bytes",
        "a repository name with bytes that ought to be percent-encoded",
        ALL,
        Stance::Either,
        |request, dice| {
            let Some((name, rest)) = edit::parts(request) else {
                return false;
            };
            let odd: &[u8] = [
                &b"\xc3\xa9"[..],
                b"\xff",
                b" a",
                b"<\">",
                b"\t",
                b"{}",
                b"\x01",
            ][dice.below(7)];
            let path = [b"/v2/", name.as_bytes(), odd, b"/", rest.as_bytes()].concat();
            edit::repath(request, path)
        },
    ),
    request(
        "name-long",
        "a repository name of 255, 256, 300 or more characters",
        ALL,
        Stance::Either,
        |request, dice| {
            let length: usize = [255, 256, 300, 1000, 5000][dice.below(5)];
            edit::rename(request, |name| {
                let rest = length.saturating_sub(name.len() + 1).max(1);
                format!("{name}/{}", "a".repeat(rest))
            })
        },
    ),
    request(
        "name-deep",
        "a repository name of 130 components or more",
        ALL,
        Stance::Either,
        |request, dice| {
            let count = [130, 1000][dice.below(2)];
            edit::rename(request, |name| format!("{name}{}", "/a".repeat(count)))
        },
    ),
    request(
        "name-empty-component",
        "a repository name with an empty component",
        ALL,
        Stance::Either,
        |request, dice| {
            let form = dice.below(3);
            edit::rename(request, |name| match form {
                0 => format!("{name}//b"),
                1 => name.replacen('/', "//", 1),
                _ => format!("{name}/"),
            })
        },
    ),
    request(
        "name-dot-component",
        "a repository name with a component that means itself",
        ALL,
        Stance::Either,
        |request, dice| {
            let dot = dice.pick(&[".", "%2e", "%2E"]);
            edit::rename(request, |name| {
                format!("{}/{dot}/{}", before(name), last(name))
            })
        },
    ),
    request(
        "name-dot-dot-component",
        "a repository name that goes down and up again",
        ALL,
        Stance::Either,
        |request, dice| {
            let up = dice.pick(&["..", "%2e%2e", ".%2e", "%2E.", "..;", "%252e%252e"]);
            edit::rename(request, |name| format!("{name}/{up}/{}", last(name)))
        },
    ),
    request(
        "name-traversal",
        "a repository name that leads up to nowhere",
        READ,
        Stance::Either,
        |request, dice| {
            let up = dice.pick(&[
                "../../..",
                "%2e%2e/%2e%2e",
                "..%2f..%2f..",
                "..%5c..",
                "....//",
            ]);
            edit::rename(request, |name| format!("{name}/{up}/{}", edit::NOWHERE))
        },
    ),
    request(
        "name-slash-encoded",
        "a repository name whose slash is percent-encoded",
        ALL,
        Stance::Either,
        |request, dice| {
            let slash = dice.pick(&["%2f", "%2F", "%5c"]);
            edit::rename(request, |name| match name.rsplit_once('/') {
                Some((before, last)) => format!("{before}{slash}{last}"),
                None => format!("{name}{slash}b"),
            })
        },
    ),
    request(
        "name-encoded-twice",
        "a repository name that is percent-encoded twice",
        ALL,
        Stance::Either,
        |request, dice| {
            let odd = dice.pick(&["%252fb", "%2561", "%25", "%2500", "%252e%252e"]);
            edit::rename(request, |name| format!("{name}{odd}"))
        },
    ),
    request(
        "name-encoded-letters",
        "a repository name of which letters are percent-encoded",
        ALL,
        Stance::Same,
        |request, dice| edit::rename(request, |name| edit::encoded(name, dice)),
    ),
    request(
        "name-bad-encoding",
        "a repository name with a percent sign that encodes nothing",
        ALL,
        Stance::Either,
        |request, dice| {
            let odd = dice.pick(&["%", "%2", "%zz", "%u0061", "%-1"]);
            edit::rename(request, |name| format!("{name}{odd}"))
        },
    ),
    request(
        "name-reserved",
        "a repository name with words of the API's paths",
        ALL,
        Stance::Either,
        |request, dice| {
            let words = dice.pick(&[
                "tags/list",
                "blobs/uploads",
                "manifests/latest",
                "_catalog",
                "referrers",
                "blobs",
                "v2",
                "_oci/ext/discover",
                "tags",
            ]);
            edit::rename(request, |name| format!("{name}/{words}"))
        },
    ),
    request(
        "name-empty",
        "a path without a repository name",
        READ,
        Stance::Either,
        |request, dice| {
            let Some((_, rest)) = edit::parts(request) else {
                return false;
            };
            let base = dice.pick(&["/v2/", "/v2//", "/v2/%20/", "/v2/./"]);
            edit::repath(request, format!("{base}{rest}"))
        },
    ),
    request(
        "name-of-a-device",
        "a repository name that file systems take for something else",
        ALL,
        Stance::Either,
        |request, dice| {
            let word = dice.pick(&[
                "con",
                "aux",
                "nul.txt",
                "com1",
                "lost+found",
                "a.lock",
                "~a",
                "$a",
            ]);
            edit::rename(request, |name| format!("{name}/{word}"))
        },
    ),
];

/// The last component.
fn last(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or_default()
}

/// The components before the last, or the only one.
fn before(name: &str) -> &str {
    name.rsplit_once('/').map_or(name, |(before, _)| before)
}
