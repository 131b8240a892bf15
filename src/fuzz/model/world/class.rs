//! What is known of that which a request is about, in a word.

use super::Held;
use super::Points;
use super::Session;
use super::World;
use crate::fuzz::meaning::Meaning;
use crate::fuzz::meaning::Reference;

impl World {
    /// In a word, what is known of that which a request is about.
    pub(crate) fn class_of(&self, meaning: &Meaning) -> &'static str {
        let held = |held: Held| match held {
            Held::Yes => "held",
            Held::No => "absent",
            Held::Unknown => "unknown",
        };
        if let Some(upload) = meaning.upload() {
            return match self.session(upload) {
                Session::Open(content) if content.is_empty() => "open-empty",
                Session::Open(_) => "open",
                Session::Ended => "ended",
                Session::Unknown | Session::Somewhere => "unknown",
            };
        }
        match meaning {
            Meaning::Blob {
                repository, digest, ..
            }
            | Meaning::SinglePost { repository, digest }
            | Meaning::Mount {
                repository, digest, ..
            } => held(self.blob(*repository, digest)),
            Meaning::PutManifest {
                repository,
                document,
                ..
            } => held(self.manifest(*repository, &document.digest)),
            Meaning::Referrers {
                repository,
                subject,
                ..
            } => held(self.manifest(*repository, subject)),
            Meaning::Manifest {
                repository,
                reference: Reference::Digest(digest),
                ..
            } => held(self.manifest(*repository, digest)),
            Meaning::Manifest {
                repository,
                reference: Reference::Tag(tag),
                ..
            } => match self.tag(*repository, tag) {
                Points::To(_) => "held",
                Points::Nowhere => "absent",
                Points::Unknown => "unknown",
            },
            _ => "none",
        }
    }
}
