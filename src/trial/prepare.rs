//! Preparations: what has to be there before a check can put its question.
//!
//! A preparation that the registry spoils blocks the check, in the name of the requirement that was
//! broken.

use std::sync::atomic::Ordering;

use crate::catalogue::blob_pull;
use crate::catalogue::chunked;
use crate::catalogue::manifest_pull;
use crate::catalogue::manifest_push;
use crate::catalogue::post_then_put;
use crate::oci::Algorithm;
use crate::oci::Digest;
use crate::oci::Tag;
use crate::verdict::Stop;

use super::Answer;
use super::Kind;
use super::Repository;
use super::Trial;
use super::content::Artifact;
use super::content::Blob;
use super::content::Image;
use super::content::Index;
use super::content::ManifestDoc;

/// The media type of a blob of which nothing is known.
const OCTET_STREAM: &str = "application/octet-stream";

impl Trial<'_> {
    /// A blob of `len` bytes, named by the variant's algorithm, that nobody has pushed yet.
    pub fn blob(&self, len: usize) -> Blob {
        let blob = Blob::lines(&mut self.stream(), self.variant().blobs, len);
        self.remember(&blob);
        blob
    }

    /// A tag that nobody has used yet.
    pub fn tag(&self) -> Tag {
        let text = format!("t-{}", self.stream().word(12));
        text.parse().expect("letters, digits and a dash are a tag")
    }

    /// The digest of content that nobody has pushed and nobody will.
    pub fn absent_digest(&self, algorithm: Algorithm) -> Digest {
        algorithm.digest(&self.stream().bytes(32))
    }

    /// A blob of `len` bytes that the trial's repository holds.
    pub fn pushed_blob(&self, len: usize) -> Result<Blob, Stop> {
        let blob = self.blob(len);
        self.repository().push_blob(&blob)?;
        Ok(blob)
    }

    /// A manifest of the variant's kind and algorithm whose parts the trial's repository holds, but
    /// which is not pushed itself.
    pub fn manifest(&self) -> Result<ManifestDoc, Stop> {
        self.repository().new_manifest(self.variant().kind)
    }

    /// A manifest of the variant's kind, pushed by digest.
    pub fn pushed_manifest(&self) -> Result<ManifestDoc, Stop> {
        let manifest = self.manifest()?;
        self.repository().push_by_digest(&manifest)?;
        Ok(manifest)
    }

    /// A manifest of the variant's kind, pushed by tag.
    pub fn pushed_tag(&self) -> Result<(Tag, ManifestDoc), Stop> {
        let (tag, manifest) = (self.tag(), self.manifest()?);
        self.repository().push_by_tag(&tag, &manifest)?;
        Ok((tag, manifest))
    }

    /// A blob that the registry holds: one just pushed or, in a read-only run, the given one.
    pub fn known_blob(&self, len: usize) -> Result<Blob, Stop> {
        let Some(given) = &self.world().read_only else {
            return self.pushed_blob(len);
        };
        let Some(digest) = given
            .blob
            .clone()
            .filter(|it| it.algorithm() == self.variant().blobs)
        else {
            return Err(Stop::Skipped(
                "a read-only run without a --blob of this kind".to_owned(),
            ));
        };
        let answer = self.get(&format!("blobs/{digest}"))?;
        answer
            .prepares(&blob_pull::BLOB_FOUND)
            .status(&[200])?
            .hashes_to(&digest)?;
        Ok(Blob::from_bytes(
            answer.bytes().clone(),
            digest.algorithm(),
            OCTET_STREAM,
        ))
    }

    /// A manifest that the registry holds: one just pushed by digest or, in a read-only run, the
    /// given one.
    pub fn known_manifest(&self) -> Result<ManifestDoc, Stop> {
        let Some(given) = &self.world().read_only else {
            return self.pushed_manifest();
        };
        let algorithm = self.variant().manifests;
        let Some(digest) = given
            .manifest
            .clone()
            .filter(|it| it.algorithm() == algorithm)
        else {
            return Err(Stop::Skipped(
                "a read-only run without a --manifest of this kind".to_owned(),
            ));
        };
        let answer = self.get(&format!("manifests/{digest}"))?;
        answer
            .prepares(&manifest_pull::MANIFEST_BY_DIGEST_FOUND)
            .status(&[200])?
            .hashes_to(&digest)?;
        self.given_manifest(&answer, digest)
    }

    /// A tag that the registry holds, with its manifest: one just pushed or, in a read-only run,
    /// the given one.
    pub fn known_tag(&self) -> Result<(Tag, ManifestDoc), Stop> {
        let Some(given) = &self.world().read_only else {
            return self.pushed_tag();
        };
        let Some(tag) = given.tag.clone() else {
            return Err(Stop::Skipped("a read-only run without a --tag".to_owned()));
        };
        let answer = self.get(&format!("manifests/{tag}"))?;
        answer
            .prepares(&manifest_pull::MANIFEST_BY_TAG_FOUND)
            .status(&[200])?;
        let digest = self.variant().manifests.digest(answer.bytes());
        Ok((tag, self.given_manifest(&answer, digest)?))
    }

    /// The manifest in an answer, if it is of the variant's kind.
    fn given_manifest(&self, answer: &Answer<'_>, digest: Digest) -> Result<ManifestDoc, Stop> {
        let media_type = answer.header("content-type").unwrap_or_default().to_owned();
        let is_index = media_type.contains("index") || media_type.contains("list");
        if is_index != (self.variant().kind == Kind::Index) {
            return Err(Stop::Skipped(
                "the given manifest is of the other kind".to_owned(),
            ));
        }
        Ok(ManifestDoc {
            bytes: answer.bytes().clone(),
            media_type,
            digest,
        })
    }
}

