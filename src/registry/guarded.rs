//! The registry as it is examined where what matters is who may do what: two users, of whom one may
//! do everything, and the other only under a name of its own.

use super::auth::Action;
use super::auth::Auth;
use super::auth::Rights;
use super::auth::Users;

/// The first user, and the password.
pub const FIRST: (&str, &str) = ("plimsoll", "plimsoll");

/// The second user, and the password.
pub const SECOND: (&str, &str) = ("elsewhere", "elsewhere-password");

/// The name under which the second user may do everything, and nothing elsewhere.
pub const NAMESPACE_OF_SECOND: &str = "elsewhere";

/// Whether this is the name of one of them, and the password.
pub(crate) fn is_right(name: &str, password: &str) -> bool {
    [FIRST, SECOND].contains(&(name, password))
}

/// Logins by token, or else by password, for both of them.
pub fn guarded(by_token: bool) -> Auth {
    let users = Users::from([FIRST, SECOND]);
    let auth = if by_token {
        Auth::token(users)
    } else {
        Auth::basic(users)
    };
    auth.rights(rights())
}

fn rights() -> Rights {
    let globs = [
        (FIRST.0, "**"),
        (SECOND.0, NAMESPACE_OF_SECOND),
        (SECOND.0, "elsewhere/**"),
    ];
    globs
        .into_iter()
        .fold(Rights::none(), |rights, (who, glob)| {
            rights
                .allow(who, glob, &Action::ALL)
                .expect("these are globs")
        })
}
