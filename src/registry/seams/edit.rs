//! Changing an answer, in the small steps of which rows are made.

use std::fmt::Display;
use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use serde_json::Value;

use crate::http::HeaderName;
use crate::http::HeaderValue;
use crate::oci::ErrorBody;
use crate::oci::ErrorCode;
use crate::registry::answer::Answer;

impl Answer {
    /// An error with this status and code.
    pub(crate) fn error(status: u16, code: ErrorCode) -> Self {
        let body = ErrorBody::of(code, "it differs on purpose", None);
        Self::of(status).body("application/json", body.to_json())
    }

    /// An answer with this status alone.
    ///
    /// # Panics
    ///
    /// On a number that is no status; rows write them by hand.
    pub(crate) fn of(status: u16) -> Self {
        Self::new(StatusCode::from_u16(status).expect("rows write statuses of HTTP"))
    }

    /// Whether the status is 200 to 299.
    pub(crate) fn is_success(&self) -> bool {
        self.status.is_success()
    }

    /// Whether the status is this one.
    pub(crate) fn is(&self, status: u16) -> bool {
        self.status.as_u16() == status
    }

    /// The same with another status.
    pub(crate) fn with_status(mut self, status: u16) -> Self {
        self.status = Self::of(status).status;
        self
    }

    /// The same, changed if that `holds`.
    pub(crate) fn when(self, holds: bool, change: impl FnOnce(Self) -> Self) -> Self {
        if holds { change(self) } else { self }
    }

    /// A header's first value.
    pub(crate) fn value(&self, name: &HeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The same with this header in place of any of that name.
    pub(crate) fn with(mut self, name: HeaderName, value: &(impl Display + ?Sized)) -> Self {
        if let Ok(value) = HeaderValue::try_from(value.to_string()) {
            self.headers.insert(name, value);
        }
        self
    }

    /// The same without this header.
    pub(crate) fn without(mut self, name: &HeaderName) -> Self {
        self.headers.remove(name);
        self
    }

    /// The same with a header's value changed, where it is there.
    pub(crate) fn map(self, name: HeaderName, change: impl FnOnce(&str) -> String) -> Self {
        let Some(value) = self.value(&name).map(change) else {
            return self;
        };
        self.with(name, &value)
    }

    /// The same with other bytes as its body, and nothing else changed.
    pub(crate) fn bytes(mut self, bytes: impl Into<Bytes>) -> Self {
        self.body = bytes.into();
        self
    }

    /// The same with its JSON body changed, where it has one.
    pub(crate) fn json(self, change: impl FnOnce(&mut Value)) -> Self {
        let Ok(mut value) = serde_json::from_slice(&self.body) else {
            return self;
        };
        change(&mut value);
        self.bytes(value.to_string())
    }

    /// The same after a delay.
    pub(crate) fn late(mut self, delay: Duration) -> Self {
        self.delay += delay;
        self
    }

    /// The same in pieces of which nobody knows the number before.
    pub(crate) fn streamed(mut self) -> Self {
        self.is_streamed = true;
        self
    }
}

#[cfg(test)]
mod tests {
    use http::header;

    use super::*;

    #[test]
    fn a_header_is_replaced_changed_and_taken_away() {
        let answer = Answer::of(200)
            .with(header::ETAG, "a")
            .with(header::ETAG, "b");
        assert_eq!(answer.value(&header::ETAG), Some("b"));
        let answer = answer.map(header::ETAG, |tag| format!("{tag}c"));
        assert_eq!(answer.value(&header::ETAG), Some("bc"));
        assert_eq!(answer.without(&header::ETAG).value(&header::ETAG), None);
    }

    #[test]
    fn json_is_changed_and_other_bodies_are_left() {
        let answer = Answer::of(200).bytes(r#"{"a":1}"#);
        let answer = answer.json(|value| value["a"] = 2.into());
        assert_eq!(answer.body, r#"{"a":2}"#);
        let answer = answer.bytes("{").json(|value| *value = Value::Null);
        assert_eq!(answer.body, "{");
    }
}
