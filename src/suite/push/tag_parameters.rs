//! Tagging a manifest while it is pushed by digest.

use std::collections::BTreeSet;

use crate::catalogue::Version;
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
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::http::Method;
use crate::oci::Tag;
use crate::suite::refusable;
use crate::trial::Answer;
use crate::trial::Asking;
use crate::trial::Axis;
use crate::trial::Trial;
use crate::trial::content::ManifestDoc;
use crate::verdict::Outcome;
use crate::verdict::Stop;

use super::manifests::is_exactly;
use super::manifests::is_not_stored;
use super::manifests::is_pulled;

pub(crate) static SECTION: Section = Section {
    id: "push/tag-parameters",
    title: "Tagging a manifest while it is pushed by digest",
    anchor: "pushing-manifests",
    checks: &[
        Check {
            name: "put-with-tag",
            title: "PUT by digest with a tag parameter returns 201, whether the tag is made or not",
            covers: &[&MANIFEST_PUT_BY_DIGEST_ACCEPTED, &TAG_PARAMETERS_ANSWERED],
            needs: &[Feature::Push],
            axes: &[Axis::Kind],
            run: put_with_tag,
            ..Check::BASE
        },
        Check {
            name: "named-tags",
            title: "OCI-Tag names each tag that a PUT by digest makes, and each that it names is there",
            axes: &[Axis::Kind, Axis::ManifestAlgorithm],
            run: |trial| {
                let (manifest, tags) = (trial.manifest()?, fresh_tags(trial, 3));
                tagged_as_said(trial, &manifest, &tags)
            },
            ..TAGGING
        },
        Check {
            name: "known-manifest",
            title: "a manifest that is there already is tagged as OCI-Tag says",
            axes: &[Axis::Kind],
            run: |trial| {
                let (manifest, tags) = (trial.pushed_manifest()?, fresh_tags(trial, 2));
                tagged_as_said(trial, &manifest, &tags)
            },
            ..TAGGING
        },
        Check {
            name: "moved-tag",
            title: "a tag parameter moves a tag that names another manifest, if OCI-Tag says so",
            run: |trial| {
                let (tag, _) = trial.pushed_tag()?;
                tagged_as_said(trial, &trial.manifest()?, &[tag.to_string()])
            },
            ..TAGGING
        },
        Check {
            name: "ten-tags",
            title: "PUT by digest with ten tag parameters makes and names ten tags",
            covers: &[
                &TAKEN_TAGS_NAMED,
                &TAKEN_TAGS_FOUND,
                &TEN_TAG_PARAMETERS_ACCEPTED,
            ],
            run: ten_tags,
            ..TAGGING
        },
        Check {
            name: "many-tags",
            title: "PUT by digest with more tags than a URL may hold is refused, or takes what it names",
            covers: &[
                &TAKEN_TAGS_NAMED,
                &TAKEN_TAGS_FOUND,
                &CLIENT_MISTAKE_REFUSED,
                &MANY_TAG_PARAMETERS_ANSWERED,
            ],
            run: many_tags,
            ..TAGGING
        },
        Check {
            name: "malformed-tag",
            title: "a tag parameter that is no tag is not taken, but the others are, or 400 refuses the whole request",
            covers: &[&MALFORMED_TAG_PARAMETER_OMITTED],
            run: malformed_tag,
            ..TAGGING
        },
        Check {
            name: "other-digest",
            title: "PUT under the digest of something else is refused, and its tag parameters make and move no tags",
            covers: &[&MISMATCHED_MANIFEST_REFUSED],
            // Whoever knows no tag parameters makes no tags of them either.
            needs: &[Feature::Push],
            run: other_digest,
            ..TAGGING
        },
        Check {
            name: "put-by-tag",
            title: "PUT by tag with a tag parameter is refused, or tags the manifest as its path says",
            covers: &[&MANIFEST_PUT_BY_TAG_ACCEPTED, &CLIENT_MISTAKE_REFUSED],
            run: put_by_tag,
            ..TAGGING
        },
    ],
};

