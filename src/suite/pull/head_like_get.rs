//! Checking if content exists: the headers of a HEAD are those of a GET, whatever the content.

use crate::catalogue::blob_pull::BLOB_FOUND;
use crate::catalogue::existence::BLOB_EXISTENCE_CONFIRMED;
use crate::catalogue::existence::EXISTENCE_LENGTH_SENT;
use crate::catalogue::existence::HEAD_BODY_OMITTED;
use crate::catalogue::existence::MANIFEST_EXISTENCE_CONFIRMED;
use crate::catalogue::manifest_pull::MANIFEST_BY_DIGEST_FOUND;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::trial::Axis;
use crate::trial::Trial;
use crate::trial::content::Blob;
use crate::verdict::Outcome;
use crate::verdict::Stop;

use super::LARGE;
use super::existence::like_get;

pub(crate) static SECTION: Section = Section {
    id: "pull/head-like-get",
    title: "HEAD as GET without the body",
    anchor: "checking-if-content-exists-in-the-registry",
    checks: &[
        Check {
            name: "manifest-by-digest",
            title: "HEAD on a manifest by its digest has the headers of a GET",
            covers: &[&HEAD_BODY_OMITTED],
            needs: &[Feature::Manifest],
            axes: &[Axis::Kind, Axis::ManifestAlgorithm],
            run: |trial| {
                let manifest = trial.known_manifest()?;
                let path = format!("manifests/{}", manifest.digest);
                let get = trial.get(&path)?;
                let demand = get.prepares(&MANIFEST_BY_DIGEST_FOUND).status(&[200])?;
                demand.body(&manifest.bytes)?;
                like_get(trial, &path, &get, &MANIFEST_EXISTENCE_CONFIRMED)
            },
            ..Check::BASE
        },
        Check {
            name: "empty-blob",
            title: "HEAD on a blob of no bytes has the headers of a GET, and says that its length is 0",
            run: |trial| {
                let blob = trial.blob(0);
                let session = trial.repository().open_session()?;
                let pushed = session.put(&blob.digest).blob(&blob).send()?;
                if pushed.is_client_error() {
                    // Whether a blob may be empty is left to the registry.
                    let evidence = format!("{} to the push of an empty blob", pushed.summary());
                    return Err(Stop::Unsupported(evidence));
                }
                blob_like_get(trial, &blob)
            },
            ..OF_BLOB
        },
        Check {
            name: "large-blob",
            title: "HEAD on a blob of 1 MiB and a byte has the headers of a GET",
            run: |trial| blob_like_get(trial, &trial.pushed_blob(LARGE)?),
            ..OF_BLOB
        },
        Check {
            name: "huge-blob",
            title: "HEAD on a blob of 5 MiB and a byte has the headers of a GET",
            heavy: true,
            run: |trial| blob_like_get(trial, &trial.pushed_blob(HUGE)?),
            ..OF_BLOB
        },
    ],
};

/// What the checks of blobs have in common.
const OF_BLOB: Check = Check {
    covers: &[&HEAD_BODY_OMITTED, &EXISTENCE_LENGTH_SENT],
    needs: &[Feature::Push],
    ..Check::BASE
};

/// How long a blob is that storage behind a registry keeps in several parts: 5 MiB and a byte.
const HUGE: usize = (5 << 20) + 1;

fn blob_like_get(trial: &Trial<'_>, blob: &Blob) -> Outcome {
    let path = format!("blobs/{}", blob.digest);
    let get = trial.get(&path)?;
    let demand = get.prepares(&BLOB_FOUND).status(&[200])?;
    demand.body(&blob.bytes)?;
    let head = trial.head(&path)?;
    head.prepares(&BLOB_EXISTENCE_CONFIRMED).status(&[200])?;
    head.proves(&EXISTENCE_LENGTH_SENT)
        .header("Content-Length", &blob.bytes.len().to_string())?;
    like_get(trial, &path, &get, &BLOB_EXISTENCE_CONFIRMED)
}
