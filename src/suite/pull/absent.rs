//! What is not there, where something near it is.

use crate::catalogue::Requirement;
use crate::catalogue::blob_pull::ABSENT_BLOB_UNKNOWN;
use crate::catalogue::blob_pull::MALFORMED_BLOB_DIGEST_REFUSED;
use crate::catalogue::blob_pull::OTHER_REPOSITORY_BLOB_UNKNOWN;
use crate::catalogue::existence::ABSENT_BLOB_EXISTENCE_DENIED;
use crate::catalogue::existence::ABSENT_MANIFEST_EXISTENCE_DENIED;
use crate::catalogue::existence::BLOB_EXISTENCE_CONFIRMED;
use crate::catalogue::manifest_pull::ABSENT_MANIFEST_UNKNOWN;
use crate::catalogue::names::REPOSITORY_NAME_ACCEPTED;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::check::Wants;
use crate::http::Method;
use crate::oci::Algorithm;
use crate::oci::RepositoryName;
use crate::oci::Tag;
use crate::trial::Axis;
use crate::trial::Repository;
use crate::trial::Trial;
use crate::verdict::Outcome;
use crate::verdict::Stop;

use super::inhabited_other;

pub(crate) static SECTION: Section = Section {
    id: "pull/absent",
    title: "What is not there",
    anchor: "pull",
    checks: &[
        Check {
            name: "tag-beside-latest",
            title: "GET and HEAD on a tag that nobody pushed return 404 also where there is a tag latest",
            covers: &[&ABSENT_MANIFEST_UNKNOWN, &ABSENT_MANIFEST_EXISTENCE_DENIED],
            run: tag_beside_latest,
            ..FRESH
        },
        Check {
            name: "empty-blob",
            title: "GET and HEAD on the blob of no bytes return 404 where nobody pushed it",
            covers: ABSENT_BLOB,
            run: |trial| {
                trial.pushed_blob(64)?;
                let nothing = Algorithm::Sha256.digest(b"");
                is_absent(
                    &trial.repository(),
                    &format!("blobs/{nothing}"),
                    ABSENT_BLOB,
                )
            },
            ..FRESH
        },
        Check {
            name: "unmounted-blob",
            title: "GET and HEAD on a blob return 404 after a mount that found none",
            covers: ABSENT_BLOB,
            needs: &[Feature::Push],
            run: unmounted_blob,
            ..Check::BASE
        },
        Check {
            name: "blob-above-or-below",
            title: "GET and HEAD on a blob return 404 where only the repository above or below holds it",
            covers: &[&OTHER_REPOSITORY_BLOB_UNKNOWN],
            run: blob_above_or_below,
            ..FRESH
        },
        Check {
            name: "blob-by-tag",
            title: "GET on a blob by a tag of the repository returns 400 or 404",
            covers: &[&MALFORMED_BLOB_DIGEST_REFUSED],
            needs: &[Feature::Tag],
            run: |trial| {
                let (tag, _) = trial.known_tag()?;
                let answer = trial.get(&format!("blobs/{tag}"))?;
                let demand = answer.proves(&MALFORMED_BLOB_DIGEST_REFUSED);
                demand.status(&[400, 404])?;
                Ok(())
            },
            ..Check::BASE
        },
        Check {
            name: "manifest-as-blob",
            title: "HEAD on a blob by the digest of a manifest says what GET says: that it is there, or not",
            covers: &[&BLOB_EXISTENCE_CONFIRMED, &ABSENT_BLOB_EXISTENCE_DENIED],
            needs: &[Feature::Manifest],
            axes: &[Axis::Kind],
            run: manifest_as_blob,
            ..Check::BASE
        },
    ],
};

/// What the checks have in common that need to know all that was pushed.
const FRESH: Check = Check {
    needs: &[Feature::Push],
    wants: Wants::Fresh,
    ..Check::BASE
};

/// What GET and HEAD on an absent blob prove.
const ABSENT_BLOB: &[&Requirement] = &[&ABSENT_BLOB_UNKNOWN, &ABSENT_BLOB_EXISTENCE_DENIED];

/// Proves that nothing is here, by GET in the name of the first of these, and by HEAD in that of
/// the last.
fn is_absent(repository: &Repository<'_>, path: &str, rows: &[&'static Requirement]) -> Outcome {
    let methods = [Method::GET, Method::HEAD];
    let last = rows.last().copied();
    for (method, row) in methods.into_iter().zip(rows.iter().copied().chain(last)) {
        let answer = repository.ask(method, path).send()?;
        answer.proves(row).status(&[404])?;
    }
    Ok(())
}

fn tag_beside_latest(trial: &Trial<'_>) -> Outcome {
    const ROWS: &[&Requirement] = &[&ABSENT_MANIFEST_UNKNOWN, &ABSENT_MANIFEST_EXISTENCE_DENIED];
    let (repository, manifest) = (trial.repository(), trial.manifest()?);
    let latest: Tag = "latest".parse().expect("six letters are a tag");
    repository.push_by_tag(&latest, &manifest)?;
    is_absent(&repository, &format!("manifests/{}", trial.tag()), ROWS)
}

fn unmounted_blob(trial: &Trial<'_>) -> Outcome {
    let target = inhabited_other(trial)?;
    // The source is there, but holds something else.
    trial.pushed_blob(64)?;
    let digest = trial.absent_digest(Algorithm::Sha256);
    let mount = target.post_upload().query("mount", &digest.to_string());
    // What the answer has to be is asked where mounts are.
    mount
        .query("from", trial.repository().name().as_str())
        .send()?;
    is_absent(&target, &format!("blobs/{digest}"), ABSENT_BLOB)
}

fn blob_above_or_below(trial: &Trial<'_>) -> Outcome {
    const ROWS: &[&Requirement] = &[&OTHER_REPOSITORY_BLOB_UNKNOWN];
    let above = trial.repository();
    let name: RepositoryName = format!("{}/below", above.name())
        .parse()
        .map_err(|error| Stop::Skipped(format!("{error}")))?;
    let below = trial.repository_named(name);
    let opened = below.post_upload().send()?;
    let demand = opened.prepares(&REPOSITORY_NAME_ACCEPTED);
    demand.status(&[202])?;
    let (here, there) = (trial.pushed_blob(64)?, trial.blob(64));
    below.push_blob(&there)?;
    is_absent(&below, &format!("blobs/{}", here.digest), ROWS)?;
    is_absent(&above, &format!("blobs/{}", there.digest), ROWS)
}

/// Manifests may be stored as blobs, so that they are there as such.
fn manifest_as_blob(trial: &Trial<'_>) -> Outcome {
    let path = format!("blobs/{}", trial.known_manifest()?.digest);
    let (get, head) = (trial.get(&path)?, trial.head(&path)?);
    match get.status() {
        200 => head.proves(&BLOB_EXISTENCE_CONFIRMED).status(&[200])?,
        404 => head.proves(&ABSENT_BLOB_EXISTENCE_DENIED).status(&[404])?,
        _ => return Ok(()),
    };
    Ok(())
}
