//! A finding: a broken rule, with everything that is needed to see it again, in one file.

use std::fs;
use std::io;
use std::path::Path;
use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde::Serialize;

use super::breach;
use super::plan::GENERATOR;
use super::plan::Plan;
use crate::http::Exchange;
use crate::http::HeaderMap;
use crate::http::script;
use crate::oci::Algorithm;

/// The version of the file's form.
pub(super) const SCHEMA: u32 = 1;

/// The longest finding that is read, in bytes.
const LONGEST: u64 = 16 << 20;

/// How much of a body is kept, in bytes.
const KEPT: usize = 4 << 10;

/// A broken rule, reproduced and minimised.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// The version of the file's form.
    pub schema: u32,
    /// Who found it.
    pub tool: Tool,
    /// What tells it from other findings: the same for each run of the same fault.
    pub signature: String,
    /// The group in which reports show it.
    pub group: String,
    /// The rule that is broken.
    pub rule: String,
    /// The requirement behind it, where it is one of the catalogue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requirement: Option<String>,
    /// The level of that requirement in the version under test.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<String>,
    /// The version of the specification that it was judged by.
    pub spec: String,
    /// The campaign's seed, and the case in it.
    pub seed: u64,
    /// The number of the case.
    pub case: u64,
    /// The registry that it was found in.
    pub target: String,
    /// The request that shows it: method and path.
    pub route: String,
    /// What was allowed.
    pub expected: String,
    /// What came: a status, or what happened in its place.
    pub observed: String,
    /// The status that came, or the kind of failure in its place.
    pub class: String,
    /// The error code that came with it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub code: String,
    /// What is wrong with that.
    pub detail: String,
    /// What was known of what the request was about.
    pub state: String,
    /// The mutations of the plan.
    pub mutations: Vec<String>,
    /// How often the minimised plan showed it.
    pub reproduced: Reproduced,
    /// What the target was found to have.
    pub features: Vec<String>,
    /// The shortest plan that shows it.
    pub plan: Plan,
    /// What went over the wire, in order.
    pub exchanges: Vec<Recorded>,
    /// A script for a POSIX shell that asks the same.
    pub curl: String,
}

/// Who found it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tool {
    /// `plimsoll`
    pub name: String,
    /// Its version.
    pub version: String,
    /// The version of its generator.
    pub generator: u32,
}

/// How often a plan showed what it is said to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reproduced {
    /// So often it did.
    pub times: u32,
    /// So often it was played.
    pub of: u32,
}

/// An exchange as it is kept: heads whole, bodies cut and hashed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recorded {
    /// The method.
    pub method: String,
    /// The URL.
    pub url: String,
    /// The headers.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Body,
    /// The exact bytes, base64, where the request was none that an ordinary client sends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wire: Option<String>,
    /// The status of the answer; none where there was no answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Why there was no answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
    /// The headers of the answer.
    pub answer_headers: Vec<(String, String)>,
    /// The body of the answer.
    pub answer_body: Body,
}

/// A body: its length, its digest and its beginning.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Body {
    /// How many bytes it has.
    pub size: usize,
    /// Their digest.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub digest: String,
    /// The first 4 KiB of them, base64.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub begins: String,
}

/// Why a file is no finding that can be used.
#[derive(Debug, thiserror::Error)]
pub enum BadFinding {
    /// It cannot be read.
    #[error("the finding `{path}` cannot be read: {source}", path = path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's words.
        source: io::Error,
    },
    /// It is not of the form.
    #[error("`{path}` is no finding of plimsoll: {reason}", path = path.display())]
    NoFinding {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// It is of another version.
    #[error(
        "the finding `{path}` is of form {found}, and this plimsoll reads form {SCHEMA}: use the \
         version that wrote it ({by})",
        path = path.display()
    )]
    OtherVersion {
        /// The file.
        path: PathBuf,
        /// The version of its form.
        found: u32,
        /// Who wrote it.
        by: String,
    },
}

impl Tool {
    /// This program.
    pub fn this() -> Self {
        Self {
            name: "plimsoll".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            generator: GENERATOR,
        }
    }
}

impl Finding {
    /// Reads a finding.
    pub fn read(path: &Path) -> Result<Self, BadFinding> {
        let unreadable = |source| BadFinding::Unreadable {
            path: path.to_owned(),
            source,
        };
        let length = fs::metadata(path).map_err(unreadable)?.len();
        if length > LONGEST {
            return Err(BadFinding::NoFinding {
                path: path.to_owned(),
                reason: format!("it has {length} bytes, and none has more than {LONGEST}"),
            });
        }
        Self::parse(path, &fs::read(path).map_err(unreadable)?)
    }

