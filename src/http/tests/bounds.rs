//! The table of bounds in docs/hostile.md is that of the code.

use crate::http::ClientSettings;
use crate::http::Request;
use crate::http::call;
use crate::http::client;
use crate::http::cut;
use crate::http::network;
use crate::http::raw::answer;
use crate::http::redirect;
use crate::http::retry;
use crate::http::room;
use crate::http::token;
use crate::oci::ErrorBody;
use crate::oci::Link;

const PAGE: &str = include_str!("../../../docs/hostile.md");

/// What the table names, but for what other tests hold.
fn bounds() -> Vec<(&'static str, String)> {
    let seconds = |time: std::time::Duration| format!("{} s", time.as_secs());
    vec![
        ("Request::READ_LIMIT", bytes(Request::READ_LIMIT)),
        ("raw::answer::head::MAX_HEAD", bytes(answer::MAX_HEAD)),
        (
            "network::MAX_HEADER_LIST",
            bytes(network::MAX_HEADER_LIST as usize),
        ),
        ("network::MAX_HEADERS", network::MAX_HEADERS.to_string()),
        (
            "raw::answer::head::MAX_INTERIM",
            answer::MAX_INTERIM.to_string(),
        ),
        ("redirect::MOST", redirect::MOST.to_string()),
        ("redirect::LONGEST", bytes(redirect::LONGEST)),
        ("call::MOST_CHALLENGES", call::MOST_CHALLENGES.to_string()),
        ("token::LONGEST", bytes(token::LONGEST)),
        ("token::LONGEST_LIFE", format!("{} s", token::LONGEST_LIFE)),
        ("retry::LONGEST", seconds(retry::LONGEST)),
        (
            "ClientSettings::timeout",
            seconds(ClientSettings::default().timeout),
        ),
        ("client::EXACT_PATIENCE", seconds(client::EXACT_PATIENCE)),
        ("ErrorBody::MAX_LEN", bytes(ErrorBody::MAX_LEN)),
        ("ErrorBody::MOST", ErrorBody::MOST.to_string()),
        ("ErrorBody::MOST_DETAIL", ErrorBody::MOST_DETAIL.to_string()),
        ("Link::MAX_LEN", bytes(Link::MAX_LEN)),
        ("room::FREE", bytes(room::FREE)),
        ("room::MOST", bytes(room::MOST)),
        ("room::SEATS", room::SEATS.to_string()),
        ("cut::BODY", bytes(cut::BODY)),
        ("cut::HEADERS", bytes(cut::HEADERS)),
        // These stand below this module, and in the tests of the program.
        ("Settings::JOBS", "32".to_owned()),
        ("hostile_bed::MEMORY", "224 MiB".to_owned()),
    ]
}

fn bytes(count: usize) -> String {
    match count {
        _ if count.is_multiple_of(1 << 20) => format!("{} MiB", count >> 20),
        _ if count.is_multiple_of(1 << 10) => format!("{} KiB", count >> 10),
        _ => format!("{count} B"),
    }
}

#[test]
fn the_page_states_the_bounds_that_hold() {
    let rows = PAGE.lines().filter_map(|line| {
        let (bound, name) = line.strip_suffix("` |")?.rsplit_once(" | `")?;
        Some((name, bound.rsplit_once(" | ")?.1.to_owned()))
    });
    assert_eq!(rows.collect::<Vec<_>>(), bounds());
}
