//! Moods: what a plan is about, and so how often each request comes in it.
//!
//! A plan of everything at once seldom meets itself: a blob that was deleted here is not the one that
//! is mounted there. So most plans are about one thing, with few slots to pick from and with
//! requests that have to do with it.

use crate::fuzz::plan::Op;
use crate::fuzz::plan::Plan;
use crate::fuzz::plan::Pool;

/// What the first byte of a step stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Code {
    Monolithic,
    PutManifest,
    SinglePost,
    StartUpload,
    Patch,
    Finish,
    Mount,
    UploadStatus,
    Cancel,
    GetManifest,
    GetTag,
    GetBlob,
    HeadManifest,
    HeadTag,
    HeadBlob,
    DeleteManifest,
    DeleteTag,
    DeleteBlob,
    Tags,
    Referrers,
    Catalog,
    Ping,
    Raw,
}

/// What a plan is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mood {
    /// Everything.
    Broad,
    /// Blobs that come, go and are mounted.
    Blobs,
    /// Upload sessions.
    Sessions,
    /// Tags that move and go.
    Tags,
    /// Manifests that refer to one another.
    Referrers,
}

/// How often each comes, out of 256.
type Shares = &'static [(Code, u8)];

impl Mood {
    /// The mood that this byte stands for.
    pub(super) fn of(byte: u8) -> Self {
        match byte {
            0..90 => Self::Broad,
            90..128 => Self::Blobs,
            128..178 => Self::Sessions,
            178..218 => Self::Tags,
            218.. => Self::Referrers,
        }
    }

    /// Whether there are few slots to pick from.
    pub(super) fn is_narrow(self) -> bool {
        self != Self::Broad
    }

    /// What this byte asks for, of a step that builds up or of one that plays.
    pub(super) fn code(self, byte: u8, builds: bool) -> Code {
        let table = if builds {
            self.building()
        } else {
            self.playing()
        };
        let mut rest = byte;
        for (code, share) in table {
            match rest.checked_sub(*share) {
                None => return *code,
                Some(less) => rest = less,
            }
        }
        table[0].0
    }

    /// Where a step picks from.
    pub(super) fn pool(self, byte: u8) -> Pool {
        let (live, known) = if self.is_narrow() {
            (140, 245)
        } else {
            (205, 238)
        };
        match byte {
            byte if byte < live => Pool::Live,
            byte if byte < known => Pool::Known,
            _ => Pool::Dangling,
        }
    }

    /// One of the slots of tags.
    pub(super) fn tag(self, byte: u8) -> u8 {
        match self {
            Self::Broad => byte,
            Self::Tags => byte % 3,
            _ => byte % 2,
        }
    }

    /// How much of what is left a chunk takes: little enough for more to follow, where sessions are
    /// what it is about.
    pub(super) fn part(self, byte: u8) -> u8 {
        match self {
            Self::Sessions => byte / 4,
            _ => byte,
        }
    }

    /// In how many repositories a plan plays.
    pub(super) fn repositories(self, byte: u8) -> u8 {
        match self {
            Self::Broad => byte % Plan::MOST_REPOSITORIES + 1,
            Self::Sessions => byte % 2 + 1,
            Self::Blobs | Self::Tags | Self::Referrers => match byte {
                0..80 => 1,
                80..190 => 2,
                190.. => 3,
            },
        }
    }

    /// The first steps of a plan whose repositories are to have something in common: the first blob
    /// in each of them.
    pub(super) fn stock(self, index: usize, repositories: u8) -> Option<Op> {
        let repository = u8::try_from(index).ok().filter(|it| *it < repositories)?;
        let has_stock = matches!(self, Self::Blobs | Self::Tags | Self::Referrers);
        has_stock.then_some(Op::Monolithic {
            repository,
            blob: 0,
        })
    }

    /// How many blobs there are.
    pub(super) fn blobs(self, byte: u8) -> usize {
        let most = match self {
            Self::Broad => Plan::MOST_BLOBS,
            _ => 2,
        };
        usize::from(byte) % most + 1
    }

