//! Tags as references.

use crate::catalogue::Requirement;
use crate::catalogue::Version;
use crate::catalogue::manifest_pull::ABSENT_MANIFEST_UNKNOWN;
use crate::catalogue::manifest_pull::MANIFEST_BY_TAG_FOUND;
use crate::catalogue::references::MALFORMED_MANIFEST_DIGEST_REFUSED;
use crate::catalogue::references::MALFORMED_TAG_REFUSED;
use crate::catalogue::references::TAG_ACCEPTED;
use crate::catalogue::tag_list::TAG_LIST_COMPLETE;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::check::Wants;
use crate::http::Method;
use crate::oci::Algorithm;
use crate::oci::Digest;
use crate::oci::Tag;
use crate::suite::discovery::prepared;
use crate::suite::discovery::tags::all_tags;
use crate::trial::Axis;
use crate::trial::Trial;
use crate::trial::content::ManifestDoc;
use crate::verdict::Outcome;
use crate::verdict::Stop;

pub(crate) static SECTION: Section = Section {
    id: "api/tags",
    title: "Tags as references",
    anchor: "pulling-manifests",
    checks: &[
        Check {
            name: "tag-grammar",
            title: "a tag may begin and go on with every character that the grammar has",
            covers: &[&TAG_ACCEPTED],
            needs: &[Feature::Push],
            axes: &[Axis::Kind],
            run: tag_grammar,
            ..Check::BASE
        },
        Check {
            name: "longest-tag",
            title: "a manifest can be pushed and pulled by a tag of 128 characters",
            covers: &[&TAG_ACCEPTED],
            needs: &[Feature::Push],
            run: |trial| {
                let (_, manifest) = usual_tag(trial)?;
                let tag = trial.stream().word(Tag::MAX_LEN);
                taken(trial, &tag, &manifest)
            },
            ..Check::BASE
        },
        Check {
            name: "one-character-tag",
            title: "a manifest can be pushed and pulled by a tag of one character",
            covers: &[&TAG_ACCEPTED],
            needs: &[Feature::Push],
            wants: Wants::Quiet,
            run: one_character_tag,
            ..Check::BASE
        },
        Check {
            name: "tag-case",
            title: "tags that differ in case only name different manifests",
            covers: &[&TAG_ACCEPTED],
            needs: &[Feature::Push],
            run: tag_case,
            ..Check::BASE
        },
        Check {
            name: "tag-case-listed",
            title: "tags that differ in case only both stand in the list, and lead to images of their own",
            covers: &[&TAG_ACCEPTED, &TAG_LIST_COMPLETE],
            needs: &[Feature::Push],
            run: tag_case_listed,
            ..Check::BASE
        },
        Check {
            name: "malformed-tag",
            title: "PUT by a reference that is neither a tag nor a digest is refused, and makes no tag",
            covers: &[&MALFORMED_TAG_REFUSED],
            needs: &[Feature::Push],
            axes: &[Axis::Kind],
            run: malformed_tag,
            ..Check::BASE
        },
        Check {
            name: "malformed-digest-pull",
            title: "GET and HEAD of a manifest by a malformed digest return 400 or 404",
            covers: &[&MALFORMED_MANIFEST_DIGEST_REFUSED],
            axes: &[Axis::ManifestAlgorithm],
            run: |trial| {
                let digest = trial.absent_digest(trial.variant().manifests);
                malformed_digests(&digest)
                    .iter()
                    .try_for_each(|bad| absent(trial, bad))
            },
            ..Check::BASE
        },
        Check {
            name: "malformed-digest-push",
            title: "PUT of a manifest by a malformed digest is refused, and stores nothing under it",
            covers: &[&MALFORMED_MANIFEST_DIGEST_REFUSED],
            needs: &[Feature::Push],
            axes: &[Axis::Kind, Axis::ManifestAlgorithm],
            run: |trial| {
                let manifest = trial.pushed_manifest()?;
                malformed_digests(&manifest.digest)
                    .iter()
                    .try_for_each(|bad| {
                        refused(trial, &MALFORMED_MANIFEST_DIGEST_REFUSED, bad, &manifest)
                    })
            },
            ..Check::BASE
        },
    ],
};

fn tag_grammar(trial: &Trial<'_>) -> Outcome {
    let (_, manifest) = usual_tag(trial)?;
    let word = trial.stream().word(8);
    let digits = trial.stream().u64() % 1_000_000_000;
    // Whoever takes the digits of a digest for a digest takes these for the wrong one.
    let hex = trial.absent_digest(Algorithm::Sha256).hex().to_owned();
    for tag in [
        hex,
        format!("_{word}"),
        format!("T{}", word.to_uppercase()),
        digits.to_string(),
        format!("{word}.-_A._-"),
    ] {
        taken(trial, &tag, &manifest)?;
    }
    Ok(())
}

fn one_character_tag(trial: &Trial<'_>) -> Outcome {
    let (_, manifest) = usual_tag(trial)?;
    let mut characters = [
        "a", "b", "k", "q", "z", "A", "G", "M", "X", "Z", "0", "1", "5", "9", "_",
    ];
    trial.stream().shuffle(&mut characters);
    // There are not many of them, and what somebody else calls so is not to be lost.
    for tag in &characters[..5] {
        if trial.get(&format!("manifests/{tag}"))?.status() == 404 {
            return taken(trial, tag, &manifest);
        }
    }
    let reason = "the repository has tags of one character already";
    Err(Stop::Skipped(reason.to_owned()))
}

fn tag_case(trial: &Trial<'_>) -> Outcome {
    let (_, other) = usual_tag(trial)?;
    let manifest = trial.manifest()?;
    let word = trial.stream().word(12);
    let (lower, upper) = (format!("t{word}"), format!("T{}", word.to_uppercase()));
    taken(trial, &lower, &manifest)?;
    taken(trial, &upper, &other)?;
    named(trial, &lower, &manifest)
}

