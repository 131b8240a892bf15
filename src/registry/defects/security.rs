//! What an attacker would find (SEC).

use http::header::LINK;
use http::header::LOCATION;

use super::Defect;
use super::Source;
use super::deep;
use crate::catalogue::delete::DISABLED_BLOB_DELETE_REFUSED;
use crate::catalogue::delete::DISABLED_MANIFEST_DELETE_REFUSED;
use crate::catalogue::delete::DISABLED_TAG_DELETE_REFUSED;
use crate::catalogue::security::BULKY_MANIFEST_ANSWERED;
use crate::catalogue::security::DIGEST_TYPE_KEPT;
use crate::catalogue::security::FORWARDED_HOST_UNREFLECTED;
use crate::catalogue::security::HUGE_LIMIT_BOUNDED;
use crate::catalogue::security::INJECTED_HEADER_OMITTED;
use crate::catalogue::security::INTERNALS_HIDDEN;
use crate::catalogue::security::LAYER_URLS_UNFETCHED;
use crate::catalogue::security::NAMED_SERVER_UNTRUSTED;
use crate::catalogue::security::SESSION_ID_UNGUESSABLE;
use crate::catalogue::security::TRAVERSAL_REFUSED;
use crate::http::HeaderName;
use crate::oci::ErrorCode;
use crate::registry::answer::Answer;
use crate::registry::route::Route;
use crate::registry::seams::Operation::DeleteBlob;
use crate::registry::seams::Operation::DeleteManifest;
use crate::registry::seams::Operation::DeleteTag;
use crate::registry::seams::Operation::GetManifest;
use crate::registry::seams::Operation::OpenUpload;
use crate::registry::seams::Operation::PutManifest;
use crate::registry::seams::Operation::Referrers;
use crate::registry::seams::Operation::Tags;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const FORWARDED: HeaderName = HeaderName::from_static("forwarded");
const INJECTED: HeaderName = HeaderName::from_static("plimsoll-injected");

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "session-ids-counted",
        title: "the ids of uploads count up",
        breaches: &[&SESSION_ID_UNGUESSABLE],
        source: Source::Ours,
        seam: Seam::Layer(counted),
    },
    Defect {
        name: "traversal-serves-file",
        title: "steps upwards in a path lead out of the registry's folder",
        breaches: &[&TRAVERSAL_REFUSED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            if visit.call.path.contains("..%2f") && visit.call.path.ends_with("etc/passwd") {
                return Answer::of(200).bytes("root:x:0:0:root:/root:/bin/sh\n");
            }
            visit.pass()
        }),
    },
    Defect {
        name: "traversal-stores-upload",
        title: "a chunk for an upload whose id has steps upwards is taken",
        breaches: &[&TRAVERSAL_REFUSED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let is_session = matches!(visit.route, Route::Session { .. } | Route::Unknown);
            if is_session && visit.call.path.contains("..%2f") && !visit.body().is_empty() {
                return Answer::of(202).with(LOCATION, &visit.call.path);
            }
            visit.pass()
        }),
    },
    Defect {
        name: "digest-takes-second-type",
        title: "a tag gives the media type with which it was pushed, whatever others give for the same digest",
        breaches: &[&DIGEST_TYPE_KEPT],
        source: Source::Cve("CVE-2021-41190"),
        seam: Seam::Layer(second_type),
    },
    Defect {
        name: "encoded-deletes-though-off",
        title: "nothing can be deleted, but for what is named with encoded characters",
        breaches: &[
            &DISABLED_TAG_DELETE_REFUSED,
            &DISABLED_MANIFEST_DELETE_REFUSED,
            &DISABLED_BLOB_DELETE_REFUSED,
        ],
        source: Source::Cve("CVE-2026-41888"),
        seam: Seam::Layer(|visit| {
            let is_delete = visit.is(&[DeleteTag, DeleteManifest, DeleteBlob]);
            if is_delete && !visit.call.path.contains('%') {
                return Answer::error(405, ErrorCode::Unsupported);
            }
            visit.pass()
        }),
    },
    Defect {
        name: "forwarded-host-in-location",
        title: "the Location of an upload has the host of X-Forwarded-Host",
        breaches: &[&FORWARDED_HOST_UNREFLECTED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| at_host(visit, visit.header(&FORWARDED_HOST))),
    },
    Defect {
        name: "forwarded-in-link",
        title: "Locations and Links have the host of Forwarded",
        breaches: &[&FORWARDED_HOST_UNREFLECTED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let forwarded = visit.header(&FORWARDED).unwrap_or_default();
            let mut parts = forwarded.split(';');
            let host = parts.find_map(|part| part.strip_prefix("host="));
            at_host(visit, host.map(str::to_owned))
        }),
    },
    Defect {
        name: "line-break-makes-header",
        title: "a line break in the parameter last makes a header of the answer",
        breaches: &[&INJECTED_HEADER_OMITTED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let last = visit.query("last").unwrap_or_default();
            let injected = last.contains('\n') && last.contains(INJECTED.as_str());
            answer.when(injected, |answer| answer.with(INJECTED, "1"))
        }),
    },
    Defect {
        name: "errors-name-files",
        title: "the errors of missing manifests name the file that was looked for",
        breaches: &[&INTERNALS_HIDDEN],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let is_missing = visit.is(&[GetManifest]) && answer.is(404);
            answer.when(is_missing, |answer| {
                answer.json(|error| {
                    error["errors"][0]["detail"] = "open /var/lib/registry/_manifests".into();
                })
            })
        }),
    },
    Defect {
        name: "errors-show-stack",
        title: "the errors of malformed manifests show where in the source they were made",
        breaches: &[&INTERNALS_HIDDEN],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let is_refused = visit.is(&[PutManifest]) && answer.is(400);
            answer.when(is_refused, |answer| {
                answer.json(|error| {
                    error["errors"][0]["detail"] = "handlers/manifests.go:312".into();
                })
            })
        }),
    },
    Defect {
        name: "deep-manifest-fails",
        title: "a manifest of more than a thousand levels is a server's error",
        breaches: &[&BULKY_MANIFEST_ANSWERED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| failing(visit, |body| body.contains(&"[".repeat(1000)))),
    },
    Defect {
        name: "long-number-fails",
        title: "a manifest with a number of more than a thousand digits is a server's error",
        breaches: &[&BULKY_MANIFEST_ANSWERED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| failing(visit, |body| body.contains(&"9".repeat(1000)))),
    },
    Defect {
        name: "many-layers-fail",
        title: "a manifest of more than a thousand layers is a server's error",
        breaches: &[&BULKY_MANIFEST_ANSWERED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            failing(visit, |body| {
                body.len() < 3 << 20 && body.matches("\"size\"").count() > 1000
            })
        }),
    },
    Defect {
        name: "huge-tag-limit-fails",
        title: "a list of tags with an n of more than 32 bits is a server's error",
        breaches: &[&HUGE_LIMIT_BOUNDED],
        source: Source::Cve("CVE-2023-2253"),
        seam: Seam::Layer(|visit| {
            if visit.is(&[Tags]) && is_huge(visit) {
                return Answer::error(500, ErrorCode::Unsupported);
            }
            visit.pass()
        }),
    },
    Defect {
        name: "huge-referrer-limit-repeats",
        title: "a list of referrers with an n of more than 32 bits has everything twice",
        breaches: &[&HUGE_LIMIT_BOUNDED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let is_twice = visit.is(&[Referrers]) && is_huge(visit);
            answer.when(is_twice, |answer| twice(answer, "manifests"))
        }),
    },
    Defect {
        name: "huge-catalog-limit-fails",
        title: "a list of repositories with an n of more than 32 bits is a server's error",
        breaches: &[&HUGE_LIMIT_BOUNDED],
        source: Source::Cve("CVE-2023-2253"),
        seam: Seam::Layer(|visit| {
            if *visit.route == Route::Catalog && is_huge(visit) {
                return Answer::error(500, ErrorCode::Unsupported);
            }
            visit.pass()
        }),
    },
    Defect {
        name: "pushed-urls-fetched",
        title: "the `urls` of a manifest are fetched while it is pushed",
        breaches: &[&LAYER_URLS_UNFETCHED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            visit.pushed(|answer| {
                deep::canary::fetch(visit, |host, path, _| deep::canary::call(host, path, None));
                answer
            })
        }),
    },
    Defect {
        name: "forwarded-host-trusted",
        title: "a token is asked for, with credentials, where X-Forwarded-Host says",
        breaches: &[&NAMED_SERVER_UNTRUSTED],
        source: Source::Cve("CVE-2026-33540"),
        seam: Seam::Layer(|visit| {
            if let Some(host) = visit.header(&FORWARDED_HOST) {
                let path = format!("token?scope=repository:{}:pull", visit.name());
                let credentials = deep::canary::credentials(visit);
                deep::canary::call(&host, &path, Some(&credentials));
            }
            visit.pass()
        }),
    },
];

