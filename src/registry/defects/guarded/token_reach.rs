//! Registries where tokens are good for more, or for longer, than they say.

use http::header::AUTHORIZATION;
use std::time::Duration;

use super::Defect;
use super::Source;
use super::challenging;
use super::is_insufficient;
use super::is_invalid;
use super::refused;
use crate::catalogue::auth::TOKEN_LIFETIME_SUFFICIENT;
use crate::catalogue::tokens::DELETE_BY_PULL_TOKEN_REFUSED;
use crate::catalogue::tokens::EMPTY_TOKEN_REFUSED;
use crate::catalogue::tokens::EXPIRED_TOKEN_CHALLENGED;
use crate::catalogue::tokens::FOREIGN_AUDIENCE_REFUSED;
use crate::catalogue::tokens::FOREIGN_REPOSITORY_TOKEN_REFUSED;
use crate::catalogue::tokens::GARBAGE_TOKEN_REFUSED;
use crate::catalogue::tokens::PUSH_BY_PULL_TOKEN_REFUSED;
use crate::catalogue::tokens::QUERY_TOKEN_REFUSED;
use crate::catalogue::tokens::REPEATED_CREDENTIALS_REFUSED;
use crate::http::Method;
use crate::registry::auth::Entry;
use crate::registry::guarded;
use crate::registry::route::Route;
use crate::registry::seams::Knock;
use crate::registry::seams::Seam;

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "pull-token-pushes",
        title: "a token to pull by is good for uploads",
        breaches: &[&PUSH_BY_PULL_TOKEN_REFUSED],
        source: Source::Ours,
        seam: Seam::Door(|knock, head, entry| {
            let is_upload = matches!(knock.route, Route::Uploads { .. });
            taken(knock, head, entry, is_upload && claims_pull(knock))
        }),
    },
    Defect {
        name: "pull-token-tags",
        title: "a token to pull by is good for pushing manifests",
        breaches: &[&PUSH_BY_PULL_TOKEN_REFUSED],
        source: Source::Ours,
        seam: Seam::Door(|knock, head, entry| {
            let is_manifest = matches!(knock.route, Route::Manifest { .. });
            let is_push = is_manifest && knock.head().method == Method::PUT;
            taken(knock, head, entry, is_push && claims_pull(knock))
        }),
    },
    Defect {
        name: "pull-token-deletes",
        title: "a token to pull by is good for deleting",
        breaches: &[&DELETE_BY_PULL_TOKEN_REFUSED],
        source: Source::Ours,
        seam: Seam::Door(|knock, head, entry| {
            let is_delete = knock.head().method == Method::DELETE;
            taken(knock, head, entry, is_delete && claims_pull(knock))
        }),
    },
    Defect {
        name: "foreign-token-pushes",
        title: "a token for one repository is good for pushing to any other",
        breaches: &[&FOREIGN_REPOSITORY_TOKEN_REFUSED],
        source: Source::Ours,
        seam: Seam::Door(|knock, head, entry| {
            let is_upload = matches!(knock.route, Route::Uploads { .. });
            taken(knock, head, entry, is_upload && is_foreign(knock))
        }),
    },
    Defect {
        name: "foreign-token-pulls",
        title: "a token for one repository is good for pulling from any other",
        breaches: &[&FOREIGN_REPOSITORY_TOKEN_REFUSED],
        source: Source::Ours,
        seam: Seam::Door(|knock, head, entry| {
            let is_pull = knock.head().method == Method::GET;
            taken(knock, head, entry, is_pull && is_foreign(knock))
        }),
    },
    Defect {
        name: "empty-token-pushes",
        title: "a token for nothing is good for pushing",
        breaches: &[&EMPTY_TOKEN_REFUSED],
        source: Source::Ours,
        seam: Seam::Door(|knock, head, entry| {
            let is_upload = matches!(knock.route, Route::Uploads { .. });
            taken(knock, head, entry, is_upload && is_for_nothing(knock))
        }),
    },
    Defect {
        name: "empty-token-pulls",
        title: "a token for nothing is good for pulling",
        breaches: &[&EMPTY_TOKEN_REFUSED],
        source: Source::Ours,
        seam: Seam::Door(|knock, head, entry| {
            let is_pull = knock.head().method == Method::GET;
            taken(knock, head, entry, is_pull && is_for_nothing(knock))
        }),
    },
    Defect {
        name: "audience-ignored",
        title: "tokens are given out for any service, and taken",
        breaches: &[&FOREIGN_AUDIENCE_REFUSED],
        source: Source::Ours,
        seam: Seam::Door(|knock, head, entry| {
            let query = knock.query();
            let service = query.first("service").unwrap_or("plimsoll");
            if matches!(entry, Entry::Tokens(_)) && service != "plimsoll" {
                let scopes: Vec<_> = query.all("scope").collect();
                return knock.minted(Some(guarded::FIRST.0), &scopes.join(" "), service);
            }
            let shown = knock.shown().map(|(_, claims)| claims["aud"].clone());
            let is_other = shown.is_some_and(|it| it != "plimsoll" && it != "another.test");
            match knock.subject() {
                Some(subject) if is_other => knock.decided_for(&subject, head),
                _ => entry,
            }
        }),
    },
    Defect {
        name: "expired-token-forbidden",
        title: "a token whose time is over is answered 403",
        breaches: &[&EXPIRED_TOKEN_CHALLENGED, &TOKEN_LIFETIME_SUFFICIENT],
        source: Source::Ours,
        seam: Seam::Door(|knock, _, entry| short_lived(knock, entry, |_| refused(403))),
    },
    Defect {
        name: "expired-token-unchallenged",
        title: "a token whose time is over is answered 401 without a challenge",
        breaches: &[&EXPIRED_TOKEN_CHALLENGED, &TOKEN_LIFETIME_SUFFICIENT],
        source: Source::Ours,
        seam: Seam::Door(|knock, _, entry| {
            short_lived(knock, entry, |it| challenging(it, |_| String::new()))
        }),
    },
    Defect {
        name: "query-token-taken",
        title: "a token in the query is taken",
        breaches: &[&QUERY_TOKEN_REFUSED],
        source: Source::Ours,
        seam: Seam::Door(|knock, head, entry| {
            if knock.query().first("access_token").is_some() {
                return knock.decided_for(guarded::FIRST.0, head);
            }
            entry
        }),
    },
    Defect {
        name: "garbage-token-breaks",
        title: "a token that is none is answered 500",
        breaches: &[&GARBAGE_TOKEN_REFUSED],
        source: Source::Ours,
        seam: Seam::Door(|knock, _, entry| {
            let is_garbage = knock.token().is_some() && knock.shown().is_none();
            if is_garbage { refused(500) } else { entry }
        }),
    },
    Defect {
        name: "second-authorization-breaks",
        title: "two Authorization headers are answered 500",
        breaches: &[&REPEATED_CREDENTIALS_REFUSED],
        source: Source::Ours,
        seam: Seam::Door(|knock, _, entry| {
            let shown = knock.head().headers.get_all(AUTHORIZATION);
            if shown.iter().count() > 1 {
                refused(500)
            } else {
                entry
            }
        }),
    },
];

