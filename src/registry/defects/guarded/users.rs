//! Registries that let somebody in who may not come: who shows nothing, or who is somebody else.

use http::header::AUTHORIZATION;
use http::header::RANGE;
use http::request::Parts;

use super::Defect;
use super::Source;
use crate::catalogue::isolation::ANONYMOUS_LIST_REFUSED;
use crate::catalogue::isolation::ANONYMOUS_READ_REFUSED;
use crate::catalogue::isolation::ANONYMOUS_WRITE_REFUSED;
use crate::catalogue::isolation::FOREIGN_CONTENT_HIDDEN;
use crate::catalogue::isolation::FOREIGN_LIST_REFUSED;
use crate::catalogue::isolation::FOREIGN_READ_REFUSED;
use crate::catalogue::isolation::FOREIGN_REPOSITORY_UNLISTED;
use crate::catalogue::isolation::FOREIGN_SESSION_REFUSED;
use crate::catalogue::isolation::FOREIGN_WRITE_REFUSED;
use crate::http::Method;
use crate::oci::ErrorCode;
use crate::oci::Reference;
use crate::registry::answer::Answer;
use crate::registry::auth::Entry;
use crate::registry::guarded::FIRST;
use crate::registry::guarded::SECOND;
use crate::registry::route::Route;
use crate::registry::seams::Knock;
use crate::registry::seams::Seam;

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "blobs-open-to-all",
        title: "a GET on a blob needs no login",
        breaches: &[&ANONYMOUS_READ_REFUSED],
        source: Source::Ours,
        seam: Seam::Door(|knock, head, entry| {
            let is_blob = is(knock, &[Method::GET]) && matches!(knock.route, Route::Blob { .. });
            open(knock, head, entry, is_blob)
        }),
    },
    Defect {
        name: "heads-open-to-all",
        title: "no HEAD needs a login",
        breaches: &[&ANONYMOUS_READ_REFUSED],
        source: Source::Ours,
        seam: Seam::Door(|knock, head, entry| {
            let is_head = is(knock, &[Method::HEAD]);
            open(knock, head, entry, is_head)
        }),
    },
    Defect {
        name: "ranges-open-to-all",
        title: "a GET on a part of a blob needs no login",
        breaches: &[&ANONYMOUS_READ_REFUSED],
        source: Source::Ours,
        seam: Seam::Door(|knock, head, entry| {
            let is_part = knock.head().headers.contains_key(RANGE);
            open(knock, head, entry, is_part)
        }),
    },
    Defect {
        name: "lists-open-to-all",
        title: "the lists of tags and of referrers need no login",
        breaches: &[&ANONYMOUS_LIST_REFUSED],
        source: Source::Ours,
        seam: Seam::Door(|knock, head, entry| {
            let is_list = is_list(knock);
            open(knock, head, entry, is_list)
        }),
    },
    Defect {
        name: "catalog-open-to-all",
        title: "the list of repositories needs no login, and names all",
        breaches: &[&ANONYMOUS_LIST_REFUSED],
        source: Source::Ours,
        seam: Seam::Door(|knock, head, entry| {
            let is_catalog = knock.route == Route::Catalog;
            open(knock, head, entry, is_catalog)
        }),
    },
    Defect {
        name: "pushes-open-to-all",
        title: "a manifest can be pushed without a login",
        breaches: &[&ANONYMOUS_WRITE_REFUSED],
        source: Source::Ours,
        seam: Seam::Door(|knock, head, entry| {
            let is_manifest = matches!(knock.route, Route::Manifest { .. });
            let is_push = is_manifest && is(knock, &[Method::PUT]);
            open(knock, head, entry, is_push)
        }),
    },
    Defect {
        name: "deletes-open-to-all",
        title: "no DELETE needs a login",
        breaches: &[&ANONYMOUS_WRITE_REFUSED],
        source: Source::Ours,
        seam: Seam::Door(|knock, head, entry| {
            let is_delete = is(knock, &[Method::DELETE]);
            open(knock, head, entry, is_delete)
        }),
    },
    Defect {
        name: "refused-delete-done",
        title: "a DELETE of a blob without a login is refused after it was done",
        breaches: &[&ANONYMOUS_WRITE_REFUSED],
        source: Source::Ours,
        seam: Seam::Door(|knock, _, entry| {
            if let Route::Blob { name, digest } = &knock.route
                && let (Ok(name), Ok(digest)) = (name.parse(), digest.parse())
                && is(knock, &[Method::DELETE])
                && is_nobody(knock)
            {
                knock.store().delete_blob(&name, &digest);
            }
            entry
        }),
    },
    Defect {
        name: "pulls-of-any-account",
        title: "whoever has logged in may pull everything",
        breaches: &[&FOREIGN_READ_REFUSED],
        source: Source::Ours,
        seam: Seam::Door(|knock, head, entry| {
            let is_read = matches!(knock.route, Route::Blob { .. } | Route::Manifest { .. });
            let is_pull = is_read && is(knock, &[Method::GET, Method::HEAD]);
            as_first(knock, head, entry, is_pull)
        }),
    },
    Defect {
        name: "lists-of-any-account",
        title: "whoever has logged in may list the tags and referrers of everything",
        breaches: &[&FOREIGN_LIST_REFUSED],
        source: Source::Ours,
        seam: Seam::Door(|knock, head, entry| {
            let is_list = is_list(knock);
            as_first(knock, head, entry, is_list)
        }),
    },
    Defect {
        name: "catalog-of-any-account",
        title: "whoever has logged in sees the names of all repositories",
        breaches: &[&FOREIGN_REPOSITORY_UNLISTED],
        source: Source::Ours,
        seam: Seam::Door(|knock, head, entry| {
            let is_catalog = knock.route == Route::Catalog;
            as_first(knock, head, entry, is_catalog)
        }),
    },
    Defect {
        name: "pushes-of-any-account",
        title: "whoever has logged in may push manifests everywhere",
        breaches: &[&FOREIGN_WRITE_REFUSED],
        source: Source::Ours,
        seam: Seam::Door(|knock, head, entry| {
            let is_push = is(knock, &[Method::PUT]);
            as_first(knock, head, entry, is_push)
        }),
    },
    Defect {
        name: "latest-of-any-account",
        title: "whoever has logged in may push under the tag `latest` everywhere",
        breaches: &[&FOREIGN_WRITE_REFUSED],
        source: Source::Cve("CVE-2026-31801"),
        seam: Seam::Door(|knock, head, entry| {
            let is_latest =
                matches!(&knock.route, Route::Manifest { reference, .. } if reference == "latest");
            let is_push = is_latest && is(knock, &[Method::PUT]);
            as_first(knock, head, entry, is_push)
        }),
    },
    Defect {
        name: "sessions-of-any-account",
        title: "whoever has logged in may go on with every upload",
        breaches: &[&FOREIGN_SESSION_REFUSED],
        source: Source::Cve("CVE-2026-32589"),
        seam: Seam::Door(|knock, head, entry| {
            let is_session = matches!(knock.route, Route::Session { .. });
            as_first(knock, head, entry, is_session)
        }),
    },
    Defect {
        name: "refused-cancel-done",
        title: "an upload that another account cancels is refused to it, and cancelled",
        breaches: &[&FOREIGN_SESSION_REFUSED],
        source: Source::Ours,
        seam: Seam::Door(|knock, _, entry| {
            if let Route::Session { name, id } = &knock.route
                && let Ok(name) = name.parse()
                && is(knock, &[Method::DELETE])
                && is_second(knock)
            {
                knock.store().cancel_session(&name, id);
            }
            entry
        }),
    },
    Defect {
        name: "absence-told-to-any-account",
        title: "an account that may not pull is told what is not there",
        breaches: &[&FOREIGN_CONTENT_HIDDEN],
        source: Source::Ours,
        seam: Seam::Door(|knock, _, entry| match entry {
            Entry::Refused(_) if is_second(knock) && is_absent(knock) => {
                Entry::Refused(Answer::error(404, ErrorCode::ManifestUnknown))
            }
            other => other,
        }),
    },
];

