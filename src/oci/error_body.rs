//! The JSON body that carries errors, read within bounds: no tree is made of it.

use std::cell::Cell;
use std::fmt;

use serde::Deserialize;
use serde::Deserializer;
use serde::Serialize;
use serde::de::DeserializeSeed;
use serde::de::IgnoredAny;
use serde::de::MapAccess;
use serde::de::SeqAccess;
use serde::de::Visitor;
use serde_json::Map;
use serde_json::Value;

use super::ErrorCode;

/// The body of an error: a list of errors, in JSON.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ErrorBody {
    /// The errors.
    pub errors: Vec<ErrorEntry>,
}

/// One error of an error body. What is missing, or has the wrong type, is `None`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ErrorEntry {
    /// The code as it is written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// What to tell a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// What to tell a program: any JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<Value>,
}

/// Why some bytes are no error body.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadErrorBody {
    /// It is longer than is read.
    #[error("an error body of {0} bytes is too long to be read")]
    TooLong(usize),
    /// It is not JSON.
    #[error("it is not JSON: {0}")]
    Json(String),
    /// It is JSON, but no object with a list `errors`.
    #[error("it is no JSON object with a list `errors`")]
    NoErrors,
}

impl ErrorBody {
    /// The longest body that is read, in bytes.
    pub const MAX_LEN: usize = 1 << 20;
    /// The most errors that are taken from one body.
    pub const MOST: usize = 1_000;
    /// The most JSON values that are taken from the details of one body; the others are null.
    pub const MOST_DETAIL: usize = 1_000;

    /// A body with one error.
    pub fn of(code: ErrorCode, message: impl Into<String>, detail: Option<Value>) -> Self {
        Self::named(code.name(), message, detail)
    }

    /// A body with one error, whose code need not be one of the specification.
    pub fn named(code: &str, message: impl Into<String>, detail: Option<Value>) -> Self {
        let entry = ErrorEntry {
            code: Some(code.to_owned()),
            message: Some(message.into()),
            detail,
        };
        Self {
            errors: vec![entry],
        }
    }

    /// Reads `bytes`, and takes from each of the first thousand errors what is there. What is passed
    /// over is never in memory but as text.
    pub fn read(bytes: &[u8]) -> Result<Self, BadErrorBody> {
        if bytes.len() > Self::MAX_LEN {
            return Err(BadErrorBody::TooLong(bytes.len()));
        }
        let bad = |error: String| BadErrorBody::Json(error);
        // The JSON reader does not look at the encoding of what it passes over.
        let text = std::str::from_utf8(bytes).map_err(|error| bad(error.to_string()))?;
        let room = Cell::new(Self::MOST_DETAIL);
        let mut reader = serde_json::Deserializer::from_str(text);
        let errors = Lean(Body(&room)).deserialize(&mut reader);
        let errors = errors.and_then(|errors| reader.end().map(|()| errors));
        let errors = errors.map_err(|error| bad(error.to_string()))?;
        let errors = errors.flatten().ok_or(BadErrorBody::NoErrors)?;
        Ok(Self { errors })
    }

    /// The body in JSON.
    pub fn to_json(&self) -> String {
        serde_json::json!(self).to_string()
    }

    /// The codes that are there, as they are written.
    pub fn codes(&self) -> impl Iterator<Item = &str> {
        self.errors.iter().filter_map(|error| error.code.as_deref())
    }
}

/// Something that is read from JSON where it has the right type; `None` where it has another one.
trait Part<'de>: Sized {
    type Value;

    fn text(self, _: &str) -> Option<Self::Value> {
        None
    }

    fn list<A: SeqAccess<'de>>(self, list: A) -> Result<Option<Self::Value>, A::Error> {
        IgnoredAny.visit_seq(list).map(|_| None)
    }

    fn object<A: MapAccess<'de>>(self, object: A) -> Result<Option<Self::Value>, A::Error> {
        IgnoredAny.visit_map(object).map(|_| None)
    }
}

/// Reads a part from any JSON.
struct Lean<P>(P);

