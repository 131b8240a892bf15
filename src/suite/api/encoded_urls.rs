//! Percent-encoding in URLs. A letter, a digit, a dash, a dot or an underscore means the same
//! whether it is encoded or not (RFC 9110, section 4.2.3; RFC 3986, section 2.3), and nothing is
//! decoded twice.

use crate::catalogue::Requirement;
use crate::catalogue::Version;
use crate::catalogue::blob_pull::BLOB_DIGEST_HEADER_MATCHED;
use crate::catalogue::blob_pull::BLOB_FOUND;
use crate::catalogue::errors::CLIENT_MISTAKE_REFUSED;
use crate::catalogue::manifest_pull::ABSENT_MANIFEST_UNKNOWN;
use crate::catalogue::manifest_pull::MANIFEST_BY_DIGEST_FOUND;
use crate::catalogue::manifest_pull::MANIFEST_BY_TAG_FOUND;
use crate::catalogue::manifest_pull::MANIFEST_DIGEST_HEADER_MATCHED;
use crate::catalogue::references::MALFORMED_TAG_REFUSED;
use crate::catalogue::transport::HTTP_SEMANTICS_FOLLOWED;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::http::Method;
use crate::suite::pull::digest_header_matched;
use crate::suite::refusable;
use crate::trial::Answer;
use crate::trial::Axis;
use crate::trial::Trial;
use crate::verdict::Outcome;
use crate::verdict::Stop;

pub(crate) static SECTION: Section = Section {
    id: "api/encoded-urls",
    title: "Percent-encoding in URLs",
    anchor: "api",
    checks: &[
        Check {
            name: "encoded-tag",
            title: "a tag of which letters and dashes are encoded is the same tag, or is refused",
            covers: &[
                &MANIFEST_BY_TAG_FOUND,
                &HTTP_SEMANTICS_FOLLOWED,
                &CLIENT_MISTAKE_REFUSED,
            ],
            needs: &[Feature::Tag],
            axes: &[Axis::Kind],
            run: |trial| {
                let (tag, manifest) = trial.known_tag()?;
                for form in [encoded(tag.as_str()), lower(&encoded(tag.as_str()))] {
                    let answer = get(trial, &format!("manifests/{form}"))?;
                    is_same(answer, &MANIFEST_BY_TAG_FOUND, &manifest.bytes)?;
                }
                Ok(())
            },
            ..Check::BASE
        },
        Check {
            name: "encoded-digits",
            title: "a digest of which digits are encoded is the same digest, or is refused",
            covers: &[
                &MANIFEST_BY_DIGEST_FOUND,
                &BLOB_FOUND,
                &HTTP_SEMANTICS_FOLLOWED,
                &CLIENT_MISTAKE_REFUSED,
            ],
            needs: &[Feature::Manifest, Feature::Blob],
            run: |trial| {
                let (manifest, blob) = (trial.known_manifest()?, trial.known_blob(512)?);
                let form = encoded(&manifest.digest.to_string());
                let answer = get(trial, &format!("manifests/{form}"))?;
                is_same(answer, &MANIFEST_BY_DIGEST_FOUND, &manifest.bytes)?;
                let form = encoded(&blob.digest.to_string());
                let answer = get(trial, &format!("blobs/{form}"))?;
                is_same(answer, &BLOB_FOUND, &blob.bytes)
            },
            ..Check::BASE
        },
        Check {
            name: "encoded-name",
            title: "a repository of whose name letters are encoded is the same repository, or is refused",
            covers: &[
                &MANIFEST_BY_TAG_FOUND,
                &HTTP_SEMANTICS_FOLLOWED,
                &CLIENT_MISTAKE_REFUSED,
            ],
            needs: &[Feature::Tag],
            run: |trial| {
                let (tag, manifest) = trial.known_tag()?;
                let name = encoded(trial.repository().name().as_str());
                let answer = get_at(trial, &format!("/v2/{name}/manifests/{tag}"))?;
                is_same(answer, &MANIFEST_BY_TAG_FOUND, &manifest.bytes)
            },
            ..Check::BASE
        },
        Check {
            name: "encoded-separators",
            title: "a colon or slash that is encoded makes no server error and no other content",
            covers: &[
                &MANIFEST_DIGEST_HEADER_MATCHED,
                &BLOB_DIGEST_HEADER_MATCHED,
                &CLIENT_MISTAKE_REFUSED,
            ],
            needs: &[Feature::Tag, Feature::Blob],
            run: encoded_separators,
            ..Check::BASE
        },
        Check {
            name: "pushed-by-encoded-tag",
            title: "PUT by a tag that is encoded makes the plain tag, or is refused, and lists no encoded one",
            covers: &[
                &MALFORMED_TAG_REFUSED,
                &HTTP_SEMANTICS_FOLLOWED,
                &CLIENT_MISTAKE_REFUSED,
            ],
            needs: &[Feature::Push],
            run: pushed_by_encoded_tag,
            ..Check::BASE
        },
        Check {
            name: "doubly-encoded-tag",
            title: "a tag that is encoded twice is not decoded twice, and so is not there",
            covers: &[&ABSENT_MANIFEST_UNKNOWN],
            needs: &[Feature::Tag],
            run: |trial| {
                let (tag, _) = trial.known_tag()?;
                let form = encoded(tag.as_str()).replace('%', "%25");
                let answer = trial.get(&format!("manifests/{form}"))?;
                is_absent(&answer)
            },
            ..Check::BASE
        },
        Check {
            name: "malformed-encoding",
            title: "what cannot be decoded, or not to text, is refused without a server error",
            covers: &[&ABSENT_MANIFEST_UNKNOWN, &CLIENT_MISTAKE_REFUSED],
            needs: &[Feature::Tag],
            run: |trial| {
                let (tag, _) = trial.known_tag()?;
                for end in [
                    "%",
                    "%4",
                    "%zz",
                    "%00",
                    "%ff",
                    "%C0%AF",
                    "%0A",
                    "%0d%0ax:%20y",
                ] {
                    let answer = get(trial, &format!("manifests/{tag}{end}"))?;
                    answer.as_ref().map_or(Ok(()), is_absent)?;
                }
                Ok(())
            },
            ..Check::BASE
        },
    ],
};