/// What the checks of tags that are made have in common.
const TAGGING: Check = Check {
    covers: &[&TAKEN_TAGS_NAMED, &TAKEN_TAGS_FOUND],
    needs: &[Feature::Push, Feature::TagParameters],
    ..Check::BASE
};

/// More tags of `LONG` characters than the usual bound of a URL, 8 KiB, has room for.
const MANY: usize = 100;

/// How long each of these tags is.
const LONG: usize = 100;

fn put_with_tag(trial: &Trial<'_>) -> Outcome {
    if trial.spec() < Version::V1_2 {
        let reason = "version 1.2 is the first that has tag parameters";
        return Err(Stop::Skipped(reason.to_owned()));
    }
    let manifest = trial.manifest()?;
    let answer = put(trial, &manifest, &fresh_tags(trial, 1)).send()?;
    answer.proves(&TAG_PARAMETERS_ANSWERED).status(&[201])?;
    let row = &MANIFEST_PUT_BY_DIGEST_ACCEPTED;
    answer.proves(row).status(&[201])?;
    is_pulled(&trial.repository(), row, &manifest.digest, &manifest)
}

/// Pushes a manifest with these tags, and holds what OCI-Tag names against what is there.
fn tagged_as_said(trial: &Trial<'_>, manifest: &ManifestDoc, tags: &[String]) -> Outcome {
    let answer = put(trial, manifest, tags).send()?;
    answer
        .prepares(&MANIFEST_PUT_BY_DIGEST_ACCEPTED)
        .status(&[201])?;
    is_as_said(trial, &answer, manifest, tags)
}

fn ten_tags(trial: &Trial<'_>) -> Outcome {
    let (manifest, tags) = (trial.manifest()?, fresh_tags(trial, 10));
    let answer = put(trial, &manifest, &tags).send()?;
    let demand = answer.proves(&TEN_TAG_PARAMETERS_ACCEPTED);
    let named = named(&answer);
    let count = tags.iter().filter(|tag| named.contains(*tag)).count();
    demand.that(
        answer.status() == 201 && count == tags.len(),
        "201 with ten tags in OCI-Tag",
        &format!("{} with {count} of the ten in OCI-Tag", answer.summary()),
    )?;
    if answer.status() != 201 {
        return Ok(());
    }
    is_as_said(trial, &answer, &manifest, &tags)
}

fn many_tags(trial: &Trial<'_>) -> Outcome {
    let (manifest, mut tags) = (trial.manifest()?, Vec::new());
    tags.resize_with(MANY, || trial.stream().word(LONG));
    let Some(answer) = refusable(trial, put(trial, &manifest, &tags))? else {
        return Ok(());
    };
    answer
        .proves(&MANY_TAG_PARAMETERS_ANSWERED)
        .status(&[201, 400, 413, 414, 431])?;
    if answer.status() != 201 {
        return Ok(());
    }
    // Both ends tell what a list that was cut somewhere says.
    let ends: Vec<_> = [&tags[..2], &tags[MANY - 2..]].concat();
    is_as_said(trial, &answer, &manifest, &ends)
}

fn malformed_tag(trial: &Trial<'_>) -> Outcome {
    let word = trial.stream().word(12);
    let too_long = trial.stream().word(Tag::MAX_LEN + 1);
    for bad in [
        format!(".{word}"),
        format!("-{word}"),
        format!("{word}+a"),
        format!("{word} a"),
        format!("{word}/a"),
        too_long,
    ] {
        is_omitted(trial, &bad)?;
    }
    Ok(())
}