    /// How many manifests there are.
    pub(super) fn docs(self, byte: u8) -> usize {
        let most = match self {
            Self::Broad | Self::Referrers => Plan::MOST_DOCS,
            Self::Tags => 3,
            Self::Blobs | Self::Sessions => 2,
        };
        usize::from(byte) % most + 1
    }

    fn building(self) -> Shares {
        match self {
            Self::Broad => &[
                (Code::Monolithic, 110),
                (Code::PutManifest, 60),
                (Code::SinglePost, 16),
                (Code::StartUpload, 45),
                (Code::Patch, 15),
                (Code::Mount, 10),
            ],
            Self::Blobs => &[
                (Code::Monolithic, 160),
                (Code::SinglePost, 30),
                (Code::Mount, 40),
                (Code::PutManifest, 26),
            ],
            Self::Sessions => &[
                (Code::StartUpload, 130),
                (Code::Patch, 110),
                (Code::Monolithic, 16),
            ],
            Self::Tags | Self::Referrers => &[(Code::Monolithic, 40), (Code::PutManifest, 216)],
        }
    }

    fn playing(self) -> Shares {
        match self {
            Self::Broad => EVERYTHING,
            Self::Blobs => &[
                (Code::Monolithic, 35),
                (Code::SinglePost, 25),
                (Code::Mount, 50),
                (Code::GetBlob, 45),
                (Code::HeadBlob, 25),
                (Code::DeleteBlob, 50),
                (Code::PutManifest, 20),
                (Code::GetTag, 6),
            ],
            Self::Sessions => &[
                (Code::StartUpload, 12),
                (Code::Patch, 114),
                (Code::Finish, 50),
                (Code::UploadStatus, 40),
                (Code::Cancel, 20),
                (Code::Mount, 6),
                (Code::GetBlob, 14),
            ],
            Self::Tags => &[
                (Code::PutManifest, 90),
                (Code::DeleteTag, 40),
                (Code::DeleteManifest, 20),
                (Code::GetTag, 40),
                (Code::HeadTag, 16),
                (Code::Tags, 34),
                (Code::GetManifest, 16),
            ],
            Self::Referrers => &[
                (Code::PutManifest, 100),
                (Code::Referrers, 70),
                (Code::DeleteManifest, 40),
                (Code::DeleteTag, 12),
                (Code::GetManifest, 20),
                (Code::GetTag, 14),
            ],
        }
    }
}

/// How often each comes where a plan is about everything.
const EVERYTHING: Shares = &[
    (Code::PutManifest, 42),
    (Code::Monolithic, 12),
    (Code::StartUpload, 14),
    (Code::Patch, 32),
    (Code::Finish, 26),
    (Code::SinglePost, 6),
    (Code::Mount, 12),
    (Code::UploadStatus, 8),
    (Code::Cancel, 6),
    (Code::GetManifest, 10),
    (Code::GetTag, 13),
    (Code::GetBlob, 11),
    (Code::HeadManifest, 4),
    (Code::HeadTag, 4),
    (Code::HeadBlob, 8),
    (Code::DeleteManifest, 8),
    (Code::DeleteTag, 7),
    (Code::DeleteBlob, 7),
    (Code::Tags, 10),
    (Code::Referrers, 12),
    (Code::Catalog, 1),
    (Code::Ping, 1),
    (Code::Raw, 2),
];

#[cfg(test)]
mod tests {
    use super::*;

    const MOODS: [Mood; 5] = [
        Mood::Broad,
        Mood::Blobs,
        Mood::Sessions,
        Mood::Tags,
        Mood::Referrers,
    ];

    #[test]
    fn shares_add_up() {
        for mood in MOODS {
            for table in [mood.building(), mood.playing()] {
                let sum: u32 = table.iter().map(|(_, share)| u32::from(*share)).sum();
                assert_eq!(sum, 256, "{mood:?}: {table:?}");
            }
        }
    }

    #[test]
    fn a_broad_plan_can_be_what_any_other_is() {
        for mood in MOODS {
            for (builds, table) in [(true, mood.building()), (false, mood.playing())] {
                for (code, _) in table {
                    let found = (0..=u8::MAX).any(|byte| Mood::Broad.code(byte, builds) == *code);
                    assert!(found, "{mood:?}: {code:?}");
                }
            }
        }
    }
}
