//! The list of repositories.
//!
//! Others come and go while it is read, so only what is certain is demanded: of the trial's own two
//! repositories, and of each page in itself.

use crate::catalogue::docker::CATALOG_COMPLETE;
use crate::catalogue::docker::CATALOG_CONTINUED;
use crate::catalogue::docker::CATALOG_LIMIT_ANSWERED;
use crate::catalogue::docker::CATALOG_LIMIT_KEPT;
use crate::catalogue::docker::CATALOG_LINK_FOLLOWED;
use crate::catalogue::docker::CATALOG_SENT;
use crate::catalogue::docker::CATALOG_SORTED;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::http::Method;
use crate::oci::next_target;
use crate::trial::Answer;
use crate::trial::Trial;
use crate::verdict::Outcome;
use crate::verdict::Stop;

pub(crate) static SECTION: Section = Section {
    id: "docker/catalog",
    title: "The list of repositories",
    anchor: "",
    checks: &[
        Check {
            name: "list",
            title: "GET on /v2/_catalog returns 200 and the names of repositories, in order",
            covers: &[&CATALOG_SENT, &CATALOG_SORTED],
            needs: &[Feature::Push, Feature::Catalog],
            run: |trial| {
                trial.pushed_tag()?;
                let answer = ask(trial, "")?;
                answer.proves(&CATALOG_SENT).status(&[200])?;
                let names = names_in(&answer)?;
                is_sorted(&answer, &names)
            },
            ..Check::BASE
        },
        Check {
            name: "complete",
            title: "A repository with a manifest in it is listed after the name before its own",
            covers: &[&CATALOG_COMPLETE],
            needs: &[Feature::Push, Feature::Catalog],
            run: complete,
            ..Check::BASE
        },
        Check {
            name: "limited",
            title: "A list with n=1 has one name at most, and its Link leads to names that come after it",
            covers: &[&CATALOG_LIMIT_KEPT, &CATALOG_LINK_FOLLOWED],
            needs: &[Feature::Push, Feature::Catalog],
            run: limited,
            ..Check::BASE
        },
        Check {
            name: "continued",
            title: "A list with last names only what comes after it, be it a repository or not",
            covers: &[&CATALOG_CONTINUED],
            needs: &[Feature::Push, Feature::Catalog],
            run: continued,
            ..Check::BASE
        },
        Check {
            name: "odd-limits",
            title: "A list with n=0, a huge, a negative or a malformed n is sent, or refused with a 4xx",
            covers: &[&CATALOG_LIMIT_ANSWERED],
            needs: &[Feature::Catalog],
            run: odd_limits,
            ..Check::BASE
        },
    ],
};

fn ask<'t>(trial: &'t Trial<'_>, query: &str) -> Result<Answer<'t>, Stop> {
    trial
        .ask(Method::GET, &format!("/v2/_catalog{query}"))
        .send()
}

/// The names in an answer, which has the form of a list.
fn names_in(answer: &Answer<'_>) -> Result<Vec<String>, Stop> {
    let read = |body: &serde_json::Value| {
        let names = body["repositories"].as_array()?;
        let texts = names.iter().map(|it| it.as_str().map(str::to_owned));
        texts.collect::<Option<Vec<_>>>()
    };
    let expected = "a JSON object whose repositories are an array of names";
    let demand = answer.proves(&CATALOG_SENT);
    demand.json(expected, |body| read(body).is_some())?;
    Ok(answer
        .json()
        .and_then(|body| read(&body))
        .unwrap_or_default())
}

/// A registry may sort by bytes or, as one does that walks through folders, component by component.
fn is_sorted(answer: &Answer<'_>, names: &[String]) -> Outcome {
    let by_bytes = names.is_sorted_by(|a, b| a < b);
    let by_component = names.is_sorted_by(|a, b| components(a) < components(b));
    answer.proves(&CATALOG_SORTED).that(
        by_bytes || by_component,
        "names in their order, each once",
        &quoted(names),
    )?;
    Ok(())
}

fn components(name: &str) -> Vec<&str> {
    name.split('/').collect()
}

/// Whether a name comes after another in one of the two orders.
fn is_after(name: &str, last: &str) -> bool {
    name > last || components(name) > components(last)
}

