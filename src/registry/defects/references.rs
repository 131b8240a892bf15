//! Tags and digests as references, done wrong (TAG).

use serde_json::Value;

use super::Defect;
use super::Source;
use crate::catalogue::manifest_pull::ABSENT_MANIFEST_UNKNOWN;
use crate::catalogue::manifest_pull::MANIFEST_BY_TAG_FOUND;
use crate::catalogue::references::MALFORMED_MANIFEST_DIGEST_REFUSED;
use crate::catalogue::references::MALFORMED_TAG_REFUSED;
use crate::catalogue::references::TAG_ACCEPTED;
use crate::catalogue::tag_list::TAG_LIST_COMPLETE;
use crate::catalogue::transport::HTTP_SEMANTICS_FOLLOWED;
use crate::oci::Algorithm;
use crate::oci::Digest;
use crate::oci::ErrorCode;
use crate::oci::Tag;
use crate::registry::answer::Answer;
use crate::registry::percent;
use crate::registry::route::Route;
use crate::registry::seams::Operation::DeleteTag;
use crate::registry::seams::Operation::GetManifest;
use crate::registry::seams::Operation::HeadManifest;
use crate::registry::seams::Operation::PutManifest;
use crate::registry::seams::Operation::Tags;
use crate::registry::seams::Seam;
use crate::registry::seams::Visit;

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "tag-128-off-by-one",
        title: "a manifest cannot be pushed by a tag of 128 characters",
        breaches: &[&TAG_ACCEPTED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            if visit.is(&[PutManifest]) && is_tag(visit) && visit.last().len() == Tag::MAX_LEN {
                return Answer::error(400, ErrorCode::ManifestInvalid);
            }
            visit.pass()
        }),
    },
    Defect {
        name: "tags-fold-case",
        title: "tags that differ in case only are one tag, in small letters",
        breaches: &[&TAG_ACCEPTED, &MANIFEST_BY_TAG_FOUND, &TAG_LIST_COMPLETE],
        source: Source::Reader,
        seam: Seam::Layer(|visit| under(visit, |tag| Some(tag.to_ascii_lowercase()))),
    },
    Defect {
        name: "trailing-dot-tag-stripped",
        title: "dots and dashes at the end of a tag are left out",
        breaches: &[&TAG_ACCEPTED, &TAG_LIST_COMPLETE],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            under(visit, |tag| {
                Some(tag.trim_end_matches(['.', '-']).to_owned())
            })
        }),
    },
    Defect {
        name: "hex-looking-tag-as-digest",
        title: "a tag of 64 hexadecimal digits is taken for a digest, and has to match the manifest",
        breaches: &[&TAG_ACCEPTED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            let claimed = format!("sha256:{}", visit.last()).parse::<Digest>();
            let is_unlike = claimed.is_ok_and(|digest| !digest.matches(visit.body()));
            if visit.is(&[PutManifest]) && is_unlike {
                return Answer::error(400, ErrorCode::DigestInvalid);
            }
            visit.pass()
        }),
    },
    Defect {
        name: "one-letter-tag-refused",
        title: "a manifest cannot be pushed by a tag of a single character",
        breaches: &[&TAG_ACCEPTED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            if visit.is(&[PutManifest]) && visit.last().len() == 1 {
                return Answer::error(400, ErrorCode::ManifestInvalid);
            }
            visit.pass()
        }),
    },
    Defect {
        name: "tag-129-truncated",
        title: "a manifest pushed by a tag of more than 128 characters is stored under the first 128",
        breaches: &[&MALFORMED_TAG_REFUSED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            if !visit.is(&[PutManifest]) {
                return visit.pass();
            }
            under(visit, |tag| tag.get(..Tag::MAX_LEN).map(str::to_owned))
        }),
    },
    Defect {
        name: "percent-decoded-twice",
        title: "the reference of a manifest is decoded twice, so that a%252Db is the tag a-b",
        breaches: &[&MALFORMED_TAG_REFUSED, &ABSENT_MANIFEST_UNKNOWN],
        source: Source::Reader,
        seam: Seam::Layer(|visit| under(visit, percent::decode)),
    },
    Defect {
        name: "tag-plus-becomes-underscore",
        title: "a plus sign in a tag is taken for an underscore",
        breaches: &[&MALFORMED_TAG_REFUSED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| under(visit, |tag| Some(tag.replace('+', "_")))),
    },
    Defect {
        name: "leading-dash-tag-taken",
        title: "a manifest can be pushed and pulled by a tag that begins with a dash",
        breaches: &[&MALFORMED_TAG_REFUSED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| taken_if(visit, |text| text.starts_with('-'))),
    },
    Defect {
        name: "refused-tag-still-listed",
        title: "a malformed tag is refused, and stands in the tag list afterwards",
        breaches: &[&MALFORMED_TAG_REFUSED],
        source: Source::Ours,
        seam: Seam::Layer(refused_and_listed),
    },
    Defect {
        name: "short-sha256-taken-as-tag",
        title: "a manifest can be pushed and pulled by a digest that is one digit too short",
        breaches: &[&MALFORMED_MANIFEST_DIGEST_REFUSED],
        source: Source::Reader,
        seam: Seam::Layer(|visit| {
            taken_if(visit, |text| {
                text.starts_with("sha256:") && text.len() == "sha256:".len() + 63
            })
        }),
    },
    Defect {
        name: "malformed-digest-reference-stored",
        title: "a manifest can be pushed and pulled by a digest whose digits are a word",
        breaches: &[&MALFORMED_MANIFEST_DIGEST_REFUSED],
        source: Source::Tracker("cloudflare/serverless-registry#137"),
        seam: Seam::Layer(|visit| {
            taken_if(visit, |text| {
                text.starts_with("sha256:") && text.len() < "sha256:".len() + 32
            })
        }),
    },
    Defect {
        name: "upper-hex-manifest-served",
        title: "GET and HEAD on a manifest take a digest in capital letters for the same in small ones",
        breaches: &[&MALFORMED_MANIFEST_DIGEST_REFUSED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let folded = visit.last().to_ascii_lowercase();
            let is_folded = folded != visit.last() && folded.parse::<Digest>().is_ok();
            if visit.is(&[GetManifest, HeadManifest]) && is_folded {
                return visit.pass_route(&named(visit, folded));
            }
            visit.pass()
        }),
    },
    Defect {
        name: "malformed-digest-head-200",
        title: "HEAD on a manifest by a malformed digest is answered 200",
        breaches: &[&MALFORMED_MANIFEST_DIGEST_REFUSED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if visit.is(&[HeadManifest]) && answer.is(400) {
                return Answer::of(200);
            }
            answer
        }),
    },
    Defect {
        name: "numeric-tag-not-pulled",
        title: "GET and HEAD on a tag of digits alone are answered 404, though pushes are taken",
        breaches: &[&TAG_ACCEPTED],
        source: Source::Ours,
        seam: Seam::Layer(|visit| {
            let is_number = visit.last().bytes().all(|it| it.is_ascii_digit());
            if visit.is(&[GetManifest, HeadManifest]) && is_number {
                return Answer::error(404, ErrorCode::ManifestUnknown);
            }
            visit.pass()
        }),
    },
    Defect {
        name: "encoded-tag-pushed-raw",
        title: "PUT by a tag of which letters are encoded makes a tag that is listed with its escapes",
        breaches: &[&MALFORMED_TAG_REFUSED, &HTTP_SEMANTICS_FOLLOWED],
        source: Source::Ours,
        seam: Seam::Layer(encoded_tags_are_raw),
    },
];

