//! Repositories of one account, apart from one another. What the specification says of them is asked
//! where it says so; here is what was found broken although each of its sentences held.

use crate::catalogue::delete::BLOB_DELETE_ACCEPTED;
use crate::catalogue::delete::DELETED_BLOB_UNKNOWN;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::http::Method;
use crate::trial::Trial;
use crate::verdict::Outcome;

pub(crate) const SECTION: Section = Section {
    id: "security/repositories",
    title: "Repositories apart",
    anchor: "",
    checks: &[Check {
        name: "deleted-blob",
        title: "a blob that was deleted does not come back when it is read in another repository",
        covers: &[&DELETED_BLOB_UNKNOWN],
        needs: &[Feature::Push, Feature::BlobDelete],
        run: deleted_blob,
        ..Check::BASE
    }],
};

/// CVE-2026-35172.
fn deleted_blob(trial: &Trial<'_>) -> Outcome {
    let (here, there) = (trial.repository(), trial.other_repository());
    let blob = trial.pushed_blob(512)?;
    there.push_blob(&blob)?;
    let path = format!("blobs/{}", blob.digest);
    let deleted = here.delete(&path)?;
    deleted.prepares(&BLOB_DELETE_ACCEPTED).status(&[202])?;
    let is_gone = || {
        for method in [Method::GET, Method::HEAD] {
            let answer = here.ask(method, &path).send()?;
            answer.proves(&DELETED_BLOB_UNKNOWN).status(&[404])?;
        }
        Ok(())
    };
    trial.eventually(is_gone)?;
    there.get(&path)?;
    there.head(&path)?;
    there
        .ask(Method::GET, &path)
        .header("range", "bytes=0-9")
        .send()?;
    is_gone()
}
