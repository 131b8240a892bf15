//! Pulling manifests.

use crate::catalogue::manifest_pull::ABSENT_MANIFEST_UNKNOWN;
use crate::catalogue::manifest_pull::ABSENT_REPOSITORY_UNKNOWN;
use crate::catalogue::manifest_pull::MANIFEST_BY_DIGEST_FOUND;
use crate::catalogue::manifest_pull::MANIFEST_BY_TAG_FOUND;
use crate::catalogue::manifest_pull::MANIFEST_DIGEST_HEADER_MATCHED;
use crate::catalogue::manifest_pull::MANIFEST_DIGEST_HEADER_SENT;
use crate::catalogue::manifest_pull::MANIFEST_TYPE_KEPT;
use crate::catalogue::manifest_pull::MANIFEST_TYPE_PARAMETERS_OMITTED;
use crate::catalogue::manifest_pull::MANIFEST_TYPE_SENT;
use crate::catalogue::manifest_pull::MANIFEST_WITHOUT_ACCEPT_FOUND;
use crate::catalogue::manifest_pull::OTHER_REPOSITORY_MANIFEST_UNKNOWN;
use crate::catalogue::manifest_pull::UNMATCHED_ACCEPT_ANSWERED;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::check::Wants;
use crate::http::Method;
use crate::oci::Algorithm;
use crate::oci::Digest;
use crate::oci::media_type;
use crate::trial::Answer;
use crate::trial::Axis;
use crate::trial::Trial;
use crate::trial::content::ManifestDoc;
use crate::verdict::Outcome;
use crate::verdict::Stop;

use super::absence;
use super::digest_header_matched;
use super::digest_header_sent;
use super::inhabited_other;
use super::near_miss;
use super::reached;
use super::types::type_of_push;

