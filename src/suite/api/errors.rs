//! Errors: whether the code names the mistake.
//!
//! Only what is a JSON error body can be wrong here. Its form, and codes that are in no table, are
//! judged on every answer, in `answers/errors`.

use crate::catalogue::Requirement;
use crate::catalogue::errors::NAME_ERROR_CODE_MATCHED;
use crate::catalogue::errors::REFUSAL_ERROR_CODE_MATCHED;
use crate::catalogue::errors::UPLOAD_ERROR_CODE_MATCHED;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::check::Wants;
use crate::http::Method;
use crate::oci::Algorithm;
use crate::oci::ErrorCode;
use crate::oci::media_type;
use crate::trial::Answer;
use crate::trial::Session;
use crate::trial::Trial;
use crate::trial::content::ManifestDoc;
use crate::trial::content_range;
use crate::trial::excerpt;
use crate::verdict::Outcome;
use crate::verdict::Stop;

pub(crate) static SECTION: Section = Section {
    id: "api/errors",
    title: "Error codes",
    anchor: "error-codes",
    checks: &[
        Check {
            name: "unknown-blob",
            title: "a blob that the repository does not hold is refused with BLOB_UNKNOWN",
            needs: &[Feature::Tag],
            run: |trial| {
                trial.known_tag()?;
                let digest = trial.absent_digest(Algorithm::Sha256);
                let answer = trial.get(&format!("blobs/{digest}"))?;
                fit(NAMES, &[(answer, &[ErrorCode::BlobUnknown])])
            },
            ..NAME
        },
        Check {
            name: "unknown-manifest",
            title: "a manifest that the repository does not hold is refused with MANIFEST_UNKNOWN",
            needs: &[Feature::Tag],
            run: |trial| {
                trial.known_tag()?;
                let digest = trial.absent_digest(Algorithm::Sha256);
                let by_tag = trial.get(&format!("manifests/{}", trial.tag()))?;
                let by_digest = trial.get(&format!("manifests/{digest}"))?;
                let codes = &[ErrorCode::ManifestUnknown];
                fit(NAMES, &[(by_tag, codes), (by_digest, codes)])
            },
            ..NAME
        },
        Check {
            name: "unknown-repository",
            title: "what is asked of a repository that does not exist is refused with NAME_UNKNOWN",
            wants: Wants::Fresh,
            run: unknown_repository,
            ..NAME
        },
        Check {
            name: "blob-in-use",
            title: "a blob that is not deleted, as a manifest needs it, is not called unknown",
            needs: &[Feature::Push],
            run: blob_in_use,
            ..NAME
        },
        Check {
            name: "malformed-name",
            title: "a name outside the grammar is refused with NAME_INVALID, or as unknown",
            run: malformed_name,
            ..NAME
        },
        Check {
            name: "mismatched-blob",
            title: "a blob that does not hash to its digest is refused with DIGEST_INVALID",
            run: |trial| {
                let (session, blob) = (trial.repository().open_session()?, trial.blob(512));
                let claimed = trial.absent_digest(Algorithm::Sha256);
                let answer = session.put(&claimed).blob(&blob).send()?;
                fit(UPLOADS, &[(answer, &[ErrorCode::DigestInvalid])])
            },
            ..UPLOAD
        },
        Check {
            name: "mismatched-manifest",
            title: "a manifest that does not hash to its digest is refused with DIGEST_INVALID",
            run: |trial| {
                let manifest = trial.manifest()?;
                let claimed = trial.absent_digest(Algorithm::Sha256);
                let answer = trial.repository().put_manifest(&claimed, &manifest)?;
                let codes = &[ErrorCode::DigestInvalid, ErrorCode::ManifestInvalid];
                fit(UPLOADS, &[(answer, codes)])
            },
            ..UPLOAD
        },
        Check {
            name: "malformed-digest",
            title: "a blob under a malformed digest is refused with DIGEST_INVALID",
            run: malformed_digest,
            ..UPLOAD
        },
        Check {
            name: "mismatched-length",
            title: "content of another length than announced is refused with SIZE_INVALID",
            run: mismatched_length,
            ..UPLOAD
        },
        Check {
            name: "unknown-session",
            title: "a session that nobody opened is refused with BLOB_UPLOAD_UNKNOWN",
            run: unknown_session,
            ..UPLOAD
        },
        Check {
            name: "chunk-out-of-order",
            title: "a chunk out of order is refused with BLOB_UPLOAD_INVALID",
            run: chunk_out_of_order,
            ..UPLOAD
        },
        Check {
            name: "delete-off",
            title: "a delete that is switched off is refused with UNSUPPORTED",
            run: delete_off,
            ..REFUSAL
        },
        Check {
            name: "malformed-manifest",
            title: "a body that is no manifest is refused with MANIFEST_INVALID",
            run: malformed_manifest,
            ..REFUSAL
        },
    ],
};

