//! What somebody sees and does who shows nothing, where the registry wants a login for a plain pull.

use crate::catalogue::Requirement;
use crate::catalogue::isolation::ANONYMOUS_LIST_REFUSED;
use crate::catalogue::isolation::ANONYMOUS_READ_REFUSED;
use crate::catalogue::isolation::ANONYMOUS_WRITE_REFUSED;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::http::Method;
use crate::trial::Asking;
use crate::trial::Trial;
use crate::trial::content::Image;
use crate::verdict::Outcome;
use crate::verdict::Stop;

use super::private::Private;
use super::private::Who;

pub(crate) const SECTION: Section = Section {
    id: "security/anonymous",
    title: "Without a login",
    anchor: "",
    checks: &[
        Check {
            name: "reads",
            title: "what cannot be pulled by tag without a login cannot be read in any other way",
            covers: &[&ANONYMOUS_READ_REFUSED],
            run: |trial| {
                let private = Private::guarded(trial)?;
                private.is_hidden(&private.reads(), Who::Nobody, &ANONYMOUS_READ_REFUSED)
            },
            ..GUARDED
        },
        Check {
            name: "lists",
            title: "what cannot be pulled without a login is not listed without one",
            covers: &[&ANONYMOUS_LIST_REFUSED],
            run: |trial| {
                let private = Private::guarded(trial)?;
                private.is_hidden(&private.lists(), Who::Nobody, &ANONYMOUS_LIST_REFUSED)
            },
            ..GUARDED
        },
        Check {
            name: "catalog",
            title: "a repository that cannot be pulled from without a login is not named without one",
            covers: &[&ANONYMOUS_LIST_REFUSED],
            needs: &[Feature::Login, Feature::Push, Feature::Catalog],
            run: |trial| {
                let private = Private::guarded(trial)?;
                is_unlisted(trial, &private, Who::Nobody, &ANONYMOUS_LIST_REFUSED)
            },
            ..GUARDED
        },
        Check {
            name: "writes",
            title: "what cannot be pulled without a login cannot be changed without one",
            covers: &[&ANONYMOUS_WRITE_REFUSED],
            run: |trial| {
                let private = Private::guarded(trial)?;
                let tag = trial.tag();
                let asked = changes(&private, &[tag.as_str()])?;
                is_unchanged(&private, asked, Who::Nobody, &ANONYMOUS_WRITE_REFUSED)
            },
            ..GUARDED
        },
    ],
};

/// What checks have in common that need something to hide.
pub(super) const GUARDED: Check = Check {
    needs: &[Feature::Login, Feature::Push],
    ..Check::BASE
};

/// Demands that the list of repositories does not name this one to somebody.
pub(super) fn is_unlisted(
    trial: &Trial<'_>,
    private: &Private<'_>,
    who: Who,
    requirement: &'static Requirement,
) -> Outcome {
    let name = private.repository.name();
    let is_listed = private.is_listed_for(who)?;
    trial.judge(
        requirement,
        !is_listed,
        format!("a list without {name}"),
        "a list that names it",
    )
}

/// A request that would change something, and what to call it.
pub(super) type Change<'t> = (String, Asking<'t>);

/// Requests that would change what is in the repository: pushes under these new tags, under the one that
/// is there, and by digest; the start of an upload; a mount; and deletes.
pub(super) fn changes<'t>(private: &Private<'t>, tags: &[&str]) -> Result<Vec<Change<'t>>, Stop> {
    let repository = &private.repository;
    // What it refers to is there, so that nothing but who asks is in the way.
    let other = repository.new_image()?;
    let (digest, own) = (&other.manifest.digest, &private.image);
    let mut asked: Vec<Change<'t>> = Vec::new();
    let mut add = |what: &str, asking: Asking<'t>| asked.push((what.to_owned(), asking));
    for tag in tags {
        let asking = repository.ask(Method::PUT, &format!("manifests/{tag}"));
        add(
            "PUT of a manifest by a new tag",
            asking.manifest(&other.manifest),
        );
    }
    let tagged = format!("manifests/{}", private.tag);
    let asking = repository
        .ask(Method::PUT, &tagged)
        .manifest(&other.manifest);
    add("PUT of a manifest by a tag that is there", asking);
    let asking = repository.ask(Method::PUT, &format!("manifests/{digest}"));
    add(
        "PUT of a manifest by digest",
        asking.manifest(&other.manifest),
    );
    add("POST that opens an upload", repository.post_upload());
    add("POST that mounts a blob", mount(private, own));
    let deleted = [
        tagged,
        format!("manifests/{}", own.manifest.digest),
        format!("blobs/{}", private.layer().digest),
    ];
    for rest in &deleted {
        add(
            &format!("DELETE {rest}"),
            repository.ask(Method::DELETE, rest),
        );
    }
    Ok(asked)
}

/// A mount into another repository of the first account.
fn mount<'t>(private: &Private<'t>, image: &Image) -> Asking<'t> {
    let target = private.repository.trial().other_repository();
    let asking = target.post_upload();
    let asking = asking.query("mount", &image.config.digest.to_string());
    asking.query("from", private.repository.name().as_str())
}

/// Demands that each of these is refused to somebody, and that nothing has changed.
pub(super) fn is_unchanged(
    private: &Private<'_>,
    asked: Vec<Change<'_>>,
    who: Who,
    requirement: &'static Requirement,
) -> Outcome {
    for (what, asking) in asked {
        let answer = who.asks(asking).send()?;
        answer.proves(requirement).that(
            !answer.is_success(),
            "a refusal",
            &format!("{} to {what}", answer.summary()),
        )?;
    }
    private.is_as_it_was(requirement)
}
