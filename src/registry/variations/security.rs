//! What an attacker would try, and what a registry may lawfully make of it.

use http::header::CONTENT_TYPE;
use http::header::LOCATION;

use super::Variation;
use crate::catalogue::docker::MISSING_LAYER_DETAILED;
use crate::catalogue::security::FORWARDED_HOST_UNREFLECTED;
use crate::http::HeaderName;
use crate::oci::Algorithm;
use crate::oci::ErrorCode;
use crate::registry::answer::Answer;
use crate::registry::percent;
use crate::registry::route::Route;
use crate::registry::seams::Operation::GetManifest;
use crate::registry::seams::Operation::HeadManifest;
use crate::registry::seams::Operation::OpenUpload;
use crate::registry::seams::Operation::Referrers;
use crate::registry::seams::Operation::Tags;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");

/// The most layers that one of these takes.
const MOST_LAYERS: usize = 5000;

pub(super) static VARIATIONS: &[Variation] = &[
    Variation {
        name: "ambiguous-documents-refused",
        title: "a document that can be read as an image and as an index is refused",
        seam: Seam::Layer(|visit| {
            let refusal = Answer::error(400, ErrorCode::ManifestInvalid);
            visit.refuse(refusal, |manifest| {
                let has = |name| manifest.get(name).is_some();
                has("manifests") && (has("layers") || has("config"))
            })
        }),
        ..Variation::BASE
    },
    Variation {
        name: "ambiguous-documents-stay-what-they-were",
        title: "a document that is pushed again under another media type keeps the first one",
        seam: Seam::Layer(first_type),
        ..Variation::BASE
    },
    Variation {
        name: "forwarded-host-used",
        title: "the Location of an upload has the host of X-Forwarded-Host, as behind a proxy",
        gives_up: &[&FORWARDED_HOST_UNREFLECTED],
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            match visit.header(&FORWARDED_HOST) {
                Some(host) if visit.is(&[OpenUpload]) => {
                    answer.map(LOCATION, |path| format!("http://{host}{path}"))
                }
                _ => answer,
            }
        }),
        ..Variation::BASE
    },
    Variation {
        name: "session-ids-hex",
        title: "the ids of uploads are hexadecimal numbers of 64 bits",
        seam: Seam::Layer(|visit| {
            renamed(visit, |count| {
                let digest = Algorithm::Sha256.digest(format!("id {count}").as_bytes());
                digest.to_string()[7..23].to_owned()
            })
        }),
        ..Variation::BASE
    },
    Variation {
        name: "session-ids-counted-and-signed",
        title: "the ids of uploads count up, each with a signature behind it",
        seam: Seam::Layer(|visit| {
            renamed(visit, |count| {
                let digest = Algorithm::Sha256.digest(format!("signed {count}").as_bytes());
                format!("{count}.{}", &digest.to_string()[7..])
            })
        }),
        ..Variation::BASE
    },
    Variation {
        name: "huge-limits-refused",
        title: "a list of which more than 100,000 entries are asked for is refused with 400",
        seam: Seam::Layer(|visit| {
            let is_list = visit.is(&[Tags, Referrers]) || *visit.route == Route::Catalog;
            let limit = visit.query("n").and_then(|it| it.parse::<u128>().ok());
            if is_list && limit.is_some_and(|limit| limit > 100_000) {
                return Answer::error(400, ErrorCode::Unsupported);
            }
            visit.pass()
        }),
        ..Variation::BASE
    },
    Variation {
        name: "many-layers-refused",
        title: "a manifest of more than 5,000 layers is refused with 413",
        seam: Seam::Layer(|visit| {
            let refusal = Answer::error(413, ErrorCode::ManifestInvalid);
            visit.refuse(refusal, |manifest| {
                let layers = manifest["layers"].as_array();
                layers.is_some_and(|layers| layers.len() > MOST_LAYERS)
            })
        }),
        ..Variation::BASE
    },
    Variation {
        name: "errors-repeat-what-was-asked",
        title: "errors repeat the path that was asked for, decoded",
        gives_up: &[&MISSING_LAYER_DETAILED],
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let path = percent::decode(&visit.call.path).unwrap_or_default();
            let is_error = answer.status.is_client_error();
            answer.when(is_error, |answer| {
                answer.json(|error| {
                    if error["errors"][0].is_object() {
                        error["errors"][0]["detail"] = format!("no {path} here").into();
                    }
                })
            })
        }),
        ..Variation::BASE
    },
];

/// Keeps the media type under which a digest was pushed first.
fn first_type(visit: &Visit<'_>) -> Answer {
    let answer = visit.pushed(|answer| {
        let key = format!(
            "{} {}",
            visit.name(),
            Algorithm::Sha256.digest(visit.body())
        );
        if visit.memory.recall(&key).is_none() {
            visit.memory.keep(key, visit.pushed_type());
        }
        answer
    });
    if !visit.is(&[GetManifest, HeadManifest]) || !answer.is(200) {
        return answer;
    }
    let digest = visit.digest_of(visit.last()).map(|it| it.to_string());
    let key = format!("{} {}", visit.name(), digest.unwrap_or_default());
    match visit.memory.recall(&key) {
        Some(first) => answer.with(CONTENT_TYPE, &String::from_utf8_lossy(&first)),
        None => answer,
    }
}

/// Gives sessions other ids, made of how many were opened before, and finds them by these.
fn renamed(visit: &Visit<'_>, id: fn(u64) -> String) -> Answer {
    if let Route::Session { name, id: own } = visit.route
        && let Some(inner) = visit.memory.recall(own)
    {
        let inner = String::from_utf8_lossy(&inner).into_owned();
        let answer = visit.pass_route(&Route::Session {
            name: name.clone(),
            id: inner.clone(),
        });
        return answer.map(LOCATION, |location| location.replace(&inner, own));
    }
    let answer = visit.pass();
    let Some(inner) = answer.session() else {
        return answer;
    };
    let own = id(visit.memory.before("sessions"));
    visit.memory.keep(own.clone(), inner.clone());
    answer.map(LOCATION, |location| location.replace(&inner, &own))
}
