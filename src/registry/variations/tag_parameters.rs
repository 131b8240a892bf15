//! Tagging while pushing by digest (1.2).

use super::Variation;
use crate::oci::ErrorCode;
use crate::oci::Tag;
use crate::registry::answer::Answer;
use crate::registry::header::TAG;
use crate::registry::route::Route;
use crate::registry::seams::Operation::PutManifest;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

/// How many tags are taken at once, where that is bounded.
const MOST: usize = 10;

pub(super) static VARIATIONS: &[Variation] = &[
    Variation {
        name: "many-tag-parameters-414",
        title: "more than ten tags at once are answered 414",
        versions: super::SINCE_1_2,
        seam: Seam::Layer(|visit| bounded(visit, 414)),
        ..Variation::BASE
    },
    Variation {
        name: "many-tag-parameters-431",
        title: "more than ten tags at once are answered 431",
        versions: super::SINCE_1_2,
        seam: Seam::Layer(|visit| bounded(visit, 431)),
        ..Variation::BASE
    },
    Variation {
        name: "first-ten-tag-parameters-taken",
        title: "of more than ten tags at once the first ten are taken",
        versions: super::SINCE_1_2,
        seam: Seam::Layer(|visit| {
            if visit.is(&[PutManifest]) && given(visit).count() > MOST {
                let first: Vec<_> = given(visit).take(MOST).map(parameter).collect();
                return visit.pass_query(&first.join("&"));
            }
            visit.pass()
        }),
        ..Variation::BASE
    },
    Variation {
        name: "malformed-tag-parameter-refused",
        title: "a push with a parameter that is no tag is refused",
        versions: super::SINCE_1_2,
        seam: Seam::Layer(|visit| {
            let is_bad = |tag: &str| tag.parse::<Tag>().is_err();
            let is_by_digest = visit.is(&[PutManifest]) && visit.is_by_digest();
            if is_by_digest && given(visit).any(is_bad) {
                return Answer::error(400, ErrorCode::ManifestInvalid);
            }
            visit.pass()
        }),
        ..Variation::BASE
    },
    Variation {
        name: "tag-parameters-beside-tag-taken",
        title: "a push by tag takes the parameter `tag` too",
        versions: super::SINCE_1_2,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let is_by_tag = visit.is(&[PutManifest]) && !visit.is_by_digest();
            if !is_by_tag || !answer.is(201) || given(visit).next().is_none() {
                return answer;
            }
            let digest = answer.value(&crate::registry::header::CONTENT_DIGEST);
            visit.pass_route(&Route::Manifest {
                name: visit.name().to_owned(),
                reference: digest.unwrap_or_default().to_owned(),
            })
        }),
        ..Variation::BASE
    },
    Variation {
        name: "tag-parameters-beside-tag-refused",
        title: "a push by tag with the parameter `tag` is refused",
        versions: super::SINCE_1_2,
        seam: Seam::Layer(|visit| {
            let is_by_tag = visit.is(&[PutManifest]) && !visit.is_by_digest();
            if is_by_tag && given(visit).next().is_some() {
                return Answer::error(400, ErrorCode::ManifestInvalid);
            }
            visit.pass()
        }),
        ..Variation::BASE
    },
    Variation {
        name: "taken-tags-in-one-line",
        title: "the tags that were taken stand in one header, with commas between",
        versions: super::SINCE_1_2,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            let tags = answer.headers.get_all(TAG);
            let tags: Vec<_> = tags.iter().filter_map(|it| it.to_str().ok()).collect();
            if tags.is_empty() {
                return answer;
            }
            let joined = tags.join(", ");
            answer.with(TAG, &joined)
        }),
        ..Variation::BASE
    },
];

fn given<'a>(visit: &Visit<'a>) -> impl Iterator<Item = &'a str> {
    visit.call.query.all("tag")
}

fn parameter(tag: &str) -> String {
    format!("tag={}", crate::registry::percent::encode(tag))
}

fn bounded(visit: &Visit<'_>, status: u16) -> Answer {
    if visit.is(&[PutManifest]) && given(visit).count() > MOST {
        return Answer::of(status).body("text/plain", "too many tags\n");
    }
    visit.pass()
}