impl<'de, P: Part<'de>> DeserializeSeed<'de> for Lean<P> {
    type Value = Option<P::Value>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, P: Part<'de>> Visitor<'de> for Lean<P> {
    type Value = Option<P::Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(self.0.text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
        self.0.list(list)
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<Self::Value, A::Error> {
        self.0.object(object)
    }
}

/// An object with a list `errors`, which is `None` inside where it is no list.
struct Body<'r>(&'r Cell<usize>);

impl<'de> Part<'de> for Body<'_> {
    type Value = Option<Vec<ErrorEntry>>;

    fn object<A: MapAccess<'de>>(self, mut object: A) -> Result<Option<Self::Value>, A::Error> {
        let mut errors = None;
        while let Some(key) = object.next_key::<String>()? {
            if key == "errors" {
                errors = object.next_value_seed(Lean(Errors(self.0)))?;
            } else {
                object.next_value::<IgnoredAny>()?;
            }
        }
        Ok(Some(errors))
    }
}

struct Errors<'r>(&'r Cell<usize>);

impl<'de> Part<'de> for Errors<'_> {
    type Value = Vec<ErrorEntry>;

    fn list<A: SeqAccess<'de>>(self, mut list: A) -> Result<Option<Self::Value>, A::Error> {
        let mut errors = Vec::new();
        while errors.len() < ErrorBody::MOST {
            match list.next_element_seed(Lean(Entry(self.0)))? {
                Some(entry) => errors.push(entry.unwrap_or_default()),
                None => return Ok(Some(errors)),
            }
        }
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Some(errors))
    }
}

struct Entry<'r>(&'r Cell<usize>);

impl<'de> Part<'de> for Entry<'_> {
    type Value = ErrorEntry;

    fn object<A: MapAccess<'de>>(self, mut object: A) -> Result<Option<Self::Value>, A::Error> {
        let mut entry = ErrorEntry::default();
        while let Some(key) = object.next_key::<String>()? {
            match key.as_str() {
                "code" => entry.code = object.next_value_seed(Lean(Text))?,
                "message" => entry.message = object.next_value_seed(Lean(Text))?,
                "detail" => entry.detail = Some(object.next_value_seed(Detail(self.0))?),
                _ => drop(object.next_value::<IgnoredAny>()?),
            }
        }
        Ok(Some(entry))
    }
}

struct Text;

impl Part<'_> for Text {
    type Value = String;

    fn text(self, text: &str) -> Option<String> {
        Some(text.to_owned())
    }
}

/// Any JSON, as long as there is room for its values.
struct Detail<'r>(&'r Cell<usize>);