const NAMES: &Requirement = &NAME_ERROR_CODE_MATCHED;
const UPLOADS: &Requirement = &UPLOAD_ERROR_CODE_MATCHED;
const REFUSALS: &Requirement = &REFUSAL_ERROR_CODE_MATCHED;

const NAME: Check = Check {
    covers: &[NAMES],
    ..Check::BASE
};

const UPLOAD: Check = Check {
    covers: &[UPLOADS],
    needs: &[Feature::Push],
    ..Check::BASE
};

const REFUSAL: Check = Check {
    covers: &[REFUSALS],
    needs: &[Feature::Push],
    ..Check::BASE
};

fn unknown_repository(trial: &Trial<'_>) -> Outcome {
    let digest = trial.absent_digest(Algorithm::Sha256);
    let manifest = trial.get("manifests/latest")?;
    let blob = trial.get(&format!("blobs/{digest}"))?;
    let tags = trial.get("tags/list")?;
    fit(
        NAMES,
        &[
            (
                manifest,
                &[ErrorCode::NameUnknown, ErrorCode::ManifestUnknown],
            ),
            (blob, &[ErrorCode::NameUnknown, ErrorCode::BlobUnknown]),
            (tags, &[ErrorCode::NameUnknown]),
        ],
    )
}

fn blob_in_use(trial: &Trial<'_>) -> Outcome {
    const ABSENT: [&str; 3] = ["BLOB_UNKNOWN", "MANIFEST_UNKNOWN", "NAME_UNKNOWN"];
    let image = trial.repository().new_image()?;
    trial
        .repository()
        .push_by_tag(&trial.tag(), &image.manifest)?;
    let path = format!("blobs/{}", image.layers[0].blob.digest);
    let answer = trial.delete(&path)?;
    // A delete may be late, so that only a refusal says that the blob is still there.
    if !has_code(&answer) || trial.head(&path)?.status() != 200 {
        let evidence = format!("{} answered {}", answer.question(), answer.summary());
        return Err(Stop::Unsupported(evidence));
    }
    let sent = answer.error_codes();
    answer.proves(NAMES).that(
        !sent.iter().any(|code| ABSENT.contains(&code.as_str())),
        "a code that does not deny what HEAD finds, or no JSON error body",
        &format!("{} to {}", answer.summary(), excerpt(&answer.question())),
    )?;
    Ok(())
}

/// Where a 400 says that the request is malformed, its code has to say so as well. A 404 may mean
/// the repository, what was asked for in it, or that there is nothing at such a path.
fn malformed_name(trial: &Trial<'_>) -> Outcome {
    const MALFORMED: &[ErrorCode] = &[ErrorCode::NameInvalid, ErrorCode::NameUnknown];
    const ABSENT: &[ErrorCode] = &[
        ErrorCode::NameInvalid,
        ErrorCode::NameUnknown,
        ErrorCode::ManifestUnknown,
        ErrorCode::Unsupported,
    ];
    let name = trial.repository().name().to_string();
    let mut answers = Vec::new();
    for bad in ["UP", "a..b", "_x"] {
        for rest in ["manifests/latest", "tags/list"] {
            let path = format!("/v2/{name}/{bad}/{rest}");
            let answer = trial.ask(Method::GET, &path).send()?;
            let codes = if answer.status() == 400 {
                MALFORMED
            } else {
                ABSENT
            };
            answers.push((answer, codes));
        }
    }
    fit(NAMES, &answers)
}

fn malformed_digest(trial: &Trial<'_>) -> Outcome {
    let blob = trial.blob(512);
    let mut answers = Vec::new();
    for bad in ["sha256:short", "nodigest"] {
        let session = trial.repository().open_session()?;
        let asking = session.ask(Method::PUT).query("digest", bad).blob(&blob);
        let codes: &[_] = &[ErrorCode::DigestInvalid, ErrorCode::BlobUploadInvalid];
        answers.push((asking.send()?, codes));
    }
    fit(UPLOADS, &answers)
}

/// A chunk shorter than its `Content-Range`, and a body shorter than its `Content-Length`. The
/// latter need not be answered at all.
fn mismatched_length(trial: &Trial<'_>) -> Outcome {
    const CHUNK: &[ErrorCode] = &[ErrorCode::SizeInvalid, ErrorCode::BlobUploadInvalid];
    const BODY: &[ErrorCode] = &[
        ErrorCode::SizeInvalid,
        ErrorCode::BlobUploadInvalid,
        ErrorCode::DigestInvalid,
    ];
    let session = trial.repository().open_session()?;
    let blob = trial.blob(session.chunk_len());
    let len = blob.bytes.len();
    let range = content_range(0, 2 * len);
    let chunk = session.patch_range(&range, &blob.bytes).send()?;
    let session = trial.repository().open_session()?;
    let cut = session.put(&blob.digest).blob(&blob);
    let cut = cut.announcing(len as u64 + 100).attempt();
    let answers = cut.into_iter().map(|cut| (cut, BODY));
    let answers: Vec<_> = answers.chain([(chunk, CHUNK)]).collect();
    fit(UPLOADS, &answers)
}

