//! Mounting a blob from another repository, done wrong (MNT).

use http::header::LOCATION;

use super::Defect;
use super::Source;
use crate::catalogue::blob_pull::BLOB_FOUND;
use crate::catalogue::delete::OTHER_REPOSITORY_BLOB_KEPT;
use crate::catalogue::mount::ABSENT_SOURCE_FALLBACK_OFFERED;
use crate::catalogue::mount::MALFORMED_MOUNT_DIGEST_REFUSED;
use crate::catalogue::mount::MOUNT_ACCEPTED;
use crate::catalogue::mount::MOUNT_DIGEST_HEADER_MATCHED;
use crate::catalogue::mount::MOUNT_FALLBACK_OFFERED;
use crate::catalogue::mount::MOUNT_LOCATION_SENT;
use crate::catalogue::mount::MOUNTED_BLOB_KEPT;
use crate::catalogue::mount::MOUNTED_BLOB_PULLED;
use crate::oci::Algorithm;
use crate::oci::Digest;
use crate::oci::ErrorCode;
use crate::oci::RepositoryName;
use crate::registry::answer::Answer;
use crate::registry::header::CONTENT_DIGEST;
use crate::registry::seams::Operation::CloseUpload;
use crate::registry::seams::Operation::DeleteBlob;
use crate::registry::seams::Operation::GetBlob;
use crate::registry::seams::Operation::HeadBlob;
use crate::registry::seams::Operation::Mount;
use crate::registry::seams::Operation::SinglePost;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "mount-answers-200",
        title: "a mount that is done answers 200",
        breaches: &[&MOUNT_ACCEPTED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| match visit.pass() {
            answer if is_done(visit, &answer) => answer.with_status(200),
            answer => answer,
        }),
    },
    Defect {
        name: "mount-201-no-location",
        title: "the 201 to a mount of a blob that the target holds already has no Location",
        breaches: &[&MOUNT_LOCATION_SENT],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let is_held = visit
                .digest("mount")
                .is_some_and(|it| visit.holds_blob(&it));
            match visit.pass() {
                answer if is_done(visit, &answer) && is_held => answer.without(&LOCATION),
                answer => answer,
            }
        }),
    },
    Defect {
        name: "mount-lies",
        title: "a mount that could be done answers 201, and the target has nothing",
        breaches: &[&MOUNTED_BLOB_PULLED],
        source: Source::Reader,
        seam: Seam::Layer(undone),
    },
    Defect {
        name: "mount-location-in-source",
        title: "the 201 to a mount leads to the blob in the source, and the target has nothing",
        breaches: &[&MOUNTED_BLOB_PULLED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| match (undone(visit), visit.query("from")) {
            (answer, Some(from)) if is_done(visit, &answer) => {
                let digest = visit.query("mount").unwrap_or_default();
                answer.with(LOCATION, &format!("/v2/{from}/blobs/{digest}"))
            }
            (answer, _) => answer,
        }),
    },
    Defect {
        name: "mount-ignores-from",
        title: "a mount that names a source answers 201, whether or not the source has the blob",
        breaches: &[&MOUNTED_BLOB_PULLED, &MOUNT_FALLBACK_OFFERED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let is_named = visit.is(&[Mount]) && visit.query("from").is_some();
            match visit.digest("mount") {
                Some(digest) if is_named && answer.is(202) => visit.blob_created(&digest),
                _ => answer,
            }
        }),
    },
    Defect {
        name: "mount-moves-the-blob",
        title: "a mount takes the blob out of its source",
        breaches: &[&BLOB_FOUND],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if let Some((digest, source)) = mounted(visit, &answer)
                && source.as_str() != visit.name()
            {
                visit.store().delete_blob(&source, &digest);
            }
            answer
        }),
    },
    Defect {
        name: "mount-header-of-nothing",
        title: "the 201 to a mount has the Docker-Content-Digest of no bytes at all",
        breaches: &[&MOUNT_DIGEST_HEADER_MATCHED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| match visit.pass() {
            answer if is_done(visit, &answer) => {
                answer.with(CONTENT_DIGEST, &Algorithm::Sha256.digest(b""))
            }
            answer => answer,
        }),
    },
    Defect {
        name: "mount-missing-source-404",
        title: "a mount that cannot be done answers 404",
        breaches: &[&MOUNT_FALLBACK_OFFERED, &ABSENT_SOURCE_FALLBACK_OFFERED],
        source: Source::Tracker("PThorpe92/Floundr#1"),
        seam: Seam::Layer(|visit| match visit.pass() {
            answer if visit.is(&[Mount]) && answer.is(202) => {
                Answer::error(404, ErrorCode::BlobUnknown)
            }
            answer => answer,
        }),
    },
    Defect {
        name: "mount-fallback-session-broken",
        title: "the session that is opened when a mount cannot be done is not there",
        breaches: &[&MOUNT_FALLBACK_OFFERED, &ABSENT_SOURCE_FALLBACK_OFFERED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if let Some((name, id)) = visit.repository().zip(answer.session())
                && visit.is(&[Mount])
            {
                visit.store().cancel_session(&name, &id);
            }
            answer
        }),
    },
    Defect {
        name: "mount-fallback-location-broken",
        title: "the Location of a session for a mount that names no source has its id behind the query",
        breaches: &[&MOUNT_FALLBACK_OFFERED],
        source: Source::Tracker("project-zot/zot#573"),
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let is_unnamed = visit.is(&[Mount]) && visit.query("from").is_none();
            match (answer.session(), visit.query("mount")) {
                (Some(id), Some(digest)) if is_unnamed => {
                    let uploads = format!("/v2/{}/blobs/uploads/", visit.name());
                    answer.with(LOCATION, &format!("{uploads}?mount={digest}/{id}"))
                }
                _ => answer,
            }
        }),
    },
    Defect {
        name: "mount-malformed-from-500",
        title: "a mount from something that is no repository name answers 500",
        breaches: &[&ABSENT_SOURCE_FALLBACK_OFFERED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let is_malformed = |from: &str| from.parse::<RepositoryName>().is_err();
            if visit.is(&[Mount]) && visit.query("from").is_some_and(is_malformed) {
                return Answer::of(500);
            }
            visit.pass()
        }),
    },
    Defect {
        name: "mount-encoded-from-unknown",
        title: "a mount from a name whose slash is percent-encoded answers 404",
        breaches: &[&MOUNT_FALLBACK_OFFERED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let mut parameters = visit.call.query.raw().split('&');
            let is_encoded =
                |it: &str| it.starts_with("from=") && it.to_ascii_uppercase().contains("%2F");
            if visit.is(&[Mount]) && parameters.any(is_encoded) {
                return Answer::error(404, ErrorCode::NameUnknown);
            }
            visit.pass()
        }),
    },
    Defect {
        name: "malformed-mount-digest-201",
        title: "a mount of something that is no digest answers 201",
        breaches: &[&MALFORMED_MOUNT_DIGEST_REFUSED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let is_mount = visit.is(&[Mount]) && visit.query("from").is_some();
            match visit.query("mount") {
                Some(text) if is_mount && text.parse::<Digest>().is_err() => {
                    let location = format!("/v2/{}/blobs/{text}", visit.name());
                    Answer::of(201).with(LOCATION, &location)
                }
                _ => visit.pass(),
            }
        }),
    },
    Defect {
        name: "malformed-mount-digest-202",
        title: "a mount of something that is no digest opens a session",
        breaches: &[&MALFORMED_MOUNT_DIGEST_REFUSED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| match visit.query("mount") {
            Some(text) if visit.is(&[Mount]) && text.parse::<Digest>().is_err() => {
                visit.open_session()
            }
            _ => visit.pass(),
        }),
    },
    Defect {
        name: "mount-dies-with-source",
        title: "a mounted blob is not found once it was deleted from its source",
        breaches: &[&MOUNTED_BLOB_KEPT],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let source = source_of(visit).zip(visit.last().parse::<Digest>().ok());
            let is_gone = source.is_some_and(|it| visit.store().blob(&it.0, &it.1).is_none());
            if visit.is(&[GetBlob, HeadBlob]) && is_gone {
                return Answer::error(404, ErrorCode::BlobUnknown);
            }
            linked(visit)
        }),
    },
    Defect {
        name: "delete-mounted-kills-source",
        title: "DELETE of a mounted blob takes it out of its source too",
        breaches: &[&OTHER_REPOSITORY_BLOB_KEPT],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let source = source_of(visit).zip(visit.last().parse::<Digest>().ok());
            let answer = linked(visit);
            if let Some((source, digest)) = source
                && visit.is(&[DeleteBlob])
                && answer.is(202)
            {
                visit.store().delete_blob(&source, &digest);
            }
            answer
        }),
    },
    Defect {
        name: "mounted-blob-is-a-link",
        title: "GET on a blob that was mounted gives the name of its source instead of its bytes",
        breaches: &[&MOUNTED_BLOB_PULLED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let source = source_of(visit);
            let answer = linked(visit);
            match source.filter(|_| visit.is(&[GetBlob]) && answer.is(200)) {
                Some(source) => answer.bytes(source.as_str().to_owned()),
                None => answer,
            }
        }),
    },
    Defect {
        name: "mount-fallback-no-location",
        title: "the 202 to a mount that cannot be done has no Location",
        breaches: &[&MOUNT_FALLBACK_OFFERED, &ABSENT_SOURCE_FALLBACK_OFFERED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| match visit.pass() {
            answer if visit.is(&[Mount]) && answer.is(202) => answer.without(&LOCATION),
            answer => answer,
        }),
    },
];

