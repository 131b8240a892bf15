//! One identity: the same content has the same name, bytes and type at every registry, and keeps them
//! when it goes from one to another.
//!
//! That registries disagree on this is the fault for which the second version of the protocol was
//! made. What a registry refuses is told, and breaks nothing.

use serde::Serialize;

use crate::http::Method;
use crate::oci::Algorithm;
use crate::oci::media_type;
use crate::trial::Answer;
use crate::trial::Held;
use crate::trial::Trial;
use crate::trial::Variant;
use crate::trial::content::Blob;
use crate::trial::content::Image;
use crate::trial::content::Index;
use crate::trial::content::ManifestDoc;
use crate::trial::content::ODDITIES;
use crate::trial::content::Stream;
use crate::verdict::Stop;

use crate::check::Wants;
use crate::run::Control;
use crate::run::Settings;
use crate::run::cleanup;

/// What the content is made from, for all registries alike.
const LABEL: &str = "identity";

/// What the same content is at each registry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Identity {
    /// How many documents were pushed to each.
    pub documents: usize,
    /// How many copies were made from one registry to another.
    pub copies: usize,
    /// What is not the same everywhere.
    pub lines: Vec<IdentityLine>,
}

/// Something that is not the same everywhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IdentityLine {
    /// The document.
    pub document: String,
    /// What of it.
    pub what: String,
    /// What it is at each registry, in the order of the columns; `-` where nothing was told.
    pub values: Vec<String>,
    /// Whether two registries disagree on what it is called; a refusal is none.
    pub breaks: bool,
}

/// A document, and what it is called.
struct Document {
    name: &'static str,
    manifest: ManifestDoc,
}

/// What is pushed.
struct Content {
    image: Image,
    documents: Vec<Document>,
}

/// What one registry says of a document: each value, or none where it was not told.
#[derive(Debug, Clone, Default)]
struct Told {
    /// How the push was answered.
    push: Option<u16>,
    values: [Option<String>; ASPECTS.len()],
    /// What a pull gave.
    pulled: Option<ManifestDoc>,
}

/// What is compared of a document.
const ASPECTS: [&str; 6] = [
    "digest told when pushed",
    "digest told when pulled",
    "digest told by HEAD",
    "digest of the bytes",
    "type when pulled",
    "type told by HEAD",
];

impl Identity {
    /// Whether two registries disagree.
    pub fn is_broken(&self) -> bool {
        self.lines.iter().any(|line| line.breaks)
    }
}

/// Pushes the same content to each registry, and what each then gives to every other; and deletes it
/// again.
pub fn identity(targets: &[Settings], control: &Control) -> Identity {
    let seed = targets.first().map(|settings| settings.seed);
    let Some(seed) = seed else {
        return Identity {
            documents: 0,
            copies: 0,
            lines: Vec::new(),
        };
    };
    let content = Content::made(&mut seed.stream(LABEL));
    let mut held: Vec<Vec<Held>> = targets.iter().map(|_| Vec::new()).collect();
    let sides = targets.iter().zip(&mut held);
    let told: Vec<_> = sides
        .map(|(settings, held)| told(settings, &content, held))
        .collect();
    let mut lines = Vec::new();
    for (at, document) in content.documents.iter().enumerate() {
        let of_each: Vec<&Told> = told.iter().map(|told| &told[at]).collect();
        lines.extend(lines_of(document, &of_each));
    }
    lines.extend(lines_of_blobs(targets, &content));
    let (copies, of_copies) = copies(targets, &content, &told, &mut held, control);
    lines.extend(of_copies);
    for (settings, held) in targets.iter().zip(&held) {
        cleanup::clean_up_after(settings, held, control);
    }
    Identity {
        documents: content.documents.len(),
        copies,
        lines,
    }
}

impl Content {
    fn made(stream: &mut Stream) -> Self {
        let image = Image::build(stream, Algorithm::Sha256);
        let plain = &image.manifest;
        let mut documents = vec![
            Document {
                name: "image",
                manifest: plain.clone(),
            },
            Document {
                name: "index",
                manifest: Index::over(stream, Algorithm::Sha256, vec![plain.clone()]).manifest,
            },
            Document {
                name: "docker-image",
                manifest: as_docker(plain),
            },
        ];
        documents.extend(ODDITIES.iter().map(|oddity| Document {
            name: oddity.name,
            manifest: ManifestDoc::from_bytes(
                (oddity.make)(plain),
                &plain.media_type,
                Algorithm::Sha256,
            ),
        }));
        Self { image, documents }
    }

