//! Repository names.

use crate::catalogue::Version;
use crate::catalogue::blob_pull::BLOB_FOUND;
use crate::catalogue::manifest_pull::MANIFEST_BY_TAG_FOUND;
use crate::catalogue::names::LONG_REPOSITORY_NAME_AVOIDED;
use crate::catalogue::names::MALFORMED_REPOSITORY_NAME_REFUSED;
use crate::catalogue::names::REPOSITORY_NAME_ACCEPTED;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::check::Wants;
use crate::http::Method;
use crate::oci::RepositoryName;
use crate::trial::Kind;
use crate::trial::Repository;
use crate::trial::Trial;
use crate::trial::content::Blob;
use crate::verdict::Outcome;
use crate::verdict::Stop;

pub(crate) static SECTION: Section = Section {
    id: "api/names",
    title: "Repository names",
    anchor: "pulling-manifests",
    checks: &[
        Check {
            name: "nested-name",
            title: "a blob can be pushed to and pulled from a repository of many components",
            run: |trial| usable(trial, "a/b/c/d/0"),
            ..ACCEPTED
        },
        Check {
            name: "single-component",
            title: "a blob can be pushed to and pulled from a repository of one component",
            run: single_component,
            ..ACCEPTED
        },
        Check {
            name: "separated-name",
            title: "a name may have a dot, an underscore or a dash inside its components",
            run: |trial| usable(trial, "a.b/c_d/e-f/a1.b2_c3-d4"),
            ..ACCEPTED
        },
        Check {
            name: "doubled-separators",
            title: "a name may have two underscores or a run of dashes inside its components",
            run: doubled_separators,
            ..ACCEPTED
        },
        Check {
            name: "route-words",
            title: "a name may have the words of the API's own paths as its components",
            run: route_words,
            ..ACCEPTED
        },
        Check {
            name: "longest-name",
            title: "a name of 255 characters, counted with host and slash, is usable",
            run: longest_name,
            ..ACCEPTED
        },
        Check {
            name: "longer-name",
            title: "a name past that length is taken or refused, but is no server error",
            covers: &[&LONG_REPOSITORY_NAME_AVOIDED],
            run: longer_name,
            ..ACCEPTED
        },
        Check {
            name: "malformed-name-pull",
            title: "GET in a repository whose name breaks the grammar returns 400 or 404",
            covers: &[&MALFORMED_REPOSITORY_NAME_REFUSED],
            run: |trial| {
                for bad in MALFORMED {
                    refused(trial, Method::GET, bad, "manifests/latest")?;
                    refused(trial, Method::GET, bad, "tags/list")?;
                }
                // An empty component may lawfully be redirected to the name without it.
                refused(trial, Method::GET, "a//b", "manifests/latest")
            },
            ..Check::BASE
        },
        Check {
            name: "malformed-name-push",
            title: "no upload can be opened in a repository whose name breaks the grammar",
            covers: &[&MALFORMED_REPOSITORY_NAME_REFUSED],
            needs: &[Feature::Push],
            run: |trial| {
                trial.repository().open_session()?;
                MALFORMED
                    .iter()
                    .try_for_each(|bad| refused(trial, Method::POST, bad, "blobs/uploads/"))
            },
            ..Check::BASE
        },
    ],
};

/// What checks of names that have to work have in common.
const ACCEPTED: Check = Check {
    covers: &[&REPOSITORY_NAME_ACCEPTED],
    needs: &[Feature::Push],
    wants: Wants::Fresh,
    ..Check::BASE
};

/// Endings that make any name break the grammar of every version.
const MALFORMED: &[&str] = &["UP", "a..b", "_x", "a_", "-a", "a._b"];

/// How many characters of host, slash and name together all clients can use.
const LIMIT: usize = 255;

/// What the run's repositories have before their first slash is a name, too.
fn single_component(trial: &Trial<'_>) -> Outcome {
    let name = trial.repository().name().to_string();
    let namespace = name.rsplit_once('/').map_or(name.as_str(), |(it, _)| it);
    if namespace.contains('/') {
        let reason = "the namespace has several components, and nothing is pushed outside of it";
        return Err(Stop::Skipped(reason.to_owned()));
    }
    let blob = plainly_usable(trial)?;
    let name = namespace.parse().map_err(skipped)?;
    let repository = trial.repository_named(name);
    let opened = repository.post_upload().send()?;
    if matches!(opened.status(), 401 | 403) && trial.world().client.was_challenged() {
        let reason = format!("the credentials do not reach there: {}", opened.summary());
        return Err(Stop::Skipped(reason));
    }
    pushed_and_pulled(&repository, &blob)
}

