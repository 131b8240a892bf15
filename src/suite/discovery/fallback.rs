//! Fallback tags, under which clients keep referrers where a registry does not list them.

use crate::catalogue::errors::CLIENT_MISTAKE_REFUSED;
use crate::catalogue::fallback::FALLBACK_TAG_ACCEPTED;
use crate::catalogue::fallback::STALE_MANIFEST_PUT_REFUSED;
use crate::catalogue::manifest_pull::MANIFEST_BY_TAG_FOUND;
use crate::catalogue::tag_list::TAG_LIST_COMPLETE;
use crate::catalogue::transport::HTTP_SEMANTICS_FOLLOWED;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::http::Method;
use crate::oci::Algorithm;
use crate::trial::Answer;
use crate::trial::Kind;
use crate::trial::Trial;
use crate::trial::content::ManifestDoc;
use crate::verdict::Outcome;
use crate::verdict::Stop;

use super::prepared;
use super::tags::all_tags;
use super::tags::quoted;

pub(crate) static SECTION: Section = Section {
    id: "discovery/fallback",
    title: "Fallback tags for referrers",
    anchor: "referrers-tag-schema",
    checks: &[
        Check {
            name: "pushed-and-moved",
            title: "an index is pushed, pulled and replaced under a tag made of a digest, which is listed as any other",
            covers: &[&FALLBACK_TAG_ACCEPTED, &TAG_LIST_COMPLETE],
            needs: &[Feature::Push],
            run: |trial| {
                Algorithm::ALL
                    .into_iter()
                    .try_for_each(|algorithm| pushed_and_moved(trial, algorithm))
            },
            ..Check::BASE
        },
        Check {
            name: "deleted",
            title: "a tag made of a digest is deleted",
            covers: &[&FALLBACK_TAG_ACCEPTED],
            needs: &[Feature::Push, Feature::TagDelete],
            run: deleted,
            ..Check::BASE
        },
        Check {
            name: "stale-put",
            title: "PUT with an If-Match that matches no more is refused with 412, or carried out like any other",
            covers: &[
                &MANIFEST_BY_TAG_FOUND,
                &CLIENT_MISTAKE_REFUSED,
                &STALE_MANIFEST_PUT_REFUSED,
            ],
            needs: &[Feature::Push],
            run: stale_put,
            ..Check::BASE
        },
        Check {
            name: "current-put",
            title: "PUT with an If-Match that matches is carried out",
            covers: &[&HTTP_SEMANTICS_FOLLOWED],
            needs: &[Feature::Push],
            run: current_put,
            ..Check::BASE
        },
    ],
};

/// Pushes two indexes one after the other, as clients do that add a referrer to their list.
fn pushed_and_moved(trial: &Trial<'_>, algorithm: Algorithm) -> Outcome {
    let repository = trial.repository();
    let tag = fallback_tag(trial, algorithm);
    for _ in 0..2 {
        let index = repository.new_manifest(Kind::Index)?;
        let pushed = repository.put_manifest(&tag, &index)?;
        pushed.proves(&FALLBACK_TAG_ACCEPTED).status(&[201])?;
        let found = trial.head(&format!("manifests/{tag}"))?;
        found.proves(&FALLBACK_TAG_ACCEPTED).status(&[200])?;
        let pulled = trial.get(&format!("manifests/{tag}"))?;
        let demand = pulled.proves(&FALLBACK_TAG_ACCEPTED).status(&[200])?;
        demand.body(&index.bytes)?;
    }
    let tags = prepared(all_tags(&repository))?;
    let expected = format!("{tag} in the list");
    trial.judge(
        &TAG_LIST_COMPLETE,
        tags.contains(&tag),
        expected,
        quoted(&tags),
    )
}

