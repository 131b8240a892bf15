//! Manifests of schema 2, and lists of them.

use crate::catalogue::Requirement;
use crate::catalogue::blob_pull::BLOB_FOUND;
use crate::catalogue::delete::DELETED_MANIFEST_UNKNOWN;
use crate::catalogue::delete::MANIFEST_DELETE_ACCEPTED;
use crate::catalogue::docker::DOCKER_MANIFEST_KEPT;
use crate::catalogue::docker::DOCKER_MANIFEST_LIST_KEPT;
use crate::catalogue::docker::EXISTING_CONTENT_DESCRIBED;
use crate::catalogue::docker::PULLED_DIGEST_SENT;
use crate::catalogue::docker::STORED_MANIFEST_DESCRIBED;
use crate::catalogue::docker::UNMATCHED_MANIFEST_LIST_ANSWERED;
use crate::catalogue::existence::BLOB_EXISTENCE_CONFIRMED;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::http::Method;
use crate::oci::Tag;
use crate::oci::media_type;
use crate::trial::Answer;
use crate::trial::Repository;
use crate::trial::Trial;
use crate::trial::content::ManifestDoc;
use crate::verdict::Outcome;
use crate::verdict::Stop;

use super::images::list;
use super::images::new_schema_2;
use super::names_digest;

pub(crate) static SECTION: Section = Section {
    id: "docker/manifests",
    title: "Schema 2 and manifest lists",
    anchor: "",
    checks: &[
        Check {
            name: "schema-2",
            title: "A manifest of schema 2 is taken, and comes back byte for byte and under its own type",
            covers: &[&DOCKER_MANIFEST_KEPT],
            needs: &[Feature::Push],
            run: |trial| {
                let repository = trial.repository();
                let manifest = new_schema_2(&repository)?;
                kept(&repository, &manifest, &DOCKER_MANIFEST_KEPT)
            },
            ..Check::BASE
        },
        Check {
            name: "list",
            title: "A manifest list is taken, and comes back byte for byte and under its own type",
            covers: &[&DOCKER_MANIFEST_LIST_KEPT],
            needs: &[Feature::Push],
            run: |trial| {
                let repository = trial.repository();
                let (list, _) = new_list(&repository)?;
                kept(&repository, &list, &DOCKER_MANIFEST_LIST_KEPT)
            },
            ..Check::BASE
        },
        Check {
            name: "list-not-accepted",
            title: "A client that takes no lists gets a list, or an image of it, under its own type, or 404 or 406",
            covers: &[&UNMATCHED_MANIFEST_LIST_ANSWERED],
            needs: &[Feature::Push],
            run: list_not_accepted,
            ..Check::BASE
        },
        Check {
            name: "stored",
            title: "PUT of a manifest returns 201, a Location and its digest",
            covers: &[&STORED_MANIFEST_DESCRIBED],
            needs: &[Feature::Push],
            run: stored,
            ..Check::BASE
        },
        Check {
            name: "existing",
            title: "HEAD on a manifest and on a blob says their length and digest",
            covers: &[&EXISTING_CONTENT_DESCRIBED],
            needs: &[Feature::Push],
            run: existing,
            ..Check::BASE
        },
        Check {
            name: "pulled",
            title: "GET on a manifest and on a blob says their digest",
            covers: &[&PULLED_DIGEST_SENT],
            needs: &[Feature::Push],
            run: pulled,
            ..Check::BASE
        },
        Check {
            name: "deleted",
            title: "DELETE of a manifest of schema 2 by its digest returns 202, and it is gone",
            covers: &[&MANIFEST_DELETE_ACCEPTED, &DELETED_MANIFEST_UNKNOWN],
            needs: &[Feature::Push, Feature::ManifestDelete],
            run: deleted,
            ..Check::BASE
        },
    ],
};

/// A list over two images that are pushed here, and those.
fn new_list(repository: &Repository<'_>) -> Result<(ManifestDoc, [ManifestDoc; 2]), Stop> {
    let children = [new_schema_2(repository)?, new_schema_2(repository)?];
    for child in &children {
        taken(repository, &repository.trial().tag(), child)?;
    }
    Ok((list(&[&children[0], &children[1]]), children))
}

fn kept(repository: &Repository<'_>, manifest: &ManifestDoc, row: &'static Requirement) -> Outcome {
    let tag = repository.trial().tag();
    let answer = repository.put_manifest(&tag, manifest)?;
    answer.proves(row).status(&[201])?;
    for reference in [tag.to_string(), manifest.digest.to_string()] {
        let asking = repository.ask(Method::GET, &format!("manifests/{reference}"));
        let answer = asking.header("accept", &manifest.media_type).send()?;
        answer.proves(row).content(&manifest.bytes)?;
        let demand = answer.proves(row);
        let expected = format!("the type {}", manifest.media_type);
        demand.that(
            named_type(&answer) == manifest.media_type,
            &expected,
            &format!("the type {}", named_type(&answer)),
        )?;
    }
    Ok(())
}

