//! Many clients at once, each with work of its own in one repository: nothing that was answered 201 is lost.

use crate::catalogue::concurrency::ACKNOWLEDGED_PUSH_KEPT;
use crate::catalogue::concurrency::RACED_REQUEST_ANSWERED;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::oci::Algorithm;
use crate::oci::Tag;
use crate::trial::Repository;
use crate::trial::Trial;
use crate::trial::content::Image;
use crate::trial::content::ImageParts;
use crate::trial::content::Layer;
use crate::verdict::Outcome;
use crate::verdict::Stop;

use super::super::threads::at_once;
use super::is_answered;
use super::is_blob;
use super::is_manifest;

pub(crate) static SECTION: Section = Section {
    id: "concurrency/storm",
    title: "Everything at once",
    anchor: "push",
    checks: &[Check {
        name: "acknowledged",
        title: "What six clients were answered 201 while they pushed images at once is all there",
        covers: &[&ACKNOWLEDGED_PUSH_KEPT, &RACED_REQUEST_ANSWERED],
        needs: &[Feature::Push],
        run: acknowledged,
        ..Check::BASE
    }],
};

/// An image of one client, of which one layer is everybody's, and the tag under which it goes.
struct Work {
    image: Image,
    tag: Tag,
}

/// What was answered 201 of a client's work.
struct Taken<'w> {
    work: &'w Work,
    blobs: Vec<bool>,
    is_manifest: bool,
}

fn acknowledged(trial: &Trial<'_>) -> Outcome {
    let repository = trial.repository();
    let common = Layer::gzip(&mut trial.stream(), Algorithm::Sha256);
    let works: Vec<_> = (0..6).map(|_| work(trial, &common)).collect();
    let taken = at_once(&works, |work| push(&repository, work))?;
    taken.iter().try_for_each(|it| it.is_there(&repository))
}

fn work(trial: &Trial<'_>, common: &Layer) -> Work {
    let tag = trial.tag();
    let stream = &mut trial.stream();
    let own = Layer::gzip(stream, Algorithm::Sha256);
    let parts = ImageParts::over(stream, Algorithm::Sha256, vec![common.clone(), own]);
    Work {
        image: parts.assemble(Algorithm::Sha256),
        tag,
    }
}

fn push<'w>(repository: &Repository<'_>, work: &'w Work) -> Result<Taken<'w>, Stop> {
    let mut blobs = Vec::new();
    let layers = work.image.layers.iter().map(|layer| &layer.blob);
    for blob in layers.chain([&work.image.config]) {
        let answer = repository
            .open_session()?
            .put(&blob.digest)
            .blob(blob)
            .send()?;
        is_answered(&answer)?;
        blobs.push(answer.status() == 201);
    }
    let answer = repository.put_manifest(&work.tag, &work.image.manifest)?;
    is_answered(&answer)?;
    Ok(Taken {
        work,
        blobs,
        is_manifest: answer.status() == 201,
    })
}

impl Taken<'_> {
    fn is_there(&self, repository: &Repository<'_>) -> Outcome {
        let (image, row) = (&self.work.image, &ACKNOWLEDGED_PUSH_KEPT);
        let layers = image.layers.iter().map(|layer| &layer.blob);
        for (blob, is_taken) in layers.chain([&image.config]).zip(&self.blobs) {
            if *is_taken {
                is_blob(repository, blob, row)?;
            }
        }
        if self.is_manifest {
            let manifest = &image.manifest;
            is_manifest(repository, &self.work.tag, manifest, row)?;
            is_manifest(repository, &manifest.digest, manifest, row)?;
        }
        Ok(())
    }
}