    /// The blobs, with what they are called.
    fn parts(&self) -> Vec<(&'static str, &Blob)> {
        let layers = self.image.layers.iter().map(|layer| ("layer", &layer.blob));
        std::iter::once(("configuration", &self.image.config))
            .chain(layers)
            .collect()
    }
}

/// The image as Docker writes it.
fn as_docker(plain: &ManifestDoc) -> ManifestDoc {
    let mut value = plain.json();
    value["mediaType"] = media_type::DOCKER_MANIFEST.into();
    ManifestDoc::from_json(&value, Algorithm::Sha256)
}

/// What a registry says of every document.
fn told(settings: &Settings, content: &Content, held: &mut Vec<Held>) -> Vec<Told> {
    let nothing = || vec![Told::default(); content.documents.len()];
    let Some(lease) = settings.repositories.lease(LABEL, Wants::Room) else {
        return nothing();
    };
    let trial = trial(settings, lease.names.clone());
    // Documents whose parts are not there may be refused; that is told of each.
    let _ = trial.repository().push_parts(&content.image);
    let documents = content.documents.iter();
    let told = documents.map(|document| say(&trial, document)).collect();
    held.extend(trial.held());
    told
}

/// The blobs whose bytes are not those that were pushed, with what they are instead.
fn blobs(settings: &Settings, content: &Content) -> Vec<Option<String>> {
    let parts = content.parts();
    let nothing = || vec![None; parts.len()];
    let Some(lease) = settings.repositories.lease(LABEL, Wants::Room) else {
        return nothing();
    };
    let trial = trial(settings, lease.names.clone());
    let digest = |blob: &Blob| {
        let answer = trial.get(&format!("blobs/{}", blob.digest)).ok()?;
        (answer.status() == 200).then(|| Algorithm::Sha256.digest(answer.bytes()).to_string())
    };
    parts.iter().map(|(_, blob)| digest(blob)).collect()
}

fn trial(settings: &Settings, names: [crate::oci::RepositoryName; 2]) -> Trial<'_> {
    let stream = settings.seed.stream(LABEL);
    Trial::new(&settings.world, Variant::default(), names, stream)
}

fn say(trial: &Trial<'_>, Document { name, manifest }: &Document) -> Told {
    let mut told = Told::default();
    let Ok(pushed) = trial.repository().put_manifest(name, manifest) else {
        return told;
    };
    told.push = Some(pushed.status());
    if pushed.status() != 201 {
        return told;
    }
    told.values[0] = digest_of(&pushed);
    if let Ok(pulled) = pull(trial, Method::GET, name).map(|it| (it.status() == 200).then_some(it))
        && let Some(pulled) = pulled
    {
        told.values[1] = digest_of(&pulled);
        let kind = type_of(&pulled);
        let bytes = pulled.bytes().clone();
        let kept = ManifestDoc::from_bytes(
            bytes,
            kind.as_deref().unwrap_or_default(),
            Algorithm::Sha256,
        );
        told.values[3] = Some(kept.digest.to_string());
        told.values[4] = kind;
        told.pulled = Some(kept);
    }
    if let Ok(head) = pull(trial, Method::HEAD, name)
        && head.status() == 200
    {
        told.values[2] = digest_of(&head);
        told.values[5] = type_of(&head);
    }
    told
}

fn pull<'t>(trial: &'t Trial<'t>, method: Method, reference: &str) -> Result<Answer<'t>, Stop> {
    trial
        .repository()
        .ask(method, &format!("manifests/{reference}"))
        .send()
}

fn digest_of(answer: &Answer<'_>) -> Option<String> {
    answer.header("docker-content-digest").map(str::to_owned)
}

/// The type, without parameters.
fn type_of(answer: &Answer<'_>) -> Option<String> {
    let text = answer.header("content-type")?;
    Some(
        text.split(';')
            .next()
            .unwrap_or(text)
            .trim()
            .to_ascii_lowercase(),
    )
}

