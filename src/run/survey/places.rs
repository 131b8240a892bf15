//! Where content goes and comes from: who is behind the locations that a registry names.

use url::Url;

use crate::http::Method;
use crate::trial::Trial;
use crate::verdict::Stop;

use super::Row;
use super::State;

pub(super) const TOPIC: &str = "places";

/// How long the blob is that is asked for, in bytes.
const SMALL: usize = 64;

/// Where an upload is continued.
pub(super) fn upload(trial: &Trial<'_>) -> Result<Row, Stop> {
    let answer = trial
        .repository()
        .ask(Method::POST, "blobs/uploads/")
        .send()?;
    let said = answer.header("location").map(str::to_owned);
    let name = "upload location";
    let Some(said) = said.filter(|_| answer.status() == 202) else {
        let answer = format!("POST answered {} and names none", answer.status());
        return Ok(Row::new(TOPIC, name, State::Unknown, answer));
    };
    let place = match host_of(&said) {
        None => "relative".to_owned(),
        Some(host) if Some(&host) == host_of(&trial.world().origin).as_ref() => {
            "absolute".to_owned()
        }
        Some(host) => format!("on another host, {host}"),
    };
    let query = if said.contains('?') {
        ", with a query that has to be kept"
    } else {
        ""
    };
    if let Some(location) = answer.location() {
        // An upload that is left open is none of the registry's doing.
        let _ = trial.ask_at(Method::DELETE, &location).send();
    }
    Ok(Row::new(
        TOPIC,
        name,
        State::Told,
        format!("{place}{query}"),
    ))
}

/// Who serves a blob.
pub(super) fn blob(trial: &Trial<'_>) -> Result<Row, Stop> {
    let blob = trial.known_blob(SMALL)?;
    let answer = trial.get(&format!("blobs/{}", blob.digest))?;
    let (state, text) = if answer.is_from_elsewhere() {
        (
            State::Told,
            "served by another host, by redirect".to_owned(),
        )
    } else {
        (
            State::Told,
            format!("served by the registry itself ({})", answer.status()),
        )
    };
    Ok(Row::new(TOPIC, "blob", state, text))
}

fn host_of(url: &str) -> Option<String> {
    let url = Url::parse(url).ok()?;
    let host = url.host_str()?;
    Some(match url.port_or_known_default() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    })
}
