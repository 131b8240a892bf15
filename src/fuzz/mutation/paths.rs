//! Paths that a router and what stands in front of it may read in two ways. None of them leads out
//! of the repository that it names.

use super::Mutation;
use super::Stance;
use super::edit;
use super::request;
use super::transfer::ALL;
use crate::fuzz::dice::Dice;
use crate::fuzz::wire::WireRequest;

/// The rows.
pub(super) const ROWS: &[Mutation] = &[
    request(
        "path-double-slash",
        "a path with two slashes in place of one",
        ALL,
        Stance::Either,
        |request, dice| at_slash(request, dice, "//"),
    ),
    request(
        "path-dot",
        "a path with a segment that means itself",
        ALL,
        Stance::Either,
        |request, dice| {
            let dot = dice.pick(&["/./", "/%2e/", "/%2E/", "/.;/"]);
            at_slash(request, dice, dot)
        },
    ),
    request(
        "path-dot-dot",
        "a path with a segment that goes down and up again",
        ALL,
        Stance::Either,
        |request, dice| {
            let detour = dice.pick(&[
                "/plimsoll-nowhere/../",
                "/plimsoll-nowhere/%2e%2e/",
                "/plimsoll-nowhere/..;/",
                "/plimsoll-nowhere%2f..%2f",
            ]);
            at_slash(request, dice, detour)
        },
    ),
    request(
        "path-trailing-slash",
        "a path with a slash behind it, or without the one that it has",
        ALL,
        Stance::Either,
        |request, dice| {
            let Some(path) = edit::path(request) else {
                return false;
            };
            let other = match path.strip_suffix('/') {
                Some(shorter) if dice.below(2) == 0 => shorter.to_owned(),
                _ => path + "/",
            };
            edit::repath(request, other)
        },
    ),
    request(
        "path-parameters",
        "a path whose segments have parameters",
        ALL,
        Stance::Either,
        |request, dice| {
            let parameters = dice.pick(&[";x", ";x=1", ";jsessionid=0", ";", "%3bx"]);
            if dice.below(2) == 0 {
                appended(request, parameters)
            } else {
                at_slash(request, dice, &format!("{parameters}/"))
            }
        },
    ),
    request(
        "path-suffix",
        "a path with something behind it",
        ALL,
        Stance::Either,
        |request, dice| {
            let suffix = dice.pick(&[
                ".json", ".html", ".", "%20", "%00", "%0a", "%09", "~", "*", "%23", ".git",
                "/.json", "'", "\"", "|", "%3f",
            ]);
            appended(request, suffix)
        },
    ),
    request(
        "path-case",
        "a path whose words are in capitals",
        ALL,
        Stance::Either,
        |request, dice| {
            let words = [
                ("/v2/", "/V2/"),
                ("/manifests/", "/Manifests/"),
                ("/blobs/", "/BLOBS/"),
                ("/uploads/", "/Uploads/"),
                ("/tags/list", "/tags/LIST"),
                ("/referrers/", "/Referrers/"),
                ("/_catalog", "/_Catalog"),
            ];
            reworded(request, dice, &words)
        },
    ),
    request(
        "path-words-encoded",
        "a path whose words are percent-encoded",
        ALL,
        Stance::Either,
        |request, dice| {
            let words = [
                ("/v2/", "/%762/"),
                ("/manifests/", "/m%61nifests/"),
                ("/blobs/", "/%62lobs/"),
                ("/uploads/", "/%75ploads/"),
                ("/tags/list", "/t%61gs/list"),
                ("/referrers/", "/%72eferrers/"),
                ("/_catalog", "/%5fcatalog"),
            ];
            reworded(request, dice, &words)
        },
    ),
    request(
        "path-slash-encoded",
        "a path with slashes that are percent-encoded",
        ALL,
        Stance::Either,
        |request, dice| {
            let slash = dice.pick(&["%2f", "%2F", "%252f", "%5c", "\\"]);
            at_slash(request, dice, slash)
        },
    ),
    request(
        "path-of-another-version",
        "a path of another version of the API, or below another path",
        ALL,
        Stance::Either,
        |request, dice| {
            let bases = [
                ("/v2/", "/v1/"),
                ("/v2/", "/v3/"),
                ("/v2/", "/api/v2/"),
                ("/v2/", "/"),
                ("/v2/", "/v2x/"),
                ("/v2/", "/v2.0/"),
                ("/v2/", "/v02/"),
            ];
            reworded(request, dice, &bases)
        },
    ),
    request(
        "path-fragment",
        "a target with a fragment",
        ALL,
        Stance::Either,
        |request, dice| {
            request
                .target
                .extend(dice.pick(&["#a", "#", "#/../a"]).as_bytes());
            true
        },
    ),
    request(
        "path-long",
        "a path that is very long",
        ALL,
        Stance::Either,
        |request, dice| {
            let length = if dice.below(16) == 15 {
                60_000
            } else {
                [4000, 9000][dice.below(2)]
            };
            appended(request, &"a".repeat(length))
        },
    ),
    request(
        "path-absolute",
        "a target that is a URL",
        ALL,
        Stance::Either,
        |request, dice| {
            if request.target.first() != Some(&b'/') {
                return false;
            }
            let origin = match dice.below(3) {
                0 => request.origin.clone(),
                1 => "http://plimsoll.invalid".to_owned(),
                _ => "plimsoll://".to_owned(),
            };
            request.target = [origin.as_bytes(), &request.target[..]].concat();
            true
        },
    ),
    request(
        "path-relative",
        "a target that does not begin with a slash",
        ALL,
        Stance::Either,
        |request, dice| {
            let start = dice.pick(&["", "./", "@", "?", "*"]);
            let Some(rest) = request.target.strip_prefix(b"/") else {
                return false;
            };
            request.target = [start.as_bytes(), rest].concat();
            true
        },
    ),
];

/// Puts this in the place of one of the slashes.
fn at_slash(request: &mut WireRequest, dice: &mut Dice, other: &str) -> bool {
    let Some(path) = edit::path(request) else {
        return false;
    };
    let slashes: Vec<_> = path.match_indices('/').map(|(at, _)| at).collect();
    let Some(at) = slashes.get(dice.below(slashes.len())) else {
        return false;
    };
    edit::repath(
        request,
        format!("{}{other}{}", &path[..*at], &path[at + 1..]),
    )
}

fn appended(request: &mut WireRequest, suffix: &str) -> bool {
    let path = edit::path(request);
    path.is_some_and(|path| edit::repath(request, path + suffix))
}

/// Replaces one of these words that the path has.
fn reworded(request: &mut WireRequest, dice: &mut Dice, words: &[(&str, &str)]) -> bool {
    let Some(path) = edit::path(request) else {
        return false;
    };
    let found: Vec<_> = words
        .iter()
        .filter(|(word, _)| path.contains(word))
        .collect();
    let Some((word, other)) = found.get(dice.below(found.len())) else {
        return false;
    };
    edit::repath(request, path.replacen(word, other, 1))
}