impl Repository<'_> {
    /// Pushes a blob: by POST and PUT or, where the registry takes no blob in that way, with a PATCH
    /// in between. Which way works is a question of its own.
    pub fn push_blob(&self, blob: &Blob) -> Result<(), Stop> {
        if self.trial().world().by_patch.load(Ordering::Relaxed) {
            self.push_blob_by_patch(blob)
        } else {
            self.push_blob_by_put(blob)
        }
    }

    /// Pushes a blob by POST, PATCH and a PUT without a body.
    pub fn push_blob_by_patch(&self, blob: &Blob) -> Result<(), Stop> {
        let mut session = self.open_session()?;
        if !blob.bytes.is_empty() {
            session.push_chunk(0, &blob.bytes)?;
        }
        let answer = session.put(&blob.digest).send()?;
        answer
            .prepares(&chunked::CHUNKED_PUT_ACCEPTED)
            .status(&[201])?;
        Ok(())
    }

    /// Pushes a blob by POST and PUT.
    pub fn push_blob_by_put(&self, blob: &Blob) -> Result<(), Stop> {
        let answer = self.open_session()?.put(&blob.digest).blob(blob).send()?;
        answer
            .prepares(&post_then_put::UPLOAD_PUT_ACCEPTED)
            .status(&[201])?;
        Ok(())
    }

    /// Pushes the configuration and the layers of an image, but not its manifest.
    pub fn push_parts(&self, image: &Image) -> Result<(), Stop> {
        self.push_blob(&image.config)?;
        image
            .layers
            .iter()
            .try_for_each(|layer| self.push_blob(&layer.blob))
    }

    /// Pushes a manifest by its digest; its parts have to be there.
    pub fn push_by_digest(&self, manifest: &ManifestDoc) -> Result<(), Stop> {
        let requirement = &manifest_push::MANIFEST_PUT_BY_DIGEST_ACCEPTED;
        let answer = self.put_manifest(&manifest.digest, manifest)?;
        answer.prepares(requirement).status(&[201])?;
        Ok(())
    }

    /// Pushes a manifest by a tag; its parts have to be there.
    pub fn push_by_tag(&self, tag: &Tag, manifest: &ManifestDoc) -> Result<(), Stop> {
        let requirement = &manifest_push::MANIFEST_PUT_BY_TAG_ACCEPTED;
        self.put_manifest(tag, manifest)?
            .prepares(requirement)
            .status(&[201])?;
        Ok(())
    }

    /// An image that nobody has pushed yet and whose parts are pushed here.
    pub fn new_image(&self) -> Result<Image, Stop> {
        let image = Image::build(&mut self.trial().stream(), Algorithm::Sha256);
        self.push_parts(&image)?;
        Ok(image)
    }

    /// A manifest of this kind that nobody has pushed yet and whose parts are pushed here. It is
    /// named by the variant's algorithm; its parts are named by sha256.
    pub fn new_manifest(&self, kind: Kind) -> Result<ManifestDoc, Stop> {
        let image = self.new_image()?;
        let algorithm = self.trial().variant().manifests;
        if kind == Kind::Image {
            return Ok(image.manifest.with_digest(algorithm));
        }
        self.push_by_digest(&image.manifest)?;
        let index = Index::over(
            &mut self.trial().stream(),
            Algorithm::Sha256,
            vec![image.manifest],
        );
        Ok(index.manifest.with_digest(algorithm))
    }
}

impl Repository<'_> {
    /// An artifact that refers to `subject`, whose parts are pushed here, but which is not pushed
    /// itself.
    pub fn new_referrer(&self, subject: &ManifestDoc) -> Result<ManifestDoc, Stop> {
        let artifact =
            Artifact::referring_to(&mut self.trial().stream(), Algorithm::Sha256, subject);
        self.push_parts(&artifact)?;
        Ok(artifact.manifest)
    }
}
