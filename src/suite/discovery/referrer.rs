//! How the checks of this folder make referrers, and read lists of them.

use serde_json::Value;

use crate::catalogue::referrers::REFERRERS_INDEX_SENT;
use crate::catalogue::referrers::REFERRERS_PAGE_LINK_FOLLOWED;
use crate::catalogue::referrers::REFERRERS_SENT;
use crate::oci::Algorithm;
use crate::oci::Digest;
use crate::oci::media_type;
use crate::trial::Answer;
use crate::trial::Kind;
use crate::trial::Repository;
use crate::trial::content::Annotations;
use crate::trial::content::Artifact;
use crate::trial::content::ManifestDoc;
use crate::verdict::Outcome;
use crate::verdict::Stop;

use super::follow;

/// What a referrer is like. Each one that is built is like no other.
#[derive(Debug, Clone)]
pub(super) struct Referrer {
    pub(super) kind: Kind,
    pub(super) artifact_type: Option<&'static str>,
    /// The media type of an image manifest's configuration.
    pub(super) config_type: &'static str,
    /// Annotations beside those that every artifact has.
    pub(super) annotations: Annotations,
}

impl Default for Referrer {
    /// An ordinary artifact: an image manifest with an `artifactType` and an empty configuration.
    fn default() -> Self {
        Self {
            kind: Kind::Image,
            artifact_type: Some(Artifact::TYPE),
            config_type: media_type::EMPTY,
            annotations: Annotations::new(),
        }
    }
}

impl Referrer {
    /// An ordinary one of this kind.
    pub(super) fn of(kind: Kind) -> Self {
        Self {
            kind,
            ..Self::default()
        }
    }

    /// One whose descriptor is half a MiB long, all of it annotations.
    pub(super) fn bulky() -> Self {
        let value = "x".repeat(16 << 10);
        let annotation = |n: u32| (format!("org.example.plimsoll.{n}"), value.clone());
        Self {
            annotations: (0..32).map(annotation).collect(),
            ..Self::default()
        }
    }

    /// One that refers to `subject`; its parts are pushed, but not the manifest.
    pub(super) fn build(
        &self,
        repository: &Repository<'_>,
        subject: &ManifestDoc,
    ) -> Result<ManifestDoc, Stop> {
        let stream = || repository.trial().stream();
        let artifact_type = self.artifact_type.map(str::to_owned);
        if self.kind == Kind::Index {
            let mut parts = Artifact::index_parts(&mut stream(), subject);
            parts.artifact_type = artifact_type;
            self.annotate(&mut parts.annotations);
            return Ok(parts.assemble(Algorithm::Sha256).manifest);
        }
        let mut parts = Artifact::parts(&mut stream(), Algorithm::Sha256, subject);
        parts.artifact_type = artifact_type;
        self.config_type.clone_into(&mut parts.config.media_type);
        self.annotate(&mut parts.annotations);
        let artifact = parts.assemble(Algorithm::Sha256);
        repository.push_parts(&artifact)?;
        Ok(artifact.manifest)
    }

    /// One that refers to `subject`, pushed by digest.
    pub(super) fn push(
        &self,
        repository: &Repository<'_>,
        subject: &ManifestDoc,
    ) -> Result<ManifestDoc, Stop> {
        let manifest = self.build(repository, subject)?;
        repository.push_by_digest(&manifest)?;
        Ok(manifest)
    }

    fn annotate(&self, annotations: &mut Annotations) {
        annotations.extend(self.annotations.clone());
    }
}

/// The descriptors of all referrers of a digest, over all pages.
pub(in crate::suite) fn referrers_of(
    repository: &Repository<'_>,
    subject: &Digest,
) -> Result<Vec<Value>, Stop> {
    let rest = format!("referrers/{subject}");
    let pages = follow(repository, &rest, &REFERRERS_PAGE_LINK_FOLLOWED, |answer| {
        answer.proves(&REFERRERS_SENT).status(&[200])?;
        has_form(answer)?;
        Ok(descriptors_in(answer))
    })?;
    Ok(pages.concat())
}

/// The answer has the form of an image index. Its `mediaType` is checked where it is there: the
/// specification of images only recommends to write one.
pub(super) fn has_form(answer: &Answer<'_>) -> Outcome {
    let expected = "a JSON object with schemaVersion 2, the mediaType of an image index, and an array of manifests";
    answer
        .proves(&REFERRERS_INDEX_SENT)
        .json(expected, |index| {
            let of_type = index
                .get("mediaType")
                .is_none_or(|it| it == media_type::IMAGE_INDEX);
            let descriptors = index["manifests"].as_array();
            let are_objects = descriptors.is_some_and(|list| list.iter().all(Value::is_object));
            index["schemaVersion"] == 2 && of_type && are_objects
        })?;
    Ok(())
}

/// The descriptors in an answer; none where it is no image index.
pub(super) fn descriptors_in(answer: &Answer<'_>) -> Vec<Value> {
    let index = answer.json().unwrap_or_default();
    index["manifests"].as_array().cloned().unwrap_or_default()
}

pub(super) fn names(descriptor: &Value, manifest: &ManifestDoc) -> bool {
    descriptor["digest"] == manifest.digest.to_string()
}

/// How often a list names a manifest.
pub(super) fn count(list: &[Value], manifest: &ManifestDoc) -> usize {
    list.iter().filter(|it| names(it, manifest)).count()
}

/// What a list of referrers names, for sentences.
pub(super) fn in_words(list: &[Value]) -> String {
    let digests: Vec<_> = list.iter().map(|it| it["digest"].to_string()).collect();
    format!("[{}]", digests.join(", "))
}
