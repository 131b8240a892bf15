//! What an attacker would try: content, sessions and users that have to stay apart, and names that lead astray.

pub(super) mod forged_tokens;
mod forgery;
pub(super) mod tokens;
