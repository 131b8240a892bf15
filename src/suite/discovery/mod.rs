//! Discovery: what a registry says that it holds.

pub(super) mod at_once;
pub(super) mod fallback;
pub(super) mod filters;
pub(super) mod long_lists;
pub(super) mod many_referrers;
pub(super) mod odd_referrers;
pub(super) mod pages;
mod referrer;
pub(super) mod referrers;
pub(super) mod relations;
pub(super) mod tags;

pub(super) use referrer::referrers_of;
pub(super) use tags::all_tags;

use std::collections::BTreeSet;

use url::Url;

use crate::catalogue::Requirement;
use crate::http::Method;
use crate::oci::Link;
use crate::oci::next_target;
use crate::trial::Answer;
use crate::trial::Repository;
use crate::verdict::Stop;

/// How many pages of a list are read.
const PAGES: usize = 200;

/// How many bytes of a list are read, over all its pages.
const BYTES: usize = 64 << 20;

/// Reads a list from `rest` on, what follows `/v2/<name>/`, page by page until no `Link` leads on.
/// `read` takes from a page what it lists; a `Link` that is malformed or leads in a circle breaks
/// `link`.
fn follow<T: PartialEq>(
    repository: &Repository<'_>,
    rest: &str,
    link: &'static Requirement,
    mut read: impl FnMut(&Answer<'_>) -> Result<Vec<T>, Stop>,
) -> Result<Vec<Vec<T>>, Stop> {
    let origin = &repository.trial().world().origin;
    let mut url = format!("{origin}{}", repository.path(rest));
    let mut visited = BTreeSet::from([url.clone()]);
    let (mut pages, mut bytes) = (Vec::new(), 0);
    while pages.len() < PAGES && bytes < BYTES {
        let answer = repository.ask_at(Method::GET, &url).send()?;
        bytes += answer.bytes().len();
        let page = read(&answer)?;
        let stands_still = !page.is_empty() && pages.last() == Some(&page);
        pages.push(page);
        let Some(next) = next_page(&answer, &url, link)? else {
            return Ok(pages);
        };
        let leads_on = !stands_still && visited.insert(next.clone());
        let actual = format!("a Link to {next}, after which the same comes again");
        let demand =
            answer
                .proves(link)
                .that(leads_on, "Links that end after the last page", &actual)?;
        if !demand.held() {
            return Ok(pages);
        }
        url = next;
    }
    let holds = pages.last().is_some_and(|page| !page.is_empty());
    let actual = format!("an empty page and another Link after {} pages", pages.len());
    let trial = repository.trial();
    trial.judge(link, holds, "Links that end after the last page", actual)?;
    let reason = format!(
        "the list goes on after {} pages and {bytes} bytes",
        pages.len()
    );
    Err(Stop::Skipped(reason))
}

/// Where the next page is, by the answer to a GET on `url`; `None` on the last page. A `Link` that
/// nobody can read, or that does not say to what, breaks `link`.
fn next_page(
    answer: &Answer<'_>,
    url: &str,
    link: &'static Requirement,
) -> Result<Option<String>, Stop> {
    let header = answer.header_values("link").join(", ");
    let resolved = |target: String| Url::parse(url).and_then(|base| base.join(&target));
    let next = match next_target(&header) {
        Ok(target) => target
            .map(resolved)
            .transpose()
            .map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    };
    let links = Link::parse_all(&header).unwrap_or_default();
    let is_named = links.iter().all(|it| it.parameter("rel").is_some());
    let problem = match &next {
        Err(error) => error,
        Ok(_) => "a link without a rel",
    };
    answer.proves(link).that(
        next.is_ok() && is_named,
        "a Link of the form <URL>; rel=\"next\"",
        &format!("Link: {header}: {problem}"),
    )?;
    Ok(next.ok().flatten().map(|url| url.to_string()))
}

/// Whether a `Link` leads from this answer to a next page.
fn is_linked(answer: &Answer<'_>) -> bool {
    let header = answer.header_values("link").join(", ");
    matches!(next_target(&header), Ok(Some(_)))
}

/// What was looked up only to prepare a question: whatever the registry broke there blocks the
/// check.
pub(super) fn prepared<T>(found: Result<T, Stop>) -> Result<T, Stop> {
    found.map_err(|stop| match stop {
        Stop::Violation(violation) => Stop::Blocked(violation),
        other => other,
    })
}
