//! The file of expectations as text that is changed in places. It knows where entries stand, and not
//! what they mean.

use toml_edit::Array;
use toml_edit::ArrayOfTables;
use toml_edit::Decor;
use toml_edit::DocumentMut;
use toml_edit::InlineTable;
use toml_edit::Item;
use toml_edit::RawString;
use toml_edit::Table;
use toml_edit::TomlError;
use toml_edit::Value;

use crate::check::EXPECTATIONS_KEY;

use super::merge::Need;

/// What a new file begins with.
const HEAD: &str = "# What is known to be wrong, and why it is left alone for now.\n\n";

/// A file of expectations.
#[derive(Debug)]
pub(super) struct Document(DocumentMut);

impl Document {
    /// The file with this text.
    pub(super) fn of(text: &str) -> Result<Self, TomlError> {
        text.parse().map(Self)
    }

    /// A file without entries.
    pub(super) fn new() -> Self {
        let mut document = DocumentMut::new();
        document.set_trailing(HEAD);
        Self(document)
    }

    /// Its text.
    pub(super) fn text(&self) -> String {
        self.0.to_string()
    }

    /// Takes the entries at these places out, which are in order, with the comments that stand right
    /// before them.
    pub(super) fn remove(&mut self, places: &[usize]) {
        for place in places.iter().rev() {
            match self.0.get_mut(EXPECTATIONS_KEY) {
                Some(Item::ArrayOfTables(tables)) => {
                    let left = remove(tables, *place);
                    let trailing = before(&left, self.0.trailing());
                    self.0.set_trailing(trailing);
                }
                Some(Item::Value(Value::Array(array))) => drop(array.remove(*place)),
                _ => {}
            }
        }
    }

    /// Adds an entry behind all others.
    pub(super) fn add(&mut self, need: &Need) {
        if let Some(Item::Value(Value::Array(array))) = self.0.get_mut(EXPECTATIONS_KEY) {
            return add_inline(array, need);
        }
        let is_first = self.tables().is_empty();
        let mut table: Table = pairs(need).into_iter().collect();
        let head = if is_first {
            // What a file without entries has is at its end.
            let head = self.0.trailing().as_str().unwrap_or_default().to_owned();
            self.0.set_trailing("");
            head
        } else {
            "\n".to_owned()
        };
        table.decor_mut().set_prefix(head);
        self.tables().push(table);
    }

    fn tables(&mut self) -> &mut ArrayOfTables {
        let empty = || Item::ArrayOfTables(ArrayOfTables::new());
        let item = self.0.entry(EXPECTATIONS_KEY).or_insert_with(empty);
        item.as_array_of_tables_mut()
            .expect("the file was read as one of expectations")
    }
}

/// Takes a table out. What stands before it and is set off by an empty line stays: for the next
/// table, or else it is returned.
fn remove(tables: &mut ArrayOfTables, place: usize) -> String {
    let above = tables.get(place).map(|table| prefix(table.decor()));
    let head = above.map(|above| head(&above).to_owned());
    let head = head.filter(|head| head.contains('#')).unwrap_or_default();
    tables.remove(place);
    if head.is_empty() {
        return head;
    }
    let Some(next) = tables.get_mut(place) else {
        return head;
    };
    let own = prefix_of_next(&head, &prefix(next.decor()));
    next.decor_mut().set_prefix(own);
    String::new()
}

fn prefix(decor: &Decor) -> String {
    let text = decor.prefix().and_then(RawString::as_str);
    text.unwrap_or_default().to_owned()
}

/// The head ends with an empty line already.
fn prefix_of_next(head: &str, own: &str) -> String {
    format!("{head}{}", own.trim_start_matches(['\r', '\n']))
}

/// A text up to its last empty line, that included.
fn head(text: &str) -> &str {
    let mut end = 0;
    let mut last = 0;
    for line in text.split_inclusive('\n') {
        end += line.len();
        if line.trim().is_empty() {
            last = end;
        }
    }
    &text[..last]
}

fn before(left: &str, trailing: &RawString) -> String {
    format!("{left}{}", trailing.as_str().unwrap_or_default())
}

fn add_inline(array: &mut Array, need: &Need) {
    let table: InlineTable = pairs(need).into_iter().collect();
    array.push_formatted(Value::from(table).decorated("\n    ", ""));
    array.set_trailing_comma(true);
    array.set_trailing("\n");
}

/// Keys and values in the order of the documentation.
fn pairs(need: &Need) -> Vec<(&'static str, Value)> {
    let text = |text: &String| Value::from(text.as_str());
    let day = need.expires.map(|day| day.to_string().parse());
    let day = day
        .and_then(Result::ok)
        .map(|day: toml_edit::Datetime| day.into());
    [
        (need.key, Some(text(&need.glob))),
        ("verdict", need.verdict.as_ref().map(text)),
        ("reason", Some(text(&need.reason))),
        ("link", need.link.as_ref().map(text)),
        ("expires", day),
    ]
    .into_iter()
    .filter_map(|(key, value)| Some((key, value?)))
    .collect()
}
