//! Registries that look for a login in one form of a request, and serve another.

use http::Uri;
use http::Version;
use http::request::Parts;
use http::uri::PathAndQuery;

use super::Defect;
use super::Source;
use super::users::is_nobody;
use crate::catalogue::isolation::ANONYMOUS_DETOUR_REFUSED;
use crate::http::Method;
use crate::registry::auth::Entry;
use crate::registry::route::Route;
use crate::registry::seams::Knock;
use crate::registry::seams::Seam;

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "slashes-unguarded",
        title: "a GET with a slash too many needs no login, and is that without it",
        breaches: &[&ANONYMOUS_DETOUR_REFUSED],
        source: Source::Cve("CVE-2020-29662"),
        seam: Seam::Door(|knock, head, entry| {
            let path = knock.head().uri.path();
            let plain = path.replace("//", "/").trim_end_matches('/').to_owned();
            if knock.route == Route::Base || plain == path {
                return entry;
            }
            served_as(knock, head, entry, &plain)
        }),
    },
    Defect {
        name: "dot-segments-unguarded",
        title: "a path with a segment of one dot needs no login, and is that without it",
        breaches: &[&ANONYMOUS_DETOUR_REFUSED],
        source: Source::Ours,
        seam: Seam::Door(|knock, head, entry| {
            let path = knock.head().uri.path();
            if !path.contains("/./") {
                return entry;
            }
            served_as(knock, head, entry, &path.replace("/./", "/"))
        }),
    },
    Defect {
        name: "encoded-paths-unguarded",
        title: "a path with an encoded character needs no login",
        breaches: &[&ANONYMOUS_DETOUR_REFUSED],
        source: Source::Ours,
        seam: Seam::Door(|knock, head, entry| {
            let path = knock.head().uri.path();
            if !path.contains('%') {
                return entry;
            }
            served_as(knock, head, entry, path)
        }),
    },
    Defect {
        name: "original-url-served",
        title: "X-Original-URL says what is served, after the login was looked for in the path",
        breaches: &[&ANONYMOUS_DETOUR_REFUSED],
        source: Source::Ours,
        seam: Seam::Door(
            |knock, head, entry| match knock.head().headers.get("x-original-url") {
                Some(path) => match path.to_str() {
                    Ok(path) => served_as(knock, head, entry, path),
                    Err(_) => entry,
                },
                None => entry,
            },
        ),
    },
    Defect {
        name: "forwarded-loopback-trusted",
        title: "who says that they come from 127.0.0.1 needs no login",
        breaches: &[&ANONYMOUS_DETOUR_REFUSED],
        source: Source::Ours,
        seam: Seam::Door(|knock, head, entry| {
            let said = knock.head().headers.get("x-forwarded-for");
            if said.is_none_or(|it| it != "127.0.0.1") {
                return entry;
            }
            let path = knock.head().uri.path();
            served_as(knock, head, entry, path)
        }),
    },
    Defect {
        name: "old-http-unguarded",
        title: "a request in HTTP/1.0 needs no login",
        breaches: &[&ANONYMOUS_DETOUR_REFUSED],
        source: Source::Ours,
        seam: Seam::Door(|knock, head, entry| {
            if knock.head().version != Version::HTTP_10 {
                return entry;
            }
            let path = knock.head().uri.path();
            served_as(knock, head, entry, path)
        }),
    },
];

/// Lets somebody in who shows nothing, and serves this path.
fn served_as(knock: &Knock<'_>, head: &mut Parts, entry: Entry, path: &str) -> Entry {
    let Ok(path) = PathAndQuery::try_from(path) else {
        return entry;
    };
    let is_read = matches!(knock.head().method, Method::GET | Method::HEAD);
    if !is_read || !is_nobody(knock) || !matches!(entry, Entry::Refused(_)) {
        return entry;
    }
    let entry = knock.let_in(head);
    let mut parts = head.uri.clone().into_parts();
    parts.path_and_query = Some(path);
    if let Ok(uri) = Uri::from_parts(parts) {
        head.uri = uri;
    }
    entry
}
