//! Registries that do not say what a client has to show.

use http::header::WWW_AUTHENTICATE;

use super::Defect;
use super::Source;
use crate::catalogue::auth::CHALLENGE_SENT;
use crate::registry::auth::Entry;
use crate::registry::seams::Seam;

pub(super) static DEFECTS: &[Defect] = &[Defect {
    name: "challenge-missing",
    title: "a 401 does not say what would have to be shown",
    breaches: &[&CHALLENGE_SENT],
    source: Source::Ours,
    seam: Seam::Door(|_, _, entry| match entry {
        Entry::Refused(mut answer) => {
            answer.headers.remove(WWW_AUTHENTICATE);
            Entry::Refused(answer)
        }
        other => other,
    }),
}];
