//! Names of repositories, done wrong (NAME).

use http::header;

use super::Defect;
use super::Source;
use crate::catalogue::errors::CLIENT_MISTAKE_REFUSED;
use crate::catalogue::names::LONG_REPOSITORY_NAME_AVOIDED;
use crate::catalogue::names::MALFORMED_REPOSITORY_NAME_REFUSED;
use crate::catalogue::names::REPOSITORY_NAME_ACCEPTED;
use crate::catalogue::transport::HTTP_SEMANTICS_FOLLOWED;
use crate::http::Method;
use crate::oci::ErrorCode;
use crate::oci::RepositoryName;
use crate::registry::answer::Answer;
use crate::registry::seams::Operation::GetBlob;
use crate::registry::seams::Operation::GetManifest;
use crate::registry::seams::Operation::OpenUpload;
use crate::registry::seams::Operation::PutManifest;
use crate::registry::seams::Operation::Tags;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "double-underscore-name-refused",
        title: "a repository name with two underscores in a row is refused",
        breaches: &[&REPOSITORY_NAME_ACCEPTED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            if visit.name().contains("__") {
                return refused();
            }
            visit.pass()
        }),
    },
    Defect {
        name: "triple-dash-name-refused",
        title: "nothing can be pushed to a repository with three dashes in a row in its name",
        breaches: &[&REPOSITORY_NAME_ACCEPTED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            if visit.name().contains("---") && is_write(visit) {
                return refused();
            }
            visit.pass()
        }),
    },
    Defect {
        name: "deep-name-mistaken-for-route",
        title: "nothing can be pushed to a repository whose name has a word of the API's paths in it",
        breaches: &[&REPOSITORY_NAME_ACCEPTED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            const WORDS: [&str; 4] = ["blobs", "manifests", "tags", "uploads"];
            let is_mistaken = visit.name().split('/').any(|it| WORDS.contains(&it));
            if is_mistaken && visit.is(&[OpenUpload, PutManifest]) {
                return Answer::error(404, ErrorCode::NameUnknown);
            }
            visit.pass()
        }),
    },
    Defect {
        name: "five-component-name-refused",
        title: "nothing can be pushed to a repository whose name has more than four components",
        breaches: &[&REPOSITORY_NAME_ACCEPTED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            if visit.name().split('/').count() > 4 && is_write(visit) {
                return Answer::error(404, ErrorCode::NameUnknown);
            }
            visit.pass()
        }),
    },
    Defect {
        name: "single-component-name-refused",
        title: "no upload can be opened in a repository whose name has a single component",
        breaches: &[&REPOSITORY_NAME_ACCEPTED],
        source: Source::Tracker("goharbor/harbor#15273"),
        seam: Seam::Layer(|visit| {
            if visit.is(&[OpenUpload]) && !visit.name().contains('/') {
                return refused().json(|body| {
                    if let Some(code) = body.pointer_mut("/errors/0/code") {
                        *code = "BAD_REQUEST".into();
                    }
                });
            }
            visit.pass()
        }),
    },
    Defect {
        name: "dotted-name-not-pulled",
        title: "GET in a repository with a dot in its name is answered 404, though pushes are taken",
        breaches: &[&REPOSITORY_NAME_ACCEPTED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            if visit.name().contains('.') && visit.is(&[GetBlob, GetManifest]) {
                return Answer::error(404, ErrorCode::NameUnknown);
            }
            visit.pass()
        }),
    },
    Defect {
        name: "name-of-129-refused",
        title: "a repository name of more than 128 characters is refused",
        breaches: &[&REPOSITORY_NAME_ACCEPTED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            if visit.name().len() > 128 {
                return refused();
            }
            visit.pass()
        }),
    },
    Defect {
        name: "upper-case-name-folded",
        title: "a repository name with capital letters is read as though they were small",
        breaches: &[&MALFORMED_REPOSITORY_NAME_REFUSED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let folded = visit.name().to_ascii_lowercase();
            if folded == visit.name() {
                return visit.pass();
            }
            visit.pass_route(&visit.route_in(&folded))
        }),
    },
    Defect {
        name: "trailing-separator-name-served",
        title: "a repository name may end with a dot or an underscore",
        breaches: &[&MALFORMED_REPOSITORY_NAME_REFUSED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            if visit.name().ends_with(['.', '_']) {
                return visit.pass_route(&visit.route_in(&format!("{}0", visit.name())));
            }
            visit.pass()
        }),
    },
    Defect {
        name: "leading-separator-name-served",
        title: "the last component of a repository name may begin with an underscore or a dash",
        breaches: &[&MALFORMED_REPOSITORY_NAME_REFUSED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| match visit.name().rsplit_once('/') {
            Some((base, last)) if last.starts_with(['_', '-']) => {
                visit.pass_route(&visit.route_in(&format!("{base}/0{last}")))
            }
            _ => visit.pass(),
        }),
    },
    Defect {
        name: "malformed-name-lists-nothing",
        title: "the tag list of a malformed repository name is answered 200 and is empty",
        breaches: &[&MALFORMED_REPOSITORY_NAME_REFUSED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            if visit.is(&[Tags]) && is_malformed(visit) {
                let body = serde_json::json!({ "name": visit.name(), "tags": [] });
                return Answer::of(200).body("application/json", body.to_string());
            }
            visit.pass()
        }),
    },
    Defect {
        name: "name-past-255-answered-500",
        title: "a repository name that has more than 255 characters with its host is answered 500",
        breaches: &[&LONG_REPOSITORY_NAME_AVOIDED, &CLIENT_MISTAKE_REFUSED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let host = visit.header(&header::HOST);
            let host = host.map_or("registry.invalid".len(), |host| host.len());
            if host + "/".len() + visit.name().len() > 255 {
                return Answer::of(500);
            }
            visit.pass()
        }),
    },
    Defect {
        name: "encoded-name-unknown",
        title: "GET on a manifest of a repository of whose name letters are encoded is answered 404",
        breaches: &[&HTTP_SEMANTICS_FOLLOWED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let before = visit.call.path.rsplit_once('/').map_or("", |it| it.0);
            if visit.is(&[GetManifest]) && before.contains('%') {
                return Answer::error(404, ErrorCode::NameUnknown);
            }
            visit.pass()
        }),
    },
    Defect {
        name: "api-word-name-without-manifests",
        title: "a repository whose name has the word manifests in it takes blobs, but no manifests",
        breaches: &[&REPOSITORY_NAME_ACCEPTED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let is_mistaken = visit.name().split('/').any(|it| it == "manifests");
            if is_mistaken && visit.is(&[PutManifest]) {
                return Answer::error(404, ErrorCode::NameUnknown);
            }
            visit.pass()
        }),
    },
    Defect {
        name: "api-word-name-cut",
        title: "GET on a manifest of a repository with v2 in its name gives that of the repository before it",
        breaches: &[&REPOSITORY_NAME_ACCEPTED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let before = visit.name().split_once("/v2/").map(|it| it.0);
            let before = before.filter(|_| visit.is(&[GetManifest]));
            let wrong = before.map(|name| visit.pass_route(&visit.route_in(name)));
            match wrong {
                Some(answer) if answer.is(200) => answer,
                _ => visit.pass(),
            }
        }),
    },
    Defect {
        name: "long-name-upload-nowhere",
        title: "an upload in a repository whose name has more than 128 characters is opened without a Location",
        breaches: &[&REPOSITORY_NAME_ACCEPTED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let is_hit = visit.is(&[OpenUpload]) && visit.name().len() > 128;
            let answer = visit.pass();
            answer.when(is_hit, |it| it.without(&header::LOCATION))
        }),
    },
];

fn refused() -> Answer {
    Answer::error(400, ErrorCode::NameInvalid)
}

fn is_write(visit: &Visit<'_>) -> bool {
    matches!(
        visit.call.method,
        Method::POST | Method::PUT | Method::PATCH
    )
}

fn is_malformed(visit: &Visit<'_>) -> bool {
    visit.name().parse::<RepositoryName>().is_err()
}
