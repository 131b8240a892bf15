//! Manifests of every form and size, by every way that leads to them.
//!
//! How a manifest is written may be a reason to refuse it; one that is taken comes back as it was.

use crate::catalogue::Requirement;
use crate::catalogue::existence::EXISTENCE_DIGEST_HEADER_SENT;
use crate::catalogue::existence::EXISTENCE_LENGTH_SENT;
use crate::catalogue::existence::MANIFEST_EXISTENCE_CONFIRMED;
use crate::catalogue::image::NESTED_INDEX_ACCEPTED;
use crate::catalogue::manifest_pull::MANIFEST_BY_DIGEST_FOUND;
use crate::catalogue::manifest_pull::MANIFEST_BY_TAG_FOUND;
use crate::catalogue::manifest_pull::MANIFEST_DIGEST_HEADER_MATCHED;
use crate::catalogue::manifest_push::LARGE_MANIFEST_ACCEPTED;
use crate::catalogue::manifest_push::MANIFEST_BYTES_KEPT;
use crate::catalogue::manifest_push::MANIFEST_LOCATION_PULLED;
use crate::catalogue::manifest_push::MANIFEST_PUT_BY_DIGEST_ACCEPTED;
use crate::catalogue::manifest_push::PUSHED_DIGEST_HEADER_SENT;
use crate::catalogue::manifest_push::REPEATED_MANIFEST_PUT_ACCEPTED;
use crate::catalogue::manifest_push::TAG_MOVED;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::http::Failure;
use crate::http::Method;
use crate::oci::Algorithm;
use crate::trial::Answer;
use crate::trial::Axis;
use crate::trial::Kind;
use crate::trial::Repository;
use crate::trial::Trial;
use crate::trial::content::Image;
use crate::trial::content::ImageParts;
use crate::trial::content::Index;
use crate::trial::content::Layer;
use crate::trial::content::ManifestDoc;
use crate::trial::content::ODDITIES;
use crate::trial::content::padded;
use crate::verdict::Outcome;
use crate::verdict::Stop;

use super::super::everywhere::keeps;
use super::manifests::is_exactly;
use super::manifests::repeats_digest;

