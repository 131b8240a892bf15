//! Filtering and paging referrers.

use serde_json::Value;

use crate::catalogue::referrers::APPLIED_FILTER_NAMED;
use crate::catalogue::referrers::EMPTY_FILTERED_REFERRERS_SENT;
use crate::catalogue::referrers::FILTERED_REFERRERS_MATCHED;
use crate::catalogue::referrers::PAGED_FILTER_KEPT;
use crate::catalogue::referrers::REFERRERS_FILTERED;
use crate::catalogue::referrers::REFERRERS_PAGE_LINK_FOLLOWED;
use crate::catalogue::referrers::REFERRERS_PAGE_LINKED;
use crate::catalogue::referrers::REFERRERS_PAGES_COMPLETE;
use crate::catalogue::referrers::REFERRERS_SENT;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::http::Method;
use crate::oci::Digest;
use crate::trial::Answer;
use crate::trial::Axis;
use crate::trial::Kind;
use crate::trial::Trial;
use crate::trial::content::Artifact;
use crate::trial::content::ManifestDoc;
use crate::trial::content::padded;
use crate::verdict::Outcome;
use crate::verdict::Stop;

use super::follow;
use super::is_linked;
use super::prepared;
use super::referrer::Referrer;
use super::referrer::count;
use super::referrer::descriptors_in;
use super::referrer::has_form;
use super::referrer::in_words;
use super::referrers::REFERRERS;

pub(crate) static SECTION: Section = Section {
    id: "discovery/filters",
    title: "Filtering and paging referrers",
    anchor: "listing-referrers",
    checks: &[
        Check {
            name: "applied",
            title: "a list filtered by artifactType says so in OCI-Filters-Applied, and only then",
            covers: &[
                &REFERRERS_SENT,
                &APPLIED_FILTER_NAMED,
                &EMPTY_FILTERED_REFERRERS_SENT,
                &FILTERED_REFERRERS_MATCHED,
                &REFERRERS_FILTERED,
            ],
            needs: REFERRERS,
            axes: &[Axis::Kind],
            run: applied,
            ..Check::BASE
        },
        Check {
            name: "match",
            title: "the filter leaves exactly the referrers of that type, be it an artifactType or a config's",
            covers: &[&FILTERED_REFERRERS_MATCHED],
            needs: FILTER,
            run: matching,
            ..Check::BASE
        },
        Check {
            name: "no-match",
            title: "a filter that matches nothing returns 200, an empty list and OCI-Filters-Applied",
            covers: &[&EMPTY_FILTERED_REFERRERS_SENT],
            needs: FILTER,
            run: |trial| {
                let subject = trial.pushed_manifest()?;
                Referrer::default().push(&trial.repository(), &subject)?;
                let (beginning, _) = Artifact::TYPE.split_at(Artifact::TYPE.len() - 1);
                for artifact_type in [UNUSED_TYPE, beginning] {
                    let answer = filtered(trial, &subject.digest, artifact_type)?;
                    let demand = answer.proves(&EMPTY_FILTERED_REFERRERS_SENT);
                    let demand = demand.status(&[200])?.json("no manifests", |index| {
                        index["manifests"].as_array().is_some_and(Vec::is_empty)
                    })?;
                    let expected = "OCI-Filters-Applied: artifactType";
                    demand.that(names_filter(&answer), expected, &applied_filters(&answer))?;
                }
                Ok(())
            },
            ..Check::BASE
        },
        Check {
            name: "many",
            title: "a list of referrers that is longer than a manifest may be is split into pages with Links",
            covers: &[
                &REFERRERS_PAGE_LINKED,
                &REFERRERS_PAGE_LINK_FOLLOWED,
                &REFERRERS_PAGES_COMPLETE,
            ],
            needs: REFERRERS,
            heavy: true,
            run: more_than_a_manifest,
            ..Check::BASE
        },
        Check {
            name: "pages",
            title: "the Links from page to page of a filtered list keep the filter",
            covers: &[&PAGED_FILTER_KEPT],
            needs: FILTER,
            heavy: true,
            run: page_by_page,
            ..Check::BASE
        },
    ],
};

const FILTER: &[Feature] = &[Feature::Push, Feature::Referrers, Feature::ReferrersFilter];

const OTHER_TYPE: &str = "application/vnd.example.other.v1";
const UNUSED_TYPE: &str = "application/vnd.example.none";