/// Gives sessions ids that count up, and finds them by these.
fn counted(visit: &Visit<'_>) -> Answer {
    let key = format!("counted {}", visit.last());
    if let Route::Session { name, .. } = visit.route
        && let Some(id) = visit.memory.recall(&key)
    {
        let id = String::from_utf8_lossy(&id).into_owned();
        let (name, own) = (name.clone(), visit.last().to_owned());
        let answer = visit.pass_route(&Route::Session {
            name,
            id: id.clone(),
        });
        return answer.map(LOCATION, |location| location.replace(&id, &own));
    }
    let answer = visit.pass();
    let Some(id) = answer
        .session()
        .filter(|_| visit.is(&[OpenUpload]) && answer.is(202))
    else {
        return answer;
    };
    let count = visit.memory.before("sessions") + 1;
    visit.memory.keep(format!("counted {count}"), id.clone());
    answer.map(LOCATION, |location| {
        location.replace(&id, &count.to_string())
    })
}

/// Gives a tag the media type with which it was pushed.
fn second_type(visit: &Visit<'_>) -> Answer {
    let answer = visit.pushed(|answer| {
        visit.memory.keep(visit.key(), visit.pushed_type());
        answer
    });
    let own = visit.memory.recall(&visit.key());
    match own.filter(|_| visit.is(&[GetManifest]) && answer.is(200)) {
        Some(own) => {
            let own = String::from_utf8_lossy(&own).into_owned();
            answer.with(http::header::CONTENT_TYPE, &own)
        }
        None => answer,
    }
}

