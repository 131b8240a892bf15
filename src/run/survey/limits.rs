//! How much a registry takes.

use crate::http::Method;
use crate::oci::RepositoryName;
use crate::trial::Trial;
use crate::trial::content::ManifestDoc;
use crate::trial::content::padded;
use crate::verdict::Stop;

use super::Row;
use super::State;

pub(super) const TOPIC: &str = "limits";

/// One mebibyte, in bytes.
const MIB: usize = 1 << 20;

/// The longest name that clients have to be able to use, in characters.
const LONGEST: usize = 255;

/// Headers by which a registry says how much may be asked.
const OF_RATE: [&str; 4] = [
    "ratelimit-limit",
    "x-ratelimit-limit",
    "ratelimit",
    "ratelimit-policy",
];

/// The size that every registry takes.
pub(super) fn manifest_of_4(trial: &Trial<'_>) -> Result<Row, Stop> {
    manifest(trial, "manifest of 4 MiB", 4 * MIB, State::Odd)
}

/// A size that it need not take.
pub(super) fn manifest_of_16(trial: &Trial<'_>) -> Result<Row, Stop> {
    manifest(trial, "manifest of 16 MiB", 16 * MIB, State::No)
}

fn manifest(trial: &Trial<'_>, name: &str, length: usize, refused: State) -> Result<Row, Stop> {
    let small = trial.manifest()?;
    let bytes = padded(&small, length);
    let large = ManifestDoc::from_bytes(bytes, &small.media_type, small.digest.algorithm());
    let reference = large.digest.to_string();
    let answer = trial.repository().put_manifest(&reference, &large)?;
    let state = if answer.status() == 201 {
        State::Yes
    } else {
        refused
    };
    Ok(Row::new(
        TOPIC,
        name,
        state,
        format!("answered {}", answer.summary()),
    ))
}

/// How small a chunk may be.
pub(super) fn chunk(trial: &Trial<'_>) -> Result<Row, Stop> {
    let answer = trial
        .repository()
        .ask(Method::POST, "blobs/uploads/")
        .send()?;
    let least = answer.header("oci-chunk-min-length").map(str::to_owned);
    if let Some(location) = answer.location() {
        // An upload that is left open is none of the registry's doing.
        let _ = trial.ask_at(Method::DELETE, &location).send();
    }
    let text = least.map_or("no bound is named".to_owned(), |it| format!("{it} bytes"));
    Ok(Row::new(TOPIC, "smallest chunk", State::Told, text))
}

/// Whether the longest name that clients use is taken.
pub(super) fn name(trial: &Trial<'_>) -> Result<Row, Stop> {
    let base = trial.repository().name().to_string();
    let room = LONGEST.saturating_sub(base.len() + 1);
    let long: Result<RepositoryName, _> = format!("{base}/{}", "a".repeat(room)).parse();
    let Ok(long) = long else {
        return Ok(Row::new(
            TOPIC,
            "longest name",
            State::Unknown,
            "there is no room for one",
        ));
    };
    let repository = trial.repository_named(long);
    let answer = repository.ask(Method::POST, "blobs/uploads/").send()?;
    if let Some(location) = answer.location() {
        // An upload that is left open is none of the registry's doing.
        let _ = trial.ask_at(Method::DELETE, &location).send();
    }
    let state = if answer.status() == 202 {
        State::Yes
    } else {
        State::No
    };
    let text = format!(
        "a name of {LONGEST} characters answered {}",
        answer.summary()
    );
    Ok(Row::new(TOPIC, "longest name", state, text))
}

/// How much may be asked, where that is said.
pub(super) fn rate(trial: &Trial<'_>) -> Result<Row, Stop> {
    let answer = trial.ask(Method::GET, "/v2/").send()?;
    let said = OF_RATE
        .iter()
        .find_map(|name| answer.header(name).map(|value| format!("{name}: {value}")));
    let text = said.unwrap_or("no answer names one".to_owned());
    Ok(Row::new(TOPIC, "rate", State::Told, text))
}