fn is_tag(visit: &Visit<'_>) -> bool {
    !visit.last().contains(':')
}

/// The path of a manifest of the same repository.
fn named(visit: &Visit<'_>, reference: String) -> Route {
    let name = visit.name().to_owned();
    Route::Manifest { name, reference }
}

/// Reads another tag where there is a tag, if there is another.
fn under(visit: &Visit<'_>, other: impl Fn(&str) -> Option<String>) -> Answer {
    let is_asked = visit.is(&[PutManifest, GetManifest, HeadManifest, DeleteTag]);
    let tag = Some(visit.last()).filter(|_| is_asked && is_tag(visit));
    match tag.and_then(other).filter(|tag| !tag.is_empty()) {
        Some(tag) => visit.pass_route(&named(visit, tag)),
        None => visit.pass(),
    }
}

/// Takes a manifest under references for which `holds`, and gives it back under them.
fn taken_if(visit: &Visit<'_>, holds: impl Fn(&str) -> bool) -> Answer {
    if !holds(visit.last()) {
        return visit.pass();
    }
    if visit.is(&[PutManifest]) {
        let digest = Algorithm::Sha256.digest(visit.body()).to_string();
        let answer = visit.pass_route(&named(visit, digest.clone()));
        if answer.is(201) {
            visit.memory.keep(visit.key(), digest);
        }
        return answer;
    }
    match visit.memory.recall(&visit.key()) {
        Some(digest) if visit.is(&[GetManifest, HeadManifest]) => {
            let digest = String::from_utf8_lossy(&digest).into_owned();
            visit.pass_route(&named(visit, digest))
        }
        _ => visit.pass(),
    }
}

fn refused_and_listed(visit: &Visit<'_>) -> Answer {
    let answer = visit.pass();
    let is_malformed = is_tag(visit) && visit.last().parse::<Tag>().is_err();
    if visit.is(&[PutManifest]) && is_malformed && answer.is(400) {
        visit.memory.keep(visit.name(), visit.last().to_owned());
    }
    add_kept(visit, answer)
}

fn encoded_tags_are_raw(visit: &Visit<'_>) -> Answer {
    let raw = visit.call.path.rsplit('/').next().unwrap_or_default();
    let is_tag = visit.last().parse::<Tag>().is_ok();
    if visit.is(&[PutManifest]) && raw.contains('%') && is_tag {
        let answer = visit.pass_by_digest();
        if answer.is(201) {
            visit.memory.keep(visit.name(), raw.to_owned());
        }
        return answer;
    }
    let answer = visit.pass();
    add_kept(visit, answer)
}

/// Adds to a tag list what is kept for its repository.
fn add_kept(visit: &Visit<'_>, answer: Answer) -> Answer {
    match visit.memory.recall(visit.name()) {
        Some(tag) if visit.is(&[Tags]) && answer.is(200) => answer.json(|list| {
            if let Some(Value::Array(tags)) = list.get_mut("tags") {
                tags.push(Value::from(String::from_utf8_lossy(&tag).into_owned()));
            }
        }),
        _ => answer,
    }
}