/// Some sessions' ids carry their state, so that one that nobody gave out is malformed.
fn unknown_session(trial: &Trial<'_>) -> Outcome {
    trial.pushed_tag()?;
    let session = absent_session(trial);
    let blob = trial.blob(512);
    let patch = session.stream(&blob.bytes).send()?;
    let put = session.put(&blob.digest).blob(&blob).send()?;
    let codes = &[ErrorCode::BlobUploadUnknown, ErrorCode::BlobUploadInvalid];
    fit(UPLOADS, &[(patch, codes), (put, codes)])
}

fn absent_session<'t>(trial: &'t Trial<'_>) -> Session<'t> {
    let digest = trial.absent_digest(Algorithm::Sha256);
    // The form of a version 4 UUID, so that it is not refused for its form alone.
    let id = format!("00000000-0000-4000-a000-{}", &digest.hex()[..12]);
    let path = trial.repository().path(&format!("blobs/uploads/{id}"));
    let url = format!("{}{path}", trial.world().origin);
    trial.repository().session_at(url)
}

fn chunk_out_of_order(trial: &Trial<'_>) -> Outcome {
    let mut session = trial.repository().open_session()?;
    let unit = session.chunk_len();
    let blob = trial.blob(2 * unit + 1);
    session.push_chunk(0, &blob.bytes[..unit])?;
    let answer = session.patch(unit + 1, &blob.bytes[unit + 1..]).send()?;
    let codes = &[ErrorCode::BlobUploadInvalid, ErrorCode::SizeInvalid];
    fit(UPLOADS, &[(answer, codes)])
}

/// Only 400 and 405 say that a delete is off. A registry that deletes by digest alone may say of a
/// tag that it is no digest.
fn delete_off(trial: &Trial<'_>) -> Outcome {
    const OFF: &[ErrorCode] = &[ErrorCode::Unsupported];
    const NO_TAGS: &[ErrorCode] = &[ErrorCode::Unsupported, ErrorCode::DigestInvalid];
    let (tag, _) = trial.pushed_tag()?;
    let manifest = trial.pushed_manifest()?;
    let blob = trial.pushed_blob(64)?;
    let mut answers = Vec::new();
    for (path, codes) in [
        (format!("manifests/{tag}"), NO_TAGS),
        (format!("manifests/{}", manifest.digest), OFF),
        (format!("blobs/{}", blob.digest), OFF),
    ] {
        let answer = trial.delete(&path)?;
        if matches!(answer.status(), 400 | 405) {
            answers.push((answer, codes));
        }
    }
    fit(REFUSALS, &answers)
}

fn malformed_manifest(trial: &Trial<'_>) -> Outcome {
    // Without any content, some registries would answer that the repository is unknown.
    trial.pushed_tag()?;
    let mut answers = Vec::new();
    for body in ["not a manifest", "[]"] {
        let kind = media_type::IMAGE_MANIFEST;
        let document = ManifestDoc::from_bytes(body.as_bytes(), kind, Algorithm::Sha256);
        let answer = trial.repository().put_manifest(trial.tag(), &document)?;
        let codes: &[_] = &[ErrorCode::ManifestInvalid];
        answers.push((answer, codes));
    }
    fit(REFUSALS, &answers)
}

/// Proves that each of these answers has one of the codes beside it, as far as it has any at all.
/// Where none has, there is nothing to judge.
fn fit(row: &'static Requirement, answers: &[(Answer<'_>, &[ErrorCode])]) -> Outcome {
    let mut judged = false;
    for (answer, codes) in answers {
        if has_code(answer) {
            judged = true;
            fits(row, answer, codes)?;
        }
    }
    if judged {
        return Ok(());
    }
    Err(Stop::Unsupported(match answers.first() {
        None => "nothing of it was refused".to_owned(),
        Some((first, _)) => format!(
            "no refusal with a code of the specification: {} answered {}",
            excerpt(&first.question()),
            first.summary()
        ),
    }))
}

/// Whether an answer blames what was asked, in a code of the specification's table. One that is
/// about who asks, or how often, says nothing of it.
fn has_code(answer: &Answer<'_>) -> bool {
    let is_listed = |code: &String| code.parse::<ErrorCode>().is_ok();
    answer.is_client_error()
        && !matches!(answer.status(), 401 | 403 | 429)
        && answer.error_codes().iter().any(is_listed)
}

fn fits(row: &'static Requirement, answer: &Answer<'_>, codes: &[ErrorCode]) -> Outcome {
    let words: Vec<_> = codes.iter().map(|code| code.name()).collect();
    let sent = answer.error_codes();
    answer.proves(row).that(
        sent.iter().any(|code| words.contains(&code.as_str())),
        &format!("the code {}, or no JSON error body", words.join(" or ")),
        &format!("{} to {}", answer.summary(), excerpt(&answer.question())),
    )?;
    Ok(())
}