/// The answer with its links at this host, where there is one.
fn at_host(visit: &Visit<'_>, host: Option<String>) -> Answer {
    let answer = visit.pass();
    let Some(host) = host else {
        return answer;
    };
    let answer = answer.map(LOCATION, |path| format!("http://{host}{path}"));
    answer.map(LINK, |link| {
        link.replacen('<', &format!("<http://{host}"), 1)
    })
}

/// A server's error for the push of a manifest like this.
fn failing(visit: &Visit<'_>, is_like: impl Fn(&str) -> bool) -> Answer {
    let body = String::from_utf8_lossy(visit.body());
    if visit.is(&[PutManifest]) && is_like(&body) {
        return Answer::error(500, ErrorCode::ManifestInvalid);
    }
    visit.pass()
}

/// Whether more is asked for than there are numbers of 32 bits, and fewer than of 64.
fn is_huge(visit: &Visit<'_>) -> bool {
    let limit = visit.query("n").and_then(|it| it.parse::<u64>().ok());
    limit.is_some_and(|limit| limit > u64::from(u32::MAX))
}

/// The answer with every entry of its list twice.
fn twice(answer: Answer, member: &str) -> Answer {
    answer.json(|list| {
        if let Some(entries) = list[member].as_array_mut() {
            entries.extend(entries.clone());
        }
    })
}
