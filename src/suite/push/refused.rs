//! What was refused is not there by any way, and what was there before stays as it was.

use crate::catalogue::Requirement;
use crate::catalogue::Version;
use crate::catalogue::blob_pull::BLOB_FOUND;
use crate::catalogue::chunked::CHUNKED_PUT_ACCEPTED;
use crate::catalogue::chunked::CHUNKED_PUT_WITHOUT_DIGEST_REFUSED;
use crate::catalogue::chunked::MISMATCHED_CHUNKED_UPLOAD_REFUSED;
use crate::catalogue::manifest_pull::ABSENT_MANIFEST_UNKNOWN;
use crate::catalogue::manifest_pull::MANIFEST_BY_TAG_FOUND;
use crate::catalogue::manifest_push::MALFORMED_MANIFEST_REFUSED;
use crate::catalogue::manifest_push::MISMATCHED_MANIFEST_REFUSED;
use crate::catalogue::post_then_put::MISMATCHED_UPLOAD_REFUSED;
use crate::catalogue::push::MISMATCHED_BLOB_DISCARDED;
use crate::catalogue::single_post::MISMATCHED_SINGLE_POST_REFUSED;
use crate::catalogue::tag_list::TAG_LIST_SENT;
use crate::catalogue::upload_status::UPLOAD_STATUS_RANGE_MATCHED;
use crate::catalogue::upload_status::UPLOAD_STATUS_RANGE_SENT;
use crate::catalogue::upload_status::UPLOAD_STATUS_SENT;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::http::Method;
use crate::oci::Algorithm;
use crate::trial::Answer;
use crate::trial::Axis;
use crate::trial::Session;
use crate::trial::Trial;
use crate::trial::content::Image;
use crate::trial::content::ManifestDoc;
use crate::verdict::Outcome;
use crate::verdict::Stop;

use super::super::everywhere::is_absent;
use super::super::way::Way;
use super::blob_helpers::CHUNK;
use super::blob_helpers::is_pulled;
use super::blob_helpers::open_for_chunks;
use super::blob_helpers::says_stored;
use super::manifests::is_exactly;
use super::manifests::type_of;