/// What comes right before a name, by either order, and is no name itself: it, short of its end.
fn before(name: &str) -> String {
    name[..name.len() - 1].to_owned()
}

fn complete(trial: &Trial<'_>) -> Outcome {
    trial.pushed_tag()?;
    let name = trial.repository().name().as_str().to_owned();
    trial.eventually(|| {
        let answer = ask(trial, &format!("?n=100&last={}", before(&name)))?;
        answer.prepares(&CATALOG_SENT).status(&[200])?;
        let names = names_in(&answer)?;
        let is_listed = names.contains(&name);
        // Others with the same beginning may fill the page.
        let is_cut = names.last().is_some_and(|last| !is_after(last, &name));
        let demand = answer.proves(&CATALOG_COMPLETE);
        demand.that(
            is_listed || is_cut,
            &format!("{name} in the list"),
            &quoted(&names),
        )?;
        Ok(())
    })
}

fn limited(trial: &Trial<'_>) -> Outcome {
    trial.pushed_tag()?;
    let other = trial.other_repository();
    let manifest = other.new_manifest(trial.variant().kind)?;
    other.push_by_tag(&trial.tag(), &manifest)?;
    let first = ask(trial, "?n=1")?;
    first.prepares(&CATALOG_SENT).status(&[200])?;
    let names = names_in(&first)?;
    let demand = first.proves(&CATALOG_LIMIT_KEPT);
    demand.that(names.len() <= 1, "one name at most", &quoted(&names))?;
    let Some(last) = names.last() else {
        // What is left out is the registry's affair.
        return Ok(());
    };
    let link = first.header_values("link").join(", ");
    let is_next = matches!(next_target(&link), Ok(Some(_)));
    let row = &CATALOG_LINK_FOLLOWED;
    let actual = format!("Link: {link}");
    first
        .proves(row)
        .that(is_next, "a Link with rel=\"next\"", &actual)?;
    let Some(url) = first.next_page().filter(|_| is_next) else {
        return Ok(());
    };
    let second = trial.ask_at(Method::GET, &url).send()?;
    second.proves(row).status(&[200])?;
    let names = names_in(&second)?;
    let are_after = names.iter().all(|name| is_after(name, last));
    let actual = quoted(&names);
    second.proves(row).that(
        are_after && !names.is_empty(),
        &format!("names after {last}"),
        &actual,
    )?;
    Ok(())
}

fn continued(trial: &Trial<'_>) -> Outcome {
    trial.pushed_tag()?;
    let own = trial.repository().name().as_str().to_owned();
    let row = &CATALOG_CONTINUED;
    for last in [&own, &before(&own), &format!("{own}-not-there")] {
        let answer = ask(trial, &format!("?n=20&last={last}"))?;
        answer.proves(row).status(&[200])?;
        let names = names_in(&answer)?;
        let are_after = names.iter().all(|name| is_after(name, last));
        let demand = answer.proves(row);
        demand.that(are_after, &format!("names after {last}"), &quoted(&names))?;
    }
    Ok(())
}

/// Docker's text says when the code is sent, and leaves open how large n may be.
fn odd_limits(trial: &Trial<'_>) -> Outcome {
    let row = &CATALOG_LIMIT_ANSWERED;
    for limit in ["0", "1000000000", "99999999999999999999", "-1", "many", ""] {
        let answer = ask(trial, &format!("?n={limit}"))?;
        let (codes, told) = (answer.error_codes(), answer.told());
        let fits = |code: &String| code == "PAGINATION_NUMBER_INVALID" || code == "UNSUPPORTED";
        let is_refused = answer.is_client_error() && codes.iter().all(fits);
        answer.proves(row).that(
            answer.status() == 200 || is_refused,
            "200, or a client error (400 to 499) with PAGINATION_NUMBER_INVALID",
            &told,
        )?;
    }
    Ok(())
}

fn quoted(names: &[String]) -> String {
    const SHOWN: usize = 10;
    let mut shown = names.iter().take(SHOWN).cloned().collect::<Vec<_>>();
    if names.len() > SHOWN {
        shown.push(format!("and {} more", names.len() - SHOWN));
    }
    format!("[{}]", shown.join(", "))
}
