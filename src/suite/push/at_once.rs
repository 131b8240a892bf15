//! Pushes and pulls that are under way at the same time.

use crate::catalogue::blob_pull::ABSENT_BLOB_UNKNOWN;
use crate::catalogue::blob_pull::BLOB_FOUND;
use crate::catalogue::existence::BLOB_EXISTENCE_CONFIRMED;
use crate::catalogue::existence::EXISTENCE_LENGTH_SENT;
use crate::catalogue::manifest_pull::ABSENT_MANIFEST_UNKNOWN;
use crate::catalogue::manifest_pull::MANIFEST_BY_DIGEST_FOUND;
use crate::catalogue::manifest_pull::MANIFEST_BY_TAG_FOUND;
use crate::catalogue::manifest_pull::MANIFEST_DIGEST_HEADER_MATCHED;
use crate::catalogue::manifest_push::MANIFEST_PUT_BY_DIGEST_ACCEPTED;
use crate::catalogue::manifest_push::MANIFEST_PUT_BY_TAG_ACCEPTED;
use crate::catalogue::manifest_push::REPEATED_MANIFEST_PUT_ACCEPTED;
use crate::catalogue::manifest_push::TAG_MOVED;
use crate::catalogue::post_then_put::CONCURRENT_UPLOADS_ISOLATED;
use crate::catalogue::post_then_put::UPLOAD_LOCATION_UNIQUE;
use crate::catalogue::post_then_put::UPLOAD_PUT_ACCEPTED;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::oci::Algorithm;
use crate::oci::Tag;
use crate::trial::Answer;
use crate::trial::Axis;
use crate::trial::Kind;
use crate::trial::Repository;
use crate::trial::Trial;
use crate::trial::content::Blob;
use crate::trial::content::ImageParts;
use crate::trial::content::Layer;
use crate::trial::content::ManifestDoc;
use crate::verdict::Outcome;
use crate::verdict::Stop;

use super::super::everywhere::names;
use super::super::threads::at_once;
use super::super::threads::meanwhile;
use super::super::way::Way;
use super::blob_helpers::is_pulled;
use super::blob_helpers::is_put;
use super::manifests::is_exactly;

pub(crate) static SECTION: Section = Section {
    id: "push/at-once",
    title: "Pushes at the same time",
    anchor: "push",
    checks: &[
        Check {
            name: "sessions",
            title: "Eight POSTs at once open eight sessions with a Location each of its own",
            covers: &[&UPLOAD_LOCATION_UNIQUE],
            run: sessions,
            ..PUSHED
        },
        Check {
            name: "blobs",
            title: "Four blobs that are pushed at once are all taken and stored as they are",
            axes: &[Axis::BlobAlgorithm],
            run: |trial| blobs(trial, [Way::Put; 4]),
            ..PUSHED
        },
        Check {
            name: "blobs-in-chunks",
            title: "Four blobs that are pushed in chunks at once are all taken and stored as they are",
            run: |trial| blobs(trial, [Way::Chunks; 4]),
            ..PUSHED
        },
        Check {
            name: "blobs-by-different-ways",
            title: "Four blobs that are pushed at once, each by another way, are stored as they are",
            run: |trial| {
                blobs(
                    trial,
                    [Way::Put, Way::Chunks, Way::OneChunk, Way::LastInPut],
                )
            },
            ..PUSHED
        },
        Check {
            name: "same-blob",
            title: "A blob that four clients push at once is taken from each, and stored as it is",
            covers: &[&UPLOAD_PUT_ACCEPTED, &BLOB_FOUND],
            run: |trial| {
                let (repository, blob) = (trial.repository(), trial.blob(70_000));
                at_once(0..4, |_| {
                    let session = repository.open_session()?;
                    let answer = session.put(&blob.digest).blob(&blob).send()?;
                    answer.proves(&UPLOAD_PUT_ACCEPTED).status(&[201])?;
                    // Each client may go on as if it were alone.
                    is_pulled(&repository, &blob, &BLOB_FOUND)
                })?;
                is_pulled(&repository, &blob, &BLOB_FOUND)
            },
            ..PUSHED
        },
        Check {
            name: "same-blob-in-two-repositories",
            title: "A blob that is pushed to two repositories at once is taken and stored in both",
            covers: &[&UPLOAD_PUT_ACCEPTED, &BLOB_FOUND],
            run: |trial| {
                let blob = trial.blob(70_000);
                let (here, there) = (trial.repository(), trial.other_repository());
                at_once([&here, &there, &here, &there], |repository| {
                    let session = repository.open_session()?;
                    let answer = session.put(&blob.digest).blob(&blob).send()?;
                    answer.proves(&UPLOAD_PUT_ACCEPTED).status(&[201])?;
                    is_pulled(repository, &blob, &BLOB_FOUND)
                })?;
                Ok(())
            },
            ..PUSHED
        },
        Check {
            name: "blob-pulled-meanwhile",
            title: "Who pulls a blob while it is pushed gets nothing or the whole of it",
            covers: &[
                &BLOB_FOUND,
                &BLOB_EXISTENCE_CONFIRMED,
                &EXISTENCE_LENGTH_SENT,
                &ABSENT_BLOB_UNKNOWN,
            ],
            run: blob_pulled_meanwhile,
            ..PUSHED
        },
        Check {
            name: "same-manifest",
            title: "A manifest that four clients push at once is taken from each, and stored as it is",
            covers: &[&REPEATED_MANIFEST_PUT_ACCEPTED],
            axes: &[Axis::ManifestAlgorithm],
            run: |trial| {
                let (repository, manifest) = (trial.repository(), trial.manifest()?);
                let row = &REPEATED_MANIFEST_PUT_ACCEPTED;
                at_once(0..4, |_| {
                    let answer = repository.put_manifest(&manifest.digest, &manifest)?;
                    answer.proves(row).status(&[201])?;
                    is_exactly(&repository, row, &manifest.digest, &manifest)
                })?;
                Ok(())
            },
            ..PUSHED
        },
        Check {
            name: "manifest-pulled-meanwhile",
            title: "Who pulls a manifest while it is pushed gets nothing or the whole of it",
            covers: &[&MANIFEST_BY_DIGEST_FOUND, &ABSENT_MANIFEST_UNKNOWN],
            axes: &[Axis::Kind],
            run: manifest_pulled_meanwhile,
            ..PUSHED
        },
        Check {
            name: "same-tag",
            title: "A tag under which four manifests are pushed at once names one of them, and all are there",
            covers: &[
                &MANIFEST_PUT_BY_TAG_ACCEPTED,
                &MANIFEST_BY_TAG_FOUND,
                &MANIFEST_BY_DIGEST_FOUND,
                &MANIFEST_DIGEST_HEADER_MATCHED,
            ],
            run: same_tag,
            ..PUSHED
        },
        Check {
            name: "tag-pulled-meanwhile",
            title: "Who pulls a tag while it moves gets the manifest from before or after, and never none",
            covers: &[
                &MANIFEST_BY_TAG_FOUND,
                &MANIFEST_DIGEST_HEADER_MATCHED,
                &TAG_MOVED,
            ],
            run: tag_pulled_meanwhile,
            ..PUSHED
        },
        Check {
            name: "images",
            title: "Four images that are pushed at once, with a layer in common, are stored as they are",
            covers: &[
                &MANIFEST_PUT_BY_DIGEST_ACCEPTED,
                &MANIFEST_BY_DIGEST_FOUND,
                &BLOB_FOUND,
            ],
            run: images,
            ..PUSHED
        },
    ],
};