/// What of a document is not the same everywhere, or is not what it is.
fn lines_of(document: &Document, told: &[&Told]) -> Vec<IdentityLine> {
    let line = |what: &str, values: Vec<String>, breaks| IdentityLine {
        document: document.name.to_owned(),
        what: what.to_owned(),
        values,
        breaks,
    };
    let pushes: Vec<_> = told
        .iter()
        .map(|it| it.push.map_or("-".to_owned(), |it| it.to_string()))
        .collect();
    let mut lines = Vec::new();
    if pushes.iter().any(|it| Some(it) != pushes.first()) {
        lines.push(line("answer to the push", pushes, false));
    }
    for (at, what) in ASPECTS.iter().enumerate() {
        let right = if what.starts_with("type") {
            document.manifest.media_type.clone()
        } else {
            document.manifest.digest.to_string()
        };
        let values: Vec<_> = told.iter().map(|it| it.values[at].clone()).collect();
        if values.iter().flatten().any(|value| *value != right) {
            let values = values
                .into_iter()
                .map(|value| value.unwrap_or("-".to_owned()));
            lines.push(line(what, values.collect(), true));
        }
    }
    lines
}

/// The blobs that are not everywhere what was pushed.
fn lines_of_blobs(targets: &[Settings], content: &Content) -> Vec<IdentityLine> {
    let told: Vec<_> = targets
        .iter()
        .map(|settings| blobs(settings, content))
        .collect();
    let mut lines = Vec::new();
    for (at, (name, blob)) in content.parts().into_iter().enumerate() {
        let right = blob.digest.to_string();
        let values = told.iter().map(|told| told[at].clone());
        if values.clone().flatten().any(|value| value != right) {
            lines.push(IdentityLine {
                document: name.to_owned(),
                what: "digest of the bytes".to_owned(),
                values: values
                    .map(|value| value.unwrap_or("-".to_owned()))
                    .collect(),
                breaks: true,
            });
        }
    }
    lines
}

/// Pushes what each registry gives to every other, and looks whether it is the same there.
fn copies(
    targets: &[Settings],
    content: &Content,
    told: &[Vec<Told>],
    held: &mut [Vec<Held>],
    control: &Control,
) -> (usize, Vec<IdentityLine>) {
    let mut count = 0;
    let mut lines = Vec::new();
    for (from, to) in pairs(targets.len()) {
        let Some(lease) = targets[to]
            .repositories
            .lease(&format!("{LABEL}-of-{from}"), Wants::Room)
        else {
            continue;
        };
        let trial = trial(&targets[to], lease.names.clone());
        let _ = trial.repository().push_parts(&content.image);
        for (at, document) in content.documents.iter().enumerate() {
            if control.ending().is_some() {
                break;
            }
            let was_taken = told[to][at].push == Some(201);
            let Some(pulled) = told[from][at].pulled.as_ref().filter(|_| was_taken) else {
                continue;
            };
            count += 1;
            if let Some((wrong, breaks)) = copied(&trial, document, pulled) {
                let mut values = vec!["-".to_owned(); targets.len()];
                "pulled from here".clone_into(&mut values[from]);
                values[to] = wrong;
                lines.push(IdentityLine {
                    document: document.name.to_owned(),
                    what: "copied".to_owned(),
                    values,
                    breaks,
                });
            }
        }
        held[to].extend(trial.held());
    }
    (count, lines)
}

fn pairs(count: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..count)
        .flat_map(move |from| (0..count).map(move |to| (from, to)))
        .filter(|(from, to)| from != to)
}

/// Pushes what was pulled elsewhere, and says what is wrong with what is here then, and whether that is
/// another name: that it is refused, or that nobody answers, is none.
fn copied(trial: &Trial<'_>, document: &Document, pulled: &ManifestDoc) -> Option<(String, bool)> {
    let told = say(
        trial,
        &Document {
            name: document.name,
            manifest: pulled.clone(),
        },
    );
    let right = document.manifest.digest.to_string();
    match (
        told.push,
        told.pulled.as_ref().map(|kept| kept.digest.to_string()),
    ) {
        (Some(201), Some(here)) => (here != right).then_some((here, true)),
        (Some(201), None) => Some(("it could not be pulled".to_owned(), false)),
        (Some(status), _) => Some((format!("the push was answered {status}"), false)),
        (None, _) => Some(("the push was not answered".to_owned(), false)),
    }
}