pub(crate) static SECTION: Section = Section {
    id: "pull/manifests",
    title: "Pulling manifests",
    anchor: "pulling-manifests",
    checks: &[
        Check {
            name: "known-tag",
            title: "GET on a manifest by a tag returns 200 and exactly its bytes",
            covers: &[&MANIFEST_BY_TAG_FOUND],
            needs: &[Feature::Tag],
            axes: &[Axis::Kind],
            run: |trial| {
                let (tag, manifest) = trial.known_tag()?;
                let answer = trial.get(&format!("manifests/{tag}"))?;
                answer
                    .proves(&MANIFEST_BY_TAG_FOUND)
                    .status(&[200])?
                    .body(&manifest.bytes)?;
                Ok(())
            },
            ..Check::BASE
        },
        Check {
            name: "moved-tag",
            title: "GET by a tag that was pushed again returns the manifest of the last push",
            covers: &[&MANIFEST_BY_TAG_FOUND],
            needs: &[Feature::Push],
            axes: &[Axis::Kind],
            run: |trial| {
                let (tag, _) = trial.pushed_tag()?;
                let second = trial.manifest()?;
                trial.repository().push_by_tag(&tag, &second)?;
                let answer = trial.get(&format!("manifests/{tag}"))?;
                answer
                    .proves(&MANIFEST_BY_TAG_FOUND)
                    .status(&[200])?
                    .body(&second.bytes)?;
                Ok(())
            },
            ..Check::BASE
        },
        Check {
            name: "known-digest",
            title: "GET on a manifest by a digest that no tag names returns 200 and its bytes",
            covers: &[&MANIFEST_BY_DIGEST_FOUND],
            needs: &[Feature::Manifest],
            axes: &[Axis::Kind, Axis::ManifestAlgorithm],
            run: |trial| {
                let manifest = trial.known_manifest()?;
                found_by_digest(trial, &manifest.digest)
            },
            ..Check::BASE
        },
        Check {
            name: "tagged-digest",
            title: "GET by the digest of a manifest that was pushed by a tag, or that only an index lists, returns 200 and its bytes",
            covers: &[&MANIFEST_BY_DIGEST_FOUND],
            needs: &[Feature::Push],
            axes: &[Axis::Kind],
            run: |trial| {
                let (_, manifest) = trial.pushed_tag()?;
                found_by_digest(trial, &manifest.digest)?;
                children(&manifest)
                    .iter()
                    .try_for_each(|child| found_by_digest(trial, child))
            },
            ..Check::BASE
        },
        Check {
            name: "digest-header-by-tag",
            title: "the 200 to a GET by tag says the manifest's digest in Docker-Content-Digest",
            covers: &[
                &MANIFEST_DIGEST_HEADER_MATCHED,
                &MANIFEST_DIGEST_HEADER_SENT,
            ],
            needs: &[Feature::Tag],
            axes: &[Axis::Kind],
            run: |trial| {
                let (tag, manifest) = trial.known_tag()?;
                let answer = trial.get(&format!("manifests/{tag}"))?;
                answer
                    .prepares(&MANIFEST_BY_TAG_FOUND)
                    .status(&[200])?
                    .body(&manifest.bytes)?;
                digest_header(&answer)
            },
            ..Check::BASE
        },
        Check {
            name: "digest-header-by-digest",
            title: "the 200 to a GET by digest says a digest of the manifest in Docker-Content-Digest",
            covers: &[
                &MANIFEST_DIGEST_HEADER_MATCHED,
                &MANIFEST_DIGEST_HEADER_SENT,
            ],
            needs: &[Feature::Manifest],
            axes: &[Axis::Kind, Axis::ManifestAlgorithm],
            run: |trial| {
                let manifest = trial.known_manifest()?;
                let answer = trial.get(&format!("manifests/{}", manifest.digest))?;
                answer
                    .prepares(&MANIFEST_BY_DIGEST_FOUND)
                    .status(&[200])?
                    .body(&manifest.bytes)?;
                digest_header(&answer)
            },
            ..Check::BASE
        },
        Check {
            name: "type-by-tag",
            title: "a manifest is pulled by tag under the media type of its push, without parameters",
            covers: &[
                &MANIFEST_TYPE_SENT,
                &MANIFEST_TYPE_KEPT,
                &MANIFEST_TYPE_PARAMETERS_OMITTED,
            ],
            needs: &[Feature::Tag],
            axes: &[Axis::Kind],
            run: |trial| {
                let (tag, manifest) = trial.known_tag()?;
                let answer = trial.get(&format!("manifests/{tag}"))?;
                answer.prepares(&MANIFEST_BY_TAG_FOUND).status(&[200])?;
                type_of_push(&answer, &manifest)
            },
            ..Check::BASE
        },
        Check {
            name: "type-by-digest",
            title: "a manifest is pulled by digest under the media type of its push, without parameters",
            covers: &[
                &MANIFEST_TYPE_SENT,
                &MANIFEST_TYPE_KEPT,
                &MANIFEST_TYPE_PARAMETERS_OMITTED,
            ],
            needs: &[Feature::Manifest],
            axes: &[Axis::Kind],
            run: |trial| {
                let manifest = trial.known_manifest()?;
                let answer = trial.get(&format!("manifests/{}", manifest.digest))?;
                answer.prepares(&MANIFEST_BY_DIGEST_FOUND).status(&[200])?;
                type_of_push(&answer, &manifest)
            },
            ..Check::BASE
        },
        Check {
            name: "unknown-tag",
            title: "GET on a tag that nobody pushed returns 404",
            covers: &[&ABSENT_MANIFEST_UNKNOWN],
            run: |trial| absent(trial, trial.tag().as_str()),
            ..Check::BASE
        },
        Check {
            name: "unknown-digest",
            title: "GET on a manifest by a digest that nobody pushed returns 404",
            covers: &[&ABSENT_MANIFEST_UNKNOWN],
            axes: &[Axis::ManifestAlgorithm],
            run: |trial| {
                let digest = trial.absent_digest(trial.variant().manifests);
                let answer = trial.get(&format!("manifests/{digest}"))?;
                answer
                    .proves(&ABSENT_MANIFEST_UNKNOWN)
                    .status(absence(digest.algorithm()))?;
                Ok(())
            },
            ..Check::BASE
        },
        Check {
            name: "near-miss",
            title: "GET on a tag or digest that differs in one letter from a known one returns 404",
            covers: &[&ABSENT_MANIFEST_UNKNOWN],
            needs: &[Feature::Tag],
            axes: &[Axis::Kind],
            run: |trial| {
                let (tag, manifest) = trial.known_tag()?;
                // Whoever was asked for it before may have kept it under less than its digest.
                let known = trial.get(&format!("manifests/{}", manifest.digest))?;
                known.prepares(&MANIFEST_BY_DIGEST_FOUND).status(&[200])?;
                absent(trial, &near_miss(&manifest.digest))?;
                // A stranger's tag may have a neighbour; one that the trial made has none.
                if trial.world().read_only.is_none() {
                    absent(trial, &format!("{tag}x"))?;
                }
                Ok(())
            },
            ..Check::BASE
        },
        Check {
            name: "blob-as-manifest",
            title: "GET on a manifest by the digest of a mere blob returns 404",
            covers: &[&ABSENT_MANIFEST_UNKNOWN],
            needs: &[Feature::Push],
            run: |trial| {
                let blob = trial.pushed_blob(512)?;
                absent(trial, &blob.digest.to_string())
            },
            ..Check::BASE
        },
        Check {
            name: "unknown-repository",
            title: "GET on a manifest or a blob in a repository that does not exist returns 404",
            covers: &[&ABSENT_REPOSITORY_UNKNOWN],
            wants: Wants::Fresh,
            run: unknown_repository,
            ..Check::BASE
        },
        Check {
            name: "other-repository",
            title: "GET and HEAD on a manifest by digest return 404 where only another repository holds it",
            covers: &[&OTHER_REPOSITORY_MANIFEST_UNKNOWN],
            needs: &[Feature::Push],
            axes: &[Axis::Kind, Axis::ManifestAlgorithm],
            run: |trial| {
                let other = inhabited_other(trial)?;
                let manifest = trial.pushed_manifest()?;
                for method in [Method::GET, Method::HEAD] {
                    let path = format!("manifests/{}", manifest.digest);
                    let answer = other.ask(method, &path).send()?;
                    answer
                        .proves(&OTHER_REPOSITORY_MANIFEST_UNKNOWN)
                        .status(&[404])?;
                }
                Ok(())
            },
            ..Check::BASE
        },
        Check {
            name: "no-accept",
            title: "GET on a manifest without Accept returns 200 and exactly its bytes",
            covers: &[&MANIFEST_WITHOUT_ACCEPT_FOUND],
            needs: &[Feature::Tag],
            axes: &[Axis::Kind],
            run: |trial| without_preference(trial, None),
            ..Check::BASE
        },
        Check {
            name: "any-accept",
            title: "GET on a manifest with an Accept of */* returns 200 and exactly its bytes",
            covers: &[&MANIFEST_WITHOUT_ACCEPT_FOUND],
            needs: &[Feature::Tag],
            axes: &[Axis::Kind],
            run: |trial| without_preference(trial, Some("*/*")),
            ..Check::BASE
        },
        Check {
            name: "other-accept",
            title: "GET with an Accept that lacks the manifest's type returns it as it is, or 406 or 404",
            covers: &[&UNMATCHED_ACCEPT_ANSWERED],
            needs: &[Feature::Tag],
            axes: &[Axis::Kind],
            run: other_accept,
            ..Check::BASE
        },
    ],
};