fn tag_case_listed(trial: &Trial<'_>) -> Outcome {
    let (_, first) = usual_tag(trial)?;
    let second = trial.manifest()?;
    let word = trial.stream().word(12);
    let (lower, upper) = (format!("latest-{word}"), format!("Latest-{word}"));
    taken(trial, &upper, &first)?;
    taken(trial, &lower, &second)?;
    named(trial, &upper, &first)?;
    let listed = prepared(all_tags(&trial.repository()))?;
    let missing: Vec<_> = [upper, lower]
        .into_iter()
        .filter(|tag| !listed.contains(tag))
        .collect();
    let actual = format!("a list without {}", missing.join(" and "));
    let expected = "both tags in the list";
    trial.judge(&TAG_LIST_COMPLETE, missing.is_empty(), expected, actual)
}

fn malformed_tag(trial: &Trial<'_>) -> Outcome {
    if trial.spec() < Version::V1_1 {
        let reason = "version 1.0 does not say what a tag looks like";
        return Err(Stop::Skipped(reason.to_owned()));
    }
    let (_, manifest) = usual_tag(trial)?;
    let unused = trial.get(&format!("manifests/{}", trial.tag()))?;
    unused.prepares(&ABSENT_MANIFEST_UNKNOWN).status(&[404])?;
    let word = trial.stream().word(12);
    let too_long = trial.stream().word(Tag::MAX_LEN + 1);
    let malformed = [
        format!(".{word}"),
        format!("-{word}"),
        format!("{word}+a"),
        format!("{word}%20a"),
        format!("{word}%C3%A9"),
        // Decoded once, it has a percent sign in it.
        format!("{word}%252Da"),
        too_long,
    ];
    for bad in &malformed {
        refused(trial, &MALFORMED_TAG_REFUSED, bad, &manifest)?;
    }
    let list = trial.get("tags/list?n=1000")?;
    let listed = malformed
        .iter()
        .find(|bad| list.json().is_some_and(|json| lists(&json, &decoded(bad))));
    list.proves(&MALFORMED_TAG_REFUSED).that(
        listed.is_none(),
        "a tag list without the references that were refused",
        &format!("a list with {:?}", listed.map_or("", String::as_str)),
    )?;
    Ok(())
}

/// A tag like any other, which has shown that a manifest can be pushed and pulled by one.
fn usual_tag(trial: &Trial<'_>) -> Result<(Tag, ManifestDoc), Stop> {
    let (tag, manifest) = trial.pushed_tag()?;
    let answer = trial.get(&format!("manifests/{tag}"))?;
    answer
        .prepares(&MANIFEST_BY_TAG_FOUND)
        .status(&[200])?
        .body(&manifest.bytes)?;
    Ok((tag, manifest))
}

fn lists(list: &serde_json::Value, tag: &str) -> bool {
    let mut tags = list["tags"].as_array().into_iter().flatten();
    tags.any(|listed| listed == tag)
}

/// A reference as the registry reads it in a path.
fn decoded(reference: &str) -> String {
    reference
        .replace("%20", " ")
        .replace("%C3%A9", "é")
        .replace("%252D", "%2D")
}

/// Proves that a manifest can be pushed and pulled by this tag.
fn taken(trial: &Trial<'_>, tag: &str, manifest: &ManifestDoc) -> Outcome {
    let pushed = trial.repository().put_manifest(tag, manifest)?;
    let actual = format!("{} to the tag {tag:?}", pushed.summary());
    pushed
        .proves(&TAG_ACCEPTED)
        .that(pushed.status() == 201, "201", &actual)?;
    named(trial, tag, manifest)
}

/// Proves that this tag names this manifest.
fn named(trial: &Trial<'_>, tag: &str, manifest: &ManifestDoc) -> Outcome {
    let pulled = trial.get(&format!("manifests/{tag}"))?;
    pulled
        .proves(&TAG_ACCEPTED)
        .status(&[200])?
        .body(&manifest.bytes)?;
    Ok(())
}

/// Proves that a manifest cannot be pushed by this reference, and cannot be pulled by it
/// afterwards.
fn refused(
    trial: &Trial<'_>,
    row: &'static Requirement,
    bad: &str,
    manifest: &ManifestDoc,
) -> Outcome {
    let pushed = trial.repository().put_manifest(bad, manifest)?;
    let pulled = trial.get(&format!("manifests/{bad}"))?;
    for answer in [pushed, pulled] {
        answer.proves(row).that(
            answer.is_client_error(),
            "a client error (400 to 499)",
            &format!("{} to {}", answer.summary(), answer.question()),
        )?;
    }
    Ok(())
}

/// Proves that nothing can be pulled by this malformed digest.
fn absent(trial: &Trial<'_>, bad: &str) -> Outcome {
    for method in [Method::GET, Method::HEAD] {
        let path = format!("manifests/{bad}");
        let answer = trial.repository().ask(method, &path).send()?;
        answer
            .proves(&MALFORMED_MANIFEST_DIGEST_REFUSED)
            .status(&[400, 404])?;
    }
    Ok(())
}

/// A digest with a digit too few, in capitals, with a digit too many, with a letter that is no
/// digit, and with a word for its digits.
fn malformed_digests(digest: &Digest) -> [String; 5] {
    let (algorithm, hex) = (digest.algorithm(), digest.hex());
    [
        format!("{algorithm}:{}", &hex[1..]),
        format!("{algorithm}:{}", hex.to_uppercase()),
        format!("{algorithm}:{hex}0"),
        format!("{algorithm}:g{}", &hex[1..]),
        format!("{algorithm}:short"),
    ]
}
