//! The manifests of a plan, made when they are pushed for the first time.

use std::sync::Arc;

use serde_json::Value;
use serde_json::json;

use super::Applying;
use super::Stage;
use super::content::digest;
use crate::fuzz::dice::Dice;
use crate::fuzz::draft::Draft;
use crate::fuzz::draft::descriptor;
use crate::fuzz::meaning::Document;
use crate::fuzz::meaning::Text;
use crate::fuzz::mutation::Change;
use crate::fuzz::plan::Doc;
use crate::fuzz::plan::DocKind;
use crate::fuzz::plan::Pick;
use crate::fuzz::plan::Pool;
use crate::fuzz::plan::Step;
use crate::fuzz::plan::Subject;

/// The type of configurations: one that no registry knows, so that none may look into them.
const CONFIG: &str = "application/vnd.plimsoll.fuzz.config.v1+json";
const LAYER: &str = "application/vnd.oci.image.layer.v1.tar";
const DOCKER_CONFIG: &str = "application/vnd.docker.container.image.v1+json";
const DOCKER_LAYER: &str = "application/vnd.docker.image.rootfs.diff.tar.gzip";

/// The artifact type in this slot; 0 is none.
pub(super) fn artifact_type(slot: u8) -> Option<Text> {
    let letter = ["a", "b", "c"].get(usize::from(slot).checked_sub(1)?)?;
    Some(format!("application/vnd.plimsoll.fuzz.{letter}").into())
}

/// A manifest that was pushed.
#[derive(Debug)]
pub(super) struct Pushed {
    draft: Draft,
    named: Named,
    pub(super) document: Arc<Document>,
}

/// What a manifest names, beside its text.
#[derive(Debug, Clone, Default)]
struct Named {
    blobs: Vec<Text>,
    manifests: Vec<Text>,
    subject: Option<Text>,
}