fn doubled_separators(trial: &Trial<'_>) -> Outcome {
    if trial.spec() < Version::V1_1 {
        let reason = "version 1.0 parts the words of a name by single characters only";
        return Err(Stop::Skipped(reason.to_owned()));
    }
    usable(trial, "a__b/c--d/e---f__g")
}

fn route_words(trial: &Trial<'_>) -> Outcome {
    let (tag, plain) = trial.pushed_tag()?;
    trial
        .get(&format!("manifests/{tag}"))?
        .prepares(&MANIFEST_BY_TAG_FOUND)
        .status(&[200])?
        .body(&plain.bytes)?;
    let repository = below(trial, "v2/manifests/blobs/tags/referrers")?;
    pushed_and_pulled(&repository, &trial.blob(64))?;
    let manifest = repository.new_manifest(Kind::Image)?;
    let row = &REPOSITORY_NAME_ACCEPTED;
    let pushed = repository.put_manifest(&tag, &manifest)?;
    pushed.proves(row).status(&[201])?;
    let pulled = repository.get(&format!("manifests/{tag}"))?;
    pulled.proves(row).status(&[200])?.body(&manifest.bytes)?;
    Ok(())
}

fn longest_name(trial: &Trial<'_>) -> Outcome {
    usable(trial, &filler(trial, LIMIT)?)
}

fn longer_name(trial: &Trial<'_>) -> Outcome {
    trial.repository().open_session()?;
    let answer = below(trial, &filler(trial, LIMIT + 1)?)?
        .post_upload()
        .send()?;
    answer
        .proves(&LONG_REPOSITORY_NAME_AVOIDED)
        .no_server_error()?;
    Ok(())
}

/// Proves that a repository whose name ends with `ending` can be used, after one with a plain name
/// has shown that nothing but the name can be the cause.
fn usable(trial: &Trial<'_>, ending: &str) -> Outcome {
    let blob = plainly_usable(trial)?;
    pushed_and_pulled(&below(trial, ending)?, &blob)
}

fn plainly_usable(trial: &Trial<'_>) -> Result<Blob, Stop> {
    let blob = trial.pushed_blob(64)?;
    let answer = trial.get(&format!("blobs/{}", blob.digest))?;
    answer
        .prepares(&BLOB_FOUND)
        .status(&[200])?
        .body(&blob.bytes)?;
    Ok(blob)
}

fn pushed_and_pulled(repository: &Repository<'_>, blob: &Blob) -> Outcome {
    let row = &REPOSITORY_NAME_ACCEPTED;
    let opened = repository.post_upload().send()?;
    opened.proves(row).status(&[202])?.has_location()?;
    let session = repository.session_at(opened.location().unwrap_or_default());
    let closed = session.put(&blob.digest).blob(blob).send()?;
    closed.proves(row).status(&[201])?;
    let pulled = repository.get(&format!("blobs/{}", blob.digest))?;
    pulled.proves(row).content(&blob.bytes)?;
    Ok(())
}

fn refused(trial: &Trial<'_>, method: Method, ending: &str, rest: &str) -> Outcome {
    let base = trial.repository().name().to_string();
    let answer = trial
        .ask(method, &format!("/v2/{base}/{ending}/{rest}"))
        .send()?;
    answer.proves(&MALFORMED_REPOSITORY_NAME_REFUSED).that(
        answer.is_client_error(),
        "400 or 404, or at least another client error",
        &format!("{} to {}", answer.summary(), answer.question()),
    )?;
    Ok(())
}

/// The repository whose name is that of the trial's, and then this.
fn below<'t>(trial: &'t Trial<'_>, ending: &str) -> Result<Repository<'t>, Stop> {
    let name = format!("{}/{ending}", trial.repository().name());
    let name: RepositoryName = name.parse().map_err(skipped)?;
    Ok(trial.repository_named(name))
}

fn skipped(error: impl std::fmt::Display) -> Stop {
    Stop::Skipped(error.to_string())
}

/// An ending that brings host, slash and name to `len` characters.
fn filler(trial: &Trial<'_>, len: usize) -> Result<String, Stop> {
    let origin = &trial.world().origin;
    let host = origin.split_once("://").map_or(origin.as_str(), |it| it.1);
    let taken = host.len() + trial.repository().name().as_str().len() + "//".len();
    let Some(room @ 1..) = len.checked_sub(taken) else {
        let reason = format!("host and namespace leave no room for a name of {len} characters");
        return Err(Stop::Skipped(reason));
    };
    // No component is longer than a file system can name, and none is empty.
    let letter = |at: usize| {
        if at % 32 == 31 && at + 1 < room {
            '/'
        } else {
            'n'
        }
    };
    Ok((0..room).map(letter).collect())
}
