//! Content management as a whole: what may be answered to any kind of delete.

use crate::catalogue::blob_pull::BLOB_FOUND;
use crate::catalogue::delete::DELETE_REFUSAL_ALLOWED;
use crate::catalogue::errors::CLIENT_MISTAKE_REFUSED;
use crate::catalogue::manifest_pull::MANIFEST_BY_DIGEST_FOUND;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::http::Method;
use crate::oci::Digest;
use crate::suite::refusable;
use crate::trial::Axis;
use crate::trial::Trial;
use crate::verdict::Outcome;

pub(crate) static SECTION: Section = Section {
    id: "management/deletes",
    title: "Content management",
    anchor: "content-management",
    checks: &[
        Check {
            name: "each-kind",
            title: "DELETE on a tag, a manifest or a blob is carried out or refused, without a server error",
            covers: &[&CLIENT_MISTAKE_REFUSED, &DELETE_REFUSAL_ALLOWED],
            needs: &[Feature::Push],
            run: each_kind,
            ..Check::BASE
        },
        Check {
            name: "malformed-digest",
            title: "DELETE by a malformed digest is refused, and deletes nothing that the digest resembles",
            covers: &[
                &MANIFEST_BY_DIGEST_FOUND,
                &BLOB_FOUND,
                &CLIENT_MISTAKE_REFUSED,
            ],
            needs: &[Feature::Push],
            axes: &[Axis::Kind],
            run: malformed_digest,
            ..Check::BASE
        },
    ],
};

fn each_kind(trial: &Trial<'_>) -> Outcome {
    let (tag, tagged) = trial.pushed_tag()?;
    let blob = trial.pushed_blob(64)?;
    for path in [
        format!("manifests/{tag}"),
        format!("manifests/{}", tagged.digest),
        format!("blobs/{}", blob.digest),
    ] {
        let asking = trial.repository().ask(Method::DELETE, &path);
        if let Some(answer) = refusable(trial, asking)? {
            answer.proves(&DELETE_REFUSAL_ALLOWED).that(
                answer.status() == 202 || answer.is_client_error(),
                "202, or 400 or 405",
                &answer.summary(),
            )?;
        }
    }
    Ok(())
}

fn malformed_digest(trial: &Trial<'_>) -> Outcome {
    let (manifest, blob) = (trial.pushed_manifest()?, trial.pushed_blob(64)?);
    for (kind, digest) in [("manifests", &manifest.digest), ("blobs", &blob.digest)] {
        for bad in resembling(digest) {
            let path = format!("{kind}/{bad}");
            refusable(trial, trial.repository().ask(Method::DELETE, &path))?;
        }
    }
    let kept = trial.get(&format!("manifests/{}", manifest.digest))?;
    let demand = kept.proves(&MANIFEST_BY_DIGEST_FOUND).status(&[200])?;
    demand.body(&manifest.bytes)?;
    let kept = trial.get(&format!("blobs/{}", blob.digest))?;
    kept.proves(&BLOB_FOUND).content(&blob.bytes)?;
    Ok(())
}

/// A digest cut short, in capitals, with a digit too many, and without digits.
fn resembling(digest: &Digest) -> [String; 4] {
    let (algorithm, hex) = (digest.algorithm(), digest.hex());
    [
        format!("{algorithm}:{}", &hex[..12]),
        format!("{algorithm}:{}", hex.to_uppercase()),
        format!("{algorithm}:{hex}0"),
        format!("{algorithm}:"),
    ]
}
