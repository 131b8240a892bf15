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

const PAGE: &str = include_str!("../../../docs/hostile.md");

/// What other modules' tests hold.
const OTHERS: [&str; 6] = [
    "ErrorBody::MAX_LEN",
    "ErrorBody::MOST",
    "ErrorBody::MOST_DETAIL",
    "Link::MAX_LEN",
    "Settings::JOBS",
    "hostile_bed::MEMORY",
];

/// What the table names of this module.
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
        ("room::FREE", bytes(room::FREE)),
        ("room::MOST", bytes(room::MOST)),
        ("room::SEATS", room::SEATS.to_string()),
        ("cut::BODY", bytes(cut::BODY)),
        ("cut::HEADERS", bytes(cut::HEADERS)),
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
    let (others, own): (Vec<_>, Vec<_>) = rows.partition(|(name, _)| OTHERS.contains(name));
    assert_eq!(own, bounds());
    let others: Vec<_> = others.into_iter().map(|(name, _)| name).collect();
    assert_eq!(others, OTHERS);
}
