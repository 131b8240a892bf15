//! Asking again: after a refused connection, a 429 or a 503, and after no other answer.

use std::time::Duration;
use std::time::SystemTime;

use http::header;

use super::Failure;
use super::Response;

/// The longest that one `Retry-After` is obeyed.
pub(crate) const LONGEST: Duration = Duration::from_secs(30);

/// The first pause where the server names none; each further one is twice as long.
const FIRST: Duration = Duration::from_millis(100);

/// What is left of a request's retries.
#[derive(Debug, Clone)]
pub(crate) struct Retries {
    left: u32,
    next: Duration,
}

impl Retries {
    /// So many retries.
    pub(crate) fn new(count: u32) -> Self {
        Self {
            left: count,
            next: FIRST,
        }
    }

    /// How long to wait before asking again; `None` where this outcome counts.
    pub(crate) fn pause(
        &mut self,
        outcome: &Result<Response, Failure>,
        now: SystemTime,
    ) -> Option<Duration> {
        let told = match outcome {
            Ok(response) if matches!(response.status, 429 | 503) => retry_after(response, now),
            Err(Failure::Refused { .. }) => None,
            _ => return None,
        };
        self.left = self.left.checked_sub(1)?;
        let own = self.next;
        self.next = (own * 2).min(LONGEST);
        Some(told.unwrap_or(own).min(LONGEST))
    }
}

/// `Retry-After`, in seconds or as a date (RFC 9110, section 10.2.3). A date in the past is now.
fn retry_after(response: &Response, now: SystemTime) -> Option<Duration> {
    let value = response.header(header::RETRY_AFTER.as_str())?.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(value.parse().map_or(LONGEST, Duration::from_secs));
    }
    let date = httpdate::parse_http_date(value).ok()?;
    Some(date.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;
    use http::HeaderMap;

    fn answer(status: u16, retry_after: Option<&str>) -> Response {
        let mut headers = HeaderMap::new();
        if let Some(value) = retry_after {
            headers.insert(header::RETRY_AFTER, value.parse().unwrap());
        }
        Response {
            status,
            headers,
            body: Bytes::new(),
        }
    }

    fn pause(retry_after: &str) -> Option<Duration> {
        let now = httpdate::parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT").unwrap();
        Retries::new(1).pause(&Ok(answer(429, Some(retry_after))), now)
    }

    #[test]
    fn the_server_may_name_seconds_or_a_date_within_reason() {
        assert_eq!(pause("0"), Some(Duration::ZERO));
        assert_eq!(pause("7"), Some(Duration::from_secs(7)));
        assert_eq!(pause("99999999999999999999999"), Some(LONGEST));
        assert_eq!(
            pause("Sun, 06 Nov 1994 08:49:40 GMT"),
            Some(Duration::from_secs(3))
        );
        assert_eq!(pause("Sun, 06 Nov 1994 08:00:00 GMT"), Some(Duration::ZERO));
        assert_eq!(pause("soon"), Some(FIRST));
    }

    #[test]
    fn pauses_grow_and_end() {
        let mut retries = Retries::new(3);
        let pauses: Vec<_> = (0..4)
            .map(|_| retries.pause(&Ok(answer(503, None)), SystemTime::now()))
            .collect();
        let millis = |count| Some(Duration::from_millis(count));
        assert_eq!(pauses, [millis(100), millis(200), millis(400), None]);
    }

    #[test]
    fn no_other_outcome_is_asked_again() {
        let lost = Err(Failure::ConnectionLost {
            reason: String::new(),
        });
        for outcome in [
            Ok(answer(500, Some("0"))),
            Ok(answer(502, None)),
            Ok(answer(404, None)),
            lost,
        ] {
            assert_eq!(Retries::new(3).pause(&outcome, SystemTime::now()), None);
        }
        let refused = Err(Failure::Refused {
            address: String::new(),
            reason: String::new(),
        });
        assert_eq!(
            Retries::new(3).pause(&refused, SystemTime::now()),
            Some(FIRST)
        );
    }
}
