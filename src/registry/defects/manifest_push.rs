//! Pushing manifests, answered wrong (MPUT): the status, the headers, and where they lead.

use std::time::Duration;

use http::header::CONTENT_TYPE;
use http::header::LOCATION;

use super::Defect;
use super::Source;
use crate::catalogue::manifest_pull::MANIFEST_BY_TAG_FOUND;
use crate::catalogue::manifest_pull::MANIFEST_TYPE_KEPT;
use crate::catalogue::manifest_push::MANIFEST_LOCATION_PULLED;
use crate::catalogue::manifest_push::MANIFEST_LOCATION_SENT;
use crate::catalogue::manifest_push::MANIFEST_PUT_BY_DIGEST_ACCEPTED;
use crate::catalogue::manifest_push::MANIFEST_PUT_BY_TAG_ACCEPTED;
use crate::catalogue::manifest_push::PUSHED_DIGEST_HEADER_SENT;
use crate::catalogue::manifest_push::PUSHED_TYPE_PARAMETERS_IGNORED;
use crate::catalogue::manifest_push::REPEATED_MANIFEST_PUT_ACCEPTED;
use crate::oci::Algorithm;
use crate::oci::ErrorCode;
use crate::registry::answer::Answer;
use crate::registry::header::CONTENT_DIGEST;
use crate::registry::seams::Operation::GetManifest;
use crate::registry::seams::Operation::HeadManifest;
use crate::registry::seams::Operation::PutManifest;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "manifest-tag-put-200",
        title: "a PUT of a manifest by tag stores it and answers 200",
        breaches: &[&MANIFEST_PUT_BY_TAG_ACCEPTED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            visit.pushed(|answer| answer.when(!visit.is_by_digest(), |it| it.with_status(200)))
        }),
    },
    Defect {
        name: "manifest-digest-put-202",
        title: "a PUT of a manifest by digest stores it and answers 202",
        breaches: &[&MANIFEST_PUT_BY_DIGEST_ACCEPTED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            visit.pushed(|answer| answer.when(visit.is_by_digest(), |it| it.with_status(202)))
        }),
    },
    Defect {
        name: "missing-mediatype-refused",
        title: "an image manifest without the property mediaType is refused with 400",
        breaches: &[
            &MANIFEST_PUT_BY_TAG_ACCEPTED,
            &MANIFEST_PUT_BY_DIGEST_ACCEPTED,
        ],
        source: Source::Tracker("cloudflare/serverless-registry#158"),
        seam: Seam::Layer(|visit| {
            let refusal = Answer::error(400, ErrorCode::ManifestInvalid);
            let is_index = visit.pushes_index();
            visit.refuse(refusal, |it| {
                !is_index && it.is_object() && it["mediaType"].is_null()
            })
        }),
    },
    Defect {
        name: "index-push-answers-404",
        title: "a PUT of an index by tag answers 404, although all of its manifests are there",
        breaches: &[&MANIFEST_PUT_BY_TAG_ACCEPTED],
        source: Source::Tracker("go-gitea/gitea#26839"),
        seam: Seam::Layer(|visit| {
            let refusal = Answer::error(404, ErrorCode::ManifestUnknown);
            visit.refuse(refusal, |_| visit.pushes_index() && !visit.is_by_digest())
        }),
    },
    Defect {
        name: "manifest-500-yet-stored",
        title: "a PUT under a new tag of a manifest that is there already makes the tag and answers 500",
        breaches: &[&MANIFEST_PUT_BY_TAG_ACCEPTED],
        source: Source::Tracker("go-gitea/gitea#31215"),
        seam: Seam::Layer(|visit| {
            let digest = Algorithm::Sha256.digest(visit.body());
            let is_known = visit.holds_manifest(&digest.to_string());
            let is_new_tag = !visit.is_by_digest() && !visit.holds_manifest(visit.last());
            visit.pushed(|answer| answer.when(is_known && is_new_tag, |_| Answer::of(500)))
        }),
    },
    Defect {
        name: "repeated-manifest-put-500",
        title: "a PUT of a manifest under a reference that leads to it already answers 500",
        breaches: &[&REPEATED_MANIFEST_PUT_ACCEPTED],
        source: Source::Tracker("go-gitea/gitea#31964"),
        seam: Seam::Layer(|visit| visit.refuse(Answer::of(500), |_| is_there_already(visit))),
    },
    Defect {
        name: "repush-same-409",
        title: "a PUT of a manifest under a tag that names it already answers 409",
        breaches: &[&REPEATED_MANIFEST_PUT_ACCEPTED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let refusal = Answer::error(409, ErrorCode::Denied);
            visit.refuse(refusal, |_| {
                !visit.is_by_digest() && is_there_already(visit)
            })
        }),
    },
    Defect {
        name: "fresh-blob-sometimes-unknown",
        title: "the first PUT of about every tenth manifest answers 404 for a blob that was just pushed",
        breaches: &[
            &MANIFEST_PUT_BY_TAG_ACCEPTED,
            &MANIFEST_PUT_BY_DIGEST_ACCEPTED,
        ],
        source: Source::Tracker("goharbor/harbor#22417"),
        seam: Seam::Layer(|visit| {
            let refusal = Answer::error(404, ErrorCode::ManifestBlobUnknown);
            visit.refuse(refusal, |it| {
                let digest = Algorithm::Sha256.digest(visit.body());
                let is_unlucky = digest.hex() < "1a" && it["config"].is_object();
                is_unlucky && visit.memory.before(format!("{} {digest}", visit.name())) == 0
            })
        }),
    },
    Defect {
        name: "manifest-location-missing",
        title: "the 201 to a PUT of a manifest by digest has no Location",
        breaches: &[&MANIFEST_LOCATION_SENT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            visit.pushed(|answer| answer.when(visit.is_by_digest(), |it| it.without(&LOCATION)))
        }),
    },
    Defect {
        name: "manifest-location-once",
        title: "the 201 to the second PUT of a manifest has no Location",
        breaches: &[&MANIFEST_LOCATION_SENT],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let is_again = is_there_already(visit);
            visit.pushed(|answer| answer.when(is_again, |it| it.without(&LOCATION)))
        }),
    },
    Defect {
        name: "manifest-location-bogus",
        title: "the Location of a pushed manifest is a placeholder",
        breaches: &[&MANIFEST_LOCATION_PULLED],
        source: Source::Tracker("mbr/container_registry-rs#2"),
        seam: Seam::Layer(|visit| visit.pushed(|answer| answer.with(LOCATION, "/TODO"))),
    },
    Defect {
        name: "manifest-location-latest",
        title: "the Location of a manifest that was pushed by digest is that of the tag latest",
        breaches: &[&MANIFEST_LOCATION_PULLED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let latest = format!("/v2/{}/manifests/latest", visit.name());
            visit
                .pushed(|answer| answer.when(visit.is_by_digest(), |it| it.with(LOCATION, &latest)))
        }),
    },
    Defect {
        name: "manifest-location-relative",
        title: "the Location of a pushed manifest is relative to the repository, not to the request",
        breaches: &[&MANIFEST_LOCATION_PULLED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let base = format!("/v2/{}/", visit.name());
            visit.pushed(|answer| answer.map(LOCATION, |it| it.replacen(&base, "", 1)))
        }),
    },
    Defect {
        name: "push-digest-header-missing",
        title: "the 201 to a PUT of a manifest by digest has no Docker-Content-Digest",
        breaches: &[&PUSHED_DIGEST_HEADER_SENT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            visit.pushed(|answer| {
                answer.when(visit.is_by_digest(), |it| it.without(&CONTENT_DIGEST))
            })
        }),
    },
    Defect {
        name: "push-digest-header-compact",
        title: "Docker-Content-Digest on a pushed manifest is the digest of its JSON without white space",
        breaches: &[&PUSHED_DIGEST_HEADER_SENT],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let compact = super::manifest_content::without_white_space(visit.body());
            let digest = Algorithm::Sha256.digest(&compact);
            visit.pushed(|answer| {
                answer.when(compact != *visit.body(), |it| {
                    it.with(CONTENT_DIGEST, &digest)
                })
            })
        }),
    },
    Defect {
        name: "push-digest-header-index",
        title: "the 201 to a PUT of an index has the digest of its first manifest in Docker-Content-Digest",
        breaches: &[&PUSHED_DIGEST_HEADER_SENT],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let index = visit.manifest();
            let child = index["manifests"][0]["digest"].as_str();
            visit.pushed(|answer| match child {
                Some(child) => answer.with(CONTENT_DIGEST, child),
                None => answer,
            })
        }),
    },
    Defect {
        name: "content-type-params-stored",
        title: "parameters of the Content-Type that a manifest is pushed with come back when it is pulled",
        breaches: &[&PUSHED_TYPE_PARAMETERS_IGNORED],
        source: Source::Reader,
        seam: Seam::Layer(parameters_come_back),
    },
    Defect {
        name: "content-type-params-refused",
        title: "a PUT of a manifest whose Content-Type has parameters answers 415",
        breaches: &[&PUSHED_TYPE_PARAMETERS_IGNORED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let refusal = Answer::error(415, ErrorCode::ManifestInvalid);
            let header = visit.header(&CONTENT_TYPE).unwrap_or_default();
            visit.refuse(refusal, |_| header.contains(';'))
        }),
    },
    Defect {
        name: "manifest-put-sweep-race",
        title: "a new manifest that is pushed by tag while a sweep runs, once a second, is lost again",
        breaches: &[&MANIFEST_BY_TAG_FOUND, &MANIFEST_LOCATION_PULLED],
        source: Source::Tracker("bazel-contrib/rules_img#728"),
        seam: Seam::Layer(|visit| {
            let digest = Algorithm::Sha256.digest(visit.body()).to_string();
            let is_new = !visit.is_by_digest() && !visit.holds_manifest(&digest);
            visit.pushed(|answer| {
                if is_new && visit.now().subsec_millis() < SWEEP {
                    visit.delete(&digest);
                }
                answer
            })
        }),
    },
    Defect {
        name: "parallel-tag-puts-mixed",
        title: "of manifests that are pushed to one tag within a tenth of a second, the last one's bytes get the first one's media type",
        breaches: &[&MANIFEST_TYPE_KEPT],
        source: Source::Tracker("getnora-io/nora#653"),
        seam: Seam::Layer(types_are_mixed),
    },
];