pub(crate) static SECTION: Section = Section {
    id: "push/manifest-forms",
    title: "Manifests of every form and size",
    anchor: "pushing-manifests",
    checks: &[
        Check {
            name: "white-space",
            title: "A manifest with tabs and line breaks is pushed by digest, and again by tag, as it is",
            run: |trial| is_the_same(trial, "white-space"),
            ..KEPT
        },
        Check {
            name: "leading-space",
            title: "A manifest with white space before it is pushed by digest, and again by tag, as it is",
            axes: &[],
            run: |trial| is_the_same(trial, "leading-space"),
            ..KEPT
        },
        Check {
            name: "trailing-newline",
            title: "A manifest with a line break after it is pushed by digest, and again by tag, as it is",
            run: |trial| is_the_same(trial, "trailing-newline"),
            ..KEPT
        },
        Check {
            name: "key-order",
            title: "A manifest whose keys are in another order is pushed by digest, and again by tag, as it is",
            run: |trial| is_the_same(trial, "key-order"),
            ..KEPT
        },
        Check {
            name: "escapes",
            title: "A manifest with letters written as escapes is pushed by digest, and again by tag, as it is",
            axes: &[],
            run: |trial| is_the_same(trial, "escapes"),
            ..KEPT
        },
        Check {
            name: "escaped-slashes",
            title: "A manifest with escaped slashes is pushed by digest, and again by tag, as it is",
            axes: &[],
            run: |trial| is_the_same(trial, "escaped-slashes"),
            ..KEPT
        },
        Check {
            name: "unicode",
            title: "A manifest with letters of many scripts is pushed by digest, and again by tag, as it is",
            axes: &[],
            run: |trial| is_the_same(trial, "unicode"),
            ..KEPT
        },
        Check {
            name: "unknown-field",
            title: "A manifest with a field of nobody's that is taken is the same by digest and by tag",
            run: |trial| is_the_same(trial, "unknown-field"),
            ..KEPT
        },
        Check {
            name: "big-number",
            title: "A manifest with numbers beyond 64 bits that is taken is the same by digest and by tag",
            axes: &[],
            run: |trial| is_the_same(trial, "big-number"),
            ..KEPT
        },
        Check {
            name: "duplicate-key",
            title: "A manifest with a key that stands there twice, if it is taken, is the same by digest and by tag",
            axes: &[],
            run: |trial| is_the_same(trial, "duplicate-key"),
            ..KEPT
        },
        Check {
            name: "repeated-field",
            title: "A manifest that says its schemaVersion twice, if it is taken, is the same by digest and by tag",
            axes: &[],
            run: |trial| is_the_same(trial, "repeated-field"),
            ..KEPT
        },
        Check {
            name: "two-spellings",
            title: "Two manifests that say the same in other bytes are two manifests, each as it was written",
            covers: &[&MANIFEST_BYTES_KEPT],
            axes: &[],
            run: two_spellings,
            ..KEPT
        },
        Check {
            name: "spelling-under-tag",
            title: "A tag that moves to a manifest that says the same in other bytes gives those bytes",
            covers: &[&TAG_MOVED],
            axes: &[],
            run: |trial| {
                let (repository, tag) = (trial.repository(), trial.tag());
                let plain = trial.manifest()?;
                let odd = written(&plain, "trailing-newline");
                for manifest in [&plain, &odd, &plain] {
                    repository.push_by_tag(&tag, manifest)?;
                    is_exactly(&repository, &TAG_MOVED, &tag, manifest)?;
                }
                Ok(())
            },
            ..KEPT
        },
        Check {
            name: "one-mebibyte",
            title: "Manifests of about 1 MiB are taken, and are by digest and for HEAD as long as they were",
            covers: LARGE,
            axes: &[],
            run: |trial| {
                [(1 << 20) - 1, 1 << 20, (1 << 20) + 1]
                    .into_iter()
                    .try_for_each(|len| is_kept_at(trial, len))
            },
            ..KEPT
        },
        Check {
            name: "four-megabytes",
            title: "A manifest of 4,000,000 bytes that is taken is by digest and for HEAD as long as it was",
            covers: LARGE,
            axes: &[],
            heavy: true,
            run: |trial| is_kept_at(trial, 4_000_000),
            ..KEPT
        },
        Check {
            name: "four-mebibytes",
            title: "A manifest of 4 MiB that is taken is by digest and for HEAD as long as it was",
            covers: LARGE,
            axes: &[],
            heavy: true,
            run: |trial| is_kept_at(trial, 4 << 20),
            ..KEPT
        },
        Check {
            name: "five-mebibytes",
            title: "A manifest of 5 MiB, if it is taken, can be pulled from its Location",
            covers: &[&MANIFEST_LOCATION_PULLED],
            axes: &[],
            heavy: true,
            run: |trial| {
                let repository = trial.repository();
                let large = large_manifest(&repository, 5 << 20)?;
                let path = format!("manifests/{}", large.digest);
                let asking = repository.ask(Method::PUT, &path).manifest(&large);
                match asking.attempt() {
                    Ok(answer) if answer.is_success() => is_at_location(&answer, &large),
                    Ok(answer) => Err(refused(&answer)),
                    // Who hangs up on a long body may do so.
                    Err(cut @ Failure::ConnectionLost { .. }) => {
                        Err(Stop::Skipped(cut.to_string()))
                    }
                    Err(trouble) => Err(Stop::Trouble(trouble)),
                }
            },
            ..KEPT
        },
        Check {
            name: "index-of-indexes",
            title: "An index of indexes is taken, and so are all that it leads to still there as they were",
            covers: &[&MANIFEST_BYTES_KEPT, &NESTED_INDEX_ACCEPTED],
            axes: &[],
            run: index_of_indexes,
            ..KEPT
        },
        Check {
            name: "index-of-two-hundred",
            title: "An index with 200 entries is taken, and comes back as it was",
            covers: &[&MANIFEST_PUT_BY_DIGEST_ACCEPTED, &MANIFEST_BYTES_KEPT],
            axes: &[],
            run: index_of_two_hundred,
            ..KEPT
        },
        Check {
            name: "image-of-a-hundred-layers",
            title: "An image with 100 layers is taken, and comes back as it was",
            covers: &[&MANIFEST_PUT_BY_DIGEST_ACCEPTED, &MANIFEST_BYTES_KEPT],
            axes: &[],
            run: image_of_a_hundred,
            ..KEPT
        },
    ],
};

