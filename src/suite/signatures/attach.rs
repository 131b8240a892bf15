//! How the checks of this folder attach something to an image, find it again and verify it: as a client
//! does that knows the referrers API and what to do where there is none.

use serde_json::Value;
use serde_json::json;

use crate::catalogue::Requirement;
use crate::catalogue::fallback::FALLBACK_TAG_ACCEPTED;
use crate::catalogue::manifest_push::MANIFEST_PUT_BY_DIGEST_ACCEPTED;
use crate::catalogue::referrers_upgrade::NEW_REFERRER_LISTED;
use crate::oci::Algorithm;
use crate::oci::Digest;
use crate::oci::media_type;
use crate::suite::discovery::prepared;
use crate::suite::discovery::referrers_of;
use crate::trial::Repository;
use crate::trial::Trial;
use crate::trial::content::Image;
use crate::trial::content::Key;
use crate::trial::content::ManifestDoc;
use crate::trial::content::attached::Flaw;
use crate::trial::content::attached::Form;
use crate::trial::content::attached::Statement;
use crate::verdict::Outcome;
use crate::verdict::Stop;

/// Somebody with a key, and the image about which they state something.
#[derive(Debug)]
pub(super) struct Signer<'t> {
    pub(super) repository: Repository<'t>,
    pub(super) image: ManifestDoc,
    pub(super) key: Key,
}

/// The referrers of an image, and where they stand.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) descriptors: Vec<Value>,
    /// Whether the registry lists them, or the client's own index does.
    pub(super) is_listed: bool,
}

impl<'t> Signer<'t> {
    /// Somebody with a key of their own.
    pub(super) fn of(repository: &Repository<'t>, image: ManifestDoc) -> Self {
        Self {
            key: Key::new(&mut repository.trial().stream()),
            repository: repository.clone(),
            image,
        }
    }

    /// The same about an image of the trial's kind that was just pushed.
    pub(super) fn of_new(trial: &'t Trial<'_>) -> Result<Self, Stop> {
        Ok(Self::of(&trial.repository(), trial.pushed_manifest()?))
    }

    /// The same in another repository.
    pub(super) fn in_another(&self, repository: &Repository<'t>) -> Self {
        Self {
            repository: repository.clone(),
            image: self.image.clone(),
            key: self.key.clone(),
        }
    }

    /// A statement about the image.
    pub(super) fn state(&self, form: Form) -> Statement {
        let trial = self.repository.trial();
        form.state(&mut trial.stream(), &self.key, &self.image)
    }

    /// Attaches a new statement to the image as a referrer.
    pub(super) fn attach(&self, form: Form) -> Result<Image, Stop> {
        let held = form.hold(&[self.state(form)], Some(&self.image));
        self.repository.push_parts(&held)?;
        self.push_referrer(&held.manifest)?;
        Ok(held)
    }

    /// Pushes a referrer, and writes it down where the registry does not.
    pub(super) fn push_referrer(&self, manifest: &ManifestDoc) -> Outcome {
        let row = &MANIFEST_PUT_BY_DIGEST_ACCEPTED;
        let answer = self.repository.put_manifest(&manifest.digest, manifest)?;
        answer.prepares(row).status(&[201])?;
        if answer.header("oci-subject").is_some() {
            return Ok(());
        }
        let mut list = self.written()?;
        list.push(manifest.referrer_descriptor());
        let index = json!({
            "schemaVersion": 2,
            "mediaType": media_type::IMAGE_INDEX,
            "manifests": list,
        });
        let index = ManifestDoc::from_json(&index, Algorithm::Sha256);
        let answer = self.repository.put_manifest(self.fallback_tag(), &index)?;
        answer.prepares(&FALLBACK_TAG_ACCEPTED).status(&[201])?;
        Ok(())
    }

    /// Puts statements under cosign's tag, in the place of any that are there.
    pub(super) fn put_under_tag(&self, form: Form, held: &[Statement]) -> Result<Image, Stop> {
        let held = form.hold(held, None);
        self.repository.push_parts(&held)?;
        let tag = form.tag(&self.image).parse();
        let tag = tag.expect("a digest of sha256 with a suffix is a tag");
        self.repository.push_by_tag(&tag, &held.manifest)?;
        Ok(held)
    }