impl Stage<'_> {
    /// The manifest in this slot, as the step pushes it. An odd one is what was pushed from this slot
    /// first, if anything was, and changed; nobody else meets it.
    pub(super) fn document(
        &mut self,
        repository: usize,
        slot: u8,
        step: &Step,
        plan: &mut Applying,
    ) -> Arc<Document> {
        let index = usize::from(slot) % self.docs.len();
        let naming = plan.naming.clone();
        let changes = || {
            let taken = step.mutations.iter();
            let taken = taken.filter(|it| naming.is_some() || !it.mutation.names_canary);
            taken.filter_map(|applied| {
                let Change::Manifest(change) = applied.mutation.change else {
                    return None;
                };
                Some((applied, change))
            })
        };
        if let Some(pushed) = &self.docs[index]
            && changes().next().is_none()
        {
            return Arc::clone(&pushed.document);
        }
        let spec = &self.plan.docs[index];
        let (mut draft, named) = match &self.docs[index] {
            Some(pushed) => (pushed.draft.clone(), pushed.named.clone()),
            None => self.draft(repository, index, spec),
        };
        let fresh = self.docs[index].is_none();
        let fresh = fresh.then(|| (draft.clone(), named.clone()));
        let mut is_odd = false;
        for (applied, change) in changes() {
            let is_changed = change(&mut draft, &mut Dice::new(applied.dice.into()));
            if let Some(naming) = naming.as_ref().filter(|_| applied.mutation.names_canary) {
                naming.bind_draft(&mut draft);
            }
            is_odd |= is_changed;
            plan.note(applied.mutation, is_changed);
        }
        let document = Arc::new(written(&draft, spec, named, is_odd));
        if let Some((draft, named)) = fresh.filter(|_| !is_odd) {
            self.docs[index] = Some(Pushed {
                draft,
                named,
                document: Arc::clone(&document),
            });
        }
        document
    }

    fn draft(&self, repository: usize, index: usize, spec: &Doc) -> (Draft, Named) {
        let mut named = Named::default();
        let media_type = spec.kind.media_type();
        let mut draft = Draft::new(media_type);
        draft.add("schemaVersion", &json!(2));
        draft.add("mediaType", &json!(media_type));
        let artifact_type = artifact_type(spec.artifact_type);
        let is_docker = matches!(spec.kind, DocKind::DockerImage | DocKind::DockerList);
        if let Some(artifact_type) = &artifact_type
            && !is_docker
        {
            draft.add("artifactType", &json!(**artifact_type));
        }
        let is_hybrid = matches!(
            spec.kind,
            DocKind::ImageWithManifests | DocKind::IndexWithLayers
        );
        if !spec.kind.is_index() || is_hybrid {
            self.add_blobs(&mut draft, repository, spec, &mut named);
        }
        if spec.kind.is_index() || is_hybrid {
            self.add_manifests(&mut draft, repository, spec, &mut named);
        }
        if let Some(subject) = spec.subject.filter(|_| !is_docker) {
            let held = match subject {
                Subject::Held(slot) => self.live(repository, slot),
                Subject::Absent => None,
            };
            let descriptor = held.unwrap_or_else(|| {
                let absent = self.dangling(0);
                descriptor(DocKind::Image.media_type(), &absent, 500)
            });
            named.subject = descriptor["digest"].as_str().map(Text::from);
            draft.add("subject", &descriptor);
        }
        draft.add("annotations", &self.annotations(index, spec.annotations));
        (draft, named)
    }

    fn add_blobs(&self, draft: &mut Draft, repository: usize, spec: &Doc, named: &mut Named) {
        let is_docker = spec.kind == DocKind::DockerImage;
        let (config, layer) = if is_docker {
            (DOCKER_CONFIG, DOCKER_LAYER)
        } else {
            (CONFIG, LAYER)
        };
        let mut described = |slot: u8, media_type: &str| {
            let pick = Pick {
                slot,
                from: Pool::Live,
            };
            let digest = self.blob(repository, pick);
            let size = self.content(&digest).len();
            named.blobs.push(digest.clone());
            descriptor(media_type, &digest, size)
        };
        let (first, rest) = spec.parts.split_first().unwrap_or((&0, &[]));
        draft.add("config", &described(*first, config));
        let layers: Vec<_> = rest.iter().map(|slot| described(*slot, layer)).collect();
        draft.add("layers", &Value::Array(layers));
    }

    fn add_manifests(&self, draft: &mut Draft, repository: usize, spec: &Doc, named: &mut Named) {
        let mut manifests = Vec::new();
        for slot in &spec.parts {
            if let Some(descriptor) = self.live(repository, *slot) {
                named
                    .manifests
                    .extend(descriptor["digest"].as_str().map(Text::from));
                manifests.push(descriptor);
            }
        }
        draft.add("manifests", &Value::Array(manifests));
    }

    /// The descriptor of a manifest that the repository holds.
    fn live(&self, repository: usize, slot: u8) -> Option<Value> {
        let held = self.pools.manifests_of(repository);
        let document = held.get(usize::from(slot) % held.len().max(1))?;
        let media_type = &document.media_type;
        Some(descriptor(
            media_type,
            &document.digest,
            document.bytes.len(),
        ))
    }

    /// Annotations, of which one makes the manifest that of its case.
    fn annotations(&self, index: usize, count: u8) -> Value {
        let case = format!("{:016x}/{index}", self.place.salt);
        let mut annotations = serde_json::Map::new();
        annotations.insert("plimsoll.fuzz.case".to_owned(), case.into());
        for number in 0..count {
            annotations.insert(format!("plimsoll.fuzz.{number}"), "é \u{1f6a2}".into());
        }
        annotations.into()
    }
}

fn written(draft: &Draft, spec: &Doc, named: Named, is_odd: bool) -> Document {
    let bytes = draft.bytes();
    let own_type = draft.value("artifactType");
    let own_type = own_type.as_ref().and_then(Value::as_str).map(Text::from);
    Document {
        digest: digest(&bytes),
        bytes: bytes.into(),
        media_type: draft.content_type.clone(),
        kind: spec.kind,
        is_odd,
        blobs: named.blobs,
        manifests: named.manifests,
        subject: named.subject,
        referrer_type: own_type.or_else(|| (!spec.kind.is_index()).then(|| CONFIG.into())),
    }
}
