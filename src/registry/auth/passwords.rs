//! Whether a password is the right one.
//!
//! To try one takes long, on purpose. It is done beside the threads that answer requests, a few at a
//! time, and not again for those that were right a moment ago. A name that nobody has takes as long.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;
use std::time::Instant;

use tokio::sync::Semaphore;

use super::htpasswd::Stored;
use super::htpasswd::Users;
use super::key::Key;
use crate::http::Secret;

/// How many passwords are tried at once.
const AT_ONCE: usize = 4;

/// How many logins are remembered, and for how long.
const REMEMBERED: usize = 1024;
const MEMORY: Duration = Duration::from_secs(60);

/// Users and their passwords, and who was right a moment ago.
pub(super) struct Passwords {
    users: Users,
    key: Key,
    right: Mutex<HashMap<Vec<u8>, Instant>>,
    trying: Semaphore,
}

impl Passwords {
    pub(super) fn new(users: Users) -> Self {
        Self {
            users,
            // Whoever sees the memory of logins shall not be able to try passwords on it.
            key: Key::random(),
            right: Mutex::default(),
            trying: Semaphore::new(AT_ONCE),
        }
    }

    pub(super) fn users(&self) -> &Users {
        &self.users
    }

    /// Whether `password` is that of `user`.
    pub(super) async fn are_right(&self, user: &str, password: &Secret) -> bool {
        let print = self.key.sign_texts(&[user, password.reveal()]);
        if self.remember(&print) {
            return true;
        }
        let Ok(_turn) = self.trying.acquire().await else {
            return false;
        };
        // Others may have come with the same in the meantime.
        if self.remember(&print) {
            return true;
        }
        let is_right = self.try_out(user, password).await;
        if is_right {
            self.keep(print);
        }
        is_right
    }

    async fn try_out(&self, user: &str, password: &Secret) -> bool {
        let stored = self.users.get(user);
        if let Some(Stored::Plain(right)) = stored {
            let signature = self.key.sign(right.reveal().as_bytes());
            return self.key.signed(password.reveal().as_bytes(), &signature);
        }
        let hash = match stored {
            Some(Stored::Hash { text, .. }) => Some(text),
            _ => self.users.dearest(),
        };
        let Some(hash) = hash.cloned() else {
            return false;
        };
        let password = password.clone();
        let trying = move || bcrypt::verify(password.reveal(), hash.reveal()).unwrap_or(false);
        let is_right = tokio::task::spawn_blocking(trying).await.unwrap_or(false);
        is_right && stored.is_some()
    }

    /// Whether this login was right a moment ago.
    fn remember(&self, print: &[u8]) -> bool {
        let right = self.right.lock().unwrap_or_else(PoisonError::into_inner);
        right.get(print).is_some_and(|end| *end > Instant::now())
    }

    fn keep(&self, print: Vec<u8>) {
        let mut right = self.right.lock().unwrap_or_else(PoisonError::into_inner);
        if right.len() >= REMEMBERED {
            right.clear();
        }
        right.insert(print, Instant::now() + MEMORY);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_right(passwords: &Passwords, user: &str, password: &str) -> bool {
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        let secret = Secret::new(password);
        runtime
            .unwrap()
            .block_on(passwords.are_right(user, &secret))
    }

    /// `alice` has the password `secret`, hashed by a C library.
    fn hashed() -> Passwords {
        let text = "alice:$2y$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a";
        Passwords::new(Users::htpasswd(text).unwrap())
    }

    #[test]
    fn the_right_password_of_the_right_user_will_do() {
        let plain = Passwords::new(Users::from([("alice", "secret"), ("bob", "other")]));
        for passwords in [hashed(), plain] {
            assert!(is_right(&passwords, "alice", "secret"));
            assert!(is_right(&passwords, "alice", "secret"), "once more");
            for (user, password) in [
                ("alice", "Secret"),
                ("alice", ""),
                ("alice", "secret\0"),
                ("bob", "secret"),
                ("nobody", "secret"),
                ("", ""),
            ] {
                assert!(!is_right(&passwords, user, password), "{user} {password}");
            }
        }
    }

    #[test]
    fn only_what_was_right_is_remembered_and_not_without_end() {
        let passwords = hashed();
        assert!(!is_right(&passwords, "alice", "wrong"));
        assert!(passwords.right.lock().unwrap().is_empty());
        for number in 0..=REMEMBERED {
            passwords.keep(number.to_be_bytes().to_vec());
        }
        assert_eq!(passwords.right.lock().unwrap().len(), 1);
    }
}