    /// The referrers of the image: those that the registry lists or, where it knows no such list, those
    /// that clients wrote down.
    pub(super) fn referrers(&self) -> Result<Found, Stop> {
        let rest = format!("referrers/{}", self.image.digest);
        let is_listed = !self.repository.get(&rest)?.is_client_error();
        let descriptors = if is_listed {
            prepared(referrers_of(&self.repository, &self.image.digest))?
        } else {
            self.written()?
        };
        Ok(Found {
            descriptors,
            is_listed,
        })
    }

    /// What clients wrote down.
    fn written(&self) -> Result<Vec<Value>, Stop> {
        let rest = format!("manifests/{}", self.fallback_tag());
        let answer = self.repository.get(&rest)?;
        answer
            .prepares(&FALLBACK_TAG_ACCEPTED)
            .status(&[200, 404])?;
        let index = answer.json().unwrap_or_default();
        Ok(index["manifests"].as_array().cloned().unwrap_or_default())
    }

    fn fallback_tag(&self) -> String {
        self.image.digest.to_string().replace(':', "-")
    }

    /// The image has these referrers and no others.
    pub(super) fn has_referrers(&self, expected: &[&ManifestDoc]) -> Outcome {
        let found = self.referrers()?;
        let row = found.row(&NEW_REFERRER_LISTED);
        found.holds(self.repository.trial(), row, expected)
    }

    /// What was attached is served as it was, and verifies.
    pub(super) fn verifies(
        &self,
        form: Form,
        row: &'static Requirement,
        held: &ManifestDoc,
    ) -> Outcome {
        self.verifies_at(form, row, &held.digest.to_string(), held)
    }

    /// The same by any reference. What the manifest names is taken from the one that comes back.
    pub(super) fn verifies_at(
        &self,
        form: Form,
        row: &'static Requirement,
        reference: &str,
        held: &ManifestDoc,
    ) -> Outcome {
        let answer = self.repository.get(&format!("manifests/{reference}"))?;
        answer.proves(row).status(&[200])?;
        let manifest = answer.json().unwrap_or_default();
        let layers = manifest["layers"].as_array().cloned().unwrap_or_default();
        for descriptor in &layers {
            self.layer_verifies(form, row, descriptor)?;
        }
        answer.proves(row).body(&held.bytes)?;
        Ok(())
    }

    fn layer_verifies(&self, form: Form, row: &'static Requirement, descriptor: &Value) -> Outcome {
        let trial = self.repository.trial();
        let digest = descriptor["digest"].as_str().unwrap_or_default();
        let outcome = if digest.parse::<Digest>().is_ok() {
            let blob = self.repository.get(&format!("blobs/{digest}"))?;
            blob.proves(row).status(&[200])?;
            form.verify(&self.key.public(), &self.image, descriptor, blob.bytes())
        } else {
            Err(Flaw::Content)
        };
        let actual = outcome.err().map_or_else(String::new, |it| it.to_string());
        let expected = "a layer that is about the image and, where it is signed, verifies";
        trial.judge(row, actual.is_empty(), expected, actual)
    }
}

impl Found {
    /// The requirement by which something belongs here: this one where the registry lists it.
    pub(super) fn row(&self, listed: &'static Requirement) -> &'static Requirement {
        if self.is_listed {
            listed
        } else {
            &FALLBACK_TAG_ACCEPTED
        }
    }

    /// It names these manifests, each once, and no others.
    pub(super) fn holds(
        &self,
        trial: &Trial<'_>,
        row: &'static Requirement,
        expected: &[&ManifestDoc],
    ) -> Outcome {
        let mut wanted: Vec<_> = expected.iter().map(|it| it.digest.to_string()).collect();
        let named = |it: &Value| it["digest"].as_str().unwrap_or_default().to_owned();
        let mut actual: Vec<_> = self.descriptors.iter().map(named).collect();
        wanted.sort_unstable();
        actual.sort_unstable();
        let words = |list: &[String]| format!("the referrers [{}]", list.join(", "));
        trial.judge(row, wanted == actual, words(&wanted), words(&actual))
    }
}
