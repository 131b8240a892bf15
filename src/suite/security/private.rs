//! Content of the first account, the ways in which somebody else could look at it, and how an answer
//! shows that they saw it.

use crate::catalogue::Requirement;
use crate::http::HeaderMap;
use crate::http::Method;
use crate::oci::Tag;
use crate::trial::Answer;
use crate::trial::Asking;
use crate::trial::Repository;
use crate::trial::Trial;
use crate::trial::content::Artifact;
use crate::trial::content::Blob;
use crate::trial::content::Image;
use crate::trial::content::ManifestDoc;
use crate::verdict::Outcome;
use crate::verdict::Stop;

/// How many bytes of a blob are asked for where only a part is.
const PART: usize = 64;

/// Who asks.
#[derive(Debug, Clone, Copy)]
pub(super) enum Who {
    /// Somebody who shows nothing.
    Nobody,
    /// The second account.
    Second,
}

impl Who {
    /// The same request, by them.
    pub(super) fn asks(self, asking: Asking<'_>) -> Asking<'_> {
        match self {
            Self::Nobody => asking.anonymous(),
            Self::Second => asking.by_second(),
        }
    }
}

/// Content of the first account.
pub(super) struct Private<'t> {
    pub(super) repository: Repository<'t>,
    pub(super) tag: Tag,
    pub(super) image: Image,
    referrer: ManifestDoc,
}

/// A way to look at it.
pub(super) struct Look {
    method: Method,
    /// What follows `/v2/<name>/`.
    pub(super) rest: String,
    is_in_part: bool,
    pub(super) mark: Mark,
}

/// How an answer shows what it is of.
pub(super) struct Mark {
    /// Bytes that stand in the content, and in no question about it.
    bytes: Vec<u8>,
    /// What HEAD says of it: digest, and length.
    head: Option<(String, usize)>,
}

impl<'t> Private<'t> {
    /// An image with a tag, and something that refers to it, pushed by the first account.
    pub(super) fn pushed(trial: &'t Trial<'_>) -> Result<Self, Stop> {
        let (repository, tag) = (trial.repository(), trial.tag());
        let image = repository.new_image()?;
        repository.push_by_tag(&tag, &image.manifest)?;
        let artifact = {
            let (mut stream, algorithm) = (trial.stream(), image.manifest.digest.algorithm());
            Artifact::referring_to(&mut stream, algorithm, &image.manifest)
        };
        repository.push_parts(&artifact)?;
        repository.push_by_digest(&artifact.manifest)?;
        Ok(Self {
            repository,
            tag,
            image,
            referrer: artifact.manifest,
        })
    }

    /// The same, where it cannot be pulled without a login; otherwise there is nothing to hide.
    pub(super) fn guarded(trial: &'t Trial<'_>) -> Result<Self, Stop> {
        let private = Self::pushed(trial)?;
        let look = private.by_tag();
        let answer = look.asked(&private.repository).anonymous().send()?;
        if look.mark.is_in(&answer) {
            let evidence = "a manifest is pulled without a login";
            return Err(Stop::Unsupported(evidence.to_owned()));
        }
        Ok(private)
    }

    /// The layer.
    pub(super) fn layer(&self) -> &Blob {
        &self.image.layers[0].blob
    }

    /// GET on the manifest by tag.
    pub(super) fn by_tag(&self) -> Look {
        Look::of(
            Method::GET,
            format!("manifests/{}", self.tag),
            self.manifest(),
        )
    }

    /// GET on the layer.
    pub(super) fn by_layer(&self) -> Look {
        let layer = self.layer();
        Look::of(
            Method::GET,
            format!("blobs/{}", layer.digest),
            Mark::blob(layer),
        )
    }

    /// Every way to read content.
    pub(super) fn reads(&self) -> Vec<Look> {
        let (tag, digest) = (&self.tag, &self.image.manifest.digest);
        let blobs = [&self.image.config, self.layer()];
        let of_manifest = [tag.to_string(), digest.to_string()].map(|it| format!("manifests/{it}"));
        let of_blob = blobs.map(|blob| (format!("blobs/{}", blob.digest), blob));
        let mut looks = Vec::new();
        for method in [Method::GET, Method::HEAD] {
            for rest in &of_manifest {
                looks.push(Look::of(method.clone(), rest.clone(), self.manifest()));
            }
            for (rest, blob) in &of_blob {
                looks.push(Look::of(method.clone(), rest.clone(), Mark::blob(blob)));
            }
        }
        looks.push(Look {
            is_in_part: true,
            ..self.by_layer()
        });
        looks
    }

