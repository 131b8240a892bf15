//! Conditional requests (RFC 9110, section 13): a client says what it has, and is not told twice.
//!
//! A registry may ignore every condition. If it heeds them, it never calls unchanged what has
//! changed, or what the client never had.

use crate::catalogue::Requirement;
use crate::catalogue::blob_pull::BLOB_FOUND;
use crate::catalogue::manifest_pull::ABSENT_MANIFEST_UNKNOWN;
use crate::catalogue::manifest_pull::MANIFEST_BY_DIGEST_FOUND;
use crate::catalogue::manifest_pull::MANIFEST_BY_TAG_FOUND;
use crate::catalogue::transport::HTTP_SEMANTICS_FOLLOWED;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::http::Method;
use crate::trial::Answer;
use crate::trial::Axis;
use crate::trial::Trial;
use crate::verdict::Outcome;
use crate::verdict::Stop;

pub(crate) static SECTION: Section = Section {
    id: "pull/conditions",
    title: "Conditional requests",
    anchor: "pulling-manifests",
    checks: &[
        Check {
            name: "unchanged-tag",
            title: "GET by tag with the ETag that it gave returns 304 without a body, or 200 and its bytes",
            covers: &[&MANIFEST_BY_TAG_FOUND, &HTTP_SEMANTICS_FOLLOWED],
            needs: &[Feature::Tag],
            axes: &[Axis::Kind],
            run: |trial| {
                let (tag, manifest) = trial.known_tag()?;
                let path = format!("manifests/{tag}");
                unchanged(trial, &path, &MANIFEST_BY_TAG_FOUND, &manifest.bytes)
            },
            ..Check::BASE
        },
        Check {
            name: "unchanged-digest",
            title: "GET by digest with the ETag that it gave returns 304 without a body, or 200 and its bytes",
            covers: &[&MANIFEST_BY_DIGEST_FOUND, &HTTP_SEMANTICS_FOLLOWED],
            needs: &[Feature::Manifest],
            axes: &[Axis::Kind],
            run: |trial| {
                let manifest = trial.known_manifest()?;
                let path = format!("manifests/{}", manifest.digest);
                unchanged(trial, &path, &MANIFEST_BY_DIGEST_FOUND, &manifest.bytes)
            },
            ..Check::BASE
        },
        Check {
            name: "unchanged-blob",
            title: "GET on a blob with the ETag that it gave returns 304 without a body, or 200 and its bytes",
            covers: &[&BLOB_FOUND, &HTTP_SEMANTICS_FOLLOWED],
            needs: &[Feature::Blob],
            run: |trial| {
                let blob = trial.known_blob(512)?;
                let path = format!("blobs/{}", blob.digest);
                unchanged(trial, &path, &BLOB_FOUND, &blob.bytes)
            },
            ..Check::BASE
        },
        Check {
            name: "moved-tag",
            title: "GET by a tag that has moved returns 200 and its new bytes to whoever has the old ETag",
            covers: &[&MANIFEST_BY_TAG_FOUND],
            needs: &[Feature::Push],
            axes: &[Axis::Kind],
            run: moved_tag,
            ..Check::BASE
        },
        Check {
            name: "other-tag",
            title: "GET by tag with the ETag of another tag returns 200 and its own bytes",
            covers: &[&MANIFEST_BY_TAG_FOUND],
            needs: &[Feature::Push],
            axes: &[Axis::Kind],
            run: other_tag,
            ..Check::BASE
        },
        Check {
            name: "unknown-condition",
            title: "GET with an ETag that nobody gave, or a date long ago, returns 200 and the bytes",
            covers: &[
                &MANIFEST_BY_TAG_FOUND,
                &MANIFEST_BY_DIGEST_FOUND,
                &BLOB_FOUND,
            ],
            needs: &[Feature::Tag, Feature::Blob],
            run: unknown_condition,
            ..Check::BASE
        },
        Check {
            name: "absent-tag",
            title: "GET by a tag that nobody pushed returns 404 under any condition",
            covers: &[&ABSENT_MANIFEST_UNKNOWN],
            run: |trial| {
                for condition in ["*", "\"sha256:0\""] {
                    let path = format!("manifests/{}", trial.tag());
                    let answer = ask(trial, &path, condition)?;
                    answer.proves(&ABSENT_MANIFEST_UNKNOWN).status(&[404])?;
                }
                Ok(())
            },
            ..Check::BASE
        },
    ],
};