fn deleted(trial: &Trial<'_>) -> Outcome {
    let repository = trial.repository();
    let tag = fallback_tag(trial, Algorithm::Sha256);
    let index = repository.new_manifest(Kind::Index)?;
    let pushed = repository.put_manifest(&tag, &index)?;
    pushed.proves(&FALLBACK_TAG_ACCEPTED).status(&[201])?;
    let answer = trial.delete(&format!("manifests/{tag}"))?;
    answer.proves(&FALLBACK_TAG_ACCEPTED).status(&[202])?;
    trial.eventually(|| {
        let gone = trial.get(&format!("manifests/{tag}"))?;
        gone.proves(&FALLBACK_TAG_ACCEPTED).status(&[404])?;
        Ok(())
    })
}

/// Replaces an index that somebody else has replaced already.
fn stale_put(trial: &Trial<'_>) -> Outcome {
    let (tag, first) = pushed_index(trial)?;
    let stale = entity_tag(trial, &tag, &first)?;
    let second = trial.repository().new_manifest(Kind::Index)?;
    push(trial, &tag, &second)?;
    let third = trial.repository().new_manifest(Kind::Index)?;
    let answer = put_if_match(trial, &tag, &third, &stale)?;
    answer.proves(&CLIENT_MISTAKE_REFUSED).no_server_error()?;
    let row = &STALE_MANIFEST_PUT_REFUSED;
    answer.proves(row).status(&[201, 412])?;
    // Whichever it was: the answer tells what the tag names now.
    let kept = if answer.is_success() { third } else { second };
    let pulled = trial.get(&format!("manifests/{tag}"))?;
    let demand = pulled.proves(&MANIFEST_BY_TAG_FOUND).status(&[200])?;
    demand.body(&kept.bytes)?;
    Ok(())
}

fn current_put(trial: &Trial<'_>) -> Outcome {
    let (tag, first) = pushed_index(trial)?;
    let current = entity_tag(trial, &tag, &first)?;
    if current.starts_with("W/") {
        // If-Match compares strongly (RFC 9110, section 13.1.1), so that a weak one never matches.
        return Err(Stop::Unsupported(format!("ETag: {current}, a weak one")));
    }
    let second = trial.repository().new_manifest(Kind::Index)?;
    let answer = put_if_match(trial, &tag, &second, &current)?;
    answer.proves(&HTTP_SEMANTICS_FOLLOWED).status(&[201])?;
    Ok(())
}

/// An index under a fallback tag of its own.
fn pushed_index(trial: &Trial<'_>) -> Result<(String, ManifestDoc), Stop> {
    let tag = fallback_tag(trial, Algorithm::Sha256);
    let index = trial.repository().new_manifest(Kind::Index)?;
    push(trial, &tag, &index)?;
    Ok((tag, index))
}

fn push(trial: &Trial<'_>, tag: &str, index: &ManifestDoc) -> Outcome {
    let pushed = trial.repository().put_manifest(tag, index)?;
    pushed.prepares(&FALLBACK_TAG_ACCEPTED).status(&[201])?;
    Ok(())
}

/// The `ETag` under which a tag is pulled; where there is none, there is nothing to match.
fn entity_tag(trial: &Trial<'_>, tag: &str, index: &ManifestDoc) -> Result<String, Stop> {
    let pulled = trial.get(&format!("manifests/{tag}"))?;
    let demand = pulled.prepares(&MANIFEST_BY_TAG_FOUND).status(&[200])?;
    demand.body(&index.bytes)?;
    match pulled.header("etag") {
        Some(entity_tag) => Ok(entity_tag.to_owned()),
        None => Err(Stop::Unsupported("manifests have no ETag".to_owned())),
    }
}

fn put_if_match<'t>(
    trial: &'t Trial<'_>,
    tag: &str,
    index: &ManifestDoc,
    condition: &str,
) -> Result<Answer<'t>, Stop> {
    trial
        .repository()
        .ask(Method::PUT, &format!("manifests/{tag}"))
        .manifest(index)
        .header("if-match", condition)
        .send()
}

/// The tag for a digest that nobody uses: its algorithm, a dash and its first 64 digits.
fn fallback_tag(trial: &Trial<'_>, algorithm: Algorithm) -> String {
    let digest = trial.absent_digest(algorithm);
    format!("{algorithm}-{}", &digest.hex()[..64])
}