    /// Every way to see it in a list of the repository.
    pub(super) fn lists(&self) -> Vec<Look> {
        let subject = &self.image.manifest.digest;
        let rows = [
            ("tags/list".to_owned(), self.tag.to_string()),
            (
                format!("referrers/{subject}"),
                self.referrer.digest.to_string(),
            ),
        ];
        let look = |(rest, mark)| Look::of(Method::GET, rest, Mark::text(mark));
        rows.map(look).into()
    }

    /// Whether the list of repositories, as somebody sees it, names this one.
    pub(super) fn is_listed_for(&self, who: Who) -> Result<bool, Stop> {
        let name = self.repository.name().as_str();
        // The page on which it would stand.
        let before = &name[..name.len() - 1];
        let path = format!("/v2/_catalog?n=100&last={before}");
        let asking = self.repository.trial().ask(Method::GET, &path);
        let answer = who.asks(asking).send()?;
        let json = answer.json().unwrap_or_default();
        let mut names = json["repositories"].as_array().into_iter().flatten();
        Ok(answer.is_success() && names.any(|it| it == name))
    }

    /// Demands that none of these shows anything.
    pub(super) fn is_hidden(
        &self,
        looks: &[Look],
        who: Who,
        requirement: &'static Requirement,
    ) -> Outcome {
        for look in looks {
            let answer = who.asks(look.asked(&self.repository)).send()?;
            answer.proves(requirement).that(
                !look.mark.is_in(&answer),
                "a refusal",
                &format!(
                    "{}, with the content, to {}",
                    answer.summary(),
                    look.words()
                ),
            )?;
        }
        Ok(())
    }

    /// Demands that the tag leads to what was pushed, for the first account.
    pub(super) fn is_as_it_was(&self, requirement: &'static Requirement) -> Outcome {
        let tagged = self.repository.get(&format!("manifests/{}", self.tag))?;
        let layer = self.repository.get(&self.by_layer().rest)?;
        let is_same = |answer: &Answer<'_>, bytes: &[u8]| answer.bytes() == bytes;
        tagged.proves(requirement).that(
            is_same(&tagged, &self.image.manifest.bytes) && is_same(&layer, &self.layer().bytes),
            "what was pushed, as it was",
            &format!("{} and {}", tagged.told(), layer.told()),
        )?;
        Ok(())
    }

    fn manifest(&self) -> Mark {
        Mark {
            head: Some((
                self.image.manifest.digest.to_string(),
                self.image.manifest.bytes.len(),
            )),
            ..Mark::text(self.image.config.digest.to_string())
        }
    }
}

impl Look {
    fn of(method: Method, rest: String, mark: Mark) -> Self {
        Self {
            method,
            rest,
            is_in_part: false,
            mark,
        }
    }

    /// The question in its plain form.
    pub(super) fn asked<'t>(&self, repository: &Repository<'t>) -> Asking<'t> {
        let asking = repository.ask(self.method.clone(), &self.rest);
        if self.is_in_part {
            return asking.header("range", &format!("bytes=0-{}", PART - 1));
        }
        asking
    }

    fn words(&self) -> String {
        let part = if self.is_in_part { ", in part" } else { "" };
        format!("{} {}{part}", self.method, self.rest)
    }
}

impl Mark {
    fn text(text: String) -> Self {
        Self {
            bytes: text.into(),
            head: None,
        }
    }

    fn blob(blob: &Blob) -> Self {
        let end = blob.bytes.len().min(PART);
        Self {
            bytes: blob.bytes[..end].to_vec(),
            head: Some((blob.digest.to_string(), blob.bytes.len())),
        }
    }

    /// Whether an answer gives what this is the mark of.
    pub(super) fn is_in(&self, answer: &Answer<'_>) -> bool {
        let header = |name: &str| answer.header(name).map(str::to_owned);
        answer.is_success() && (self.is_among(answer.bytes()) || self.is_told(header))
    }

    /// The same of an answer to bytes as they are.
    pub(super) fn is_in_raw(&self, status: u16, headers: &HeaderMap, body: &[u8]) -> bool {
        let header = |name: &str| Some(headers.get(name)?.to_str().ok()?.to_owned());
        (200..300).contains(&status) && (self.is_among(body) || self.is_told(header))
    }

    fn is_among(&self, body: &[u8]) -> bool {
        body.windows(self.bytes.len()).any(|it| it == self.bytes)
    }

    /// Whether headers describe it. A page that greets everybody has neither.
    fn is_told(&self, header: impl Fn(&str) -> Option<String>) -> bool {
        let Some((digest, length)) = &self.head else {
            return false;
        };
        let is = |name, value: &str| header(name).is_some_and(|it| it == value);
        is("docker-content-digest", digest) || is("content-length", &length.to_string())
    }
}
