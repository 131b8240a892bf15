//! A manifest in the making: an ordered list of fields, each with the JSON text of its value, so
//! that it can be odd in every way in which JSON can.

use serde_json::Value;
use serde_json::json;

/// A manifest in the making.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The members of the object, in order: name and JSON text.
    pub members: Vec<(String, String)>,
    /// The `Content-Type` under which it is pushed.
    pub content_type: String,
    /// The whole text, where it is no object any more.
    pub text: Option<Vec<u8>>,
}

impl Draft {
    /// A draft without members.
    pub fn new(media_type: &str) -> Self {
        Self {
            members: Vec::new(),
            content_type: media_type.to_owned(),
            text: None,
        }
    }

    /// Appends a member.
    pub fn add(&mut self, name: &str, value: &Value) {
        self.add_text(name, value.to_string());
    }

    /// Appends a member whose value is this text.
    pub fn add_text(&mut self, name: &str, value: impl Into<String>) {
        self.members.push((name.to_owned(), value.into()));
    }

    /// The text of a member.
    pub fn member(&self, name: &str) -> Option<&str> {
        let (_, value) = self.members.iter().find(|(it, _)| it == name)?;
        Some(value)
    }

    /// The value of a member, where it is JSON.
    pub fn value(&self, name: &str) -> Option<Value> {
        serde_json::from_str(self.member(name)?).ok()
    }

    /// Puts this text in the place of the member's, or behind the others.
    pub fn set_text(&mut self, name: &str, text: impl Into<String>) {
        let text = text.into();
        match self.members.iter_mut().find(|(it, _)| it == name) {
            Some((_, value)) => *value = text,
            None => self.members.push((name.to_owned(), text)),
        }
    }

    /// Puts this value in the place of the member's, or behind the others.
    pub fn set(&mut self, name: &str, value: &Value) {
        self.set_text(name, value.to_string());
    }

    /// Takes a member away. Whether it was there.
    pub fn remove(&mut self, name: &str) -> bool {
        let before = self.members.len();
        self.members.retain(|(it, _)| it != name);
        self.members.len() < before
    }

    /// Changes the first descriptor that it has: of the configuration, or the first of a list.
    /// Whether there is one.
    pub fn change_descriptor(
        &mut self,
        change: impl FnOnce(&mut serde_json::Map<String, Value>),
    ) -> bool {
        for name in ["layers", "manifests", "config"] {
            let Some(mut value) = self.value(name) else {
                continue;
            };
            let first = match &mut value {
                Value::Array(list) => list.first_mut(),
                other => Some(other),
            };
            if let Some(Value::Object(descriptor)) = first {
                change(descriptor);
                self.set(name, &value);
                return true;
            }
        }
        false
    }

    /// The text: the members as a JSON object, unless it is something else.
    pub fn bytes(&self) -> Vec<u8> {
        if let Some(text) = &self.text {
            return text.clone();
        }
        let members: Vec<_> = self
            .members
            .iter()
            .map(|(name, value)| format!("{}:{value}", Value::from(name.as_str())))
            .collect();
        format!("{{{}}}", members.join(",")).into_bytes()
    }
}

/// A descriptor.
pub(super) fn descriptor(media_type: &str, digest: &str, size: usize) -> Value {
    json!({ "mediaType": media_type, "digest": digest, "size": size })
}