/// How long the push of a tag takes where that matters.
const IN_FLIGHT: Duration = Duration::from_millis(50);

/// How long a sweep takes, in milliseconds.
const SWEEP: u32 = 60;

/// Whether it is the first request for `key`, or the last one to be called that was `time` ago.
fn is_first_within(visit: &Visit<'_>, key: &str, time: Duration) -> bool {
    let now = visit.now();
    if now.saturating_sub(visit.memory.since(key, now)) >= time {
        visit.memory.reset(key);
    }
    visit.memory.since(key, now) == now
}

/// Whether the body is what the path leads to before it is pushed.
fn is_there_already(visit: &Visit<'_>) -> bool {
    let Some(digest) = visit.digest_of(visit.last()) else {
        return false;
    };
    visit.is(&[PutManifest]) && digest.matches(visit.body())
}

fn parameters_come_back(visit: &Visit<'_>) -> Answer {
    let header = visit.header(&CONTENT_TYPE).unwrap_or_default();
    if visit.is(&[GetManifest, HeadManifest]) {
        let answer = visit.pass();
        let key = format!("{} {}", visit.name(), digest_in(&answer));
        let stored = visit.memory.recall(&key).filter(|_| answer.is(200));
        return match stored {
            Some(stored) => answer.with(CONTENT_TYPE, &String::from_utf8_lossy(&stored)),
            None => answer,
        };
    }
    visit.pushed(|answer| {
        let key = format!("{} {}", visit.name(), digest_in(&answer));
        if header.contains(';') {
            visit.memory.keep(key, header);
        } else {
            visit.memory.forget(&key);
        }
        answer
    })
}

fn digest_in(answer: &Answer) -> &str {
    answer.value(&CONTENT_DIGEST).unwrap_or_default()
}

fn types_are_mixed(visit: &Visit<'_>) -> Answer {
    // Long enough for two that are sent at once and handled one after the other.
    const AT_ONCE: Duration = Duration::from_millis(100);
    let mixed = format!("{} mixed", visit.key());
    if visit.is(&[GetManifest, HeadManifest]) {
        let answer = visit.pass();
        return match visit.memory.recall(&mixed).filter(|_| answer.is(200)) {
            Some(first) => answer.with(CONTENT_TYPE, &String::from_utf8_lossy(&first)),
            None => answer,
        };
    }
    if !visit.is(&[PutManifest]) || visit.is_by_digest() {
        return visit.pass();
    }
    if is_first_within(visit, &visit.key(), AT_ONCE) {
        visit.memory.forget(&mixed);
        visit.memory.keep(visit.key(), visit.pushed_type());
    } else if let Some(first) = visit.memory.recall(&visit.key()) {
        visit.memory.keep(mixed, first);
    }
    visit.pass().late(IN_FLIGHT)
}