const PUSHED: Check = Check {
    covers: &[&CONCURRENT_UPLOADS_ISOLATED],
    needs: &[Feature::Push],
    ..Check::BASE
};

/// How often somebody looks while something else goes on.
const LOOKS: usize = 12;

fn sessions(trial: &Trial<'_>) -> Outcome {
    let repository = trial.repository();
    let mut urls = at_once(0..8, |_| Ok(repository.open_session()?.url))?;
    urls.sort_unstable();
    let repeated = urls.windows(2).find(|pair| pair[0] == pair[1]);
    trial.judge(
        &UPLOAD_LOCATION_UNIQUE,
        repeated.is_none(),
        "eight sessions with a Location each of its own",
        repeated.map_or_else(String::new, |pair| format!("{} twice", pair[0])),
    )
}

fn blobs(trial: &Trial<'_>, ways: [Way; 4]) -> Outcome {
    let (repository, row) = (trial.repository(), &CONCURRENT_UPLOADS_ISOLATED);
    let uploads = ways.map(|way| (way, trial.blob(70_000)));
    at_once(&uploads, |(way, blob)| {
        is_put(&way.try_push(&repository, blob, &blob.digest)?, row)
    })?;
    uploads
        .iter()
        .try_for_each(|(_, blob)| is_pulled(&repository, blob, row))
}

fn blob_pulled_meanwhile(trial: &Trial<'_>) -> Outcome {
    let (repository, blob) = (trial.repository(), trial.blob(1 << 20));
    let session = repository.open_session()?;
    meanwhile(
        || {
            let answer = session.put(&blob.digest).blob(&blob).send()?;
            answer.prepares(&UPLOAD_PUT_ACCEPTED).status(&[201])?;
            Ok(())
        },
        2 * LOOKS,
        |turn| look_at_blob(&repository, &blob, turn),
    )?;
    look_at_blob(&repository, &blob, 1)?;
    is_pulled(&repository, &blob, &BLOB_FOUND)
}

/// Looks by GET and, every second time, by HEAD.
fn look_at_blob(repository: &Repository<'_>, blob: &Blob, turn: usize) -> Outcome {
    let path = format!("blobs/{}", blob.digest);
    let get = repository.get(&path)?;
    get.proves(&ABSENT_BLOB_UNKNOWN).status(&[200, 404])?;
    if get.status() == 200 {
        get.proves(&BLOB_FOUND).body(&blob.bytes)?;
    }
    if turn.is_multiple_of(2) {
        return Ok(());
    }
    let head = repository.head(&path)?;
    let demand = head.proves(&BLOB_EXISTENCE_CONFIRMED);
    demand.status(&[200, 404])?;
    let own = blob.bytes.len().to_string();
    let sent = head.header("content-length").unwrap_or(&own);
    head.proves(&EXISTENCE_LENGTH_SENT).that(
        head.status() != 200 || sent == own,
        &format!("404, or Content-Length: {own}"),
        &format!("Content-Length: {sent}"),
    )?;
    Ok(())
}

