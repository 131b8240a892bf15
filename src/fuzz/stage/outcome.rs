//! What came of a request, as far as later steps can use it: sessions that are open, content that is
//! held. The registry is believed.

use super::super::meaning::Meaning;
use super::super::meaning::Reference;
use super::super::meaning::Verb;
use super::super::mutation::Stance;
use super::Planned;
use super::Stage;
use super::upload;
use crate::http::Response;

impl Stage<'_> {
    /// Keeps in mind what came of a request. The session that it opened, if it did.
    pub(crate) fn absorb(&mut self, planned: &Planned, response: &Response) -> Option<usize> {
        let is_success = (200..300).contains(&response.status);
        // What a request to another path did, it did elsewhere.
        let is_elsewhere = planned.strays && !matches!(planned.stance, Stance::Same);
        if !is_success || is_elsewhere {
            return None;
        }
        let location = response.header("location");
        let next = location.and_then(|it| upload::resolve(&planned.request, it));
        let next = next.filter(|(origin, _)| !self.is_canary(origin));
        match &planned.meaning {
            Meaning::StartUpload { repository } => self.open(*repository, planned, next),
            Meaning::SinglePost { repository, .. } | Meaning::Mount { repository, .. }
                if response.status != 201 =>
            {
                self.open(*repository, planned, next)
            }
            Meaning::Patch { upload, chunk, .. } => {
                self.advance(*upload, chunk.len() as u64, next);
                None
            }
            meaning => {
                self.hold(meaning);
                None
            }
        }
    }

    /// Keeps in mind what is there, or gone, since a request was carried out.
    fn hold(&mut self, meaning: &Meaning) {
        match meaning {
            Meaning::Finish {
                repository,
                upload,
                digest,
                ..
            } => {
                self.end(*upload);
                self.pools.hold_blob(*repository, digest);
            }
            Meaning::Cancel { upload, .. } => self.end(*upload),
            Meaning::SinglePost { repository, digest }
            | Meaning::Mount {
                repository, digest, ..
            } => self.pools.hold_blob(*repository, digest),
            Meaning::PutManifest {
                repository,
                reference,
                tags,
                document,
            } => {
                self.pools.hold_manifest(*repository, document);
                let tag = match reference {
                    Reference::Tag(tag) => Some(tag),
                    Reference::Digest(_) => None,
                };
                for tag in tag.into_iter().chain(tags) {
                    self.pools.hold_tag(*repository, tag);
                }
            }
            Meaning::Blob {
                verb: Verb::Delete,
                repository,
                digest,
            } => self.pools.drop_blob(*repository, digest),
            Meaning::Manifest {
                verb: Verb::Delete,
                repository,
                reference,
            } => self.pools.drop_reference(*repository, reference),
            _ => {}
        }
    }
}
