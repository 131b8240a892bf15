//! `PRODUCT.yaml`: what a submission says of the product.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::str::FromStr;

use crate::cli::check::nearest;

/// A field of the file.
struct Field {
    name: &'static str,
    is_needed: bool,
}

/// Every field, in the order of the instructions.
const FIELDS: &[Field] = &[
    needed("vendor"),
    needed("name"),
    needed("version"),
    needed("website_url"),
    optional("repo_url"),
    needed("documentation_url"),
    optional("product_logo_url"),
    needed("type"),
    needed("description"),
];

const fn needed(name: &'static str) -> Field {
    Field {
        name,
        is_needed: true,
    }
}

const fn optional(name: &'static str) -> Field {
    Field {
        name,
        is_needed: false,
    }
}

/// What stands where something has to be filled in.
const OPEN: &str = "TODO";

/// `KEY=VALUE` of the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said {
    name: &'static str,
    value: String,
}

impl FromStr for Said {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, value) = text
            .split_once('=')
            .ok_or("give a field and what it says, such as name=Example")?;
        let field = FIELDS.iter().find(|field| field.name == name);
        let field = field.ok_or_else(|| {
            let names: BTreeSet<&str> = FIELDS.iter().map(|field| field.name).collect();
            let hint = match nearest(name, &names).first() {
                Some(name) => format!("did you mean `{name}`?"),
                None => format!(
                    "there are {}",
                    names.into_iter().collect::<Vec<_>>().join(", ")
                ),
            };
            format!(
                "`{}` is no field of PRODUCT.yaml; {hint}",
                name.escape_debug()
            )
        })?;
        if value.trim().is_empty() {
            return Err(format!("`{name}` says nothing"));
        }
        Ok(Self {
            name: field.name,
            value: value.to_owned(),
        })
    }
}

/// What the product is called; `None` if nobody says.
pub(super) fn called(said: &[Said]) -> Option<&str> {
    value("name", said)
}

/// The file, and the fields that are still to be filled in.
pub(super) fn document(said: &[Said]) -> (String, Vec<&'static str>) {
    let mut open = Vec::new();
    let mut text = String::new();
    for field in FIELDS {
        let value = match value(field.name, said) {
            Some(value) => value,
            None if field.is_needed => {
                open.push(field.name);
                OPEN
            }
            None => continue,
        };
        // JSON's strings are YAML's, whatever is in them.
        let value = serde_json::Value::from(value);
        let _ = writeln!(text, "{}: {value}", field.name);
    }
    (text, open)
}

/// What the last one says that says anything.
fn value<'s>(name: &str, said: &'s [Said]) -> Option<&'s str> {
    let mut those = said.iter().rev().filter(|it| it.name == name);
    those.next().map(|it| it.value.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(texts: &[&str]) -> Vec<Said> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn what_is_said_is_written_and_what_is_not_is_left_to_fill_in() {
        let (text, open) = document(&said(&["vendor=A: \"B\"\n# c", "name=x", "name=Example"]));
        let value: yaml_serde::Value = yaml_serde::from_str(&text).unwrap();
        assert_eq!(value["vendor"], "A: \"B\"\n# c");
        assert_eq!(value["name"], "Example");
        assert_eq!(value["type"], "TODO");
        assert!(value.get("repo_url").is_none());
        assert_eq!(
            open,
            [
                "version",
                "website_url",
                "documentation_url",
                "type",
                "description"
            ]
        );
    }

    #[test]
    fn fields_that_nobody_knows_are_refused() {
        let wrong = |text: &str| text.parse::<Said>().unwrap_err();
        assert!(wrong("vendr=x").contains("did you mean `vendor`?"));
        assert!(wrong("zzz=x").contains("there are"));
        assert!(wrong("vendor").contains("name=Example"));
        assert!(wrong("vendor= ").contains("says nothing"));
    }
}
