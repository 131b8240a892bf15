//! Pulling manifests: which of them are found, done wrong (MGET).

use super::Defect;
use super::Source;
use crate::catalogue::blob_pull::ABSENT_BLOB_UNKNOWN;
use crate::catalogue::errors::CLIENT_MISTAKE_REFUSED;
use crate::catalogue::manifest_pull::ABSENT_MANIFEST_UNKNOWN;
use crate::catalogue::manifest_pull::ABSENT_REPOSITORY_UNKNOWN;
use crate::catalogue::manifest_pull::MANIFEST_BY_DIGEST_FOUND;
use crate::catalogue::manifest_pull::MANIFEST_BY_TAG_FOUND;
use crate::catalogue::manifest_pull::OTHER_REPOSITORY_MANIFEST_UNKNOWN;
use crate::catalogue::manifest_push::TAG_MOVED;
use crate::catalogue::names::REPOSITORY_NAME_ACCEPTED;
use crate::catalogue::proxy::NAMESPACE_HEADER_SENT;
use crate::catalogue::transport::HTTP_SEMANTICS_FOLLOWED;
use crate::oci::Digest;
use crate::oci::ErrorCode;
use crate::oci::Reference;
use crate::oci::RepositoryName;
use crate::oci::Tag;
use crate::oci::media_type;
use crate::registry::answer::Answer;
use crate::registry::header::CONTENT_DIGEST;
use crate::registry::route::Route;
use crate::registry::seams::Operation::GetBlob;
use crate::registry::seams::Operation::GetManifest;
use crate::registry::seams::Operation::HeadBlob;
use crate::registry::seams::Operation::HeadManifest;
use crate::registry::seams::Operation::PutManifest;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "head-pins-tag-for-get",
        title: "GET by a tag gives the manifest that it had at its first HEAD, for ever",
        breaches: &[&MANIFEST_BY_TAG_FOUND, &TAG_MOVED],
        source: Source::Reader,
        seam: Seam::Layer(head_pins_tag_for_get),
    },
    Defect {
        name: "percent-tag-not-decoded",
        title: "GET and HEAD by a tag with an escaped character in it are answered 404",
        breaches: &[&HTTP_SEMANTICS_FOLLOWED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let last = visit.call.path.rsplit('/').next().unwrap_or_default();
            if visit.is(&[GetManifest, HeadManifest]) && last.contains('%') {
                return unknown();
            }
            visit.pass()
        }),
    },
    Defect {
        name: "any-query-manifest-404",
        title: "GET by a tag with any query is answered 404",
        breaches: &[&NAMESPACE_HEADER_SENT],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let is_asked = visit.is(&[GetManifest]) && !visit.is_by_digest();
            if is_asked && !visit.call.query.raw().is_empty() {
                return unknown();
            }
            visit.pass()
        }),
    },
    Defect {
        name: "listed-tag-pull-404",
        title: "GET by a tag is answered 404 in repositories whose name has more than three components",
        breaches: &[&MANIFEST_BY_TAG_FOUND, &REPOSITORY_NAME_ACCEPTED],
        source: Source::Tracker("pulp/pulp_container#2417"),
        seam: Seam::Layer(|visit| {
            let is_deep = visit.name().split('/').count() > 3;
            if is_deep && visit.is(&[GetManifest, HeadManifest]) && !visit.is_by_digest() {
                return unknown();
            }
            visit.pass()
        }),
    },
    Defect {
        name: "untagged-manifest-not-served",
        title: "GET on a manifest by its digest is answered 404 as long as no tag names it",
        breaches: &[&MANIFEST_BY_DIGEST_FOUND],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            if visit.is(&[GetManifest]) && visit.is_by_digest() && !is_tagged(visit) {
                return unknown();
            }
            visit.pass()
        }),
    },
    Defect {
        name: "untagged-index-child-lost",
        title: "a manifest without a tag is not found by its digest once an index lists it",
        breaches: &[&MANIFEST_BY_DIGEST_FOUND],
        source: Source::Reader,
        seam: Seam::Layer(untagged_index_child_lost),
    },
    Defect {
        name: "manifest-leaks-across-repos",
        title: "GET on a manifest by its digest finds it in any repository",
        breaches: &[&OTHER_REPOSITORY_MANIFEST_UNKNOWN],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let Ok(digest) = visit.last().parse::<Digest>() else {
                return answer;
            };
            if !visit.is(&[GetManifest]) || !answer.is(404) {
                return answer;
            }
            let reference = Reference::Digest(digest);
            match visit.elsewhere(|other| visit.store().manifest(other, &reference).is_some()) {
                Some(other) => visit.get(&visit.route_in(&other)),
                None => answer,
            }
        }),
    },
    Defect {
        name: "unknown-tag-falls-to-latest",
        title: "GET by an unknown tag gives what the tag latest names",
        breaches: &[&ABSENT_MANIFEST_UNKNOWN],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if !visit.is(&[GetManifest]) || visit.is_by_digest() || !answer.is(404) {
                return answer;
            }
            let latest = visit.get(&named(visit, "latest"));
            if latest.is(200) { latest } else { answer }
        }),
    },
    Defect {
        name: "unknown-tag-read-without-end",
        title: "GET by an unknown tag gives what the tag names that has its last character less",
        breaches: &[&ABSENT_MANIFEST_UNKNOWN],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if !visit.is(&[GetManifest]) || !answer.is(404) || visit.last().contains(':') {
                return answer;
            }
            let mut shorter = visit.last().to_owned();
            shorter.pop();
            let nearest = visit.get(&named(visit, &shorter));
            if nearest.is(200) { nearest } else { answer }
        }),
    },
    Defect {
        name: "unknown-digest-prefix-match",
        title: "a digest of which the first 12 digits are those of known content finds that",
        breaches: &[&ABSENT_MANIFEST_UNKNOWN, &ABSENT_BLOB_UNKNOWN],
        source: Source::Reader,
        seam: Seam::Layer(unknown_digest_prefix_match),
    },
    Defect {
        name: "blob-digest-manifest-500",
        title: "GET on a manifest by the digest of a mere blob is answered 500",
        breaches: &[&ABSENT_MANIFEST_UNKNOWN, &CLIENT_MISTAKE_REFUSED],
        source: Source::Tracker("distribution/distribution#3122"),
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let (Ok(name), Ok(digest)) = (visit.name().parse(), visit.last().parse()) else {
                return answer;
            };
            let is_blob = || visit.store().blob(&name, &digest).is_some();
            if visit.is(&[GetManifest]) && answer.is(404) && is_blob() {
                return Answer::of(500);
            }
            answer
        }),
    },
    Defect {
        name: "unknown-tag-answers-500",
        title: "GET by an unknown tag is answered 500 in a repository that holds something",
        breaches: &[&ABSENT_MANIFEST_UNKNOWN, &CLIENT_MISTAKE_REFUSED],
        source: Source::Tracker("goharbor/harbor#11507"),
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let is_tag = visit.last().parse::<Tag>().is_ok();
            if visit.is(&[GetManifest]) && is_tag && answer.is(404) && is_known(visit) {
                return Answer::of(500);
            }
            answer
        }),
    },
    Defect {
        name: "invalid-reference-answers-500",
        title: "GET by a reference that is neither a tag nor a digest is answered 500",
        breaches: &[&CLIENT_MISTAKE_REFUSED],
        source: Source::Tracker("goharbor/harbor#11744"),
        seam: Seam::Layer(|visit| {
            let is_malformed = !visit.last().contains(':') && visit.last().parse::<Tag>().is_err();
            if visit.is(&[GetManifest]) && is_malformed {
                return Answer::of(500);
            }
            visit.pass()
        }),
    },
    Defect {
        name: "fresh-repository-pull-403",
        title: "GET in a repository that does not exist is answered 403",
        breaches: &[&ABSENT_REPOSITORY_UNKNOWN],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if visit.is(&[GetManifest, GetBlob]) && answer.is(404) && !is_known(visit) {
                return Answer::error(403, ErrorCode::Denied);
            }
            answer
        }),
    },
    Defect {
        name: "fresh-repository-latest-empty",
        title: "GET by the tag latest in a repository that does not exist gives an index of nothing",
        breaches: &[&ABSENT_REPOSITORY_UNKNOWN],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            if visit.is(&[GetManifest]) && visit.last() == "latest" && !is_known(visit) {
                let index = format!(
                    r#"{{"schemaVersion":2,"mediaType":"{}","manifests":[]}}"#,
                    media_type::IMAGE_INDEX
                );
                return Answer::of(200).body(media_type::IMAGE_INDEX, index);
            }
            visit.pass()
        }),
    },
    Defect {
        name: "unknown-digest-answers-500",
        title: "GET on a manifest by an unknown digest is answered 500 in a repository that holds something",
        breaches: &[&ABSENT_MANIFEST_UNKNOWN],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let is_asked = visit.is(&[GetManifest]) && visit.is_by_digest();
            if is_asked && answer.is(404) && is_known(visit) {
                return Answer::of(500);
            }
            answer
        }),
    },
];