fn unknown_repository(trial: &Trial<'_>) -> Outcome {
    let digest = trial.absent_digest(trial.variant().manifests);
    let paths = [
        "manifests/latest".to_owned(),
        format!("manifests/{digest}"),
        format!("blobs/{digest}"),
        // What everybody could make up is not there either.
        format!("blobs/{}", Algorithm::Sha256.digest(b"")),
    ];
    for path in paths {
        let answer = trial.get(&path)?;
        let hidden = matches!(answer.status(), 401 | 403);
        if hidden && trial.world().client.was_challenged() {
            return Err(Stop::Skipped(format!(
                "the credentials do not reach where nothing is yet: {}",
                answer.summary()
            )));
        }
        answer.proves(&ABSENT_REPOSITORY_UNKNOWN).status(&[404])?;
    }
    Ok(())
}

/// Proves that a manifest is there, by tag and by digest, for a client that does not name its type.
fn without_preference(trial: &Trial<'_>, accept: Option<&str>) -> Outcome {
    let (tag, manifest) = trial.known_tag()?;
    for reference in [tag.to_string(), manifest.digest.to_string()] {
        let path = format!("manifests/{reference}");
        let asking = trial.repository().ask(Method::GET, &path);
        let asking = match accept {
            Some(types) => asking.header("accept", types),
            None => asking.without_accept(),
        };
        let answer = asking.send()?;
        answer
            .proves(&MANIFEST_WITHOUT_ACCEPT_FOUND)
            .status(&[200])?
            .body(&manifest.bytes)?;
    }
    Ok(())
}

fn other_accept(trial: &Trial<'_>) -> Outcome {
    let (tag, manifest) = trial.known_tag()?;
    for reference in [tag.to_string(), manifest.digest.to_string()] {
        let answer = trial
            .repository()
            .ask(Method::GET, &format!("manifests/{reference}"))
            .header("accept", media_type::DOCKER_MANIFEST)
            .send()?;
        let demand = answer
            .proves(&UNMATCHED_ACCEPT_ANSWERED)
            .status(&[200, 404, 406])?;
        if answer.status() == 200 {
            demand.body(&manifest.bytes)?;
        }
    }
    Ok(())
}

fn found_by_digest(trial: &Trial<'_>, digest: &Digest) -> Outcome {
    let (path, row) = (format!("manifests/{digest}"), &MANIFEST_BY_DIGEST_FOUND);
    if let Some(answer) = reached(&trial.repository(), &path, row)? {
        answer.proves(row).status(&[200])?.hashes_to(digest)?;
    }
    Ok(())
}

/// What this manifest lists, if it is an index.
fn children(manifest: &ManifestDoc) -> Vec<Digest> {
    let index = manifest.json();
    let listed = index["manifests"].as_array().into_iter().flatten();
    listed
        .filter_map(|child| child["digest"].as_str()?.parse().ok())
        .collect()
}

/// Proves that there is no manifest under this reference.
fn absent(trial: &Trial<'_>, reference: &str) -> Outcome {
    let answer = trial.get(&format!("manifests/{reference}"))?;
    answer.proves(&ABSENT_MANIFEST_UNKNOWN).status(&[404])?;
    Ok(())
}

fn digest_header(answer: &Answer<'_>) -> Outcome {
    digest_header_matched(answer, &MANIFEST_DIGEST_HEADER_MATCHED, answer.bytes())?;
    digest_header_sent(answer, &MANIFEST_DIGEST_HEADER_SENT)
}