/// The type of what was pulled, without parameters, which another row is about.
fn named_type<'a>(answer: &'a Answer<'_>) -> &'a str {
    let header = answer.header("content-type").unwrap_or_default();
    header.split(';').next().unwrap_or_default().trim()
}

/// What Docker's text says of the rewriting into schema 1 is what registries have given up.
fn list_not_accepted(trial: &Trial<'_>) -> Outcome {
    let repository = trial.repository();
    let (list, [child, _]) = new_list(&repository)?;
    let tag = trial.tag();
    taken(&repository, &tag, &list)?;
    let asking = repository.ask(Method::GET, &format!("manifests/{tag}"));
    let answer = asking
        .header("accept", media_type::DOCKER_MANIFEST)
        .send()?;
    let row = &UNMATCHED_MANIFEST_LIST_ANSWERED;
    answer.proves(row).status(&[200, 404, 406])?;
    if answer.status() != 200 {
        return Ok(());
    }
    let named = named_type(&answer);
    let is =
        |manifest: &ManifestDoc| named == manifest.media_type && answer.bytes() == &manifest.bytes;
    let is_schema_1 = named.contains("distribution.manifest.v1+");
    answer.proves(row).that(
        is(&list) || is(&child) || is_schema_1,
        "the list or the image for linux/amd64, under its own type",
        &format!("{} bytes of type {named}", answer.bytes().len()),
    )?;
    Ok(())
}

fn stored(trial: &Trial<'_>) -> Outcome {
    let manifest = new_schema_2(&trial.repository())?;
    let answer = taken(&trial.repository(), &trial.tag(), &manifest)?;
    let names = answer.header(super::DIGEST) == Some(&manifest.digest.to_string());
    let demand = answer.proves(&STORED_MANIFEST_DESCRIBED);
    let actual = format!("{}, or one of them missing or another", answer.told());
    let expected = format!("a Location and Docker-Content-Digest: {}", manifest.digest);
    demand.that(names && answer.location().is_some(), &expected, &actual)?;
    Ok(())
}

/// Pushes a manifest of Docker's; a registry may know none.
pub(super) fn taken<'t>(
    repository: &Repository<'t>,
    tag: &Tag,
    manifest: &ManifestDoc,
) -> Result<Answer<'t>, Stop> {
    let answer = repository.put_manifest(tag, manifest)?;
    if answer.is_success() {
        return Ok(answer);
    }
    let told = answer.told();
    Err(Stop::Unsupported(format!("{told} to Docker's manifest")))
}

/// The paths, digests and lengths of a manifest and a blob that are pushed here.
fn content(repository: &Repository<'_>) -> Result<[(String, String, usize); 2], Stop> {
    let image = repository.new_image()?;
    repository.push_by_digest(&image.manifest)?;
    let (manifest, config) = (&image.manifest, &image.config);
    let (of_manifest, of_blob) = (manifest.digest.to_string(), config.digest.to_string());
    Ok([
        (
            format!("manifests/{of_manifest}"),
            of_manifest,
            manifest.bytes.len(),
        ),
        (format!("blobs/{of_blob}"), of_blob, config.bytes.len()),
    ])
}

fn existing(trial: &Trial<'_>) -> Outcome {
    for (path, digest, length) in content(&trial.repository())? {
        let answer = trial.head(&path)?;
        let row = &BLOB_EXISTENCE_CONFIRMED;
        answer.prepares(row).status(&[200])?;
        let is_long = answer.header("content-length") == Some(&length.to_string());
        let demand = answer.proves(&EXISTING_CONTENT_DESCRIBED);
        demand.that(
            is_long && names_digest(&answer, &digest),
            &format!("Content-Length: {length} and Docker-Content-Digest: {digest}"),
            &described(&answer),
        )?;
    }
    Ok(())
}

fn pulled(trial: &Trial<'_>) -> Outcome {
    for (path, digest, _) in content(&trial.repository())? {
        let answer = trial.get(&path)?;
        answer.prepares(&BLOB_FOUND).status(&[200])?;
        let demand = answer.proves(&PULLED_DIGEST_SENT);
        demand.that(
            names_digest(&answer, &digest),
            &format!("Docker-Content-Digest: {digest}"),
            &described(&answer),
        )?;
    }
    Ok(())
}

fn described(answer: &Answer<'_>) -> String {
    let header = |name: &str| answer.header(name).unwrap_or("none").to_owned();
    let (length, digest) = (header("content-length"), header(super::DIGEST));
    format!("Content-Length: {length} and Docker-Content-Digest: {digest}")
}

fn deleted(trial: &Trial<'_>) -> Outcome {
    let repository = trial.repository();
    let manifest = new_schema_2(&repository)?;
    taken(&repository, &trial.tag(), &manifest)?;
    let path = format!("manifests/{}", manifest.digest);
    let answer = repository.delete(&path)?;
    let demand = answer.proves(&MANIFEST_DELETE_ACCEPTED);
    demand.status(&[202])?;
    trial.eventually(|| {
        let answer = trial.get(&path)?;
        let demand = answer.proves(&DELETED_MANIFEST_UNKNOWN);
        demand.status(&[404])?;
        Ok(())
    })
}
