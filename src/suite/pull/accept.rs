//! Content negotiation: the forms in which a client says which manifests it takes.
//!
//! A manifest has one form only. What a client accepts may decide whether it is given, but never
//! what its bytes are.

use crate::catalogue::Requirement;
use crate::catalogue::errors::CLIENT_MISTAKE_REFUSED;
use crate::catalogue::manifest_pull::MANIFEST_BY_DIGEST_FOUND;
use crate::catalogue::manifest_pull::MANIFEST_BY_TAG_FOUND;
use crate::catalogue::manifest_pull::MANIFEST_DIGEST_HEADER_MATCHED;
use crate::catalogue::manifest_pull::UNMATCHED_ACCEPT_ANSWERED;
use crate::catalogue::transport::HTTP_SEMANTICS_FOLLOWED;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::http::Method;
use crate::oci::media_type;
use crate::suite::refusable;
use crate::trial::Answer;
use crate::trial::Asking;
use crate::trial::Axis;
use crate::trial::Kind;
use crate::trial::Trial;
use crate::trial::content::ManifestDoc;
use crate::verdict::Outcome;

use super::digest_header_matched;

pub(crate) static SECTION: Section = Section {
    id: "pull/accept",
    title: "Content negotiation",
    anchor: "pulling-manifests",
    checks: &[
        Check {
            name: "exact-type",
            title: "GET on a manifest with nothing but its type in Accept returns 200 and its bytes",
            run: |trial| given(trial, |own| vec![own.to_owned()]),
            ..GIVEN
        },
        Check {
            name: "list-of-types",
            title: "GET on a manifest whose type is one of several in Accept returns 200 and its bytes",
            run: |trial| {
                given(trial, |own| vec![format!("{OTHER},{own} , */*")])?;
                given(trial, |own| vec![format!("{own}, {OTHER}")])
            },
            ..GIVEN
        },
        Check {
            name: "several-lines",
            title: "GET on a manifest whose type is in one of several Accept lines returns 200 and its bytes",
            run: |trial| {
                given(trial, |own| vec![OTHER.to_owned(), own.to_owned()])?;
                given(trial, |own| vec![own.to_owned(), OTHER.to_owned()])
            },
            ..GIVEN
        },
        Check {
            name: "weighed-types",
            title: "a type in Accept is accepted at any weight but 0, in any case, and by a range of types",
            covers: &[
                &MANIFEST_BY_TAG_FOUND,
                &MANIFEST_BY_DIGEST_FOUND,
                &HTTP_SEMANTICS_FOLLOWED,
            ],
            run: |trial| {
                let forms: [fn(&str) -> String; 6] = [
                    |own| format!("{OTHER};q=0.9, {own};q=0.1"),
                    |own| format!("{OTHER};q=0, {own}"),
                    |own| format!("{own};q=1.000, {OTHER}; q=0.001"),
                    |own| own.to_ascii_uppercase(),
                    |_| "application/*".to_owned(),
                    |_| format!("{OTHER}, */*;q=0.1"),
                ];
                forms.into_iter().try_for_each(|form| accepted(trial, form))
            },
            ..GIVEN
        },
        Check {
            name: "unmatched-types",
            title: "GET with an Accept that the manifest's type does not match returns it as it is, or 406 or 404",
            covers: &[&UNMATCHED_ACCEPT_ANSWERED],
            run: |trial| {
                for accept in [OTHER, "text/*", "application/json", "*/*;q=0"] {
                    is_whole_or_refused(trial, accept)?;
                }
                Ok(())
            },
            ..GIVEN
        },
        Check {
            name: "type-of-other-kind",
            title: "GET with an Accept of the other kind only never gives other bytes for a digest",
            covers: &[&MANIFEST_DIGEST_HEADER_MATCHED, &UNMATCHED_ACCEPT_ANSWERED],
            run: other_kind,
            ..GIVEN
        },
        Check {
            name: "malformed-accept",
            title: "an Accept that is malformed makes no server error and no other bytes",
            covers: &[
                &MANIFEST_BY_TAG_FOUND,
                &MANIFEST_BY_DIGEST_FOUND,
                &CLIENT_MISTAKE_REFUSED,
            ],
            run: malformed,
            ..GIVEN
        },
    ],
};

/// What these checks have in common.
const GIVEN: Check = Check {
    covers: &[&MANIFEST_BY_TAG_FOUND, &MANIFEST_BY_DIGEST_FOUND],
    needs: &[Feature::Tag],
    axes: &[Axis::Kind],
    ..Check::BASE
};

/// A type that no manifest has.
const OTHER: &str = "application/vnd.example.plimsoll.none.v1+json";