/// Lets somebody in who shows nothing, where that is so.
fn open(knock: &Knock<'_>, head: &mut Parts, entry: Entry, is_open: bool) -> Entry {
    if is_open && is_nobody(knock) && matches!(entry, Entry::Refused(_)) {
        return knock.let_in(head);
    }
    entry
}

/// Takes the second user for the first, where that is so.
fn as_first(knock: &Knock<'_>, head: &mut Parts, entry: Entry, is_mistaken: bool) -> Entry {
    if is_mistaken && is_second(knock) {
        return knock.decided_for(FIRST.0, head);
    }
    entry
}

fn is(knock: &Knock<'_>, methods: &[Method]) -> bool {
    methods.contains(&knock.head().method)
}

fn is_list(knock: &Knock<'_>) -> bool {
    matches!(knock.route, Route::Tags { .. } | Route::Referrers { .. })
}

/// Whether who comes shows nothing.
pub(super) fn is_nobody(knock: &Knock<'_>) -> bool {
    !knock.head().headers.contains_key(AUTHORIZATION)
}

/// Whether the second user comes.
pub(super) fn is_second(knock: &Knock<'_>) -> bool {
    let shown = knock.shown();
    shown.is_some_and(|(_, claims)| claims["sub"] == SECOND.0)
}

/// Whether the path names a manifest that is not there.
fn is_absent(knock: &Knock<'_>) -> bool {
    let Route::Manifest { name, reference } = &knock.route else {
        return false;
    };
    let (Ok(name), Ok(reference)) = (name.parse(), reference.parse::<Reference>()) else {
        return false;
    };
    knock.store().manifest(&name, &reference).is_none()
}