    /// Reads a finding from the content of a file.
    pub fn parse(path: &Path, text: &[u8]) -> Result<Self, BadFinding> {
        let no_finding = |reason: String| BadFinding::NoFinding {
            path: path.to_owned(),
            reason,
        };
        let version: Version =
            serde_json::from_slice(text).map_err(|error| no_finding(error.to_string()))?;
        if version.schema != SCHEMA || version.tool.generator > GENERATOR {
            return Err(BadFinding::OtherVersion {
                path: path.to_owned(),
                found: version.schema,
                by: version.tool.version.chars().take(40).collect(),
            });
        }
        let finding: Self =
            serde_json::from_slice(text).map_err(|error| no_finding(error.to_string()))?;
        if !finding.plan.is_sound() {
            return Err(no_finding(
                "its plan has no content, or more than one may have".to_owned(),
            ));
        }
        Ok(finding)
    }

    /// What is broken, and where: what a breach has to be to be the same.
    pub(crate) fn kind(&self) -> u64 {
        let requirement = self.requirement.as_deref().unwrap_or_default();
        breach::kind([
            &self.rule,
            requirement,
            &self.route,
            &self.class,
            &self.code,
            &self.detail,
        ])
    }

    /// The text of its file, without any control character that a terminal could take for its own.
    pub fn to_json(&self) -> String {
        let text = serde_json::to_string_pretty(self).expect("a finding has only what JSON has");
        let escaped = text.chars().map(|c| match c {
            '\u{7f}'..='\u{9f}' => format!("\\u{:04x}", u32::from(c)),
            c => c.to_string(),
        });
        escaped.collect::<String>() + "\n"
    }

    /// Writes it into a folder, whole or not at all, under the name of its signature.
    pub fn save(&self, folder: &Path) -> io::Result<PathBuf> {
        fs::create_dir_all(folder)?;
        let path = folder.join(format!("{}.json", self.signature));
        let partial = folder.join(format!(".{}.partial", self.signature));
        let written =
            fs::write(&partial, self.to_json()).and_then(|()| fs::rename(&partial, &path));
        if written.is_err() {
            // It is of no use; that it may not be there is no second error.
            let _ = fs::remove_file(&partial);
        }
        written.map(|()| path)
    }
}

/// What every version of the file has.
#[derive(Deserialize)]
struct Version {
    schema: u32,
    tool: Tool,
}

/// Exchanges as they are kept, and the script that asks the same.
pub(crate) fn recorded(exchanges: &[Exchange]) -> (Vec<Recorded>, String) {
    (exchanges.iter().map(record).collect(), script(exchanges))
}

fn record(exchange: &Exchange) -> Recorded {
    let sent = &exchange.request;
    let wire = sent.wire.as_ref().filter(|_| sent.exact);
    let wire = wire.map(|bytes| STANDARD.encode(&bytes[..bytes.len().min(16 * KEPT)]));
    let (status, failure, answer_headers, answer_body) = match &exchange.outcome {
        Ok(response) => (
            Some(response.status),
            None,
            headers(&response.headers),
            body(&response.body),
        ),
        Err(failure) => (None, Some(failure.to_string()), Vec::new(), Body::default()),
    };
    Recorded {
        method: sent.method.to_string(),
        url: sent.url.clone(),
        headers: headers(&sent.headers),
        body: body(&sent.body),
        wire,
        status,
        failure,
        answer_headers,
        answer_body,
    }
}

fn headers(map: &HeaderMap) -> Vec<(String, String)> {
    let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    map.iter()
        .map(|(name, value)| (name.to_string(), text(value.as_bytes())))
        .collect()
}

fn body(bytes: &[u8]) -> Body {
    if bytes.is_empty() {
        return Body::default();
    }
    Body {
        size: bytes.len(),
        digest: Algorithm::Sha256.digest(bytes).to_string(),
        begins: STANDARD.encode(&bytes[..bytes.len().min(KEPT)]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_could_act_on_is_escaped_and_reads_back() {
        let text = include_str!("../../fixtures/findings/83e98a366bf3991f.json");
        let mut finding: Finding = serde_json::from_str(text).unwrap();
        finding.observed = "\u{9b}2J\u{7f} and \u{e9}".to_owned();
        let written = finding.to_json();
        assert!(!written.contains(['\u{9b}', '\u{7f}']) && written.contains("\\u009b2J"));
        let again: Finding = serde_json::from_str(&written).unwrap();
        assert_eq!(again.observed, finding.observed);
    }
}