pub(crate) static SECTION: Section = Section {
    id: "push/refused",
    title: "What a refused push leaves behind",
    anchor: "push",
    checks: &[
        Check {
            name: "put",
            title: "A blob whose PUT was refused for its digest is there neither by that nor by its own",
            covers: &[&MISMATCHED_BLOB_DISCARDED],
            run: |trial| leaves_nothing(trial, Way::Put),
            ..OF_A_BLOB
        },
        Check {
            name: "put-without-length",
            title: "A blob that came without its length and was refused for its digest is not there by any",
            covers: &[&MISMATCHED_BLOB_DISCARDED],
            axes: &[],
            run: |trial| leaves_nothing(trial, Way::EncodedPut),
            ..OF_A_BLOB
        },
        Check {
            name: "single-post",
            title: "A blob whose single POST was refused for its digest is there neither by that nor by its own",
            covers: &[&MISMATCHED_BLOB_DISCARDED],
            needs: &[Feature::Push, Feature::SinglePost],
            run: |trial| leaves_nothing(trial, Way::Post),
            ..OF_A_BLOB
        },
        Check {
            name: "chunks",
            title: "A blob in chunks that was refused for its digest is there neither by that nor by its own",
            covers: &[&MISMATCHED_BLOB_DISCARDED],
            run: |trial| leaves_nothing(trial, Way::Chunks),
            ..OF_A_BLOB
        },
        Check {
            name: "last-chunk-in-put",
            title: "A blob whose last chunk was refused for the digest is there neither by that nor by its own",
            covers: &[&MISMATCHED_BLOB_DISCARDED],
            axes: &[],
            run: |trial| leaves_nothing(trial, Way::LastInPut),
            ..OF_A_BLOB
        },
        Check {
            name: "stream",
            title: "A streamed blob that was refused for its digest is there neither by that nor by its own",
            covers: &[&MISMATCHED_BLOB_DISCARDED],
            axes: &[],
            run: |trial| leaves_nothing(trial, Way::Stream),
            ..OF_A_BLOB
        },
        Check {
            name: "known-blob-unchanged",
            title: "A blob stays as it was when others are refused under its digest, whichever way they come",
            covers: &[&MISMATCHED_BLOB_DISCARDED],
            axes: &[],
            run: |trial| {
                let (repository, stored) = (trial.repository(), trial.pushed_blob(512)?);
                for way in Way::SENDING {
                    let other = trial.blob(512);
                    // What is answered is a question of the ways' own sections.
                    match way.try_push(&repository, &other, &stored.digest) {
                        Ok(_) | Err(Stop::Unsupported(_)) => {}
                        Err(stop) => return Err(stop),
                    }
                    is_pulled(&repository, &stored, &MISMATCHED_BLOB_DISCARDED)?;
                }
                Ok(())
            },
            ..OF_A_BLOB
        },
        Check {
            name: "session-after-wrong-digest",
            title: "A session whose closing PUT was refused is gone, or stands where it stood and can be closed",
            covers: SESSION_KEPT,
            needs: &[Feature::Push],
            run: |trial| stands(trial, Wrong::Digest),
            ..Check::BASE
        },
        Check {
            name: "session-after-no-digest",
            title: "A session whose closing PUT had no digest is gone, or stands where it stood and can be closed",
            covers: SESSION_KEPT,
            needs: &[Feature::Push],
            run: |trial| stands(trial, Wrong::NoDigest),
            ..Check::BASE
        },
        Check {
            name: "mismatched-manifest",
            title: "A manifest that was refused for its digest is there neither by that nor by its own",
            covers: &[&MISMATCHED_MANIFEST_REFUSED],
            needs: &[Feature::Push],
            axes: &[Axis::Kind, Axis::ManifestAlgorithm],
            run: mismatched_manifest,
            ..Check::BASE
        },
        Check {
            name: "mismatched-referrer",
            title: "A manifest that was refused for its digest is not among the referrers of its subject",
            covers: &[&MISMATCHED_MANIFEST_REFUSED],
            needs: &[Feature::Push, Feature::Referrers],
            run: mismatched_referrer,
            ..Check::BASE
        },
        Check {
            name: "malformed-manifest",
            title: "What was refused as no manifest is there neither by its tag nor by its digest, nor listed",
            covers: &[&MALFORMED_MANIFEST_REFUSED],
            needs: &[Feature::Push],
            axes: &[Axis::Kind],
            run: malformed_manifest,
            ..Check::BASE
        },
        Check {
            name: "malformed-manifest-under-known-tag",
            title: "A tag under which a malformed manifest was refused names what it named before",
            covers: &[&MALFORMED_MANIFEST_REFUSED],
            needs: &[Feature::Push],
            axes: &[Axis::Kind],
            run: |trial| {
                let (tag, manifest) = trial.pushed_tag()?;
                let (repository, row) = (trial.repository(), &MALFORMED_MANIFEST_REFUSED);
                for body in MALFORMED {
                    let answer = repository.put_manifest(&tag, &malformed(trial, body))?;
                    answer.prepares(row).client_error()?;
                    is_exactly(&repository, row, &tag, &manifest)?;
                }
                Ok(())
            },
            ..Check::BASE
        },
        Check {
            name: "missing-layer-under-known-tag",
            title: "A manifest that is refused as its layer is missing is not there, and its tag does not move",
            covers: &[&MANIFEST_BY_TAG_FOUND, &ABSENT_MANIFEST_UNKNOWN],
            needs: &[Feature::Push],
            run: missing_layer,
            ..Check::BASE
        },
        Check {
            name: "parts-of-refused-manifest",
            title: "The config and the layer of a manifest that was refused are still there",
            covers: &[&BLOB_FOUND],
            needs: &[Feature::Push],
            run: parts_kept,
            ..Check::BASE
        },
    ],
};

const OF_A_BLOB: Check = Check {
    needs: &[Feature::Push],
    axes: &[Axis::BlobAlgorithm],
    ..Check::BASE
};