const KEPT: Check = Check {
    covers: &[
        &MANIFEST_BYTES_KEPT,
        &PUSHED_DIGEST_HEADER_SENT,
        &MANIFEST_LOCATION_PULLED,
        &REPEATED_MANIFEST_PUT_ACCEPTED,
        &MANIFEST_DIGEST_HEADER_MATCHED,
        &MANIFEST_EXISTENCE_CONFIRMED,
        &EXISTENCE_DIGEST_HEADER_SENT,
        &EXISTENCE_LENGTH_SENT,
    ],
    needs: &[Feature::Push],
    axes: &[Axis::Kind],
    ..Check::BASE
};

/// What is demanded of a large manifest.
const LARGE: &[&Requirement] = &[
    &MANIFEST_BYTES_KEPT,
    &LARGE_MANIFEST_ACCEPTED,
    &MANIFEST_DIGEST_HEADER_MATCHED,
    &MANIFEST_EXISTENCE_CONFIRMED,
    &EXISTENCE_DIGEST_HEADER_SENT,
    &EXISTENCE_LENGTH_SENT,
];

/// The manifest in other bytes.
pub(super) fn written(plain: &ManifestDoc, name: &str) -> ManifestDoc {
    let oddity = ODDITIES.iter().find(|oddity| oddity.name == name);
    let oddity = oddity.expect("checks name oddities that exist");
    ManifestDoc::from_bytes((oddity.make)(plain), &plain.media_type, Algorithm::Sha256)
}

/// Pushes a manifest that is written in an odd way by digest, then by tag, and pulls it by every
/// way.
fn is_the_same(trial: &Trial<'_>, name: &str) -> Outcome {
    let odd = written(&trial.manifest()?, name);
    let (tag, repository) = (trial.tag(), trial.repository());
    let answer = repository.put_manifest(&odd.digest, &odd)?;
    if answer.is_client_error() {
        return Err(refused(&answer));
    }
    answer
        .prepares(&MANIFEST_PUT_BY_DIGEST_ACCEPTED)
        .status(&[201])?;
    repeats_digest(&answer, &odd)?;
    is_at_location(&answer, &odd)?;
    keeps(&repository, &odd.digest, &odd, &MANIFEST_BY_DIGEST_FOUND)?;
    let again = repository.put_manifest(&tag, &odd)?;
    again
        .proves(&REPEATED_MANIFEST_PUT_ACCEPTED)
        .status(&[201])?;
    keeps(&repository, &tag, &odd, &MANIFEST_BY_TAG_FOUND)?;
    is_exactly(&repository, &MANIFEST_BYTES_KEPT, &odd.digest, &odd)
}

/// Demands that the Location of a pushed manifest, if there is one, leads to it.
fn is_at_location(answer: &Answer<'_>, manifest: &ManifestDoc) -> Outcome {
    let Some(url) = answer.location() else {
        return Ok(());
    };
    let asking = answer.trial().repository().ask_at(Method::GET, &url);
    let pulled = asking.header("accept", &manifest.media_type).send()?;
    let demand = pulled.proves(&MANIFEST_LOCATION_PULLED).status(&[200])?;
    demand.body(&manifest.bytes)?;
    Ok(())
}

/// Whether it may be refused is a question of other sections.
fn refused(answer: &Answer<'_>) -> Stop {
    Stop::Skipped(format!(
        "the registry does not take such a manifest: {}",
        answer.summary()
    ))
}

fn two_spellings(trial: &Trial<'_>) -> Outcome {
    let (repository, row) = (trial.repository(), &MANIFEST_BYTES_KEPT);
    let plain = trial.manifest()?;
    let all = [
        plain.clone(),
        written(&plain, "white-space"),
        written(&plain, "trailing-newline"),
    ];
    for manifest in &all {
        repository.push_by_digest(manifest)?;
    }
    all.iter()
        .try_for_each(|manifest| is_exactly(&repository, row, &manifest.digest, manifest))
}