/// Whether a blob was mounted.
fn is_done(visit: &Visit<'_>, answer: &Answer) -> bool {
    visit.is(&[Mount]) && answer.is(201)
}

/// What was mounted, and from where.
fn mounted(visit: &Visit<'_>, answer: &Answer) -> Option<(Digest, RepositoryName)> {
    let source = visit.query("from")?.parse().ok()?;
    let digest = visit.digest("mount")?;
    is_done(visit, answer).then_some((digest, source))
}

/// Takes a blob out of the target that was not there before it was mounted.
fn undone(visit: &Visit<'_>) -> Answer {
    let digest = visit.digest("mount").filter(|it| !visit.holds_blob(it));
    let answer = visit.pass();
    if let Some(digest) = digest.filter(|_| is_done(visit, &answer)) {
        visit.drop_blob(&digest);
    }
    answer
}

/// Passes the request on, and notes which blobs are there by a mount alone.
fn linked(visit: &Visit<'_>) -> Answer {
    let is_held = visit
        .digest("mount")
        .is_some_and(|it| visit.holds_blob(&it));
    let answer = visit.pass();
    if let Some((digest, source)) = mounted(visit, &answer).filter(|_| !is_held) {
        let key = format!("{} {digest}", visit.name());
        visit.memory.keep(key, source.as_str().to_owned());
    }
    if let Some(digest) = visit.digest("digest")
        && visit.is(&[CloseUpload, SinglePost])
        && answer.is(201)
    {
        visit.memory.forget(&format!("{} {digest}", visit.name()));
    }
    answer
}

/// The repository from which the blob was mounted that the path names.
fn source_of(visit: &Visit<'_>) -> Option<RepositoryName> {
    let source = visit.memory.recall(&visit.key())?;
    String::from_utf8_lossy(&source).parse().ok()
}
