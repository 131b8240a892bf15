//! Extensions of the API: how they are announced, and what becomes of those that are not there.
//!
//! Their documents stand beside the specification, in the folder `extensions`.

use std::collections::BTreeSet;

use crate::catalogue::errors::CLIENT_MISTAKE_REFUSED;
use crate::catalogue::extensions::ABSENT_EXTENSION_REFUSED;
use crate::catalogue::extensions::EXTENSION_DISCOVERY_ANSWERED;
use crate::catalogue::extensions::EXTENSION_NAMES_WELL_FORMED;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::http::Method;
use crate::suite::refusable;
use crate::trial::Answer;
use crate::trial::Trial;
use crate::verdict::Outcome;
use crate::verdict::Stop;

pub(crate) static SECTION: Section = Section {
    id: "api/extensions",
    title: "Extensions",
    anchor: "api",
    checks: &[
        Check {
            name: "discovery",
            title: "extensions are announced under names of their own that fit the grammar, or not at all",
            covers: &[&EXTENSION_NAMES_WELL_FORMED, &EXTENSION_DISCOVERY_ANSWERED],
            run: |trial| announced(trial, "/v2/_oci/ext/discover"),
            ..Check::BASE
        },
        Check {
            name: "repository-discovery",
            title: "extensions of a repository are announced under names that fit the grammar, or not at all",
            covers: &[&EXTENSION_NAMES_WELL_FORMED, &EXTENSION_DISCOVERY_ANSWERED],
            needs: &[Feature::Push],
            run: |trial| {
                trial.pushed_blob(16)?;
                announced(trial, &trial.repository().path("_oci/ext/discover"))
            },
            ..Check::BASE
        },
        Check {
            name: "absent-extension",
            title: "a request to an extension that nobody has is refused, without a server error",
            covers: &[&CLIENT_MISTAKE_REFUSED, &ABSENT_EXTENSION_REFUSED],
            run: |trial| {
                let name = format!("_plimsoll{}/nothing/here", trial.stream().word(8));
                let paths = [format!("/v2/{name}"), trial.repository().path(&name)];
                for path in paths {
                    for method in [Method::GET, Method::HEAD] {
                        let answer = refusable(trial, trial.ask(method, &path))?;
                        if let Some(answer) = answer {
                            answer.proves(&ABSENT_EXTENSION_REFUSED).client_error()?;
                        }
                    }
                }
                Ok(())
            },
            ..Check::BASE
        },
    ],
};

/// Reads the list of extensions, if there is one.
fn announced(trial: &Trial<'_>, path: &str) -> Outcome {
    let answer = trial.ask(Method::GET, path).send()?;
    answer.proves(&EXTENSION_DISCOVERY_ANSWERED).that(
        answer.status() == 404 || answer.status() == 200 && is_list(&answer),
        "404, or 200 with a list of extensions",
        &answer.summary(),
    )?;
    let Some(names) = names(&answer).filter(|_| answer.status() == 200) else {
        let evidence = format!("{} answered {}", answer.question(), answer.summary());
        return Err(Stop::Unsupported(format!(
            "{evidence}, no list of extensions"
        )));
    };
    let unique: BTreeSet<_> = names.iter().collect();
    let holds = names.iter().all(|name| is_extension(name)) && unique.len() == names.len();
    answer.proves(&EXTENSION_NAMES_WELL_FORMED).that(
        holds,
        "names that differ from one another, begin with an underscore and fit the grammar",
        &format!("the names {names:?}"),
    )?;
    Ok(())
}

/// The names in the list of extensions; what is no text stands for itself, as no name.
fn names(answer: &Answer<'_>) -> Option<Vec<String>> {
    let list = answer.json()?;
    let extensions = list.get("extensions")?.as_array()?;
    let name = |entry: &serde_json::Value| match entry["name"].as_str() {
        Some(name) => name.to_owned(),
        None => entry["name"].to_string(),
    };
    Some(extensions.iter().map(name).collect())
}

/// Whether each entry has what the document asks of it.
fn is_list(answer: &Answer<'_>) -> bool {
    let list = answer.json().unwrap_or_default();
    let has_fields = |entry: &serde_json::Value| {
        entry["name"].is_string() && entry["url"].is_string() && entry["endpoints"].is_array()
    };
    list["extensions"]
        .as_array()
        .is_some_and(|entries| entries.iter().all(has_fields))
}

/// Whether this is an underscore and words that dots, underscores or dashes part. The pattern in
/// the document lacks the star behind its group; without it, its own `_oci` would not fit.
fn is_extension(name: &str) -> bool {
    let is_word = |word: &str| {
        let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        !word.is_empty() && word.bytes().all(fits)
    };
    name.strip_prefix('_')
        .is_some_and(|rest| rest.split(['.', '_', '-']).all(is_word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_an_underscore_and_words() {
        for name in ["_oci", "_a.b", "_a_b-1"] {
            assert!(is_extension(name), "{name}");
        }
        for name in ["oci", "_", "_A", "__a", "_a--b", "_a.", "_a/b", "null"] {
            assert!(!is_extension(name), "{name}");
        }
    }
}
