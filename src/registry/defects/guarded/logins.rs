//! Registries that take the wrong passwords, or that wrong people upset.

use http::header::AUTHORIZATION;

use super::Defect;
use super::Source;
use super::is_insufficient;
use super::refused;
use crate::catalogue::auth::MALFORMED_CREDENTIALS_REFUSED;
use crate::catalogue::auth::UNPERMITTED_REQUEST_REFUSED;
use crate::catalogue::auth::WRONG_PASSWORD_REFUSED;
use crate::registry::auth::Entry;
use crate::registry::guarded;
use crate::registry::route::Route;
use crate::registry::seams::Knock;
use crate::registry::seams::Seam;

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "wrong-password-taken-for-token",
        title: "a token is given to whoever knows a name",
        breaches: &[&WRONG_PASSWORD_REFUSED],
        source: Source::Ours,
        seam: Seam::Door(|knock, _, entry| match (&entry, knock.password()) {
            (Entry::Tokens(_), Some((name, _))) => {
                let query = knock.query();
                let scopes: Vec<_> = query.all("scope").collect();
                knock.minted(Some(&name), &scopes.join(" "), "plimsoll")
            }
            _ => entry,
        }),
    },
    Defect {
        name: "wrong-password-breaks-token-service",
        title: "a wrong password for a token is answered 500",
        breaches: &[&WRONG_PASSWORD_REFUSED],
        source: Source::Ours,
        seam: Seam::Desk(|_, answer| {
            let is_refused = answer.is(401);
            answer.when(is_refused, |it| it.with_status(500))
        }),
    },
    Defect {
        name: "any-password-lets-in",
        title: "the base lets in whoever shows a name and a password",
        breaches: &[&WRONG_PASSWORD_REFUSED],
        source: Source::Ours,
        seam: Seam::Door(|knock, head, entry| {
            if matches!(knock.route, Route::Base) && knock.password().is_some() {
                return knock.let_in(head);
            }
            entry
        }),
    },
    Defect {
        name: "malformed-authorization-breaks",
        title: "an Authorization that cannot be read is answered 500",
        breaches: &[&MALFORMED_CREDENTIALS_REFUSED],
        source: Source::Ours,
        seam: Seam::Door(|knock, _, entry| {
            if is_unreadable(knock) {
                refused(500)
            } else {
                entry
            }
        }),
    },
    Defect {
        name: "malformed-authorization-lets-in",
        title: "the base lets in whoever shows what cannot be read",
        breaches: &[&MALFORMED_CREDENTIALS_REFUSED],
        source: Source::Ours,
        seam: Seam::Door(|knock, head, entry| {
            if matches!(knock.route, Route::Base) && is_unreadable(knock) {
                return knock.let_in(head);
            }
            entry
        }),
    },
    Defect {
        name: "any-user-may-do-anything",
        title: "whoever has logged in may do everything, whatever their rights are",
        breaches: &[&UNPERMITTED_REQUEST_REFUSED],
        source: Source::Ours,
        seam: Seam::Door(|knock, head, entry| {
            if is_insufficient(&entry) && knock.subject().as_deref() == Some(guarded::SECOND.0) {
                return knock.decided_for(guarded::FIRST.0, head);
            }
            entry
        }),
    },
    Defect {
        name: "unpermitted-request-breaks",
        title: "a request that the second user may not make is answered 500",
        breaches: &[&UNPERMITTED_REQUEST_REFUSED],
        source: Source::Ours,
        seam: Seam::Door(|knock, _, entry| {
            if is_insufficient(&entry) && knock.subject().as_deref() == Some(guarded::SECOND.0) {
                return refused(500);
            }
            entry
        }),
    },
];

/// Whether something is shown that is neither a password nor a token.
fn is_unreadable(knock: &Knock<'_>) -> bool {
    knock.head().headers.contains_key(AUTHORIZATION)
        && knock.password().is_none()
        && knock.token().is_none()
}