/// Whatever a registry does: what the header says is what happened to the list.
fn applied(trial: &Trial<'_>) -> Outcome {
    let (repository, subject) = (trial.repository(), trial.pushed_manifest()?);
    let kind = trial.variant().kind;
    let wanted = Referrer::of(kind).push(&repository, &subject)?;
    let other = Referrer {
        artifact_type: Some(OTHER_TYPE),
        ..Referrer::of(kind)
    };
    let other = other.push(&repository, &subject)?;
    let answer = filtered(trial, &subject.digest, Artifact::TYPE)?;
    answer.proves(&REFERRERS_SENT).status(&[200])?;
    let none = filtered(trial, &subject.digest, UNUSED_TYPE)?;
    none.proves(&REFERRERS_SENT).status(&[200])?;
    prepared(has_form(&answer))?;
    let list = descriptors_in(&answer);
    let has_other = count(&list, &other) > 0;
    let is_filtered = !has_other && count(&list, &wanted) > 0;
    let actual = format!("{}, with {}", in_words(&list), applied_filters(&answer));
    answer.proves(&APPLIED_FILTER_NAMED).that(
        !is_filtered || names_filter(&answer),
        "OCI-Filters-Applied: artifactType on a filtered list",
        &actual,
    )?;
    answer.proves(&FILTERED_REFERRERS_MATCHED).that(
        !(has_other && names_filter(&answer)),
        "no OCI-Filters-Applied on a list that is not filtered",
        &actual,
    )?;
    names_filter_if_empty(&none)?;
    let expected = format!("only referrers of type {}", Artifact::TYPE);
    let demand = answer.proves(&REFERRERS_FILTERED);
    demand.that(is_filtered, &expected, &actual)?;
    Ok(())
}

/// Nothing but a filter makes a list of referrers empty.
fn names_filter_if_empty(none: &Answer<'_>) -> Outcome {
    let is_filtered = descriptors_in(none).is_empty() && !is_linked(none);
    let actual = format!("an empty list, with {}", applied_filters(none));
    none.proves(&EMPTY_FILTERED_REFERRERS_SENT).that(
        !is_filtered || names_filter(none),
        "OCI-Filters-Applied: artifactType on a list that a filter leaves empty",
        &actual,
    )?;
    Ok(())
}

fn matching(trial: &Trial<'_>) -> Outcome {
    let (repository, subject) = (trial.repository(), trial.pushed_manifest()?);
    let by_config = Referrer {
        artifact_type: None,
        config_type: Artifact::TYPE,
        ..Referrer::default()
    };
    let config_only = Referrer {
        artifact_type: Some(OTHER_TYPE),
        ..by_config.clone()
    };
    let untyped = Referrer {
        artifact_type: None,
        ..Referrer::of(Kind::Index)
    };
    let push = |referrer: &Referrer| referrer.push(&repository, &subject);
    let wanted = [
        push(&Referrer::default())?,
        push(&Referrer::of(Kind::Index))?,
        push(&by_config)?,
    ];
    push(&config_only)?;
    push(&untyped)?;
    let list = filtered_pages(trial, &subject.digest)?.concat();
    let holds = list.len() == wanted.len() && wanted.iter().all(|it| count(&list, it) == 1);
    let digests = wanted.map(|it| it.digest.to_string()).join(", ");
    let expected = format!("exactly [{digests}]");
    trial.judge(
        &FILTERED_REFERRERS_MATCHED,
        holds,
        expected,
        in_words(&list),
    )
}

/// Ten referrers of half a MiB each: more than the 4 MiB that every registry should take as one
/// manifest.
fn more_than_a_manifest(trial: &Trial<'_>) -> Outcome {
    let repository = trial.repository();
    let subject = trial.pushed_manifest()?;
    let bulky = Referrer::bulky();
    let pushed = (0..10).map(|_| bulky.push(&repository, &subject));
    let pushed = pushed.collect::<Result<Vec<_>, _>>()?;
    let (rest, link) = (
        format!("referrers/{}", subject.digest),
        &REFERRERS_PAGE_LINK_FOLLOWED,
    );
    let mut longest = 0;
    let pages = follow(&repository, &rest, link, |answer| {
        longest = longest.max(answer.bytes().len());
        answer.proves(link).status(&[200])?;
        prepared(has_form(answer))?;
        Ok(descriptors_in(answer))
    })?;
    let list = pages.concat();
    let actual = in_words(&list);
    let is_cut = pages.len() == 1 && pushed.iter().any(|it| count(&list, it) == 0);
    let expected = "all 10 referrers, or a Link to the others";
    trial.judge(&REFERRERS_PAGE_LINKED, !is_cut, expected, &actual)?;
    fits_a_manifest(trial, longest)?;
    let once = pushed.iter().all(|it| count(&list, it) == 1) && list.len() == pushed.len();
    let expected = "each of the 10 referrers once, over all pages";
    trial.judge(&REFERRERS_PAGES_COMPLETE, once, expected, &actual)
}