/// A good token that does not permit the request is taken all the same, if that `holds`.
fn taken(knock: &Knock<'_>, head: &mut http::request::Parts, entry: Entry, holds: bool) -> Entry {
    match knock.subject() {
        Some(subject) if holds && is_insufficient(&entry) => knock.decided_for(&subject, head),
        _ => entry,
    }
}

fn claims_pull(knock: &Knock<'_>) -> bool {
    knock.claimed().iter().any(|it| it == "pull")
}

fn is_for_nothing(knock: &Knock<'_>) -> bool {
    let access = knock.shown().map(|(_, claims)| claims["access"].clone());
    access.is_some_and(|it| it.as_array().is_none_or(Vec::is_empty))
}

fn is_foreign(knock: &Knock<'_>) -> bool {
    knock.claimed().is_empty() && !is_for_nothing(knock)
}

/// Tokens are good for a moment, and one whose time is over is answered otherwise.
fn short_lived(knock: &Knock<'_>, entry: Entry, otherwise: fn(Entry) -> Entry) -> Entry {
    let end = knock.shown().and_then(|(_, claims)| claims["exp"].as_u64());
    match entry {
        Entry::Tokens(auth) => Entry::Tokens(auth.lifetime(Duration::from_secs(5))),
        entry if is_invalid(&entry) && end.is_some_and(|it| it <= knock.now()) => otherwise(entry),
        entry => entry,
    }
}
