//! The questions at the end of a play: is what was pushed there, and is what was refused not.

use std::collections::BTreeSet;

use crate::fuzz::meaning::Meaning;
use crate::fuzz::meaning::Reference;
use crate::fuzz::meaning::Text;
use crate::fuzz::meaning::Verb;
use crate::fuzz::seen::Seen;
use crate::oci::Digest;

/// The most questions.
const MOST: usize = 8;

/// What to ask about the requests that wanted to change something, the last of them first.
pub(super) fn questions(seen: &[Seen]) -> Vec<Meaning> {
    let writes = seen.iter().rev().filter(|seen| seen.kind().writes());
    let mut asked = BTreeSet::new();
    writes
        .flat_map(|seen| beside(seen).into_iter().chain(about(seen.meaning())))
        .filter(|meaning| asked.insert(format!("{:?}", key(meaning))))
        .take(MOST)
        .collect()
}

/// What to ask about every tag.
pub(super) fn tags(tags: &[(usize, Text)]) -> Vec<Meaning> {
    let tags = tags.iter().take(MOST);
    tags.map(|(repository, tag)| look(Verb::Get, *repository, Reference::Tag(tag.clone())))
        .collect()
}

/// The blobs that a taken request names besides the one that it means.
fn beside(seen: &Seen) -> Vec<Meaning> {
    let Some(repository) = seen.meaning().repository().filter(|_| seen.is_done()) else {
        return Vec::new();
    };
    if !seen.planned.is_bent || seen.planned.strays {
        return Vec::new();
    }
    let query = seen.planned.request.query().unwrap_or_default();
    let digests = url::form_urlencoded::parse(query).filter(|(name, _)| name == "digest");
    let digests = digests.filter(|(_, value)| value.parse::<Digest>().is_ok());
    let look = |digest: &str| Meaning::Blob {
        verb: Verb::Get,
        repository,
        digest: digest.into(),
    };
    digests.map(|(_, digest)| look(&digest)).collect()
}

fn about(meaning: &Meaning) -> Vec<Meaning> {
    match meaning {
        Meaning::Finish {
            repository, digest, ..
        }
        | Meaning::SinglePost { repository, digest }
        | Meaning::Mount {
            repository, digest, ..
        }
        | Meaning::Blob {
            repository, digest, ..
        } => {
            let mut questions = vec![Meaning::Blob {
                verb: Verb::Get,
                repository: *repository,
                digest: digest.clone(),
            }];
            questions.extend(meaning.upload().map(|upload| Meaning::UploadStatus {
                repository: *repository,
                upload: Some(upload),
            }));
            questions
        }
        Meaning::Patch {
            repository,
            upload: Some(upload),
            ..
        }
        | Meaning::Cancel {
            repository,
            upload: Some(upload),
        } => vec![Meaning::UploadStatus {
            repository: *repository,
            upload: Some(*upload),
        }],
        Meaning::PutManifest {
            repository,
            reference,
            document,
            ..
        } => {
            let digest = Reference::Digest(document.digest.clone());
            let mut questions = vec![
                look(Verb::Get, *repository, reference.clone()),
                list(*repository),
                look(Verb::Head, *repository, digest),
            ];
            questions.extend(document.subject.as_ref().map(|subject| Meaning::Referrers {
                repository: *repository,
                subject: subject.clone(),
                filter: None,
            }));
            questions
        }
        Meaning::Manifest {
            repository,
            reference,
            ..
        } => vec![
            look(Verb::Get, *repository, reference.clone()),
            list(*repository),
        ],
        _ => Vec::new(),
    }
}

fn look(verb: Verb, repository: usize, reference: Reference) -> Meaning {
    Meaning::Manifest {
        verb,
        repository,
        reference,
    }
}

fn list(repository: usize) -> Meaning {
    Meaning::Tags {
        repository,
        n: None,
        last: None,
    }
}

/// What makes two questions the same.
fn key(meaning: &Meaning) -> (Option<usize>, Option<usize>, String) {
    let what = match meaning {
        Meaning::Blob { digest, .. } => digest.to_string(),
        Meaning::Manifest { reference, .. } => reference.text().to_owned(),
        Meaning::Referrers { subject, .. } => format!("referrers of {subject}"),
        Meaning::Tags { .. } => "tags".to_owned(),
        _ => String::new(),
    };
    (meaning.repository(), meaning.upload(), what)
}