fn manifest_pulled_meanwhile(trial: &Trial<'_>) -> Outcome {
    let (repository, manifest) = (trial.repository(), trial.manifest()?);
    let path = format!("manifests/{}", manifest.digest);
    let look = |_| {
        let get = repository.get(&path)?;
        get.proves(&ABSENT_MANIFEST_UNKNOWN).status(&[200, 404])?;
        if get.status() == 200 {
            let demand = get.proves(&MANIFEST_BY_DIGEST_FOUND);
            demand.body(&manifest.bytes)?;
        }
        Ok(())
    };
    // Once before, so that there is a look at what is not there, however quick the push is.
    look(0)?;
    meanwhile(|| repository.push_by_digest(&manifest), LOOKS, look)?;
    let row = &MANIFEST_BY_DIGEST_FOUND;
    is_exactly(&repository, row, &manifest.digest, &manifest)
}

/// Manifests that are not pushed yet, whose parts are.
fn some_manifests(trial: &Trial<'_>, count: usize) -> Result<Vec<ManifestDoc>, Stop> {
    let repository = trial.repository();
    (0..count)
        .map(|_| repository.new_manifest(Kind::Image))
        .collect()
}

fn same_tag(trial: &Trial<'_>) -> Outcome {
    let (repository, tag) = (trial.repository(), trial.tag());
    let manifests = some_manifests(trial, 4)?;
    at_once(&manifests, |manifest| {
        let answer = repository.put_manifest(&tag, manifest)?;
        answer
            .proves(&MANIFEST_PUT_BY_TAG_ACCEPTED)
            .status(&[201])?;
        Ok(())
    })?;
    names_one_of(&pull(&repository, &tag)?, &manifests)?;
    manifests.iter().try_for_each(|manifest| {
        let row = &MANIFEST_BY_DIGEST_FOUND;
        is_exactly(&repository, row, &manifest.digest, manifest)
    })
}

fn pull<'t>(repository: &Repository<'t>, tag: &Tag) -> Result<Answer<'t>, Stop> {
    repository.get(&format!("manifests/{tag}"))
}

/// Demands that a pull gave one of these manifests.
fn names_one_of(pulled: &Answer<'_>, manifests: &[ManifestDoc]) -> Outcome {
    let bytes = pulled.bytes();
    let is_one = manifests.iter().any(|manifest| manifest.bytes == *bytes);
    pulled.proves(&MANIFEST_BY_TAG_FOUND).that(
        pulled.status() == 200 && is_one,
        "200 and exactly the bytes of one of the manifests that were pushed under the tag",
        &format!("{} and {} other bytes", pulled.summary(), bytes.len()),
    )?;
    names(pulled, &MANIFEST_DIGEST_HEADER_MATCHED, bytes)
}

fn tag_pulled_meanwhile(trial: &Trial<'_>) -> Outcome {
    let (repository, tag) = (trial.repository(), trial.tag());
    let manifests = some_manifests(trial, 2)?;
    repository.push_by_tag(&tag, &manifests[0])?;
    meanwhile(
        || {
            let mut turns = manifests.iter().cycle().skip(1).take(7);
            turns.try_for_each(|manifest| repository.push_by_tag(&tag, manifest))
        },
        2 * LOOKS,
        |_| names_one_of(&pull(&repository, &tag)?, &manifests),
    )?;
    // The last of seven turns.
    is_exactly(&repository, &TAG_MOVED, &tag, &manifests[1])
}

fn images(trial: &Trial<'_>) -> Outcome {
    let repository = trial.repository();
    let common = Layer::gzip(&mut trial.stream(), Algorithm::Sha256);
    let images: Vec<_> = (0..4)
        .map(|_| {
            let stream = &mut trial.stream();
            let own = Layer::gzip(stream, Algorithm::Sha256);
            let layers = vec![common.clone(), own];
            ImageParts::over(stream, Algorithm::Sha256, layers).assemble(Algorithm::Sha256)
        })
        .collect();
    at_once(&images, |image| {
        repository.push_parts(image)?;
        let answer = repository.put_manifest(&image.manifest.digest, &image.manifest)?;
        answer
            .proves(&MANIFEST_PUT_BY_DIGEST_ACCEPTED)
            .status(&[201])?;
        Ok(())
    })?;
    for image in &images {
        let (row, manifest) = (&MANIFEST_BY_DIGEST_FOUND, &image.manifest);
        is_exactly(&repository, row, &manifest.digest, manifest)?;
        is_pulled(&repository, &image.layers[1].blob, &BLOB_FOUND)?;
    }
    is_pulled(&repository, &common.blob, &BLOB_FOUND)
}
