//! Tagging while pushing by digest, done wrong (TAGP).

use serde_json::Value;

use super::Defect;
use super::Source;
use crate::catalogue::errors::CLIENT_MISTAKE_REFUSED;
use crate::catalogue::manifest_push::MANIFEST_PUT_BY_DIGEST_ACCEPTED;
use crate::catalogue::manifest_push::MANIFEST_PUT_BY_TAG_ACCEPTED;
use crate::catalogue::manifest_push::MISMATCHED_MANIFEST_REFUSED;
use crate::catalogue::tag_parameters::MALFORMED_TAG_PARAMETER_OMITTED;
use crate::catalogue::tag_parameters::MANY_TAG_PARAMETERS_ANSWERED;
use crate::catalogue::tag_parameters::TAG_PARAMETERS_ANSWERED;
use crate::catalogue::tag_parameters::TAKEN_TAGS_FOUND;
use crate::catalogue::tag_parameters::TAKEN_TAGS_NAMED;
use crate::catalogue::tag_parameters::TEN_TAG_PARAMETERS_ACCEPTED;
use crate::oci::Algorithm;
use crate::oci::ErrorCode;
use crate::oci::Tag;
use crate::registry::answer::Answer;
use crate::registry::header::TAG;
use crate::registry::seams::Operation::GetManifest;
use crate::registry::seams::Operation::HeadManifest;
use crate::registry::seams::Operation::PutManifest;
use crate::registry::seams::Operation::Tags;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "oci-tag-names-only-first",
        title: "of the tags that the parameters make, OCI-Tag names only one",
        breaches: &[&TAKEN_TAGS_NAMED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let tags = taken(visit);
            visit.pushed(|answer| match tags.first() {
                Some(first) => answer.with(TAG, first),
                None => answer,
            })
        }),
    },
    Defect {
        name: "oci-tag-names-path",
        title: "OCI-Tag names the tags with the repository in front",
        breaches: &[&TAKEN_TAGS_NAMED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let tags = taken(visit);
            let full = |tag: &Tag| format!("{}:{tag}", visit.name());
            let full = tags.iter().map(full).collect::<Vec<_>>().join(", ");
            visit.pushed(|answer| answer.when(!tags.is_empty(), |it| it.with(TAG, &full)))
        }),
    },
    Defect {
        name: "tag-params-lie",
        title: "OCI-Tag names every tag of the parameters, but only the last is made",
        breaches: &[&TAKEN_TAGS_FOUND],
        source: Source::Reader,
        seam: Seam::Layer(|visit| match taken(visit).as_slice() {
            [_, .., last] => named(visit.pass_query(&query(&[last])), &taken(visit)),
            _ => visit.pass(),
        }),
    },
    Defect {
        name: "tag-param-existing-not-moved",
        title: "a tag that is there already is named in OCI-Tag and stays where it was",
        breaches: &[&TAKEN_TAGS_FOUND],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let tags = taken(visit);
            if tags.is_empty() {
                return visit.pass();
            }
            let is_new = |tag: &&Tag| !visit.holds_manifest(tag.as_str());
            let new: Vec<_> = tags.iter().filter(is_new).collect();
            named(visit.pass_query(&query(&new)), &tags)
        }),
    },
    Defect {
        name: "tag-params-index-ignored",
        title: "for an index, OCI-Tag names the tags of the parameters and none of them is made",
        breaches: &[&TAKEN_TAGS_FOUND],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let tags = taken(visit);
            if tags.is_empty() || !visit.pushes_index() {
                return visit.pass();
            }
            named(visit.pass_query(""), &tags)
        }),
    },
    Defect {
        name: "tag-params-cap-nine",
        title: "nine tag parameters are taken and named, and the rest are passed over",
        breaches: &[&TEN_TAG_PARAMETERS_ACCEPTED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let tags = taken(visit);
            match tags.get(..9) {
                Some(nine) => visit.pass_query(&query(&nine.iter().collect::<Vec<_>>())),
                None => visit.pass(),
            }
        }),
    },
    Defect {
        name: "tag-param-many-500",
        title: "a PUT with 100 tag parameters or more answers 500",
        breaches: &[&CLIENT_MISTAKE_REFUSED, &MANY_TAG_PARAMETERS_ANSWERED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let count = visit.call.query.all("tag").count();
            visit.refuse(Answer::of(500), |_| count >= 100)
        }),
    },
    Defect {
        name: "tag-param-bad-500",
        title: "a PUT with a malformed tag parameter answers 500",
        breaches: &[&MALFORMED_TAG_PARAMETER_OMITTED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| visit.refuse(Answer::of(500), |_| malformed(visit).is_some())),
    },
    Defect {
        name: "tag-param-bad-named",
        title: "a malformed tag parameter is named in OCI-Tag, and made",
        breaches: &[&MALFORMED_TAG_PARAMETER_OMITTED],
        source: Source::Reader,
        seam: Seam::Layer(malformed_tags_are_made),
    },
    Defect {
        name: "tag-param-bad-drops-rest",
        title: "a PUT with a malformed tag parameter answers 201 and makes none of the others",
        breaches: &[&MALFORMED_TAG_PARAMETER_OMITTED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| match malformed(visit) {
            Some(_) if visit.is(&[PutManifest]) => visit.pass_query(""),
            _ => visit.pass(),
        }),
    },
    Defect {
        name: "mismatch-still-moves-tag-param",
        title: "a PUT under a digest that its bytes do not have answers 400, and makes the tags of its parameters",
        breaches: &[&MISMATCHED_MANIFEST_REFUSED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let tags = taken(visit);
            if visit.mismatched_digest().is_some() && !tags.is_empty() {
                visit.pass_by_digest();
                visit.point(&tags, &Algorithm::Sha256.digest(visit.body()));
            }
            visit.pass()
        }),
    },
    Defect {
        name: "tag-param-index-refused",
        title: "a PUT of an index by digest with a tag parameter is refused with 400",
        breaches: &[&MANIFEST_PUT_BY_DIGEST_ACCEPTED, &TAG_PARAMETERS_ANSWERED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let refusal = Answer::error(400, ErrorCode::Unsupported);
            visit.refuse(refusal, |_| {
                visit.pushes_index() && visit.is_by_digest() && visit.query("tag").is_some()
            })
        }),
    },
    Defect {
        name: "tag-param-bad-listed",
        title: "a malformed tag parameter is not named in OCI-Tag, and listed all the same",
        breaches: &[&MALFORMED_TAG_PARAMETER_OMITTED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            if visit.is(&[Tags]) {
                return with_malformed(visit);
            }
            visit.pushed(|answer| {
                if let Some(bad) = malformed(visit) {
                    visit.memory.keep(visit.name(), bad.to_owned());
                }
                answer
            })
        }),
    },
    Defect {
        name: "tag-param-on-tag-200",
        title: "a PUT by tag with a tag parameter answers 200",
        breaches: &[&MANIFEST_PUT_BY_TAG_ACCEPTED, &TAKEN_TAGS_FOUND],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let is_both = !visit.is_by_digest() && visit.query("tag").is_some();
            visit.pushed(|answer| answer.when(is_both, |it| it.with_status(200)))
        }),
    },
    Defect {
        name: "tag-param-beats-path",
        title: "a PUT by tag with a tag parameter answers 201 and makes the tag of the parameter only",
        breaches: &[&MANIFEST_PUT_BY_TAG_ACCEPTED, &TAKEN_TAGS_FOUND],
        source: Source::Ours,
        seam: Seam::Layer(|visit| match visit.query("tag") {
            Some(tag) if visit.is(&[PutManifest]) && !visit.is_by_digest() => {
                visit.pass_route(&visit.manifest_route(tag))
            }
            _ => visit.pass(),
        }),
    },
];

