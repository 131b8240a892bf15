//! Requests that name a listener of ours, where a registry could be led to call it.
//!
//! They write its stand-ins; where there is no listener, they are left out. What a registry may
//! lawfully call is not in here: the upstream that `ns` names to a proxy.

use serde_json::json;

use super::Change;
use super::Mutation;
use super::Stance;
use super::edit;
use super::heads::replaced;
use super::row;
use super::transfer::ALL;
use crate::canary::MANNERS;
use crate::fuzz::dice::Dice;
use crate::fuzz::draft::Draft;
use crate::fuzz::naming::HOST;
use crate::fuzz::naming::PATH;
use crate::fuzz::plan::Kind;
use crate::fuzz::wire::WireRequest;

/// The name of the row that a call alone is a fault of: what it names is for clients.
pub(in crate::fuzz) const URLS: &str = "canary-urls";

/// The rows.
pub(super) const ROWS: &[Mutation] = &[
    naming(
        URLS,
        "a descriptor whose content is said to be at a listener of ours",
        &[Kind::PutManifest],
        Change::Manifest(urls),
    ),
    naming(
        "canary-mount-from",
        "a mount from a listener of ours",
        &[Kind::Mount],
        Change::Request(|request, dice| {
            let scheme = dice.pick(&["", "http:%2f%2f", "http://"]);
            let manner = dice.pick(&MANNERS);
            let source = format!("{scheme}{HOST}/{PATH}/{manner}/a");
            edit::set_parameter(request, "from", &source)
        }),
    ),
    naming(
        "canary-forwarded",
        "headers in which a proxy would say that a listener of ours was asked",
        ALL,
        Change::Request(forwarded),
    ),
    naming(
        "canary-host",
        "a `Host` that is a listener of ours",
        ALL,
        Change::Request(|request, _| replaced(request, "host", HOST)),
    ),
    naming(
        "canary-referer",
        "headers that say that a request has to do with a listener of ours",
        ALL,
        Change::Request(|request, dice| {
            let header = dice.below(4);
            let page = page(dice);
            match header {
                0 => replaced(request, "referer", &page),
                1 => replaced(request, "origin", &format!("http://{HOST}")),
                2 => replaced(request, "content-location", &page),
                _ => replaced(request, "link", &format!("<{page}>; rel=\"next\"")),
            }
        }),
    ),
    naming(
        "canary-query",
        "a parameter that leads to a listener of ours",
        ALL,
        Change::Request(|request, dice| {
            let name = dice.pick(&[
                "realm",
                "redirect_uri",
                "service",
                "url",
                "redirect",
                "location",
                "callback",
            ]);
            let page = page(dice).replace('/', "%2f");
            edit::add_parameter(request, &format!("{name}={page}"))
        }),
    ),
];

/// A row that names the canary.
const fn naming(
    name: &'static str,
    title: &'static str,
    suits: &'static [Kind],
    change: Change,
) -> Mutation {
    Mutation {
        names_canary: true,
        ..row(name, title, suits, Stance::Either, change)
    }
}

/// An address of the canary that says how whoever calls it is to be answered.
fn page(dice: &mut Dice) -> String {
    format!("http://{HOST}/{PATH}/{}/", dice.pick(&MANNERS))
}

fn urls(draft: &mut Draft, dice: &mut Dice) -> bool {
    let types = [
        None,
        Some("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip"),
        Some("application/vnd.oci.image.layer.nondistributable.v1.tar+gzip"),
    ];
    let media_type = types[dice.below(types.len())];
    let page = page(dice);
    draft.text.is_none()
        && draft.change_descriptor(|it| {
            it.insert("urls".to_owned(), json!([page]));
            if let Some(media_type) = media_type {
                it.insert("mediaType".to_owned(), json!(media_type));
            }
        })
}

fn forwarded(request: &mut WireRequest, dice: &mut Dice) -> bool {
    let pairs = match dice.below(3) {
        0 | 1 => vec![
            ("x-forwarded-host", HOST.to_owned()),
            ("forwarded", format!("host={HOST};proto=http")),
            ("x-forwarded-server", HOST.to_owned()),
        ],
        _ => vec![
            ("x-original-host", HOST.to_owned()),
            ("x-original-url", page(dice)),
            ("x-forwarded-for", HOST.to_owned()),
        ],
    };
    let set = |(name, value): (&str, String)| replaced(request, name, &value);
    pairs.into_iter().map(set).fold(false, |any, one| any | one)
}
