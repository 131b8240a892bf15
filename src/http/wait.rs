//! Waiting for a target that is still starting.

use std::time::Duration;
use std::time::Instant;

use super::Client;
use super::Credentials;
use super::Failure;
use super::Method;
use super::Request;
use super::Transcript;

/// The pause between two attempts.
const PAUSE: Duration = Duration::from_millis(100);

impl Client {
    /// Asks for `url` until somebody answers, whatever the answer is, for at most `how_long`; then
    /// the last failure is returned. What cannot be cured by waiting is returned at once.
    pub fn wait_until_ready(&self, url: &str, how_long: Duration) -> Result<(), Failure> {
        let begin = Instant::now();
        loop {
            let left = how_long.saturating_sub(begin.elapsed());
            let failure = match self.knock(url, left) {
                Ok(()) => return Ok(()),
                Err(failure @ (Failure::Stopped | Failure::BadUrl { .. })) => return Err(failure),
                Err(failure) => failure,
            };
            if begin.elapsed() + PAUSE >= how_long {
                return Err(failure);
            }
            self.pause(PAUSE)?;
        }
    }

    /// One attempt, no longer than `left`.
    fn knock(&self, url: &str, left: Duration) -> Result<(), Failure> {
        let mut request = Request::new(Method::GET, url);
        request.credentials = Credentials::Withheld;
        let transcript = Transcript::default();
        self.once(&request, &transcript, left.max(PAUSE))
            .map(|_| ())
    }
}