impl<'de> DeserializeSeed<'de> for Detail<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        let Some(room) = self.0.get().checked_sub(1) else {
            return IgnoredAny::deserialize(deserializer).map(|_| Value::Null);
        };
        self.0.set(room);
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Detail<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, it: bool) -> Result<Value, E> {
        Ok(it.into())
    }

    fn visit_i64<E>(self, it: i64) -> Result<Value, E> {
        Ok(it.into())
    }

    fn visit_u64<E>(self, it: u64) -> Result<Value, E> {
        Ok(it.into())
    }

    fn visit_f64<E>(self, it: f64) -> Result<Value, E> {
        Ok(it.into())
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while self.0.get() > 0 {
            match list.next_element_seed(Detail(self.0))? {
                Some(value) => values.push(value),
                None => return Ok(values.into()),
            }
        }
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(values.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Value, A::Error> {
        let mut values = Map::new();
        while self.0.get() > 0 {
            match object.next_key::<String>()? {
                Some(key) => drop(values.insert(key, object.next_value_seed(Detail(self.0))?)),
                None => return Ok(values.into()),
            }
        }
        while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(values.into())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_body_reads_back_as_it_is_written() {
        let body = ErrorBody::of(ErrorCode::BlobUnknown, "gone", Some(json!({"a": [1]})));
        assert_eq!(ErrorBody::read(body.to_json().as_bytes()), Ok(body));
    }

    #[test]
    fn of_a_body_that_is_not_quite_right_what_is_there_is_read() {
        let body = ErrorBody::read(
            br#"{"errors":[{"code":"X","message":7},{"detail":null},"x"],"more":1}"#,
        );
        let body = body.unwrap();
        assert_eq!(body.errors.len(), 3);
        assert_eq!(body.codes().collect::<Vec<_>>(), ["X"]);
        assert_eq!(body.errors[0].message, None);
    }

    #[test]
    fn what_is_no_error_body_says_why() {
        assert!(matches!(
            ErrorBody::read(b"<html>"),
            Err(BadErrorBody::Json(_))
        ));
        for bytes in [&b"[]"[..], b"{}", br#"{"errors":{}}"#] {
            assert_eq!(ErrorBody::read(bytes), Err(BadErrorBody::NoErrors));
        }
        let long = vec![b' '; ErrorBody::MAX_LEN + 1];
        assert_eq!(
            ErrorBody::read(&long),
            Err(BadErrorBody::TooLong(long.len()))
        );
    }

    #[test]
    fn of_very_many_errors_and_details_the_first_are_read() {
        let wide = format!("{}{{\"code\":\"LAST\"}}", "{},".repeat(2 * ErrorBody::MOST));
        let body = ErrorBody::read(format!("{{\"errors\":[{wide}]}}").as_bytes()).unwrap();
        assert_eq!(
            (body.errors.len(), body.codes().count()),
            (ErrorBody::MOST, 0)
        );
        let detail = format!("[{}0]", "[0],".repeat(ErrorBody::MOST_DETAIL));
        let text = format!("{{\"errors\":[{{\"detail\":{detail},\"code\":\"X\"}}]}}");
        let body = ErrorBody::read(text.as_bytes()).unwrap();
        let kept = body.errors[0].detail.as_ref().unwrap().as_array().unwrap();
        assert!((ErrorBody::MOST_DETAIL / 4..=ErrorBody::MOST_DETAIL).contains(&kept.len()));
        assert_eq!(body.codes().collect::<Vec<_>>(), ["X"]);
    }

    #[test]
    fn the_page_on_hostile_targets_states_the_bounds_that_hold() {
        let page = include_str!("../../docs/hostile.md");
        for (bound, name) in [
            (
                format!("{} MiB", ErrorBody::MAX_LEN >> 20),
                "ErrorBody::MAX_LEN",
            ),
            (ErrorBody::MOST.to_string(), "ErrorBody::MOST"),
            (ErrorBody::MOST_DETAIL.to_string(), "ErrorBody::MOST_DETAIL"),
            (
                format!("{} KiB", super::super::Link::MAX_LEN >> 10),
                "Link::MAX_LEN",
            ),
        ] {
            assert!(page.contains(&format!(" | {bound} | `{name}` |")), "{name}");
        }
    }

    #[test]
    fn what_follows_or_is_no_text_is_no_json() {
        for bytes in [&b"{\"errors\":[]}x"[..], b"{\"errors\":[],\"x\":\"\xff\"}"] {
            assert!(matches!(ErrorBody::read(bytes), Err(BadErrorBody::Json(_))));
        }
    }

    proptest! {
        #[test]
        fn what_is_read_is_what_a_tree_of_it_holds(
            codes in proptest::collection::vec(any::<Option<String>>(), 0..5),
            detail: Option<Vec<i64>>,
        ) {
            let errors = codes.iter().map(|code| json!({"code": code, "detail": detail, "x": [1]}));
            let tree = json!({"errors": errors.collect::<Vec<_>>()});
            let body = ErrorBody::read(tree.to_string().as_bytes()).unwrap();
            for (read, code) in body.errors.iter().zip(&codes) {
                prop_assert_eq!(&read.code, code);
                if codes.len() * detail.as_ref().map_or(1, |it| it.len() + 1) < ErrorBody::MOST_DETAIL {
                    prop_assert_eq!(read.detail.as_ref(), Some(&json!(detail)));
                }
            }
            prop_assert_eq!(body.errors.len(), codes.len());
        }

        #[test]
        fn arbitrary_bytes_are_read_without_panic(bytes: Vec<u8>) {
            let _ = ErrorBody::read(&bytes);
        }
    }
}