/// What is demanded of a session whose end was refused.
const SESSION_KEPT: &[&Requirement] = &[
    &UPLOAD_STATUS_SENT,
    &CHUNKED_PUT_ACCEPTED,
    &UPLOAD_STATUS_RANGE_SENT,
    &UPLOAD_STATUS_RANGE_MATCHED,
];

/// Pushes a blob under a digest that nothing has.
fn leaves_nothing(trial: &Trial<'_>, way: Way) -> Outcome {
    let (repository, blob) = (trial.repository(), trial.blob(3 * CHUNK));
    let claimed = trial.absent_digest(trial.variant().blobs);
    let answer = way.try_push(&repository, &blob, &claimed)?;
    let refused = match way {
        Way::Put | Way::EncodedPut => &MISMATCHED_UPLOAD_REFUSED,
        Way::Post => &MISMATCHED_SINGLE_POST_REFUSED,
        _ => &MISMATCHED_CHUNKED_UPLOAD_REFUSED,
    };
    answer.prepares(refused).client_error()?;
    for digest in [&claimed, &blob.digest] {
        is_absent(
            &repository,
            &format!("blobs/{digest}"),
            &MISMATCHED_BLOB_DISCARDED,
        )?;
    }
    Ok(())
}

/// What is wrong with a closing PUT.
#[derive(Clone, Copy)]
enum Wrong {
    Digest,
    NoDigest,
}

/// Closes a session wrongly. A registry may give it up then; as long as it says that it is open,
/// what it says of it has to be so.
fn stands(trial: &Trial<'_>, wrong: Wrong) -> Outcome {
    if trial.spec() < Version::V1_1 {
        return Err(Stop::Skipped("1.0 has no upload status".to_owned()));
    }
    let (mut session, unit) = open_for_chunks(&trial.repository(), CHUNK)?;
    let blob = trial.blob(2 * unit);
    session.push_chunk(0, &blob.bytes[..unit])?;
    session.push_chunk(unit, &blob.bytes[unit..])?;
    close_wrongly(trial, &session, wrong)?;
    let status = session.status()?;
    let demand = status.proves(&UPLOAD_STATUS_SENT);
    demand.status(&[204, 404, 400])?;
    if status.status() != 204 {
        let evidence = format!("{} answered {}", status.question(), status.summary());
        return Err(Stop::Unsupported(format!("it was given up: {evidence}")));
    }
    let rows = (&UPLOAD_STATUS_RANGE_SENT, &UPLOAD_STATUS_RANGE_MATCHED);
    says_stored(&status, blob.bytes.len(), rows)?;
    session.url = status.location().unwrap_or(session.url);
    let answer = session.put(&blob.digest).send()?;
    answer.proves(&CHUNKED_PUT_ACCEPTED).status(&[201])?;
    is_pulled(&trial.repository(), &blob, &BLOB_FOUND)
}

fn close_wrongly(trial: &Trial<'_>, session: &Session<'_>, wrong: Wrong) -> Outcome {
    let (asking, refused) = match wrong {
        Wrong::Digest => {
            let claimed = trial.absent_digest(Algorithm::Sha256);
            let asking = session.put(&claimed);
            (asking, &MISMATCHED_CHUNKED_UPLOAD_REFUSED)
        }
        Wrong::NoDigest => (
            session.ask(Method::PUT),
            &CHUNKED_PUT_WITHOUT_DIGEST_REFUSED,
        ),
    };
    asking.send()?.prepares(refused).client_error()?;
    Ok(())
}

fn mismatched_manifest(trial: &Trial<'_>) -> Outcome {
    let (repository, row) = (trial.repository(), &MISMATCHED_MANIFEST_REFUSED);
    let manifest = trial.manifest()?;
    let claimed = trial.absent_digest(trial.variant().manifests);
    let answer = repository.put_manifest(&claimed, &manifest)?;
    answer.prepares(row).client_error()?;
    for digest in [
        &claimed,
        &manifest.digest,
        &Algorithm::Sha256.digest(&manifest.bytes),
    ] {
        is_absent(&repository, &format!("manifests/{digest}"), row)?;
    }
    Ok(())
}