fn unknown() -> Answer {
    Answer::error(404, ErrorCode::ManifestUnknown)
}

/// The path of a manifest of the same repository.
fn named(visit: &Visit<'_>, reference: &str) -> Route {
    Route::Manifest {
        name: visit.name().to_owned(),
        reference: reference.to_owned(),
    }
}

fn is_known(visit: &Visit<'_>) -> bool {
    let name = visit.name().parse::<RepositoryName>();
    name.is_ok_and(|name| visit.store().has_repository(&name))
}

/// Whether any tag of the repository points to the digest in the path.
fn is_tagged(visit: &Visit<'_>) -> bool {
    let (Ok(name), Ok(digest)) = (visit.name().parse(), visit.last().parse::<Digest>()) else {
        return false;
    };
    let (tags, _) = visit.store().tags(&name, "", usize::MAX);
    let points_there = |tag: Tag| {
        let found = visit.store().manifest(&name, &Reference::Tag(tag));
        found.is_some_and(|found| found.manifest.digests.contains(&digest))
    };
    tags.into_iter().any(points_there)
}

fn head_pins_tag_for_get(visit: &Visit<'_>) -> Answer {
    let answer = visit.pass();
    if visit.is_by_digest() {
        return answer;
    }
    let pinned = visit.memory.recall(&visit.key());
    match (pinned, answer.value(&CONTENT_DIGEST)) {
        (None, Some(digest)) if visit.is(&[HeadManifest]) => {
            visit.memory.keep(visit.key(), digest.to_owned());
            answer
        }
        (Some(digest), _) if visit.is(&[GetManifest]) => {
            visit.get(&named(visit, &String::from_utf8_lossy(&digest)))
        }
        _ => answer,
    }
}