/// Pushes a manifest with a good tag and a bad one.
fn is_omitted(trial: &Trial<'_>, bad: &str) -> Outcome {
    let row = &MALFORMED_TAG_PARAMETER_OMITTED;
    let (manifest, tags) = (trial.manifest()?, fresh_tags(trial, 1));
    let encoded = bad
        .replace('+', "%2B")
        .replace(' ', "%20")
        .replace('/', "%2F");
    let answer = put(trial, &manifest, &tags)
        .raw_query(&format!("tag={encoded}"))
        .send()?;
    let demand = answer.proves(row).that(
        matches!(answer.status(), 201 | 400),
        "201 without the tag that is none, or 400 for the whole request",
        &format!("{} to the tag parameter {bad:?}", answer.summary()),
    )?;
    let named = named(&answer);
    let words: Vec<_> = named.iter().map(String::as_str).collect();
    let actual = format!("OCI-Tag: {}", words.join(", "));
    let expected = format!("no {bad:?} in OCI-Tag");
    let demand = demand.that(!named.contains(bad), &expected, &actual)?;
    demand.that(
        answer.status() != 201 || named.contains(&tags[0]),
        &format!("{} in OCI-Tag, which is a tag", tags[0]),
        &actual,
    )?;
    let list = trial.get("tags/list?n=1000")?.json().unwrap_or_default();
    let mut listed = list["tags"].as_array().into_iter().flatten();
    let is_listed = listed.any(|tag| tag == bad);
    let expected = format!("a tag list without {bad:?}");
    trial.judge(
        row,
        !is_listed,
        expected,
        format!("a tag list with {bad:?}"),
    )
}

/// Pushes a manifest under a digest that is not its own, with a new tag and one that names another.
fn other_digest(trial: &Trial<'_>) -> Outcome {
    let (known, old) = trial.pushed_tag()?;
    let new = trial.tag();
    let claiming = ManifestDoc {
        digest: trial.absent_digest(old.digest.algorithm()),
        ..trial.manifest()?
    };
    let tags = [&known, &new].map(ToString::to_string);
    let row = &MISMATCHED_MANIFEST_REFUSED;
    let answer = put(trial, &claiming, &tags).send()?;
    answer.proves(row).client_error()?;
    is_not_stored(&trial.repository(), row, &new)?;
    is_exactly(&trial.repository(), row, &known, &old)
}

fn put_by_tag(trial: &Trial<'_>) -> Outcome {
    let (tag, manifest) = (trial.tag(), trial.manifest()?);
    let asking = trial
        .repository()
        .ask(Method::PUT, &format!("manifests/{tag}"))
        .query("tag", trial.tag().as_str())
        .manifest(&manifest);
    let row = &MANIFEST_PUT_BY_TAG_ACCEPTED;
    match refusable(trial, asking)? {
        Some(answer) if answer.is_success() => {
            answer.proves(row).status(&[201])?;
            is_pulled(&trial.repository(), row, &tag, &manifest)
        }
        _ => Ok(()),
    }
}

/// A PUT of a manifest by digest with these tags.
fn put<'t>(trial: &'t Trial<'_>, manifest: &ManifestDoc, tags: &[String]) -> Asking<'t> {
    let path = format!("manifests/{}", manifest.digest);
    let asking = trial
        .repository()
        .ask(Method::PUT, &path)
        .manifest(manifest);
    tags.iter()
        .fold(asking, |asking, tag| asking.query("tag", tag))
}

fn fresh_tags(trial: &Trial<'_>, count: usize) -> Vec<String> {
    (0..count).map(|_| trial.tag().to_string()).collect()
}

/// The tags in OCI-Tag, in whichever way they are spread over its lines.
fn named(answer: &Answer<'_>) -> BTreeSet<String> {
    let lines = answer.header_values("oci-tag");
    let names = lines.iter().flat_map(|line| line.split(','));
    names
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty())
        .collect()
}

/// Demands that each of these tags is named if it leads to the manifest, and leads there if it is
/// named.
fn is_as_said(
    trial: &Trial<'_>,
    answer: &Answer<'_>,
    manifest: &ManifestDoc,
    tags: &[String],
) -> Outcome {
    let named = named(answer);
    for tag in tags {
        let pulled = trial.get(&format!("manifests/{tag}"))?;
        if named.contains(tag) {
            let demand = pulled.proves(&TAKEN_TAGS_FOUND).status(&[200])?;
            demand.body(&manifest.bytes)?;
            continue;
        }
        let is_made = pulled.is_success() && *pulled.bytes() == manifest.bytes;
        answer.proves(&TAKEN_TAGS_NAMED).that(
            !is_made,
            "each tag that is made in OCI-Tag",
            &format!("{tag} was made, and stands nowhere in OCI-Tag"),
        )?;
    }
    Ok(())
}
