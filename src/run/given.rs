//! Whether what a read-only run is given is there at all, before the registry is judged by it.
//!
//! A name with a slip in it looks, from outside, like a registry that lost what it held. Only what
//! two answers deny is taken for a slip: a registry that contradicts itself is judged.

use crate::http::Method;
use crate::oci::Digest;
use crate::oci::Tag;
use crate::trial::Answer;
use crate::trial::Trial;
use crate::trial::Variant;

use super::Repositories;
use super::Settings;
use super::preflight::Unfit;

/// How many pages of a tag list are read in search of a tag.
const PAGES: usize = 100;

/// Refuses a run that would be judged against what is not there; nothing where nothing was given.
pub fn refuse_absent(settings: &Settings) -> Result<(), Unfit> {
    let (Some(given), Repositories::Fixed { names, .. }) =
        (&settings.world.read_only, &settings.repositories)
    else {
        return Ok(());
    };
    let stream = settings.seed.stream("given");
    let trial = Trial::new(
        &settings.world,
        Variant::default(),
        (**names).clone(),
        stream,
    );
    let tag = given.tag.as_ref().and_then(|tag| denied_tag(&trial, tag));
    let manifest = given.manifest.as_ref();
    let manifest = manifest.and_then(|digest| denied(&trial, "manifest", "manifests", digest));
    let blob = given.blob.as_ref();
    let blob = blob.and_then(|digest| denied(&trial, "blob", "blobs", digest));
    match tag.or(manifest).or(blob) {
        None => Ok(()),
        Some(Denied { what, by }) => Err(Unfit::Absent {
            what,
            repository: names[0].to_string(),
            by,
        }),
    }
}

/// What the registry says it does not have, and which answers say so.
struct Denied {
    what: String,
    by: String,
}

/// A tag that neither a pull nor the list of tags knows.
fn denied_tag(trial: &Trial<'_>, tag: &Tag) -> Option<Denied> {
    let pulled = not_found(trial, Method::GET, &format!("manifests/{tag}"))?;
    let listed = not_listed(trial, tag)?;
    Some(Denied {
        what: format!("tag `{tag}`"),
        by: format!("{pulled}, and {listed}"),
    })
}

/// Content that neither GET nor HEAD knows.
fn denied(trial: &Trial<'_>, what: &str, kind: &str, digest: &Digest) -> Option<Denied> {
    let path = format!("{kind}/{digest}");
    // Whoever has it spares us the whole of it.
    not_found(trial, Method::HEAD, &path)?;
    let pulled = not_found(trial, Method::GET, &path)?;
    Some(Denied {
        what: format!("{what} `{digest}`"),
        by: format!("{pulled}, and HEAD likewise"),
    })
}

/// The answer in words, if it is that this is not there.
fn not_found(trial: &Trial<'_>, method: Method, path: &str) -> Option<String> {
    let answer = trial.repository().ask(method, path).send().ok()?;
    (answer.status() == 404).then(|| format!("{} answered 404", answer.question()))
}

/// That no tag list names the tag, in words, where one was read to its end.
fn not_listed(trial: &Trial<'_>, tag: &Tag) -> Option<String> {
    let repository = trial.repository();
    let origin = &trial.world().origin;
    let mut url = format!("{origin}{}", repository.path("tags/list"));
    for page in 0..PAGES {
        let answer = repository.ask_at(Method::GET, &url).send().ok()?;
        if answer.status() == 404 && page == 0 {
            return Some(format!("{} as well", answer.question()));
        }
        if tags(&answer)?.iter().any(|it| it == tag.as_str()) {
            return None;
        }
        let Some(next) = answer.next_page() else {
            return Some("the list of tags does not name it".to_owned());
        };
        let is_here = next.strip_prefix(origin.as_str());
        is_here.filter(|path| path.starts_with('/') && next != url)?;
        url = next;
    }
    None
}

/// The tags in an answer; nothing where it is no list of tags.
fn tags(answer: &Answer<'_>) -> Option<Vec<String>> {
    let body = answer.json().filter(|_| answer.status() == 200)?;
    match &body["tags"] {
        serde_json::Value::Null => Some(Vec::new()),
        tags => serde_json::from_value(tags.clone()).ok(),
    }
}
