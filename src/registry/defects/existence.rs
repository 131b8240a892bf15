//! Asking whether content is there: whether it is, done wrong (HEAD).

use super::Defect;
use super::Source;
use crate::catalogue::blob_pull::OTHER_REPOSITORY_BLOB_UNKNOWN;
use crate::catalogue::delete::DELETED_BLOB_UNKNOWN;
use crate::catalogue::existence::ABSENT_BLOB_EXISTENCE_DENIED;
use crate::catalogue::existence::ABSENT_MANIFEST_EXISTENCE_DENIED;
use crate::catalogue::existence::BLOB_EXISTENCE_CONFIRMED;
use crate::catalogue::existence::MANIFEST_EXISTENCE_CONFIRMED;
use crate::catalogue::manifest_pull::OTHER_REPOSITORY_MANIFEST_UNKNOWN;
use crate::catalogue::proxy::NAMESPACE_HEADER_SENT;
use crate::oci::Digest;
use crate::oci::ErrorCode;
use crate::oci::Reference;
use crate::oci::media_type;
use crate::registry::answer::Answer;
use crate::registry::route::Route;
use crate::registry::seams::Operation::DeleteBlob;
use crate::registry::seams::Operation::GetBlob;
use crate::registry::seams::Operation::HeadBlob;
use crate::registry::seams::Operation::HeadManifest;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "head-blob-404-until-get",
        title: "HEAD on a blob is answered 404 until the blob was pulled once",
        breaches: &[&BLOB_EXISTENCE_CONFIRMED],
        source: Source::Tracker("goharbor/harbor#22609"),
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if visit.is(&[GetBlob]) && answer.is(200) {
                visit.memory.before(visit.key());
            }
            if visit.is(&[HeadBlob]) && answer.is(200) && !visit.memory.knows(&visit.key()) {
                return Answer::error(404, ErrorCode::BlobUnknown);
            }
            answer
        }),
    },
    Defect {
        name: "any-query-head-404",
        title: "HEAD on a blob with any query is answered 404",
        breaches: &[&NAMESPACE_HEADER_SENT],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            if visit.is(&[HeadBlob]) && !visit.call.query.raw().is_empty() {
                return Answer::error(404, ErrorCode::BlobUnknown);
            }
            visit.pass()
        }),
    },
    Defect {
        name: "head-large-blob-404",
        title: "HEAD on a blob of more than 1 MiB is answered 404",
        breaches: &[&BLOB_EXISTENCE_CONFIRMED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if visit.is(&[HeadBlob]) && answer.body.len() > 1 << 20 {
                return Answer::error(404, ErrorCode::BlobUnknown);
            }
            answer
        }),
    },
    Defect {
        name: "head-manifest-404",
        title: "HEAD on a manifest by a tag is answered 404",
        breaches: &[&MANIFEST_EXISTENCE_CONFIRMED],
        source: Source::Tracker("crazy-max/diun#1614"),
        seam: Seam::Layer(|visit| {
            if visit.is(&[HeadManifest]) && !visit.is_by_digest() {
                return Answer::error(404, ErrorCode::ManifestUnknown);
            }
            visit.pass()
        }),
    },
    Defect {
        name: "head-index-digest-404",
        title: "HEAD on an index by its digest is answered 404",
        breaches: &[&MANIFEST_EXISTENCE_CONFIRMED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let media_type = answer.value(&http::header::CONTENT_TYPE);
            let is_index = media_type == Some(media_type::IMAGE_INDEX);
            if visit.is(&[HeadManifest]) && visit.is_by_digest() && is_index {
                return Answer::error(404, ErrorCode::ManifestUnknown);
            }
            answer
        }),
    },
    Defect {
        name: "head-unknown-blob-202",
        title: "HEAD on an unknown blob is answered 202",
        breaches: &[&ABSENT_BLOB_EXISTENCE_DENIED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if visit.is(&[HeadBlob]) && answer.is(404) {
                return Answer::of(202);
            }
            answer
        }),
    },
    Defect {
        name: "head-blob-known-elsewhere",
        title: "HEAD on a blob is answered 200 as soon as any repository holds it",
        breaches: &[
            &OTHER_REPOSITORY_BLOB_UNKNOWN,
            &ABSENT_BLOB_EXISTENCE_DENIED,
        ],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let Ok(digest) = visit.last().parse::<Digest>() else {
                return answer;
            };
            if !visit.is(&[HeadBlob]) || !answer.is(404) {
                return answer;
            }
            match visit.elsewhere(|other| visit.store().blob(other, &digest).is_some()) {
                Some(other) => visit.pass_route(&visit.route_in(&other)),
                None => answer,
            }
        }),
    },
    Defect {
        name: "head-deleted-blob-still-200",
        title: "HEAD on a deleted blob is answered 200 for ever",
        breaches: &[&DELETED_BLOB_UNKNOWN, &ABSENT_BLOB_EXISTENCE_DENIED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if visit.is(&[DeleteBlob]) && answer.is(202) {
                visit.memory.before(visit.key());
            }
            if visit.is(&[HeadBlob]) && answer.is(404) && visit.memory.knows(&visit.key()) {
                return Answer::of(200);
            }
            answer
        }),
    },
    Defect {
        name: "head-blob-true-get-404",
        title: "HEAD on a blob by the digest of a manifest is answered 200, GET 404",
        breaches: &[&ABSENT_BLOB_EXISTENCE_DENIED],
        source: Source::Tracker("containerd/containerd#7390"),
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if !visit.is(&[HeadBlob]) || !answer.is(404) {
                return answer;
            }
            let manifest = visit.get(&Route::Manifest {
                name: visit.name().to_owned(),
                reference: visit.last().to_owned(),
            });
            if manifest.is(200) {
                return manifest.with(http::header::CONTENT_TYPE, "application/octet-stream");
            }
            answer
        }),
    },
    Defect {
        name: "head-unknown-tag-200",
        title: "HEAD by an unknown tag is answered 200 in a repository that has any tag",
        breaches: &[&ABSENT_MANIFEST_EXISTENCE_DENIED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if visit.is(&[HeadManifest])
                && answer.is(404)
                && !visit.is_by_digest()
                && has_tags(visit)
            {
                return Answer::of(200);
            }
            answer
        }),
    },
    Defect {
        name: "head-absent-tag-200",
        title: "HEAD by a tag is answered 200 in a repository that does not exist",
        breaches: &[&ABSENT_MANIFEST_EXISTENCE_DENIED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let is_asked = visit.is(&[HeadManifest]) && !visit.is_by_digest();
            if is_asked && answer.is(404) && !is_known(visit) {
                return Answer::of(200);
            }
            answer
        }),
    },
    Defect {
        name: "head-unknown-manifest-200",
        title: "HEAD on a manifest by an unknown digest is answered 200",
        breaches: &[&ABSENT_MANIFEST_EXISTENCE_DENIED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if visit.is(&[HeadManifest]) && answer.is(404) && visit.is_by_digest() {
                return Answer::of(200);
            }
            answer
        }),
    },
    Defect {
        name: "head-manifest-known-elsewhere",
        title: "HEAD on a manifest by its digest is answered 200 as soon as any repository holds it",
        breaches: &[
            &OTHER_REPOSITORY_MANIFEST_UNKNOWN,
            &ABSENT_MANIFEST_EXISTENCE_DENIED,
        ],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let Ok(digest) = visit.last().parse::<Digest>() else {
                return answer;
            };
            if !visit.is(&[HeadManifest]) || !answer.is(404) {
                return answer;
            }
            let reference = Reference::Digest(digest);
            match visit.elsewhere(|other| visit.store().manifest(other, &reference).is_some()) {
                Some(other) => visit.pass_route(&visit.route_in(&other)),
                None => answer,
            }
        }),
    },
];

fn is_known(visit: &Visit<'_>) -> bool {
    let name = visit.repository();
    name.is_some_and(|name| visit.store().has_repository(&name))
}

fn has_tags(visit: &Visit<'_>) -> bool {
    let tags = visit
        .name()
        .parse()
        .map(|name| visit.store().tags(&name, "", 1).0);
    tags.is_ok_and(|tags| !tags.is_empty())
}