fn is_kept_at(trial: &Trial<'_>, len: usize) -> Outcome {
    let repository = trial.repository();
    let large = large_manifest(&repository, len)?;
    let answer = repository.put_manifest(&large.digest, &large)?;
    let demand = answer.proves(&LARGE_MANIFEST_ACCEPTED);
    if !demand.status(&[201])?.held() || !answer.is_success() {
        return Ok(());
    }
    keeps(
        &repository,
        &large.digest,
        &large,
        &MANIFEST_BY_DIGEST_FOUND,
    )
}

/// An image manifest of exactly `len` bytes, white space around it among them, so that whoever
/// writes it anew is seen.
fn large_manifest(repository: &Repository<'_>, len: usize) -> Result<ManifestDoc, Stop> {
    let plain = repository.new_image()?.manifest;
    let bytes = [b" ", &padded(&plain, len - 2)[..], b"\n"].concat();
    let (media_type, algorithm) = (&plain.media_type, Algorithm::Sha256);
    Ok(ManifestDoc::from_bytes(bytes, media_type, algorithm))
}

fn index_of_indexes(trial: &Trial<'_>) -> Outcome {
    let (repository, row) = (trial.repository(), &MANIFEST_BYTES_KEPT);
    let over = |children: Vec<ManifestDoc>| {
        Index::over(&mut trial.stream(), Algorithm::Sha256, children).manifest
    };
    let image = repository.new_manifest(Kind::Image)?;
    let leaves = [over(vec![image.clone()]), over(vec![image.clone()])];
    let middle = over(leaves.to_vec());
    let top = over(vec![middle.clone(), image.clone()]);
    repository.push_by_digest(&image)?;
    let [left, right] = &leaves;
    repository.push_by_digest(left)?;
    repository.push_by_digest(right)?;
    for index in [&middle, &top] {
        let answer = repository.put_manifest(&index.digest, index)?;
        let demand = answer.proves(&NESTED_INDEX_ACCEPTED).status(&[201])?;
        if !demand.held() {
            return Ok(());
        }
    }
    [&top, &middle, left, right, &image]
        .into_iter()
        .try_for_each(|manifest| is_exactly(&repository, row, &manifest.digest, manifest))
}

/// An index of 200 entries, ten of which name the same image: there are fewer platforms than images
/// for them.
fn index_of_two_hundred(trial: &Trial<'_>) -> Outcome {
    let repository = trial.repository();
    let image = repository.new_image()?;
    let images: Vec<_> = (0..20).map(|number| numbered(&image, number)).collect();
    for image in &images {
        repository.push_by_digest(image)?;
    }
    let children = images.iter().cycle().take(200).cloned().collect();
    let index = Index::over(&mut trial.stream(), Algorithm::Sha256, children);
    is_taken_and_kept(&repository, &index.manifest)
}

/// The manifest of an image with an annotation that makes it another one of the same parts.
fn numbered(image: &Image, number: usize) -> ManifestDoc {
    let parts = ImageParts::of(image.config.clone(), image.layers.clone());
    let annotation = ("org.example.number".to_owned(), number.to_string());
    let annotations = [annotation].into();
    let parts = ImageParts {
        annotations,
        ..parts
    };
    parts.assemble(Algorithm::Sha256).manifest
}

/// An image of 100 layers, each of which stands there ten times, as the empty ones of real images
/// do.
fn image_of_a_hundred(trial: &Trial<'_>) -> Outcome {
    let repository = trial.repository();
    let mut stream = trial.stream();
    let layers: Vec<_> = (0..10)
        .map(|_| Layer::gzip(&mut stream, Algorithm::Sha256))
        .collect();
    let all = layers.iter().cycle().take(100).cloned().collect();
    let image = ImageParts::over(&mut stream, Algorithm::Sha256, all).assemble(Algorithm::Sha256);
    drop(stream);
    repository.push_blob(&image.config)?;
    for layer in &layers {
        repository.push_blob(&layer.blob)?;
    }
    is_taken_and_kept(&repository, &image.manifest)
}

fn is_taken_and_kept(repository: &Repository<'_>, manifest: &ManifestDoc) -> Outcome {
    let answer = repository.put_manifest(&manifest.digest, manifest)?;
    answer
        .proves(&MANIFEST_PUT_BY_DIGEST_ACCEPTED)
        .status(&[201])?;
    let row = &MANIFEST_BYTES_KEPT;
    is_exactly(repository, row, &manifest.digest, manifest)
}