/// A page is not longer than the manifests that the registry takes. Every registry should take 4
/// MiB; how much more it takes is seen from what it does with a manifest of that length.
fn fits_a_manifest(trial: &Trial<'_>, len: usize) -> Outcome {
    if len <= 4 << 20 {
        return Ok(());
    }
    let manifest = trial.repository().new_image()?.manifest;
    let bytes = padded(&manifest, len);
    let manifest =
        ManifestDoc::from_bytes(bytes, &manifest.media_type, manifest.digest.algorithm());
    let answer = trial
        .repository()
        .put_manifest(&manifest.digest, &manifest)?;
    trial.judge(
        &REFERRERS_PAGE_LINKED,
        answer.status() == 201,
        "pages that are no longer than the registry lets manifests be, with Links",
        format!(
            "a page of {len} bytes, while a manifest of that length was answered {}",
            answer.summary()
        ),
    )
}

/// Ten matching referrers of half a MiB each, which take more than one page of 4 MiB, and some of
/// another type among them.
fn page_by_page(trial: &Trial<'_>) -> Outcome {
    let (repository, subject) = (trial.repository(), trial.pushed_manifest()?);
    let other = Referrer {
        artifact_type: Some(OTHER_TYPE),
        ..Referrer::default()
    };
    for n in 0..10 {
        Referrer::bulky().push(&repository, &subject)?;
        if n % 2 == 0 {
            other.push(&repository, &subject)?;
        }
    }
    let first = filtered(trial, &subject.digest, Artifact::TYPE)?;
    if !is_linked(&first) {
        let evidence = format!("{} answered without a Link", first.question());
        return Err(Stop::Unsupported(evidence));
    }
    let list = filtered_pages(trial, &subject.digest)?.concat();
    let strangers: Vec<_> = list
        .into_iter()
        .filter(|descriptor| descriptor["artifactType"] != Artifact::TYPE)
        .collect();
    let expected = format!("only referrers of type {} on every page", Artifact::TYPE);
    let actual = format!("also {}", in_words(&strangers));
    trial.judge(&PAGED_FILTER_KEPT, strangers.is_empty(), expected, actual)
}

/// GET on the referrers of one type, the first page.
fn filtered<'t>(
    trial: &'t Trial<'_>,
    subject: &Digest,
    artifact_type: &str,
) -> Result<Answer<'t>, Stop> {
    let repository = trial.repository();
    let asking = repository.ask(Method::GET, &format!("referrers/{subject}"));
    asking.query("artifactType", artifact_type).send()
}

/// The pages of those referrers that are of the ordinary type.
fn filtered_pages(trial: &Trial<'_>, subject: &Digest) -> Result<Vec<Vec<Value>>, Stop> {
    let query = Artifact::TYPE.replace('/', "%2F").replace('+', "%2B");
    let rest = format!("referrers/{subject}?artifactType={query}");
    prepared(follow(
        &trial.repository(),
        &rest,
        &REFERRERS_PAGE_LINK_FOLLOWED,
        |answer| {
            answer.proves(&REFERRERS_SENT).status(&[200])?;
            has_form(answer)?;
            Ok(descriptors_in(answer))
        },
    ))
}

/// Whether `OCI-Filters-Applied` has `artifactType` among the filters that it lists.
fn names_filter(answer: &Answer<'_>) -> bool {
    let values = answer.header_values("oci-filters-applied");
    let mut filters = values.iter().flat_map(|value| value.split(','));
    filters.any(|filter| filter.trim() == "artifactType")
}

fn applied_filters(answer: &Answer<'_>) -> String {
    match answer.header("oci-filters-applied") {
        Some(value) => format!("OCI-Filters-Applied: {value}"),
        None => "no OCI-Filters-Applied".to_owned(),
    }
}