fn mismatched_referrer(trial: &Trial<'_>) -> Outcome {
    let (repository, row) = (trial.repository(), &MISMATCHED_MANIFEST_REFUSED);
    let subject = trial.pushed_manifest()?;
    let referrer = repository.new_referrer(&subject)?;
    let claimed = trial.absent_digest(Algorithm::Sha256);
    let answer = repository.put_manifest(&claimed, &referrer)?;
    answer.prepares(row).client_error()?;
    let list = repository.get(&format!("referrers/{}", subject.digest))?;
    let demand = list.proves(row).status(&[200])?;
    // Nobody else refers to this subject.
    demand.json("no referrers", |index| {
        index["manifests"].as_array().is_some_and(Vec::is_empty)
    })?;
    Ok(())
}

/// Bodies that are no manifest.
const MALFORMED: [&str; 3] = ["", "not a manifest", "[]"];

/// Something that is no manifest, and like nothing else in the registry if it is not empty.
fn malformed(trial: &Trial<'_>, body: &str) -> ManifestDoc {
    let body = match body {
        "" => String::new(),
        "[]" => format!("[\"{}\"]", trial.stream().word(12)),
        words => format!("{words} {}", trial.stream().word(12)),
    };
    ManifestDoc::from_bytes(body, type_of(trial.variant().kind), Algorithm::Sha256)
}

fn malformed_manifest(trial: &Trial<'_>) -> Outcome {
    let (repository, row) = (trial.repository(), &MALFORMED_MANIFEST_REFUSED);
    // So that there is a list that could name them.
    trial.pushed_tag()?;
    for body in MALFORMED {
        let (document, tag) = (malformed(trial, body), trial.tag());
        let answer = repository.put_manifest(&tag, &document)?;
        answer.prepares(row).client_error()?;
        is_absent(&repository, &format!("manifests/{tag}"), row)?;
        is_absent(&repository, &format!("manifests/{}", document.digest), row)?;
        is_unlisted(&repository.get("tags/list")?, tag.as_str(), row)?;
    }
    Ok(())
}

fn is_unlisted(list: &Answer<'_>, tag: &str, requirement: &'static Requirement) -> Outcome {
    list.prepares(&TAG_LIST_SENT).status(&[200])?;
    let demand = list.proves(requirement);
    demand.json(&format!("a tag list without {tag}"), |json| {
        let mut tags = json["tags"].as_array().into_iter().flatten();
        !tags.any(|listed| listed == tag)
    })?;
    Ok(())
}

fn missing_layer(trial: &Trial<'_>) -> Outcome {
    let repository = trial.repository();
    let (tag, before) = trial.pushed_tag()?;
    let image = Image::build(&mut trial.stream(), Algorithm::Sha256);
    repository.push_blob(&image.config)?;
    let answer = repository.put_manifest(&tag, &image.manifest)?;
    if answer.is_success() {
        return Err(Stop::Unsupported(format!(
            "manifests are taken without their layers: {}",
            answer.summary()
        )));
    }
    is_exactly(&repository, &MANIFEST_BY_TAG_FOUND, &tag, &before)?;
    let path = format!("manifests/{}", image.manifest.digest);
    is_absent(&repository, &path, &ABSENT_MANIFEST_UNKNOWN)
}

/// Clients push the parts first, and try again with another manifest.
fn parts_kept(trial: &Trial<'_>) -> Outcome {
    let repository = trial.repository();
    let image = repository.new_image()?;
    let claimed = trial.absent_digest(Algorithm::Sha256);
    let answer = repository.put_manifest(&claimed, &image.manifest)?;
    answer
        .prepares(&MISMATCHED_MANIFEST_REFUSED)
        .client_error()?;
    for blob in [&image.config, &image.layers[0].blob] {
        is_pulled(&repository, blob, &BLOB_FOUND)?;
    }
    Ok(())
}
