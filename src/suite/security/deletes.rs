//! Deletes that are switched off, in every form of the request (CVE-2026-41888).

use crate::catalogue::Requirement;
use crate::catalogue::delete::DISABLED_BLOB_DELETE_REFUSED;
use crate::catalogue::delete::DISABLED_MANIFEST_DELETE_REFUSED;
use crate::catalogue::delete::DISABLED_TAG_DELETE_REFUSED;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::http::Method;
use crate::trial::Trial;
use crate::verdict::Outcome;
use crate::verdict::Stop;

use super::answer_if_any;
use super::encoded;

pub(crate) const SECTION: Section = Section {
    id: "security/deletes",
    title: "Deletes that are switched off",
    anchor: "",
    checks: &[Check {
        name: "forms",
        title: "what cannot be deleted cannot be deleted however its path is written",
        covers: &[
            &DISABLED_TAG_DELETE_REFUSED,
            &DISABLED_MANIFEST_DELETE_REFUSED,
            &DISABLED_BLOB_DELETE_REFUSED,
        ],
        needs: &[Feature::Push],
        run: forms,
        ..Check::BASE
    }],
};

fn forms(trial: &Trial<'_>) -> Outcome {
    let (tag, manifest) = trial.pushed_tag()?;
    let blob = trial.pushed_blob(512)?;
    let rows: [(String, &'static Requirement); 3] = [
        (format!("manifests/{tag}"), &DISABLED_TAG_DELETE_REFUSED),
        (
            format!("manifests/{}", manifest.digest),
            &DISABLED_MANIFEST_DELETE_REFUSED,
        ),
        (
            format!("blobs/{}", blob.digest),
            &DISABLED_BLOB_DELETE_REFUSED,
        ),
    ];
    let mut are_all_deleted = true;
    for (rest, requirement) in &rows {
        let plain = trial.delete(rest)?;
        // What a tag that could be deleted kept may have gone with it.
        if !plain.is_client_error() || trial.get(rest)?.status() != 200 {
            continue;
        }
        are_all_deleted = false;
        for path in others(&trial.repository().path(rest)) {
            answer_if_any(trial.ask(Method::DELETE, &path))?;
            let after = trial.get(rest)?;
            after.proves(requirement).that(
                after.status() == 200,
                "200 to a GET of it afterwards",
                &format!("{} after DELETE {path}", after.told()),
            )?;
        }
    }
    if are_all_deleted {
        let evidence = "tags, manifests and blobs can all be deleted";
        return Err(Stop::Unsupported(evidence.to_owned()));
    }
    Ok(())
}

/// Other forms of a path.
fn others(path: &str) -> Vec<String> {
    let (parent, last) = path.rsplit_once('/').unwrap_or((path, ""));
    let encoded = encoded(last);
    vec![
        format!("{parent}/{encoded}"),
        format!("{path}/"),
        format!("{parent}//{last}"),
        format!("{parent}/./{last}"),
        format!("{path}?x=1"),
        format!("{path};x=1"),
        format!("/{path}"),
    ]
}
