//! Registries that do not say what a client has to show.

use super::Defect;
use super::Source;
use super::challenging;
use super::is_insufficient;
use super::refused;
use super::without;
use crate::catalogue::auth::CHALLENGE_REALM_SENT;
use crate::catalogue::auth::CHALLENGE_SCOPE_MATCHED;
use crate::catalogue::auth::CHALLENGE_SCOPE_SENT;
use crate::catalogue::auth::CHALLENGE_SENT;
use crate::catalogue::auth::CHALLENGE_SERVICE_SENT;
use crate::catalogue::auth::MOUNT_SOURCE_ANSWERED;
use crate::registry::auth::Entry;
use crate::registry::route::Route;
use crate::registry::seams::Knock;
use crate::registry::seams::Seam;

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "challenge-missing",
        title: "a 401 does not say what would have to be shown",
        breaches: &[&CHALLENGE_SENT],
        source: Source::Ours,
        seam: Seam::Door(|_, _, entry| challenging(entry, |_| String::new())),
    },
    Defect {
        name: "challenge-unquoted",
        title: "a challenge to a list of tags has a URL that does not stand in quotation marks",
        breaches: &[&CHALLENGE_SENT],
        source: Source::Ours,
        seam: Seam::Door(|knock, _, entry| for_tags(knock, entry, |it| it.replace('"', ""))),
    },
    Defect {
        name: "challenge-missing-for-insufficient-token",
        title: "a good token that does not permit the request is answered 401 without a challenge to the second user",
        breaches: &[&CHALLENGE_SENT],
        source: Source::Ours,
        seam: Seam::Door(|knock, _, entry| {
            if is_insufficient(&entry) && knock.subject().as_deref() == Some("elsewhere") {
                return challenging(entry, |_| String::new());
            }
            entry
        }),
    },
    Defect {
        name: "challenge-without-realm",
        title: "a challenge to a list of tags has no realm",
        breaches: &[&CHALLENGE_REALM_SENT],
        source: Source::Ours,
        seam: Seam::Door(|knock, _, entry| for_tags(knock, entry, |it| without(it, "realm"))),
    },
    Defect {
        name: "challenge-realm-relative",
        title: "a challenge to a list of tags has a realm without a host",
        breaches: &[&CHALLENGE_REALM_SENT],
        source: Source::Ours,
        seam: Seam::Door(|knock, _, entry| {
            for_tags(knock, entry, |it| {
                let rest = without(it, "realm");
                rest.replacen("Bearer ", "Bearer realm=\"/token\",", 1)
            })
        }),
    },
    Defect {
        name: "challenge-without-service",
        title: "a challenge for a token does not say for which service",
        breaches: &[&CHALLENGE_SERVICE_SENT],
        source: Source::Ours,
        seam: Seam::Door(|_, _, entry| challenging(entry, |it| without(it, "service"))),
    },
    Defect {
        name: "challenge-without-scope",
        title: "a challenge to who has shown nothing has no scope",
        breaches: &[&CHALLENGE_SCOPE_SENT],
        source: Source::Ours,
        seam: Seam::Door(|knock, _, entry| to_nobody(knock, entry, |it, _| without(it, "scope"))),
    },
    Defect {
        name: "challenge-scope-of-another",
        title: "a challenge to who has shown nothing names another repository",
        breaches: &[&CHALLENGE_SCOPE_MATCHED],
        source: Source::Ours,
        seam: Seam::Door(|knock, _, entry| {
            to_nobody(knock, entry, |it, name| {
                it.replace(&format!(":{name}:"), &format!(":library/{name}:"))
            })
        }),
    },
    Defect {
        name: "challenge-scope-always-pull",
        title: "a challenge to who has shown nothing names pull, whatever is asked for",
        breaches: &[&CHALLENGE_SCOPE_MATCHED],
        source: Source::Ours,
        seam: Seam::Door(|knock, _, entry| {
            to_nobody(knock, entry, |it, _| {
                it.replace(":pull,push", ":pull")
                    .replace(":delete", ":pull")
            })
        }),
    },
    Defect {
        name: "challenge-scope-without-mount-source",
        title: "a challenge to a mount does not name the source, and a token without it is answered 403",
        breaches: &[&MOUNT_SOURCE_ANSWERED],
        source: Source::Ours,
        seam: Seam::Door(|knock, _, entry| {
            let Some(source) = knock.query().first("from").map(str::to_owned) else {
                return entry;
            };
            if is_insufficient(&entry) {
                return refused(403);
            }
            let scope = format!("repository:{source}:pull");
            challenging(entry, |it| {
                it.replace(&format!(" {scope}\""), "\"")
                    .replace(&format!("{scope} "), "")
            })
        }),
    },
];

/// The same, with the challenge to a list of tags in other words. Without a base that can be read nobody
/// would look at the rest.
fn for_tags(knock: &Knock<'_>, entry: Entry, word: fn(&str) -> String) -> Entry {
    if !matches!(knock.route, Route::Tags { .. }) {
        return entry;
    }
    challenging(entry, word)
}

/// The same, with the challenge to who has shown nothing in other words; `word` is also given the name of
/// the repository.
fn to_nobody(knock: &Knock<'_>, entry: Entry, word: fn(&str, &str) -> String) -> Entry {
    if knock.token().is_some() {
        return entry;
    }
    challenging(entry, |challenge| word(challenge, knock.name()))
}
