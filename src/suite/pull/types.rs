//! Media types of pulled manifests: that of the push, whatever else could be taken for it.

use crate::catalogue::manifest_pull::MANIFEST_BY_DIGEST_FOUND;
use crate::catalogue::manifest_pull::MANIFEST_BY_TAG_FOUND;
use crate::catalogue::manifest_pull::MANIFEST_TYPE_KEPT;
use crate::catalogue::manifest_pull::MANIFEST_TYPE_PARAMETERS_OMITTED;
use crate::catalogue::manifest_pull::MANIFEST_TYPE_SENT;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::oci::Algorithm;
use crate::oci::media_type;
use crate::suite::threads::at_once;
use crate::trial::Answer;
use crate::trial::Kind;
use crate::trial::Repository;
use crate::trial::Trial;
use crate::trial::content::Artifact;
use crate::trial::content::Image;
use crate::trial::content::IndexParts;
use crate::trial::content::ManifestDoc;
use crate::verdict::Outcome;
use crate::verdict::Stop;

pub(crate) static SECTION: Section = Section {
    id: "pull/types",
    title: "Media types of pulled manifests",
    anchor: "pulling-manifests",
    checks: &[
        Check {
            name: "artifact-type",
            title: "a manifest with an artifactType is pulled under the media type of its push",
            run: artifact_type,
            ..TYPED
        },
        Check {
            name: "type-of-own-push",
            title: "a manifest that another repository got under another media type is pulled under its own",
            run: type_of_own_push,
            ..TYPED
        },
        Check {
            name: "type-after-race",
            title: "what is left of an image and an index that are pushed to a tag at once has its own media type",
            run: type_after_race,
            ..TYPED
        },
    ],
};

/// What these checks have in common.
const TYPED: Check = Check {
    covers: &[
        &MANIFEST_TYPE_SENT,
        &MANIFEST_TYPE_KEPT,
        &MANIFEST_TYPE_PARAMETERS_OMITTED,
    ],
    needs: &[Feature::Push],
    ..Check::BASE
};

fn artifact_type(trial: &Trial<'_>) -> Outcome {
    let repository = trial.repository();
    let artifact = Artifact::alone(&mut trial.stream(), Algorithm::Sha256, 1);
    repository.push_parts(&artifact)?;
    is_typed(trial, &artifact.manifest)?;
    let index = IndexParts {
        artifact_type: Some(Artifact::TYPE.to_owned()),
        ..IndexParts::over(&mut trial.stream(), vec![artifact.manifest])
    };
    is_typed(trial, &index.assemble(Algorithm::Sha256).manifest)
}

/// Proves that this manifest, once pushed by a tag, is pulled under its media type.
fn is_typed(trial: &Trial<'_>, manifest: &ManifestDoc) -> Outcome {
    let tag = trial.tag();
    trial.repository().push_by_tag(&tag, manifest)?;
    let by_tag = trial.get(&format!("manifests/{tag}"))?;
    by_tag.prepares(&MANIFEST_BY_TAG_FOUND).status(&[200])?;
    type_of_push(&by_tag, manifest)?;
    let by_digest = trial.get(&format!("manifests/{}", manifest.digest))?;
    let demand = by_digest.prepares(&MANIFEST_BY_DIGEST_FOUND);
    demand.status(&[200])?;
    type_of_push(&by_digest, manifest)
}

/// Bytes that do not name their type are of either type, as whoever pushes them says.
fn type_of_own_push(trial: &Trial<'_>) -> Outcome {
    let image = Image::build(&mut trial.stream(), Algorithm::Sha256);
    let mut json = image.manifest.json();
    if let Some(fields) = json.as_object_mut() {
        fields.remove("mediaType");
    }
    let own = ManifestDoc::from_json(&json, Algorithm::Sha256);
    let theirs = ManifestDoc {
        media_type: media_type::DOCKER_MANIFEST.to_owned(),
        ..own.clone()
    };
    let (here, there) = (trial.repository(), trial.other_repository());
    taken(&there, &image, &theirs)?;
    taken(&here, &image, &own)?;
    let answer = here.get(&format!("manifests/{}", own.digest))?;
    let demand = answer.prepares(&MANIFEST_BY_DIGEST_FOUND);
    demand.status(&[200])?.body(&own.bytes)?;
    type_of_push(&answer, &own)
}

/// Pushes a manifest with the parts of this image; a registry may refuse one that does not name
/// its type.
fn taken(repository: &Repository<'_>, parts: &Image, manifest: &ManifestDoc) -> Outcome {
    repository.push_parts(parts)?;
    let answer = repository.put_manifest(&manifest.digest, manifest)?;
    if answer.status() == 201 {
        return Ok(());
    }
    let (told, kind) = (answer.summary(), &manifest.media_type);
    let evidence = format!("{told} to a manifest without mediaType, pushed as {kind}");
    Err(Stop::Unsupported(evidence))
}

fn type_after_race(trial: &Trial<'_>) -> Outcome {
    /// How often they race; a registry that mixes them up need not do so each time.
    const RACES: usize = 3;
    let repository = trial.repository();
    let image = repository.new_manifest(Kind::Image)?;
    let index = repository.new_manifest(Kind::Index)?;
    for _ in 0..RACES {
        let tag = trial.tag();
        at_once([&image, &index], |it| repository.push_by_tag(&tag, it))?;
        let answer = trial.get(&format!("manifests/{tag}"))?;
        let left = [&image, &index]
            .into_iter()
            .find(|it| it.bytes == answer.bytes());
        let demand = answer.prepares(&MANIFEST_BY_TAG_FOUND).status(&[200])?;
        demand.that(left.is_some(), "one of both manifests", "other bytes")?;
        left.map_or(Ok(()), |manifest| type_of_push(&answer, manifest))?;
    }
    Ok(())
}

/// Proves that the manifest has its media type and nothing else in `Content-Type`.
pub(super) fn type_of_push(answer: &Answer<'_>, manifest: &ManifestDoc) -> Outcome {
    let sent = answer.header("content-type").unwrap_or_default();
    let actual = format!("Content-Type: {sent:?}");
    let (essence, parameters) = sent.split_once(';').unwrap_or((sent, ""));
    let is_named = essence
        .trim()
        .split_once('/')
        .is_some_and(|(kind, subtype)| is_token(kind) && is_token(subtype));
    answer.proves(&MANIFEST_TYPE_SENT).that(
        is_named,
        "a Content-Type that names a media type",
        &actual,
    )?;
    answer.proves(&MANIFEST_TYPE_KEPT).that(
        essence.trim().eq_ignore_ascii_case(&manifest.media_type),
        &format!("Content-Type: {}", manifest.media_type),
        &actual,
    )?;
    answer.proves(&MANIFEST_TYPE_PARAMETERS_OMITTED).that(
        parameters.is_empty() && !sent.ends_with(';'),
        "a Content-Type without parameters",
        &actual,
    )?;
    Ok(())
}

/// Whether this is a token of HTTP (RFC 9110, section 5.6.2).
pub(in crate::suite) fn is_token(text: &str) -> bool {
    let is_token_byte =
        |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(is_token_byte)
}