/// A text with each of these characters encoded: the first letter or digit, dashes, `a` and `1`.
fn encoded(text: &str) -> String {
    let first = text.find(|c: char| c.is_ascii_alphanumeric());
    let encode = |(at, c): (usize, char)| match c {
        '-' | 'a' | '1' => escape(c),
        c if Some(at) == first => escape(c),
        c => c.to_string(),
    };
    text.char_indices().map(encode).collect()
}

fn escape(c: char) -> String {
    format!("%{:02X}", u32::from(c))
}

/// The same with the digits of the escapes in lower case; other capitals are rare enough in tags to
/// be left alone.
fn lower(text: &str) -> String {
    text.replace("%2D", "%2d")
}

fn get<'t>(trial: &'t Trial<'_>, rest: &str) -> Result<Option<Answer<'t>>, Stop> {
    get_at(trial, &trial.repository().path(rest))
}

fn get_at<'t>(trial: &'t Trial<'_>, path: &str) -> Result<Option<Answer<'t>>, Stop> {
    let url = format!("{}{path}", trial.world().origin);
    refusable(trial, trial.repository().ask_at(Method::GET, &url))
}

/// Proves that an answer to an equivalent URL is that to the plain one.
fn is_same(answer: Option<Answer<'_>>, row: &'static Requirement, content: &[u8]) -> Outcome {
    let Some(answer) = answer else {
        return Ok(());
    };
    if answer.is_success() {
        answer.proves(row).status(&[200])?.body(content)?;
    }
    answer.proves(&HTTP_SEMANTICS_FOLLOWED).that(
        answer.status() == 200,
        "200, as to the same URL without percent-encoding",
        &format!("{} to {}", answer.summary(), answer.question()),
    )?;
    Ok(())
}

/// Proves that nothing is found; as what it is refused is left open.
fn is_absent(answer: &Answer<'_>) -> Outcome {
    answer.proves(&ABSENT_MANIFEST_UNKNOWN).that(
        !answer.is_success(),
        "404, or another refusal",
        &format!("{} to {}", answer.summary(), answer.question()),
    )?;
    Ok(())
}

fn encoded_separators(trial: &Trial<'_>) -> Outcome {
    let ((tag, manifest), blob) = (trial.known_tag()?, trial.known_blob(512)?);
    let name = trial.repository().name().to_string();
    let joined = name.replace('/', "%2F");
    for colon in ["%3A", "%3a"] {
        let form = manifest.digest.to_string().replace(':', colon);
        let path = format!("/v2/{name}/manifests/{form}");
        is_true(get_at(trial, &path)?, &MANIFEST_DIGEST_HEADER_MATCHED)?;
        let form = blob.digest.to_string().replace(':', colon);
        let path = format!("/v2/{name}/blobs/{form}");
        is_true(get_at(trial, &path)?, &BLOB_DIGEST_HEADER_MATCHED)?;
    }
    for path in [
        format!("/v2/{joined}/manifests/{tag}"),
        format!("/v2/{name}/manifests%2F{tag}"),
        format!("/v2%2F{name}/manifests/{tag}"),
    ] {
        is_true(get_at(trial, &path)?, &MANIFEST_DIGEST_HEADER_MATCHED)?;
    }
    Ok(())
}

/// Proves that the digest that comes with an answer is that of its body.
fn is_true(answer: Option<Answer<'_>>, row: &'static Requirement) -> Outcome {
    match answer {
        Some(answer) if answer.status() == 200 => {
            digest_header_matched(&answer, row, answer.bytes())
        }
        _ => Ok(()),
    }
}

fn pushed_by_encoded_tag(trial: &Trial<'_>) -> Outcome {
    let (tag, manifest) = (trial.tag(), trial.manifest()?);
    let form = encoded(tag.as_str());
    let path = format!("manifests/{form}");
    let asking = trial.repository().ask(Method::PUT, &path);
    let pushed = refusable(trial, asking.manifest(&manifest))?;
    if pushed.is_some_and(|answer| answer.is_success()) {
        let pulled = trial.get(&format!("manifests/{tag}"))?;
        let demand = pulled.proves(&HTTP_SEMANTICS_FOLLOWED);
        demand.content(&manifest.bytes)?;
    }
    if trial.spec() < Version::V1_1 {
        // Version 1.0 does not say what a tag looks like.
        return Ok(());
    }
    let list = trial.get("tags/list?n=1000")?;
    let json = list.json().unwrap_or_default();
    let mut tags = json["tags"].as_array().into_iter().flatten();
    list.proves(&MALFORMED_TAG_REFUSED).that(
        !tags.any(|listed| *listed == *form),
        "a tag list without the encoded tag",
        &format!("a tag list with {form:?}"),
    )?;
    Ok(())
}