/// Asks with each form of a condition that says: unless it is what I have.
fn unchanged(trial: &Trial<'_>, path: &str, row: &'static Requirement, content: &[u8]) -> Outcome {
    let given = entity_tag(&trial.get(path)?, row)?;
    let opaque = given.trim_start_matches("W/");
    for condition in [
        given.clone(),
        // If-None-Match compares weakly (RFC 9110, section 13.1.2).
        format!("W/{opaque}"),
        format!("\"plimsoll\", {given}"),
        "*".to_owned(),
    ] {
        let answer = ask(trial, path, &condition)?;
        let demand = answer.proves(row).status(&[200, 304])?;
        if answer.status() == 200 {
            demand.body(content)?;
            continue;
        }
        let demand = answer.proves(&HTTP_SEMANTICS_FOLLOWED);
        let length = answer.bytes().len() + answer.trailing();
        let actual = format!("304 and {length} bytes");
        let demand = demand.that(length == 0, "304 without a body", &actual)?;
        let has_tag = answer.header("etag").is_some();
        demand.that(has_tag, "304 with the ETag of the 200", "304, no ETag")?;
    }
    Ok(())
}

fn moved_tag(trial: &Trial<'_>) -> Outcome {
    let (tag, _) = trial.pushed_tag()?;
    let path = format!("manifests/{tag}");
    let old = entity_tag(&trial.get(&path)?, &MANIFEST_BY_TAG_FOUND)?;
    let new = trial.manifest()?;
    trial.repository().push_by_tag(&tag, &new)?;
    let answer = ask(trial, &path, &old)?;
    let demand = answer.proves(&MANIFEST_BY_TAG_FOUND).status(&[200])?;
    demand.body(&new.bytes)?;
    Ok(())
}

fn other_tag(trial: &Trial<'_>) -> Outcome {
    let (one, _) = trial.pushed_tag()?;
    let (two, manifest) = trial.pushed_tag()?;
    let pull = |tag: &crate::oci::Tag| trial.get(&format!("manifests/{tag}"));
    let of_one = entity_tag(&pull(&one)?, &MANIFEST_BY_TAG_FOUND)?;
    let of_two = entity_tag(&pull(&two)?, &MANIFEST_BY_TAG_FOUND)?;
    if of_one == of_two {
        // An ETag tells the states of one resource apart, and not one resource from another.
        return Err(Stop::Unsupported(format!("both tags have ETag: {of_one}")));
    }
    let answer = ask(trial, &format!("manifests/{two}"), &of_one)?;
    let demand = answer.proves(&MANIFEST_BY_TAG_FOUND).status(&[200])?;
    demand.body(&manifest.bytes)?;
    Ok(())
}

fn unknown_condition(trial: &Trial<'_>) -> Outcome {
    let (tag, manifest) = trial.known_tag()?;
    let blob = trial.known_blob(512)?;
    let by_digest = format!("manifests/{}", manifest.digest);
    let ways = [
        (
            format!("manifests/{tag}"),
            &MANIFEST_BY_TAG_FOUND,
            &manifest.bytes,
        ),
        (by_digest, &MANIFEST_BY_DIGEST_FOUND, &manifest.bytes),
        (format!("blobs/{}", blob.digest), &BLOB_FOUND, &blob.bytes),
    ];
    let nobody = format!("\"{}\"", trial.absent_digest(trial.variant().blobs));
    for (path, row, content) in &ways {
        for (name, value) in [
            ("if-none-match", nobody.as_str()),
            ("if-modified-since", "Mon, 01 Jan 1900 00:00:00 GMT"),
        ] {
            let asking = trial.repository().ask(Method::GET, path);
            let answer = asking.header(name, value).send()?;
            answer.proves(row).status(&[200])?.body(content)?;
        }
    }
    Ok(())
}

/// The `ETag` of a pull that has to work; where there is none, there is nothing to compare.
fn entity_tag(answer: &Answer<'_>, row: &'static Requirement) -> Result<String, Stop> {
    answer.prepares(row).status(&[200])?;
    match answer.header("etag") {
        Some(tag) => Ok(tag.to_owned()),
        None => Err(Stop::Unsupported(format!(
            "{} answered {}, without an ETag",
            answer.question(),
            answer.summary()
        ))),
    }
}

/// GET unless the client has it already. Only requests that go out as exact bytes see a body behind
/// a 304, so this one does.
fn ask<'t>(trial: &'t Trial<'_>, path: &str, condition: &str) -> Result<Answer<'t>, Stop> {
    trial
        .repository()
        .ask(Method::GET, path)
        .header("if-none-match", condition)
        .header("connection", "close")
        .send()
}