/// What no grammar of Accept has.
const MALFORMED: &[&str] = &[
    "manifest",
    "*/json",
    "application/json;q=high",
    ",;=,",
    "\"",
    "",
];

/// The two ways to ask for a manifest, with the requirement that each stands under.
fn ways(tag: &str, manifest: &ManifestDoc) -> [(String, &'static Requirement); 2] {
    [
        (format!("manifests/{tag}"), &MANIFEST_BY_TAG_FOUND),
        (
            format!("manifests/{}", manifest.digest),
            &MANIFEST_BY_DIGEST_FOUND,
        ),
    ]
}

fn ask<'t>(trial: &'t Trial<'_>, path: &str, accept: &[String]) -> Asking<'t> {
    let asking = trial.repository().ask(Method::GET, path);
    asking.accepting(accept.iter().map(String::as_str))
}

/// Proves that a manifest is given for these lines of Accept, which are made of its type.
fn given(trial: &Trial<'_>, accept: fn(&str) -> Vec<String>) -> Outcome {
    let (tag, manifest) = trial.known_tag()?;
    for (path, row) in ways(tag.as_str(), &manifest) {
        let answer = ask(trial, &path, &accept(&manifest.media_type)).send()?;
        let demand = answer.proves(row).status(&[200])?;
        demand.body(&manifest.bytes)?;
    }
    Ok(())
}

/// Proves that an Accept that only RFC 9110 reads as one of the manifest's type is read like that;
/// and that whatever is given is the manifest.
fn accepted(trial: &Trial<'_>, accept: fn(&str) -> String) -> Outcome {
    let (tag, manifest) = trial.known_tag()?;
    let accept = accept(&manifest.media_type);
    for (path, row) in ways(tag.as_str(), &manifest) {
        let answer = ask(trial, &path, std::slice::from_ref(&accept)).send()?;
        answer.proves(&HTTP_SEMANTICS_FOLLOWED).that(
            answer.status() == 200,
            &format!("200 to Accept: {accept}"),
            &answer.summary(),
        )?;
        is_whole_if_given(&answer, row, &manifest)?;
    }
    Ok(())
}

fn is_whole_if_given(
    answer: &Answer<'_>,
    row: &'static Requirement,
    manifest: &ManifestDoc,
) -> Outcome {
    if answer.is_success() {
        answer.proves(row).body(&manifest.bytes)?;
    }
    Ok(())
}

fn is_whole_or_refused(trial: &Trial<'_>, accept: &str) -> Outcome {
    let (tag, manifest) = trial.known_tag()?;
    for (path, _) in ways(tag.as_str(), &manifest) {
        let answer = ask(trial, &path, &[accept.to_owned()]).send()?;
        let row = &UNMATCHED_ACCEPT_ANSWERED;
        answer.proves(row).that(
            matches!(answer.status(), 200 | 404 | 406),
            &format!("200, 404 or 406 to Accept: {accept}"),
            &answer.summary(),
        )?;
        is_whole_if_given(&answer, row, &manifest)?;
    }
    Ok(())
}

/// Asks for an index as for an image, and the other way round. By tag, some registries then choose
/// an image of the index, which is another manifest, and has to be called one.
fn other_kind(trial: &Trial<'_>) -> Outcome {
    let (tag, manifest) = trial.known_tag()?;
    let other = match trial.variant().kind {
        Kind::Image => media_type::IMAGE_INDEX,
        Kind::Index => media_type::IMAGE_MANIFEST,
    };
    let [(by_tag, _), (by_digest, _)] = ways(tag.as_str(), &manifest);
    let row = &UNMATCHED_ACCEPT_ANSWERED;
    let answer = ask(trial, &by_digest, &[other.to_owned()]).send()?;
    answer.proves(row).status(&[200, 404, 406])?;
    is_whole_if_given(&answer, row, &manifest)?;
    let answer = ask(trial, &by_tag, &[other.to_owned()]).send()?;
    answer.proves(row).status(&[200, 404, 406])?;
    if answer.status() != 200 {
        return Ok(());
    }
    digest_header_matched(&answer, &MANIFEST_DIGEST_HEADER_MATCHED, answer.bytes())
}

fn malformed(trial: &Trial<'_>) -> Outcome {
    let (tag, manifest) = trial.known_tag()?;
    for accept in MALFORMED {
        for (path, row) in ways(tag.as_str(), &manifest) {
            let asking = ask(trial, &path, &[(*accept).to_owned()]);
            if let Some(answer) = refusable(trial, asking)? {
                is_whole_if_given(&answer, row, &manifest)?;
            }
        }
    }
    Ok(())
}