fn untagged_index_child_lost(visit: &Visit<'_>) -> Answer {
    let is_pull = visit.is(&[GetManifest, HeadManifest]) && visit.is_by_digest();
    if is_pull && visit.memory.knows(&visit.key()) && !is_tagged(visit) {
        return unknown();
    }
    let answer = visit.pass();
    if visit.is(&[PutManifest]) && answer.is(201) {
        let body: serde_json::Value = serde_json::from_slice(visit.body()).unwrap_or_default();
        let children = body["manifests"].as_array().into_iter().flatten();
        for child in children.filter_map(|child| child["digest"].as_str()) {
            visit.memory.before(format!("{} {child}", visit.name()));
        }
    }
    answer
}

fn unknown_digest_prefix_match(visit: &Visit<'_>) -> Answer {
    let answer = visit.pass();
    let is_pull = visit.is(&[GetBlob, HeadBlob, GetManifest, HeadManifest]);
    let kind = if visit.is(&[GetBlob, HeadBlob]) {
        "blob"
    } else {
        "manifest"
    };
    let Some(prefix) = visit.last().get(.."sha256:".len() + 12) else {
        return answer;
    };
    let key = format!("{kind} {} {prefix}", visit.name());
    if !is_pull || !visit.is_by_digest() {
        return answer;
    }
    if answer.is(200) {
        visit.memory.keep(key, visit.last().to_owned());
        return answer;
    }
    let known = visit.memory.recall(&key).filter(|_| answer.is(404));
    let known = known.map(|digest| String::from_utf8_lossy(&digest).into_owned());
    match (known, visit.route) {
        (Some(digest), Route::Blob { name, .. }) => visit.pass_route(&Route::Blob {
            name: name.clone(),
            digest,
        }),
        (Some(digest), _) => visit.pass_route(&named(visit, &digest)),
        (None, _) => answer,
    }
}
