//! Registries that mount what the caller may not see.

use super::Defect;
use super::Source;
use crate::catalogue::auth::UNREADABLE_SOURCE_WITHHELD;
use crate::registry::auth::Entry;
use crate::registry::guarded;
use crate::registry::seams::Knock;
use crate::registry::seams::Seam;

pub(super) static DEFECTS: &[Defect] = &[
    Defect {
        name: "mount-source-right-unasked",
        title: "a blob is mounted from a repository that the user may not pull from",
        breaches: &[&UNREADABLE_SOURCE_WITHHELD],
        source: Source::Cve("CVE-2024-39897"),
        seam: Seam::Door(|knock, head, entry| {
            if is_mount(knock, &entry) && knock.query().first("from").is_some() {
                return knock.decided_for(guarded::FIRST.0, head);
            }
            entry
        }),
    },
    Defect {
        name: "mount-holder-right-unasked",
        title: "a mount that names no source leads to repositories that the user may not pull from",
        breaches: &[&UNREADABLE_SOURCE_WITHHELD],
        source: Source::Ours,
        seam: Seam::Door(|knock, head, entry| {
            if is_mount(knock, &entry) && knock.query().first("from").is_none() {
                return knock.decided_for(guarded::FIRST.0, head);
            }
            entry
        }),
    },
];

/// Whether that is a mount of the second user's, to where that one may push.
fn is_mount(knock: &Knock<'_>, entry: &Entry) -> bool {
    matches!(entry, Entry::Admitted(_))
        && knock.query().first("mount").is_some()
        && knock.subject().as_deref() == Some(guarded::SECOND.0)
}