/// The parameters that are tags, in their order.
fn taken(visit: &Visit<'_>) -> Vec<Tag> {
    if !visit.is(&[PutManifest]) || !visit.is_by_digest() {
        return Vec::new();
    }
    let tags = visit.call.query.all("tag");
    tags.filter_map(|tag| tag.parse().ok()).collect()
}

/// The first parameter that is no tag.
fn malformed<'a>(visit: &'a Visit<'_>) -> Option<&'a str> {
    let mut tags = visit.call.query.all("tag");
    tags.find(|tag| tag.parse::<Tag>().is_err())
}

fn query(tags: &[&Tag]) -> String {
    let tags = tags.iter().map(|tag| format!("tag={tag}"));
    tags.collect::<Vec<_>>().join("&")
}

/// The answer with these tags in `OCI-Tag`, if something was made.
fn named(answer: Answer, tags: &[Tag]) -> Answer {
    let texts: Vec<_> = tags.iter().map(Tag::as_str).collect();
    let is_made = answer.is(201);
    answer.when(is_made, |it| it.with(TAG, &texts.join(", ")))
}

/// A malformed tag is kept beside the store, which takes none.
fn malformed_tags_are_made(visit: &Visit<'_>) -> Answer {
    if visit.is(&[GetManifest, HeadManifest]) {
        return match visit.memory.recall(&visit.key()) {
            Some(digest) => {
                visit.pass_route(&visit.manifest_route(&String::from_utf8_lossy(&digest)))
            }
            None => visit.pass(),
        };
    }
    if visit.is(&[Tags]) {
        return with_malformed(visit);
    }
    visit.pushed(|answer| match malformed(visit) {
        Some(bad) if visit.is_by_digest() => {
            visit.memory.keep(visit.name(), bad.to_owned());
            let key = format!("{} {bad}", visit.name());
            visit.memory.keep(key, visit.last().to_owned());
            answer.header(TAG, bad)
        }
        _ => answer,
    })
}

/// The list of tags, with the last malformed one before the others.
fn with_malformed(visit: &Visit<'_>) -> Answer {
    let Some(made) = visit.memory.recall(visit.name()) else {
        return visit.pass();
    };
    let made = String::from_utf8_lossy(&made).into_owned();
    visit.pass().json(|list| {
        if let Some(tags) = list.get_mut("tags").and_then(Value::as_array_mut) {
            tags.insert(0, made.into());
        }
    })
}
