//! Another account, which may neither read nor write what the first one has.

use crate::catalogue::isolation::FOREIGN_CONTENT_HIDDEN;
use crate::catalogue::isolation::FOREIGN_LIST_REFUSED;
use crate::catalogue::isolation::FOREIGN_READ_REFUSED;
use crate::catalogue::isolation::FOREIGN_REPOSITORY_UNLISTED;
use crate::catalogue::isolation::FOREIGN_SESSION_REFUSED;
use crate::catalogue::isolation::FOREIGN_WRITE_REFUSED;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::check::Wants;
use crate::http::Method;
use crate::oci::Algorithm;
use crate::trial::Asking;
use crate::trial::Session;
use crate::trial::Trial;
use crate::verdict::Outcome;
use crate::verdict::Stop;

use super::anonymous::changes;
use super::anonymous::is_unchanged;
use super::anonymous::is_unlisted;
use super::private::Private;
use super::private::Who;

pub(crate) const SECTION: Section = Section {
    id: "security/accounts",
    title: "Two accounts",
    anchor: "",
    checks: &[
        Check {
            name: "reads",
            title: "another account reads nothing of what it may not read",
            covers: &[&FOREIGN_READ_REFUSED],
            run: |trial| {
                let private = Private::pushed(trial)?;
                private.is_hidden(&private.reads(), Who::Second, &FOREIGN_READ_REFUSED)
            },
            ..TWO
        },
        Check {
            name: "lists",
            title: "another account sees neither tags nor referrers of what it may not read",
            covers: &[&FOREIGN_LIST_REFUSED],
            run: |trial| {
                let private = Private::pushed(trial)?;
                private.is_hidden(&private.lists(), Who::Second, &FOREIGN_LIST_REFUSED)
            },
            ..TWO
        },
        Check {
            name: "catalog",
            title: "another account does not see the names of repositories that it may not read",
            covers: &[&FOREIGN_REPOSITORY_UNLISTED],
            needs: &[
                Feature::Login,
                Feature::SecondAccount,
                Feature::Push,
                Feature::Catalog,
            ],
            run: |trial| {
                let private = Private::pushed(trial)?;
                let requirement = &FOREIGN_REPOSITORY_UNLISTED;
                is_unlisted(trial, &private, Who::Second, requirement)
            },
            ..TWO
        },
        Check {
            name: "writes",
            title: "another account pushes, tags and deletes nothing where it may not write",
            covers: &[&FOREIGN_WRITE_REFUSED],
            // `latest` is nobody's yet.
            wants: Wants::Fresh,
            run: |trial| {
                let private = Private::pushed(trial)?;
                let tag = trial.tag();
                let asked = changes(&private, &[tag.as_str(), "latest"])?;
                is_unchanged(&private, asked, Who::Second, &FOREIGN_WRITE_REFUSED)
            },
            ..TWO
        },
        Check {
            name: "sessions",
            title: "another account can do nothing with an upload that is not its own",
            covers: &[&FOREIGN_SESSION_REFUSED],
            run: sessions,
            ..TWO
        },
        Check {
            name: "existence",
            title: "another account is not told whether what it may not read is there",
            covers: &[&FOREIGN_CONTENT_HIDDEN],
            run: existence,
            ..TWO
        },
    ],
};

/// What checks of two accounts have in common.
pub(super) const TWO: Check = Check {
    needs: &[Feature::Login, Feature::SecondAccount, Feature::Push],
    ..Check::BASE
};

fn sessions(trial: &Trial<'_>) -> Outcome {
    let mut session = trial.repository().open_session()?;
    if !session.url.starts_with(&trial.world().origin) {
        let reason = "uploads go on at another host, where nobody logs in";
        return Err(Stop::Skipped(reason.to_owned()));
    }
    let blob = trial.blob(2 * session.chunk_len());
    let (first, second) = blob.bytes.split_at(session.chunk_len());
    session.push_chunk(0, first)?;
    let asked: [(&str, Asking<'_>); 4] = [
        ("GET on an upload", session.ask(Method::GET)),
        ("PATCH on an upload", session.patch(first.len(), second)),
        (
            "PUT on an upload",
            session.put(&blob.digest).body(second.to_vec()),
        ),
        ("DELETE on an upload", session.ask(Method::DELETE)),
    ];
    for (what, asking) in asked {
        let answer = asking.by_second().send()?;
        answer.proves(&FOREIGN_SESSION_REFUSED).that(
            !answer.is_success(),
            "a refusal",
            &format!("{} to {what}", answer.summary()),
        )?;
    }
    goes_on(trial, &session, second, &blob.digest)
}

/// Demands that the first account can go on where it was.
fn goes_on(
    trial: &Trial<'_>,
    session: &Session<'_>,
    rest: &[u8],
    digest: &crate::oci::Digest,
) -> Outcome {
    let closed = session.put(digest).body(rest.to_vec()).send()?;
    let pulled = trial.head(&format!("blobs/{digest}"))?;
    closed.proves(&FOREIGN_SESSION_REFUSED).that(
        closed.is_success() && pulled.is_success(),
        "an upload that goes on where it was",
        &format!("{} and {}", closed.told(), pulled.told()),
    )?;
    Ok(())
}

fn existence(trial: &Trial<'_>) -> Outcome {
    let private = Private::pushed(trial)?;
    let (repository, absent) = (&private.repository, trial.absent_digest(Algorithm::Sha256));
    let elsewhere = format!("{}-absent", repository.name());
    let pairs = [
        (
            repository.path(&format!("manifests/{}", private.tag)),
            repository.path(&format!("manifests/{}", trial.tag())),
        ),
        (
            repository.path(&format!("manifests/{}", private.image.manifest.digest)),
            repository.path(&format!("manifests/{absent}")),
        ),
        (
            repository.path(&format!("blobs/{}", private.layer().digest)),
            repository.path(&format!("blobs/{absent}")),
        ),
        (
            repository.path("tags/list"),
            format!("/v2/{elsewhere}/tags/list"),
        ),
    ];
    for (there, not_there) in &pairs {
        let told = |path: &str| -> Result<_, Stop> {
            let answer = trial.ask(Method::GET, path).by_second().send()?;
            Ok(answer.summary())
        };
        let (there, not_there) = (told(there)?, told(not_there)?);
        trial.judge(
            &FOREIGN_CONTENT_HIDDEN,
            there == not_there,
            format!("{not_there}, as of what is not there"),
            there,
        )?;
    }
    Ok(())
}
